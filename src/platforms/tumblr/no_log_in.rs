//! What a log-in that Tumblr does not accept means, and what to do about it.

use crate::http::Answer;
use crate::platforms::answer as shared;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;

/// What to do about keys that are not accepted.
pub(crate) const APP: &str = "copy the consumer key and the secret key from https://www.tumblr.com/oauth/apps; a clock \
                   that is minutes wrong spoils every signature too";

const ONCE: &str = "what the browser brings is good once and for minutes: start again";

/// Returns that what answered is not Tumblr.
pub(crate) fn unusable(what: &str) -> LogInError {
    LogInError::new(
        Failure::Unusable,
        format!("cannot {what}: the answer is not Tumblr's"),
        "is the address that of Tumblr's API?",
    )
}

/// Returns what an answer that is no success means for the log-in that was to do `what`.
pub(crate) fn refused(answer: &Answer, what: &str) -> LogInError {
    let told = json(answer).unwrap_or_default();
    let name = text_field(&told, "error").unwrap_or_default();
    let words = text_field(&told, "error_description").or(Some(name));
    let words = words.filter(|words| !words.is_empty());
    let cause = shared::cause(answer, words).message;
    let (failure, hint) = match answer.status {
        429 | 500.. => (Failure::Unreachable, "try again in a few minutes"),
        _ if name == "invalid_client" => (Failure::Refused, APP),
        _ if name == "redirect_uri_mismatch" || cause.contains("allback") => {
            (Failure::Refused, REDIRECT)
        }
        _ if name == "invalid_grant" || cause.contains("oauth_token") => (Failure::Refused, ONCE),
        _ if cause.contains("oauth_verifier") => (Failure::Refused, ONCE),
        400..=403 => (Failure::Refused, APP),
        _ => (Failure::Unusable, "is the address that of Tumblr's API?"),
    };
    LogInError {
        failure,
        message: format!("cannot {what}"),
        cause: Some(cause),
        hint: hint.to_owned(),
    }
}

const REDIRECT: &str = "the redirect address must be written in the app's settings on \
                        https://www.tumblr.com/oauth/apps letter by letter as it was sent";
