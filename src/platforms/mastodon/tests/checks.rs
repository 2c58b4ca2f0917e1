//! The checkup of an account, by what servers of several kinds tell.

use std::sync::Arc;

use serde_json::json;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::mastodon::MastodonAccount;
use crate::platforms::mastodon::check::check;
use crate::platforms::mastodon::tests::TOKEN;
use crate::platforms::mastodon::tests::VERIFY;
use crate::platforms::testing::NOW;
use crate::platforms::testing::account;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;

const V1: &str = "GET /api/v1/instance";
const V2: &str = "GET /api/v2/instance";
const TOKEN_INFO: &str = "GET /oauth/token/info";
const APPLICATION: &str = "GET /api/v1/apps/verify_credentials";
const OWN_POSTS: &str = "GET /api/v1/accounts/7/statuses";

fn missing() -> Reply {
    json_reply(404, &json!({"error": "Record not found"}))
}

fn own() -> Reply {
    json_reply(200, &json!({"id": "7", "acct": "me"}))
}

/// Returns each finding as `grade subject: message`.
async fn findings<const N: usize>(script: [(&'static str, Reply); N]) -> Vec<String> {
    let server = Server::new(script).await;
    let account = MastodonAccount {
        name: account(),
        instance: server.origin.clone(),
        token: Secret::new(TOKEN),
    };
    let clock = Clock::paused(NOW.parse().unwrap());
    let checkup = check(&Arc::new(Http::new()), account, &clock).await;
    let line = |it: &crate::publish::checkup::Finding| {
        let words = it
            .message
            .replace(server.origin.as_str().trim_end_matches('/'), "…");
        format!("{} {}: {words}", it.grade.name(), it.subject)
    };
    checkup.findings.iter().map(line).collect()
}

#[tokio::test]
async fn a_server_that_tells_little_is_tried_where_trying_is_harmless() {
    let found = findings([
        (VERIFY, own()),
        (V2, missing()),
        (
            V1,
            json_reply(200, &json!({"version": "2.7.2 (compatible; other 1.0)"})),
        ),
        (TOKEN_INFO, missing()),
        (APPLICATION, missing()),
        (OWN_POSTS, json_reply(200, &json!([]))),
    ])
    .await;
    assert_eq!(
        found,
        [
            "ok server: `…` (version 2.7.2 (compatible; other 1.0)) does not say that it is Mastodon \
             4.3 or later: after a lost answer hayon relies on what it can read back",
            "ok limits: 500 characters, 4 pictures of at most 16.0 MiB",
            "ok token: is accepted, and is that of `@me`",
            "skipped scopes: the server does not tell what the token may do",
            "ok reading: own posts can be read back",
        ]
    );
}

#[tokio::test]
async fn an_application_that_may_post_proves_less_than_a_token_that_may() {
    let described = json_reply(
        200,
        &json!({"version": "4.5.0", "api_versions": {"mastodon": 7}}),
    );
    let scopes = json!({"scopes": ["read", "write:statuses", "write:media"]});
    let found = findings([
        (VERIFY, own()),
        (V2, described),
        (TOKEN_INFO, missing()),
        (APPLICATION, json_reply(200, &scopes)),
        (
            OWN_POSTS,
            json_reply(403, &json!({"error": "outside the authorized scopes"})),
        ),
    ])
    .await;
    assert_eq!(found[0], "ok server: `…` is Mastodon, version 4.5.0");
    assert_eq!(
        found[3],
        "ok scopes: the token's application may post, with pictures; the server does not tell of the \
         token itself"
    );
    assert!(
        found[4]
            .starts_with("warning reading: own posts cannot be read back (the server answered 403"),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_no_trouble_and_one_that_fails_is() {
    let limited = json_reply(429, &json!({"error": "Too many requests"}));
    let found = findings([
        (VERIFY, limited.with_header("retry-after", "60")),
        (V2, missing()),
        (V1, missing()),
        (TOKEN_INFO, missing()),
        (APPLICATION, missing()),
    ])
    .await;
    assert!(found[0].contains("are assumed"), "{found:?}");
    let told = "warning token: the server answered 429: \"Too many requests\"; the server asks to be \
                left alone until 2026-11-23T12:01:0";
    assert!(found[1].starts_with(told), "{found:?}");
    // What only asks is asked once more.
    let found = findings([(VERIFY, Reply::HangUp), (VERIFY, Reply::HangUp)]).await;
    assert!(found[0].starts_with("trouble server: "), "{found:?}");
    assert_eq!(found[1], "skipped log-in: the server cannot be asked");
}
