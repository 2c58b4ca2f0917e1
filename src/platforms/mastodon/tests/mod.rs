//! What each answer of Mastodon means, one test per answer, against a server that answers by
//! script.

mod limits;
mod looks;

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::clock;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::mastodon::MastodonAccount;
use crate::platforms::mastodon::MastodonPublisher;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::Reply;
use crate::platforms::testing::Server;
use crate::platforms::testing::account;
use crate::platforms::testing::json_reply;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::text_reply;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Server as At;

const TOKEN: &str = "token-that-stays-secret";
const STATUSES: &str = "POST /api/v1/statuses";
const MEDIA: &str = "POST /api/v2/media";
const VERIFY: &str = "GET /api/v1/accounts/verify_credentials";

fn publisher(server: &Server) -> MastodonPublisher {
    let account = MastodonAccount {
        name: account(),
        instance: server.origin.clone(),
        token: Secret::new(TOKEN),
    };
    MastodonPublisher::new(Arc::new(Http::new()), Arc::new(Pictures), account)
}

fn text_post(text: &str) -> Post {
    post(Platform::Mastodon, text, Vec::new())
}

fn with_pictures(media: Vec<Media>) -> Post {
    post(Platform::Mastodon, "hello", media)
}

fn created(id: &str) -> Reply {
    json_reply(
        200,
        &json!({"id": id, "url": format!("https://m.example/@me/{id}")}),
    )
}

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
async fn a_text_is_one_request_and_is_sent_as_it_was_written() {
    let server = Server::new([(STATUSES, created("117"))]).await;
    let delivery = Delivery::new(None);
    let mut post = text_post("héllo\nworld");
    post.cw = Some("cats".to_owned());
    post.lang = Some("pt-BR".to_owned());
    post.visibility = Some(Visibility::Unlisted);
    let published = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap();

    assert_eq!(published.remote_id.as_deref(), Some("117"));
    assert_eq!(published.url.as_deref(), Some("https://m.example/@me/117"));
    assert_eq!(server.count(), 1);
    let request = &server.received(STATUSES)[0];
    assert_eq!(
        request.json(),
        json!({"status": "héllo\nworld", "spoiler_text": "cats", "sensitive": true,
               "visibility": "unlisted", "language": "pt"})
    );
    assert_eq!(request.header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("idempotency-key").len(), 32);
    assert_eq!(delivery.marks(), ["post status: done"]);
}

#[tokio::test]
async fn what_was_not_said_is_not_sent() {
    let server = Server::new([(STATUSES, created("1"))]).await;
    let delivery = Delivery::new(None);
    publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap();
    assert_eq!(
        server.received(STATUSES)[0].json(),
        json!({"status": "hello"})
    );
}

#[tokio::test]
async fn a_repeat_carries_the_same_key_and_another_delivery_another() {
    let server = Server::new([
        (STATUSES, Reply::HangUp),
        (STATUSES, created("1")),
        (STATUSES, created("2")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let publisher = publisher(&server);
    publisher
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    publisher
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap();
    let mut other = Delivery::new(None);
    other.identity.delivery = "another".to_owned();
    publisher
        .publish(&text_post("hello"), &other.attempt())
        .await
        .unwrap();
    let keys: Vec<String> = server
        .received(STATUSES)
        .iter()
        .map(|request| request.header("idempotency-key").to_owned())
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}

#[tokio::test]
async fn the_users_key_gives_the_same_key_on_every_machine() {
    let me = json_reply(200, &json!({"id": "9"}));
    let server = Server::new([
        (VERIFY, me.clone()),
        (STATUSES, created("1")),
        (VERIFY, me),
        (STATUSES, created("1")),
    ])
    .await;
    for delivery in ["here", "there"] {
        let mut on_a_machine = Delivery::new(Some("release-1"));
        on_a_machine.identity.delivery = delivery.to_owned();
        publisher(&server)
            .publish(&text_post("hello"), &on_a_machine.attempt())
            .await
            .unwrap();
        assert_eq!(
            on_a_machine.marks(),
            ["verify account: done", "post status: done"]
        );
    }
    let sent = server.received(STATUSES);
    assert_eq!(
        sent[0].header("idempotency-key"),
        sent[1].header("idempotency-key")
    );
}

#[tokio::test]
async fn pictures_are_uploaded_with_their_words_and_attached_in_order() {
    let server = Server::new([
        (MEDIA, json_reply(200, &json!({"id": "11"}))),
        (STATUSES, created("1")),
    ])
    .await;
    let delivery = Delivery::new(None).with_done("upload 2", &json!("22"));
    let post = with_pictures(vec![picture("a.png", "a cat"), picture("b.png", "a dog")]);
    publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap();

    let upload = server.received(MEDIA)[0].text();
    for part in [
        "name=\"file\"",
        "filename=\"a.png\"",
        "image/png",
        "bytes of posts/me/a.png",
        "name=\"description\"",
        "a cat",
    ] {
        assert!(upload.contains(part), "{part} in {upload}");
    }
    assert_eq!(
        server.received(STATUSES)[0].json()["media_ids"],
        json!(["11", "22"])
    );
    assert_eq!(
        delivery.marks(),
        ["upload 2: done", "upload 1: done", "post status: done"]
    );
}

#[tokio::test]
async fn a_picture_that_is_being_worked_on_is_waited_for() {
    let server = Server::new([
        (MEDIA, json_reply(202, &json!({"id": "11", "url": null}))),
        (
            "GET /api/v1/media/11",
            json_reply(206, &json!({"id": "11"})),
        ),
        (
            "GET /api/v1/media/11",
            json_reply(200, &json!({"id": "11"})),
        ),
        (STATUSES, created("1")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let post = with_pictures(vec![picture("a.gif", "")]);
    publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap();
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_picture_that_fails_is_refused_and_nothing_is_posted() {
    let server = Server::new([
        (MEDIA, json_reply(202, &json!({"id": "11"}))),
        (
            "GET /api/v1/media/11",
            json_reply(422, &json!({"error": "Error processing media"})),
        ),
    ])
    .await;
    let delivery = Delivery::new(None);
    let post = with_pictures(vec![picture("a.gif", "")]);
    let error = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, PublishError::Refused(cause) if cause.message.contains("Error processing media"))
    );
    assert_eq!(delivery.marks(), ["upload 1: void"]);
}

#[tokio::test]
async fn one_failed_upload_does_not_waste_the_others() {
    let server = Server::new([
        (MEDIA, json_reply(503, &json!({}))),
        (MEDIA, json_reply(200, &json!({"id": "2"}))),
    ])
    .await;
    let delivery = Delivery::new(None);
    let post = with_pictures(vec![picture("a.png", ""), picture("b.png", "")]);
    publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    let mut marks = delivery.marks();
    marks.sort_by_key(|mark| mark.ends_with("done"));
    assert!(
        marks[0].ends_with("begun") && marks[1].ends_with("done"),
        "{marks:?}"
    );
}

#[tokio::test]
async fn a_picture_that_has_changed_is_not_sent() {
    let server = Server::new([]).await;
    let delivery = Delivery::new(None);
    let post = with_pictures(vec![picture("changed.png", "")]);
    let error = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, PublishError::Refused(cause) if cause.message.contains("is not what it was"))
    );
    assert_eq!(server.count(), 0);
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
        let words = "Validation failed: Text [2J limit of 500 exceeded";
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
    let until = until(&error);
    assert!((299..=300).contains(&until), "{until}");
    assert_void(&marks);

    let (error, _) = refused(limited().with_header("Retry-After", "40")).await;
    assert!((40..=45).contains(&self::until(&error)));
    let (error, _) = refused(limited()).await;
    assert!((60..=65).contains(&self::until(&error)));
}

/// Returns the seconds from the beginning of the test until a rate limit ends.
#[track_caller]
fn until(error: &PublishError) -> u64 {
    let PublishError::WaitUntil { until, .. } = error else {
        panic!("{error:?}");
    };
    clock::elapsed(crate::platforms::testing::NOW.parse().unwrap(), *until).as_secs()
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
    gone.client = super::client::Client::new(Arc::new(Http::new()), nowhere, Secret::new(TOKEN));
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
    publisher.client = super::client::Client::new(
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

fn vanished() -> [(&'static str, Reply); 3] {
    let said = json!({"error": "Validation failed: Media 11 not found or already attached"});
    [
        (STATUSES, json_reply(422, &said)),
        (
            "GET /api/v1/media/11",
            json_reply(200, &json!({"id": "11"})),
        ),
        (
            "GET /api/v1/media/22",
            json_reply(404, &json!({"error": "Record not found"})),
        ),
    ]
}

fn with_uploads() -> Delivery {
    Delivery::new(None)
        .with_done("upload 1", &json!("11"))
        .with_done("upload 2", &json!("22"))
}

#[tokio::test]
async fn an_upload_that_has_vanished_is_uploaded_again() {
    let server = Server::new(vanished()).await;
    let delivery = with_uploads();
    let post = with_pictures(vec![picture("a.png", ""), picture("b.png", "")]);
    let error = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, PublishError::Stale { steps, .. } if steps == &["upload 1", "upload 2"])
    );
}

#[tokio::test]
async fn an_upload_that_is_attached_after_a_lost_answer_means_look() {
    let server = Server::new(vanished()).await;
    let delivery = with_uploads().with_unanswered("post status", "2026-11-23T11:59:00Z");
    let post = with_pictures(vec![picture("a.png", ""), picture("b.png", "")]);
    let error = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
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
}

#[tokio::test]
async fn a_refusal_while_the_uploads_are_there_is_a_refusal() {
    let server = Server::new([
        (STATUSES, json_reply(422, &json!({"error": "too long"}))),
        (
            "GET /api/v1/media/11",
            json_reply(200, &json!({"id": "11"})),
        ),
    ])
    .await;
    let delivery = Delivery::new(None).with_done("upload 1", &json!("11"));
    let post = with_pictures(vec![picture("a.png", "")]);
    let error = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn what_is_done_is_not_sent_again() {
    let server = Server::new([]).await;
    let done = Published {
        remote_id: Some("1".to_owned()),
        url: None,
    };
    let output: Value = serde_json::to_value(&done).unwrap();
    let delivery = Delivery::new(None).with_done("post status", &output);
    let published = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await;
    assert_eq!(published, Ok(done));
}

#[tokio::test]
async fn the_steps_that_it_takes_are_known_and_no_others() {
    let server = Server::new([]).await;
    let publisher = publisher(&server);
    for step in ["verify account", "post status", "upload 1", "upload 99"] {
        assert!(publisher.knows_step(step), "{step}");
    }
    for step in ["put record", "upload 0", "upload 100", "post status 2", ""] {
        assert!(!publisher.knows_step(step), "{step}");
    }
}
