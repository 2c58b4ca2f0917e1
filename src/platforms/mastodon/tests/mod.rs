//! The Mastodon publisher against a server that answers by script.

mod answers;
mod checks;
mod limits;
mod log_ins;
mod looks;
mod uploads;

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::mastodon::MastodonAccount;
use crate::platforms::mastodon::MastodonPublisher;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::account;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::publish::Published;
use crate::publish::Publisher;

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

fn created(id: &str) -> Reply {
    json_reply(
        200,
        &json!({"id": id, "url": format!("https://m.example/@me/{id}")}),
    )
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
