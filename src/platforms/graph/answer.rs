//! What an answer of the Graph API proves, by what was asked and by the codes of its error.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::later;
use crate::http::Answer;
use crate::platforms::answer as shared;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::graph::codes;
use crate::platforms::graph::codes::Meaning;
use crate::platforms::graph::usage::regained_in;
use crate::platforms::retry_after::wait_for;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// To make something that nobody sees yet.
    Hidden,
    /// To make something public.
    Visible,
    /// Only to look.
    Reading,
}

/// Returns an answer that reports success, or else what it proves.
pub(crate) fn accept(answer: Answer, phase: Phase, now: Timestamp) -> Result<Answer, PublishError> {
    if is_success(&answer) && error(&answer).is_none() {
        return Ok(answer);
    }
    Err(refusal(&answer, phase, now))
}

/// Returns that the platform may still be at work on a publication whose answer was of no use.
pub(crate) fn unheard(error: PublishError) -> PublishError {
    match error {
        PublishError::Unclear { cause, .. } => PublishError::Unclear {
            cause,
            server: Server::AtWork,
        },
        other => other,
    }
}

/// Returns the code and the subcode of the error in `answer`.
pub(crate) fn code_of(answer: &Answer) -> Option<(i64, Option<i64>)> {
    code(&error(answer)?)
}

/// Returns what the error in `answer` means, if the table has it.
pub(crate) fn meaning(answer: &Answer) -> Option<Meaning> {
    let (code, subcode) = code_of(answer)?;
    codes::meaning(code, subcode)
}

/// Whether the answer says that a container is gone, with whatever status: Threads says so with 500
/// too, and where nothing was to become public, that is enough.
pub(crate) fn names_gone(answer: &Answer) -> bool {
    meaning(answer) == Some(Meaning::Gone)
}

/// Whether the answer says clearly that a container is gone; with a 5xx, nothing is clear.
pub(crate) fn is_gone(answer: &Answer) -> bool {
    (400..500).contains(&answer.status) && names_gone(answer)
}

/// Whether the answer says clearly that a container is not ready.
pub(crate) fn is_unready(answer: &Answer) -> bool {
    (400..500).contains(&answer.status) && meaning(answer) == Some(Meaning::NotReady)
}

/// Whether the answer says clearly that the token is not accepted.
pub(crate) fn is_of_dead_token(answer: &Answer) -> bool {
    let is_dead = matches!(code_of(answer), Some((190 | 102, _)));
    (400..500).contains(&answer.status) && is_dead
}

/// Returns what an answer that is no success proves.
pub(crate) fn refusal(answer: &Answer, phase: Phase, now: Timestamp) -> PublishError {
    let cause = cause(answer);
    let error = error(answer);
    let code = error.as_ref().and_then(code);
    if let Some(trace) = error
        .as_ref()
        .and_then(|error| text_field(error, "fbtrace_id"))
    {
        // What Meta's support asks for.
        tracing::debug!(fbtrace_id = %shared::excerpt(trace), "refused");
    }
    let known = code.and_then(|(code, subcode)| codes::meaning(code, subcode));
    // Its absence says nothing, and `false` has been wrong.
    let is_transient = error.is_some_and(|error| error["is_transient"] == true);
    let meaning = known.or(is_transient.then_some(Meaning::Passing));
    match phase {
        Phase::Visible if !proves_nothing_happened(answer, code, meaning) => {
            PublishError::Unclear {
                cause,
                // What it has done shows only after a while, if at all.
                server: Server::AtWork,
            }
        }
        // Reads have failed so for days although nothing was missing (gitroomhq/postiz-app#1562,
        // read 2026-11-23).
        Phase::Reading if code == Some((100, Some(33))) => passing(cause),
        _ => by_meaning(meaning, answer, cause, now),
    }
}

/// Whether an error that answers a publication proves that nothing was published: only one of
/// Graph's own, and not one of those that have come with the post public.
fn proves_nothing_happened(
    answer: &Answer,
    code: Option<(i64, Option<i64>)>,
    meaning: Option<Meaning>,
) -> bool {
    let is_clear = match answer.status {
        429 => true,
        status => code.is_some() && (400..500).contains(&status) && status != 408,
    };
    // These have come with the post public, whatever the subcode said.
    let is_vague = matches!(
        code,
        Some((-1 | 1 | 2, _) | (_, Some(codes::TAKEN_FOR_SPAM)))
    );
    is_clear && !is_vague && !matches!(meaning, Some(Meaning::Unknown | Meaning::Passing))
}

fn by_meaning(
    meaning: Option<Meaning>,
    answer: &Answer,
    cause: Cause,
    now: Timestamp,
) -> PublishError {
    let wait = |told: Option<Duration>| PublishError::WaitUntil {
        until: wait_for(answer, now, told.into_iter()),
        cause: cause.clone(),
    };
    let regained = regained_in(answer);
    let is_told = answer.header("retry-after").is_some();
    match meaning {
        Some(Meaning::Passing | Meaning::Unknown) => passing(cause),
        Some(Meaning::Limit(usual)) => wait(regained.or((!is_told).then_some(usual))),
        Some(Meaning::Blocked(least)) => wait(regained.max(Some(least))),
        Some(Meaning::LoginNeeded) => PublishError::LoginNeeded(cause),
        Some(Meaning::NotReady) => PublishError::WaitUntil {
            until: later(now, codes::NOT_READY_PAUSE),
            cause,
        },
        Some(Meaning::Refused | Meaning::Gone | Meaning::Duplicate) => PublishError::Refused(cause),
        None if answer.status == 429 => wait(regained),
        None => shared::by_status(answer.status, cause),
    }
}

/// Whether a post was taken for spam.
pub(crate) fn is_of_spam(answer: &Answer) -> bool {
    matches!(code_of(answer), Some((_, Some(codes::TAKEN_FOR_SPAM))))
}

fn passing(cause: Cause) -> PublishError {
    PublishError::Unclear {
        cause,
        server: Server::Done,
    }
}

/// Returns what the server said: what it would have people told, else what it tells developers.
pub(crate) fn cause(answer: &Answer) -> Cause {
    let words = error(answer).and_then(|error| {
        let told =
            text_field(&error, "error_user_msg").or_else(|| text_field(&error, "message"))?;
        Some(match code(&error) {
            Some((code, Some(subcode))) => format!("{told} ({code}/{subcode})"),
            Some((code, None)) => format!("{told} ({code})"),
            None => told.to_owned(),
        })
    });
    shared::cause(answer, words.as_deref())
}

fn error(answer: &Answer) -> Option<Value> {
    let error = json(answer)?.get_mut("error")?.take();
    error.is_object().then_some(error)
}

fn code(error: &Value) -> Option<(i64, Option<i64>)> {
    Some((
        error.get("code")?.as_i64()?,
        error.get("error_subcode").and_then(Value::as_i64),
    ))
}
