//! Cancelling: an honest answer at every moment of a delivery, and what was cancelled is not sent.

use serde_json::Value;

use crate::support::run::Ended;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";
const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "60s"];

#[track_caller]
fn cancel(scene: &Scene, code: i32) -> Ended {
    scene.world.hayon(["cancel", "1"]).code(code)
}

/// Cancels, and returns the answer for Mastodon.
#[track_caller]
fn answer(scene: &Scene, code: i32) -> Value {
    let post = scene
        .world
        .hayon(["cancel", "1", "--json"])
        .code(code)
        .json();
    delivery(&post, "mastodon")["answer"].clone()
}

#[track_caller]
fn assert_cancelled(scene: &Scene) {
    let _ = scene.world.hayon(ONCE).code(0);
    let post = scene.world.show(1);
    assert_eq!(post["status"], "CANCELLED", "{post:#}");
    assert_eq!(
        delivery(&post, "mastodon")["state"],
        "cancelled",
        "{post:#}"
    );
    assert_eq!(
        delivery(&post, "mastodon")["error"],
        Value::Null,
        "{post:#}"
    );
    assert!(scene.public("mastodon").is_empty());
}

#[test]
fn cancelled_while_queued_it_is_never_sent() {
    let scene = Scene::new(&[]);
    let post = ["post", "no", "--to", "bluesky,mastodon", "--queue"];
    let _ = scene.world.hayon(post).code(0);
    let told = cancel(&scene, 0);
    assert!(
        told.stdout
            .contains("mastodon: cancelled, it was never sent"),
        "{told}"
    );
    assert!(
        told.stdout
            .contains("bluesky: cancelled, it was never sent"),
        "{told}"
    );
    assert_cancelled(&scene);
    assert!(scene.public("bluesky").is_empty());
    assert!(scene.requests("received", "POST", STATUSES).is_empty());
    // A second cancel says the same, and a retry finds nothing to send.
    assert_eq!(answer(&scene, 0), "cancelled");
    let told = scene.world.hayon(["retry", "1"]).code(1);
    assert!(told.stderr.contains("post 1 has nothing parked"), "{told}");
}

#[test]
fn cancelled_in_back_off_before_anything_visible_was_sent_it_is_never_sent() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v2/media #1 status:503"]);
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "1h");
    let picture = scene.world.picture("one.png", 30, 20).display().to_string();
    let post = [
        "post", "no", "--to", "mastodon", "--media", &picture, "--alt", "one",
    ];
    let told = scene.world.hayon(post).code(6);
    assert!(told.stdout.contains("again at"), "{told}");
    assert_eq!(answer(&scene, 0), "cancelled");
    assert_cancelled(&scene);
    assert!(scene.requests("received", "POST", STATUSES).is_empty());
}

#[test]
fn cancelled_in_back_off_after_it_was_sent_it_is_looked_for_and_not_sent_again() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:503"]);
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "2s");
    let _ = scene
        .world
        .hayon(["post", "no", "--to", "mastodon"])
        .code(6);
    let told = cancel(&scene, 6);
    assert!(
        told.stdout
            .contains("mastodon: under way, it will end by itself"),
        "{told}"
    );
    assert!(
        told.stderr.contains("`hayon show 1` will say how"),
        "{told}"
    );
    assert_cancelled(&scene);
    assert_eq!(scene.requests("received", "POST", STATUSES).len(), 1);
}

#[test]
fn cancelled_in_back_off_after_it_arrived_it_is_shown_as_delivered() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 act-and-hang-up"]);
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "2s");
    let _ = scene
        .world
        .hayon(["post", "too late", "--to", "mastodon"])
        .code(6);
    assert_eq!(answer(&scene, 6), "under way");
    let _ = scene.world.hayon(ONCE).code(0);
    let post = scene.world.show(1);
    let public = scene.public("mastodon");
    assert_eq!(public.len(), 1, "{public:#?}");
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    assert_eq!(
        delivery(&post, "mastodon")["remote_id"],
        public[0]["id"],
        "{post:#}"
    );
    assert_eq!(answer(&scene, 1), "too late");
}

#[test]
fn cancelled_while_it_is_being_sent_it_is_under_way_and_then_shown_as_delivered() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 slow:2s"]);
    let running = scene.world.start(["post", "under way", "--to", "mastodon"]);
    scene.wait_for("received", "POST", STATUSES, 1);
    let told = cancel(&scene, 6);
    assert!(
        told.stdout
            .contains("mastodon: under way, it will end by itself"),
        "{told}"
    );
    let ended = running.wait().code(0);
    assert!(
        ended.stdout.contains("post 1 is published everywhere"),
        "{ended}"
    );
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(answer(&scene, 1), "too late");
    let told = cancel(&scene, 1);
    assert!(
        told.stdout.contains("mastodon: too late, delivered"),
        "{told}"
    );
}

#[test]
fn a_cancel_wins_while_pictures_are_being_worked_on() {
    let scene = Scene::new(&["--media-delay-polls", "6"]);
    let picture = scene.world.picture("one.png", 30, 20).display().to_string();
    let post = [
        "post", "no", "--to", "mastodon", "--media", &picture, "--alt", "one",
    ];
    let running = scene
        .world
        .start(post.iter().chain(&["--wait", "60s", "--json"]));
    let is_poll = |line: &Value| {
        let path = line["path"].as_str().unwrap_or_default();
        line["method"] == "GET" && path.starts_with("/api/v1/media/")
    };
    let _ = scene.sandbox.wait_for("a poll", is_poll);
    assert_eq!(answer(&scene, 6), "under way");
    let post = running.wait().code(1).json();
    assert_eq!(post["status"], "CANCELLED", "{post:#}");
    assert_cancelled(&scene);
    assert!(scene.requests("received", "POST", STATUSES).is_empty());
}

#[test]
fn what_one_account_is_still_sending_does_not_keep_the_other_from_being_cancelled() {
    let mut scene = Scene::with_faults(&[
        "mastodon POST /api/v1/statuses #1 slow:3s",
        "bluesky POST /xrpc/com.atproto.server.createSession #1 status:503",
    ]);
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "1h");
    let running = scene
        .world
        .start(["post", "half", "--to", "bluesky,mastodon", "--json"]);
    scene.wait_for("received", "POST", STATUSES, 1);
    scene.wait_for(
        "answered",
        "POST",
        "/xrpc/com.atproto.server.createSession",
        1,
    );
    crate::support::eventually("Bluesky's back-off", || {
        let post = scene.world.show(1);
        (delivery(&post, "bluesky")["state"] == "queued").then_some(())
    });
    let post = scene.world.hayon(["cancel", "1", "--json"]).code(6).json();
    assert_eq!(
        delivery(&post, "mastodon")["answer"],
        "under way",
        "{post:#}"
    );
    assert_eq!(
        delivery(&post, "bluesky")["answer"],
        "cancelled",
        "{post:#}"
    );
    let post = running.wait().code(4).json();
    assert_eq!(post["status"], "PARTIAL_SUCCESS", "{post:#}");
    assert_eq!(scene.public("mastodon").len(), 1);
    assert!(scene.public("bluesky").is_empty());
}

#[test]
fn cancelled_after_the_sender_died_it_is_looked_for_and_not_sent_again() {
    for (at, event, status) in [
        ("hang", "received", "CANCELLED"),
        ("act-and-hang", "acted", "COMPLETED"),
    ] {
        let scene = Scene::with_faults(&[&format!("mastodon POST /api/v1/statuses #1 {at}")]);
        let running = scene.world.start(["post", "dead", "--to", "mastodon"]);
        scene.wait_for(event, "POST", STATUSES, 1);
        let _ = running.kill().killed();
        assert_eq!(answer(&scene, 6), "under way");
        let _ = scene.world.hayon(ONCE).code(0);
        assert_eq!(scene.world.show(1)["status"], status);
        let is_public = status == "COMPLETED";
        assert_eq!(scene.public("mastodon").len(), usize::from(is_public));
        assert_eq!(scene.requests("received", "POST", STATUSES).len(), 1);
    }
}
