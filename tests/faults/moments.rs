//! Moments: when something happened by the log of the sandbox, and that nothing happens early.

use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::Value;

use crate::support::eventually;
use crate::support::scene::Scene;

/// Returns the present, by the clock that `hayon` and the sandbox have too.
pub(crate) fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the binary under test has the real clock"
    )]
    Timestamp::now()
}

/// Returns the instant under `field`.
#[track_caller]
pub(crate) fn moment(value: &Value, field: &str) -> Timestamp {
    let text = value[field].as_str();
    let text = text.unwrap_or_else(|| panic!("no `{field}` in {value:#}"));
    text.parse().expect("an instant")
}

#[test]
fn a_post_for_later_is_never_early() {
    for platform in ["bluesky", "mastodon"] {
        let scene = Scene::new(&[]);
        let daemon = scene.world.start_daemon();
        let due = now() + SignedDuration::from_secs(3);
        let at = due.to_string();
        let post = ["post", "later", "--to", platform, "--at", &at, "--json"];
        let post = scene.world.hayon(post).code(0).json();
        assert_eq!(post["status"], "SCHEDULED", "{post:#}");
        assert!(scene.public(platform).is_empty());
        let once = scene.world.hayon(["list", "--json"]).code(0);
        assert!(once.stdout.contains("SCHEDULED"), "{once}");
        eventually("the post", || {
            (!scene.public(platform).is_empty()).then_some(())
        });
        // Not even the log-in is early; only the limits were asked when it was written, and a daemon
        // renews tokens as it likes.
        for line in scene.sandbox.log() {
            let others = ["/api/v2/instance", "/refresh_access_token"];
            let is_of_delivery = others.iter().all(|path| line["path"] != *path);
            let at = moment(&line, "at");
            assert!(!is_of_delivery || at >= due, "due {due}: {line}");
        }
        daemon.terminate();
        let _ = daemon.wait().code(0);
        assert_eq!(scene.public(platform).len(), 1);
    }
}

#[test]
fn a_daemon_that_goes_once_around_leaves_what_is_due_later() {
    let scene = Scene::new(&[]);
    let at = (now() + SignedDuration::from_hours(1)).to_string();
    let post = ["post", "later", "--to", "mastodon", "--at", &at];
    let told = scene.world.hayon(post).code(0);
    assert!(told.stdout.contains("scheduled for"), "{told}");
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert!(scene.public("mastodon").is_empty());
    assert_eq!(scene.world.show(1)["status"], "SCHEDULED");
}
