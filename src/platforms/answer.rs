//! What a server answered, before a platform says what it means: its words, bounded and cleaned,
//! and what its status alone proves.

use serde_json::Value;

use crate::http::Answer;
use crate::http::SendError;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// The longest excerpt of a server's words, in characters.
const WORDS_MAX: usize = 300;

/// The longest id of a remote thing that is put into an address, in bytes.
const ID_BYTES_MAX: usize = 128;

/// Returns what a request without an answer proves.
pub(crate) fn unanswered(error: SendError) -> PublishError {
    match error {
        SendError::NeverLeft(words) => {
            PublishError::Unavailable(Cause::new(format!("cannot connect: {}", excerpt(&words))))
        }
        SendError::Certificate(words) => PublishError::Refused(Cause::new(format!(
            "the server's certificate is not to be trusted: {}",
            excerpt(&words)
        ))),
        SendError::Lost(words) => PublishError::Unclear {
            cause: Cause::new(excerpt(&words)),
            server: Server::AtWork,
        },
        SendError::NoClient(words) => PublishError::Refused(Cause::new(format!(
            "no request could be made: {}",
            excerpt(&words)
        ))),
    }
}

/// Returns what a status proves where the platform's own words say no more.
pub(crate) fn by_status(status: u16, cause: Cause) -> PublishError {
    match status {
        401 => PublishError::LoginNeeded(cause),
        // 520 to 524 are Cloudflare's (developers.cloudflare.com/support, read 2026-11-23): the
        // server behind it may still be at work.
        408 | 502 | 504 | 520..=524 => PublishError::Unclear {
            cause,
            server: Server::AtWork,
        },
        400..=499 => PublishError::Refused(cause),
        _ => PublishError::Unclear {
            cause,
            server: Server::Done,
        },
    }
}

/// Returns the error for a success that carries no usable `what`.
pub(crate) fn unusable(answer: &Answer, what: &str) -> PublishError {
    let status = answer.status;
    let message = format!("the server answered {status} without {what}");
    PublishError::Unclear {
        cause: Cause::answered(status, message),
        server: Server::Done,
    }
}

/// Returns whether `answer` reports success.
pub(crate) fn is_success(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

/// Returns the body of `answer` if it is JSON. Nesting is bounded by the parser.
pub(crate) fn json(answer: &Answer) -> Option<Value> {
    serde_json::from_slice(&answer.body).ok()
}

/// Returns the cause of an answer that is no success. `words` are the platform's own, if it had
/// any; otherwise a short body that is plain text speaks for itself.
pub(crate) fn cause(answer: &Answer, words: Option<&str>) -> Cause {
    let status = answer.status;
    let body = String::from_utf8_lossy(&answer.body);
    let message = if let Some(words) = words {
        format!("the server answered {status}: \"{}\"", excerpt(words))
    } else if (300..400).contains(&status) {
        let target = redirect_target(answer).unwrap_or_else(|| "nowhere".to_owned());
        format!("the server answered {status}, a redirect to `{target}`, which is not followed")
    } else if is_html(answer, &body) {
        format!("the server answered {status} with a web page")
    } else if body.trim().is_empty() || json(answer).is_some() {
        format!("the server answered {status}")
    } else {
        format!("the server answered {status}: \"{}\"", excerpt(&body))
    };
    Cause::answered(status, message)
}

/// Returns the string under `field` of a JSON object, if there is one and it says something.
pub(crate) fn text_field<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value
        .get(field)
        .and_then(Value::as_str)
        .filter(|text| !text.trim().is_empty())
}

/// Whether `id` may stand in a path: letters, digits, `-`, `_` and `.` of ASCII, not only dots.
pub(crate) fn is_plain_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    id.len() <= ID_BYTES_MAX && id.bytes().all(allowed) && id.bytes().any(|byte| byte != b'.')
}

/// Returns the beginning of `words` on one line, safe to show.
pub(crate) fn excerpt(words: &str) -> String {
    let line = words.split_whitespace().take(WORDS_MAX).collect::<Vec<_>>();
    printable(&line.join(" "), Lines::One, WORDS_MAX)
}

fn is_html(answer: &Answer, body: &str) -> bool {
    answer
        .header("content-type")
        .is_some_and(|kind| kind.contains("html"))
        || body.trim_start().starts_with('<')
}

/// Returns where a redirect points, without its query: it may hold a secret.
fn redirect_target(answer: &Answer) -> Option<String> {
    let location = answer.header("location")?;
    let path = location.split(['?', '#']).next().unwrap_or(location);
    Some(excerpt(path))
}
