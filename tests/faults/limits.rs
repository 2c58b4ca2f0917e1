//! Rate limits: never before the time that the platform names, in every form that it names it, and
//! no attempt is used up.

use jiff::SignedDuration;

use crate::moments::moment;
use crate::support::platforms::visible;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";
const PUT_RECORD: &str = "/xrpc/com.atproto.repo.putRecord";
const POSTS: &str = "/v2/blog/alice/posts";
const CREATE_SESSION: &str = "/xrpc/com.atproto.server.createSession";

/// Asserts that after a 429 with `header` at `path` nothing is sent for `wait`, and once after it.
#[track_caller]
fn check(platform: &str, path: &str, header: &str, wait: SignedDuration) {
    let fault = format!("{platform} POST {path} #1 status:429 {header}");
    let scene = Scene::with_bucket_and_faults(&[&fault]);
    let post = ["post", "limited", "--to", platform].map(str::to_owned);
    let post = post.into_iter().chain(scene.world.least_pictures(platform));
    let limited = scene.world.hayon(post).code(6);
    assert!(limited.stdout.contains("again at"), "{limited}");
    assert!(limited.stdout.contains("429"), "{limited}");
    let post = scene.world.show(1);
    let waits = delivery(&post, platform);
    assert_eq!(waits["state"], "queued", "{post:#}");
    assert_eq!(waits["error"]["kind"], "rate_limited", "{post:#}");
    assert_eq!(waits["attempts"], 0, "a limit uses up no attempt: {post:#}");
    // It is still queued, and nothing is sent early.
    let early = scene.world.hayon(["daemon", "--once"]).code(6);
    assert_eq!(scene.requests("received", "POST", path).len(), 1, "{early}");
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .code(0);
    let refused_at = moment(&scene.requests("answered", "POST", path)[0], "at");
    let sent_at = moment(&scene.requests("received", "POST", path)[1], "at");
    let next_at = moment(waits, "next_at");
    let waited = sent_at.duration_since(refused_at);
    assert!(waited >= wait, "{header}: sent again after {waited:#}");
    assert!(sent_at >= next_at, "sent at {sent_at}, before {next_at}");
    let post = scene.world.show(1);
    assert_eq!(delivery(&post, platform)["attempts"], 1, "{post:#}");
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    assert_eq!(scene.public(platform).len(), 1);
}

const TWO_SECONDS: SignedDuration = SignedDuration::from_secs(2);

#[test]
fn mastodons_own_header_is_obeyed() {
    check("mastodon", STATUSES, "X-RateLimit-Reset: +2s", TWO_SECONDS);
}

#[test]
fn retry_after_is_obeyed_on_mastodon() {
    check("mastodon", STATUSES, "Retry-After: +2s", TWO_SECONDS);
}

#[test]
fn blueskys_own_header_is_obeyed() {
    check("bluesky", PUT_RECORD, "ratelimit-reset: +2s", TWO_SECONDS);
}

#[test]
fn retry_after_is_obeyed_on_bluesky() {
    check("bluesky", PUT_RECORD, "Retry-After: +2s", TWO_SECONDS);
}

#[test]
fn tumblrs_own_headers_are_obeyed() {
    check(
        "tumblr",
        POSTS,
        "x-ratelimit-perhour-reset: +2s",
        TWO_SECONDS,
    );
    check(
        "tumblr",
        POSTS,
        "x-ratelimit-perday-reset: +2s",
        TWO_SECONDS,
    );
}

#[test]
fn retry_after_is_obeyed_on_tumblr() {
    check("tumblr", POSTS, "Retry-After: +2s", TWO_SECONDS);
}

#[test]
fn retry_after_is_obeyed_on_metas_platforms() {
    for platform in ["threads", "instagram", "facebook"] {
        let (_, path) = visible(platform);
        check(platform, path, "Retry-After: +2s", TWO_SECONDS);
    }
}

#[test]
fn metas_own_estimate_is_obeyed() {
    // In minutes: three seconds.
    let usage = r#"{"1":[{"type":"x","call_count":100,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":0.05}]}"#;
    let header = format!("X-Business-Use-Case-Usage: {usage}");
    for platform in ["threads", "instagram", "facebook"] {
        let (_, path) = visible(platform);
        check(platform, path, &header, SignedDuration::from_secs(3));
    }
}

#[test]
fn a_limit_of_log_ins_is_obeyed() {
    check(
        "bluesky",
        CREATE_SESSION,
        "ratelimit-reset: +2s",
        TWO_SECONDS,
    );
}

#[test]
fn a_reset_that_is_over_already_is_no_storm() {
    let second = SignedDuration::from_secs(1);
    check("mastodon", STATUSES, "Retry-After: 0", second);
}

#[test]
fn a_limit_without_a_time_waits_for_about_a_minute() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:429"]);
    let _ = scene
        .world
        .hayon(["post", "limited", "--to", "mastodon"])
        .code(6);
    let post = scene.world.show(1);
    let refused_at = moment(&scene.requests("answered", "POST", STATUSES)[0], "at");
    let next_at = moment(delivery(&post, "mastodon"), "next_at");
    let wait = next_at.duration_since(refused_at);
    assert!(wait >= SignedDuration::from_secs(59), "{wait:#}");
    assert!(wait <= SignedDuration::from_secs(75), "{wait:#}");
}

#[test]
fn limits_beyond_the_schedule_do_not_park_a_post() {
    let mut scene = Scene::with_faults(&[
        "mastodon POST /api/v1/statuses #1 status:429 Retry-After: 1",
        "mastodon POST /api/v1/statuses #2 status:429 Retry-After: 1",
        "mastodon POST /api/v1/statuses #3 status:429 Retry-After: 1",
    ]);
    scene.world.set("HAYON_DAEMON_RETRY_DELAYS", "1s");
    let post = [
        "post", "patient", "--to", "mastodon", "--wait", "60s", "--json",
    ];
    let post = scene.world.hayon(post).code(0).json();
    assert_eq!(delivery(&post, "mastodon")["attempts"], 1, "{post:#}");
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn a_limit_on_one_account_does_not_keep_the_other_waiting() {
    let scene =
        Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:429 Retry-After: 60"]);
    let post = ["post", "one of two", "--to", "bluesky,mastodon", "--json"];
    let post = scene.world.hayon(post).code(6).json();
    assert_eq!(post["status"], "PROCESSING", "{post:#}");
    assert_eq!(delivery(&post, "bluesky")["state"], "delivered", "{post:#}");
    assert_eq!(delivery(&post, "mastodon")["state"], "queued", "{post:#}");
}
