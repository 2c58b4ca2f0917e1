//! What each answer means: a row for every status and code.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::clock;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::platforms::tumblr::tests::CREATE;
use crate::platforms::tumblr::tests::EDIT;
use crate::platforms::tumblr::tests::LIMITS;
use crate::platforms::tumblr::tests::TOKEN;
use crate::platforms::tumblr::tests::publisher;
use crate::platforms::tumblr::tests::refused;
use crate::platforms::tumblr::tests::said;
use crate::platforms::tumblr::tests::text_post;
use crate::publish::PublishError;
use crate::publish::Publisher;
use crate::publish::Server as At;

/// Publishes a draft on a server that answers `reply`; returns the error and the mark it left.
async fn answered(reply: Reply, more: &[(&str, Reply)]) -> (PublishError, String) {
    let server = Server::new([(EDIT, reply)]).await;
    for (route, reply) in more {
        server.expect(route, reply.clone());
    }
    let delivery = Delivery::new(None).with_done("create draft", &json!("10"));
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error:?}");
    (error, delivery.marks().pop().unwrap())
}

fn word(error: &PublishError) -> &'static str {
    match error {
        PublishError::Refused(_) => "refused",
        PublishError::LoginNeeded(_) => "login needed",
        PublishError::WaitUntil { .. } => "wait",
        PublishError::Unclear {
            server: At::AtWork, ..
        } => "at work",
        PublishError::Unclear {
            server: At::Done, ..
        } => "done",
        _ => "other",
    }
}

#[tokio::test]
async fn every_status_and_code_has_its_meaning() {
    for (status, code, meaning, mark) in [
        (400, 0, "done", "begun"),
        (400, 5002, "refused", "void"),
        (400, 8001, "refused", "void"),
        (400, 8002, "refused", "void"),
        (400, 8005, "refused", "void"),
        (400, 8006, "done", "begun"),
        (400, 8009, "done", "begun"),
        (400, 8016, "refused", "void"),
        (400, 9999, "refused", "void"),
        (401, 1016, "login needed", "void"),
        (401, 0, "login needed", "void"),
        (403, 0, "refused", "void"),
        (403, 8008, "refused", "void"),
        (403, 8010, "wait", "void"),
        (403, 8011, "wait", "void"),
        (403, 8022, "wait", "void"),
        (408, 0, "at work", "unheard"),
        (500, 8006, "done", "begun"),
        (500, 8009, "done", "begun"),
        (502, 0, "at work", "unheard"),
        (503, 0, "done", "begun"),
        (504, 0, "at work", "unheard"),
    ] {
        let (error, left) = answered(refused(status, code), &[]).await;
        let (word, left) = (word(&error), left.rsplit(' ').next());
        assert_eq!((word, left), (meaning, Some(mark)), "{status}.{code}");
    }
}

#[tokio::test]
async fn a_title_is_told_with_its_code_and_the_talk_is_not() {
    let (error, _) = answered(refused(400, 8001), &[]).await;
    assert_eq!(
        error.to_string(),
        "the server answered 400: \"a title (8001)\""
    );
    let mixed = json!({"meta": {"msg": "Bad Request"}, "errors": ["words", {"code": 8001}]});
    let (error, _) = answered(json_reply(400, &mixed), &[]).await;
    assert_eq!(
        error.to_string(),
        "the server answered 400: \"Bad Request (8001)\""
    );
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_where_a_log_in_is_refused() {
    let at = |date: &str| refused(401, 1016).with_header("date", date);
    let (error, _) = answered(at("Mon, 23 Nov 2026 12:10:00 GMT"), &[]).await;
    assert!(
        error.to_string().contains("are 10 minutes apart")
            || error.to_string().contains("are 9 minutes apart"),
        "{error}"
    );
    let (error, _) = answered(at("Mon, 23 Nov 2026 12:01:00 GMT"), &[]).await;
    assert!(!error.to_string().contains("apart"), "{error}");
}

#[tokio::test]
async fn a_success_without_an_id_may_have_published() {
    for reply in [
        said(200, &json!({})),
        said(200, &json!({"id": "../1"})),
        said(200, &json!([])),
        text_reply(200, "text/html", "<p>welcome"),
        text_reply(302, "text/plain", ""),
        Reply::HangUp,
        Reply::Cut,
    ] {
        let (error, _) = answered(reply, &[]).await;
        assert!(matches!(error, PublishError::Unclear { .. }), "{error:?}");
    }
}

/// How long a test may take on a busy machine.
const SLOW: Duration = Duration::from_secs(50);

#[track_caller]
fn check_wait(error: &PublishError, seconds: u64) {
    let PublishError::WaitUntil { until, .. } = error else {
        panic!("{error:?}");
    };
    let now: Timestamp = NOW.parse().unwrap();
    // The clock moves on while the test runs.
    let waits = clock::elapsed(now, *until);
    let told = Duration::from_secs(seconds);
    assert!(
        told <= waits + Duration::from_secs(1) && waits <= told + SLOW,
        "{waits:?}"
    );
}

#[tokio::test]
async fn the_exhausted_limit_says_how_many_seconds_are_left() {
    let limited = || {
        json_reply(
            429,
            &json!({"meta": {"status": 429, "msg": "Limit Exceeded"}}),
        )
    };
    let hour = ("x-ratelimit-perhour-reset", "2132");
    let day = ("x-ratelimit-perday-reset", "84932");
    let (hour_left, day_left) = (
        "x-ratelimit-perhour-remaining",
        "x-ratelimit-perday-remaining",
    );
    for (headers, seconds) in [
        (vec![hour, (hour_left, "0"), day, (day_left, "9")], 2132),
        (vec![hour, (hour_left, "9"), day, (day_left, "0")], 84_932),
        (vec![hour, (hour_left, "0"), day, (day_left, "0")], 84_932),
        // The limit of the minute.
        (vec![hour, (hour_left, "9"), day, (day_left, "9")], 60),
        (vec![hour], 2132),
        (vec![("retry-after", "700")], 700),
        (vec![], 60),
    ] {
        let reply = headers.iter().fold(limited(), |reply, (name, value)| {
            reply.with_header(name, *value)
        });
        let (error, mark) = answered(reply, &[]).await;
        check_wait(&error, seconds);
        assert_eq!(mark, "publish draft: void");
    }
}

#[tokio::test]
async fn a_limit_of_the_day_ends_when_the_users_limits_say() {
    // Ten minutes after the tests' present.
    let counter = json!({"limit": 250, "remaining": 0, "reset_at": 1_795_435_800});
    let limits = |name: &str| said(200, &json!({"user": {name: counter}}));
    let (error, _) = answered(refused(403, 8023), &[(LIMITS, limits("posts"))]).await;
    check_wait(&error, 600);
    let (error, _) = answered(refused(403, 8004), &[(LIMITS, limits("photos"))]).await;
    check_wait(&error, 600);
    let (error, _) = answered(refused(403, 8004), &[(LIMITS, limits("posts"))]).await;
    check_wait(&error, 3600);
    let (error, _) = answered(refused(403, 8023), &[(LIMITS, refused(500, 0))]).await;
    check_wait(&error, 3600);
}

#[tokio::test]
async fn a_limit_that_ends_in_a_thousand_years_is_cut_to_a_week() {
    let counter = json!({"limit": 250, "remaining": 0, "reset_at": 33_000_000_000_u64});
    let limits = said(200, &json!({"user": {"posts": counter}}));
    let (error, _) = answered(refused(403, 8023), &[(LIMITS, limits)]).await;
    check_wait(&error, 604_800);
}

#[tokio::test]
async fn a_draft_that_could_not_be_created_says_why() {
    let server = Server::new([(CREATE, refused(400, 8005))]).await;
    let delivery = Delivery::new(None);
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::Refused(_)), "{error:?}");
    assert_eq!(delivery.marks(), ["compose: done", "create draft: void"]);
}
