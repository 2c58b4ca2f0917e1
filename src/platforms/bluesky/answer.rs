//! What the answers of a PDS mean (docs.bsky.app and the reference server's source, read
//! 2026-11-23; recorded from version 0.5.35). The name in `error` decides: 400 covers expired
//! tokens, missing records and bad content alike.

use jiff::Timestamp;

use crate::http::Answer;
use crate::platforms::answer as shared;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::retry_after::ResetHeader;
use crate::platforms::retry_after::epoch_seconds;
use crate::platforms::retry_after::wait_until;
use crate::publish::Cause;
use crate::publish::PublishError;

/// Seconds since 1970; newer servers send `Retry-After` too.
const RESET: ResetHeader = ResetHeader {
    name: "ratelimit-reset",
    read: epoch_seconds,
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
    if is_about_session(answer) || error_name(answer).as_deref() == Some("AuthFactorTokenRequired")
    {
        return PublishError::LoginNeeded(cause);
    }
    if is_about_account(answer) {
        return PublishError::Refused(cause);
    }
    match answer.status {
        429 => PublishError::WaitUntil {
            until: wait_until(answer, now, &RESET),
            cause,
        },
        status => shared::by_status(status, cause),
    }
}

/// Whether the session is why it was refused: a new one may help. An expired token is a 400.
pub(crate) fn is_about_session(answer: &Answer) -> bool {
    let name = error_name(answer);
    let is_named = matches!(
        name.as_deref(),
        Some("ExpiredToken" | "InvalidToken" | "AuthMissing" | "AuthenticationRequired")
    );
    match answer.status {
        400 | 403 => is_named,
        401 => !is_about_account(answer) && name.as_deref() != Some("AuthFactorTokenRequired"),
        _ => false,
    }
}

/// Returns the name of the error, such as `ExpiredToken`, if the answer is no success.
pub(crate) fn error_name(answer: &Answer) -> Option<String> {
    if is_success(answer) {
        return None;
    }
    Some(text_field(&json(answer)?, "error")?.to_owned())
}

/// Returns what the server said: the name of the error, and its words.
pub(crate) fn cause(answer: &Answer) -> Cause {
    let body = json(answer);
    let words = body.as_ref().and_then(|body| {
        let error = text_field(body, "error")?;
        let message = text_field(body, "message");
        Some(message.map_or_else(|| error.to_owned(), |message| format!("{error}: {message}")))
    });
    shared::cause(answer, words.as_deref())
}

fn is_about_account(answer: &Answer) -> bool {
    let name = error_name(answer);
    (400..500).contains(&answer.status)
        && matches!(
            name.as_deref(),
            Some("AccountTakedown" | "AccountDeactivated" | "AccountSuspended" | "AccountNotFound")
        )
}
