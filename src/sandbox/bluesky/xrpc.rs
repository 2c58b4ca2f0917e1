//! How XRPC asks and says no: checked inputs, and `{"error": …, "message": …}`.

use std::fmt;

use axum::Json;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::sandbox::bluesky::issue::preview;

/// The largest JSON body of a write.
const JSON_BYTES_MAX: usize = 1_000_000;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: &'static str,
    message: String,
}

impl Refusal {
    /// Returns a 400 with the error's name.
    pub(crate) fn named(error: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            message: message.into(),
        }
    }

    /// Returns the 400 that has no name of its own.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::named("InvalidRequest", message)
    }

    /// Returns a 401 with the error's name.
    pub(crate) fn unauthorized(error: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            error,
            message: message.into(),
        }
    }

    /// Returns a 403 with the error's name.
    pub(crate) fn forbidden(error: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            error,
            message: message.into(),
        }
    }

    /// Returns the bare 500 of an exception that nobody caught.
    pub(crate) fn internal() -> Self {
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Returns the 413 of a body that is too large.
    pub(crate) fn too_large() -> Self {
        Self::plain(StatusCode::PAYLOAD_TOO_LARGE)
    }

    // Names: packages/xrpc/src/types.ts (ResponseType), read 2026-11-23.
    fn plain(status: StatusCode) -> Self {
        let (error, message) = match status.as_u16() {
            400 => ("InvalidRequest", "Invalid Request"),
            401 => ("AuthenticationRequired", "Authentication Required"),
            403 => ("Forbidden", "Forbidden"),
            404 => ("XRPCNotSupported", "XRPC Not Supported"),
            413 => ("PayloadTooLarge", "request entity too large"),
            415 => ("UnsupportedMediaType", "Unsupported Media Type"),
            429 => ("RateLimitExceeded", "Rate Limit Exceeded"),
            501 => ("MethodNotImplemented", "Method Not Implemented"),
            502 => ("UpstreamFailure", "Upstream Failure"),
            503 => ("NotEnoughResources", "Not Enough Resources"),
            504 => ("UpstreamTimeout", "Upstream Timeout"),
            _ => ("InternalServerError", "Internal Server Error"),
        };
        Self {
            status,
            error,
            message: message.to_owned(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "message": self.message});
        (self.status, Json(body)).into_response()
    }
}

/// Returns what a PDS says with `status` when it has nothing special to say.
pub(crate) fn plain_refusal(status: StatusCode) -> Response {
    Refusal::plain(status).into_response()
}

/// The JSON object that a procedure was sent.
#[derive(Debug)]
pub(crate) struct Input(Map<String, Value>);

impl Input {
    /// Reads an object that has no other fields than `known`.
    ///
    /// A PDS looks away from unknown fields; here a misspelt one must not pass.
    pub(crate) fn read(headers: &HeaderMap, body: &Bytes, known: &[&str]) -> Result<Self, Refusal> {
        let declared = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .ok_or_else(|| {
                Refusal::invalid("Request encoding (Content-Type) required but not provided")
            })?;
        if declared.split(';').next().map(str::trim) != Some("application/json") {
            return Err(Refusal::invalid(format!(
                "Wrong request encoding (Content-Type): {declared}"
            )));
        }
        if body.len() > JSON_BYTES_MAX {
            return Err(Refusal::too_large());
        }
        // The name is that of the exception that the PDS's own JSON parser throws.
        let value = serde_json::from_slice(body)
            .map_err(|error| Refusal::named("SyntaxError", error.to_string()))?;
        let Value::Object(fields) = value else {
            let words = format!("Expected object value type (got {}) at $", preview(&value));
            return Err(Refusal::invalid(words));
        };
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Refusal::invalid(format!(
                "Unexpected key \"{name}\" in input"
            )));
        }
        Ok(Self(fields))
    }

    /// Returns a text that must be there.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Refusal> {
        self.optional_text(name)?.ok_or_else(|| missing(name))
    }

    /// Returns a text that may be absent.
    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_type(name, "string", other)),
        }
    }

    /// Whether a field is there and null, which is not the same as absent.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(Value::is_null)
    }

    /// Returns a truth that may be absent.
    pub(crate) fn truth(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(other) => Err(wrong_type(name, "boolean", other)),
        }
    }

    /// Returns an object that must be there.
    pub(crate) fn object(&self, name: &str) -> Result<&Map<String, Value>, Refusal> {
        match self.0.get(name) {
            None => Err(missing(name)),
            Some(Value::Object(fields)) => Ok(fields),
            Some(other) => Err(wrong_type(name, "object", other)),
        }
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::invalid(format!("Missing required key \"{name}\" at $"))
}

fn wrong_type(name: &str, expected: &str, value: &Value) -> Refusal {
    Refusal::invalid(format!(
        "Expected {expected} value type (got {}) at $.{name}",
        preview(value)
    ))
}

/// The parameters of a query.
#[derive(Debug)]
pub(crate) struct Query {
    method: &'static str,
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads the query string of `method`.
    pub(crate) fn read(method: &'static str, query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self {
            method,
            pairs: pairs.into_owned().collect(),
        }
    }

    /// Returns a parameter that must be there.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Refusal> {
        self.optional_text(name)
            .ok_or_else(|| self.issue(format_args!("Missing required key \"{name}\"")))
    }

    /// Returns a parameter that may be absent.
    pub(crate) fn optional_text(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the refusal of a parameter.
    pub(crate) fn issue(&self, words: fmt::Arguments<'_>) -> Refusal {
        Refusal::invalid(format!("Invalid {} params: {words}", self.method))
    }
}

/// Answers to a method that the server does not have.
pub(crate) async fn unknown_method() -> Response {
    plain_refusal(StatusCode::NOT_IMPLEMENTED)
}

/// Answers to a query sent as a procedure, or the other way round.
pub(crate) async fn wrong_verb(method: Method) -> Refusal {
    let expected = match method {
        Method::GET => Method::POST,
        _ => Method::GET,
    };
    Refusal::invalid(format!(
        "Incorrect HTTP method ({method}) expected {expected}"
    ))
}
