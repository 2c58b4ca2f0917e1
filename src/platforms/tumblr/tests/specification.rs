//! Every request is one of Tumblr's documentation, down to the names of its fields (tumblr/docs
//! 708be10, api.md and npf-spec.md, read 2026-11-25).

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::config::blog::BlogState;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::TumblrPublisher;
use crate::platforms::tumblr::check::check;
use crate::platforms::tumblr::rotation::Rotation;
use crate::platforms::tumblr::tests::CREATE;
use crate::platforms::tumblr::tests::DRAFTS;
use crate::platforms::tumblr::tests::EDIT;
use crate::platforms::tumblr::tests::FETCH;
use crate::platforms::tumblr::tests::INFO;
use crate::platforms::tumblr::tests::LIMITS;
use crate::platforms::tumblr::tests::POSTS;
use crate::platforms::tumblr::tests::QUEUE;
use crate::platforms::tumblr::tests::account_on;
use crate::platforms::tumblr::tests::id;
use crate::platforms::tumblr::tests::page;
use crate::platforms::tumblr::tests::publisher_for;
use crate::platforms::tumblr::tests::refused;
use crate::platforms::tumblr::tests::said;
use crate::post::card::CardChoice;
use crate::post::platform::Platform;
use crate::publish::Publisher;
use crate::publish::Renewal;
use crate::publish::Renewed;
use crate::publish::TakenDown;
use crate::publish::checkup::Finding;
use crate::publish::checkup::Grade;

const RENEW: &str = "POST /v2/oauth2/token";
const USER: &str = "GET /v2/user/info";
const DELETE: &str = "POST /v2/blog/me/post/delete";

/// What `POST` and `PUT` take ("Create/Reblog a Post").
const POST_FIELDS: [&str; 11] = [
    "content",
    "layout",
    "state",
    "publish_on",
    "date",
    "tags",
    "source_url",
    "send_to_twitter",
    "is_private",
    "slug",
    "interactability_reblog",
];
const TEXT_FIELDS: [&str; 5] = ["type", "text", "subtype", "indent_level", "formatting"];
const IMAGE_FIELDS: [&str; 8] = [
    "type",
    "media",
    "colors",
    "feedback_token",
    "poster",
    "attribution",
    "alt_text",
    "caption",
];
/// Of a media object; `identifier` is that of "User Uploaded Media".
const MEDIA_FIELDS: [&str; 5] = ["type", "url", "width", "height", "identifier"];
/// Of a link block ("Content Block Type: Link").
const CARD_FIELDS: [&str; 8] = [
    "type",
    "url",
    "title",
    "description",
    "author",
    "site_name",
    "display_url",
    "poster",
];
const LINK_FIELDS: [&str; 4] = ["type", "start", "end", "url"];
const MENTION_FIELDS: [&str; 4] = ["type", "start", "end", "blog"];

/// What the requests about credentials take ("`OAuth2` Token Request" and "Token Refresh").
const TOKEN_FIELDS: [&str; 6] = [
    "client_id",
    "client_secret",
    "code",
    "grant_type",
    "redirect_uri",
    "refresh_token",
];

/// What each list takes. `npf` is documented for "any other endpoint that returns posts" too.
const QUERIES: [(&str, &[&str]); 4] = [
    (POSTS, &["npf", "limit", "offset"]),
    (QUEUE, &["npf", "limit", "offset"]),
    (DRAFTS, &["npf", "before_id"]),
    (FETCH, &["post_format"]),
];

#[track_caller]
fn assert_known(object: &Value, known: &[&str]) {
    for field in object.as_object().unwrap().keys() {
        assert!(known.contains(&field.as_str()), "`{field}` in {object}");
    }
}

#[track_caller]
fn assert_documented(body: &Value) {
    assert_known(body, &POST_FIELDS);
    let state = body["state"].as_str().unwrap();
    assert!(["published", "queue", "draft", "private"].contains(&state));
    assert!(body["tags"].is_string() && body["slug"].is_string());
    for block in body["content"].as_array().unwrap() {
        match block["type"].as_str() {
            Some("text") => assert_known(block, &TEXT_FIELDS),
            Some("image") => {
                assert_known(block, &IMAGE_FIELDS);
                for object in block["media"].as_array().unwrap() {
                    assert_known(object, &MEDIA_FIELDS);
                }
            }
            Some("link") => assert_known(block, &CARD_FIELDS),
            other => panic!("{other:?}"),
        }
        for format in block["formatting"].as_array().into_iter().flatten() {
            match format["type"].as_str() {
                Some("link") => assert_known(format, &LINK_FIELDS),
                Some("mention") => assert_known(format, &MENTION_FIELDS),
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Returns the JSON part of a form.
fn json_part(form: &str) -> Value {
    let (_, rest) = form.split_once("application/json\r\n\r\n").unwrap();
    let (json, _) = rest.split_once("\r\n--").unwrap();
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn every_request_has_only_what_the_documentation_names() {
    let text = json!({"type": "text", "text": "x"});
    let media = json!([{"type": "image/png", "url": "https://64.media.tumblr.com/a.png", "width": 1, "height": 1}]);
    let draft = json!({"id": "10", "content": [text, {"type": "image", "media": media}]});
    let blog = |id: &str| said(200, &json!({"blog": {"uuid": id}}));
    let server = Server::new([
        (INFO, blog("t:me")),
        ("GET /v2/blog/staff/info", blog("t:staff")),
        (DRAFTS, page(&[])),
        (CREATE, id(201, "10")),
        (FETCH, said(200, &draft)),
        (EDIT, refused(500, 0)),
        (FETCH, refused(404, 0)),
        (QUEUE, page(&[])),
        (POSTS, page(&[])),
    ])
    .await;
    let publisher = publisher_for(TumblrAccount {
        state: BlogState::Queue,
        ..account_on(&server)
    });
    let words = "@staff has https://example.com/a #tag";
    let post = post(Platform::Tumblr, words, vec![picture("a.png", "a cat")]);
    let delivery = Delivery::new(Some("release-1"));
    publisher
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    publisher
        .look(&post, &delivery.attempt())
        .await
        .unwrap_err();

    assert_documented(&json_part(&server.received(CREATE)[0].text()));
    assert_documented(&server.received(EDIT)[0].json());
    for (route, known) in QUERIES {
        for received in server.received(route) {
            let (_, query) = received.line.split_once('?').unwrap();
            for pair in query.split('&') {
                let (name, _) = pair.split_once('=').unwrap();
                assert!(known.contains(&name), "`{name}` of {route}");
            }
        }
    }
}

#[tokio::test]
async fn a_card_has_only_what_the_documentation_names() {
    let server = Server::new([(CREATE, id(201, "10")), (EDIT, id(200, "11"))]).await;
    let card = json!({"card": {"address": "https://a.example/", "title": "A page",
                               "site": "Site", "description": "of words", "picture": null}});
    let mut post = post(Platform::Tumblr, "#tag", Vec::new());
    post.card = CardChoice::Page("https://a.example/".to_owned());
    let delivery = Delivery::new(None).with_done("card", &card);
    let publisher = publisher_for(account_on(&server));
    publisher.publish(&post, &delivery.attempt()).await.unwrap();
    for route in [CREATE, EDIT] {
        assert_documented(&server.received(route)[0].json());
    }
}

/// Returns the names in a form or a query.
fn names(pairs: &str) -> Vec<String> {
    let pairs = url::form_urlencoded::parse(pairs.as_bytes());
    pairs.map(|(name, _)| name.into_owned()).collect()
}

#[tokio::test]
async fn a_checkup_a_deletion_and_a_renewal_have_only_what_the_documentation_names() {
    let blogs = json!([{"name": "me", "uuid": "t:me"}]);
    let given = json!({"access_token": "a1", "refresh_token": "r1", "expires_in": 2520});
    let server = Server::new([
        (RENEW, json_reply(200, &given)),
        (
            USER,
            said(200, &json!({"user": {"name": "me", "blogs": blogs}})),
        ),
        (POSTS, page(&[])),
        (
            LIMITS,
            said(200, &json!({"user": {"posts": {"remaining": 7}}})),
        ),
        (DELETE, id(200, "10")),
    ])
    .await;
    let account = TumblrAccount {
        rotation: Some(Rotation {
            refresh_token: Secret::new("r0"),
            client_id: Secret::new("key"),
            client_secret: Secret::new("secret"),
        }),
        ..account_on(&server)
    };
    let (http, sessions) = (Arc::new(Http::new()), session_store());
    let clock = Clock::paused(NOW.parse().unwrap());
    let media = Arc::new(Pictures);
    let publisher = TumblrPublisher::new(
        Arc::clone(&http),
        media,
        account.clone(),
        Arc::clone(&sessions),
    );
    let renewed = publisher.renew_credential(Renewal::Now, &clock).await;
    assert!(matches!(renewed, Ok(Renewed::Until(_))), "{renewed:?}");
    let checkup = check(&http, &sessions, account, &clock).await;
    let is_fine = |finding: &Finding| finding.grade == Grade::Fine;
    assert!(checkup.findings.iter().all(is_fine), "{checkup:?}");
    let taken = publisher.take_down("10", &clock).await.unwrap();
    assert_eq!(taken, TakenDown::Now);

    for received in server.requests() {
        let (route, query) = received
            .line
            .split_once('?')
            .unwrap_or((&received.line, ""));
        let known = QUERIES.iter().find(|(known, _)| *known == route);
        let known = known.map_or(&[][..], |(_, known)| known);
        for name in names(query) {
            assert!(known.contains(&name.as_str()), "`{name}` of {route}");
        }
        match route {
            DELETE => assert_known(&received.json(), &["id"]),
            RENEW => {
                for name in names(&received.text()) {
                    assert!(TOKEN_FIELDS.contains(&name.as_str()), "{name}");
                }
            }
            _ => assert_eq!(received.text(), "", "{route}"),
        }
    }
}
