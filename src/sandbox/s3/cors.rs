//! What a browser is told about other origins
//! (docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html, read 2026-11-25).

use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header::ACCESS_CONTROL_ALLOW_HEADERS;
use axum::http::header::ACCESS_CONTROL_ALLOW_METHODS;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::header::ACCESS_CONTROL_EXPOSE_HEADERS;
use axum::http::header::ACCESS_CONTROL_MAX_AGE;
use axum::http::header::ACCESS_CONTROL_REQUEST_HEADERS;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::http::header::ORIGIN;
use axum::http::header::VARY;
use axum::response::IntoResponse as _;
use axum::response::Response;
use s3s::dto::CORSRule;

use crate::sandbox::s3::refusal::refusal;

/// Answers whether a browser may send what it asks about.
pub(super) fn preflight(rules: &[CORSRule], headers: &HeaderMap) -> Response {
    let word = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(origin), Some(method)) = (word(ORIGIN), word(ACCESS_CONTROL_REQUEST_METHOD)) else {
        let message = "Insufficient information. Origin request header needed.";
        return refusal(StatusCode::BAD_REQUEST, "BadRequest", message);
    };
    let wanted: Vec<&str> = word(ACCESS_CONTROL_REQUEST_HEADERS)
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let fits = |rule: &&CORSRule| {
        matches(rule, origin, method) && wanted.iter().all(|name| allows_header(rule, name))
    };
    let Some(rule) = rules.iter().find(fits) else {
        let message = "CORSResponse: This CORS request is not allowed.";
        return refusal(StatusCode::FORBIDDEN, "AccessForbidden", message);
    };
    let mut response = StatusCode::OK.into_response();
    let answered = response.headers_mut();
    say(answered, rule, origin);
    if !wanted.is_empty() {
        put(answered, ACCESS_CONTROL_ALLOW_HEADERS, &wanted.join(", "));
    }
    if let Some(seconds) = rule.max_age_seconds {
        put(answered, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    response
}

/// Adds to an answer that the page which asked may read it, if it may.
pub(super) fn allow(
    rules: &[CORSRule],
    origin: &HeaderValue,
    method: &Method,
    answered: &mut HeaderMap,
) {
    let Ok(origin) = origin.to_str() else {
        return;
    };
    if let Some(rule) = rules
        .iter()
        .find(|rule| matches(rule, origin, method.as_str()))
    {
        say(answered, rule, origin);
    }
}

fn say(answered: &mut HeaderMap, rule: &CORSRule, origin: &str) {
    let is_for_all = rule.allowed_origins.iter().any(|allowed| allowed == "*");
    let origin = if is_for_all { "*" } else { origin };
    put(answered, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let methods = rule.allowed_methods.join(", ");
    put(answered, ACCESS_CONTROL_ALLOW_METHODS, &methods);
    if let Some(names) = &rule.expose_headers {
        put(answered, ACCESS_CONTROL_EXPOSE_HEADERS, &names.join(", "));
    }
    put(
        answered,
        VARY,
        "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    );
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn matches(rule: &CORSRule, origin: &str, method: &str) -> bool {
    rule.allowed_methods.iter().any(|allowed| allowed == method)
        && rule
            .allowed_origins
            .iter()
            .any(|allowed| fits_pattern(allowed, origin))
}

fn allows_header(rule: &CORSRule, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let allowed = rule.allowed_headers.iter().flatten();
    allowed
        .map(|allowed| allowed.to_ascii_lowercase())
        .any(|allowed| fits_pattern(&allowed, &name))
}

/// Whether `text` fits a pattern with at most one `*`.
fn fits_pattern(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
        None => pattern == text,
    }
}
