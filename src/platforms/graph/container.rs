//! Containers: what is to become a post on Instagram or Threads, and the wait until it can.
//!
//! developers.facebook.com, Instagram `ig-container` and Threads troubleshooting, read 2026-11-23: a
//! container is in progress, then finished or failed; it expires after 24 hours; and it tells that it
//! was published.

use std::iter::successors;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::clock::later;
use crate::http::Answer;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::is_plain_id;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unusable;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::answer::cause;
use crate::platforms::graph::answer::code_of;
use crate::platforms::graph::answer::is_gone;
use crate::platforms::graph::answer::is_unready;
use crate::platforms::graph::answer::names_gone;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::codes::is_passing_failure;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;

/// The step that creates what will be published.
pub(crate) const CREATE_CONTAINER: &str = "create container";

/// The step that publishes it.
pub(crate) const PUBLISH_CONTAINER: &str = "publish container";

/// The longest pause between two questions, and how long is asked in all (as above: once a minute
/// for at most five). Pictures need seconds, so that the first pauses are short.
const PAUSE_MAX: Duration = Duration::from_mins(1);
const WAIT_MAX: Duration = Duration::from_mins(5);

/// How long to wait when the day's posts are used up: they count for 24 hours each, and nothing says
/// when the oldest was.
const QUOTA_PAUSE: Duration = Duration::from_hours(1);

/// How long a new container may be one that nobody can find (code 24/4279009, met seconds after it
/// was made and even after it said that it was finished: gitroomhq/postiz-app#2047, read 2026-11-23).
const FOUND_WITHIN: Duration = Duration::from_mins(2);
const NOT_FOUND_PAUSE: Duration = Duration::from_secs(30);

/// How long an address of a picture works: as long as the container lives.
pub(crate) const LIFETIME: Duration = Duration::from_hours(24);

/// What a step that creates a container leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Created {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
}

/// How a platform tells the state of a container.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The field of the state.
    pub(crate) state: &'static str,
    /// The field that says why it failed.
    pub(crate) reason: &'static str,
}

/// How far a container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    InProgress,
    Finished,
    Published,
    /// It failed, in the platform's words; another one may not.
    Failed {
        words: String,
        passes: bool,
    },
    Expired,
    /// Its id leads nowhere.
    Missing(Cause),
    /// It cannot be read, which says nothing of it: reads have failed so for days although nothing was
    /// missing (gitroomhq/postiz-app#1562, read 2026-11-23).
    Unreadable(Cause),
}

/// Returns the name of the step that creates the item of a carousel at `position`, from 1 on.
pub(crate) fn item_step(position: usize) -> String {
    format!("create item {position}")
}

/// Whether `step` is a step of a post that is made of containers.
pub(crate) fn knows_step(step: &str) -> bool {
    // Instagram takes 10, Threads 20.
    let is_item = (1..=20).any(|position| step == item_step(position));
    is_item || step == CREATE_CONTAINER || step == PUBLISH_CONTAINER
}

/// Returns the steps that make a container and its `items`, to be taken again.
pub(crate) fn steps_of(items: usize) -> Vec<String> {
    let items = (1..=items).map(item_step);
    items.chain([CREATE_CONTAINER.to_owned()]).collect()
}

/// The container, or an item of it, has expired or cannot be found, and was not published: all of it
/// is to be made again.
fn gone(cause: Cause, items: usize) -> PublishError {
    PublishError::Stale {
        steps: steps_of(items),
        cause,
    }
}

/// What follows when `container`, which was not published, cannot be found: it is waited for while it
/// is new, and then made again with its `items`.
fn not_found(container: &Created, cause: Cause, items: usize, now: Timestamp) -> PublishError {
    if elapsed(container.at, now) < FOUND_WITHIN {
        return PublishError::WaitUntil {
            until: later(now, NOT_FOUND_PAUSE),
            cause,
        };
    }
    gone(cause, items)
}

/// What follows when a carousel cannot be made since one of its `items` cannot be found.
pub(crate) fn items_not_found(items: &[Created], cause: Cause, now: Timestamp) -> PublishError {
    match items.iter().max_by_key(|item| item.at) {
        Some(newest) => not_found(newest, cause, items.len(), now),
        None => gone(cause, 0),
    }
}

/// Returns what follows from an answer to the publication of `container` that says that there is no
/// such container, or still says that it is not ready when it long should be.
pub(crate) fn unusable_container(
    answer: &Answer,
    container: &Created,
    items: usize,
    now: Timestamp,
) -> Option<PublishError> {
    if is_gone(answer) {
        return Some(not_found(container, cause(answer), items, now));
    }
    let is_late = elapsed(container.at, now) >= WAIT_MAX;
    (is_late && is_unready(answer)).then(|| gone(cause(answer), items))
}

/// Says to wait if the day's posts are used up, by the `answer` to the question for the publishing
/// limit. What could not be learnt is no reason to wait: the publication itself will say.
pub(crate) fn check_quota(answer: Option<Answer>, now: Timestamp) -> Result<(), PublishError> {
    let body = answer.and_then(|answer| json(&answer)).unwrap_or_default();
    match quota(&body) {
        Some((used, total)) if used >= total => Err(PublishError::WaitUntil {
            until: later(now, QUOTA_PAUSE),
            cause: Cause::new(format!(
                "{used} of the {total} posts that the platform takes in 24 hours are used up"
            )),
        }),
        _ => Ok(()),
    }
}

/// Returns how many of the day's posts are used, and of how many.
pub(crate) fn quota(body: &Value) -> Option<(u64, u64)> {
    let used = body.pointer("/data/0/quota_usage")?.as_u64()?;
    let total = body.pointer("/data/0/config/quota_total")?.as_u64()?;
    Some((used, total))
}

/// Returns the id in an answer.
pub(crate) fn id_in(answer: &Answer, what: &str) -> Result<String, PublishError> {
    let body = json(answer).unwrap_or_default();
    let id = match &body["id"] {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => id.as_u64().map(|id| id.to_string()),
        _ => None,
    };
    id.filter(|id| is_plain_id(id))
        .ok_or_else(|| unusable(answer, what))
}

/// Reads how far the container `id` is.
pub(crate) async fn state(
    client: &Client,
    id: &str,
    fields: Fields,
    clock: &Clock,
) -> Result<State, PublishError> {
    let asked = format!("{},{}", fields.state, fields.reason);
    let answer = client.get(id, &[("fields", &asked)], clock).await?;
    if names_gone(&answer) {
        return Ok(State::Missing(cause(&answer)));
    }
    if code_of(&answer) == Some((100, Some(33))) {
        return Ok(State::Unreadable(cause(&answer)));
    }
    let answer = accept(answer, Phase::Reading, clock.now())?;
    let body = json(&answer).unwrap_or_default();
    let words = text_field(&body, fields.reason).map_or_else(String::new, excerpt);
    Ok(match body[fields.state].as_str() {
        Some("IN_PROGRESS") => State::InProgress,
        Some("FINISHED") => State::Finished,
        Some("PUBLISHED") => State::Published,
        Some("EXPIRED") => State::Expired,
        Some("ERROR") => State::Failed {
            passes: passes(&words),
            words,
        },
        _ => return Err(unusable(&answer, "the state of a container")),
    })
}

/// Waits while `container` is in progress: soon after, then less often. If it cannot be found, it is
/// waited for while it is new.
pub(crate) async fn settled(
    client: &Client,
    container: &Created,
    fields: Fields,
    clock: &Clock,
) -> Result<State, PublishError> {
    let mut pauses = pauses();
    loop {
        let state = state(client, &container.id, fields, clock).await?;
        if let State::Missing(cause) = &state
            && let wait @ PublishError::WaitUntil { .. } =
                not_found(container, cause.clone(), 0, clock.now())
        {
            return Err(wait);
        }
        let is_under_way = state == State::InProgress;
        let Some(pause) = pauses.next().filter(|_| is_under_way) else {
            return Ok(state);
        };
        tokio::time::sleep(pause).await;
    }
}

/// Returns how long to wait after each question.
fn pauses() -> impl Iterator<Item = Duration> {
    let longer = |pause: &Duration| Some((*pause * 2).min(PAUSE_MAX));
    let pauses = successors(Some(Duration::from_secs(1)), longer);
    pauses.scan(Duration::ZERO, |waited, pause| {
        let goes_on = *waited < WAIT_MAX;
        *waited += pause;
        goes_on.then_some(pause)
    })
}

/// Says whether a container that has settled can be published, or was; `steps` made it.
pub(crate) fn is_public(state: State, steps: &[String]) -> Result<bool, PublishError> {
    let again = |message: String| {
        Err(PublishError::Stale {
            steps: steps.to_vec(),
            cause: Cause::new(message),
        })
    };
    match state {
        State::Finished => Ok(false),
        State::Published => Ok(true),
        State::InProgress => Err(PublishError::Unclear {
            cause: Cause::new("the platform still works on the pictures after five minutes"),
            server: Server::Done,
        }),
        State::Failed {
            words,
            passes: true,
        } => again(failure(&words)),
        State::Failed { words, .. } => Err(PublishError::Refused(Cause::new(failure(&words)))),
        State::Expired => again("the container has expired".to_owned()),
        State::Missing(cause) => Err(PublishError::Stale {
            steps: steps.to_vec(),
            cause,
        }),
        State::Unreadable(cause) => Err(PublishError::Unclear {
            cause,
            server: Server::Done,
        }),
    }
}

fn failure(words: &str) -> String {
    format!("the platform could not take the post: \"{words}\"")
}

/// Whether another container may not fail so. Instagram names a code, Threads a word; `UNKNOWN` and
/// what is no word of ours may pass.
fn passes(words: &str) -> bool {
    let mut numbers = words.rsplit(|letter: char| !letter.is_ascii_digit());
    match numbers.find_map(|word| word.parse().ok()) {
        Some(code) => is_passing_failure(code),
        None => !words.starts_with("INVALID_"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_passes_or_is_for_good_as_its_code_says() {
        for (words, expected) in [
            (
                "Error: Media upload has failed with error code 2207053",
                true,
            ),
            (
                "Error: Media upload has failed with error code 2207009",
                false,
            ),
            ("INVALID_ASPEC_RATIO", false),
            ("FAILED_DOWNLOADING_VIDEO", true),
            ("UNKNOWN", true),
            ("", true),
        ] {
            assert_eq!(passes(words), expected, "{words}");
        }
    }

    #[test]
    fn a_container_is_asked_for_soon_then_less_often_and_for_five_minutes() {
        let pauses: Vec<u64> = pauses().map(|pause| pause.as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    }

    #[test]
    fn every_step_is_known_and_no_other() {
        for step in steps_of(20) {
            assert!(knows_step(&step), "{step}");
        }
        assert!(knows_step(PUBLISH_CONTAINER));
        for step in [
            "create item 0",
            "create item 21",
            "create item 01",
            "create",
        ] {
            assert!(!knows_step(step), "{step}");
        }
    }
}
