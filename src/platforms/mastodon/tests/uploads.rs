//! What becomes of pictures.

use serde_json::json;

use crate::platforms::mastodon::tests::MEDIA;
use crate::platforms::mastodon::tests::STATUSES;
use crate::platforms::mastodon::tests::created;
use crate::platforms::mastodon::tests::publisher;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::PublishError;
use crate::publish::Publisher;
use crate::publish::Server as At;

fn with_pictures(media: Vec<Media>) -> Post {
    post(Platform::Mastodon, "hello", media)
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
