//! Somebody deletes the post on its platform before hayon has written down how it ended.

use crate::support::http;
use crate::support::scene::Scene;

const STATUSES: &str = "/api/v1/statuses";

#[test]
fn what_was_answered_to_be_public_is_not_sent_again_though_it_is_deleted_there() {
    let scene = Scene::new(&[]);
    let post = ["post", "short-lived", "--to", "mastodon"];
    let _ = scene.world.hayon(post).code(0);
    // As if the process had died between the answer and the outcome.
    scene.world.tamper(
        "UPDATE deliveries SET state = 'sending', published_at = NULL, remote_id = NULL, url = NULL;
         UPDATE attempts SET ended_at = NULL, ending = NULL;",
    );
    let id = scene.public("mastodon")[0]["id"]
        .as_str()
        .map(str::to_owned);
    let line = format!("DELETE {STATUSES}/{}", id.expect("an id"));
    let (address, account) = (&scene.sandbox.address, scene.sandbox.account("mastodon"));
    let gone = http::exchange(address, &line, &account.secret, "").expect("an answer");
    assert_eq!(gone.status, 200, "{}", gone.body);
    assert!(scene.public("mastodon").is_empty());
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.requests("received", "POST", STATUSES).len(), 1);
    assert!(scene.public("mastodon").is_empty());
}
