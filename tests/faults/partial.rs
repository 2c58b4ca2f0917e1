//! Partial success over six platforms: each account goes its own way, and none waits for another.

use serde_json::Value;

use crate::moments::moment;
use crate::outages::nowhere;
use crate::support::eventually;
use crate::support::platforms::PLATFORMS;
use crate::support::platforms::at_visible;
use crate::support::platforms::visible;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Every account but Tumblr's, which is down in most of these tests.
const OTHERS: [&str; 5] = ["bluesky", "mastodon", "threads", "instagram", "facebook"];

const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "60s"];

const REVOKED: &str = "sandbox-threads-token-revoked";

/// Returns the words of a post to every account, with a picture.
fn post_to_all(scene: &Scene, text: &str, more: &[&str]) -> Vec<String> {
    let to = PLATFORMS.join(",");
    let words = ["post", text, "--to", &to].map(str::to_owned);
    let more = more.iter().map(ToString::to_string);
    let pictures = scene.world.pictures(1);
    words.into_iter().chain(pictures).chain(more).collect()
}

#[track_caller]
fn assert_once_on(scene: &Scene, platforms: &[&str], text: &str) {
    for platform in platforms {
        let public = scene.public(platform);
        let with_text = public.iter().filter(|post| post["text"] == text);
        assert_eq!(with_text.count(), 1, "{platform}: {public:#?}");
    }
}

#[track_caller]
fn assert_parked(post: &Value, account: &str, reason: &str) {
    let parked = delivery(post, account);
    assert_eq!(parked["state"], "parked", "{post:#}");
    assert_eq!(parked["reason"], reason, "{post:#}");
}

#[track_caller]
fn assert_waits(post: &Value, account: &str, kind: &str) {
    let waits = delivery(post, account);
    assert_eq!(waits["state"], "queued", "{post:#}");
    assert_eq!(waits["error"]["kind"], kind, "{post:#}");
    assert_eq!(waits["attempts"], 0, "{post:#}");
}

#[test]
fn one_refused_one_without_a_log_in_one_limited_one_down_and_two_are_published() {
    let refused = at_visible("mastodon", "status:422");
    let limited = at_visible("instagram", "status:429 Retry-After: 60");
    let mut scene = Scene::with_bucket_and_faults(&[&refused, &limited]);
    scene.world.set("HAYON_THREADS_TOKEN", REVOKED);
    scene.world.set("HAYON_TUMBLR_API_URL", &nowhere());
    let post = post_to_all(&scene, "six", &["--json"]);
    let post = scene.world.hayon(post).code(6).json();
    assert_eq!(post["status"], "PROCESSING", "{post:#}");
    assert_parked(&post, "mastodon", "refused");
    assert_parked(&post, "threads", "login_needed");
    assert_waits(&post, "instagram", "rate_limited");
    assert_waits(&post, "tumblr", "unavailable");
    let fine = ["bluesky", "facebook"];
    for account in fine {
        assert_eq!(delivery(&post, account)["state"], "delivered", "{post:#}");
    }
    assert_once_on(&scene, &fine, "six");
    assert_eq!(
        scene.sandbox.ledger()["posts"].as_array().map(Vec::len),
        Some(2)
    );

    // The minute is over, and Tumblr is back: nothing is left due, and two are parked.
    scene.world.unset("HAYON_TUMBLR_API_URL");
    scene.world.tamper("UPDATE deliveries SET next_at = due_at");
    let _ = scene.world.hayon(ONCE).code(0);
    let post = scene.world.show(1);
    assert_eq!(post["status"], "PARTIAL_SUCCESS", "{post:#}");
    // What a person has mended is published too, and the rest not again.
    let (variable, secret) = scene.sandbox.account("threads").secret_variable();
    scene.world.set(&variable, &secret);
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let _ = scene.world.hayon(ONCE).code(0);
    assert_once_on(&scene, &PLATFORMS, "six");
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
}

#[test]
fn where_nothing_is_left_to_try_a_part_is_a_partial_success() {
    let refused = at_visible("mastodon", "status:422");
    let mut scene = Scene::with_bucket_and_faults(&[&refused]);
    scene.world.set("HAYON_THREADS_TOKEN", REVOKED);
    let post = post_to_all(&scene, "four of six", &["--json"]);
    let post = scene.world.hayon(post).code(4).json();
    assert_eq!(post["status"], "PARTIAL_SUCCESS", "{post:#}");
    assert_parked(&post, "mastodon", "refused");
    assert_parked(&post, "threads", "login_needed");
    let fine = ["bluesky", "tumblr", "instagram", "facebook"];
    assert_once_on(&scene, &fine, "four of six");
}

#[test]
fn what_hangs_on_one_platform_keeps_no_other_from_being_published() {
    for platform in PLATFORMS {
        let scene = Scene::with_bucket_and_faults(&[&at_visible(platform, "hang")]);
        let mut running = scene.world.start(post_to_all(&scene, "beside", &[]));
        let (method, path) = visible(platform);
        scene.wait_for("received", method, path, 1);
        let others = PLATFORMS.iter().filter(|it| **it != platform);
        for other in others {
            let is_public = || (scene.public(other).len() == 1).then_some(());
            eventually(&format!("{other} beside {platform}"), is_public);
        }
        assert!(!running.has_ended(), "{platform} hangs");
    }
}

#[test]
fn a_platform_that_is_down_delays_no_other_and_gets_its_posts_when_it_is_back() {
    let mut scene = Scene::with_bucket(&[]);
    scene.world.set("HAYON_TUMBLR_API_URL", &nowhere());
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "1h");
    let daemon = scene.world.start_daemon();
    for number in 1..=3_u64 {
        let text = format!("during the outage {number}");
        let _ = scene
            .world
            .hayon(post_to_all(&scene, &text, &["--queue"]))
            .code(0);
        for platform in OTHERS {
            let account = || {
                let post = scene.world.show(number);
                (delivery(&post, platform)["state"] == "delivered").then_some(())
            };
            eventually(&format!("{platform}, post {number}"), account);
        }
    }
    let is_known = || {
        let post = scene.world.show(1);
        (delivery(&post, "tumblr")["error"]["kind"] == "unavailable").then_some(post)
    };
    let first = eventually("a Tumblr that is down", is_known);
    let tried_again_at = moment(delivery(&first, "tumblr"), "next_at");
    for number in 1..=3 {
        let post = scene.world.show(number);
        assert_eq!(post["status"], "PROCESSING", "{post:#}");
        assert_eq!(delivery(&post, "tumblr")["attempts"], 0, "{post:#}");
        for platform in OTHERS {
            let published_at = moment(delivery(&post, platform), "published_at");
            assert!(published_at < tried_again_at, "{post:#}");
        }
    }
    daemon.terminate();
    let _ = daemon.wait().code(0);
    // An hour later it is back.
    scene.world.unset("HAYON_TUMBLR_API_URL");
    scene.world.tamper("UPDATE deliveries SET next_at = due_at");
    let _ = scene.world.hayon(ONCE).code(0);
    for number in 1..=3 {
        assert_eq!(scene.world.show(number)["status"], "COMPLETED");
        let text = format!("during the outage {number}");
        assert_once_on(&scene, &PLATFORMS, &text);
    }
}

#[test]
fn a_revoked_token_parks_its_account_alone() {
    for platform in ["threads", "instagram", "facebook"] {
        let mut scene = Scene::with_bucket(&[]);
        let (variable, secret) = scene.sandbox.account(platform).secret_variable();
        scene
            .world
            .set(&variable, &format!("sandbox-{platform}-token-revoked"));
        for text in ["one", "two"] {
            let _ = scene
                .world
                .hayon(post_to_all(&scene, text, &["--queue"]))
                .code(0);
        }
        let told = scene.world.hayon(ONCE).code(4);
        let hint = format!("renew the credential of `{platform}`");
        assert!(told.stdout.contains(&hint), "{told}");
        for number in [1, 2] {
            let post = scene.world.show(number);
            assert_eq!(post["status"], "PARTIAL_SUCCESS", "{post:#}");
            assert_parked(&post, platform, "login_needed");
        }
        assert!(scene.public(platform).is_empty());
        scene.world.set(&variable, &secret);
        for number in ["1", "2"] {
            let _ = scene.world.hayon(["retry", number]).code(0);
        }
        let _ = scene.world.hayon(ONCE).code(0);
        for text in ["one", "two"] {
            assert_once_on(&scene, &PLATFORMS, text);
        }
    }
}
