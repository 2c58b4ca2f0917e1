//! Tokens that end by the calendar are renewed weekly, and kept.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::THREADS_VERSION;
use crate::platforms::graph::token::Token;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::Renewal;
use crate::publish::Renewed;

const RENEW: &str = "GET /refresh_access_token";

fn on(day: u8, hour: u8) -> Clock {
    let instant = format!("2026-11-{day:02}T{hour:02}:00:00Z");
    Clock::paused(instant.parse().unwrap())
}

fn given(token: &str) -> Reply {
    let body = json!({"access_token": token, "token_type": "bearer", "expires_in": 5_184_000});
    json_reply(200, &body)
}

fn refused(code: i64) -> Reply {
    json_reply(400, &json!({"error": {"message": "no: old", "code": code}}))
}

fn token(server: &Server, configured: &str, store: &Arc<SessionStore>) -> Token {
    let (configured, store) = (Secret::new(configured), Arc::clone(store));
    Token::renewed(
        Platform::Threads,
        "th_refresh_token",
        &server.origin,
        configured,
        store,
    )
}

async fn renew(token: &Token, server: &Server, clock: &Clock) -> Result<Renewed, PublishError> {
    let http = Http::new();
    token
        .renew(Renewal::IfDue, &http, &server.origin, clock)
        .await
}

#[track_caller]
fn assert_is(token: &Token, expected: &str) {
    assert_eq!(token.current().expose(), expected);
}

/// Returns a token that was first seen the day before the first.
async fn seen(server: &Server, store: &Arc<SessionStore>) -> Token {
    let token = token(server, "old", store);
    let month_before = Clock::paused("2026-10-31T12:00:00Z".parse().unwrap());
    let renewed = renew(&token, server, &month_before).await.unwrap();
    assert_eq!(renewed, Renewed::NotDue);
    token
}

#[tokio::test]
async fn a_token_is_renewed_once_a_week_and_kept_for_later_runs() {
    let server = Server::new([(RENEW, given("second"))]).await;
    let store = session_store();
    let first = seen(&server, &store).await;
    assert_eq!(
        server.count(),
        0,
        "a token that is new to us is left alone for a day"
    );
    let renewed = renew(&first, &server, &on(1, 12)).await.unwrap();
    let Renewed::Until(Some(end)) = renewed else {
        panic!("{renewed:?}");
    };
    assert!(end.to_string().starts_with("2026-12-31T12:00:"), "{end}");
    assert_is(&first, "second");
    let asked = &server.received(RENEW)[0].line;
    assert!(asked.contains("grant_type=th_refresh_token&access_token=old"));

    // Six days later nothing is due, for another run neither.
    let later = token(&server, "old", &store);
    assert_is(&later, "second");
    let _ = renew(&later, &server, &on(8, 11)).await.unwrap();
    assert_eq!(server.count(), 1);

    server.expect(RENEW, given("third"));
    let _ = renew(&later, &server, &on(8, 13)).await.unwrap();
    assert_is(&later, "third");
}

#[tokio::test]
async fn two_who_renew_at_once_ask_once() {
    let server = Server::new([(RENEW, given("second"))]).await;
    let store = session_store();
    let (one, other) = (seen(&server, &store).await, token(&server, "old", &store));
    let clock = on(1, 12);
    let (first, second) =
        tokio::join!(renew(&one, &server, &clock), renew(&other, &server, &clock));
    let both = [first.unwrap(), second.unwrap()];
    assert!(both.contains(&Renewed::NotDue), "{both:?}");
    assert_eq!(server.count(), 1);
    assert_is(&one, "second");
    assert_is(&other, "second");
}

#[tokio::test]
async fn a_token_that_another_run_has_renewed_is_taken_in_mid_publish() {
    let me = "GET /v1.0/me";
    let dead = json_reply(
        401,
        &json!({"error": {"message": "ended", "code": 190, "error_subcode": 463}}),
    );
    let well = json_reply(200, &json!({"id": "1"}));
    let server = Server::new([(me, dead), (me, well), (RENEW, given("second"))]).await;
    let store = session_store();
    let other = seen(&server, &store).await;
    let (http, api): (_, Url) = (Arc::new(Http::new()), server.origin.clone());
    let client = Client::new(http, &api, THREADS_VERSION, token(&server, "old", &store));
    let _ = renew(&other, &server, &on(1, 12)).await.unwrap();
    let answer = client.get("me", &[], &on(1, 12)).await.unwrap();
    assert_eq!(answer.status, 200);
    let received = server.received(me);
    let sent: Vec<_> = received
        .iter()
        .map(|it| it.header("authorization"))
        .collect();
    assert_eq!(sent, ["Bearer old", "Bearer second"]);
}

#[tokio::test]
async fn another_configured_token_makes_the_kept_one_void() {
    let server = Server::new([(RENEW, given("second"))]).await;
    let store = session_store();
    let first = seen(&server, &store).await;
    let _ = renew(&first, &server, &on(1, 12)).await.unwrap();
    assert_is(
        &token(&server, "from the dashboard", &store),
        "from the dashboard",
    );
}

#[tokio::test]
async fn a_token_that_is_too_young_is_tried_again_the_next_day() {
    let server = Server::new([(RENEW, refused(100))]).await;
    let store = session_store();
    let young = seen(&server, &store).await;
    let _ = renew(&young, &server, &on(1, 12)).await.unwrap();
    assert_is(&young, "old");
    let _ = renew(&young, &server, &on(2, 11)).await.unwrap();
    assert_eq!(server.count(), 1);
    server.expect(RENEW, given("second"));
    let _ = renew(&young, &server, &on(2, 13)).await.unwrap();
    assert_is(&young, "second");
}

#[tokio::test]
async fn a_renewal_that_was_asked_for_is_made_at_once_and_says_why_it_was_not() {
    let server = Server::new([(RENEW, refused(100)), (RENEW, given("second"))]).await;
    let store = session_store();
    let young = token(&server, "old", &store);
    let (http, clock) = (Http::new(), on(1, 12));
    let error = young
        .renew(Renewal::Now, &http, &server.origin, &clock)
        .await;
    assert!(matches!(error, Err(PublishError::Refused(_))), "{error:?}");
    let done = young
        .renew(Renewal::Now, &http, &server.origin, &clock)
        .await;
    assert!(matches!(done, Ok(Renewed::Until(_))), "{done:?}");
    assert_is(&young, "second");
}

#[tokio::test]
async fn a_dead_token_is_said_and_not_repeated() {
    let server = Server::new([(RENEW, refused(190))]).await;
    let dead = seen(&server, &session_store()).await;
    let error = renew(&dead, &server, &on(1, 12)).await.unwrap_err();
    assert!(matches!(error, PublishError::LoginNeeded(_)), "{error:?}");
    assert!(!error.to_string().contains("old"), "{error}");
}

#[tokio::test]
async fn a_token_without_an_end_is_never_renewed() {
    let server = Server::new([]).await;
    let lasting = Token::lasting(Secret::new("page"));
    let renewed = renew(&lasting, &server, &on(1, 12)).await.unwrap();
    assert_eq!(renewed, Renewed::Lasting);
    assert_is(&lasting, "page");
}
