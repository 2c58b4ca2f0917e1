//! The Instagram publisher against a server that answers by script.

mod again;
mod looks;
mod roads;

use std::sync::Arc;

use serde_json::json;

use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::graph::testing::TOKEN;
use crate::platforms::instagram::InstagramAccount;
use crate::platforms::instagram::InstagramPublisher;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::account;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::post::platform::Platform;
use crate::post::post::Post;

const CREATE: &str = "POST /v26.0/17/media";
const PUBLISH: &str = "POST /v26.0/17/media_publish";
const LIMIT: &str = "GET /v26.0/17/content_publishing_limit";
const LIST: &str = "GET /v26.0/17/media";
const CONTAINER: &str = "GET /v26.0/100";
const POST: &str = "GET /v26.0/900";

fn publisher(server: &Server) -> InstagramPublisher {
    let account = InstagramAccount {
        name: account(),
        user_id: "17".to_owned(),
        api: server.origin.clone(),
        token: Secret::new(TOKEN),
    };
    InstagramPublisher::new(
        Arc::new(Http::new()),
        Arc::new(Pictures),
        account,
        session_store(),
    )
}

fn post_with(pictures: usize, caption: &str) -> Post {
    let media = (1..=pictures).map(|n| picture(&format!("{n}.jpg"), ""));
    post(Platform::Instagram, caption, media.collect())
}

/// How far a container is.
fn state(status_code: &str) -> Reply {
    json_reply(200, &json!({"status_code": status_code, "id": "100"}))
}

fn failed(status: &str) -> Reply {
    json_reply(200, &json!({"status_code": "ERROR", "status": status}))
}

fn permalink() -> Reply {
    let url = "https://www.instagram.com/p/x/";
    json_reply(200, &json!({"permalink": url, "id": "900"}))
}
