//! The Threads publisher against a server that answers by script.

mod looks;
mod roads;

use std::sync::Arc;

use serde_json::json;

use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::graph::testing::TOKEN;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::account;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::platforms::threads::ThreadsAccount;
use crate::platforms::threads::ThreadsPublisher;

const CREATE: &str = "POST /v1.0/me/threads";
const PUBLISH: &str = "POST /v1.0/me/threads_publish";
const LIMIT: &str = "GET /v1.0/me/threads_publishing_limit";
const LIST: &str = "GET /v1.0/me/threads";
const CONTAINER: &str = "GET /v1.0/100";
const POST: &str = "GET /v1.0/900";

fn account_on(server: &Server) -> ThreadsAccount {
    ThreadsAccount {
        name: account(),
        user_id: Some("17".to_owned()),
        reply_control: None,
        api: server.origin.clone(),
        token: Secret::new(TOKEN),
    }
}

fn publisher_for(account: ThreadsAccount) -> ThreadsPublisher {
    ThreadsPublisher::new(
        Arc::new(Http::new()),
        Arc::new(Pictures),
        account,
        session_store(),
    )
}

fn publisher(server: &Server) -> ThreadsPublisher {
    publisher_for(account_on(server))
}

/// How far a container is.
fn state(status: &str) -> Reply {
    json_reply(200, &json!({"status": status, "id": "100"}))
}

fn failed(error_message: &str) -> Reply {
    json_reply(
        200,
        &json!({"status": "ERROR", "error_message": error_message}),
    )
}

fn permalink() -> Reply {
    let url = "https://www.threads.com/@me/post/x";
    json_reply(200, &json!({"permalink": url, "id": "900"}))
}
