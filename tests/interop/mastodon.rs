//! A real server with Mastodon's API that ignores idempotency keys: only looking helps there.

use serde_json::Value;

use crate::proxy::Side;
use crate::proxy::Then;
use crate::proxy::Trap;
use crate::proxy::Which;
use crate::scene::Scene;
use crate::server::Server;
use crate::support::http;

const TEXT: &str = "Grüße an @bob 👋🏽 https://example.com/a?b=c und #Käse!";

#[track_caller]
fn scene() -> Scene {
    let server = Server::start("snac");
    let url = server.get("SNAC_URL").to_owned();
    let token = server.get("ALICE_TOKEN").to_owned();
    let mut scene = Scene::new(server, &url, |proxy| {
        format!(
            "platform = \"mastodon\"\ninstance = \"{}\"\n",
            proxy.address()
        )
    });
    scene.world.set("HAYON_ME_TOKEN", &token);
    scene
}

/// Returns alice's newest statuses, as the server shows them.
#[track_caller]
fn statuses(server: &Server) -> Vec<Value> {
    let (url, token) = (server.get("SNAC_URL"), server.get("ALICE_TOKEN"));
    let me = http::get(url, "/api/v1/accounts/verify_credentials", token).json();
    let id = me["id"].as_str().expect("an id");
    let path = format!("/api/v1/accounts/{id}/statuses?limit=80");
    let statuses = http::get(url, &path, token).json();
    statuses.as_array().expect("a list").clone()
}

/// Counts the statuses with this text; snac tells the text as it was sent.
#[track_caller]
pub(crate) fn count(server: &Server, text: &str) -> usize {
    let statuses = statuses(server);
    statuses
        .iter()
        .filter(|status| status["text"] == text)
        .count()
}

#[test]
fn a_status_with_facets_and_pictures_reads_back_as_written() {
    let scene = scene();
    let pictures = [
        ("one.png", "das erste Bild, schön"),
        ("two.png", "das \"zweite\""),
    ];
    let ended = scene.post(TEXT, &pictures).wait().code(0);

    let statuses = statuses(&scene.server);
    assert_eq!(statuses.len(), 1, "{ended}");
    let status = &statuses[0];
    assert_eq!(status["text"], TEXT);
    assert_eq!(status["visibility"], "public");
    assert_eq!(status["tags"][0]["name"], "käse");
    let content = status["content"].as_str().expect("content");
    assert!(
        content.contains("<a href=\"https://example.com/a?b=c\""),
        "{content}"
    );
    let bob = status["mentions"][0]["acct"].as_str();
    assert!(bob.is_some_and(|acct| acct.starts_with("bob")), "{status}");
    let media = status["media_attachments"].as_array().expect("media");
    let alts: Vec<_> = media
        .iter()
        .map(|item| item["description"].as_str())
        .collect();
    assert_eq!(alts, pictures.map(|(_, alt)| Some(alt)));

    let delivery = &ended.json()["deliveries"][0];
    assert_eq!(delivery["state"], "delivered", "{ended}");
    assert_eq!(delivery["remote_id"], status["id"]);
    assert_eq!(delivery["url"], status["url"]);
}

#[test]
fn a_doctor_finds_nothing_wrong_with_it() {
    let scene = scene();
    let found = scene.checkup();
    assert!(
        found["server"]
            .1
            .contains("does not say that it is Mastodon"),
        "{found:?}"
    );
    for subject in ["server", "limits", "token", "reading"] {
        let verdict = found.get(subject).map(|(verdict, _)| verdict.as_str());
        assert_eq!(verdict, Some("ok"), "{subject}: {found:?}");
    }
    // It sends no `Date`, and has nothing that tells scopes.
    for subject in ["scopes", "clock"] {
        let verdict = found.get(subject).map(|(verdict, _)| verdict.as_str());
        assert_eq!(verdict, Some("skipped"), "{subject}: {found:?}");
    }
}

#[test]
fn a_kill_at_any_request_leaves_one_status() {
    let scene = scene();
    scene.kill_at_every_request(|text| count(&scene.server, text));
}

#[test]
fn a_lost_connection_leaves_one_status() {
    let scene = scene();
    for side in [Side::Before, Side::After] {
        scene.lose("POST /api/v1/statuses", side, |text| {
            count(&scene.server, text)
        });
    }
}

/// snac lists what is not public on the home timeline only, not among the account's own: there a
/// look that finds nothing proves nothing.
#[test]
fn what_is_not_public_is_in_doubt_after_a_lost_answer_and_is_not_sent_again() {
    let scene = scene();
    for visibility in ["private", "direct"] {
        scene.proxy.set(Trap {
            which: Which::Line("POST /api/v1/statuses"),
            side: Side::After,
            then: Then::HangUp,
        });
        let text = format!("for few: {visibility}");
        let arguments = ["--visibility", visibility].map(str::to_owned);
        let ended = scene.post_with(&text, &arguments).wait().code(7);
        assert!(scene.proxy.is_sprung());
        let post = ended.json();
        assert_eq!(post["in_doubt"], true, "{ended}");
        assert_eq!(post["deliveries"][0]["reason"], "in_doubt", "{ended}");

        let id = post["id"].as_str().expect("an id");
        let _ = scene.world.hayon(["retry", id]).code(0);
        let _ = scene.world.hayon(["daemon", "--once"]).code(7);
        let home = home(&scene.server);
        let count = home.iter().filter(|status| status["text"] == text).count();
        assert_eq!(count, 1, "{ended}");
    }
}

#[test]
fn a_key_finds_the_status_that_another_machine_has_published() {
    let scene = scene();
    let text = "once for all machines";
    let first = scene.post(text, &[]).wait().code(0).json();
    let again = scene
        .post_with(text, &scene.empty_outbox())
        .wait()
        .code(0)
        .json();
    assert_eq!(count(&scene.server, text), 1);
    let remote_id = |post: &Value| post["deliveries"][0]["remote_id"].clone();
    assert_eq!(remote_id(&again), remote_id(&first));
    assert_eq!(again["number"], 1);
}

/// Returns the newest statuses that alice is shown, her own among them.
#[track_caller]
fn home(server: &Server) -> Vec<Value> {
    let (url, token) = (server.get("SNAC_URL"), server.get("ALICE_TOKEN"));
    let home = http::get(url, "/api/v1/timelines/home", token).json();
    home.as_array().expect("a list").clone()
}
