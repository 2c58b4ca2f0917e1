//! All platforms of the sandbox together: one router, one list of posts.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::ended::TokenEnd;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::refusal::Code;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::ledger::LedgerPost;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::platform::Platform;
use crate::sandbox::timeline::Shown;
use crate::sandbox::tumblr::Tumblr;

/// The platforms that one sandbox imitates.
#[derive(Clone)]
pub(crate) struct Platforms {
    pub(crate) bluesky: Arc<Bluesky>,
    pub(crate) mastodon: Arc<Mastodon>,
    pub(crate) graph: Arc<Graph>,
    pub(crate) tumblr: Arc<Tumblr>,
}

impl Platforms {
    /// Returns the routes of all platforms.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .merge(crate::sandbox::bluesky::routes(Arc::clone(&self.bluesky)))
            .merge(crate::sandbox::mastodon::routes(Arc::clone(&self.mastodon)))
            .merge(crate::sandbox::graph::routes(Arc::clone(&self.graph)))
            .merge(crate::sandbox::tumblr::routes(Arc::clone(&self.tumblr)))
            .fallback(not_found)
            .method_not_allowed_fallback(not_found)
    }

    /// Returns every post that is not deleted.
    pub(crate) fn posts(&self) -> Vec<LedgerPost> {
        let mut posts = self.bluesky.posts();
        posts.extend(self.mastodon.posts());
        posts.extend(self.graph.posts());
        posts.extend(self.tumblr.posts());
        posts
    }

    /// Returns every post that is not deleted, as its readers see it.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let mut posts = self.bluesky.shown();
        posts.extend(self.mastodon.shown());
        posts.extend(self.graph.shown());
        posts.extend(self.tumblr.shown());
        posts
    }

    /// Returns what a platform's server says with `status` when it has nothing special to say.
    pub(crate) fn refusal(platform: Option<Platform>, status: StatusCode) -> Response {
        match platform {
            Some(Platform::Bluesky) => crate::sandbox::bluesky::xrpc::plain_refusal(status),
            Some(Platform::Mastodon) => crate::sandbox::mastodon::refusal::plain_refusal(status),
            Some(Platform::Tumblr) => crate::sandbox::tumblr::refusal::plain_refusal(status),
            Some(Platform::S3) => crate::sandbox::s3::refusal::plain_refusal(status),
            Some(of_graph) => crate::sandbox::graph::refusal::plain_refusal(of_graph, status),
            None => status.into_response(),
        }
    }

    /// Returns what a platform says to a token that has ended.
    pub(crate) fn dead_token(platform: Option<Platform>, end: TokenEnd) -> Response {
        match (platform, end) {
            (Some(Platform::Bluesky), _) => {
                let words = "Token has expired";
                crate::sandbox::bluesky::xrpc::Refusal::named("ExpiredToken", words).into_response()
            }
            (Some(it), end) if it.is_of_graph() => {
                let subcode = match end {
                    TokenEnd::Expired => 463,
                    TokenEnd::Revoked => 458,
                };
                Self::graph_error(platform, Code(190, Some(subcode)))
            }
            _ => Self::refusal(platform, StatusCode::UNAUTHORIZED),
        }
    }

    /// Returns what one of Graph's platforms says with that code.
    pub(crate) fn graph_error(platform: Option<Platform>, code: Code) -> Response {
        match platform {
            Some(platform) => Refusal::of(platform, code).into_response(),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

async fn not_found(request: axum::extract::Request) -> Response {
    match Platform::of_request(request.uri(), request.headers()) {
        // An unknown method is not "not found" there (atproto.com/specs/xrpc, read 2026-11-23).
        Some(Platform::Bluesky) => {
            Platforms::refusal(Some(Platform::Bluesky), StatusCode::NOT_IMPLEMENTED)
        }
        platform => Platforms::refusal(platform, StatusCode::NOT_FOUND),
    }
}
