//! Containers that failed, expired or cannot be found, and a road that is walked a second time.

use serde_json::Value;
use serde_json::json;

use crate::platforms::graph::testing::AFTER;
use crate::platforms::graph::testing::ended;
use crate::platforms::graph::testing::id;
use crate::platforms::graph::testing::page;
use crate::platforms::graph::testing::publish;
use crate::platforms::graph::testing::quota;
use crate::platforms::graph::testing::refused;
use crate::platforms::instagram::tests::CONTAINER;
use crate::platforms::instagram::tests::CREATE;
use crate::platforms::instagram::tests::LIMIT;
use crate::platforms::instagram::tests::LIST;
use crate::platforms::instagram::tests::POST;
use crate::platforms::instagram::tests::PUBLISH;
use crate::platforms::instagram::tests::failed;
use crate::platforms::instagram::tests::permalink;
use crate::platforms::instagram::tests::post_with;
use crate::platforms::instagram::tests::publisher;
use crate::platforms::instagram::tests::state;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::publish::Published;

/// A delivery whose container was made at `at`.
fn with_container(at: &str) -> Delivery {
    Delivery::new(None).with_done("create container", &json!({"id": "100", "at": at}))
}

const LONG_AGO: &str = "2026-11-23T11:50:00Z";

#[tokio::test]
async fn a_container_that_cannot_be_published_is_waited_for_made_again_or_given_up() {
    let again = "again create item 1, create container";
    for (made_at, reply, word) in [
        (
            NOW,
            failed("Error: Media upload has failed with error code 2207053"),
            again,
        ),
        (
            NOW,
            failed("Error: Media upload has failed with error code 2207009"),
            "refused",
        ),
        (NOW, state("EXPIRED"), again),
        // New ones are not found everywhere yet.
        (NOW, refused(400, 24, 2_207_006), "wait"),
        (NOW, refused(400, 24, 2_207_008), "wait"),
        (LONG_AGO, refused(400, 24, 2_207_006), again),
        (LONG_AGO, refused(400, 24, 2_207_008), again),
        // That a container cannot be read does not say that there is none.
        (LONG_AGO, refused(400, 100, 33), "unclear"),
        (LONG_AGO, refused(500, 2, 0), "unclear"),
        (LONG_AGO, refused(400, 190, 463), "login"),
        (LONG_AGO, state("ELSEWHERE"), "unclear"),
        (LONG_AGO, json_reply(200, &json!({})), "unclear"),
    ] {
        let server = Server::new([(LIMIT, quota(0, 50)), (CONTAINER, reply.clone())]).await;
        let delivery = with_container(made_at);
        let published = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery).await;
        assert_eq!(ended(published), word, "{reply:?}");
        assert_eq!(delivery.marks(), ["create container: done"]);
    }
}

#[tokio::test]
async fn a_publication_that_finds_no_container_published_nothing() {
    let again = "again create item 1, create container";
    for (made_at, reply, word) in [
        (NOW, refused(400, 24, 2_207_008), "wait"),
        (LONG_AGO, refused(400, 24, 2_207_008), again),
        (LONG_AGO, refused(400, -2, 2_207_020), again),
        (NOW, refused(400, 9007, 2_207_027), "wait"),
        // Five minutes are enough.
        (LONG_AGO, refused(400, 9007, 2_207_027), again),
    ] {
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            (CONTAINER, state("FINISHED")),
            (PUBLISH, reply.clone()),
        ])
        .await;
        if word == again {
            server.expect(LIST, page(&[]));
        }
        let delivery = with_container(made_at);
        let published = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery).await;
        assert_eq!(ended(published), word, "{reply:?}");
        assert_eq!(delivery.marks()[1], "publish container: void");
    }
}

/// The post that the container has become.
fn listed() -> Value {
    json!({"id": "900", "caption": "x", "timestamp": AFTER, "media_type": "IMAGE",
           "permalink": "https://www.instagram.com/p/x/"})
}

fn named() -> Published {
    Published {
        remote_id: Some("900".to_owned()),
        url: Some("https://www.instagram.com/p/x/".to_owned()),
    }
}

#[tokio::test]
async fn another_container_is_made_only_if_the_first_did_not_become_a_post() {
    let again = "again create item 1, create container";
    for (posts, word) in [
        (page(&[]), Err(again)),
        (page(&[listed()]), Ok(named())),
        (page(&[listed(), listed()]), Err("unclear")),
        (refused(500, 2, 0), Err("unclear")),
    ] {
        // The publication itself says that there is no container.
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            (CONTAINER, state("FINISHED")),
            (PUBLISH, refused(400, 24, 2_207_006)),
            (LIST, posts.clone()),
        ])
        .await;
        let delivery = with_container(LONG_AGO);
        let post = post_with(1, "x");
        let published = publish(&server, &publisher(&server), &post, &delivery).await;
        let found = published.map_err(|error| ended::<()>(Err(error)).into_owned());
        assert_eq!(found, word.clone().map_err(ToOwned::to_owned));

        // Or the container, after a publication that was refused.
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            (CONTAINER, state("FINISHED")),
            (PUBLISH, refused(400, 9, 2_207_042)),
        ])
        .await;
        let publisher = publisher(&server);
        let delivery = with_container(LONG_AGO);
        let waits = publish(&server, &publisher, &post, &delivery).await;
        assert_eq!(ended(waits), "wait");
        server.expect(LIMIT, quota(0, 50));
        server.expect(CONTAINER, state("EXPIRED"));
        server.expect(LIST, posts.clone());
        if word.is_ok() {
            // Once more for its name.
            server.expect(LIST, posts);
        }
        let published = publish(&server, &publisher, &post, &delivery).await;
        let found = published.map_err(|error| ended::<()>(Err(error)).into_owned());
        assert_eq!(found, word.map_err(ToOwned::to_owned));
    }
}

#[tokio::test]
async fn items_that_are_made_are_not_made_again() {
    let server = Server::new([(LIMIT, quota(0, 50)), (CREATE, refused(500, 2, 0))]).await;
    let publisher = publisher(&server);
    let item = json!({"id": "101", "at": NOW});
    let delivery = Delivery::new(None).with_done("create item 1", &item);
    let post = post_with(2, "x");
    let published = publish(&server, &publisher, &post, &delivery).await;
    assert_eq!(ended(published), "unclear");

    server.expect(LIMIT, quota(0, 50));
    server.expect(CREATE, id("102"));
    server.expect("GET /v26.0/101", state("FINISHED"));
    server.expect("GET /v26.0/102", state("FINISHED"));
    server.expect(CREATE, id("100"));
    server.expect(CONTAINER, state("FINISHED"));
    server.expect(PUBLISH, id("900"));
    server.expect(POST, permalink());
    publish(&server, &publisher, &post, &delivery)
        .await
        .unwrap();
    let children = server.received(CREATE)[2].text();
    assert!(children.contains("children=101%2C102"), "{children}");
}

#[tokio::test]
async fn an_item_that_is_gone_or_failed_has_all_of_the_carousel_made_again() {
    let again = "again create item 1, create item 2, create container";
    let items = |at: &str| {
        let item = |id: &str| json!({"id": id, "at": at});
        Delivery::new(None)
            .with_done("create item 1", &item("101"))
            .with_done("create item 2", &item("102"))
    };
    for (made_at, reply, word) in [
        (LONG_AGO, state("EXPIRED"), again),
        (LONG_AGO, refused(400, 24, 2_207_006), again),
        (NOW, refused(400, 24, 2_207_006), "wait"),
    ] {
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            ("GET /v26.0/101", state("FINISHED")),
            ("GET /v26.0/102", reply),
        ])
        .await;
        let delivery = items(made_at);
        let published = publish(&server, &publisher(&server), &post_with(2, "x"), &delivery).await;
        assert_eq!(ended(published), word);
    }
    for (made_at, word) in [(NOW, "wait"), (LONG_AGO, again)] {
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            ("GET /v26.0/101", state("FINISHED")),
            ("GET /v26.0/102", state("FINISHED")),
            (CREATE, refused(400, 24, 2_207_006)),
        ])
        .await;
        let delivery = items(made_at);
        let published = publish(&server, &publisher(&server), &post_with(2, "x"), &delivery).await;
        assert_eq!(ended(published), word);
    }
}

#[tokio::test]
async fn a_container_that_was_published_is_never_published_again() {
    for (posts, published) in [(vec![listed()], named()), (vec![], Published::default())] {
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            (CONTAINER, state("PUBLISHED")),
            (LIST, page(&posts)),
        ])
        .await;
        let delivery = with_container(LONG_AGO);
        let found = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery).await;
        assert_eq!(found, Ok(published));
        assert_eq!(delivery.marks()[1], "publish container: done");
    }
}

#[tokio::test]
async fn a_container_whose_creation_was_not_heard_of_is_made_again() {
    let server = Server::new([(LIMIT, quota(0, 50)), (CREATE, Reply::HangUp)]).await;
    let (publisher, delivery) = (publisher(&server), Delivery::new(None));
    let post = post_with(1, "x");
    let published = publish(&server, &publisher, &post, &delivery).await;
    assert_eq!(ended(published), "unclear");
    server.expect(LIMIT, quota(0, 50));
    server.expect(CREATE, id("100"));
    server.expect(CONTAINER, state("FINISHED"));
    server.expect(PUBLISH, id("900"));
    server.expect(POST, permalink());
    publish(&server, &publisher, &post, &delivery)
        .await
        .unwrap();
}
