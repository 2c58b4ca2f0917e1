//! How Mastodon says no: a status and `{"error": …}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::json;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unauthorized,
    OutsideScopes,
    NotFound,
    /// Wrong in itself; the words are Mastodon's own.
    Unprocessable(String),
    /// The body cannot be read at all.
    BadRequest(String),
    /// An OAuth error by name, with its description.
    OAuth(StatusCode, &'static str, &'static str),
    /// Somebody else holds the lock.
    Busy,
    /// An exception in the server.
    Internal,
}

impl Refusal {
    /// Returns the refusal of a value that broke a rule of the database.
    pub(crate) fn validation(words: impl AsRef<str>) -> Self {
        Self::Unprocessable(format!("Validation failed: {}", words.as_ref()))
    }

    /// Returns the refusal of a parameter that has the wrong type.
    pub(crate) fn wrong_type(name: &str) -> Self {
        Self::validation(format!("`{name}` has the wrong type"))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, words) = match self {
            Self::Unauthorized => return plain_refusal(StatusCode::UNAUTHORIZED),
            Self::OutsideScopes => return plain_refusal(StatusCode::FORBIDDEN),
            Self::NotFound => return plain_refusal(StatusCode::NOT_FOUND),
            Self::Busy => return plain_refusal(StatusCode::SERVICE_UNAVAILABLE),
            Self::Internal => return plain_refusal(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Unprocessable(words) => (StatusCode::UNPROCESSABLE_ENTITY, words),
            Self::BadRequest(words) => (StatusCode::BAD_REQUEST, words),
            Self::OAuth(status, error, description) => {
                let body = json!({"error": error, "error_description": description});
                return (status, Json(body)).into_response();
            }
        };
        (status, Json(json!({"error": words}))).into_response()
    }
}

/// Returns what Mastodon says with `status` when it has nothing special to say.
// Words: app/controllers/concerns/api/error_handling.rb, config/initializers/rack_attack.rb and
// doorkeeper's locale, read 2026-11-23.
pub(crate) fn plain_refusal(status: StatusCode) -> Response {
    let words = match status.as_u16() {
        401 => "The access token is invalid",
        403 => "This action is outside the authorized scopes",
        404 => "Record not found",
        422 => "Validation failed: Text can't be blank",
        429 => "Too many requests",
        500 => {
            // What Rails itself answers when nothing caught the exception.
            let body = json!({"status": 500, "error": "Internal Server Error"});
            return (status, Json(body)).into_response();
        }
        503 => "There was a temporary problem serving your request, please try again",
        _ => status.canonical_reason().unwrap_or("Unknown error"),
    };
    (status, Json(json!({"error": words}))).into_response()
}
