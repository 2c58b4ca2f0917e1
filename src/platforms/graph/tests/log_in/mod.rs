//! Logging in at Meta: what is asked, what is taken for an answer, and what a person is told of each no.

mod pages;

use std::sync::Arc;

use serde_json::json;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Http;
use crate::platforms::facebook;
use crate::platforms::graph::log_in::App;
use crate::platforms::graph::log_in::Granted;
use crate::platforms::graph::log_in::LogIn;
use crate::platforms::graph::log_in::Way;
use crate::platforms::graph::testing::TOKEN;
use crate::platforms::graph::testing::assert_form;
use crate::platforms::graph::testing::assert_proper;
use crate::platforms::graph::testing::refused;
use crate::platforms::instagram;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::oauth::state::State;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::platforms::threads;
use crate::post::platform::Platform;

const REDIRECT: &str = "https://localhost/";
const REDEEM: &str = "POST /threads/oauth/access_token";
const EXCHANGE: &str = "GET /access_token";
const DEBUG: &str = "GET /v1.0/debug_token";
const AT_FACEBOOK: &str = "GET /v26.0/oauth/access_token";

/// What a log-in needs beside a server.
struct Desk {
    http: Arc<Http>,
    clock: Clock,
    app: App,
}

impl Desk {
    fn new() -> Self {
        Self {
            http: Arc::new(Http::new()),
            clock: Clock::paused(NOW.parse().unwrap()),
            app: App {
                id: "910".to_owned(),
                secret: Secret::new("app-canary"),
            },
        }
    }

    fn own<'l>(&'l self, api: &'l Url, way: &'static Way) -> LogIn<'l> {
        LogIn {
            http: &self.http,
            clock: &self.clock,
            api,
            way,
        }
    }

    fn facebook<'l>(&'l self, api: &'l Url) -> facebook::log_in::LogIn<'l> {
        facebook::log_in::LogIn {
            http: &self.http,
            clock: &self.clock,
            api,
        }
    }
}

fn code() -> Secret {
    Secret::new("code-canary")
}

fn token() -> Secret {
    Secret::new(TOKEN)
}

fn given(life_seconds: u64) -> Reply {
    let body = json!({"access_token": TOKEN, "token_type": "bearer", "expires_in": life_seconds});
    json_reply(200, &body)
}

fn flat(words: &str) -> Reply {
    let body = json!({"error_type": "OAuthException", "code": 400, "error_message": words});
    json_reply(400, &body)
}

fn coded(code: i64, words: &str) -> Reply {
    json_reply(400, &json!({"error": {"message": words, "code": code}}))
}

#[track_caller]
fn assert_told(error: &LogInError, failure: Failure, hint: &str) {
    assert_eq!(error.failure, failure, "{error:?}");
    assert!(error.hint.contains(hint), "{hint}: {error:?}");
    let told = format!("{error:?} {error}");
    assert!(!told.contains("canary") && !told.contains(TOKEN), "{told}");
}

fn state() -> State {
    State::given(Secret::new("s1"))
}

#[test]
fn the_pages_are_at_meta_unless_the_api_is_elsewhere() {
    let desk = Desk::new();
    let own = |api: &str, way: &'static Way| {
        let api = api.parse().unwrap();
        let address = desk.own(&api, way).authorize("910", REDIRECT, &state());
        address.unwrap().to_string()
    };
    let query = "?client_id=910&redirect_uri=https%3A%2F%2Flocalhost%2F&response_type=code&scope=";
    let instagram = own("https://graph.instagram.com", &instagram::log_in::WAY);
    let scopes = "instagram_business_basic%2Cinstagram_business_content_publish&state=s1";
    let expected = format!("https://www.instagram.com/oauth/authorize{query}{scopes}");
    assert_eq!(instagram, expected);
    let threads = own("https://graph.threads.net", &threads::log_in::WAY);
    assert!(
        threads.starts_with("https://threads.com/oauth/authorize?"),
        "{threads}"
    );
    let near = own("http://127.0.0.1:4000", &threads::log_in::WAY);
    assert!(
        near.starts_with("http://127.0.0.1:4000/threads/oauth/authorize?"),
        "{near}"
    );

    let at_facebook = |api: &str| {
        let (api, scopes) = (api.parse().unwrap(), facebook::log_in::SCOPES);
        let log_in = desk.facebook(&api);
        let address = log_in.authorize("910", REDIRECT, scopes, &state());
        address.unwrap().to_string()
    };
    for (api, page) in [
        (
            "https://graph.facebook.com",
            "https://www.facebook.com/v26.0/dialog/oauth?",
        ),
        (
            "https://graph.facebook.com/v25.0",
            "https://www.facebook.com/v25.0/dialog/oauth?",
        ),
        (
            "http://127.0.0.1:4000",
            "http://127.0.0.1:4000/v26.0/dialog/oauth?",
        ),
    ] {
        let address = at_facebook(api);
        assert!(address.starts_with(page), "{address}");
    }
}

#[tokio::test]
async fn a_code_becomes_a_token_of_sixty_days_and_somebody_s() {
    let short = json!({"access_token": "short-canary", "user_id": 24_100_000_000_000_001_u64});
    let debug = json!({"data": {"is_valid": true, "expires_at": 1_800_000_000,
        "scopes": ["threads_basic", "threads_content_publish", "threads_delete"]}});
    let me = json!({"id": "24100000000000001", "username": "alice"});
    let server = Server::new([
        (REDEEM, json_reply(200, &short)),
        (EXCHANGE, given(5_184_000)),
        (DEBUG, json_reply(200, &debug)),
        ("GET /v1.0/me", json_reply(200, &me)),
    ])
    .await;
    let desk = Desk::new();
    let log_in = desk.own(&server.origin, &threads::log_in::WAY);
    let short = log_in.redeem(&desk.app, REDIRECT, &code()).await.unwrap();
    let long = log_in.lengthen(&desk.app.secret, short).await.unwrap();
    let long = log_in.look_at(long).await;
    let logged_in = threads::log_in::logged_in(&log_in, long).await.unwrap();
    assert_eq!(logged_in.who, "@alice");
    assert_eq!(
        logged_in.settings,
        [
            ("user_id", "24100000000000001".to_owned()),
            ("handle", "@alice".to_owned())
        ]
    );
    assert_eq!(logged_in.secrets, [(SecretField::Token, token())]);
    assert_eq!(logged_in.expires_at.unwrap().as_second(), 1_800_000_000);
    assert!(logged_in.notes.is_empty(), "{:?}", logged_in.notes);
    // Later runs know when it ends, and the token itself is kept once.
    let session = logged_in.session.unwrap();
    assert_eq!(session.expires_at, logged_in.expires_at);
    assert_eq!(session.access.expose(), "");
    assert_form(
        &server.received(REDEEM)[0],
        &[
            ("client_id", "910"),
            ("client_secret", "app-canary"),
            ("grant_type", "authorization_code"),
            ("redirect_uri", REDIRECT),
            ("code", "code-canary"),
        ],
    );
    assert_proper(&server, Platform::Threads);
}

#[tokio::test]
async fn instagram_tells_a_token_in_two_forms_and_publishes_with_the_user_id() {
    let token = json!({"access_token": TOKEN, "user_id": 17,
        "permissions": "instagram_business_basic, instagram_business_content_publish"});
    for told in [token.clone(), json!({"data": [token]})] {
        let me = json!({"id": "5", "user_id": 17_841_400_000_000_001_u64, "username": "alice"});
        let server = Server::new([
            ("POST /instagram/oauth/access_token", json_reply(200, &told)),
            ("GET /v26.0/me", json_reply(200, &me)),
        ])
        .await;
        let desk = Desk::new();
        let log_in = desk.own(&server.origin, &instagram::log_in::WAY);
        let short = log_in.redeem(&desk.app, REDIRECT, &code()).await.unwrap();
        let logged_in = instagram::log_in::logged_in(&log_in, short).await.unwrap();
        assert_eq!(
            logged_in.settings,
            [
                ("user_id", "17841400000000001".to_owned()),
                ("handle", "@alice".to_owned())
            ]
        );
        assert_proper(&server, Platform::Instagram);
    }
}

#[tokio::test]
async fn a_token_that_lives_for_sixty_days_already_stays_as_it_is() {
    let server = Server::new([(EXCHANGE, refused(400, 452, 4_279_019))]).await;
    let desk = Desk::new();
    let log_in = desk.own(&server.origin, &instagram::log_in::WAY);
    let long = Granted::unknown(token());
    let same = log_in.lengthen(&desk.app.secret, long.clone()).await;
    assert_eq!(same.unwrap(), long);
    assert_proper(&server, Platform::Instagram);
}

#[tokio::test]
async fn every_no_to_a_code_says_what_to_do() {
    let page = text_reply(502, "text/html", "<html>Sorry.</html>");
    for (reply, failure, hint) in [
        (flat("Invalid platform app"), Failure::Refused, "app's id"),
        (
            flat("Error validating client secret."),
            Failure::Refused,
            "app's secret",
        ),
        (
            flat("Matching code was not found or was already used"),
            Failure::Refused,
            "start again",
        ),
        (
            flat("This authorization code has expired. code-canary"),
            Failure::Refused,
            "start again",
        ),
        (
            flat("make sure your redirect_uri is identical"),
            Failure::Refused,
            "redirect address",
        ),
        (flat("something new"), Failure::Refused, "own words"),
        (
            coded(1, "Error validating client secret."),
            Failure::Refused,
            "app's secret",
        ),
        (
            coded(4, "limit reached"),
            Failure::Unreachable,
            "few minutes",
        ),
        (page, Failure::Unreachable, "few minutes"),
        (
            text_reply(404, "text/plain", "no"),
            Failure::Unusable,
            "address",
        ),
        (
            json_reply(200, &json!({"user_id": 1})),
            Failure::Unusable,
            "address",
        ),
        (Reply::HangUp, Failure::Unreachable, "online"),
    ] {
        let server = Server::new([(REDEEM, reply)]).await;
        let desk = Desk::new();
        let log_in = desk.own(&server.origin, &threads::log_in::WAY);
        let told = log_in.redeem(&desk.app, REDIRECT, &code()).await;
        assert_told(&told.unwrap_err(), failure, hint);
    }
}

#[tokio::test]
async fn every_no_of_facebooks_says_what_to_do() {
    for (reply, hint) in [
        (coded(101, "Error validating application."), "app's id"),
        (coded(1, "Error validating client secret."), "app's secret"),
        (refused(400, 100, 36_007), "start again"),
        (refused(400, 100, 36_008), "redirect address"),
        (refused(400, 100, 36_009), "start again"),
        (refused(400, 190, 463), "has ended"),
    ] {
        let server = Server::new([(AT_FACEBOOK, reply)]).await;
        let desk = Desk::new();
        let log_in = desk.facebook(&server.origin);
        let told = log_in.redeem(&desk.app, REDIRECT, &code()).await;
        assert_told(&told.unwrap_err(), Failure::Refused, hint);
        assert_proper(&server, Platform::Facebook);
    }
}

#[tokio::test]
async fn what_was_not_granted_is_said_or_ends_the_log_in() {
    let desk = Desk::new();
    for (granted, expected) in [
        (
            vec!["threads_basic", "threads_content_publish", "threads_delete"],
            Ok(0),
        ),
        (vec!["threads_basic", "threads_content_publish"], Ok(1)),
        (
            vec!["threads_basic"],
            Err("`threads_content_publish` is missing"),
        ),
    ] {
        let me = json!({"id": "1", "username": "alice"});
        let server = Server::new([("GET /v1.0/me", json_reply(200, &me))]).await;
        let log_in = desk.own(&server.origin, &threads::log_in::WAY);
        let scopes = granted.iter().map(|it| (*it).to_owned()).collect();
        let granted = Granted {
            scopes: Some(scopes),
            ..Granted::unknown(token())
        };
        let told = threads::log_in::logged_in(&log_in, granted).await;
        match (told, expected) {
            (Ok(logged_in), Ok(notes)) => assert_eq!(logged_in.notes.len(), notes),
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
            (told, _) => panic!("{told:?}"),
        }
    }
}
