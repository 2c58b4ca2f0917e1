//! The road of a post: which requests it is, what they say, and when it is walked again.

use serde_json::json;

use crate::config::meta::ReplyControl;
use crate::platforms::graph::testing::assert_form;
use crate::platforms::graph::testing::ended;
use crate::platforms::graph::testing::fields;
use crate::platforms::graph::testing::id;
use crate::platforms::graph::testing::page;
use crate::platforms::graph::testing::publish;
use crate::platforms::graph::testing::quota;
use crate::platforms::graph::testing::refused;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::address_of;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::text_reply;
use crate::platforms::threads::ThreadsAccount;
use crate::platforms::threads::tests::CONTAINER;
use crate::platforms::threads::tests::CREATE;
use crate::platforms::threads::tests::LIMIT;
use crate::platforms::threads::tests::LIST;
use crate::platforms::threads::tests::POST;
use crate::platforms::threads::tests::PUBLISH;
use crate::platforms::threads::tests::account_on;
use crate::platforms::threads::tests::failed;
use crate::platforms::threads::tests::permalink;
use crate::platforms::threads::tests::publisher;
use crate::platforms::threads::tests::publisher_for;
use crate::platforms::threads::tests::state;
use crate::post::card::CardChoice;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::Published;
use crate::publish::Publisher;

const LONG_AGO: &str = "2026-11-23T11:50:00Z";

fn text_post(text: &str) -> Post {
    post(Platform::Threads, text, Vec::new())
}

/// Starts a server on which a post of one container can be published.
async fn server() -> Server {
    Server::new([
        (LIMIT, quota(3, 250)),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, permalink()),
    ])
    .await
}

/// Asserts with which fields the container of `post` is made.
async fn check_created(post: &Post, control: Option<ReplyControl>, expected: &[(&str, &str)]) {
    let server = server().await;
    let publisher = publisher_for(ThreadsAccount {
        reply_control: control,
        ..account_on(&server)
    });
    let delivery = Delivery::new(None);
    let published = publish(&server, &publisher, post, &delivery).await;
    let named = Published {
        remote_id: Some("900".to_owned()),
        url: Some("https://www.threads.com/@me/post/x".to_owned()),
    };
    assert_eq!(published, Ok(named));
    assert_form(&server.received(CREATE)[0], expected);
    assert_form(&server.received(PUBLISH)[0], &[("creation_id", "100")]);
    let marks = ["create container: done", "publish container: done"];
    assert_eq!(delivery.marks(), marks);
}

#[tokio::test]
async fn a_text_has_a_container_too() {
    let expected = [("media_type", "TEXT"), ("text", "hello & so on")];
    check_created(&text_post("hello & so on"), None, &expected).await;
}

#[tokio::test]
async fn the_first_link_is_the_card_unless_somebody_says_otherwise() {
    let text = "see https://example.com/a and https://example.org/";
    let link = ("link_attachment", "https://example.com/a");
    let expected = [("media_type", "TEXT"), link, ("text", text)];
    check_created(&text_post(text), None, &expected).await;
    let without = Post {
        card: CardChoice::Nothing,
        ..text_post(text)
    };
    check_created(&without, None, &[("media_type", "TEXT"), ("text", text)]).await;
}

#[tokio::test]
async fn the_first_tag_is_the_topic_and_the_account_says_who_may_reply() {
    let post = Post {
        tags: vec!["slow travel".to_owned(), "more".to_owned()],
        ..text_post("hello")
    };
    let expected = [
        ("media_type", "TEXT"),
        ("text", "hello"),
        ("reply_control", "mentioned_only"),
        ("topic_tag", "slow travel"),
    ];
    check_created(&post, Some(ReplyControl::MentionedOnly), &expected).await;
}

#[tokio::test]
async fn a_picture_has_an_alt_text_and_no_card() {
    let media = vec![picture("a.png", "a cat")];
    let with_link = post(Platform::Threads, "see https://example.com", media);
    let address = address_of("posts/me/a.png");
    let image = [("media_type", "IMAGE"), ("image_url", &address)];
    let words = [("alt_text", "a cat"), ("text", "see https://example.com")];
    check_created(&with_link, None, &[image, words].concat()).await;
    let silent = post(Platform::Threads, "", vec![picture("a.png", "")]);
    check_created(&silent, None, &image).await;
}

#[tokio::test]
async fn a_carousel_has_its_pictures_in_order_and_the_text_alone() {
    let server = Server::new([
        (LIMIT, quota(0, 250)),
        (CREATE, id("101")),
        (CREATE, id("102")),
        ("GET /v1.0/101", state("FINISHED")),
        ("GET /v1.0/102", state("FINISHED")),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, permalink()),
    ])
    .await;
    let publisher = publisher_for(ThreadsAccount {
        reply_control: Some(ReplyControl::FollowersOnly),
        ..account_on(&server)
    });
    let media = vec![picture("1.png", "one"), picture("2.png", "two")];
    let post = post(Platform::Threads, "look", media);
    publish(&server, &publisher, &post, &Delivery::new(None))
        .await
        .unwrap();
    let created = server.received(CREATE);
    let first = fields(&created[0].text());
    let is_in_order = first[2].1 == "one";
    let (one, two) = if is_in_order { (0, 1) } else { (1, 0) };
    for (position, alt) in [(one, "one"), (two, "two")] {
        let address = address_of(&format!(
            "posts/me/{}.png",
            if alt == "one" { 1 } else { 2 }
        ));
        let expected = [
            ("media_type", "IMAGE"),
            ("image_url", &address),
            ("alt_text", alt),
            ("is_carousel_item", "true"),
        ];
        assert_form(&created[position], &expected);
    }
    let children = if is_in_order { "101,102" } else { "102,101" };
    let expected = [
        ("media_type", "CAROUSEL"),
        ("children", children),
        ("text", "look"),
        ("reply_control", "followers_only"),
    ];
    assert_form(&created[2], &expected);
}

#[tokio::test]
async fn when_the_days_posts_are_used_up_it_waits() {
    let server = Server::new([(LIMIT, quota(250, 250)), (CREATE, id("100"))]).await;
    let delivery = Delivery::new(None);
    let published = publish(&server, &publisher(&server), &text_post("x"), &delivery).await;
    assert_eq!(ended(published), "wait");
    assert_eq!(delivery.marks(), ["create container: done"]);
}

#[tokio::test]
async fn what_cannot_be_learnt_of_the_limit_or_the_address_is_no_failure() {
    let server = Server::new([
        (LIMIT, refused(500, 10, 0)),
        (CREATE, id("100")),
        (CONTAINER, state("FINISHED")),
        (PUBLISH, id("900")),
        (POST, refused(500, 100, 33)),
    ])
    .await;
    let delivery = Delivery::new(None);
    let published = publish(&server, &publisher(&server), &text_post("x"), &delivery).await;
    let published = published.unwrap();
    assert_eq!(published.remote_id.as_deref(), Some("900"));
    assert_eq!(published.url, None);
}

fn with_container(at: &str) -> Delivery {
    Delivery::new(None).with_done("create container", &json!({"id": "100", "at": at}))
}

#[tokio::test]
async fn a_container_is_waited_for_made_again_or_given_up() {
    for (made_at, reply, word) in [
        (NOW, refused(400, 24, 4_279_009), "wait"),
        // Threads says so with any status.
        (NOW, refused(500, 24, 4_279_009), "wait"),
        (
            LONG_AGO,
            refused(400, 24, 4_279_009),
            "again create container",
        ),
        (NOW, state("EXPIRED"), "again create container"),
        (NOW, failed("UNKNOWN"), "again create container"),
        (NOW, failed("INVALID_ASPEC_RATIO"), "refused"),
        (NOW, refused(400, 100, 33), "unclear"),
    ] {
        let server = Server::new([(LIMIT, quota(0, 250)), (CONTAINER, reply.clone())]).await;
        let delivery = with_container(made_at);
        let published = publish(&server, &publisher(&server), &text_post("x"), &delivery).await;
        assert_eq!(ended(published), word, "{reply:?}");
    }
}

#[tokio::test]
async fn what_answers_a_publication_proves_something_or_nothing() {
    for (made_at, reply, word, mark) in [
        (NOW, refused(400, 24, 4_279_009), "wait", "void"),
        (
            LONG_AGO,
            refused(400, 24, 4_279_009),
            "again create container",
            "void",
        ),
        (LONG_AGO, refused(500, 24, 4_279_009), "unclear", "unheard"),
        // Answered so with the post public (threads-go#30).
        (NOW, refused(500, 10, 0), "unclear", "unheard"),
        (NOW, refused(403, 10, 0), "login", "void"),
        (NOW, refused(500, 100, 0), "unclear", "unheard"),
        (
            NOW,
            text_reply(502, "text/html", "<html>"),
            "unclear",
            "unheard",
        ),
        (NOW, Reply::HangUp, "unclear", "unheard"),
    ] {
        let server = Server::new([
            (LIMIT, quota(0, 250)),
            (CONTAINER, state("FINISHED")),
            (PUBLISH, reply.clone()),
        ])
        .await;
        if word.starts_with("again") {
            // It may have become a post all the same.
            server.expect(LIST, page(&[]));
        }
        let delivery = with_container(made_at);
        let published = publish(&server, &publisher(&server), &text_post("x"), &delivery).await;
        assert_eq!(ended(published), word, "{reply:?}");
        assert_eq!(delivery.marks()[1], format!("publish container: {mark}"));
    }
}

#[tokio::test]
async fn an_item_that_is_new_and_cannot_be_found_is_waited_for() {
    let again = "again create item 1, create item 2, create container";
    for (made_at, word) in [(NOW, "wait"), (LONG_AGO, again)] {
        let item = |id: &str| json!({"id": id, "at": made_at});
        let delivery = Delivery::new(None)
            .with_done("create item 1", &item("101"))
            .with_done("create item 2", &item("102"));
        let media = vec![picture("1.png", ""), picture("2.png", "")];
        let post = post(Platform::Threads, "look", media);
        let server = Server::new([
            (LIMIT, quota(0, 250)),
            ("GET /v1.0/101", refused(400, 24, 4_279_009)),
            ("GET /v1.0/102", state("FINISHED")),
        ])
        .await;
        let published = publish(&server, &publisher(&server), &post, &delivery).await;
        assert_eq!(ended(published), word);
        let server = Server::new([
            (LIMIT, quota(0, 250)),
            ("GET /v1.0/101", state("FINISHED")),
            ("GET /v1.0/102", state("FINISHED")),
            (CREATE, refused(500, 24, 4_279_009)),
        ])
        .await;
        let published = publish(&server, &publisher(&server), &post, &delivery).await;
        assert_eq!(ended(published), word);
    }
}

#[tokio::test]
async fn a_refused_container_is_told_without_the_address_of_its_picture() {
    let address = address_of("posts/me/a.png");
    let encoded = url::form_urlencoded::byte_serialize(address.as_bytes());
    let words = format!(
        "Param image_url is not a valid URI: {}",
        encoded.collect::<String>()
    );
    let body = json!({"error": {"message": words, "code": 100}}).to_string();
    let reply = text_reply(500, "application/json", body);
    let server = Server::new([(LIMIT, quota(0, 250)), (CREATE, reply)]).await;
    let post = post(Platform::Threads, "", vec![picture("a.png", "")]);
    let published = publish(&server, &publisher(&server), &post, &Delivery::new(None)).await;
    let error = published.unwrap_err();
    let words = "the server answered 500: \"Param image_url is not a valid URI: … (100)\"";
    assert_eq!(error.to_string(), words);
    assert_eq!(ended::<()>(Err(error)), "refused");
}

#[tokio::test]
async fn its_place_is_the_users_number_where_it_is_known() {
    let server = Server::new([]).await;
    assert_eq!(publisher(&server).place(), "17");
    let anybody = publisher_for(ThreadsAccount {
        user_id: None,
        ..account_on(&server)
    });
    assert_eq!(anybody.place(), "me");
    assert!(anybody.knows_step("create item 20") && !anybody.knows_step("create item 21"));
}
