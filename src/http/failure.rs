//! What an error of the client proves, and how it is told: never with the address.

use std::error::Error as _;

use crate::http::SendError;

const NO_ANSWER_IN_TIME: &str = "no answer in time";

/// Returns what an error proves about the request.
pub(super) fn send_error(error: &reqwest::Error) -> SendError {
    let words = words(error);
    if !error.is_connect() {
        return SendError::Lost(words);
    }
    // rustls has no public type in reqwest's interface; its words are its only trace.
    if words.contains("certificate") {
        // What it calls unexpected is that this machine has none to tell by.
        let words = words.trim_start_matches("unexpected error: ");
        return SendError::Certificate(words.to_owned());
    }
    SendError::NeverLeft(words)
}

/// Whether the server closed the connection without an answer.
pub(super) fn is_hang_up(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}

/// Returns that a server said nothing for too long.
pub(super) fn silent() -> SendError {
    SendError::Lost(NO_ANSWER_IN_TIME.to_owned())
}

/// Returns that an answer ended before its end.
pub(super) fn cut(status: u16, error: &reqwest::Error) -> SendError {
    SendError::Lost(format!(
        "the answer ({status}) was cut short: {}",
        words(error)
    ))
}

/// Returns the innermost causes of `error` in words, without the address: it may hold a secret.
pub(super) fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() && !error.is_connect() {
        return NO_ANSWER_IN_TIME.to_owned();
    }
    let mut source = error.source();
    let mut words = Vec::new();
    while let Some(cause) = source {
        words.push(cause.to_string());
        source = cause.source();
    }
    // The outer layers repeat the inner ones or only name a phase.
    words.pop().unwrap_or_else(|| {
        if error.is_builder() {
            "the request cannot be written"
        } else if error.is_connect() {
            "cannot connect"
        } else {
            "no answer"
        }
        .to_owned()
    })
}
