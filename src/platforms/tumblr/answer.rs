//! What Tumblr's answers mean, by status and code: the error codes of its documentation (tumblr/docs
//! 708be10, api.md, "Errors and Error Subcodes", read 2026-11-25), and what its users have met
//! (issues of tumblr/docs, read 2026-11-23).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::later;
use crate::http::Answer;
use crate::platforms::answer as shared;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::retry_after::seconds_left;
use crate::platforms::retry_after::server_time;
use crate::platforms::retry_after::wait_for;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;

/// What an error code proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Wrong for good.
    Refused,
    /// It may pass by itself, and may have done something.
    Unclear,
    /// A limit that is over after this long, unless the answer or [`Counter`] says better.
    Limit(Duration),
}

/// How long to wait for a limit of the day, or of the queue, of which nobody says when it ends.
const LIMIT_PAUSE: Duration = Duration::from_hours(1);

/// How far apart the clocks may be before a signature, which has the time in it, is in danger. How
/// much Tumblr allows is written nowhere.
const CLOCKS_APART_MAX: Duration = Duration::from_mins(4);

/// How long to wait for a video that Tumblr is still working on.
const TRANSCODING_PAUSE: Duration = Duration::from_mins(2);

/// Every code that means more, or other, than its status does.
const CODES: [(u16, i64, Meaning); 13] = [
    // Seen as a glitch that passes, and for media that could not be read (docs#88, docs#129).
    (400, 0, Meaning::Unclear),
    // A multipart form that could not be read (docs#87).
    (400, 5002, Meaning::Refused),
    (400, 8001, Meaning::Refused),
    (400, 8002, Meaning::Refused),
    (400, 8005, Meaning::Refused),
    // An upload failed on their side; documented with 500.
    (400, 8006, Meaning::Unclear),
    (400, 8009, Meaning::Unclear),
    (400, 8016, Meaning::Refused),
    (403, 8004, Meaning::Limit(LIMIT_PAUSE)),
    (403, 8010, Meaning::Limit(TRANSCODING_PAUSE)),
    (403, 8011, Meaning::Limit(LIMIT_PAUSE)),
    (403, 8022, Meaning::Limit(LIMIT_PAUSE)),
    (403, 8023, Meaning::Limit(LIMIT_PAUSE)),
];

/// A counter of `GET /v2/user/limits`, which says when a limit of the day ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counter {
    Posts,
    Photos,
}

impl Counter {
    /// Returns its name in the answer.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Photos => "photos",
        }
    }

    /// Returns the counter that the limit in `answer` is about.
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        match (answer.status, code(answer)?) {
            (403, 8004) => Some(Self::Photos),
            (403, 8023) => Some(Self::Posts),
            _ => None,
        }
    }
}

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
    if answer.status == 429 {
        return PublishError::WaitUntil {
            until: limited_until(answer, now),
            cause,
        };
    }
    if answer.status == 401 {
        return PublishError::LoginNeeded(with_clocks(cause, answer, now));
    }
    match meaning(answer) {
        Some(Meaning::Refused) => PublishError::Refused(cause),
        Some(Meaning::Unclear) => PublishError::Unclear {
            cause,
            server: Server::Done,
        },
        Some(Meaning::Limit(pause)) => PublishError::WaitUntil {
            until: later(now, pause),
            cause,
        },
        None => shared::by_status(answer.status, cause),
    }
}

/// Returns what the server said: the titles of its errors. Their `detail` is talk that changes
/// from one answer to the next (tumblr/docs#88, read 2026-11-23).
pub(crate) fn cause(answer: &Answer) -> Cause {
    let words = json(answer).and_then(|body| words(&body));
    shared::cause(answer, words.as_deref())
}

/// Adds that the clocks stand apart, if they do: then no signature is good, and no new key helps.
fn with_clocks(cause: Cause, answer: &Answer, now: Timestamp) -> Cause {
    let apart = server_time(answer).map(|server_now| server_now.duration_since(now).unsigned_abs());
    let Some(apart) = apart.filter(|apart| *apart > CLOCKS_APART_MAX) else {
        return cause;
    };
    let minutes = apart.as_secs() / 60;
    Cause {
        message: format!(
            "{}; the clock of this machine and the server's are {minutes} minutes apart",
            cause.message
        ),
        ..cause
    }
}

/// Returns the body's `response`, in which every answer has its own.
pub(crate) fn response(answer: &Answer) -> Option<Value> {
    json(answer)?.get_mut("response").map(Value::take)
}

fn meaning(answer: &Answer) -> Option<Meaning> {
    let code = code(answer)?;
    let row = CODES
        .iter()
        .find(|(status, known, _)| *status == answer.status && *known == code);
    row.map(|(_, _, meaning)| *meaning)
}

/// Returns the code of the first error that has one. Some answers mix errors with plain strings
/// (tumblr/docs#132, read 2026-11-23).
fn code(answer: &Answer) -> Option<i64> {
    let body = json(answer)?;
    errors(&body).find_map(|error| error.get("code")?.as_i64())
}

fn errors(body: &Value) -> impl Iterator<Item = &Value> {
    let errors = body.get("errors").and_then(Value::as_array);
    errors.into_iter().flatten()
}

fn words(body: &Value) -> Option<String> {
    let title = errors(body).find_map(|error| text_field(error, "title"));
    let code = errors(body).find_map(|error| error.get("code")?.as_i64());
    let of_limit = body
        .get("response")
        .and_then(|said| text_field(said, "error"));
    let of_meta = body.get("meta").and_then(|meta| text_field(meta, "msg"));
    let words = title.or(of_limit).or(of_meta)?;
    Some(match code {
        Some(code) if code != 0 => format!("{words} ({code})"),
        _ => words.to_owned(),
    })
}

/// Returns until when to wait after a 429: until the exhausted limit is reset, which its header says
/// in seconds that are left (tumblr/docs#139, read 2026-11-23). That of the minute has no header.
fn limited_until(answer: &Answer, now: Timestamp) -> Timestamp {
    let wait = |window: &str| {
        let header = |what| answer.header(&format!("x-ratelimit-{window}-{what}"));
        let is_exhausted = header("remaining").is_none_or(|left| left.trim() == "0");
        seconds_left(header("reset").filter(|_| is_exhausted)?)
    };
    wait_for(
        answer,
        now,
        ["perhour", "perday"].into_iter().filter_map(wait),
    )
}
