//! How Tumblr says no: a status, and errors with codes of their own.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

/// Why a request was refused ("Errors and Error Subcodes").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: i64,
    title: String,
}

impl Refusal {
    fn new(status: StatusCode, code: i64, title: impl Into<String>) -> Self {
        Self {
            status,
            code,
            title: title.into(),
        }
    }

    /// Returns the refusal of a post that is not in the Neue Post Format.
    pub(crate) fn bad_format(title: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 8001, title)
    }

    /// Returns the refusal of a file that is none that Tumblr takes.
    pub(crate) fn bad_media() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 8005, "Media format not accepted")
    }

    /// Returns the refusal of a form that cannot be read, or that is put (docs#87).
    pub(crate) fn bad_form() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5002, "Invalid multipart body")
    }

    /// Returns the refusal of a parameter that has no sense.
    pub(crate) fn bad_request(title: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 0, title)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 1016, "Unable to authorize")
    }

    pub(crate) fn forbidden(title: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, 0, title)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 0, "Not Found")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = json!({
            "title": self.title,
            "code": self.code,
            "detail": "Nothing to see here, but do stay a while.",
        });
        refused(self.status, Value::Null, Some(error))
    }
}

/// Returns what Tumblr says with `status` when it has nothing special to say.
pub(crate) fn plain_refusal(status: StatusCode) -> Response {
    match status.as_u16() {
        // An answer of its own kind (docs#139).
        429 => refused(status, json!({"error": "Limit Exceeded"}), None),
        500 => Refusal::new(status, 8006, "Unknown upload error").into_response(),
        _ => {
            let words = status.canonical_reason().unwrap_or("Unknown error");
            Refusal::new(status, 0, words).into_response()
        }
    }
}

fn refused(status: StatusCode, response: Value, error: Option<Value>) -> Response {
    let words = match status.as_u16() {
        429 => "Limit Exceeded",
        _ => status.canonical_reason().unwrap_or_default(),
    };
    let mut body = json!({
        "meta": {"status": status.as_u16(), "msg": words},
        "response": if response.is_null() { json!([]) } else { response },
    });
    if let Some(error) = error {
        body["errors"] = json!([error]);
    }
    (status, Json(body)).into_response()
}
