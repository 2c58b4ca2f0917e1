//! Where exactly-once cannot be had: nobody can tell whether a post is public, so a person must.
//!
//! Mastodon's key makes a repeat harmless for an hour. After that only the account's own timeline
//! tells, and here it cannot be read.

use crate::support::World;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";
const TEXT: &str = "in doubt, or not";

/// The token may not read its own account, now or later.
const FORBIDDEN: &str = "mastodon GET /api/v1/accounts/* #* status:403";
/// The server breaks whenever it is asked for an account.
const BROKEN: &str = "mastodon GET /api/v1/accounts/* #* status:500";
/// The first status is posted, and `hayon` waits for the answer in vain.
const ACTED: &str = "mastodon POST /api/v1/statuses #1 act-and-hang";
/// The first status is not posted, and `hayon` cannot know.
const NOT_ACTED: &str = "mastodon POST /api/v1/statuses #1 hang";

/// Returns a scene in which `hayon` was killed while its first status was under way.
#[track_caller]
fn killed_while_posting(version: &str, at: &str, timeline: &str) -> Scene {
    let faults = ["--fault", at, "--fault", timeline];
    let scene = Scene::new(&[&["--mastodon-version", version][..], &faults].concat());
    let running = scene.world.start(["post", TEXT, "--to", "mastodon"]);
    let event = if at == ACTED { "acted" } else { "received" };
    scene.wait_for(event, "POST", STATUSES, 1);
    let _ = running.kill().killed();
    scene
}

/// Lets an hour pass for the outbox of `world`.
#[track_caller]
fn let_an_hour_pass(world: &World) {
    world.tamper(
        "UPDATE sendings SET begun_at = begun_at - 3600000;
         UPDATE attempts SET started_at = started_at - 3600000;
         UPDATE deliveries SET due_at = due_at - 3600000, next_at = next_at - 3600000,
                               tried_at = tried_at - 3600000;
         UPDATE posts SET created_at = created_at - 3600000, due_at = due_at - 3600000;",
    );
}

#[track_caller]
fn start_again(scene: &Scene, code: i32) {
    let once = ["daemon", "--once", "--wait", "60s"];
    let ended = scene.world.hayon(once).code(code);
    if code == 7 {
        let is_told = ended.stdout.contains("post 1 is in doubt")
            && ended
                .stdout
                .contains("look at `mastodon` whether it is public")
            && ended.stdout.contains("hayon resolve 1 --account mastodon");
        assert!(is_told, "{ended}");
    }
}

#[track_caller]
fn assert_in_doubt(scene: &Scene) {
    let post = scene.world.show(1);
    assert_eq!(post["in_doubt"], true, "{post:#}");
    let delivery = delivery(&post, "mastodon");
    assert_eq!(delivery["state"], "parked", "{post:#}");
    assert_eq!(delivery["reason"], "in_doubt", "{post:#}");
    assert_eq!(delivery["error"]["kind"], "in_doubt", "{post:#}");
    let words = delivery["error"]["message"].as_str().unwrap_or_default();
    assert!(
        words.contains("nobody knows whether it arrived"),
        "{post:#}"
    );
}

#[track_caller]
fn assert_sent(scene: &Scene, times: usize) {
    let sent = scene.requests("received", "POST", STATUSES).len();
    assert_eq!(sent, times, "{:#?}", scene.sandbox.log());
}

#[test]
fn after_the_lifetime_of_the_key_an_unreadable_timeline_leaves_a_post_in_doubt() {
    for at in [ACTED, NOT_ACTED] {
        for version in ["4.5", "4.6"] {
            let scene = killed_while_posting(version, at, FORBIDDEN);
            let_an_hour_pass(&scene.world);
            start_again(&scene, 7);
            assert_in_doubt(&scene);
            assert_sent(&scene, 1);
        }
    }
}

#[test]
fn a_timeline_that_breaks_is_asked_again_until_patience_ends_and_then_it_is_in_doubt() {
    let mut scene = killed_while_posting("4.5", ACTED, BROKEN);
    scene.world.set("HAYON_DAEMON_GIVE_UP_AFTER", "3s");
    start_again(&scene, 7);
    assert_in_doubt(&scene);
    assert_sent(&scene, 1);
    let looks = scene.requests("received", "GET", "/api/v1/accounts/verify_credentials");
    assert!(looks.len() > 1, "it looked {} times", looks.len());
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn what_is_in_doubt_is_looked_at_and_not_sent_by_a_retry_or_a_daemon() {
    let scene = killed_while_posting("4.5", ACTED, FORBIDDEN);
    let_an_hour_pass(&scene.world);
    start_again(&scene, 7);
    // Nothing is due, so nothing is done.
    start_again(&scene, 0);
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    start_again(&scene, 7);
    assert_in_doubt(&scene);
    assert_sent(&scene, 1);
    // Cancelling means to look, and never to send.
    let cancelled = scene.world.hayon(["cancel", "1"]).code(6);
    assert!(cancelled.stdout.contains("under way"), "{cancelled}");
    start_again(&scene, 7);
    assert_in_doubt(&scene);
    assert_sent(&scene, 1);
}

#[test]
fn a_person_who_found_it_public_ends_the_doubt() {
    let scene = killed_while_posting("4.5", ACTED, FORBIDDEN);
    let_an_hour_pass(&scene.world);
    start_again(&scene, 7);
    let url = scene.public("mastodon")[0]["url"].clone();
    let url = url.as_str().expect("an address");
    let resolve = ["resolve", "1", "--account", "mastodon", "--published", url];
    let _ = scene.world.hayon(resolve).code(0);
    start_again(&scene, 0);
    let post = scene.world.show(1);
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    assert_eq!(delivery(&post, "mastodon")["url"], url, "{post:#}");
    assert_sent(&scene, 1);
}

#[test]
fn a_person_who_found_nothing_has_it_sent() {
    let scene = killed_while_posting("4.5", NOT_ACTED, FORBIDDEN);
    let_an_hour_pass(&scene.world);
    start_again(&scene, 7);
    let resolve = ["resolve", "1", "--account", "mastodon", "--not-published"];
    let _ = scene.world.hayon(resolve).code(0);
    start_again(&scene, 0);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_sent(&scene, 2);
}

#[test]
fn within_the_lifetime_of_the_key_a_repeat_is_sent_and_makes_no_second_post() {
    for at in [ACTED, NOT_ACTED] {
        let scene = killed_while_posting("4.5", at, FORBIDDEN);
        start_again(&scene, 0);
        let public = scene.public("mastodon");
        assert_eq!(public.len(), 1, "{public:#?}");
        let post = scene.world.show(1);
        assert_eq!(post["status"], "COMPLETED", "{post:#}");
        let delivery = delivery(&post, "mastodon");
        assert_eq!(delivery["remote_id"], public[0]["id"], "{post:#}");
        assert_sent(&scene, 2);
    }
}

#[test]
fn a_server_that_answers_repeats_with_an_error_leaves_it_in_doubt_and_public_once() {
    let scene = killed_while_posting("4.6", ACTED, FORBIDDEN);
    start_again(&scene, 7);
    assert_in_doubt(&scene);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn where_the_repeat_is_answered_a_server_that_errs_on_repeats_does_no_harm() {
    let scene = killed_while_posting("4.6", NOT_ACTED, FORBIDDEN);
    start_again(&scene, 0);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_sent(&scene, 2);
}

#[test]
fn in_doubt_on_one_account_weighs_more_than_success_on_another() {
    let lost = "mastodon POST /api/v1/statuses #1 act-and-hang-up";
    let faults = ["--fault", FORBIDDEN, "--fault", lost];
    let scene = Scene::new(&[&["--mastodon-version", "4.6"][..], &faults].concat());
    let to = "bluesky,mastodon";
    let post = ["post", TEXT, "--to", to, "--wait", "60s", "--json"];
    let post = scene.world.hayon(post).code(7).json();
    assert_eq!(post["status"], "PARTIAL_SUCCESS", "{post:#}");
    assert_eq!(post["in_doubt"], true, "{post:#}");
    assert_eq!(delivery(&post, "bluesky")["state"], "delivered", "{post:#}");
    assert_eq!(
        delivery(&post, "mastodon")["reason"],
        "in_doubt",
        "{post:#}"
    );
    assert_eq!(scene.public("mastodon").len(), 1);
}
