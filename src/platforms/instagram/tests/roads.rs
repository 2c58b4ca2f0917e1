//! The road of a post: which requests it is, and what they say.

use serde_json::json;

use crate::platforms::graph::testing::assert_form;
use crate::platforms::graph::testing::ended;
use crate::platforms::graph::testing::fields;
use crate::platforms::graph::testing::id;
use crate::platforms::graph::testing::publish;
use crate::platforms::graph::testing::quota;
use crate::platforms::graph::testing::refused;
use crate::platforms::instagram::tests::CONTAINER;
use crate::platforms::instagram::tests::CREATE;
use crate::platforms::instagram::tests::LIMIT;
use crate::platforms::instagram::tests::POST;
use crate::platforms::instagram::tests::PUBLISH;
use crate::platforms::instagram::tests::permalink;
use crate::platforms::instagram::tests::post_with;
use crate::platforms::instagram::tests::publisher;
use crate::platforms::instagram::tests::state;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::address_of;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::post::platform::Platform;
use crate::publish::Published;
use crate::publish::Publisher;

fn named(url: Option<&str>) -> Published {
    Published {
        remote_id: Some("900".to_owned()),
        url: url.map(ToOwned::to_owned),
    }
}

#[tokio::test]
async fn a_picture_becomes_a_container_which_is_then_published() {
    let server = Server::new([
        (LIMIT, quota(3, 50)),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, permalink()),
    ])
    .await;
    let media = vec![picture("a.jpg", "a cat")];
    let post = post(Platform::Instagram, "look #cat & more", media);
    let delivery = Delivery::new(None);
    let published = publish(&server, &publisher(&server), &post, &delivery).await;

    assert_eq!(published, Ok(named(Some("https://www.instagram.com/p/x/"))));
    let address = address_of("posts/me/a.jpg");
    let expected = [
        ("image_url", address.as_str()),
        ("alt_text", "a cat"),
        ("caption", "look #cat & more"),
    ];
    assert_form(&server.received(CREATE)[0], &expected);
    let kind = server.received(CREATE)[0].header("content-type").to_owned();
    assert_eq!(kind, "application/x-www-form-urlencoded");
    assert_form(&server.received(PUBLISH)[0], &[("creation_id", "100")]);
    let marks = ["create container: done", "publish container: done"];
    assert_eq!(delivery.marks(), marks);
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_is_not_shown() {
    let elsewhere = json_reply(200, &json!({"permalink": "https://evil.example/p/x/"}));
    let server = Server::new([
        (LIMIT, quota(0, 50)),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, elsewhere),
    ])
    .await;
    let delivery = Delivery::new(None);
    let published = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery).await;
    assert_eq!(published, Ok(named(None)));
}

#[tokio::test]
async fn what_is_empty_is_left_out() {
    let server = Server::new([
        (LIMIT, quota(0, 50)),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, permalink()),
    ])
    .await;
    let delivery = Delivery::new(None);
    publish(&server, &publisher(&server), &post_with(1, ""), &delivery)
        .await
        .unwrap();
    let address = address_of("posts/me/1.jpg");
    assert_form(&server.received(CREATE)[0], &[("image_url", &address)]);
}

#[tokio::test]
async fn a_carousel_has_its_pictures_in_order_and_the_caption_alone() {
    let server = Server::new([
        (LIMIT, quota(0, 50)),
        (CREATE, id("101")),
        (CREATE, id("102")),
        (CREATE, id("103")),
        ("GET /v26.0/101", state("FINISHED")),
        ("GET /v26.0/102", state("FINISHED")),
        ("GET /v26.0/103", state("FINISHED")),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, permalink()),
    ])
    .await;
    let delivery = Delivery::new(None);
    publish(
        &server,
        &publisher(&server),
        &post_with(3, "look"),
        &delivery,
    )
    .await
    .unwrap();

    let created = server.received(CREATE);
    // They are created side by side: which is which, their addresses say.
    let mut ids: Vec<(String, String)> = Vec::new();
    for (item, id) in created[..3].iter().zip(["101", "102", "103"]) {
        let form = fields(&item.text());
        assert_eq!(form[1], ("is_carousel_item".to_owned(), "true".to_owned()));
        assert_eq!(form.len(), 2, "{form:?}");
        ids.push((form[0].1.clone(), id.to_owned()));
    }
    ids.sort();
    let children: Vec<&str> = ids.iter().map(|(_, id)| id.as_str()).collect();
    let children = children.join(",");
    let expected = [
        ("media_type", "CAROUSEL"),
        ("children", &children),
        ("caption", "look"),
    ];
    assert_form(&created[3], &expected);
    let marks = delivery.marks();
    assert_eq!(
        marks[3..],
        ["create container: done", "publish container: done"]
    );
}

#[tokio::test]
async fn when_the_days_posts_are_used_up_it_waits_with_its_container() {
    let server = Server::new([(LIMIT, quota(50, 50)), (CREATE, id("100"))]).await;
    let delivery = Delivery::new(None);
    let error = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("50 of the 50 posts"), "{error}");
    assert_eq!(ended::<()>(Err(error)), "wait");
    assert_eq!(delivery.marks(), ["create container: done"]);
}

#[tokio::test]
async fn what_cannot_be_learnt_of_the_limit_or_the_address_is_no_failure() {
    for (limit, address) in [
        (refused(500, 2, 0), Reply::HangUp),
        (Reply::Cut, refused(400, 100, 33)),
        (
            text_reply(200, "text/html", "<p>"),
            json_reply(200, &json!({})),
        ),
    ] {
        let server = Server::new([
            (LIMIT, limit),
            (CREATE, id("100")),
            (CONTAINER, state("FINISHED")),
            (PUBLISH, id("900")),
            (POST, address.clone()),
        ])
        .await;
        if matches!(address, Reply::HangUp) {
            // A question is asked again if the connection ended.
            server.expect(POST, Reply::HangUp);
        }
        let delivery = Delivery::new(None);
        let published = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery).await;
        assert_eq!(published, Ok(named(None)));
    }
}

#[tokio::test]
async fn a_container_that_is_in_progress_is_waited_for() {
    let server = Server::new([
        (LIMIT, quota(0, 50)),
        (CREATE, id("100")),
        (CONTAINER, state("IN_PROGRESS")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, permalink()),
    ])
    .await;
    let delivery = Delivery::new(None);
    publish(&server, &publisher(&server), &post_with(1, "x"), &delivery)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_answer_without_an_id_may_have_published() {
    for reply in [
        json_reply(200, &json!({})),
        json_reply(200, &json!({"id": "../1"})),
        text_reply(200, "text/html", "<p>welcome"),
        refused(500, 2, 0),
        refused(400, 2, 0),
        text_reply(502, "text/html", "<html>"),
        refused(403, 4, 2_207_051),
        Reply::HangUp,
        Reply::Cut,
    ] {
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            (CREATE, id("100")),
            (CONTAINER, state("FINISHED")),
            (PUBLISH, reply),
        ])
        .await;
        let delivery = Delivery::new(None);
        let published = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery).await;
        assert_eq!(ended(published), "unclear");
        assert_eq!(delivery.marks()[1], "publish container: unheard");
        assert_eq!(server.received(PUBLISH).len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_of_graphs_own_proves_that_nothing_was_published() {
    for (reply, word) in [
        (refused(400, 9, 2_207_042), "wait"),
        (refused(400, 9007, 2_207_027), "wait"),
        (refused(400, 190, 463), "login"),
        (refused(400, 36_004, 2_207_010), "refused"),
    ] {
        let server = Server::new([
            (LIMIT, quota(0, 50)),
            (CREATE, id("100")),
            (CONTAINER, state("FINISHED")),
            (PUBLISH, reply),
        ])
        .await;
        let delivery = Delivery::new(None);
        let published = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery).await;
        assert_eq!(ended(published), word);
        assert_eq!(delivery.marks()[1], "publish container: void");
    }
}

#[tokio::test]
async fn a_picture_that_meta_cannot_fetch_is_told_without_its_address() {
    let address = address_of("posts/me/1.jpg");
    let error = json!({"message": format!("cannot fetch {address}"), "code": 9004,
                       "error_subcode": 2_207_052});
    let body = json!({"error": error}).to_string().replace('/', "\\/");
    let server = Server::new([
        (LIMIT, quota(0, 50)),
        (CREATE, text_reply(400, "application/json", body)),
    ])
    .await;
    let delivery = Delivery::new(None);
    let error = publish(&server, &publisher(&server), &post_with(1, "x"), &delivery)
        .await
        .unwrap_err();
    let words = "the server answered 400: \"cannot fetch … (9004/2207052)\"";
    assert_eq!(error.to_string(), words);
}

#[tokio::test]
async fn an_account_that_has_nearly_used_up_its_requests_slows_down() {
    let usage = r#"{"call_count": 99}"#;
    let server = Server::new([
        (LIMIT, quota(0, 50)),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, permalink().with_header("x-app-usage", usage)),
    ])
    .await;
    let (publisher, delivery) = (publisher(&server), Delivery::new(None));
    publish(&server, &publisher, &post_with(1, "x"), &delivery)
        .await
        .unwrap();
    let next = Delivery::new(None);
    let waits = publish(&server, &publisher, &post_with(1, "y"), &next).await;
    assert_eq!(ended(waits), "wait");
    assert_eq!((server.count(), next.marks().len()), (5, 0));
}

#[tokio::test]
async fn the_steps_that_it_takes_are_known_and_no_others() {
    let server = Server::new([]).await;
    let publisher = publisher(&server);
    for step in ["create item 1", "create container", "publish container"] {
        assert!(publisher.knows_step(step), "{step}");
    }
    for step in ["create item 0", "upload 1", "publish post", ""] {
        assert!(!publisher.knows_step(step), "{step}");
    }
}
