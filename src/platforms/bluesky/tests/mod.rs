//! What each answer of a PDS means, one test per answer, against a server that answers by script.

mod cards;
mod checks;
mod log_ins;
mod looks;
mod records;
mod sessions;

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::clock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::bluesky::BlueskyAccount;
use crate::platforms::bluesky::BlueskyPublisher;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::account;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::platforms::testing::session_store;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::PublishError;
use crate::publish::Publisher;
use crate::publish::Server as At;

const PASSWORD: &str = "abcd-efgh-ijkl-mnop";
const DID: &str = "did:plc:abc123";
const RKEY: &str = "3n2y3ep2g2227";

const LOG_IN: &str = "POST /xrpc/com.atproto.server.createSession";
const REFRESH: &str = "POST /xrpc/com.atproto.server.refreshSession";
const UPLOAD: &str = "POST /xrpc/com.atproto.repo.uploadBlob";
const PUT: &str = "POST /xrpc/com.atproto.repo.putRecord";
const GET: &str = "GET /xrpc/com.atproto.repo.getRecord";
const RESOLVE: &str = "GET /xrpc/com.atproto.identity.resolveHandle";

fn publisher_with(server: &Server, store: &Arc<SessionStore>) -> BlueskyPublisher {
    let account = BlueskyAccount {
        name: account(),
        handle: "me.test".to_owned(),
        password: Secret::new(PASSWORD),
        service: Some(server.origin.clone()),
        plc_url: None,
    };
    let http = Arc::new(Http::new());
    BlueskyPublisher::new(http, Arc::new(Pictures), account, Arc::clone(store))
}

fn publisher(server: &Server) -> BlueskyPublisher {
    publisher_with(server, &session_store())
}

fn text_post(text: &str) -> Post {
    post(Platform::Bluesky, text, Vec::new())
}

/// Returns the answer to a log-in or a refresh that gives the `number`-th session.
fn session(number: u8) -> Reply {
    let (access, refresh) = (format!("access-{number}"), format!("refresh-{number}"));
    json_reply(
        200,
        &json!({"did": DID, "handle": "me.test", "accessJwt": access, "refreshJwt": refresh}),
    )
}

fn error(status: u16, name: &str, message: &str) -> Reply {
    json_reply(status, &json!({"error": name, "message": message}))
}

fn uri(rkey: &str) -> String {
    format!("at://{DID}/app.bsky.feed.post/{rkey}")
}

fn put(rkey: &str) -> Reply {
    json_reply(
        200,
        &json!({"uri": uri(rkey), "cid": "bafy", "validationStatus": "valid"}),
    )
}

fn blob(link: &str) -> Value {
    json!({"$type": "blob", "ref": {"$link": link}, "mimeType": "image/webp", "size": 7})
}

/// What the step `compose` leaves.
fn composed(created_at: &str) -> Value {
    let record = json!({"$type": "app.bsky.feed.post", "text": "hello", "createdAt": created_at});
    json!({"repo": DID, "rkey": RKEY, "record": record})
}

fn ready() -> Delivery {
    Delivery::new(None).with_done("compose", &composed(NOW))
}

/// Puts a composed record on a server that answers `reply`; returns the error and the marks.
async fn refused(delivery: Delivery, reply: Reply) -> (PublishError, Vec<String>) {
    let server = Server::new([(LOG_IN, session(1)), (PUT, reply)]).await;
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    let words = format!("{error} {error:?}");
    assert!(
        !words.contains(PASSWORD) && !words.contains("access-1"),
        "{words}"
    );
    (error, delivery.marks())
}

const VOID: [&str; 2] = ["compose: done", "put record: void"];
const BEGUN: [&str; 2] = ["compose: done", "put record: begun"];
const UNHEARD: [&str; 2] = ["compose: done", "put record: unheard"];

#[tokio::test]
async fn a_record_is_put_under_our_own_key_and_never_over_another() {
    let server = Server::new([(LOG_IN, session(1)), (PUT, put(RKEY))]).await;
    let delivery = ready();
    let published = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await;
    let published = published.unwrap();
    assert_eq!(published.remote_id, Some(uri(RKEY)));
    assert_eq!(
        published.url,
        Some(format!("https://bsky.app/profile/{DID}/post/{RKEY}"))
    );
    let sent = &server.received(PUT)[0];
    assert_eq!(sent.header("authorization"), "Bearer access-1");
    assert_eq!(
        sent.json(),
        json!({"repo": DID, "collection": "app.bsky.feed.post", "rkey": RKEY, "swapRecord": null,
               "record": composed(NOW)["record"]})
    );
}

#[tokio::test]
async fn something_under_our_key_means_look() {
    let reply = error(400, "InvalidSwap", "Record was at bafyother");
    let (error, marks) = refused(ready(), reply).await;
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
    assert_eq!(marks, BEGUN);
}

#[tokio::test]
async fn a_blob_that_was_cleared_away_is_uploaded_again() {
    let server = Server::new([
        (LOG_IN, session(1)),
        (PUT, error(400, "BlobNotFound", "Could not find blob: bafy")),
    ])
    .await;
    let delivery = ready().with_done("upload 1", &blob("bafy"));
    let post = post(Platform::Bluesky, "hello", vec![picture("a.png", "")]);
    let error = publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, PublishError::Stale { steps, .. } if steps == &["upload 1", "card", "compose"])
    );
}

#[tokio::test]
async fn a_missing_blob_after_a_lost_answer_means_look() {
    let delivery = ready().with_unanswered("put record", NOW);
    let (error, _) = refused(delivery, error(400, "BlobNotFound", "Could not find blob")).await;
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
async fn a_clear_no_is_refused_in_the_servers_words() {
    for (status, name) in [
        (400, "InvalidRequest"),
        (400, "InvalidMimeType"),
        (400, "InvalidSize"),
        (401, "AccountTakedown"),
        (401, "AccountDeactivated"),
        (403, "AccountNotFound"),
        (413, "PayloadTooLarge"),
        (415, "InvalidMimeType"),
    ] {
        let (error, marks) =
            refused(ready(), error(status, name, "Invalid record\u{1b}]52;")).await;
        let PublishError::Refused(cause) = error else {
            panic!("{name}: {error:?}");
        };
        let message =
            format!("the server answered {status}: \"{name}: Invalid record\\u{{1b}}]52;\"");
        assert_eq!(cause.message, message);
        assert_eq!(marks, VOID);
    }
}

#[tokio::test]
async fn a_rate_limit_names_the_instant_of_its_end() {
    let limited = || error(429, "RateLimitExceeded", "Rate Limit Exceeded");
    // 1795435500 is 12:05:00.
    for (reply, from, to) in [
        (
            limited().with_header("ratelimit-reset", "1795435500"),
            299,
            300,
        ),
        (limited().with_header("retry-after", "40"), 40, 45),
        (limited(), 60, 65),
        (
            text_reply(429, "text/html", "<html>").with_header("retry-after", "40"),
            40,
            45,
        ),
    ] {
        let (error, marks) = refused(ready(), reply).await;
        let PublishError::WaitUntil { until, .. } = error else {
            panic!("{error:?}");
        };
        let wait = clock::elapsed(NOW.parse().unwrap(), until).as_secs();
        assert!((from..=to).contains(&wait), "{wait}");
        assert_eq!(marks, VOID);
    }
}

#[tokio::test]
async fn after_a_server_error_nobody_knows() {
    for (status, at) in [
        (408, At::AtWork),
        (500, At::Done),
        (502, At::AtWork),
        (503, At::Done),
        (504, At::AtWork),
    ] {
        let (error, marks) = refused(ready(), error(status, "InternalServerError", "sorry")).await;
        assert!(
            matches!(&error, PublishError::Unclear { server, .. } if *server == at),
            "{error:?}"
        );
        assert_eq!(marks, if at == At::AtWork { UNHEARD } else { BEGUN });
    }
}

#[tokio::test]
async fn after_a_lost_answer_the_server_may_still_be_at_work() {
    for reply in [Reply::HangUp, Reply::Cut] {
        let (error, marks) = refused(ready(), reply).await;
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
        assert_eq!(marks, UNHEARD);
    }
}

#[tokio::test]
async fn a_success_without_our_address_may_be_public() {
    for reply in [
        text_reply(200, "text/html", "<html>welcome</html>"),
        text_reply(200, "application/json", ""),
        json_reply(200, &json!({"uri": uri("3aaaaaaaaaaaa")})),
        json_reply(200, &json!({"uri": 5})),
        json_reply(302, &json!({})),
    ] {
        let (error, marks) = refused(ready(), reply).await;
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
        assert_eq!(marks, BEGUN);
    }
}

#[tokio::test]
async fn the_steps_that_it_takes_are_known_and_no_others() {
    let server = Server::new([]).await;
    let publisher = publisher(&server);
    for step in ["card", "compose", "put record", "upload 1", "upload 99"] {
        assert!(publisher.knows_step(step), "{step}");
    }
    for step in ["post status", "upload 0", "upload 100", "Compose", ""] {
        assert!(!publisher.knows_step(step), "{step}");
    }
}
