//! Tumblr: what becomes of a post by the account's word, and how a published draft is found again.

use serde_json::Value;

use crate::support::http;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const POSTS: &str = "/v2/blog/alice/posts";
const PUBLISH: &str = "/v2/blog/alice/posts/*";

/// An access token of OAuth 2 for the same blog.
const ACCESS_TOKEN: &str = "sandbox-tumblr-access-token-of-alice";

/// Publishes on Tumblr and returns the post as it stands then.
#[track_caller]
fn publish(scene: &Scene, more: &[&str], code: i32) -> Value {
    let post = ["post", "a quiet place", "--to", "tumblr", "--json"];
    let post = post.iter().chain(more);
    scene.world.hayon(post).code(code).json()
}

/// Returns what the blog lists at `list`, by what its owner sees.
#[track_caller]
fn listed(scene: &Scene, list: &str) -> Vec<Value> {
    let path = format!("{POSTS}{list}?npf=true");
    let told = http::get(&scene.sandbox.address, &path, ACCESS_TOKEN).json();
    told["response"]["posts"].as_array().expect("posts").clone()
}

#[test]
fn a_post_is_queued_kept_as_a_draft_or_private_as_the_account_says() {
    for (state, list, told, is_public) in [
        ("queue", "/queue", "queued", false),
        ("draft", "/draft", "draft", false),
        ("private", "", "private", true),
    ] {
        let mut scene = Scene::new(&[]);
        scene.world.set("HAYON_TUMBLR_STATE", state);
        let post = publish(&scene, &[], 0);
        let delivered = delivery(&post, "tumblr");
        assert_eq!(delivered["state"], "delivered", "{post:#}");
        assert_eq!(delivered["url"], Value::Null, "nobody else sees it");
        let listed = listed(&scene, list);
        assert_eq!(listed.len(), 1, "{listed:#?}");
        assert_eq!(listed[0]["state"], told);
        assert_eq!(listed[0]["id_string"], delivered["remote_id"]);
        assert_eq!(scene.public("tumblr").len(), usize::from(is_public));
    }
}

#[test]
fn what_is_meant_for_a_few_is_private_even_where_the_account_queues() {
    let mut scene = Scene::new(&[]);
    scene.world.set("HAYON_TUMBLR_STATE", "queue");
    let _ = publish(&scene, &["--visibility", "private"], 0);
    assert_eq!(scene.public("tumblr")[0]["visibility"], "private");
    assert!(listed(&scene, "/queue").is_empty());
}

#[test]
fn tags_are_those_of_the_text_and_those_beside_it() {
    let scene = Scene::new(&[]);
    let tags = ["--tag", "slow travel,film", "--tag", "#35mm"];
    let post = ["post", "a quiet place #lake", "--to", "tumblr"];
    let _ = scene.world.hayon(post.iter().chain(&tags)).code(0);
    let public = scene.public("tumblr");
    let expected = ["slow travel", "film", "35mm", "lake"];
    assert_eq!(public[0]["tags"], serde_json::json!(expected));
}

#[test]
fn an_access_token_alone_is_a_log_in() {
    let mut scene = Scene::new(&[]);
    for field in ["TOKEN_SECRET", "CLIENT_ID", "CLIENT_SECRET"] {
        scene.world.unset(&format!("HAYON_TUMBLR_{field}"));
    }
    scene.world.set("HAYON_TUMBLR_TOKEN", ACCESS_TOKEN);
    let post = publish(&scene, &[], 0);
    assert_eq!(delivery(&post, "tumblr")["state"], "delivered", "{post:#}");
}

#[test]
fn a_token_secret_without_the_application_sends_nothing() {
    let mut scene = Scene::new(&[]);
    scene.world.unset("HAYON_TUMBLR_CLIENT_ID");
    let told = scene
        .world
        .hayon(["post", "a quiet place", "--to", "tumblr"])
        .code(5);
    assert!(
        told.stderr.contains("account `tumblr` has no client_id"),
        "{told}"
    );
    assert!(scene.world.list().is_empty());
}

#[test]
fn the_same_words_twice_are_two_posts_though_an_answer_is_lost() {
    for deed in ["act-and-hang-up", "refuse-and-hang-up", "cut"] {
        let fault = format!("tumblr PUT {PUBLISH} #1 {deed}");
        let scene = Scene::with_faults(&[&fault]);
        for _ in 0..2 {
            let post = ["post", "the same", "--to", "tumblr", "--queue", "--again"];
            let _ = scene.world.hayon(post).code(0);
        }
        let once = ["daemon", "--once", "--wait", "90s"];
        let _ = scene.world.hayon(once).code(0);
        let public = scene.public("tumblr");
        assert_eq!(public.len(), 2, "{deed}: {public:#?}");
        let named = [1, 2].map(|number| {
            let post = scene.world.show(number);
            delivery(&post, "tumblr")["remote_id"].clone()
        });
        for post in &public {
            assert!(named.contains(&post["id"]), "{named:?}");
        }
        assert!(listed(&scene, "/draft").is_empty(), "no draft is left");
    }
}

#[test]
fn a_look_that_cannot_be_read_is_tried_again() {
    let lost = format!("tumblr PUT {PUBLISH} #1 act-and-hang-up");
    let broken = format!("tumblr GET {POSTS} #1 status:500");
    let scene = Scene::with_faults(&[&lost, &broken]);
    let post = publish(&scene, &["--wait", "60s"], 0);
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    let public = scene.public("tumblr");
    assert_eq!(public.len(), 1);
    assert_eq!(delivery(&post, "tumblr")["remote_id"], public[0]["id"]);
}

#[test]
fn where_the_blog_cannot_be_read_a_lost_answer_is_in_doubt_and_nothing_is_sent_again() {
    let lost = format!("tumblr PUT {PUBLISH} #1 act-and-hang-up");
    let closed = format!("tumblr GET {POSTS} #* status:403");
    let scene = Scene::with_faults(&[&lost, &closed]);
    let post = publish(&scene, &["--wait", "60s"], 7);
    assert_eq!(delivery(&post, "tumblr")["reason"], "in_doubt", "{post:#}");
    assert_eq!(scene.public("tumblr").len(), 1);
    let log = scene.sandbox.log();
    let sent = log
        .iter()
        .filter(|line| line["event"] == "received" && line["method"] == "PUT");
    assert_eq!(sent.count(), 1);
}

#[test]
fn a_draft_that_a_person_has_deleted_is_made_anew() {
    // The draft is created, and `hayon` is told to wait before it publishes it.
    let scene = Scene::with_faults(&[&format!(
        "tumblr PUT {PUBLISH} #1 status:429 Retry-After: 1"
    )]);
    let post = publish(&scene, &[], 6);
    assert_eq!(delivery(&post, "tumblr")["state"], "queued", "{post:#}");
    let draft = listed(&scene, "/draft")[0]["id_string"].clone();
    let body = serde_json::json!({ "id": draft });
    let path = "/v2/blog/alice/post/delete";
    let _ = http::post(&scene.sandbox.address, path, ACCESS_TOKEN, &body).json();
    let once = ["daemon", "--once", "--wait", "60s"];
    let _ = scene.world.hayon(once).code(0);
    assert_eq!(scene.public("tumblr").len(), 1);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
}
