//! A Bluesky PDS with its PLC directory: sessions, blobs and records as atproto.com and the
//! lexicons describe them, and as PDS 0.5.35 was measured where it is asked twice.
//!
//! Each request acts under one lock, so it is atomic. There is no `AppView`.

mod blob;
mod cid;
mod embed;
mod identity;
mod issue;
mod jwt;
mod reading;
mod record;
mod session;
mod shown;
mod state;
mod tid;
mod writing;
pub(crate) mod xrpc;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::middleware::from_fn;
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::any;
use axum::routing::get;
use axum::routing::post;
use jiff::Timestamp;
use serde_json::Value;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::accounts::BlueskyAccount;
use crate::sandbox::bluesky::jwt::Signer;
use crate::sandbox::bluesky::state::Record;
use crate::sandbox::bluesky::state::State;
use crate::sandbox::ledger::LedgerCard;
use crate::sandbox::ledger::LedgerMedia;
use crate::sandbox::ledger::LedgerPost;
use crate::sandbox::ledger::Order;
use crate::sandbox::pace;
use crate::sandbox::platform::Platform;

/// The collection of posts.
pub(crate) const POSTS: &str = "app.bsky.feed.post";

/// Requests that an address has in five minutes (docs.bsky.app rate limits, read 2026-11-23). The
/// sandbox shows them and never refuses.
const REQUESTS_PER_WINDOW: i64 = 3_000;
const WINDOW_SECONDS: i64 = 300;

/// One PDS.
#[derive(Debug)]
pub(crate) struct Bluesky {
    base_url: String,
    access_lifetime: Duration,
    clock: Clock,
    order: Order,
    signer: Signer,
    state: Mutex<State>,
}

impl Bluesky {
    /// Returns a server with the built-in accounts and nothing posted.
    pub(crate) fn new(options: &Options, base_url: &str, order: Order) -> Self {
        Self {
            base_url: base_url.to_owned(),
            access_lifetime: options.access_lifetime,
            clock: options.clock.clone(),
            order,
            signer: Signer::random(),
            state: Mutex::new(State::new()),
        }
    }

    /// Returns every post that is not deleted.
    pub(crate) fn posts(&self) -> Vec<LedgerPost> {
        let state = self.state();
        state
            .records
            .iter()
            .filter(|((_, collection, _), _)| collection == POSTS)
            .map(|((did, _, rkey), record)| self.ledger_post(&state, did, rkey, record))
            .collect()
    }

    fn ledger_post(&self, state: &State, did: &str, rkey: &str, record: &Record) -> LedgerPost {
        let text = |pointer| record.value.pointer(pointer).and_then(Value::as_str);
        let facets = record.value.get("facets").and_then(Value::as_array);
        let media = embed::pictures(&record.value)
            .into_iter()
            .filter_map(|(cid, alt)| Some(LedgerMedia::new(state.blobs.get(&cid)?, &alt)));
        let card = embed::card(&record.value);
        let of_card = |field: &str| card.and_then(|card| card[field].as_str());
        let picture = embed::card_picture(&record.value).and_then(|cid| state.blobs.get(cid));
        LedgerPost {
            order: record.order,
            platform: Platform::Bluesky,
            account: handle_of(did).to_owned(),
            id: format!("at://{did}/{POSTS}/{rkey}"),
            url: format!("{}/profile/{did}/post/{rkey}", self.base_url),
            text: text("/text").unwrap_or_default().to_owned(),
            lang: text("/langs/0").map(str::to_owned),
            visibility: "public".to_owned(),
            cw: None,
            media: media.collect(),
            facets: facets.cloned().unwrap_or_default(),
            tags: Vec::new(),
            created_at: text("/createdAt")
                .and_then(|instant| instant.parse().ok())
                .unwrap_or(record.written_at),
            idempotency_key: None,
            rkey: Some(rkey.to_owned()),
            reply_control: None,
            reply_to: None,
            link: of_card("uri").map(str::to_owned),
            card: card.map(|_| LedgerCard {
                title: of_card("title").unwrap_or_default().to_owned(),
                description: of_card("description").unwrap_or_default().to_owned(),
                site: None,
                picture: picture.map(|picture| LedgerMedia::new(picture, "")),
            }),
            topic_tag: None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn handle_of(did: &str) -> &str {
    BlueskyAccount::of_identifier(did).map_or(did, |account| account.handle)
}

/// Returns the routes of `bluesky`.
pub(crate) fn routes(bluesky: Arc<Bluesky>) -> Router {
    Router::new()
        .route(
            "/xrpc/com.atproto.server.describeServer",
            get(identity::describe_server),
        )
        .route(
            "/xrpc/com.atproto.server.createSession",
            post(session::create),
        )
        .route(
            "/xrpc/com.atproto.server.refreshSession",
            post(session::refresh),
        )
        .route("/xrpc/com.atproto.server.getSession", get(session::show))
        .route(
            "/xrpc/com.atproto.server.deleteSession",
            post(session::delete),
        )
        .route(
            "/xrpc/com.atproto.identity.resolveHandle",
            get(identity::resolve_handle),
        )
        .route("/xrpc/com.atproto.repo.uploadBlob", post(blob::upload))
        .route("/xrpc/com.atproto.sync.getBlob", get(blob::show))
        .route("/xrpc/com.atproto.repo.createRecord", post(writing::create))
        .route("/xrpc/com.atproto.repo.putRecord", post(writing::put))
        .route("/xrpc/com.atproto.repo.deleteRecord", post(writing::delete))
        .route("/xrpc/com.atproto.repo.getRecord", get(reading::show))
        .route("/xrpc/com.atproto.repo.listRecords", get(reading::list))
        .route("/xrpc/{method}", any(xrpc::unknown_method))
        .method_not_allowed_fallback(xrpc::wrong_verb)
        .route("/plc/{did}", get(identity::plc_document))
        .route("/profile/{did}/post/{rkey}", get(reading::page))
        .layer(from_fn(pace::take_first))
        .layer(map_response_with_state(
            Arc::clone(&bluesky),
            with_rate_limit,
        ))
        .layer(DefaultBodyLimit::disable())
        .with_state(bluesky)
}

async fn with_rate_limit(
    axum::extract::State(bluesky): axum::extract::State<Arc<Bluesky>>,
    mut response: Response,
) -> Response {
    add_rate_limit(response.headers_mut(), bluesky.clock.now());
    response
}

// The reset is in epoch seconds (packages/xrpc-server/src/rate-limiter.ts, read 2026-11-23).
fn add_rate_limit(headers: &mut HeaderMap, now: Timestamp) {
    headers.insert("ratelimit-limit", REQUESTS_PER_WINDOW.into());
    headers.insert("ratelimit-remaining", (REQUESTS_PER_WINDOW - 1).into());
    headers.insert("ratelimit-reset", (now.as_second() + WINDOW_SECONDS).into());
    headers.insert("ratelimit-policy", HeaderValue::from_static("3000;w=300"));
}

#[cfg(test)]
mod tests;
