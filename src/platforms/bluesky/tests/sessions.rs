//! Sessions: kept, refreshed, made anew, and never twice at once.

use crate::platforms::bluesky::tests::LOG_IN;
use crate::platforms::bluesky::tests::PASSWORD;
use crate::platforms::bluesky::tests::PUT;
use crate::platforms::bluesky::tests::REFRESH;
use crate::platforms::bluesky::tests::RKEY;
use crate::platforms::bluesky::tests::UPLOAD;
use crate::platforms::bluesky::tests::blob;
use crate::platforms::bluesky::tests::error;
use crate::platforms::bluesky::tests::publisher;
use crate::platforms::bluesky::tests::publisher_with;
use crate::platforms::bluesky::tests::put;
use crate::platforms::bluesky::tests::ready;
use crate::platforms::bluesky::tests::session;
use crate::platforms::bluesky::tests::text_post;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::Publisher;

use serde_json::json;

fn expired() -> Reply {
    error(400, "ExpiredToken", "Token has expired")
}

#[tokio::test]
async fn a_session_is_kept_for_later_runs() {
    let server = Server::new([(LOG_IN, session(1)), (PUT, put(RKEY)), (PUT, put(RKEY))]).await;
    let store = session_store();
    for _ in 0..2 {
        let a_run = publisher_with(&server, &store);
        a_run
            .publish(&text_post("hello"), &ready().attempt())
            .await
            .unwrap();
    }
    let log_in = &server.received(LOG_IN)[0];
    assert_eq!(
        log_in.json(),
        json!({"identifier": "me.test", "password": PASSWORD})
    );
    assert_eq!(
        server.received(PUT)[1].header("authorization"),
        "Bearer access-1"
    );
}

#[tokio::test]
async fn two_uploads_side_by_side_log_in_once() {
    let uploaded = |link| json_reply(200, &json!({"blob": blob(link)}));
    let server = Server::new([
        (LOG_IN, session(1)),
        (UPLOAD, uploaded("a")),
        (UPLOAD, uploaded("b")),
        (PUT, error(400, "InvalidRequest", "enough")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let post = post(
        Platform::Bluesky,
        "",
        vec![picture("a.png", ""), picture("b.png", "")],
    );
    publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert_eq!(server.received(LOG_IN).len(), 1);
}

#[tokio::test]
async fn two_that_find_the_session_expired_refresh_it_once() {
    let uploaded = |link| json_reply(200, &json!({"blob": blob(link)}));
    let server = Server::new([
        (LOG_IN, session(1)),
        (UPLOAD, expired()),
        (UPLOAD, expired()),
        (REFRESH, session(2)),
        (UPLOAD, uploaded("a")),
        (UPLOAD, uploaded("b")),
        (PUT, error(400, "InvalidRequest", "enough")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let post = post(
        Platform::Bluesky,
        "",
        vec![picture("a.png", ""), picture("b.png", "")],
    );
    let error = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::Refused(_)), "{error:?}");
    assert_eq!(server.received(REFRESH).len(), 1);
}

#[tokio::test]
async fn an_expired_session_is_refreshed_and_the_request_sent_again() {
    let server = Server::new([
        (LOG_IN, session(1)),
        (PUT, expired()),
        (REFRESH, session(2)),
        (PUT, put(RKEY)),
        (PUT, put(RKEY)),
    ])
    .await;
    let store = session_store();
    let delivery = ready();
    let first = publisher_with(&server, &store);
    first
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap();
    assert_eq!(delivery.marks(), ["compose: done", "put record: done"]);
    assert_eq!(
        server.received(REFRESH)[0].header("authorization"),
        "Bearer refresh-1"
    );
    assert_eq!(
        server.received(PUT)[1].header("authorization"),
        "Bearer access-2"
    );

    let second = publisher_with(&server, &store);
    second
        .publish(&text_post("hello"), &ready().attempt())
        .await
        .unwrap();
    assert_eq!(
        server.received(PUT)[2].header("authorization"),
        "Bearer access-2"
    );
}

#[tokio::test]
async fn a_dead_refresh_token_is_replaced_by_a_log_in() {
    for no in [
        expired(),
        error(400, "InvalidToken", "revoked"),
        error(401, "AuthenticationRequired", ""),
    ] {
        let server = Server::new([
            (LOG_IN, session(1)),
            (
                PUT,
                error(401, "InvalidToken", "Token could not be verified"),
            ),
            (REFRESH, no),
            (LOG_IN, session(2)),
            (PUT, put(RKEY)),
        ])
        .await;
        publisher(&server)
            .publish(&text_post("hello"), &ready().attempt())
            .await
            .unwrap();
        assert_eq!(
            server.received(PUT)[1].header("authorization"),
            "Bearer access-2"
        );
    }
}

#[tokio::test]
async fn a_password_that_is_not_accepted_needs_a_log_in_by_a_person() {
    for name in ["AuthenticationRequired", "AuthFactorTokenRequired"] {
        let no = error(401, name, "Invalid identifier or password");
        let server = Server::new([(LOG_IN, no)]).await;
        let delivery = ready();
        let error = publisher(&server)
            .publish(&text_post("hello"), &delivery.attempt())
            .await;
        let Err(PublishError::LoginNeeded(cause)) = error else {
            panic!("{name}: {error:?}");
        };
        assert!(
            cause.message.contains("Invalid identifier or password"),
            "{cause:?}"
        );
        assert!(!cause.message.contains(PASSWORD));
        assert_eq!(delivery.marks(), ["compose: done", "put record: void"]);
    }
}

#[tokio::test]
async fn a_new_session_that_is_not_accepted_either_is_not_renewed_again() {
    let server = Server::new([
        (LOG_IN, session(1)),
        (PUT, expired()),
        (REFRESH, session(2)),
        (PUT, expired()),
    ])
    .await;
    let delivery = ready();
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::LoginNeeded(_)), "{error:?}");
}

#[tokio::test]
async fn a_log_in_that_is_limited_is_waited_for() {
    let limited = error(429, "RateLimitExceeded", "").with_header("retry-after", "40");
    let server = Server::new([(LOG_IN, limited)]).await;
    let error = publisher(&server)
        .publish(&text_post("hello"), &ready().attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::WaitUntil { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_without_a_session_is_no_log_in() {
    for body in [
        json!({}),
        json!({"did": "x", "accessJwt": "a", "refreshJwt": "b"}),
        json!([]),
        json!({"did": "did:plc:a"}),
    ] {
        let server = Server::new([(LOG_IN, json_reply(200, &body))]).await;
        let delivery = ready();
        let error = publisher(&server)
            .publish(&text_post("hello"), &delivery.attempt())
            .await;
        assert!(
            matches!(error, Err(PublishError::Unavailable(_))),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_lost_refresh_leaves_no_doubt_about_the_record() {
    let replies = [
        (LOG_IN, session(1)),
        (PUT, expired()),
        (REFRESH, Reply::HangUp),
    ];
    let server = Server::new(replies).await;
    let delivery = ready();
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await;
    assert!(
        matches!(error, Err(PublishError::Unavailable(_))),
        "{error:?}"
    );
    assert_eq!(delivery.marks(), ["compose: done", "put record: void"]);
}
