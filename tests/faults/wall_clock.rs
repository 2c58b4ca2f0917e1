//! The clock on the wall is set while a daemon runs, and while nobody is there.

use serde_json::Value;

use crate::support::clock::WallClock;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

#[track_caller]
fn post(scene: &Scene, text: &str, when: &[&str]) {
    let post = ["post", text, "--to", "mastodon"];
    let _ = scene.world.hayon(post.iter().chain(when)).code(0);
}

fn texts(scene: &Scene) -> Vec<Value> {
    let public = scene.public("mastodon");
    public.iter().map(|post| post["text"].clone()).collect()
}

#[track_caller]
fn wait_for(scene: &Scene, expected: &[&str]) {
    eventually(&format!("{expected:?} and no more"), || {
        (texts(scene).len() >= expected.len()).then_some(())
    });
    assert_eq!(texts(scene), expected);
}

#[test]
fn when_the_clock_jumps_ahead_what_is_due_is_sent_once_the_longest_due_first() {
    let mut scene = Scene::new(&[]);
    let Some(clock) = WallClock::of(&mut scene.world) else {
        return;
    };
    post(&scene, "in nine days", &["--at", "in 9d"]);
    post(&scene, "in two days", &["--at", "in 2d"]);
    post(&scene, "in twenty days", &["--at", "in 20d"]);
    post(&scene, "in three hours", &["--at", "in 3h"]);
    let daemon = scene.world.start_daemon();
    clock.set("+10d");
    let due = ["in three hours", "in two days", "in nine days"];
    wait_for(&scene, &due);
    for number in [1, 2, 4] {
        eventually("an outcome", || {
            (scene.world.show(number)["status"] == "COMPLETED").then_some(())
        });
        let post = scene.world.show(number);
        assert_eq!(delivery(&post, "mastodon")["attempts"], 1, "{post:#}");
    }
    assert_eq!(scene.world.show(3)["status"], "SCHEDULED");
    // And back again: nothing is sent twice for that.
    clock.set("+0");
    post(&scene, "now", &["--queue"]);
    wait_for(&scene, &[due[0], due[1], due[2], "now"]);
    daemon.terminate();
    let _ = daemon.wait().code(0);
    assert_eq!(scene.world.show(3)["status"], "SCHEDULED");
}

#[test]
fn when_the_clock_is_set_back_no_pause_grows_and_nothing_is_early_or_sent_again() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #2 status:503"]);
    let Some(clock) = WallClock::of(&mut scene.world) else {
        return;
    };
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "8s,8s,8s");
    clock.set("+1h");
    let daemon = scene.world.start_daemon();
    post(&scene, "first", &["--queue"]);
    wait_for(&scene, &["first"]);
    post(&scene, "in two hours", &["--at", "in 2h"]);
    post(&scene, "again", &["--queue"]);
    eventually("a pause", || {
        let post = scene.world.show(3);
        (delivery(&post, "mastodon")["error"]["kind"] == "unclear").then_some(())
    });
    clock.set("+0");
    wait_for(&scene, &["first", "again"]);
    post(&scene, "next", &["--queue"]);
    wait_for(&scene, &["first", "again", "next"]);
    daemon.terminate();
    let _ = daemon.wait().code(0);
    assert_eq!(scene.world.show(2)["status"], "SCHEDULED");
}

#[test]
fn after_days_off_what_is_too_late_waits_for_a_person() {
    let mut scene = Scene::new(&[]);
    let Some(clock) = WallClock::of(&mut scene.world) else {
        return;
    };
    scene.world.set("HAYON_DAEMON_MAX_LATE", "6h");
    post(&scene, "too late", &["--at", "in 1h"]);
    post(&scene, "in time", &["--at", "in 70h"]);
    clock.set("+3d");
    let _ = scene.world.hayon(["daemon", "--once"]).code(1);
    let post = scene.world.show(1);
    assert_eq!(delivery(&post, "mastodon")["reason"], "late", "{post:#}");
    assert_eq!(texts(&scene), ["in time"]);
}
