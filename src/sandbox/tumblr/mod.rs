//! Tumblr's API: blogs, drafts, the queue and posts as blocks, as github.com/tumblr/docs describes
//! them (708be10, api.md and npf-spec.md, read 2026-11-25).
//!
//! Each request acts under one lock, so it is atomic. What the documents leave open is as strict here
//! as its users have met it: a draft that is published gets another id, and its old one leads
//! nowhere (TMTumblrSDK#146); a form cannot be put (docs#87).

mod auth;
mod blocks;
mod form;
mod oauth1;
mod oauth2;
mod posting;
mod reading;
pub(crate) mod refusal;
mod shown;
mod state;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use axum::Json;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::middleware::map_response;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::ledger::LedgerCard;
use crate::sandbox::ledger::LedgerMedia;
use crate::sandbox::ledger::LedgerPost;
use crate::sandbox::ledger::Order;
use crate::sandbox::pace;
use crate::sandbox::platform::Platform;
use crate::sandbox::tumblr::state::Post;
use crate::sandbox::tumblr::state::PostState;
use crate::sandbox::tumblr::state::State;

/// Requests that a consumer key has in an hour and in a day ("Rate Limits"). The sandbox shows them
/// and never refuses.
const LIMITS: [(&str, &str, u32); 2] = [
    (
        "x-ratelimit-perhour-limit",
        "x-ratelimit-perhour-remaining",
        1000,
    ),
    (
        "x-ratelimit-perday-limit",
        "x-ratelimit-perday-remaining",
        5000,
    ),
];

/// Tumblr.
#[derive(Debug)]
pub(crate) struct Tumblr {
    base_url: String,
    clock: Clock,
    order: Order,
    state: Mutex<State>,
}

impl Tumblr {
    /// Returns a server with the built-in blogs and nothing posted.
    pub(crate) fn new(options: &Options, base_url: &str, order: Order) -> Self {
        Self {
            base_url: base_url.to_owned(),
            clock: options.clock.clone(),
            order,
            state: Mutex::new(State::new()),
        }
    }

    /// Returns every post that was published. Drafts and what waits in a queue are seen by nobody.
    pub(crate) fn posts(&self) -> Vec<LedgerPost> {
        let state = self.state();
        let posts = state.posts.values().filter(|post| post.is_published());
        posts.map(|post| self.ledger_post(&state, post)).collect()
    }

    /// Returns how often a refresh token came that was spent already.
    pub(crate) fn spent_again(&self) -> u64 {
        self.state().spent_again
    }

    fn ledger_post(&self, state: &State, post: &Post) -> LedgerPost {
        let pictures = blocks::pictures(&post.content);
        let media =
            pictures.filter_map(|(key, alt)| Some(LedgerMedia::new(state.media.get(key)?, alt)));
        let link = blocks::link(&post.content);
        LedgerPost {
            order: post.order,
            platform: Platform::Tumblr,
            account: post.blog.name.to_owned(),
            id: post.id.to_string(),
            url: self.page_url(post),
            text: blocks::text(&post.content),
            lang: None,
            visibility: match post.state {
                PostState::Private => "private".to_owned(),
                _ => "public".to_owned(),
            },
            cw: None,
            media: media.collect(),
            facets: blocks::formatting(&post.content),
            tags: post.tags.clone(),
            created_at: post.published_at,
            idempotency_key: None,
            rkey: None,
            reply_control: None,
            reply_to: None,
            link: link
                .and_then(|link| link["url"].as_str())
                .map(str::to_owned),
            card: link.map(|link| {
                let word = |field: &str| link[field].as_str().map(str::to_owned);
                LedgerCard {
                    title: word("title").unwrap_or_default(),
                    description: word("description").unwrap_or_default(),
                    site: word("site_name"),
                    picture: None,
                }
            }),
            topic_tag: None,
        }
    }

    fn page_url(&self, post: &Post) -> String {
        format!("{}/tumblr/{}/{}", self.base_url, post.blog.name, post.id)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the routes of `tumblr`.
pub(crate) fn routes(tumblr: Arc<Tumblr>) -> Router {
    Router::new()
        .route("/v2/user/info", get(reading::user_info))
        .route("/v2/user/limits", get(reading::user_limits))
        .route("/v2/blog/{blog}/info", get(reading::blog_info))
        .route(
            "/v2/blog/{blog}/posts",
            get(reading::posts).post(posting::create),
        )
        .route("/v2/blog/{blog}/posts/draft", get(reading::drafts))
        .route("/v2/blog/{blog}/posts/queue", get(reading::queue))
        .route(
            "/v2/blog/{blog}/posts/{id}",
            get(reading::fetch).put(posting::edit),
        )
        .route("/v2/blog/{blog}/post/delete", post(posting::delete))
        .layer(map_response(with_limits))
        .route("/v2/oauth2/token", post(oauth2::issue))
        .route(
            "/tumblr/oauth2/authorize",
            get(oauth2::authorize).post(oauth2::authorize),
        )
        .route("/tumblr/oauth/request_token", post(oauth1::begin))
        .route(
            "/tumblr/oauth/authorize",
            get(oauth1::authorize).post(oauth1::authorize),
        )
        .route("/tumblr/oauth/access_token", post(oauth1::issue))
        .route("/tumblr/media/{key}", get(reading::file))
        .route("/tumblr/{blog}/{id}", get(reading::show))
        .layer(from_fn(pace::take_first))
        .layer(DefaultBodyLimit::disable())
        .with_state(tumblr)
}

async fn with_limits(mut response: Response) -> Response {
    for (limit, remaining, count) in LIMITS {
        let headers = response.headers_mut();
        headers.insert(limit, HeaderValue::from(count));
        headers.insert(remaining, HeaderValue::from(count - 1));
    }
    response
}

/// Returns an answer in the envelope that every answer has ("Response Format").
fn answer(status: StatusCode, response: &Value) -> Response {
    let words = status.canonical_reason().unwrap_or_default();
    let meta = json!({"status": status.as_u16(), "msg": words});
    (status, Json(json!({"meta": meta, "response": response}))).into_response()
}

#[cfg(test)]
mod tests;
