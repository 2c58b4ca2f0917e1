//! Meta's Graph API: Instagram, Threads and Facebook Pages, as developers.facebook.com describes
//! them.
//!
//! One front for the three, since they share the shape of requests, errors, lists and tokens; each
//! has a module for what is its own. A request acts under one lock, so it is atomic; only to fetch
//! a picture does it wait outside. Parameters that the sandbox does not know are written into the
//! journal and otherwise ignored, as Graph does.

pub(crate) mod behaviour;
pub(crate) mod call;
pub(crate) mod container;
mod facebook;
mod feed;
mod fetch;
mod fields;
mod image;
mod instagram;
mod listing;
mod log_in;
mod page;
mod pages;
mod params;
mod photos;
mod post;
mod publish;
pub(crate) mod refusal;
pub(crate) mod route;
mod shown;
mod state;
mod text;
mod threads;
mod token;
mod usage;
mod words;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use axum::Json;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::any;
use axum::routing::get;
use axum::routing::post;
use jiff::Timestamp;
use serde_json::Value;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::graph::behaviour::Behaviour;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::fetch::Fetcher;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::State;
use crate::sandbox::journal::UnknownParameters;
use crate::sandbox::ledger::LedgerPost;
use crate::sandbox::ledger::Order;
use crate::sandbox::pace;
use crate::sandbox::platform::Platform;
use crate::sandbox::timeline::Shown;

/// Meta's servers.
#[derive(Debug)]
pub(crate) struct Graph {
    base_url: String,
    behaviour: Behaviour,
    /// How often a container says that it is in progress.
    delay_polls: u32,
    clock: Clock,
    order: Order,
    fetcher: Fetcher,
    state: Mutex<State>,
}

impl Graph {
    /// Returns servers with the built-in accounts and nothing posted.
    pub(crate) fn new(options: &Options, base_url: &str, order: Order) -> Self {
        Self {
            base_url: base_url.to_owned(),
            behaviour: options.graph.clone(),
            delay_polls: options.media_delay_polls,
            clock: options.clock.clone(),
            order,
            fetcher: Fetcher::default(),
            state: Mutex::new(State::new(token::built_in(options.clock.now()))),
        }
    }

    /// Returns every post that is public.
    pub(crate) fn posts(&self) -> Vec<LedgerPost> {
        let state = self.state();
        let posts = state.posts.iter();
        posts
            .filter_map(|post| post.ledger_post(&self.base_url))
            .collect()
    }

    /// Returns every post that is public, as its readers see it.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let state = self.state();
        let posts = state.posts.iter();
        posts
            .filter_map(|post| shown::shown(post, &self.base_url))
            .collect()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, platform: Platform, request: Request) -> Response {
        let call = match Call::read(platform, request).await {
            Ok(call) => call,
            Err(refusal) => return refusal.into_response(),
        };
        let known = parameters(&call).unwrap_or_default();
        let told = self.tell(&call).await;
        let mut response = match told {
            Ok(answer) => Json(answer).into_response(),
            Err(refusal) => refusal.into_response(),
        };
        let account = {
            let state = self.state();
            let token = state.token(&call, self.now()).ok();
            token.and_then(|token| token.account_on(platform))
        };
        let percent = self.behaviour.usage_percent;
        usage::add(response.headers_mut(), platform, account, percent);
        let unknown = UnknownParameters(call.params.unknown(&known));
        response.extensions_mut().insert(unknown);
        response
    }

    async fn tell(&self, call: &Call) -> Result<Value, Refusal> {
        let now = self.now();
        match (call.method.as_str(), call.node.as_str(), call.edge()) {
            ("GET", "debug_token", "") => token::debug(&self.state(), call, now),
            ("GET", "refresh_access_token", "") => token::refresh(&mut self.state(), call, now),
            ("GET", "access_token", "") => log_in::exchange(&mut self.state(), call, now),
            ("GET", "oauth", "access_token") if call.platform == Platform::Facebook => {
                log_in::issue_at_facebook(&mut self.state(), call, now)
            }
            ("GET", _, "accounts") => pages::list(&mut self.state(), call, now),
            _ => match call.platform {
                Platform::Instagram => instagram::answer(self, call).await,
                Platform::Threads => threads::answer(self, call).await,
                _ => facebook::answer(self, call).await,
            },
        }
    }
}

/// Returns the parameters that a request may have, beside those that every one may.
fn parameters(call: &Call) -> Option<Vec<&'static str>> {
    let own: &[&str] = match (call.node.as_str(), call.edge()) {
        ("debug_token", "") => &["input_token"],
        ("refresh_access_token", "") => &["grant_type"],
        ("access_token", "") => &["grant_type", "client_secret"],
        ("oauth", "access_token") => &[
            "client_id",
            "client_secret",
            "code",
            "fb_exchange_token",
            "grant_type",
            "redirect_uri",
        ],
        _ => match call.platform {
            Platform::Instagram => instagram::parameters(call)?,
            Platform::Threads => threads::parameters(call)?,
            _ => facebook::parameters(call)?,
        },
    };
    Some(own.to_vec())
}

/// Returns the routes of `graph`.
pub(crate) fn routes(graph: Arc<Graph>) -> Router {
    let mut router = Router::new();
    let page = || get(log_in::authorize).post(log_in::authorize);
    for version in 1..=route::VERSION_MAX {
        router = router
            .route(&format!("/v{version}.0/{{*path}}"), any(answer))
            .route(&format!("/v{version}.0/dialog/oauth"), page());
    }
    for path in route::UNVERSIONED {
        router = router.route(&format!("/{path}"), any(answer));
    }
    for platform in ["instagram", "threads"] {
        router = router
            .route(&format!("/{platform}/oauth/authorize"), page())
            .route(
                &format!("/{platform}/oauth/access_token"),
                post(log_in::issue),
            );
    }
    router
        .route("/instagram/p/{shortcode}/", get(page::of_instagram))
        .route("/threads/{account}/post/{shortcode}", get(page::of_threads))
        .route("/facebook/{id}", get(page::of_facebook))
        .route("/{platform}/pictures/{id}", get(page::picture))
        .layer(from_fn(pace::take_first))
        .layer(DefaultBodyLimit::disable())
        .with_state(graph)
}

async fn answer(
    axum::extract::State(graph): axum::extract::State<Arc<Graph>>,
    request: Request,
) -> Response {
    match Platform::of_request(request.uri(), request.headers()) {
        Some(platform) if platform.is_of_graph() => graph.answer(platform, request).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests;
