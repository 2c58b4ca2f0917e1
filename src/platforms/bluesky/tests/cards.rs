//! Link cards: fetched once, frozen with the record, and never in the way of the post.

use image::ImageFormat;
use serde_json::Value;
use serde_json::json;

use crate::media::samples::file;
use crate::media::samples::noise;
use crate::platforms::bluesky::tests::LOG_IN;
use crate::platforms::bluesky::tests::PUT;
use crate::platforms::bluesky::tests::UPLOAD;
use crate::platforms::bluesky::tests::blob;
use crate::platforms::bluesky::tests::error;
use crate::platforms::bluesky::tests::publisher;
use crate::platforms::bluesky::tests::session;
use crate::platforms::bluesky::tests::text_post;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Received;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::bytes_reply;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::post::Post;
use crate::publish::PublishError;
use crate::publish::Publisher;

const PAGE: &str = "GET /a";
const IMAGE: &str = "GET /a.png";

fn page() -> Reply {
    let html = "<title>A page</title><meta property='og:image' content='a.png'>";
    text_reply(200, "text/html", html)
}

fn png() -> Reply {
    bytes_reply(200, "image/png", file(noise(8, 6), ImageFormat::Png))
}

/// Returns a post that links to a page on `server`.
fn linking_to(server: &Server) -> Post {
    Post {
        card: CardChoice::FirstLink,
        card_reach: CardReach::Anywhere,
        ..text_post(&format!("see {}", address(server)))
    }
}

fn address(server: &Server) -> String {
    server.origin.join("/a").unwrap().to_string()
}

/// Publishes `post` to a PDS that hangs up on the record, and returns that.
async fn record_of(post: &Post, delivery: &Delivery, uploads: Vec<Reply>) -> Value {
    let pds = Server::new([(LOG_IN, session(1)), (PUT, Reply::HangUp)]).await;
    for upload in uploads {
        pds.expect(UPLOAD, upload);
    }
    publisher(&pds)
        .publish(post, &delivery.attempt())
        .await
        .unwrap_err();
    pds.received(PUT)[0].json()["record"].clone()
}

#[tokio::test]
async fn a_link_becomes_a_card_that_is_fetched_once_and_put_again_to_the_letter() {
    let web = Server::new([(PAGE, page()), (IMAGE, png())]).await;
    let (post, delivery) = (linking_to(&web), Delivery::new(None));
    let uploaded = json_reply(200, &json!({"blob": blob("bafy")}));
    let first = record_of(&post, &delivery, vec![uploaded]).await;
    let card = json!({"$type": "app.bsky.embed.external", "external": {
        "uri": address(&web), "title": "A page", "description": "", "thumb": blob("bafy")}});
    assert_eq!(first["embed"], card);
    assert_eq!(
        delivery.marks(),
        ["card: done", "compose: done", "put record: unheard"]
    );
    // Nothing of it is asked for again: neither server has another reply.
    assert_eq!(record_of(&post, &delivery, Vec::new()).await, first);
}

#[tokio::test]
async fn what_was_fetched_stays_though_the_record_is_dated_anew() {
    let web = Server::new([]).await;
    let card = json!({"card": {"address": "https://a.example/", "title": "As it was",
                               "description": "then", "site": null, "picture": null}});
    let delivery = Delivery::new(None).with_done("card", &card);
    let record = record_of(&linking_to(&web), &delivery, Vec::new()).await;
    assert_eq!(
        record["embed"]["external"],
        json!({"uri": "https://a.example/", "title": "As it was", "description": "then"})
    );
}

#[tokio::test]
async fn a_page_that_cannot_be_read_leaves_the_link() {
    let web = Server::new([(PAGE, text_reply(404, "text/html", ""))]).await;
    let delivery = Delivery::new(None);
    let record = record_of(&linking_to(&web), &delivery, Vec::new()).await;
    assert_eq!(record.get("embed"), None);
    assert_eq!(
        record["facets"][0]["features"][0]["uri"],
        address(&web).as_str()
    );
    assert_eq!(delivery.marks()[0], "card: done");
}

#[tokio::test]
async fn a_picture_that_the_server_does_not_take_is_left_out() {
    for refusal in [
        error(413, "PayloadTooLarge", "too large"),
        error(500, "InternalServerError", "sorry"),
        Reply::HangUp,
    ] {
        let web = Server::new([(PAGE, page()), (IMAGE, png())]).await;
        let delivery = Delivery::new(None);
        let record = record_of(&linking_to(&web), &delivery, vec![refusal]).await;
        let external = &record["embed"]["external"];
        assert_eq!(
            (&external["title"], external.get("thumb")),
            (&json!("A page"), None)
        );
    }
}

#[tokio::test]
async fn a_server_that_wants_us_to_wait_is_waited_for_with_the_card() {
    let web = Server::new([(PAGE, page()), (IMAGE, png())]).await;
    let pds = Server::new([
        (LOG_IN, session(1)),
        (UPLOAD, error(429, "RateLimitExceeded", "slow down")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let waits = publisher(&pds)
        .publish(&linking_to(&web), &delivery.attempt())
        .await;
    assert!(
        matches!(waits, Err(PublishError::WaitUntil { .. })),
        "{waits:?}"
    );
    assert_eq!(delivery.marks(), ["card: void"]);
}

#[tokio::test]
async fn a_machine_that_has_just_woken_up_fetches_the_card_when_it_is_awake() {
    let web = Server::new([(PAGE, Reply::HangUp), (PAGE, page()), (IMAGE, png())]).await;
    let pds = Server::new([
        (LOG_IN, session(1)),
        (PUT, error(429, "RateLimitExceeded", "slow down")),
        (UPLOAD, json_reply(200, &json!({"blob": blob("bafy")}))),
        (PUT, Reply::HangUp),
    ])
    .await;
    let (post, delivery, publisher) = (linking_to(&web), Delivery::new(None), publisher(&pds));
    for _ in 0..2 {
        publisher
            .publish(&post, &delivery.attempt())
            .await
            .unwrap_err();
    }
    let put: Vec<Value> = pds.received(PUT).iter().map(Received::json).collect();
    assert_eq!(put[0]["record"].get("embed"), None);
    assert_eq!(put[1]["record"]["embed"]["external"]["title"], "A page");
    assert_eq!(put[0]["rkey"], put[1]["rkey"]);
}

#[tokio::test]
async fn what_may_be_public_has_the_card_that_it_was_sent_with() {
    let web = Server::new([(PAGE, Reply::HangUp)]).await;
    let (post, delivery) = (linking_to(&web), Delivery::new(None));
    let first = record_of(&post, &delivery, Vec::new()).await;
    assert_eq!(first.get("embed"), None);
    assert_eq!(record_of(&post, &delivery, Vec::new()).await, first);
}
