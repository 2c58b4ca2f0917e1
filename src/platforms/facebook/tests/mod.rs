//! The publisher of Facebook Pages against a server that answers by script.

mod looks;
mod roads;

use std::sync::Arc;

use serde_json::json;

use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::facebook::FacebookAccount;
use crate::platforms::facebook::FacebookPublisher;
use crate::platforms::graph::testing::TOKEN;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::account;
use crate::platforms::testing::server::Server;

const PHOTOS: &str = "POST /v26.0/7/photos";
const FEED: &str = "POST /v26.0/7/feed";
const POSTS: &str = "GET /v26.0/7/published_posts";
const PHOTO: &str = "GET /v26.0/501";
const STORY: &str = "GET /v26.0/7_900";

fn publisher(server: &Server) -> FacebookPublisher {
    let account = FacebookAccount {
        name: account(),
        page_id: "7".to_owned(),
        api: server.origin.clone(),
        token: Secret::new(TOKEN),
    };
    FacebookPublisher::new(Arc::new(Http::new()), Arc::new(Pictures), account)
}

/// A delivery with photos that were staged at `at`.
fn staged(at: &str, ids: &[&str]) -> Delivery {
    let steps = (1..).zip(ids);
    steps.fold(Delivery::new(None), |delivery, (position, id)| {
        delivery.with_done(&format!("upload {position}"), &json!({"id": id, "at": at}))
    })
}
