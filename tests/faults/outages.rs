//! Outages: a server that errs, refuses, or cannot be reached at all.

use std::net::TcpListener;

use crate::support::World;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";
const PUT_RECORD: &str = "/xrpc/com.atproto.repo.putRecord";
const POSTS: &str = "/v2/blog/alice/posts";

/// An address on this machine where nothing listens.
pub(crate) fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    format!("http://{address}")
}

#[track_caller]
fn busy_through_the_schedule(platform: &str, path: &str) {
    let fault = |n| format!("{platform} POST {path} #{n} status:503");
    let faults: Vec<String> = (1..=4).map(fault).collect();
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    let scene = Scene::with_faults(&faults);
    let post = ["post", "busy", "--to", platform, "--wait", "60s"];
    let told = scene.world.hayon(post).code(1);
    assert!(told.stdout.contains("post 1 is not published"), "{told}");
    assert!(told.stdout.contains("parked (exhausted)"), "{told}");
    assert!(told.stdout.contains("503"), "{told}");
    assert!(
        told.stdout
            .contains(&format!("`hayon retry 1 --account {platform}`")),
        "{told}"
    );
    let post = scene.world.show(1);
    let parked = delivery(&post, platform);
    assert_eq!(parked["reason"], "exhausted", "{post:#}");
    assert_eq!(parked["attempts"], 4, "{post:#}");
    assert_eq!(scene.requests("received", "POST", path).len(), 4);
    assert!(scene.public(platform).is_empty());
    // The parking lot is left by a person only.
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "5s"])
        .code(0);
    assert_eq!(scene.requests("received", "POST", path).len(), 4);
    let parked = scene
        .world
        .hayon(["list", "--parked", "--reason", "exhausted"])
        .code(0);
    assert!(parked.stdout.contains("busy"), "{parked}");
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .code(0);
    let post = scene.world.show(1);
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    assert_eq!(scene.public(platform).len(), 1);
}

#[test]
fn a_busy_bluesky_parks_a_post_after_the_schedule_and_a_retry_publishes_it() {
    busy_through_the_schedule("bluesky", PUT_RECORD);
}

#[test]
fn a_busy_mastodon_parks_a_post_after_the_schedule_and_a_retry_publishes_it() {
    busy_through_the_schedule("mastodon", STATUSES);
}

#[test]
fn a_busy_tumblr_parks_a_post_after_the_schedule_and_a_retry_publishes_it() {
    busy_through_the_schedule("tumblr", POSTS);
}

#[test]
fn without_a_wait_a_failed_post_stays_queued_and_a_daemon_ends_it() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:503"]);
    let told = scene
        .world
        .hayon(["post", "busy", "--to", "mastodon"])
        .code(6);
    assert!(told.stderr.contains("`hayon daemon` tries again"), "{told}");
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn with_a_wait_a_post_goes_through_the_schedule_by_itself() {
    let scene = Scene::with_faults(&[
        "mastodon POST /api/v1/statuses #1 status:503",
        "mastodon POST /api/v1/statuses #2 refuse-and-hang-up",
    ]);
    let post = [
        "post", "patient", "--to", "mastodon", "--wait", "60s", "--json",
    ];
    let post = scene.world.hayon(post).code(0).json();
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    let history = scene.world.show(1);
    let history = &delivery(&history, "mastodon")["history"];
    assert_eq!(history[0]["status"], 503, "{history:#}");
    assert_eq!(history[0]["step"], "post status", "{history:#}");
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn what_one_platform_refuses_is_published_on_the_other() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let post = scene
        .world
        .hayon(["post", "half", "--to", "bluesky,mastodon", "--json"])
        .code(4);
    let post = post.json();
    assert_eq!(post["status"], "PARTIAL_SUCCESS", "{post:#}");
    let (sky, masto) = (delivery(&post, "bluesky"), delivery(&post, "mastodon"));
    assert_eq!(sky["state"], "delivered", "{post:#}");
    assert_eq!(masto["state"], "parked", "{post:#}");
    assert_eq!(masto["reason"], "refused", "{post:#}");
    let words = masto["error"]["message"].as_str().unwrap_or_default();
    assert!(words.contains("422"), "{post:#}");
    let hint = masto["error"]["hints"][0].as_str().unwrap_or_default();
    assert!(
        hint.contains("hayon retry 1 --account mastodon"),
        "{post:#}"
    );
    let _ = scene
        .world
        .hayon(["retry", "1", "--account", "mastodon"])
        .code(0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("bluesky").len(), 1);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn a_host_out_of_reach_uses_up_no_attempt_and_gets_the_post_when_it_is_back() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    let (mastodon, bluesky) = (nowhere(), nowhere());
    world.set("HAYON_MASTODON_INSTANCE", &mastodon);
    world.set("HAYON_BLUESKY_SERVICE", &bluesky);
    let told = world
        .hayon(["post", "offline", "--to", "bluesky,mastodon"])
        .code(6);
    assert!(told.stderr.contains("usual limits are assumed"), "{told}");
    assert!(told.stdout.contains("cannot connect"), "{told}");
    // More often than the schedule has attempts.
    for _ in 0..5 {
        world.tamper("UPDATE deliveries SET next_at = due_at");
        let _ = world.hayon(["daemon", "--once"]).code(6);
    }
    let post = world.show(1);
    assert_eq!(post["status"], "PROCESSING", "{post:#}");
    for account in ["bluesky", "mastodon"] {
        let waits = delivery(&post, account);
        assert_eq!(waits["state"], "queued", "{post:#}");
        assert_eq!(waits["attempts"], 0, "{post:#}");
        assert_eq!(waits["error"]["kind"], "unavailable", "{post:#}");
    }
    world.unset("HAYON_MASTODON_INSTANCE");
    world.unset("HAYON_BLUESKY_SERVICE");
    world.tamper("UPDATE deliveries SET next_at = due_at");
    let _ = world.hayon(["daemon", "--once"]).code(0);
    assert_delivered(&scene, &world);
}

#[test]
fn a_host_out_of_reach_for_too_long_parks_the_post() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.set("HAYON_MASTODON_INSTANCE", &nowhere());
    world.set("HAYON_DAEMON_GIVE_UP_AFTER", "2s");
    let post = ["post", "offline", "--to", "mastodon", "--wait", "60s"];
    let told = world.hayon(post).code(1);
    assert!(told.stdout.contains("parked (exhausted)"), "{told}");
    assert!(told.stdout.contains("cannot connect"), "{told}");
}

#[track_caller]
fn assert_delivered(scene: &Scene, world: &World) {
    assert_eq!(world.show(1)["status"], "COMPLETED");
    for platform in ["bluesky", "mastodon"] {
        assert_eq!(scene.public(platform).len(), 1, "{platform}");
    }
}
