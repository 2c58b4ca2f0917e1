//! The checkup of an account, by what its server tells.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::bluesky::BlueskyAccount;
use crate::platforms::bluesky::check::check;
use crate::platforms::bluesky::tests::DID;
use crate::platforms::bluesky::tests::LOG_IN;
use crate::platforms::bluesky::tests::PASSWORD;
use crate::platforms::bluesky::tests::REFRESH;
use crate::platforms::bluesky::tests::RESOLVE;
use crate::platforms::bluesky::tests::error;
use crate::platforms::testing::NOW;
use crate::platforms::testing::account;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;

const SHOW: &str = "GET /xrpc/com.atproto.server.getSession";
const DESCRIBE: &str = "GET /xrpc/com.atproto.server.describeServer";

fn session(scope: &str) -> Reply {
    let claims = URL_SAFE_NO_PAD.encode(json!({"scope": scope}).to_string());
    let access = format!("head.{claims}.signature");
    json_reply(
        200,
        &json!({"did": DID, "handle": "me.test", "accessJwt": access, "refreshJwt": "refresh"}),
    )
}

fn shown(more: &Value) -> Reply {
    let mut body = json!({"did": DID, "handle": "me.test"});
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    json_reply(200, &body)
}

async fn ask(server: &Server, store: &Arc<SessionStore>) -> Vec<String> {
    let account = BlueskyAccount {
        name: account(),
        handle: "me.test".to_owned(),
        password: Secret::new(PASSWORD),
        service: Some(server.origin.clone()),
        plc_url: None,
    };
    let clock = Clock::paused(NOW.parse().unwrap());
    let checkup = check(&Arc::new(Http::new()), store, account, &clock).await;
    let line = |it: &crate::publish::checkup::Finding| {
        format!("{} {}: {}", it.grade.name(), it.subject, it.message)
    };
    checkup.findings.iter().map(line).collect()
}

/// Returns each finding as `grade subject: message`.
async fn findings<const N: usize>(script: [(&'static str, Reply); N]) -> Vec<String> {
    ask(&Server::new(script).await, &session_store()).await
}

#[tokio::test]
async fn what_is_unwise_or_has_moved_is_a_warning() {
    let found = findings([
        (LOG_IN, session("com.atproto.access")),
        (SHOW, shown(&json!({"active": true}))),
        (
            DESCRIBE,
            json_reply(200, &json!({"blobUploadLimit": 1_048_576})),
        ),
        (
            RESOLVE,
            json_reply(200, &json!({"did": "did:plc:somebodyelse"})),
        ),
    ])
    .await;
    assert_eq!(
        found[1..],
        [
            "warning limits: 300 graphemes, 10 pictures of at most 1.9 MiB, but this server takes no \
             file larger than 1.0 MiB",
            "ok log-in: is accepted, and is that of `@me.test` (`did:plc:abc123`)",
            "warning session: was made with the account's own password, which may do everything",
            "warning handle: `me.test` leads to another account, `did:plc:somebodyelse`; posts still \
             go to `did:plc:abc123`",
        ]
    );
}

#[tokio::test]
async fn an_account_that_is_not_active_is_a_trouble() {
    let found = findings([
        (LOG_IN, session("com.atproto.appPass")),
        (
            SHOW,
            shown(&json!({"active": false, "status": "takendown"})),
        ),
        (DESCRIBE, json_reply(200, &json!({}))),
        (RESOLVE, json_reply(200, &json!({"did": DID}))),
    ])
    .await;
    let expected = "trouble log-in: is accepted, but the account `me.test` is takendown";
    assert_eq!(found[2], expected);
}

#[tokio::test]
async fn a_kept_session_is_used_and_renewed_as_a_post_would() {
    let store = session_store();
    let describe = || json_reply(200, &json!({}));
    let resolve = || json_reply(200, &json!({"did": DID}));
    let server = Server::new([
        (LOG_IN, session("com.atproto.appPass")),
        (SHOW, shown(&json!({}))),
        (DESCRIBE, describe()),
        (RESOLVE, resolve()),
        (SHOW, error(400, "ExpiredToken", "Token has expired")),
        (REFRESH, session("com.atproto.appPass")),
        (SHOW, shown(&json!({}))),
        (DESCRIBE, describe()),
        (RESOLVE, resolve()),
    ])
    .await;
    for _ in 0..2 {
        let found = ask(&server, &store).await;
        assert!(
            found.iter().all(|line| line.starts_with("ok ")),
            "{found:?}"
        );
    }
    assert_eq!(server.received(LOG_IN).len(), 1);
}

#[tokio::test]
async fn a_password_that_is_refused_is_told_and_not_repeated() {
    let words = format!("{PASSWORD} is wrong");
    let found = findings([(LOG_IN, error(401, "AuthenticationRequired", &words))]).await;
    assert_eq!(
        found,
        ["trouble log-in: the server answered 401: \"AuthenticationRequired: … is wrong\""]
    );
}

#[tokio::test]
async fn a_server_that_refuses_the_account_itself_is_not_taken_for_one_that_is_away() {
    let taken_down = error(401, "AccountTakedown", "Account has been taken down");
    let found = findings([(LOG_IN, taken_down)]).await;
    assert_eq!(
        found,
        [
            "trouble log-in: the server answered 401: \"AccountTakedown: Account has been taken down\""
        ]
    );
}
