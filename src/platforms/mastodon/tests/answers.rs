//! What each answer to a status means.

use std::sync::Arc;

use serde_json::json;

use crate::clock;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::mastodon::client::Client;
use crate::platforms::mastodon::tests::STATUSES;
use crate::platforms::mastodon::tests::TOKEN;
use crate::platforms::mastodon::tests::publisher;
use crate::platforms::mastodon::tests::text_post;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::publish::PublishError;
use crate::publish::Publisher;
use crate::publish::Server as At;

/// Publishes a text to a server that answers `reply`; returns the error and the mark it left.
async fn refused(reply: Reply) -> (PublishError, Vec<String>) {
    let server = Server::new([(STATUSES, reply)]).await;
    let delivery = Delivery::new(None);
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error:?}");
    (error, delivery.marks())
}

#[track_caller]
fn assert_void(marks: &[String]) {
    assert_eq!(marks, ["post status: void"]);
}

#[tokio::test]
async fn a_dead_token_needs_a_log_in() {
    let said = json!({"error": "The access token was revoked"});
    let (error, marks) = refused(json_reply(401, &said)).await;
    assert!(matches!(&error, PublishError::LoginNeeded(cause)
        if cause.message == "the server answered 401: \"The access token was revoked\"" && cause.status == Some(401)));
    assert_void(&marks);
}

#[tokio::test]
async fn a_token_that_may_not_post_needs_a_log_in() {
    let said = json!({"error": "This action is outside the authorized scopes"});
    let (error, marks) = refused(json_reply(403, &said)).await;
    assert!(matches!(error, PublishError::LoginNeeded(_)));
    assert_void(&marks);
}

#[tokio::test]
async fn an_account_that_may_not_post_is_refused() {
    let said = json!({"error": "Your login is currently disabled"});
    let (error, marks) = refused(json_reply(403, &said)).await;
    assert!(
        matches!(&error, PublishError::Refused(cause) if cause.message.contains("currently disabled"))
    );
    assert_void(&marks);
}

#[tokio::test]
async fn a_clear_no_is_refused_in_the_servers_words() {
    for status in [400, 404, 410, 413, 422] {
        let said = json!({"error": "Validation failed: Text\u{1b}[2J limit of 500 exceeded"});
        let (error, marks) = refused(json_reply(status, &said)).await;
        let PublishError::Refused(cause) = error else {
            panic!("{status}: {error:?}");
        };
        let words = "Validation failed: Text\\u{1b}[2J limit of 500 exceeded";
        assert_eq!(
            cause.message,
            format!("the server answered {status}: \"{words}\"")
        );
        assert_void(&marks);
    }
}

#[tokio::test]
async fn a_rate_limit_names_the_instant_of_its_end() {
    let limited = || json_reply(429, &json!({"error": "Too many requests"}));
    let reset = limited().with_header("X-RateLimit-Reset", "2026-11-23T12:05:00.123456Z");
    let (error, marks) = refused(reset).await;
    let wait = until(&error);
    assert!((299..=300).contains(&wait), "{wait}");
    assert_void(&marks);

    let (error, _) = refused(limited().with_header("Retry-After", "40")).await;
    assert!((40..=45).contains(&until(&error)));
    let (error, _) = refused(limited()).await;
    assert!((60..=65).contains(&until(&error)));
}

/// Returns the seconds from the beginning of the test until a rate limit ends.
#[track_caller]
fn until(error: &PublishError) -> u64 {
    let PublishError::WaitUntil { until, .. } = error else {
        panic!("{error:?}");
    };
    clock::elapsed(NOW.parse().unwrap(), *until).as_secs()
}

#[tokio::test]
async fn after_a_server_error_nobody_knows() {
    for (status, at) in [
        (408, At::AtWork),
        (500, At::Done),
        (502, At::AtWork),
        (503, At::Done),
        (504, At::AtWork),
        (522, At::AtWork),
    ] {
        let (error, marks) = refused(text_reply(status, "text/html", "<h1>sorry</h1>")).await;
        let PublishError::Unclear { cause, server } = error else {
            panic!("{status}: {error:?}");
        };
        assert_eq!(server, at, "{status}");
        assert_eq!(
            cause.message,
            format!("the server answered {status} with a web page")
        );
        let mark = if at == At::AtWork { "unheard" } else { "begun" };
        assert_eq!(marks, [format!("post status: {mark}")]);
    }
}

#[tokio::test]
async fn after_a_lost_answer_the_server_may_still_be_at_work() {
    for reply in [Reply::HangUp, Reply::Cut] {
        let (error, marks) = refused(reply).await;
        assert!(
            matches!(
                error,
                PublishError::Unclear {
                    server: At::AtWork,
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(marks, ["post status: unheard"]);
    }
}

#[tokio::test]
async fn a_success_without_an_id_may_be_public() {
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for reply in [
        text_reply(200, "text/html", "<html>welcome</html>"),
        text_reply(200, "application/json", ""),
        text_reply(200, "application/json", nested),
        json_reply(200, &json!({"error": "oops"})),
        json_reply(200, &json!({"id": {"nested": true}})),
        json_reply(200, &json!({"id": "../../etc"})),
        json_reply(200, &json!([1, 2])),
    ] {
        let (error, marks) = refused(reply).await;
        assert!(
            matches!(
                error,
                PublishError::Unclear {
                    server: At::Done,
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(marks, ["post status: begun"]);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_proves_nothing() {
    let reply =
        text_reply(301, "text/html", "").with_header("Location", "https://evil.example/x?token=1");
    let (error, _) = refused(reply).await;
    assert!(
        matches!(&error, PublishError::Unclear { cause, server: At::Done }
        if cause.message.contains("https://evil.example/x`") && !cause.message.contains("token"))
    );
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_was_sent_nothing() {
    let origin = Server::new([]).await.origin.clone();
    let server = Server::new([]).await;
    let mut gone = publisher(&server);
    // Port 9 of loopback: nothing listens there.
    let mut nowhere = origin;
    nowhere.set_port(Some(9)).unwrap();
    gone.client = Client::new(Arc::new(Http::new()), nowhere, Secret::new(TOKEN));
    let delivery = Delivery::new(None);
    let error = gone
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::Unavailable(_)), "{error:?}");
    assert_eq!(delivery.marks(), ["post status: void"]);
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_refused_before_anything_is() {
    let server = Server::new([]).await;
    let mut publisher = publisher(&server);
    publisher.client = Client::new(
        Arc::new(Http::new()),
        server.origin.clone(),
        Secret::new("two\nlines"),
    );
    let delivery = Delivery::new(None);
    let error = publisher
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::Refused(_)), "{error:?}");
    assert_eq!(server.count(), 0);
}
