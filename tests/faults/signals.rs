//! SIGTERM: what is under way is ended and written down; a second one abandons it to the next start.

use crate::support::Running;
use crate::support::eventually;
use crate::support::scene::Scene;

const STATUSES: &str = "/api/v1/statuses";

#[track_caller]
fn queue(scene: &Scene, text: &str) {
    let post = ["post", text, "--to", "mastodon", "--queue"];
    let _ = scene.world.hayon(post).code(0);
}

/// Starts `arguments` and waits until a status is under way.
#[track_caller]
fn start_sending(scene: &Scene, arguments: &[&str]) -> Running {
    let running = scene.world.start(arguments);
    scene.wait_for("received", "POST", STATUSES, 1);
    running
}

#[test]
fn a_daemon_that_is_told_to_stop_ends_what_it_sends_and_claims_nothing_more() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 slow:2s"]);
    queue(&scene, "under way");
    queue(&scene, "not begun");
    let daemon = start_sending(&scene, &["daemon"]);
    daemon.terminate();
    let ended = daemon.wait().code(0);
    assert!(ended.stderr.ends_with("stopped\n"), "{ended}");
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.world.show(2)["status"], "PENDING");
    assert_eq!(scene.requests("received", "POST", STATUSES).len(), 1);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 2);
}

#[test]
fn a_post_that_is_told_to_stop_ends_what_it_sends_and_says_how_it_ended() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 slow:2s"]);
    let post = start_sending(&scene, &["post", "under way", "--to", "mastodon"]);
    post.terminate();
    let ended = post.wait().code(0);
    assert!(
        ended.stdout.contains("post 1 is published everywhere"),
        "{ended}"
    );
    // Nothing is queued any more: there is nothing to say of it.
    assert_eq!(
        ended.stderr,
        "stopping: what is under way is ended first; a second Ctrl-C abandons it\n"
    );
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn a_post_that_is_told_to_stop_in_back_off_stays_queued_and_says_so() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:503"]);
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "1h");
    let post = ["post", "in back-off", "--to", "mastodon", "--wait", "2h"];
    let running = scene.world.start(post);
    eventually("the back-off", || {
        let shown = scene.world.list();
        let state = shown.first()?["deliveries"][0]["error"]["kind"].clone();
        (state == "unclear").then_some(())
    });
    running.terminate();
    let ended = running.wait().code(6);
    assert!(
        ended
            .stderr
            .contains("stopped; what is queued waits for a daemon; `hayon cancel 1` takes it back"),
        "{ended}"
    );
    assert_eq!(scene.world.show(1)["status"], "PROCESSING");
}

#[test]
fn a_second_signal_abandons_what_is_sent_and_the_next_start_clears_it_up() {
    for at in ["hang", "act-and-hang"] {
        let scene = Scene::with_faults(&[&format!("mastodon POST /api/v1/statuses #1 {at}")]);
        queue(&scene, "abandoned");
        let mut daemon = start_sending(&scene, &["daemon"]);
        daemon.terminate();
        // Two signals at the same moment are one: so a few, until it has ended.
        eventually("the end of the daemon", || {
            daemon.terminate();
            daemon.has_ended().then_some(())
        });
        let ended = daemon.wait().code(6);
        assert!(ended.stderr.contains("stopped at once"), "{ended}");
        assert!(
            ended.stderr.contains("cleared up by the next start"),
            "{ended}"
        );
        let _ = scene
            .world
            .hayon(["daemon", "--once", "--wait", "60s"])
            .code(0);
        assert_eq!(scene.world.show(1)["status"], "COMPLETED", "{at}");
        assert_eq!(scene.public("mastodon").len(), 1, "{at}");
    }
}

#[test]
fn what_does_not_end_within_the_grace_of_a_stop_is_cleared_up_by_the_next_start() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 act-and-hang"]);
    queue(&scene, "abandoned");
    let daemon = start_sending(&scene, &["daemon"]);
    // Once only: the rest is patience.
    daemon.terminate();
    let ended = daemon.wait().code(0);
    assert!(ended.stderr.contains("did not end in time"), "{ended}");
    assert!(ended.stderr.ends_with("stopped\n"), "{ended}");
    assert_eq!(scene.world.show(1)["deliveries"][0]["state"], "sending");
    let once = ["daemon", "--once", "--wait", "60s"];
    let _ = scene.world.hayon(once).code(0);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn a_daemon_that_waits_for_the_lock_can_be_stopped() {
    let scene = Scene::new(&[]);
    let _first = scene.world.start_daemon();
    let second = scene.world.start(["daemon"]);
    eventually("the second daemon to wait", || {
        second.stderr().contains("waiting").then_some(())
    });
    second.terminate();
    let _ = second.wait().code(0);
}
