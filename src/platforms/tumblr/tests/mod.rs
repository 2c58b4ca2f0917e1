//! The Tumblr publisher against a server that answers by script.

mod again;
mod answers;
mod cards;
mod checks;
mod log_in;
mod looks;
mod roads;
mod rotation;
mod specification;

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::config::blog::BlogState;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::account;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::platforms::tumblr::Signing;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::TumblrPublisher;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::Published;

const TOKEN: &str = "token-that-stays-secret";

const CREATE: &str = "POST /v2/blog/me/posts";
const DRAFTS: &str = "GET /v2/blog/me/posts/draft";
const QUEUE: &str = "GET /v2/blog/me/posts/queue";
const POSTS: &str = "GET /v2/blog/me/posts";
const FETCH: &str = "GET /v2/blog/me/posts/10";
const EDIT: &str = "PUT /v2/blog/me/posts/10";
const INFO: &str = "GET /v2/blog/me/info";
const LIMITS: &str = "GET /v2/user/limits";

/// The slug of the delivery that every test makes.
const SLUG: &str = "e9a4262c936afff30c45d8d7efefcfda";

fn account_on(server: &Server) -> TumblrAccount {
    TumblrAccount {
        name: account(),
        blog: "me".to_owned(),
        state: BlogState::Published,
        api: server.origin.clone(),
        token: Secret::new(TOKEN),
        signing: None,
        rotation: None,
    }
}

fn publisher_for(account: TumblrAccount) -> TumblrPublisher {
    TumblrPublisher::new(
        Arc::new(Http::new()),
        Arc::new(Pictures),
        account,
        session_store(),
    )
}

fn publisher(server: &Server) -> TumblrPublisher {
    publisher_for(account_on(server))
}

fn signing() -> Signing {
    Signing {
        token_secret: Secret::new("token secret"),
        client_id: Secret::new("consumer"),
        client_secret: Secret::new("consumer secret"),
    }
}

fn text_post(text: &str) -> Post {
    post(Platform::Tumblr, text, Vec::new())
}

/// Returns an answer in Tumblr's envelope.
fn said(status: u16, response: &Value) -> Reply {
    let meta = json!({"status": status, "msg": "Said"});
    json_reply(status, &json!({"meta": meta, "response": response}))
}

/// Returns an answer to a creation or an edit.
fn id(status: u16, id: &str) -> Reply {
    said(status, &json!({"id": id}))
}

fn refused(status: u16, code: i64) -> Reply {
    let meta = json!({"status": status, "msg": "No"});
    let error = json!({"title": "a title", "code": code, "detail": "some talk"});
    json_reply(
        status,
        &json!({"meta": meta, "response": [], "errors": [error]}),
    )
}

fn page(posts: &[Value]) -> Reply {
    said(200, &json!({"posts": posts}))
}

/// Returns what a public post is called.
fn named(id: &str) -> Published {
    Published {
        remote_id: Some(id.to_owned()),
        url: Some(format!("https://www.tumblr.com/me/{id}")),
    }
}
