//! A road that is walked a second time: drafts that may be there already, or are gone.

use serde_json::json;

use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::tumblr::tests::CREATE;
use crate::platforms::tumblr::tests::DRAFTS;
use crate::platforms::tumblr::tests::EDIT;
use crate::platforms::tumblr::tests::POSTS;
use crate::platforms::tumblr::tests::SLUG;
use crate::platforms::tumblr::tests::id;
use crate::platforms::tumblr::tests::named;
use crate::platforms::tumblr::tests::page;
use crate::platforms::tumblr::tests::publisher;
use crate::platforms::tumblr::tests::refused;
use crate::platforms::tumblr::tests::text_post;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Server as At;

#[tokio::test]
async fn after_a_lost_answer_the_draft_is_looked_for_before_another_is_created() {
    let ours = json!({"id": 10, "id_string": "10", "slug": SLUG,
                      "content": [{"type": "text", "text": "hello"}]});
    let of_others = json!({"id_string": "12", "slug": "x", "content": ours["content"]});
    let edited = json!({"id_string": "13", "slug": SLUG, "content": []});
    let server = Server::new([
        (CREATE, Reply::HangUp),
        (DRAFTS, page(&[of_others, edited, ours])),
        (EDIT, id(200, "11")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let publisher = publisher(&server);
    let post = text_post("hello");
    publisher
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    let published = publisher.publish(&post, &delivery.attempt()).await;
    assert_eq!(published, Ok(named("11")));
    assert_eq!(server.received(CREATE).len(), 1);
}

#[tokio::test]
async fn a_draft_that_was_never_created_is_created_once_more() {
    let server = Server::new([
        (CREATE, Reply::HangUp),
        (DRAFTS, page(&[])),
        (CREATE, id(201, "10")),
        (EDIT, id(200, "11")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let publisher = publisher(&server);
    let post = text_post("hello");
    publisher
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    let published = publisher.publish(&post, &delivery.attempt()).await;
    assert_eq!(published, Ok(named("11")));
}

#[tokio::test]
async fn a_draft_that_is_gone_is_made_anew_unless_it_was_published() {
    let server = Server::new([(EDIT, refused(404, 0)), (POSTS, page(&[]))]).await;
    let delivery = Delivery::new(None).with_done("create draft", &json!("10"));
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    let PublishError::Stale { steps, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(steps, ["create draft", "read draft"]);

    let by_hand = json!({"id_string": "12", "genesis_post_id": "10", "timestamp": 1_795_435_000});
    let server = Server::new([(EDIT, refused(404, 0)), (POSTS, page(&[by_hand]))]).await;
    let delivery = Delivery::new(None).with_done("create draft", &json!("10"));
    let published = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await;
    assert_eq!(published, Ok(named("12")));
}

#[tokio::test]
async fn a_draft_that_is_gone_after_a_lost_answer_means_look() {
    let server = Server::new([(EDIT, refused(404, 0))]).await;
    let delivery = Delivery::new(None)
        .with_done("create draft", &json!("10"))
        .with_unanswered("publish draft", "2026-11-23T11:59:00Z");
    let error = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap_err();
    let is_unclear = matches!(
        error,
        PublishError::Unclear {
            server: At::Done,
            ..
        }
    );
    assert!(is_unclear, "{error:?}");
}

#[tokio::test]
async fn where_the_answer_names_the_draft_the_blog_tells_the_new_name() {
    let new = json!({"id_string": "11", "genesis_post_id": "10", "timestamp": 1_795_435_200});
    let server = Server::new([
        (CREATE, id(201, "10")),
        (EDIT, id(200, "10")),
        (POSTS, page(&[new])),
    ])
    .await;
    let delivery = Delivery::new(None);
    let published = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await;
    assert_eq!(published, Ok(named("11")));
}

#[tokio::test]
async fn a_post_whose_new_name_nobody_tells_is_public_all_the_same() {
    let server = Server::new([
        (CREATE, id(201, "10")),
        (EDIT, id(200, "10")),
        (POSTS, refused(500, 0)),
    ])
    .await;
    let delivery = Delivery::new(None);
    let published = publisher(&server)
        .publish(&text_post("hello"), &delivery.attempt())
        .await;
    assert_eq!(published, Ok(Published::default()));
}
