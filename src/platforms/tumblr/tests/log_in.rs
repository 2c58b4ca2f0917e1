//! Logging in on Tumblr: what is asked and signed, and what a person is told of each no.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Http;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::oauth::state::State;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Received;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::platforms::tumblr::log_in::App;
use crate::platforms::tumblr::log_in::Keep;
use crate::platforms::tumblr::log_in::LogIn;
use crate::platforms::tumblr::log_in::Pair;
use crate::platforms::tumblr::tests::said;

const BEGIN: &str = "POST /tumblr/oauth/request_token";
const ISSUE: &str = "POST /tumblr/oauth/access_token";
const REDEEM: &str = "POST /v2/oauth2/token";
const USER: &str = "GET /v2/user/info";

/// What every signed request says of itself (RFC 5849, section 3.1, read 2026-11-26).
const SIGNED: [&str; 6] = [
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_version",
];

/// What a code is redeemed with (tumblr/docs 708be10, api.md, "OAuth 2", read 2026-11-25).
const REDEEMED_WITH: [&str; 5] = [
    "client_id",
    "client_secret",
    "code",
    "grant_type",
    "redirect_uri",
];

const CALLBACK: &str = "http://127.0.0.1:5000/callback";

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
                client_id: Secret::new("key"),
                client_secret: Secret::new("secret-canary"),
            },
        }
    }

    fn log_in<'l>(&'l self, api: &'l Url) -> LogIn<'l> {
        LogIn {
            http: &self.http,
            clock: &self.clock,
            api,
            app: &self.app,
        }
    }
}

fn pair(token: &str, secret: &str) -> Pair {
    Pair {
        token: Secret::new(token),
        secret: Secret::new(secret),
    }
}

fn form(text: &str) -> Reply {
    text_reply(200, "application/x-www-form-urlencoded", text)
}

/// Returns the names in the header of a signed request: those of every such request, then its own.
fn signed_fields(received: &Received) -> Vec<String> {
    let header = received.header("authorization").strip_prefix("OAuth ");
    let fields = header.unwrap().split(", ");
    let names = fields.map(|field| field.split('=').next().unwrap().to_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    let (mut always, own): (Vec<_>, Vec<_>) = names
        .into_iter()
        .partition(|name| SIGNED.contains(&name.as_str()));
    always.extend(own);
    always
}

#[track_caller]
fn assert_told(error: &LogInError, failure: Failure, hint: &str) {
    assert_eq!(error.failure, failure, "{error:?}");
    assert!(error.hint.contains(hint), "{hint}: {error:?}");
    let told = format!("{error:?} {error}");
    assert!(!told.contains("canary"), "{told}");
}

#[tokio::test]
async fn keys_are_asked_for_in_three_steps_and_write_every_blog_of_the_person() {
    let blogs = json!([{"name": "me", "uuid": "t:me", "primary": true},
                       {"name": "books", "uuid": "t:books", "primary": false}]);
    let server = Server::new([
        (
            BEGIN,
            form("oauth_token=r%2F1&oauth_token_secret=rs&oauth_callback_confirmed=true"),
        ),
        (ISSUE, form("oauth_token=t1&oauth_token_secret=ts")),
        (
            USER,
            said(200, &json!({"user": {"name": "me", "blogs": blogs}})),
        ),
    ])
    .await;
    let desk = Desk::new();
    let log_in = desk.log_in(&server.origin);
    let request = log_in.request_token(CALLBACK).await.unwrap();
    let address = log_in.authorize(&request).unwrap();
    assert!(
        address
            .as_str()
            .ends_with("/tumblr/oauth/authorize?oauth_token=r%2F1"),
        "{address}"
    );
    let keys = log_in.keys(&request, &Secret::new("v1")).await.unwrap();
    let keep = Keep::Keys(keys);
    let mut blogs = log_in.blogs(&keep).await.unwrap();
    let names: Vec<&str> = blogs.iter().map(|blog| blog.name.as_str()).collect();
    assert_eq!(names, ["me", "books"]);
    let logged_in = log_in.logged_in(blogs.remove(1), keep).unwrap();
    assert_eq!(logged_in.settings, [("blog", "books".to_owned())]);
    let fields: Vec<SecretField> = logged_in.secrets.iter().map(|(field, _)| *field).collect();
    assert_eq!(
        fields,
        [
            SecretField::Token,
            SecretField::TokenSecret,
            SecretField::ClientId,
            SecretField::ClientSecret
        ]
    );
    assert_eq!(logged_in.expires_at, None);
    let begun = signed_fields(&server.received(BEGIN)[0]);
    assert_eq!(begun, [&SIGNED[..], &["oauth_callback"]].concat());
    let issued = signed_fields(&server.received(ISSUE)[0]);
    assert_eq!(
        issued,
        [&SIGNED[..], &["oauth_token", "oauth_verifier"]].concat()
    );
    assert_eq!(server.received(BEGIN)[0].text(), "");
    assert_eq!(server.received(ISSUE)[0].text(), "");
}

#[test]
fn the_pages_are_at_tumblr_unless_the_api_is_elsewhere() {
    let desk = Desk::new();
    let request = pair("r", "rs");
    for (api, page) in [
        (
            "https://api.tumblr.com",
            "https://www.tumblr.com/oauth/authorize?oauth_token=r",
        ),
        (
            "http://127.0.0.1:4000",
            "http://127.0.0.1:4000/tumblr/oauth/authorize?oauth_token=r",
        ),
    ] {
        let api = api.parse().unwrap();
        let address = desk.log_in(&api).authorize(&request).unwrap();
        assert_eq!(address.as_str(), page);
    }
    let api = "https://api.tumblr.com".parse().unwrap();
    let state = State::given(Secret::new("s1"));
    let address = desk
        .log_in(&api)
        .authorize_oauth2("https://localhost/", &state);
    assert_eq!(
        address.unwrap().as_str(),
        "https://www.tumblr.com/oauth2/authorize?client_id=key&response_type=code\
         &scope=basic+write+offline_access&state=s1&redirect_uri=https%3A%2F%2Flocalhost%2F"
    );
}

#[tokio::test]
async fn every_no_to_a_request_for_keys_says_what_to_do() {
    let text = |status, words: &str| text_reply(status, "text/plain", words);
    for (reply, failure, hint) in [
        (
            text(401, "oauth_signature does not match expected value"),
            Failure::Refused,
            "consumer key",
        ),
        (
            text(401, "Missing or invalid oauth_timestamp"),
            Failure::Refused,
            "clock",
        ),
        (
            text(400, "Invalid callback URL"),
            Failure::Refused,
            "redirect address",
        ),
        (
            text(401, "Missing or invalid oauth_token r-canary"),
            Failure::Refused,
            "start again",
        ),
        (
            text(401, "Missing or invalid oauth_verifier"),
            Failure::Refused,
            "start again",
        ),
        (text(429, "Limit"), Failure::Unreachable, "few minutes"),
        (text(404, "?"), Failure::Unusable, "address"),
        (form("oauth_token=t"), Failure::Unusable, "address"),
        (Reply::HangUp, Failure::Unreachable, "online"),
    ] {
        let server = Server::new([(ISSUE, reply)]).await;
        let desk = Desk::new();
        let request = pair("r-canary", "rs-canary");
        let (log_in, verifier) = (desk.log_in(&server.origin), Secret::new("v-canary"));
        let told = log_in.keys(&request, &verifier).await;
        assert_told(&told.unwrap_err(), failure, hint);
    }
}

#[tokio::test]
async fn every_no_to_a_code_says_what_to_do() {
    let error = |status, error: &str| {
        let words = format!("{error} code-canary");
        json_reply(status, &json!({"error": error, "error_description": words}))
    };
    for (reply, failure, hint) in [
        (
            error(401, "invalid_client"),
            Failure::Refused,
            "consumer key",
        ),
        (error(400, "invalid_grant"), Failure::Refused, "start again"),
        (
            error(400, "redirect_uri_mismatch"),
            Failure::Refused,
            "redirect address",
        ),
        (
            json_reply(200, &json!({"token_type": "bearer"})),
            Failure::Unusable,
            "address",
        ),
    ] {
        let server = Server::new([(REDEEM, reply)]).await;
        let desk = Desk::new();
        let log_in = desk.log_in(&server.origin);
        let code = Secret::new("code-canary");
        let told = log_in.redeem("https://localhost/", &code).await;
        assert_told(&told.unwrap_err(), failure, hint);
    }
}

#[tokio::test]
async fn tokens_come_in_pairs_or_what_that_means_is_said() {
    let desk = Desk::new();
    for (scope, refresh, expected) in [
        ("basic write offline_access", Some("r1"), Ok(0)),
        ("basic write", None, Ok(1)),
        ("basic", None, Err("`write` is missing")),
    ] {
        let mut told = json!({"access_token": "a1", "expires_in": 2520, "scope": scope});
        if let Some(refresh) = refresh {
            told["refresh_token"] = json!(refresh);
        }
        let blogs = json!([{"name": "me", "uuid": "t:me"}]);
        let server = Server::new([
            (REDEEM, json_reply(200, &told)),
            (
                USER,
                said(200, &json!({"user": {"name": "me", "blogs": blogs}})),
            ),
        ])
        .await;
        let log_in = desk.log_in(&server.origin);
        let code = Secret::new("c1");
        let granted = log_in.redeem("https://localhost/", &code).await.unwrap();
        let sent = server.received(REDEEM)[0].text();
        let sent = url::form_urlencoded::parse(sent.as_bytes());
        let mut names: Vec<_> = sent.map(|(name, _)| name.into_owned()).collect();
        names.sort();
        assert_eq!(names, REDEEMED_WITH);
        let keep = Keep::Tokens(granted);
        let blog = log_in.blogs(&keep).await.unwrap().remove(0);
        match (log_in.logged_in(blog, keep), expected) {
            (Ok(logged_in), Ok(notes)) => {
                assert_eq!(logged_in.notes.len(), notes, "{:?}", logged_in.notes);
                let mut secrets = logged_in.secrets.iter();
                let has = secrets.any(|(field, _)| *field == SecretField::RefreshToken);
                assert_eq!(has, refresh.is_some());
            }
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
            (told, _) => panic!("{told:?}"),
        }
    }
}
