//! How Graph says no: `{"error": {message, type, code, error_subcode?, …, fbtrace_id}}`.
//!
//! Codes: developers.facebook.com, Graph error handling, Instagram error codes and Threads
//! troubleshooting, read 2026-11-25. The HTTP status is as unreliable as Meta's is: see [`status`].

use std::fmt;
use std::iter;
use std::str::FromStr;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::graph::words;
use crate::sandbox::platform::Platform;

/// What an error is: a code, and often a subcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) i32, pub(crate) Option<u32>);

/// Why a request was refused.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: Code,
    kind: &'static str,
    message: String,
    /// Title and text for people, where Meta has them.
    told: Option<(&'static str, String)>,
}

impl Refusal {
    /// Returns the error of that code as `platform` tells it.
    pub(crate) fn of(platform: Platform, code: Code) -> Self {
        let words = words::of(code);
        Self {
            status: status(platform, code),
            code,
            kind: if code == Code(100, Some(33)) {
                "GraphMethodException"
            } else {
                "OAuthException"
            },
            message: words.message.to_owned(),
            told: words.told.map(|(title, text)| (title, text.to_owned())),
        }
    }

    /// Returns the refusal of a parameter, in `words`.
    pub(crate) fn parameter(platform: Platform, words: impl fmt::Display) -> Self {
        Self::of(platform, Code(100, None)).saying(format!("(#100) {words}"))
    }

    /// Returns the refusal of an object that is not there, or not for this token, or cannot do this.
    pub(crate) fn unsupported(platform: Platform, method: &axum::http::Method, id: &str) -> Self {
        let method = method.as_str().to_lowercase();
        Self::of(platform, Code(100, Some(33))).saying(format!(
            "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded \
             due to missing permissions, or does not support this operation"
        ))
    }

    /// Returns the refusal of a path that leads nowhere.
    pub(crate) fn unknown_path(platform: Platform, path: &str) -> Self {
        Self::of(platform, Code(2500, None)).saying(format!("Unknown path components: /{path}"))
    }

    /// Puts `message` in the place of the usual one.
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Puts `status` in the place of the usual one.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Puts `text` in the place of what people are usually told.
    pub(crate) fn telling(mut self, text: String) -> Self {
        if let Some((_, told)) = &mut self.told {
            *told = text;
        }
        self
    }

    fn body(&self) -> Value {
        let mut error = Map::new();
        error.insert("message".to_owned(), json!(self.message));
        error.insert("type".to_owned(), json!(self.kind));
        error.insert("code".to_owned(), json!(self.code.0));
        if let Some(subcode) = self.code.1 {
            error.insert("error_subcode".to_owned(), json!(subcode));
        }
        // Meta leaves it out as often as it is wrong: 2207052 is called lasting, and is not.
        if self.code.1.is_some() {
            let is_transient = matches!(self.code.0, -2 | -1 | 1 | 2);
            error.insert("is_transient".to_owned(), json!(is_transient));
        }
        if let Some((title, text)) = &self.told {
            error.insert("error_user_title".to_owned(), json!(title));
            error.insert("error_user_msg".to_owned(), json!(text));
        }
        error.insert("fbtrace_id".to_owned(), json!(trace_id()));
        json!({ "error": error })
    }
}

/// Limits come as 400, and what is wrong with a request comes from Threads as 500 (threads-go #30
/// and gitroomhq/postiz-app#1946, read 2026-11-23).
fn status(platform: Platform, code: Code) -> StatusCode {
    let is_threads = platform == Platform::Threads;
    match (code.0, code.1) {
        (190, Some(_)) => StatusCode::UNAUTHORIZED,
        (100 | 10, _) if is_threads => StatusCode::INTERNAL_SERVER_ERROR,
        (10 | 200..=299 | 3, _) => StatusCode::FORBIDDEN,
        (803, _) => StatusCode::NOT_FOUND,
        (-2..=2, _) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn trace_id() -> String {
    iter::once('A')
        .chain(iter::repeat_with(fastrand::alphanumeric).take(22))
        .collect()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        let challenge = r#"OAuth "Facebook Platform" "invalid_token""#;
        if let (190, Ok(value)) = (self.code.0, challenge.parse()) {
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
        response
    }
}

/// Returns what Graph says with `status` when it has nothing special to say. Where something in
/// front of it fails, the answer is no JSON.
pub(crate) fn plain_refusal(platform: Platform, status: StatusCode) -> Response {
    let code = match status.as_u16() {
        401 => 190,
        403 => 200,
        404 => 803,
        429 => 4,
        500 => 2,
        502..=504 => {
            let page = Html("<!DOCTYPE html><html><title>Error</title><p>Sorry.</p></html>");
            return (status, page).into_response();
        }
        _ => 100,
    };
    let mut refusal = Refusal::of(platform, Code(code, None));
    refusal.status = status;
    refusal.into_response()
}

impl FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (code, subcode) = match text.split_once('/') {
            Some((code, subcode)) => (code, Some(subcode.parse().map_err(|_| ())?)),
            None => (text, None),
        };
        Ok(Self(code.parse().map_err(|_| ())?, subcode))
    }
}
