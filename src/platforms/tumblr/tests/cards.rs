//! Link cards: a block of their own after the text, the same in the draft and in the post.

use serde_json::Value;
use serde_json::json;

use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::text_reply;
use crate::platforms::tumblr::tests::CREATE;
use crate::platforms::tumblr::tests::DRAFTS;
use crate::platforms::tumblr::tests::EDIT;
use crate::platforms::tumblr::tests::id;
use crate::platforms::tumblr::tests::page;
use crate::platforms::tumblr::tests::publisher;
use crate::platforms::tumblr::tests::refused;
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
        let delivery = Delivery::new(None).with_done("card", &json!({"card": fetched}));
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
        let delivery = Delivery::new(None).with_done("card", &json!({"card": card}));
        let post = Post {
            card: CardChoice::Page("https://a.example/".to_owned()),
            ..text_post(&vec!["x"; paragraphs].join("\n\n"))
        };
        let (draft, _) = contents_of(&post, &delivery).await;
        assert_eq!(draft.as_array().unwrap().len(), blocks);
    }
}

#[tokio::test]
async fn a_page_out_of_reach_is_tried_again_until_the_draft_is_sent() {
    let html = text_reply(200, "text/html", "<title>A page</title>");
    for (draft, blocks) in [(refused(401, 0), 2), (Reply::HangUp, 1)] {
        let is_lost = matches!(draft, Reply::HangUp);
        let web = Server::new([("GET /a", Reply::HangUp)]).await;
        let blog = Server::new([(CREATE, draft)]).await;
        let post = Post {
            card: CardChoice::FirstLink,
            card_reach: CardReach::Anywhere,
            ..text_post(web.origin.join("/a").unwrap().as_str())
        };
        let delivery = Delivery::new(None);
        let _ = publisher(&blog).publish(&post, &delivery.attempt()).await;
        if is_lost {
            // It may be there: it is looked for, and is the one without a card.
            blog.expect(DRAFTS, page(&[]));
        } else {
            web.expect("GET /a", html.clone());
        }
        blog.expect(CREATE, id(201, "10"));
        blog.expect(EDIT, id(200, "11"));
        publisher(&blog)
            .publish(&post, &delivery.attempt())
            .await
            .unwrap();
        let content = blog.received(EDIT)[0].json()["content"].clone();
        assert_eq!(content.as_array().unwrap().len(), blocks);
    }
}
