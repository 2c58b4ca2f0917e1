//! What Mastodon's answers mean (docs.joinmastodon.org/api/rate-limits and /client/public, and the
//! server's source, read 2026-11-23).

use jiff::Timestamp;
use serde_json::Value;

use crate::http::Answer;
use crate::platforms::answer as shared;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::retry_after::ResetHeader;
use crate::platforms::retry_after::iso_8601;
use crate::platforms::retry_after::wait_until;
use crate::publish::Cause;
use crate::publish::PublishError;

/// ISO 8601 in UTC with microseconds; Mastodon itself sends no `Retry-After`.
const RESET: ResetHeader = ResetHeader {
    name: "x-ratelimit-reset",
    read: iso_8601,
};

/// Returns an answer that reports success, or else what it proves.
pub(crate) fn accept(answer: Answer, now: Timestamp) -> Result<Answer, PublishError> {
    if is_success(&answer) {
        return Ok(answer);
    }
    Err(refusal(&answer, now))
}

/// Returns what an answer that is no success proves.
pub(crate) fn refusal(answer: &Answer, now: Timestamp) -> PublishError {
    let cause = cause(answer);
    match answer.status {
        429 => PublishError::WaitUntil {
            until: wait_until(answer, now, &RESET),
            cause,
        },
        403 if is_about_scopes(answer) => PublishError::LoginNeeded(cause),
        status => shared::by_status(status, cause),
    }
}

/// Returns what the server said in `error`, and in `error_description` where it has one.
pub(crate) fn cause(answer: &Answer) -> Cause {
    let body = json(answer);
    shared::cause(answer, body.as_ref().and_then(words).as_deref())
}

fn words(body: &Value) -> Option<String> {
    let error = text_field(body, "error")?;
    let description = text_field(body, "error_description");
    Some(description.map_or_else(|| error.to_owned(), |more| format!("{error}: {more}")))
}

/// Whether a token that may do less than we need is why it was refused. The words may be in any
/// language; `insufficient_scope` is RFC 6750's.
fn is_about_scopes(answer: &Answer) -> bool {
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    let said = json(answer).as_ref().and_then(words).unwrap_or_default();
    challenge.contains("insufficient_scope") || said.to_lowercase().contains("scope")
}
