//! A page that changes with every visit: what was fetched last before the record was composed is what
//! is public, whenever `hayon` is killed, and no visit is made for what may have been sent.

use std::fmt;

use crate::pool::check_each;
use crate::support::Running;
use crate::support::World;
use crate::support::scene::Scene;
use crate::support::scene::delivery;
use crate::support::web::Manner;
use crate::support::web::Web;

const TEXT: &str = "read this";

const SESSION: &str = "/xrpc/com.atproto.server.createSession";
const UPLOAD: &str = "/xrpc/com.atproto.repo.uploadBlob";
const PUT: &str = "/xrpc/com.atproto.repo.putRecord";
const POSTS: &str = "/v2/blog/alice/posts";
const DRAFT: &str = "/v2/blog/alice/posts/790123456789016576";

/// A request of a post with a card, and how often the page is visited if that goes wrong.
struct Request {
    platform: &'static str,
    method: &'static str,
    path: &'static str,
    visits: usize,
}

const fn request(
    platform: &'static str,
    method: &'static str,
    path: &'static str,
    visits: usize,
) -> Request {
    Request {
        platform,
        method,
        path,
        visits,
    }
}

/// On Bluesky the picture goes up before the card is written down.
const REQUESTS: [Request; 5] = [
    request("bluesky", "POST", SESSION, 2),
    request("bluesky", "POST", UPLOAD, 2),
    request("bluesky", "POST", PUT, 1),
    request("tumblr", "POST", POSTS, 1),
    request("tumblr", "PUT", DRAFT, 1),
];

/// What goes wrong at a request.
struct Case {
    request: &'static Request,
    deed: &'static str,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Request { method, path, .. } = self.request;
        write!(f, "{method} {path} {}", self.deed)
    }
}

impl Case {
    fn scene(&self) -> Scene {
        let Request {
            platform,
            method,
            path,
            ..
        } = self.request;
        Scene::with_faults(&[&format!("{platform} {method} {path} #1 {}", self.deed)])
    }

    fn post(&self, world: &World, web: &Web) -> Running {
        let to = self.request.platform;
        let page = web.page();
        let post = ["post", TEXT, "--to", to, "--card", &page, "--allow-private"];
        world.start(post.iter().chain(&["--wait", "60s"]))
    }

    /// Whether the picture of the card is there: a lost upload is not tried again for its sake.
    fn has_picture(&self, is_killed: bool) -> bool {
        self.request.platform == "bluesky" && (is_killed || self.request.path != UPLOAD)
    }

    #[track_caller]
    fn assert_frozen(&self, scene: &Scene, web: &Web, visits: usize, has_picture: bool) {
        let platform = self.request.platform;
        let public = scene.public(platform);
        assert_eq!(public.len(), 1, "{public:#?}");
        assert_eq!(public[0]["text"], TEXT);
        assert_eq!(public[0]["link"], web.page().as_str(), "{public:#?}");
        let card = &public[0]["card"];
        assert_eq!(card["title"], format!("visit {visits}"), "{public:#?}");
        assert_eq!(card["description"], "a page & more");
        assert_eq!(card["picture"].is_object(), has_picture, "{public:#?}");
        assert_eq!(web.visits(), visits, "visits");
        let post = scene.world.show(1);
        assert_eq!(delivery(&post, platform)["state"], "delivered", "{post:#}");
    }
}

fn cases(deeds: &[&'static str]) -> Vec<Case> {
    let of_request = |request| deeds.iter().map(move |deed| Case { request, deed });
    REQUESTS.iter().flat_map(of_request).collect()
}

#[test]
fn killed_at_any_request_the_card_is_the_one_that_was_written_down() {
    let cases = cases(&["hang", "act-and-hang"]);
    check_each(&cases, |case| {
        let (scene, web) = (case.scene(), Web::start(Manner::Answers));
        let running = case.post(&scene.world, &web);
        let Request { method, path, .. } = case.request;
        let event = if case.deed == "hang" {
            "received"
        } else {
            "acted"
        };
        scene.wait_for(event, method, path, 1);
        let _ = running.kill().killed();
        let again = ["daemon", "--once", "--wait", "60s"];
        let _ = scene.world.hayon(again).code(0);
        case.assert_frozen(&scene, &web, case.request.visits, case.has_picture(true));
    });
}

#[test]
fn losing_any_answer_the_card_is_the_one_that_was_written_down() {
    let cases = cases(&["refuse-and-hang-up", "act-and-hang-up", "cut"]);
    check_each(&cases, |case| {
        let (scene, web) = (case.scene(), Web::start(Manner::Answers));
        let _ = case.post(&scene.world, &web).wait().code(0);
        // Who loses the answer to an upload goes on without the picture.
        let visits = match case.request.path {
            UPLOAD => 1,
            _ => case.request.visits,
        };
        case.assert_frozen(&scene, &web, visits, case.has_picture(false));
    });
}
