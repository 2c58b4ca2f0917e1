//! The tokens of OAuth 2: renewed ahead of their end and in mid-publish, and no refresh token twice.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::TumblrPublisher;
use crate::platforms::tumblr::rotation::Rotation;
use crate::platforms::tumblr::tests::CREATE;
use crate::platforms::tumblr::tests::EDIT;
use crate::platforms::tumblr::tests::FETCH;
use crate::platforms::tumblr::tests::TOKEN;
use crate::platforms::tumblr::tests::account_on;
use crate::platforms::tumblr::tests::id;
use crate::platforms::tumblr::tests::named;
use crate::platforms::tumblr::tests::refused;
use crate::platforms::tumblr::tests::said;
use crate::platforms::tumblr::tests::text_post;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::Publisher as _;
use crate::publish::Renewal;
use crate::publish::Renewed;

const RENEW: &str = "POST /v2/oauth2/token";

fn next(number: u32) -> Reply {
    let body = json!({"access_token": format!("a{number}"), "refresh_token": format!("r{number}"),
                      "expires_in": 2520, "token_type": "bearer", "scope": "basic write"});
    json_reply(200, &body)
}

fn dead() -> Reply {
    json_reply(
        401,
        &json!({"error": "invalid_grant", "error_description": "Invalid refresh token"}),
    )
}

fn publisher(server: &Server, store: &Arc<SessionStore>) -> TumblrPublisher {
    let account = TumblrAccount {
        rotation: Some(Rotation {
            refresh_token: Secret::new("r0"),
            client_id: Secret::new("key"),
            client_secret: Secret::new("secret-canary"),
        }),
        ..account_on(server)
    };
    let http = Arc::new(Http::new());
    TumblrPublisher::new(http, Arc::new(Pictures), account, Arc::clone(store))
}

fn at(minutes: u64) -> Clock {
    let start = NOW.parse().unwrap();
    Clock::paused(crate::clock::later(start, Duration::from_mins(minutes)))
}

/// Returns the refresh tokens that were sent.
fn spent(server: &Server) -> Vec<String> {
    let forms = server.received(RENEW);
    let token = |form: String| {
        let mut pairs = url::form_urlencoded::parse(form.as_bytes());
        let found = pairs.find(|(name, _)| name == "refresh_token").unwrap();
        found.1.into_owned()
    };
    forms.iter().map(|form| token(form.text())).collect()
}

fn bearers(server: &Server, route: &str) -> Vec<String> {
    let received = server.received(route);
    let tokens = received.iter().map(|it| it.header("authorization"));
    tokens.map(|it| it.replace("Bearer ", "")).collect()
}

async fn renew(publisher: &TumblrPublisher, clock: &Clock) -> Result<Renewed, PublishError> {
    publisher.renew_credential(Renewal::Now, clock).await
}

#[tokio::test]
async fn a_token_that_is_not_accepted_in_mid_publish_is_renewed_once_and_the_step_goes_on() {
    let server = Server::new([
        (CREATE, refused(401, 1016)),
        (RENEW, next(1)),
        (CREATE, id(201, "10")),
        (EDIT, id(200, "11")),
    ])
    .await;
    let (store, delivery) = (session_store(), Delivery::new(None));
    let publisher = publisher(&server, &store);
    let published = publisher
        .publish(&text_post("hi"), &delivery.attempt())
        .await;
    assert_eq!(published.unwrap(), named("11"));
    assert_eq!(bearers(&server, CREATE), [TOKEN, "a1"]);
    assert_eq!(bearers(&server, EDIT), ["a1"]);
    assert_eq!(spent(&server), ["r0"]);
}

#[tokio::test]
async fn a_token_that_is_not_accepted_twice_needs_a_log_in() {
    let server = Server::new([
        (CREATE, refused(401, 1016)),
        (RENEW, next(1)),
        (CREATE, refused(401, 1016)),
    ])
    .await;
    let (store, delivery) = (session_store(), Delivery::new(None));
    let publisher = publisher(&server, &store);
    let error = publisher
        .publish(&text_post("hi"), &delivery.attempt())
        .await;
    assert!(
        matches!(error, Err(PublishError::LoginNeeded(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_form_with_pictures_is_made_again_by_the_next_attempt() {
    let server = Server::new([(CREATE, refused(401, 1016)), (RENEW, next(1))]).await;
    let (store, delivery) = (session_store(), Delivery::new(None));
    let publisher = publisher(&server, &store);
    let post = post(Platform::Tumblr, "hi", vec![picture("a.png", "a cat")]);
    let error = publisher
        .publish(&post, &delivery.attempt())
        .await
        .unwrap_err();
    assert!(matches!(error, PublishError::WaitUntil { .. }), "{error:?}");
    server.expect(CREATE, id(201, "10"));
    server.expect(EDIT, id(200, "11"));
    let media = json!([{"type": "image/png", "url": "https://64.media.tumblr.com/a.png",
                        "width": 800, "height": 600}]);
    let content = json!([{"type": "image", "media": media}, {"type": "text", "text": "hi"}]);
    server.expect(FETCH, said(200, &json!({"id": "10", "content": content})));
    let published = publisher.publish(&post, &delivery.attempt()).await;
    assert_eq!(published.unwrap(), named("11"));
    assert_eq!(bearers(&server, CREATE)[1], "a1");
}

#[tokio::test]
async fn later_runs_take_the_next_pair_and_renew_it_before_it_ends() {
    let server = Server::new([(RENEW, next(1)), (RENEW, next(2))]).await;
    let store = session_store();
    let renewed = renew(&publisher(&server, &store), &at(0)).await.unwrap();
    assert!(matches!(renewed, Renewed::Until(Some(_))), "{renewed:?}");
    // Another process, with the first pair in its configuration.
    server.expect(CREATE, id(201, "10"));
    server.expect(EDIT, id(200, "11"));
    let later = Delivery::at("2026-11-23T12:38:00Z", None);
    let other = publisher(&server, &store);
    let published = other.publish(&text_post("hi"), &later.attempt()).await;
    assert_eq!(published.unwrap(), named("11"));
    assert_eq!(spent(&server), ["r0", "r1"]);
    assert_eq!(bearers(&server, CREATE), ["a2"]);
}

#[tokio::test]
async fn two_processes_at_one_time_spend_a_refresh_token_once() {
    let server = Server::new([
        (CREATE, refused(401, 1016)),
        (CREATE, refused(401, 1016)),
        (RENEW, next(1)),
        (CREATE, id(201, "10")),
        (CREATE, id(201, "10")),
        (EDIT, id(200, "11")),
        (EDIT, id(200, "11")),
    ])
    .await;
    let store = session_store();
    let (one, other) = (publisher(&server, &store), publisher(&server, &store));
    let (first, second) = (Delivery::new(None), Delivery::new(None));
    let post = text_post("hi");
    let (steps, others) = (first.attempt(), second.attempt());
    let ended = tokio::join!(one.publish(&post, &steps), other.publish(&post, &others));
    assert_eq!(
        (ended.0.unwrap(), ended.1.unwrap()),
        (named("11"), named("11"))
    );
    assert_eq!(spent(&server), ["r0"]);
}

#[tokio::test]
async fn a_refresh_token_whose_answer_was_lost_is_not_sent_again() {
    for lost in [Reply::HangUp, Reply::Cut, json_reply(200, &json!({}))] {
        let server = Server::new([(RENEW, lost)]).await;
        let store = session_store();
        let error = renew(&publisher(&server, &store), &at(0))
            .await
            .unwrap_err();
        assert!(matches!(error, PublishError::Unclear { .. }), "{error:?}");
        let error = renew(&publisher(&server, &store), &at(0))
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("nobody heard the answer"),
            "{error}"
        );
        assert!(matches!(error, PublishError::LoginNeeded(_)), "{error:?}");
        assert_eq!(spent(&server), ["r0"]);
    }
}

#[tokio::test]
async fn a_refusal_leaves_the_refresh_token_as_it_was() {
    let store = session_store();
    let server = Server::new([(RENEW, json_reply(503, &json!({}))), (RENEW, dead())]).await;
    let publisher = publisher(&server, &store);
    let error = renew(&publisher, &at(0)).await.unwrap_err();
    assert!(matches!(error, PublishError::Unclear { .. }), "{error:?}");
    let error = renew(&publisher, &at(0)).await.unwrap_err();
    assert!(matches!(error, PublishError::LoginNeeded(_)), "{error:?}");
    assert!(
        !format!("{error} {error:?}").contains("canary"),
        "{error:?}"
    );
    assert_eq!(
        spent(&server),
        ["r0", "r0"],
        "each was refused and is known not to be spent"
    );
}

#[tokio::test]
async fn an_idle_pair_is_renewed_weekly_so_that_it_does_not_die_of_age() {
    let server = Server::new([(RENEW, next(1))]).await;
    let store = session_store();
    let publisher = publisher(&server, &store);
    let day = 24 * 60;
    for (minutes, is_due) in [
        (0, false),
        (6 * day, false),
        (8 * day, true),
        (9 * day, false),
    ] {
        let renewed = publisher
            .renew_credential(Renewal::IfDue, &at(minutes))
            .await;
        let renewed = renewed.unwrap();
        assert_eq!(renewed != Renewed::NotDue, is_due, "{minutes}: {renewed:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_asked_for() {
    let server = Server::new([]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no-folder");
    std::fs::write(&file, "").unwrap();
    let store = Arc::new(SessionStore::new(&file));
    let error = renew(&publisher(&server, &store), &at(0))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("could not be kept"), "{error}");
}
