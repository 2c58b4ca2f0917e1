//! A Mastodon server: accounts, media and statuses as docs.joinmastodon.org describes them.
//!
//! Each request acts under one lock, so it is atomic. Limits are Mastodon's defaults (Mastodon
//! 4.5, app/models and app/validators, read 2026-11-23).

mod auth;
mod entity;
mod instance;
mod keys;
mod media;
mod oauth;
mod params;
mod reading;
pub(crate) mod refusal;
mod shown;
mod state;
mod statuses;
mod text;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::middleware::from_fn;
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::sandbox::MastodonVersion;
use crate::sandbox::Options;
use crate::sandbox::ledger::LedgerMedia;
use crate::sandbox::ledger::LedgerPost;
use crate::sandbox::ledger::Order;
use crate::sandbox::mastodon::keys::KeyLocks;
use crate::sandbox::mastodon::state::State;
use crate::sandbox::mastodon::state::Status;
use crate::sandbox::pace;
use crate::sandbox::platform::Platform;

/// Requests that a token has in one window of five minutes (docs.joinmastodon.org/api/rate-limits,
/// read 2026-11-23). The sandbox shows them and never refuses.
const REQUESTS_PER_WINDOW: i64 = 300;
const WINDOW_SECONDS: i64 = 300;

/// One Mastodon server.
#[derive(Debug)]
pub(crate) struct Mastodon {
    base_url: String,
    version: MastodonVersion,
    media_delay_polls: u32,
    clock: Clock,
    order: Order,
    state: Mutex<State>,
    key_locks: KeyLocks,
}

impl Mastodon {
    /// Returns a server with the built-in accounts and nothing posted.
    pub(crate) fn new(options: &Options, base_url: &str, order: Order) -> Self {
        Self {
            base_url: base_url.to_owned(),
            version: options.mastodon_version,
            media_delay_polls: options.media_delay_polls,
            clock: options.clock.clone(),
            order,
            state: Mutex::new(State::new()),
            key_locks: KeyLocks::default(),
        }
    }

    /// Returns every status that is not deleted.
    pub(crate) fn posts(&self) -> Vec<LedgerPost> {
        let state = self.state();
        state
            .statuses
            .values()
            .map(|status| self.ledger_post(&state, status))
            .collect()
    }

    fn ledger_post(&self, state: &State, status: &Status) -> LedgerPost {
        let media = state.attachments(status);
        LedgerPost {
            order: status.order,
            platform: Platform::Mastodon,
            account: status.account.name.to_owned(),
            id: status.id.to_string(),
            url: self.status_url(status),
            text: status.text.clone(),
            lang: status.language.clone(),
            visibility: status.visibility.to_string(),
            cw: Some(status.spoiler_text.clone()).filter(|text| !text.is_empty()),
            media: media
                .map(|upload| LedgerMedia::new(&upload.picture, &upload.description))
                .collect(),
            facets: Vec::new(),
            tags: Vec::new(),
            created_at: status.created_at,
            idempotency_key: status.idempotency_key.clone(),
            rkey: None,
            reply_control: None,
            reply_to: None,
            link: None,
            card: None,
            topic_tag: None,
        }
    }

    fn status_url(&self, status: &Status) -> String {
        format!("{}/@{}/{}", self.base_url, status.account.name, status.id)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the routes of `mastodon`.
pub(crate) fn routes(mastodon: Arc<Mastodon>) -> Router {
    let at_pace = Router::new()
        .route("/api/v1/instance", get(instance::v1))
        .route("/api/v2/instance", get(instance::v2))
        .route("/api/v1/apps", post(oauth::register))
        .route("/oauth/authorize", get(oauth::authorize))
        .route("/oauth/token", post(oauth::issue_token))
        .route("/oauth/revoke", post(oauth::revoke))
        .route("/oauth/token/info", get(oauth::token_info))
        .route("/api/v1/apps/verify_credentials", get(oauth::show_app))
        .route(
            "/.well-known/oauth-authorization-server",
            get(oauth::metadata),
        )
        .route(
            "/api/v1/accounts/verify_credentials",
            get(auth::verify_credentials),
        )
        .route("/api/v1/accounts/{id}/statuses", get(reading::of_account))
        .route("/api/v2/media", post(media::upload))
        .route(
            "/api/v1/media/{id}",
            get(media::show).put(media::change).delete(media::delete),
        )
        .route(
            "/api/v1/statuses/{id}",
            get(reading::show).delete(reading::delete),
        )
        .route("/api/v1/statuses/{id}/source", get(reading::source))
        .route("/system/media_attachments/{id}", get(media::file))
        .route("/{account}/{id}", get(reading::page))
        .layer(from_fn(pace::take_first));
    // Posting takes its time between looking its key up and saving: see `keys`.
    let at_its_own_pace = Router::new().route("/api/v1/statuses", post(statuses::create));
    at_pace
        .merge(at_its_own_pace)
        .layer(map_response_with_state(
            Arc::clone(&mastodon),
            with_rate_limit,
        ))
        .layer(DefaultBodyLimit::disable())
        .with_state(mastodon)
}

async fn with_rate_limit(
    axum::extract::State(mastodon): axum::extract::State<Arc<Mastodon>>,
    mut response: Response,
) -> Response {
    add_rate_limit(response.headers_mut(), mastodon.clock.now());
    response
}

// The reset is ISO 8601 with microseconds, and windows are aligned to the clock
// (app/controllers/concerns/api/rate_limit_headers.rb, read 2026-11-23).
fn add_rate_limit(headers: &mut HeaderMap, now: Timestamp) {
    headers.insert("x-ratelimit-limit", REQUESTS_PER_WINDOW.into());
    headers.insert("x-ratelimit-remaining", (REQUESTS_PER_WINDOW - 1).into());
    let reset = (now.as_second() / WINDOW_SECONDS + 1) * WINDOW_SECONDS;
    let reset = Timestamp::from_second(reset).unwrap_or(now);
    if let Ok(value) = HeaderValue::from_str(&format!("{reset:.6}")) {
        headers.insert("x-ratelimit-reset", value);
    }
}

#[cfg(test)]
mod tests;
