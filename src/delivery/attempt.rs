//! One attempt at one delivery, from the claim to the record of its ending.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::clock::later;
use crate::delivery::doubt;
use crate::delivery::doubt::Cleared;
use crate::delivery::doubt::Intent;
use crate::delivery::verdict::CRASHES_MAX;
use crate::delivery::verdict::Patience;
use crate::delivery::verdict::verdict;
use crate::outbox::OutboxError;
use crate::outbox::checkpoints::DeliveryCheckpoints;
use crate::outbox::claim::Claim;
use crate::outbox::claim::SenderId;
use crate::outbox::claim::Wish;
use crate::outbox::door::Door;
use crate::outbox::record::Ending;
use crate::outbox::record::Note;
use crate::outbox::record::Toll;
use crate::outbox::state::ParkReason;
use crate::post::post::Post;
use crate::publish::Cause;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Publisher;
use crate::publish::step_log::Identity;
use crate::publish::step_log::StepLog;

/// What a sender needs for every delivery.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) door: Door,
    pub(crate) id: SenderId,
    pub(crate) clock: Clock,
    pub(crate) patience: Patience,
}

/// How an attempt ended, and what of it is told to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) ending: Ending,
    pub(crate) error: Option<PublishError>,
    /// What people are to know although nothing went wrong.
    pub(crate) remark: Option<&'static str>,
}

impl Ended {
    fn new(ending: Ending, error: Option<PublishError>) -> Self {
        Self {
            ending,
            error,
            remark: None,
        }
    }

    /// Returns the ending of a delivery that a look has found public.
    fn found(ending: Ending, remark: &'static str) -> Self {
        Self {
            ending,
            error: None,
            remark: Some(remark),
        }
    }
}

const FOUND_AFTER_LOSS: &str = "the answer had been lost; a look found it public";
const FOUND_BY_KEY: &str =
    "this key has published already: nothing was sent, and what is public says what it said then";

/// The process must end: something could not be written down.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("the outbox could not be written, so nothing more was sent: {0}")]
    Unrecorded(String),
}

/// Makes one attempt at the claimed delivery and writes down how it ended.
///
/// # Errors
/// When a mark or the outcome could not be written: the row stays `sending`, which the next sender
/// reads as interrupted. Nothing more may be sent by this process.
pub(crate) async fn deliver_one(
    sender: &Sender,
    claim: &Claim,
    publisher: &dyn Publisher,
) -> Result<Ended, Stop> {
    let checkpoints = DeliveryCheckpoints::new(&sender.door, &sender.id, claim);
    let key = claim.post.as_ref().ok().and_then(|post| post.key.clone());
    let identity = Identity {
        delivery: claim.identity.clone(),
        key,
    };
    let window = sender.patience.key_window;
    let sendings = claim.sendings.clone();
    let steps = StepLog::new(identity, &sender.clock, &checkpoints, window, sendings);
    let ended = match attempt(sender, claim, publisher, &steps).await {
        Ok(ended) => ended,
        Err(PublishError::Unrecorded(message)) => return Err(Stop::Unrecorded(message)),
        Err(error) => after_failure(sender, claim, publisher, &steps, error).await?,
    };
    let note = Note {
        answered: checkpoints.take_unwritten(),
        ..note(&ended, &steps)
    };
    let (id, claim, ending) = (sender.id.clone(), claim.clone(), ended.ending.clone());
    let now = sender.clock.now();
    sender
        .door
        .with(move |outbox| outbox.record(&id, &claim, &ending, &note, now))
        .await
        .map_err(|error| match error {
            OutboxError::NotSender => Stop::Outbox(error),
            error => Stop::Unrecorded(error.to_string()),
        })?;
    Ok(ended)
}

/// Runs the attempt. An error is a failure whose meaning is still to be found.
async fn attempt(
    sender: &Sender,
    claim: &Claim,
    publisher: &dyn Publisher,
    steps: &StepLog<'_>,
) -> Result<Ended, PublishError> {
    // An answer that came, before the process ended, outranks every reason not to send.
    if let Some(published) = steps.published() {
        return Ok(Ended::new(Ending::Delivered(published), None));
    }
    let post = match before_sending(sender, claim, publisher, steps) {
        Ok(post) => post,
        Err(ended) => return Ok(ended),
    };
    if steps.is_unanswered() {
        let intent = doubt::intent(claim, claim.history.attempts, &sender.patience);
        let patience = &sender.patience;
        match doubt::clear_up(publisher, post, steps, claim, patience, intent).await? {
            Cleared::MaySend => {}
            Cleared::Ended(ending @ Ending::Delivered(_), _) => {
                return Ok(Ended::found(ending, FOUND_AFTER_LOSS));
            }
            Cleared::Ended(ending, error) => return Ok(Ended::new(ending, error)),
        }
    } else if steps.identity().key.is_some() {
        // A run on another machine may have published under this key already, or since this one
        // was told to wait.
        if let Looked::Found(published) = publisher.look(post, steps).await? {
            return Ok(Ended::found(Ending::Delivered(published), FOUND_BY_KEY));
        }
    }
    let published = publisher.publish(post, steps).await?;
    Ok(Ended::new(Ending::Delivered(published), None))
}

/// Decides what needs no network: a damaged row, a step of another version, a cancel, lateness, a
/// delivery under which the process keeps dying.
fn before_sending<'c>(
    sender: &Sender,
    claim: &'c Claim,
    publisher: &dyn Publisher,
    steps: &StepLog<'_>,
) -> Result<&'c Post, Ended> {
    let park = |reason, message: String| {
        let reason = if steps.is_unanswered() {
            ParkReason::InDoubt
        } else {
            reason
        };
        let error = Some(PublishError::Refused(Cause::new(message)));
        Err(Ended::new(Ending::Parked(reason), error))
    };
    let post = match &claim.post {
        Ok(post) => post,
        Err(what) => return park(ParkReason::Refused, format!("the row is damaged: {what}")),
    };
    if claim.platform != publisher.platform().name() {
        let (was, is) = (&claim.platform, publisher.platform().name());
        let message = format!("it was made for {was}, and the account is now on {is}");
        return park(ParkReason::Refused, message);
    }
    if claim.place != publisher.place() {
        let (was, is) = (&claim.place, publisher.place());
        let message = format!("the account was `{was}` then, and is `{is}` now");
        return park(ParkReason::InDoubt, message);
    }
    if let Some(step) = steps.unknown_step(|name| publisher.knows_step(name)) {
        let message = format!("another version of hayon has left the step `{step}` behind");
        return park(ParkReason::InDoubt, message);
    }
    if steps.is_unanswered() {
        return Ok(post);
    }
    if claim.wish == Wish::Cancel {
        return Err(Ended::new(Ending::Cancelled, None));
    }
    let late = elapsed(claim.due_at, sender.clock.now());
    if claim.is_first && sender.patience.max_late.is_some_and(|max| late > max) {
        return park(ParkReason::Late, format!("it was due {} ago", rough(late)));
    }
    if claim.history.crashes >= CRASHES_MAX {
        let times = claim.history.crashes;
        return park(
            ParkReason::Exhausted,
            format!("the program ended under it {times} times"),
        );
    }
    Ok(post)
}

/// Says what follows from a failure: by the retry policy, unless a visible sending is unanswered.
async fn after_failure(
    sender: &Sender,
    claim: &Claim,
    publisher: &dyn Publisher,
    steps: &StepLog<'_>,
    error: PublishError,
) -> Result<Ended, Stop> {
    let (patience, now) = (&sender.patience, sender.clock.now());
    if !steps.is_unanswered() {
        if let PublishError::Stale { steps: names, .. } = &error {
            steps
                .forget(names)
                .await
                .map_err(|error| Stop::Unrecorded(error.to_string()))?;
        }
        let ending = spread(verdict(&error, &claim.history, now, patience), now);
        return Ok(Ended::new(ending, Some(error)));
    }
    let ending = match &error {
        PublishError::Unclear { .. } => match verdict(&error, &claim.history, now, patience) {
            Ending::Parked(_) => {
                return look_once_more(sender, claim, publisher, steps, error).await;
            }
            again => spread(again, now),
        },
        // A refusal of a repeat speaks of the repeat alone.
        PublishError::Refused(_) | PublishError::Stale { .. } => {
            return look_once_more(sender, claim, publisher, steps, error).await;
        }
        PublishError::LoginNeeded(_) => Ending::Parked(ParkReason::InDoubt),
        PublishError::Unavailable(_) => {
            crate::delivery::verdict::setback(&claim.history, now, patience, ParkReason::InDoubt)
        }
        PublishError::WaitUntil { until, .. } => Ending::Again {
            at: *until,
            toll: Toll::Nothing,
        },
        // The flag was read in the transaction that would have begun the repeat: look, then end.
        PublishError::Cancelled => Ending::Again {
            at: now,
            toll: Toll::Nothing,
        },
        PublishError::Unrecorded(message) => return Err(Stop::Unrecorded(message.clone())),
    };
    Ok(Ended::new(ending, Some(error)))
}

/// Looks at an unanswered sending before an ending that sends no more is believed.
async fn look_once_more(
    sender: &Sender,
    claim: &Claim,
    publisher: &dyn Publisher,
    steps: &StepLog<'_>,
    error: PublishError,
) -> Result<Ended, Stop> {
    let Ok(post) = &claim.post else {
        return Ok(Ended::new(Ending::Parked(ParkReason::InDoubt), Some(error)));
    };
    let patience = &sender.patience;
    let is_refused = matches!(error, PublishError::Refused(_) | PublishError::Stale { .. });
    let attempts = claim.history.attempts + 1;
    let intent = doubt::intent(claim, attempts, patience);
    let intent = if is_refused {
        Intent::Give(doubt::UpAs::Exhausted)
    } else {
        intent
    };
    let cleared = doubt::clear_up(publisher, post, steps, claim, patience, intent)
        .await
        .map_err(|error| Stop::Unrecorded(error.to_string()))?;
    let ending = match cleared {
        Cleared::Ended(Ending::Parked(ParkReason::Exhausted), _) if is_refused => {
            Ending::Parked(ParkReason::Refused)
        }
        Cleared::Ended(Ending::Again { at, .. }, _) => Ending::Again {
            at,
            toll: Toll::Attempt,
        },
        Cleared::Ended(ending, _) => ending,
        // Only with an intent to send, which neither caller has.
        Cleared::MaySend => Ending::Again {
            at: sender.clock.now(),
            toll: Toll::Attempt,
        },
    };
    Ok(Ended::new(ending, Some(error)))
}

/// Spreads retries, so that deliveries that failed together do not come back together: up to a
/// tenth later, never earlier.
fn spread(ending: Ending, now: Timestamp) -> Ending {
    match ending {
        Ending::Again { at, toll } if toll != Toll::Nothing => {
            let tenth = elapsed(now, at).as_millis() / 10;
            let extra = fastrand::u64(0..=u64::try_from(tenth).unwrap_or(0));
            Ending::Again {
                at: later(at, Duration::from_millis(extra)),
                toll,
            }
        }
        ending => ending,
    }
}

fn note(ended: &Ended, steps: &StepLog<'_>) -> Note {
    let in_doubt = ended.ending == Ending::Parked(ParkReason::InDoubt);
    let waits = matches!(ended.ending, Ending::Again { .. }) && steps.is_unanswered();
    let cause = ended.error.as_ref().and_then(PublishError::cause);
    let words = cause.map(|cause| cause.message.clone());
    let said = if in_doubt || waits {
        let unknown = "it was sent, and nobody knows whether it arrived";
        Some(words.map_or_else(|| unknown.to_owned(), |words| format!("{unknown}: {words}")))
    } else {
        words
    };
    let is_over = matches!(ended.ending, Ending::Delivered(_) | Ending::Cancelled);
    Note {
        kind: if is_over {
            None
        } else {
            kind(ended).or(waits.then_some("unclear"))
        },
        step: steps.last_step(),
        status: cause.and_then(|cause| cause.status),
        said: if is_over {
            ended.remark.map(ToOwned::to_owned)
        } else {
            said
        },
        answered: None,
    }
}

fn kind(ended: &Ended) -> Option<&'static str> {
    if let Ending::Parked(reason) = ended.ending {
        return Some(reason.name());
    }
    Some(match ended.error.as_ref()? {
        PublishError::Unavailable(_) => "unavailable",
        PublishError::WaitUntil { .. } => "rate_limited",
        PublishError::LoginNeeded(_) => "login_needed",
        PublishError::Refused(_) => "refused",
        PublishError::Unclear { .. } => "unclear",
        PublishError::Stale { .. } => "stale",
        PublishError::Unrecorded(_) => "unrecorded",
        PublishError::Cancelled => "cancelled",
    })
}

fn rough(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    match minutes {
        0 => format!("{} s", duration.as_secs()),
        1..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}
