//! Why a log-in at Meta was refused, and what to do about it.
//!
//! Graph tells codes; the endpoints that exchange a code at Instagram and Threads have a form of their
//! own, with words alone, of which no source was read again. So the words choose a hint and nothing
//! else.

use crate::http::Answer;
use crate::platforms::answer as shared;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::graph::answer;
use crate::platforms::graph::answer::code_of;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;

const APP_ID: &str = "copy the app's id from its dashboard; Instagram and Threads each have one of their own, \
                      which is not that of the app itself";
const APP_SECRET: &str = "copy the app's secret from its dashboard, from beside the id";
const REDIRECT: &str = "the redirect address must be written in the app's dashboard letter by letter as it was \
                        sent, with the `/` at its end; `--redirect-url` sends another one";
const CODE: &str = "a code is good once and for an hour: start again";

/// What a word of the answer, or its code, is about.
const HINTS: [(&str, &str); 8] = [
    ("client secret", APP_SECRET),
    ("platform app", APP_ID),
    ("client_id", APP_ID),
    ("validating application", APP_ID),
    ("redirect_uri", REDIRECT),
    ("expired", CODE),
    ("used", CODE),
    ("code", CODE),
];

/// Returns what an answer that is no success means for the log-in that was to do `what`.
pub(crate) fn refused(answer: &Answer, what: &str) -> LogInError {
    let told = json(answer).unwrap_or_default();
    let flat = text_field(&told, "error_message").map(str::to_owned);
    let cause = match &flat {
        Some(words) => shared::cause(answer, Some(words)),
        None => answer::cause(answer),
    };
    let is_told = flat.is_some() || code_of(answer).is_some();
    let is_busy = answer.status == 429 || matches!(code_of(answer), Some((2 | 4 | 17 | 32, _)));
    let (failure, hint) = if is_busy || (answer.status >= 500 && !is_told) {
        (Failure::Unreachable, "try again in a few minutes")
    } else if is_told {
        (Failure::Refused, hint(answer, &cause.message))
    } else {
        (Failure::Unusable, "is the address that of Meta's API?")
    };
    LogInError {
        failure,
        message: format!("cannot {what}"),
        cause: Some(cause.message),
        hint: hint.to_owned(),
    }
}

fn hint(answer: &Answer, words: &str) -> &'static str {
    match code_of(answer) {
        Some((101, _)) => return APP_ID,
        Some((100, Some(36_008))) => return REDIRECT,
        Some((100, Some(36_007 | 36_009))) => return CODE,
        Some((190, _)) => return "the token has ended: start again, or make another one",
        _ => {}
    }
    let found = HINTS.iter().find(|(word, _)| words.contains(word));
    found.map_or("the server's own words say what it lacks", |(_, hint)| hint)
}
