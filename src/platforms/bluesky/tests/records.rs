//! What a record says, and that it is the same when it is sent again.

use serde_json::Value;
use serde_json::json;

use crate::platforms::bluesky::tests::DID;
use crate::platforms::bluesky::tests::LOG_IN;
use crate::platforms::bluesky::tests::PUT;
use crate::platforms::bluesky::tests::RESOLVE;
use crate::platforms::bluesky::tests::RKEY;
use crate::platforms::bluesky::tests::UPLOAD;
use crate::platforms::bluesky::tests::blob;
use crate::platforms::bluesky::tests::composed;
use crate::platforms::bluesky::tests::error;
use crate::platforms::bluesky::tests::publisher;
use crate::platforms::bluesky::tests::session;
use crate::platforms::bluesky::tests::text_post;
use crate::platforms::bluesky::tid::is_tid;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::PublishError;
use crate::publish::Publisher;

/// Publishes to a server that hangs up on the record, and returns what was put.
async fn put_by(delivery: &Delivery, post: &Post, replies: Vec<(&'static str, Reply)>) -> Value {
    let server = Server::new([(LOG_IN, session(1)), (PUT, Reply::HangUp)]).await;
    for (route, reply) in replies {
        server.expect(route, reply);
    }
    publisher(&server)
        .publish(post, &delivery.attempt())
        .await
        .unwrap_err();
    server.received(PUT)[0].json()
}

#[tokio::test]
async fn a_text_is_composed_once_and_repeated_to_the_letter() {
    let delivery = Delivery::new(None);
    let mut post = text_post("héllo #rust");
    post.lang = Some("pt-BR".to_owned());
    let first = put_by(&delivery, &post, Vec::new()).await;
    let record = &first["record"];
    assert_eq!(record["$type"], "app.bsky.feed.post");
    assert_eq!(record["text"], "héllo #rust");
    assert_eq!(record["langs"], json!(["pt-BR"]));
    let created_at = record["createdAt"].as_str().unwrap();
    assert!(
        created_at.starts_with("2026-11-23T12:00:0")
            && created_at.ends_with('Z')
            && created_at.len() == 24
    );
    assert_eq!(
        record["facets"],
        json!([{"index": {"byteStart": 7, "byteEnd": 12},
                "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "rust"}]}])
    );
    assert_eq!(first["repo"], DID);
    assert!(is_tid(first["rkey"].as_str().unwrap()));

    let second = put_by(&delivery, &post, Vec::new()).await;
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_mention_is_resolved_and_one_of_nobody_stays_text() {
    let post = text_post("@bob.test @no.test @bob.test https://a.example");
    let bob = json_reply(200, &json!({"did": "did:plc:bob"}));
    let nobody = error(400, "HandleNotFound", "Unable to resolve handle");
    let put = put_by(
        &Delivery::new(None),
        &post,
        vec![(RESOLVE, bob), (RESOLVE, nobody)],
    )
    .await;
    let features: Vec<&Value> = put["record"]["facets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|facet| &facet["features"][0])
        .collect();
    let bob = json!({"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bob"});
    let link = json!({"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example"});
    assert_eq!(features, [&bob, &bob, &link]);
}

#[tokio::test]
async fn a_handle_that_cannot_be_asked_for_now_is_an_error() {
    let server = Server::new([(LOG_IN, session(1)), (RESOLVE, json_reply(502, &json!({})))]).await;
    let delivery = Delivery::new(None);
    let error = publisher(&server)
        .publish(&text_post("@bob.test"), &delivery.attempt())
        .await;
    assert!(
        matches!(error, Err(PublishError::Unclear { .. })),
        "{error:?}"
    );
    assert!(delivery.marks().is_empty(), "{:?}", delivery.marks());
}

#[tokio::test]
async fn a_picture_is_uploaded_and_the_servers_own_blob_is_put() {
    let post = post(Platform::Bluesky, "", vec![picture("a.png", "a cat")]);
    let server = Server::new([
        (LOG_IN, session(1)),
        (UPLOAD, json_reply(200, &json!({"blob": blob("bafy")}))),
        (PUT, Reply::HangUp),
    ])
    .await;
    let delivery = Delivery::new(None);
    publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    let upload = &server.received(UPLOAD)[0];
    assert_eq!(upload.header("content-type"), "image/png");
    assert_eq!(upload.text(), "bytes of posts/me/a.png");
    assert_eq!(
        server.received(PUT)[0].json()["record"]["embed"],
        json!({"$type": "app.bsky.embed.images", "images": [
            {"image": blob("bafy"), "alt": "a cat", "aspectRatio": {"width": 800, "height": 600}}]})
    );
}

#[tokio::test]
async fn more_than_four_pictures_are_a_gallery() {
    for (count, kind, field) in [
        (4, "app.bsky.embed.images", "images"),
        (5, "app.bsky.embed.gallery", "items"),
    ] {
        let mut delivery = Delivery::new(None);
        for n in 1..=count {
            delivery = delivery.with_done(&format!("upload {n}"), &blob(&format!("bafy{n}")));
        }
        let pictures = (1..=count)
            .map(|n| picture("a.png", &format!("alt {n}")))
            .collect();
        let post = post(Platform::Bluesky, "", pictures);
        let embed = put_by(&delivery, &post, Vec::new()).await["record"]["embed"].clone();
        assert_eq!(embed["$type"], kind);
        let items = embed[field].as_array().unwrap();
        assert_eq!(items.len(), count);
        assert_eq!(items[count - 1]["alt"], format!("alt {count}"));
        assert_eq!(items[count - 1]["image"], blob(&format!("bafy{count}")));
        let is_typed = items[0]["$type"] == "app.bsky.embed.gallery#image";
        assert_eq!(is_typed, field == "items");
    }
}

#[tokio::test]
async fn an_upload_without_a_blob_is_no_upload() {
    let post = post(Platform::Bluesky, "", vec![picture("a.png", "")]);
    for body in [
        json!({}),
        json!({"blob": null}),
        json!({"blob": {"ref": "x"}}),
    ] {
        let server = Server::new([(LOG_IN, session(1)), (UPLOAD, json_reply(200, &body))]).await;
        let delivery = Delivery::new(None);
        let error = publisher(&server).publish(&post, &delivery.attempt()).await;
        assert!(
            matches!(error, Err(PublishError::Unclear { .. })),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_record_that_waited_unsent_is_dated_anew_under_the_same_key() {
    let an_hour_ago = composed("2026-11-23T11:00:00.000Z");
    let waited = Delivery::new(None).with_done("compose", &an_hour_ago);
    let put = put_by(&waited, &text_post("hello"), Vec::new()).await;
    assert_eq!(put["rkey"], RKEY);
    let created_at = put["record"]["createdAt"].as_str().unwrap();
    assert!(created_at.starts_with("2026-11-23T12:00:0"), "{created_at}");

    let doubtful = Delivery::new(None)
        .with_done("compose", &an_hour_ago)
        .with_unanswered("put record", "2026-11-23T11:00:00Z");
    let put = put_by(&doubtful, &text_post("hello"), Vec::new()).await;
    assert_eq!(put["record"], an_hour_ago["record"]);
}

#[tokio::test]
async fn the_users_key_gives_the_same_record_key_on_every_machine() {
    let mut keys = Vec::new();
    for (machine, key) in [
        ("here", "release-1"),
        ("there", "release-1"),
        ("here", "release-2"),
    ] {
        let mut delivery = Delivery::at(NOW, Some(key));
        delivery.identity.delivery = machine.to_owned();
        let put = put_by(&delivery, &text_post("hello"), Vec::new()).await;
        keys.push(put["rkey"].as_str().unwrap().to_owned());
    }
    assert!(is_tid(&keys[0]));
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}
