//! The road of a post: which requests it is, and what they say.

use serde_json::json;

use crate::platforms::facebook::tests::FEED;
use crate::platforms::facebook::tests::PHOTOS;
use crate::platforms::facebook::tests::publisher;
use crate::platforms::facebook::tests::staged;
use crate::platforms::graph::testing::assert_form;
use crate::platforms::graph::testing::ended;
use crate::platforms::graph::testing::id;
use crate::platforms::graph::testing::publish;
use crate::platforms::graph::testing::refused;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::post::card::CardChoice;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::Published;
use crate::publish::Publisher;

const ASKED: (&str, &str) = ("fields", "id,permalink_url");

fn text_post(text: &str) -> Post {
    Post {
        card: CardChoice::FirstLink,
        ..post(Platform::Facebook, text, Vec::new())
    }
}

fn with_pictures(text: &str, count: usize) -> Post {
    let media = (1..=count).map(|n| picture(&format!("{n}.png"), &format!("picture {n}")));
    post(Platform::Facebook, text, media.collect())
}

fn named(url: &str) -> Published {
    Published {
        remote_id: Some("7_900".to_owned()),
        url: Some(url.to_owned()),
    }
}

#[tokio::test]
async fn a_text_is_one_request_whose_answer_names_its_address() {
    let url = "https://www.facebook.com/7/posts/900";
    let answer = json_reply(200, &json!({"id": "7_900", "permalink_url": url}));
    let server = Server::new([(FEED, answer)]).await;
    let delivery = Delivery::new(None);
    let post = text_post("hello & so on");
    let published = publish(&server, &publisher(&server), &post, &delivery).await;
    assert_eq!(published, Ok(named(url)));
    assert_form(
        &server.received(FEED)[0],
        &[ASKED, ("message", "hello & so on")],
    );
    assert_eq!(delivery.marks(), ["publish post: done"]);
}

#[tokio::test]
async fn without_an_address_facebook_forwards_the_id() {
    let server = Server::new([(FEED, id("7_900"))]).await;
    let delivery = Delivery::new(None);
    let published = publish(&server, &publisher(&server), &text_post("x"), &delivery).await;
    assert_eq!(published, Ok(named("https://www.facebook.com/7_900")));
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_is_not_shown() {
    let answer = json!({"id": "7_900", "permalink_url": "https://evil.example/7/posts/900"});
    let server = Server::new([(FEED, json_reply(200, &answer))]).await;
    let delivery = Delivery::new(None);
    let published = publish(&server, &publisher(&server), &text_post("x"), &delivery).await;
    assert_eq!(published, Ok(named("https://www.facebook.com/7_900")));
}

#[tokio::test]
async fn the_first_link_is_the_card_unless_somebody_says_otherwise() {
    let text = "see https://example.com/a";
    let message = ("message", text);
    for (card, more) in [
        (CardChoice::FirstLink, Some("https://example.com/a")),
        (
            CardChoice::Page("https://example.org/".to_owned()),
            Some("https://example.org/"),
        ),
        (CardChoice::Nothing, None),
    ] {
        let server = Server::new([(FEED, id("7_900"))]).await;
        let post = Post {
            card,
            ..text_post(text)
        };
        publish(&server, &publisher(&server), &post, &Delivery::new(None))
            .await
            .unwrap();
        let mut expected = vec![ASKED, message];
        expected.extend(more.map(|link| ("link", link)));
        assert_form(&server.received(FEED)[0], &expected);
    }
}

#[tokio::test]
async fn a_card_that_facebook_refuses_is_left_out() {
    let text = "see https://example.com/a";
    for refusal in [
        refused(400, 100, 1_609_005),
        refused(400, 100, 1_609_008),
        refused(400, 1_609_008, 0),
    ] {
        let server = Server::new([(FEED, refusal), (FEED, id("7_900"))]).await;
        let delivery = Delivery::new(None);
        publish(&server, &publisher(&server), &text_post(text), &delivery)
            .await
            .unwrap();
        assert_form(&server.received(FEED)[1], &[ASKED, ("message", text)]);
        assert_eq!(delivery.marks(), ["publish post: done"]);
    }
    // With a 5xx nobody knows, and without a card there is nothing to leave out.
    for (text, refusal, word) in [
        (text, refused(500, 100, 1_609_005), "unclear"),
        ("no link", refused(400, 100, 1_609_005), "refused"),
    ] {
        let server = Server::new([(FEED, refusal)]).await;
        let delivery = Delivery::new(None);
        let published = publish(&server, &publisher(&server), &text_post(text), &delivery).await;
        assert_eq!(ended(published), word);
    }
}

#[tokio::test]
async fn photos_are_staged_unseen_and_attached_in_order() {
    let server = Server::new([
        (PHOTOS, id("501")),
        (PHOTOS, id("502")),
        (FEED, id("7_900")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let post = with_pictures("see https://example.com", 2);
    publish(&server, &publisher(&server), &post, &delivery)
        .await
        .unwrap();

    let staged = server.received(PHOTOS);
    let first = staged[0].text();
    let is_in_order = first.contains("picture 1");
    for (form, number) in staged.iter().zip(if is_in_order { [1, 2] } else { [2, 1] }) {
        let kind = form.header("content-type");
        assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
        let form = form.text();
        for part in [
            "name=\"published\"\r\n\r\nfalse\r\n".to_owned(),
            format!("name=\"alt_text_custom\"\r\n\r\npicture {number}\r\n"),
            format!("name=\"source\"; filename=\"{number}.png\"\r\nContent-Type: image/png\r\n"),
            format!("\r\n\r\nbytes of posts/me/{number}.png\r\n"),
        ] {
            assert!(form.contains(&part), "{part} in {form}");
        }
        assert!(!form.contains("see https"), "{form}");
    }
    let [one, two] = if is_in_order {
        [r#"{"media_fbid":"501"}"#, r#"{"media_fbid":"502"}"#]
    } else {
        [r#"{"media_fbid":"502"}"#, r#"{"media_fbid":"501"}"#]
    };
    let expected = [
        ASKED,
        ("message", "see https://example.com"),
        ("attached_media[0]", one),
        ("attached_media[1]", two),
    ];
    assert_form(&server.received(FEED)[0], &expected);
    let mut marks = delivery.marks();
    marks.sort();
    let expected = ["publish post: done", "upload 1: done", "upload 2: done"];
    assert_eq!(marks, expected);
}

#[tokio::test]
async fn what_is_empty_is_left_out() {
    let server = Server::new([(PHOTOS, id("501")), (FEED, id("7_900"))]).await;
    let silent: Vec<Media> = vec![picture("a.png", "")];
    let post = post(Platform::Facebook, "", silent);
    publish(&server, &publisher(&server), &post, &Delivery::new(None))
        .await
        .unwrap();
    let form = server.received(PHOTOS)[0].text();
    assert!(!form.contains("alt_text_custom"), "{form}");
    let photo = ("attached_media[0]", r#"{"media_fbid":"501"}"#);
    assert_form(&server.received(FEED)[0], &[ASKED, photo]);
}

#[tokio::test]
async fn photos_of_an_earlier_attempt_are_used_until_they_are_old() {
    let again = "again upload 1, upload 2";
    for (staged_at, word) in [
        ("2026-11-22T16:30:00Z", None),
        ("2026-11-22T15:59:59Z", Some(again)),
    ] {
        let server = Server::new([]).await;
        if word.is_none() {
            server.expect(FEED, id("7_900"));
        }
        let delivery = staged(staged_at, &["501", "502"]);
        let post = with_pictures("x", 2);
        let published = publish(&server, &publisher(&server), &post, &delivery).await;
        match word {
            None => assert!(published.is_ok(), "{published:?}"),
            Some(word) => assert_eq!(ended(published), word),
        }
    }
}

#[tokio::test]
async fn a_photo_that_fails_leaves_the_others_for_the_next_attempt() {
    let server = Server::new([(PHOTOS, refused(500, 2, 0))]).await;
    let publisher = publisher(&server);
    let delivery = staged("2026-11-23T11:59:00Z", &["501"]);
    let post = with_pictures("x", 2);
    let published = publish(&server, &publisher, &post, &delivery).await;
    assert_eq!(ended(published), "unclear");
    server.expect(PHOTOS, id("502"));
    server.expect(FEED, id("7_900"));
    publish(&server, &publisher, &post, &delivery)
        .await
        .unwrap();
    assert!(server.received(FEED)[0].text().contains("501"));
}

#[tokio::test]
async fn what_answers_a_publication_proves_something_or_nothing() {
    for (reply, word, mark) in [
        (json_reply(200, &json!({})), "unclear", "unheard"),
        (text_reply(200, "text/html", "<p>"), "unclear", "unheard"),
        // Answered so with the post public (arsduo/koala#699).
        (refused(500, 2, 0), "unclear", "unheard"),
        (refused(400, 1, 0), "unclear", "unheard"),
        (text_reply(502, "text/html", "<html>"), "unclear", "unheard"),
        (Reply::HangUp, "unclear", "unheard"),
        (Reply::Cut, "unclear", "unheard"),
        (refused(400, 190, 460), "login", "void"),
        (refused(400, 368, 1_390_008), "wait", "void"),
        (refused(400, 368, 1_346_003), "refused", "void"),
        (refused(400, 80_001, 0), "wait", "void"),
        (refused(400, 197, 0), "refused", "void"),
        // Of a first sending: it looks like the post before it.
        (refused(400, 506, 0), "refused", "void"),
    ] {
        let server = Server::new([(FEED, reply.clone())]).await;
        let delivery = Delivery::new(None);
        let published = publish(&server, &publisher(&server), &text_post("x"), &delivery).await;
        assert_eq!(ended(published), word, "{reply:?}");
        assert_eq!(delivery.marks(), [format!("publish post: {mark}")]);
    }
}

#[tokio::test]
async fn photos_that_were_posted_already_say_that_an_earlier_sending_arrived() {
    for reply in [
        refused(400, 100, 1_366_051),
        refused(400, 1_366_051, 0),
        refused(400, 506, 0),
    ] {
        let server = Server::new([(FEED, reply)]).await;
        let delivery = staged("2026-11-23T11:59:00Z", &["501"]);
        let post = with_pictures("x", 1);
        let published = publish(&server, &publisher(&server), &post, &delivery).await;
        assert_eq!(ended(published), "unclear");
        assert_eq!(delivery.marks()[1], "publish post: unheard");
    }
}

#[tokio::test]
async fn the_steps_that_it_takes_are_known_and_no_others() {
    let server = Server::new([]).await;
    let publisher = publisher(&server);
    for step in ["upload 1", "upload 10", "publish post"] {
        assert!(publisher.knows_step(step), "{step}");
    }
    for step in ["create container", "upload 0", "publish", ""] {
        assert!(!publisher.knows_step(step), "{step}");
    }
}
