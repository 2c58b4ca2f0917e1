//! Link cards: a block of their own after the text, the same in the draft and in the post.

use serde_json::Value;
use serde_json::json;

use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::text_reply;
use crate::platforms::tumblr::tests::CREATE;
use crate::platforms::tumblr::tests::EDIT;
use crate::platforms::tumblr::tests::id;
use crate::platforms::tumblr::tests::publisher;
use crate::platforms::tumblr::tests::text_post;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::post::Post;
use crate::publish::Publisher;

/// Publishes `post`, and returns the content of the draft and of the post.
async fn contents_of(post: &Post, delivery: &Delivery) -> (Value, Value) {
    let blog = Server::new([(CREATE, id(201, "10")), (EDIT, id(200, "11"))]).await;
    publisher(&blog)
        .publish(post, &delivery.attempt())
        .await
        .unwrap();
    let content = |route| blog.received(route)[0].json()["content"].clone();
    (content(CREATE), content(EDIT))
}

#[tokio::test]
async fn a_link_becomes_a_block_after_the_text() {
    let html = "<title>A page</title><meta name=description content=words>\
                <meta property='og:site_name' content='Site'>\
                <meta property='og:image' content='a.png'>";
    // Its picture is not asked for: there is no reply to that.
    let web = Server::new([("GET /a", text_reply(200, "text/html", html))]).await;
    let address = web.origin.join("/a").unwrap();
    let post = Post {
        card: CardChoice::Page(address.to_string()),
        card_reach: CardReach::Anywhere,
        ..text_post("read")
    };
    let delivery = Delivery::new(None);
    let (draft, published) = contents_of(&post, &delivery).await;
    let expected = json!([
        {"type": "text", "text": "read"},
        {"type": "link", "url": address.as_str(), "title": "A page", "description": "words",
         "site_name": "Site"},
    ]);
    assert_eq!((&draft, &published), (&expected, &expected));
    assert_eq!(delivery.marks()[0], "card: done");
    assert!(publisher(&web).knows_step("card"));
}

#[tokio::test]
async fn what_was_fetched_before_is_not_asked_for_again() {
    let card = json!({"address": "https://a.example/", "title": "As it was",
                      "description": null, "site": null, "picture": null});
    for (fetched, blocks) in [(card, 2), (Value::Null, 1)] {
        let delivery = Delivery::new(None).with_done("card", &fetched);
        let post = Post {
            card: CardChoice::Page("https://127.0.0.1/".to_owned()),
            ..text_post("read")
        };
        let (draft, published) = contents_of(&post, &delivery).await;
        assert_eq!(draft.as_array().unwrap().len(), blocks);
        assert_eq!(draft, published);
    }
}

#[tokio::test]
async fn a_text_that_fills_the_post_has_no_room_for_its_card() {
    let card = json!({"address": "https://a.example/", "title": "A page",
                      "description": null, "site": null, "picture": null});
    for (paragraphs, blocks) in [(999, 1000), (1000, 1000)] {
        let delivery = Delivery::new(None).with_done("card", &card);
        let post = Post {
            card: CardChoice::Page("https://a.example/".to_owned()),
            ..text_post(&vec!["x"; paragraphs].join("\n\n"))
        };
        let (draft, _) = contents_of(&post, &delivery).await;
        assert_eq!(draft.as_array().unwrap().len(), blocks);
    }
}
