//! What is done about a visible step that was sent and whose answer nobody heard.
//!
//! The platform is asked first. What follows depends on what it shows, on what the step says of a
//! repeat, and on whether a server may still be at work: the one thing never to happen is a second
//! public post, the next a lost one. A delivery leaves here public, certainly absent, or in doubt.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;
use crate::delivery::verdict::CRASHES_MAX;
use crate::delivery::verdict::Patience;
use crate::delivery::verdict::setback;
use crate::outbox::claim::Claim;
use crate::outbox::claim::Wish;
use crate::outbox::record::Ending;
use crate::outbox::record::Toll;
use crate::outbox::state::ParkReason;
use crate::post::post::Post;
use crate::publish::Cause;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Publisher;
use crate::publish::Server;
use crate::publish::step::Recovery;
use crate::publish::step_log::StepLog;

/// What a look at an unanswered sending allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cleared {
    /// Sending (again) can make no second post.
    MaySend,
    /// The attempt ends here.
    Ended(Ending, Option<PublishError>),
}

/// Whether the attempt may still send if nothing is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Send,
    /// Only to find out: the user has cancelled, or everything was tried.
    Give(UpAs),
}

/// What a delivery becomes when nothing is public and nothing will be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpAs {
    Cancelled,
    Exhausted,
}

/// Returns what a claimed delivery with unanswered sendings is to be looked at for.
pub(crate) fn intent(claim: &Claim, attempts: u32, patience: &Patience) -> Intent {
    if claim.wish == Wish::Cancel {
        Intent::Give(UpAs::Cancelled)
    } else if claim.history.crashes >= CRASHES_MAX || patience.is_exhausted(attempts) {
        Intent::Give(UpAs::Exhausted)
    } else {
        Intent::Send
    }
}

/// Looks, and says what may follow.
///
/// # Errors
/// [`PublishError::Unrecorded`] only: everything else is an ending.
pub(crate) async fn clear_up(
    publisher: &dyn Publisher,
    post: &Post,
    steps: &StepLog<'_>,
    claim: &Claim,
    patience: &Patience,
    intent: Intent,
) -> Result<Cleared, PublishError> {
    let looked = publisher.look(post, steps).await;
    let now = steps.clock().now();
    let settle = patience.settle.unwrap_or_else(|| publisher.settle());
    match looked {
        Ok(Looked::Found(published)) => Ok(ended(Ending::Delivered(published))),
        Ok(Looked::Absent) => {
            match unsettled_until(steps, settle, now) {
                // It need not wait, but it proves nothing either: the one before may yet arrive.
                Some(_) if intent == Intent::Send && is_harmless(steps) => Ok(Cleared::MaySend),
                Some(at) => Ok(ended(wait(at))),
                None => {
                    steps.void_unanswered().await?;
                    Ok(absent(intent))
                }
            }
        }
        Ok(Looked::Unseen) => Ok(ended(match unsettled_until(steps, settle, now) {
            Some(settled_at) => Ending::Again {
                at: settled_at.min(later(now, patience.setback_pause(claim.history.setbacks))),
                toll: Toll::Setback,
            },
            None => Ending::Parked(ParkReason::InDoubt),
        })),
        Ok(Looked::CannotTell) => Ok(cannot_tell(steps, settle, now, intent)),
        Ok(Looked::MustNotRepeat) => Ok(ended(Ending::Parked(ParkReason::InDoubt))),
        Err(error @ PublishError::Unrecorded(_)) => Err(error),
        Err(error) => Ok(unread(error, claim, patience, now)),
    }
}

fn ended(ending: Ending) -> Cleared {
    Cleared::Ended(ending, None)
}

fn wait(at: Timestamp) -> Ending {
    Ending::Again {
        at,
        toll: Toll::Nothing,
    }
}

fn absent(intent: Intent) -> Cleared {
    match intent {
        Intent::Send => Cleared::MaySend,
        Intent::Give(UpAs::Cancelled) => ended(Ending::Cancelled),
        Intent::Give(UpAs::Exhausted) => {
            let cause = Cause::new("everything was tried, and a look found nothing of it public");
            let server = Server::Done;
            Cleared::Ended(
                Ending::Parked(ParkReason::Exhausted),
                Some(PublishError::Unclear { cause, server }),
            )
        }
    }
}

/// Whether the unanswered step may be sent again at any time.
fn is_harmless(steps: &StepLog<'_>) -> bool {
    let first = steps.first_unanswered();
    first.is_some_and(|(step, _)| step.recovery == Recovery::Repeat)
}

/// Returns until when a server may be at work on what is unanswered.
fn unsettled_until(steps: &StepLog<'_>, settle: Duration, now: Timestamp) -> Option<Timestamp> {
    let settled_at = later(steps.settles_from()?, settle);
    (now < settled_at).then_some(settled_at)
}

fn cannot_tell(steps: &StepLog<'_>, settle: Duration, now: Timestamp, intent: Intent) -> Cleared {
    let in_doubt = ended(Ending::Parked(ParkReason::InDoubt));
    let Some((step, first_begun_at)) = steps.first_unanswered() else {
        return Cleared::MaySend;
    };
    if intent != Intent::Send {
        return in_doubt;
    }
    match step.recovery {
        Recovery::Repeat => Cleared::MaySend,
        Recovery::RepeatWithin(window) => {
            let ends_at = later(first_begun_at, window);
            match unsettled_until(steps, settle, now) {
                _ if now >= ends_at => in_doubt,
                Some(at) if at < ends_at => ended(wait(at)),
                Some(_) => in_doubt,
                None => Cleared::MaySend,
            }
        }
        Recovery::Once => in_doubt,
    }
}

/// A look that could not be made or read is itself tried again: along the schedule, then every few
/// minutes, until patience ends.
fn unread(error: PublishError, claim: &Claim, patience: &Patience, now: Timestamp) -> Cleared {
    let ending = match &error {
        PublishError::WaitUntil { until, .. } => wait(*until),
        PublishError::LoginNeeded(_) | PublishError::Refused(_) => {
            Ending::Parked(ParkReason::InDoubt)
        }
        _ => setback(&claim.history, now, patience, ParkReason::InDoubt),
    };
    Cleared::Ended(ending, Some(error))
}
