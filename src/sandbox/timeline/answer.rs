//! Serves the timeline, beside the platforms: to look at it is no request to any of them.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::header::ETAG;
use axum::http::header::IF_NONE_MATCH;
use axum::http::header::REFERRER_POLICY;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::response::Html;
use axum::response::IntoResponse as _;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::Digest as _;
use sha2::Sha256;

use crate::sandbox::timeline::Timeline;
use crate::sandbox::timeline::digest;
use crate::sandbox::timeline::html;

/// Where a person looks.
pub(crate) const PAGE_PATH: &str = "/";

/// Where the page looks.
pub(crate) const DATA_PATH: &str = "/timeline.json";

/// What the page may do: show pictures of the sandbox, and ask it for news. Its own style and
/// script are named by their hashes, so nothing that a post smuggled in could run.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; img-src 'self' data:; connect-src 'self'; \
         style-src 'sha256-{}'; script-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(html::STYLE),
        hash(html::SCRIPT)
    )
});

/// Answers with the page.
pub(crate) fn page(timeline: &Timeline) -> Response {
    let mut response = Html(html::page(timeline)).into_response();
    let headers = response.headers_mut();
    guard(headers);
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Answers with what the page shows, or that it has not changed since `asked` last saw it.
pub(crate) fn data(timeline: &Timeline, asked: &HeaderMap) -> Response {
    let body = serde_json::to_vec(timeline).unwrap_or_default();
    let tag = format!("\"{}\"", digest(&body));
    let is_known = asked
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([JSON], body).into_response()
    };
    guard(response.headers_mut());
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

const JSON: (HeaderName, &str) = (axum::http::header::CONTENT_TYPE, "application/json");

fn guard(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}
