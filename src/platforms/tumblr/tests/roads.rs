//! The road of a post: which requests it is, and what they say.

use serde_json::Value;
use serde_json::json;

use crate::config::blog::BlogState;
use crate::config::secret::Secret;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::tests::CREATE;
use crate::platforms::tumblr::tests::DRAFTS;
use crate::platforms::tumblr::tests::EDIT;
use crate::platforms::tumblr::tests::FETCH;
use crate::platforms::tumblr::tests::INFO;
use crate::platforms::tumblr::tests::SLUG;
use crate::platforms::tumblr::tests::TOKEN;
use crate::platforms::tumblr::tests::account_on;
use crate::platforms::tumblr::tests::id;
use crate::platforms::tumblr::tests::named;
use crate::platforms::tumblr::tests::page;
use crate::platforms::tumblr::tests::publisher;
use crate::platforms::tumblr::tests::publisher_for;
use crate::platforms::tumblr::tests::refused;
use crate::platforms::tumblr::tests::said;
use crate::platforms::tumblr::tests::signing;
use crate::platforms::tumblr::tests::text_post;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::publish::Publisher;

fn with_pictures() -> Post {
    let media = vec![picture("a.png", "a cat"), picture("b.png", "")];
    post(Platform::Tumblr, "look", media)
}

/// A draft as the server tells of it.
fn draft(pictures: &[Value]) -> Reply {
    let text = json!({"type": "text", "text": "look"});
    let content: Vec<Value> = [text].into_iter().chain(pictures.iter().cloned()).collect();
    said(
        200,
        &json!({"id": "10", "state": "draft", "content": content}),
    )
}

fn kept(key: &str) -> Value {
    let url = format!("https://64.media.tumblr.com/{key}.png");
    json!({"type": "image", "media": [{"url": url, "width": 800}], "colors": {"c0": "fff"}})
}

#[tokio::test]
async fn a_text_is_created_as_a_draft_and_then_published() {
    let server = Server::new([(CREATE, id(201, "10")), (EDIT, id(200, "11"))]).await;
    let delivery = Delivery::new(None);
    let mut post = text_post("see https://example.com #one\n\n#two");
    post.tags = vec!["slow travel".to_owned(), "one".to_owned()];
    let published = publisher(&server).publish(&post, &delivery.attempt()).await;

    assert_eq!(published, Ok(named("11")));
    assert_eq!(server.count(), 2);
    let created = &server.received(CREATE)[0];
    let body = |state: &str| {
        json!({
            "state": state,
            "slug": SLUG,
            "tags": "slow travel,one,two",
            "content": [
                {"type": "text", "text": "see https://example.com #one", "formatting": [
                    {"type": "link", "start": 4, "end": 23, "url": "https://example.com"}]},
                {"type": "text", "text": "#two"},
            ],
        })
    };
    assert_eq!(created.json(), body("draft"));
    assert_eq!(created.header("content-type"), "application/json");
    assert_eq!(created.header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(server.received(EDIT)[0].json(), body("published"));
    assert_eq!(
        delivery.marks(),
        ["compose: done", "create draft: done", "publish draft: done"]
    );
}

#[tokio::test]
async fn pictures_go_with_the_draft_and_are_published_as_it_names_them() {
    let server = Server::new([
        (CREATE, id(201, "10")),
        (FETCH, draft(&[kept("a"), kept("b")])),
        (EDIT, id(200, "11")),
    ])
    .await;
    let delivery = Delivery::new(None);
    let published = publisher(&server)
        .publish(&with_pictures(), &delivery.attempt())
        .await;

    assert_eq!(published, Ok(named("11")));
    let created = &server.received(CREATE)[0];
    assert!(
        created
            .header("content-type")
            .starts_with("multipart/form-data; boundary=")
    );
    let form = created.text();
    let json = form
        .find("name=\"json\"\r\nContent-Type: application/json")
        .unwrap();
    let first = "name=\"picture-1\"; filename=\"a.png\"\r\nContent-Type: image/png";
    let second = "name=\"picture-2\"; filename=\"b.png\"\r\nContent-Type: image/png";
    let (first, second) = (form.find(first).unwrap(), form.find(second).unwrap());
    assert!(json < first && first < second, "{form}");
    for said in [
        r#""identifier":"picture-1""#,
        r#""alt_text":"a cat""#,
        r#""state":"draft""#,
        "bytes of posts/me/a.png",
    ] {
        assert!(form.contains(said), "{said} in {form}");
    }
    let content = &server.received(EDIT)[0].json()["content"];
    assert_eq!(
        content[1],
        json!({"type": "image", "alt_text": "a cat",
               "media": [{"url": "https://64.media.tumblr.com/a.png", "width": 800}]})
    );
    assert_eq!(content[2].get("alt_text"), None);
    assert_eq!(
        delivery.marks(),
        [
            "compose: done",
            "create draft: done",
            "read draft: done",
            "publish draft: done"
        ]
    );
}

#[tokio::test]
async fn a_mention_is_of_a_blog_that_there_is() {
    let server = Server::new([
        (
            "GET /v2/blog/staff/info",
            said(200, &json!({"blog": {"uuid": "t:staff"}})),
        ),
        ("GET /v2/blog/nobody/info", refused(404, 0)),
        ("GET /v2/blog/shy/info", refused(403, 0)),
        (CREATE, id(201, "10")),
        (EDIT, id(200, "11")),
    ])
    .await;
    let post = text_post("@staff, @nobody, @shy and @staff");
    let delivery = Delivery::new(None);
    publisher(&server)
        .publish(&post, &delivery.attempt())
        .await
        .unwrap();
    let formatting = &server.received(EDIT)[0].json()["content"][0]["formatting"];
    let mention = |start: u64| json!({"type": "mention", "start": start, "end": start + 6, "blog": {"uuid": "t:staff"}});
    assert_eq!(*formatting, json!([mention(0), mention(26)]));
}

/// Asserts in which state `post` is published by an account of `state`, and what it is called then.
#[track_caller]
fn assert_state(sent: &Value, expected: &str) {
    assert_eq!(sent["state"], expected, "{sent}");
}

#[tokio::test]
async fn the_account_says_what_becomes_of_a_post() {
    for (state, visibility, word) in [
        (BlogState::Queue, None, "queue"),
        (BlogState::Private, None, "private"),
        (BlogState::Private, Some(Visibility::Public), "private"),
        (BlogState::Published, Some(Visibility::Private), "private"),
        (BlogState::Queue, Some(Visibility::Private), "private"),
        (BlogState::Draft, Some(Visibility::Private), "private"),
    ] {
        let server = Server::new([(CREATE, id(201, "10")), (EDIT, id(200, "11"))]).await;
        let publisher = publisher_for(TumblrAccount {
            state,
            ..account_on(&server)
        });
        let delivery = Delivery::new(None);
        let mut post = text_post("hello");
        post.visibility = visibility;
        let published = publisher.publish(&post, &delivery.attempt()).await.unwrap();
        assert_state(&server.received(EDIT)[0].json(), word);
        assert_eq!(published.remote_id.as_deref(), Some("11"));
        assert_eq!(published.url, None, "only what is public has an address");
    }
}

#[tokio::test]
async fn a_post_that_is_to_be_a_draft_stays_one() {
    let server = Server::new([(CREATE, id(201, "10"))]).await;
    let publisher = publisher_for(TumblrAccount {
        state: BlogState::Draft,
        ..account_on(&server)
    });
    let delivery = Delivery::new(None);
    let published = publisher
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap();
    assert_eq!(published.remote_id.as_deref(), Some("10"));
    assert_eq!(published.url, None);
}

#[tokio::test]
async fn the_users_key_gives_the_same_slug_on_every_machine() {
    let mut slugs = Vec::new();
    for delivery in ["here", "there"] {
        let server = Server::new([
            (INFO, said(200, &json!({"blog": {"uuid": "t:me"}}))),
            (DRAFTS, page(&[])),
            (CREATE, id(201, "10")),
            (EDIT, id(200, "11")),
        ])
        .await;
        let mut on_a_machine = Delivery::new(Some("release-1"));
        on_a_machine.identity.delivery = delivery.to_owned();
        publisher(&server)
            .publish(&text_post("hello"), &on_a_machine.attempt())
            .await
            .unwrap();
        slugs.push(server.received(EDIT)[0].json()["slug"].clone());
    }
    assert_eq!(slugs[0], slugs[1]);
    assert_ne!(slugs[0], SLUG);
}

#[tokio::test]
async fn a_signed_request_carries_no_secret() {
    let server = Server::new([(CREATE, id(201, "10")), (EDIT, id(200, "11"))]).await;
    let publisher = publisher_for(TumblrAccount {
        token: Secret::new("a token"),
        signing: Some(signing()),
        ..account_on(&server)
    });
    let delivery = Delivery::new(None);
    publisher
        .publish(&text_post("hello"), &delivery.attempt())
        .await
        .unwrap();
    let headers = [CREATE, EDIT].map(|route| {
        let received = server.received(route);
        received[0].header("authorization").to_owned()
    });
    for header in &headers {
        let beginning = "OAuth oauth_consumer_key=\"consumer\", oauth_nonce=\"";
        assert!(header.starts_with(beginning), "{header}");
        assert!(header.contains("oauth_token=\"a%20token\""), "{header}");
        assert!(!header.contains("secret"), "{header}");
    }
    assert_ne!(headers[0], headers[1]);
}

#[tokio::test]
async fn the_address_is_that_of_the_blog_as_it_is_configured() {
    for (blog, url) in [
        ("me", Some("https://www.tumblr.com/me/11")),
        ("me.tumblr.com", Some("https://www.tumblr.com/me/11")),
        ("www.example.com", Some("https://www.example.com/post/11")),
        ("t:0aY0xL2Fi1OFJg4YxpmegQ", None),
    ] {
        let server = Server::new([]).await;
        let create = format!("POST /v2/blog/{blog}/posts");
        let edit = format!("PUT /v2/blog/{blog}/posts/10");
        server.expect(&create, id(201, "10"));
        server.expect(&edit, id(200, "11"));
        let publisher = publisher_for(TumblrAccount {
            blog: blog.to_owned(),
            ..account_on(&server)
        });
        let delivery = Delivery::new(None);
        let published = publisher
            .publish(&text_post("hello"), &delivery.attempt())
            .await
            .unwrap();
        assert_eq!(published.url.as_deref(), url);
    }
}

#[tokio::test]
async fn the_steps_that_it_takes_are_known_and_no_others() {
    let server = Server::new([]).await;
    let publisher = publisher(&server);
    for step in ["compose", "create draft", "read draft", "publish draft"] {
        assert!(publisher.knows_step(step), "{step}");
    }
    for step in ["put record", "upload 1", "publish", ""] {
        assert!(!publisher.knows_step(step), "{step}");
    }
}
