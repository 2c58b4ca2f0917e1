//! Logging in: which scopes are asked for, what is sent, and what each answer means.

use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::clock::Clock;
use crate::config::apps::App;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Http;
use crate::platforms::log_in::Failure;
use crate::platforms::mastodon::log_in::Granted;
use crate::platforms::mastodon::log_in::OUT_OF_BAND;
use crate::platforms::mastodon::log_in::Server as LogInServer;
use crate::platforms::mastodon::tests::TOKEN;
use crate::platforms::mastodon::tests::VERIFY;
use crate::platforms::oauth::pkce::Pkce;
use crate::platforms::oauth::state::State;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Received;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;

const METADATA: &str = "GET /.well-known/oauth-authorization-server";
const REGISTER: &str = "POST /api/v1/apps";
const EXCHANGE: &str = "POST /oauth/token";
const REVOKE: &str = "POST /oauth/revoke";

/// A server to log in on, and what belongs to it.
struct Case {
    http: Http,
    clock: Clock,
    server: Server,
}

impl Case {
    async fn new<'r>(replies: impl IntoIterator<Item = (&'r str, Reply)>) -> Self {
        Self {
            http: Http::new(),
            clock: Clock::paused(NOW.parse().unwrap()),
            server: Server::new(replies).await,
        }
    }

    fn server(&self) -> LogInServer<'_> {
        LogInServer {
            http: &self.http,
            instance: &self.server.origin,
            clock: &self.clock,
        }
    }
}

fn app() -> App {
    App {
        client_id: Secret::new("client-1"),
        client_secret: Secret::new("hush-hush"),
        scopes: "read write".to_owned(),
        port: 4000,
    }
}

fn form(received: &Received) -> Vec<(String, String)> {
    form_urlencoded::parse(&received.body)
        .into_owned()
        .collect()
}

fn own() -> Reply {
    json_reply(200, &json!({"id": "110", "acct": "alice"}))
}

#[tokio::test]
async fn the_narrowest_scopes_that_the_server_knows_are_asked_for() {
    let new = json!({"scopes_supported": ["read", "write", "profile"]});
    let old = json!({"scopes_supported": ["read", "write"]});
    let with_profile = "profile read:statuses write:statuses write:media";
    let without = "read:accounts read:statuses write:statuses write:media";
    for (reply, expected) in [
        (json_reply(200, &new), with_profile),
        (json_reply(200, &old), without),
        (json_reply(404, &new), without),
        (text_reply(200, "text/html", "<html>"), without),
    ] {
        let case = Case::new([(METADATA, reply)]).await;
        assert_eq!(case.server().scopes().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn an_application_is_registered_with_both_ways_back() {
    let told = json!({"client_id": "client-1", "client_secret": "hush-hush"});
    let case = Case::new([(REGISTER, json_reply(200, &told))]).await;
    let registered = case.server().register("read write", 4000).await.unwrap();
    assert_eq!(registered, app());
    let sent = form(&case.server.received(REGISTER)[0]);
    let redirects = "http://127.0.0.1/callback\nhttp://127.0.0.1:4000/callback\n\
                     urn:ietf:wg:oauth:2.0:oob";
    assert_eq!(sent[1], ("redirect_uris".to_owned(), redirects.to_owned()));
}

#[tokio::test]
async fn what_is_no_mastodon_server_is_said_to_be_none() {
    for (reply, failure) in [
        (text_reply(404, "text/html", "<html>"), Failure::Unusable),
        (text_reply(200, "text/html", "<html>"), Failure::Unreachable),
        (
            json_reply(200, &json!({"client_id": ""})),
            Failure::Unreachable,
        ),
        (Reply::HangUp, Failure::Unreachable),
    ] {
        let case = Case::new([(REGISTER, reply)]).await;
        let error = case.server().register("read", 1).await.unwrap_err();
        assert_eq!(error.failure, failure, "{error:?}");
        assert!(error.hint.contains("Mastodon server"), "{error:?}");
    }
}

#[tokio::test]
async fn who_registers_too_often_is_told_when_to_try_again() {
    let throttled = json_reply(429, &json!({"error": "Throttled"}));
    let case = Case::new([(REGISTER, throttled)]).await;
    let error = case.server().register("read", 1).await.unwrap_err();
    assert_eq!(error.failure, Failure::Unreachable);
    assert!(error.hint.contains("left alone until"), "{error:?}");
}

#[tokio::test]
async fn an_application_that_the_server_has_forgotten_is_noticed() {
    let token = json!({"access_token": "nobody's"});
    let forgotten = json!({"error": "invalid_client"});
    let other = json!({"error": "invalid_scope"});
    for (status, told, expected) in [
        (200, &token, true),
        (401, &forgotten, false),
        (400, &forgotten, false),
        (400, &other, true),
    ] {
        let case = Case::new([(EXCHANGE, json_reply(status, told))]).await;
        assert_eq!(case.server().knows(&app()).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn the_browser_is_sent_with_the_challenge_and_never_with_the_verifier() {
    let case = Case::new([]).await;
    let (state, pkce) = (State::new().unwrap(), Pkce::new().unwrap());
    let address = case.server().authorize(&app(), OUT_OF_BAND, &state, &pkce);
    let query: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let value = |name: &str| query.iter().find(|(it, _)| it == name).unwrap().1.clone();
    assert_eq!(address.path(), "/oauth/authorize");
    assert_eq!(value("response_type"), "code");
    assert_eq!(value("scope"), "read write");
    assert_eq!(value("state"), state.expose());
    assert_eq!(value("code_challenge"), pkce.challenge);
    assert_eq!(value("code_challenge_method"), "S256");
    let secrets = [pkce.verifier.expose(), "hush-hush"];
    assert!(secrets.iter().all(|it| !address.as_str().contains(it)));
}

#[tokio::test]
async fn a_code_is_exchanged_with_its_verifier() {
    let told = json!({"access_token": TOKEN, "scope": "read"});
    let case = Case::new([(EXCHANGE, json_reply(200, &told)), (VERIFY, own())]).await;
    let pkce = Pkce::new().unwrap();
    let exchanged = case
        .server()
        .exchange(&app(), OUT_OF_BAND, &Secret::new("code-1"), &pkce)
        .await
        .unwrap();
    let sent = form(&case.server.received(EXCHANGE)[0]);
    assert!(sent.contains(&("code".to_owned(), "code-1".to_owned())));
    let verifier = pkce.verifier.expose().to_owned();
    assert!(sent.contains(&("code_verifier".to_owned(), verifier)));

    let logged_in = case
        .server()
        .logged_in(exchanged, "read:statuses write:media")
        .await
        .unwrap();
    let origin = case.server.origin.origin().ascii_serialization();
    let host = origin.trim_start_matches("http://");
    assert_eq!(logged_in.who, format!("@alice@{host}"));
    assert_eq!(logged_in.stable_id, "110");
    assert_eq!(
        logged_in.settings,
        [
            ("instance", origin.clone()),
            ("handle", logged_in.who.clone())
        ]
    );
    assert_eq!(
        logged_in.secrets,
        [(SecretField::Token, Secret::new(TOKEN))]
    );
    // `read` stands for `read:statuses`, and nothing for `write:media`.
    assert_eq!(logged_in.notes, ["the server did not grant `write:media`"]);
}

#[tokio::test]
async fn no_error_repeats_a_secret_that_was_sent() {
    let echo = json!({"error": "invalid_grant", "error_description": "code-1 hush-hush"});
    let answers: [(u16, &Value); 2] = [(400, &echo), (500, &echo)];
    for (status, body) in answers {
        let case = Case::new([(EXCHANGE, json_reply(status, body))]).await;
        let (code, pkce) = (Secret::new("code-1"), Pkce::new().unwrap());
        let (server, app) = (case.server(), app());
        let error = server.exchange(&app, OUT_OF_BAND, &code, &pkce).await;
        let error = error.unwrap_err();
        let told = format!("{error:?}");
        assert!(
            !told.contains("code-1") && !told.contains("hush-hush"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_not_accepted_logs_nobody_in() {
    for (status, failure) in [(401, Failure::Refused), (403, Failure::Unusable)] {
        let reply = json_reply(status, &json!({"error": format!("{TOKEN} is invalid")}));
        let case = Case::new([(VERIFY, reply)]).await;
        let granted = Granted::pasted(Secret::new(TOKEN));
        let error = case.server().logged_in(granted, "read").await.unwrap_err();
        assert_eq!(error.failure, failure);
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_is_revoked_by_the_application_that_it_was_made_for() {
    let case = Case::new([(REVOKE, json_reply(200, &json!({})))]).await;
    let token = Secret::new(TOKEN);
    case.server().revoke(&app(), &token).await.unwrap();
    let sent = form(&case.server.received(REVOKE)[0]);
    let value = |name: &str| sent.iter().find(|(it, _)| it == name).unwrap().1.clone();
    assert_eq!(value("client_id"), "client-1");
    assert_eq!(value("client_secret"), "hush-hush");
    assert_eq!(value("token"), TOKEN);
}
