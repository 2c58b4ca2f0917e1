//! Meta's own ways: containers that come late, fail, expire or cannot be found; errors that come
//! with the post public.

use jiff::SignedDuration;
use serde_json::Value;

use crate::moments::moment;
use crate::moments::now;
use crate::support::eventually;
use crate::support::platforms::at_visible;
use crate::support::platforms::visible;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const CREATE_ON_THREADS: &str = "/v1.0/me/threads";
const CREATE_ON_INSTAGRAM: &str = "/v26.0/17841400000000001/media";

const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "60s"];
const PATIENT: [&str; 2] = ["--wait", "60s"];

/// Publishes one picture on `platform` and returns the post as it stands then.
#[track_caller]
pub(crate) fn publish(scene: &Scene, platform: &str, more: &[&str], code: i32) -> Value {
    publish_with(scene, platform, 1, more, code)
}

#[track_caller]
fn publish_with(scene: &Scene, platform: &str, pictures: usize, more: &[&str], code: i32) -> Value {
    let words = ["post", "a quiet place", "--to", platform, "--json"].map(str::to_owned);
    let pictures = scene.world.pictures(pictures);
    let more = more.iter().map(ToString::to_string);
    let words = words.into_iter().chain(pictures).chain(more);
    scene
        .world
        .hayon(words.collect::<Vec<_>>())
        .code(code)
        .json()
}

fn create_on(platform: &str) -> &'static str {
    match platform {
        "threads" => CREATE_ON_THREADS,
        _ => CREATE_ON_INSTAGRAM,
    }
}

fn created_on(scene: &Scene, platform: &str) -> usize {
    scene
        .requests("received", "POST", create_on(platform))
        .len()
}

#[track_caller]
pub(crate) fn assert_delivered_once(scene: &Scene, platform: &str) {
    let post = scene.world.show(1);
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    let public = scene.public(platform);
    assert_eq!(public.len(), 1, "{public:#?}");
    let delivery = delivery(&post, platform);
    assert_eq!(delivery["remote_id"], public[0]["id"], "{post:#}");
    assert_eq!(delivery["url"], public[0]["url"], "{post:#}");
}

/// Asserts that `account` waits, and says `words`, and that no attempt was used up.
#[track_caller]
pub(crate) fn assert_waits(post: &Value, account: &str, words: &str) {
    let waits = delivery(post, account);
    assert_eq!(waits["state"], "queued", "{post:#}");
    assert_eq!(waits["error"]["kind"], "rate_limited", "{post:#}");
    assert_eq!(waits["attempts"], 0, "{post:#}");
    let told = waits["error"]["message"].as_str().unwrap_or_default();
    assert!(told.contains(words), "{told}");
}

/// Returns how long after `event` of the last request to `path` the delivery is tried again.
#[track_caller]
pub(crate) fn pause_after(
    scene: &Scene,
    post: &Value,
    account: &str,
    path: &str,
) -> SignedDuration {
    let answered = scene.requests("answered", "POST", path);
    let answered_at = moment(answered.last().expect("an answer"), "at");
    moment(delivery(post, account), "next_at").duration_since(answered_at)
}

/// Lets the pause be over, and delivers what is due.
#[track_caller]
pub(crate) fn later(scene: &Scene) {
    scene.world.tamper("UPDATE deliveries SET next_at = due_at");
    let _ = scene.world.hayon(ONCE).code(0);
}

#[test]
fn an_error_that_comes_with_the_post_public_makes_no_second_post() {
    for (platform, error, pictures) in [
        // Threads: a 500 that speaks of permissions.
        ("threads", "act-and-error:10", 1),
        ("threads", "act-and-error:10", 2),
        ("threads", "act-and-error:1", 1),
        ("threads", "act-and-error:4/2207051", 1),
        ("instagram", "act-and-error:4/2207051", 1),
        ("instagram", "act-and-error:2", 2),
        ("instagram", "act-and-error:-1/2207001", 1),
        ("instagram", "act-and-status:503", 1),
        ("facebook", "act-and-error:2", 0),
        ("facebook", "act-and-error:2", 1),
        ("facebook", "act-and-error:1", 0),
        ("facebook", "act-and-status:502", 0),
        // It says that the photos are used: an earlier sending has done it.
        ("facebook", "act-and-error:506", 1),
        ("facebook", "act-and-error:1366051", 2),
        ("facebook", "act-and-error:100/1366051", 1),
    ] {
        let scene = Scene::with_bucket_and_faults(&[&at_visible(platform, error)]);
        let _ = publish_with(&scene, platform, pictures, &PATIENT, 0);
        assert_delivered_once(&scene, platform);
        assert_eq!(scene.sent(platform), 1, "{platform} {error}: sent again");
    }
}

#[test]
fn an_error_that_may_come_with_the_post_public_and_did_not_loses_no_post() {
    for (platform, error) in [
        ("threads", "error:10"),
        ("threads", "error:2"),
        ("instagram", "error:2"),
        ("instagram", "error:1"),
    ] {
        let scene = Scene::with_bucket_and_faults(&[&at_visible(platform, error)]);
        let _ = publish(&scene, platform, &PATIENT, 0);
        assert_delivered_once(&scene, platform);
        assert_eq!(created_on(&scene, platform), 1, "one container is enough");
    }
}

#[test]
fn on_a_page_an_error_that_may_come_with_the_post_public_is_in_doubt_if_it_is_not_to_be_seen() {
    for (error, pictures) in [
        ("error:2", 0),
        ("error:1", 1),
        ("status:503", 0),
        ("error:1366051", 1),
    ] {
        let scene = Scene::with_bucket_and_faults(&[&at_visible("facebook", error)]);
        let post = publish_with(&scene, "facebook", pictures, &PATIENT, 7);
        let parked = delivery(&post, "facebook");
        assert_eq!(parked["reason"], "in_doubt", "{error}: {post:#}");
        assert!(scene.public("facebook").is_empty());
        // Nothing sends it again but the word of a person.
        let _ = scene.world.hayon(["retry", "1"]).code(0);
        let _ = scene.world.hayon(ONCE).code(7);
        assert_eq!(scene.sent("facebook"), 1);
        let resolve = ["resolve", "1", "--account", "facebook", "--not-published"];
        let _ = scene.world.hayon(resolve).code(0);
        let _ = scene.world.hayon(ONCE).code(0);
        assert_delivered_once(&scene, "facebook");
    }
}

#[test]
fn a_post_like_the_last_one_that_a_page_refuses_is_parked_with_its_words() {
    let scene = Scene::with_bucket(&["--graph", "duplicates=refused"]);
    let _ = publish_with(&scene, "facebook", 0, &[], 0);
    let post = publish_with(&scene, "facebook", 0, &["--again"], 1);
    let parked = delivery(&post, "facebook");
    assert_eq!(parked["reason"], "refused", "{post:#}");
    let told = parked["error"]["message"].as_str().unwrap_or_default();
    assert!(told.contains("Duplicate status message"), "{told}");
    assert_eq!(scene.public("facebook").len(), 1);
}

#[test]
fn a_container_that_cannot_be_found_yet_is_waited_for_and_not_made_again() {
    let container = "/v1.0/242*";
    let lost = format!("threads GET {container} #1 error:24/4279009");
    let lost_at_publish = at_visible("threads", "error:24/4279009");
    for fault in [lost, lost_at_publish] {
        let scene = Scene::with_bucket_and_faults(&[&fault]);
        let post = publish(&scene, "threads", &[], 6);
        assert_waits(&post, "threads", "cannot be found");
        let wait = pause_after(&scene, &post, "threads", CREATE_ON_THREADS);
        assert!(wait >= SignedDuration::from_secs(30), "{wait:#}");
        later(&scene);
        assert_delivered_once(&scene, "threads");
        assert_eq!(created_on(&scene, "threads"), 1, "{fault}");
    }
}

#[test]
fn a_container_that_is_not_ready_is_published_a_little_later() {
    for platform in ["threads", "instagram"] {
        let early = at_visible(platform, "error:9007/2207027");
        let scene = Scene::with_bucket_and_faults(&[&early]);
        let post = publish(&scene, platform, &[], 6);
        let waits = delivery(&post, platform);
        assert_eq!(waits["state"], "queued", "{post:#}");
        assert_eq!(waits["attempts"], 0, "{post:#}");
        later(&scene);
        assert_delivered_once(&scene, platform);
        assert_eq!(created_on(&scene, platform), 1, "{platform}");
    }
}

#[test]
fn a_container_that_failed_or_expired_before_it_was_published_is_made_again_once() {
    for platform in ["threads", "instagram"] {
        for state in ["ERROR", "EXPIRED"] {
            let path = create_on(platform);
            let fault = format!("{platform} POST {path} #1 container:{state}");
            let scene = Scene::with_bucket_and_faults(&[&fault]);
            let _ = publish(&scene, platform, &PATIENT, 0);
            assert_delivered_once(&scene, platform);
            assert_eq!(created_on(&scene, platform), 2, "{platform} {state}");
            assert_eq!(scene.sent(platform), 1, "{platform} {state}");
        }
    }
}

#[test]
fn an_item_of_a_carousel_that_expired_has_the_carousel_made_again() {
    for platform in ["threads", "instagram"] {
        let path = create_on(platform);
        let fault = format!("{platform} POST {path} #1 container:EXPIRED");
        let scene = Scene::with_bucket_and_faults(&[&fault]);
        let _ = publish_with(&scene, platform, 2, &PATIENT, 0);
        assert_delivered_once(&scene, platform);
        assert_eq!(
            scene.public(platform)[0]["media"].as_array().map(Vec::len),
            Some(2)
        );
    }
}

#[test]
fn a_container_that_expired_while_nobody_was_there_is_made_again() {
    // It is made, and then Meta says to wait for longer than it lives.
    for platform in ["threads", "instagram"] {
        let limit = at_visible(platform, "status:429 Retry-After: 60");
        let scene = Scene::with_bucket(&["--graph", "lifetime=4s", "--fault", &limit]);
        let _ = publish(&scene, platform, &[], 6);
        let made = scene.requests("acted", "POST", create_on(platform));
        let expires_at = moment(&made[0], "at") + SignedDuration::from_secs(4);
        eventually("the end of the container", || {
            (now() > expires_at).then_some(())
        });
        later(&scene);
        assert_delivered_once(&scene, platform);
        assert_eq!(created_on(&scene, platform), 2, "{platform}");
    }
}

#[test]
fn a_container_that_comes_late_is_waited_for() {
    for platform in ["threads", "instagram"] {
        for pictures in [1, 2] {
            let scene = Scene::with_bucket(&["--graph", "ready-after=3s"]);
            let post = publish_with(&scene, platform, pictures, &[], 0);
            assert_eq!(delivery(&post, platform)["attempts"], 1, "{post:#}");
            assert_delivered_once(&scene, platform);
            let made = scene.requests("acted", "POST", create_on(platform));
            let (_, path) = visible(platform);
            let sent = &scene.requests("received", "POST", path)[0];
            let last = made.last().expect("a container");
            let waited = moment(sent, "at").duration_since(moment(last, "at"));
            assert!(waited >= SignedDuration::from_secs(3), "{waited:#}");
            assert_eq!(scene.sent(platform), 1);
        }
    }
}

#[test]
fn a_picture_that_meta_cannot_fetch_is_offered_again() {
    for platform in ["threads", "instagram"] {
        let path = create_on(platform);
        let refused = format!("{platform} POST {path} #1 error:9004/2207052");
        let closed = "s3 GET /hayon-sandbox/posts/* #1 status:403".to_owned();
        for fault in [refused, closed] {
            let scene = Scene::with_bucket_and_faults(&[&fault]);
            let post = publish(&scene, platform, &PATIENT, 0);
            assert_eq!(delivery(&post, platform)["attempts"], 2, "{post:#}");
            assert_delivered_once(&scene, platform);
        }
    }
}

#[test]
fn a_picture_that_meta_can_never_fetch_parks_the_post_and_tells_no_signed_address() {
    for platform in ["threads", "instagram"] {
        let scene = Scene::with_bucket_and_faults(&["s3 GET /hayon-sandbox/posts/* #* status:403"]);
        let post = publish(&scene, platform, &PATIENT, 1);
        let parked = delivery(&post, platform);
        assert_eq!(parked["reason"], "exhausted", "{post:#}");
        assert!(!post.to_string().contains("X-Amz-Signature"), "{post:#}");
        assert!(scene.public(platform).is_empty());
        assert_eq!(scene.sent(platform), 0);
    }
}

#[test]
fn a_block_for_breaking_the_rules_is_parked_with_the_platforms_words() {
    for platform in ["threads", "instagram", "facebook"] {
        let blocked = at_visible(platform, "error:368/1346003");
        let scene = Scene::with_bucket_and_faults(&[&blocked]);
        let post = publish(&scene, platform, &PATIENT, 1);
        let parked = delivery(&post, platform);
        assert_eq!(parked["reason"], "refused", "{post:#}");
        let told = parked["error"]["message"].as_str().unwrap_or_default();
        assert!(told.contains("368/1346003"), "{told}");
    }
}

#[test]
fn what_is_taken_for_spam_is_looked_for_and_waits_for_hours_with_the_platforms_words() {
    for platform in ["threads", "instagram"] {
        let (method, path) = visible(platform);
        let fault = format!("{platform} {method} {path} #* error:4/2207051");
        let scene = Scene::with_bucket_and_faults(&[&fault]);
        let post = publish(&scene, platform, &PATIENT, 6);
        let waits = delivery(&post, platform);
        assert_eq!(waits["state"], "queued", "{post:#}");
        let told = waits["error"]["message"].as_str().unwrap_or_default();
        assert!(told.contains("protect our community"), "{told}");
        let pause = moment(waits, "next_at").duration_since(now());
        assert!(pause > SignedDuration::from_hours(5), "{pause:#}");
        assert_eq!(
            scene.requests("received", method, path).len(),
            1,
            "sent again"
        );
        assert!(scene.public(platform).is_empty());
    }
}

#[test]
fn an_address_that_cannot_be_had_fails_no_post() {
    for (platform, path) in [("threads", "/v1.0/243*"), ("instagram", "/v26.0/1805*")] {
        let fault = format!("{platform} GET {path} #* error:100/33");
        let scene = Scene::with_bucket_and_faults(&[&fault]);
        let post = publish(&scene, platform, &[], 0);
        let delivered = delivery(&post, platform);
        assert_eq!(delivered["state"], "delivered", "{post:#}");
        assert_eq!(delivered["remote_id"], scene.public(platform)[0]["id"]);
        assert_eq!(delivered["url"], Value::Null, "{post:#}");
    }
}
