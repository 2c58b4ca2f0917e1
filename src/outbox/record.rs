//! How an attempt ends: one transaction that keeps the promise, renews it, or parks it.

use jiff::Timestamp;
use rusqlite::Transaction;
use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::checkpoints::Answered;
use crate::outbox::checkpoints::set_mark;
use crate::outbox::claim::Claim;
use crate::outbox::claim::SenderId;
use crate::outbox::claim::prove_sender;
use crate::outbox::milliseconds;
use crate::outbox::set_back::note_now;
use crate::outbox::state::ParkReason;
use crate::publish::Published;
use crate::publish::step::Mark;

/// What becomes of a delivery after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Delivered(Published),
    /// Queued again, not before `at`.
    Again {
        at: Timestamp,
        toll: Toll,
    },
    Parked(ParkReason),
    Cancelled,
}

/// What an attempt that will be followed by another has used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toll {
    /// One attempt of the schedule.
    Attempt,
    /// Nothing of the schedule, but one more setback in a row.
    Setback,
    /// Nothing at all: a rate limit, or time that a server needs to settle.
    Nothing,
}

/// What an attempt leaves for people to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    /// A stable word, such as `unavailable`; `None` if nothing went wrong.
    pub(crate) kind: Option<&'static str>,
    /// The step that failed.
    pub(crate) step: Option<String>,
    /// The HTTP status, if there was an answer.
    pub(crate) status: Option<u16>,
    /// What was said, cleaned and bounded.
    pub(crate) said: Option<String>,
    /// The answer that is the outcome, unless it is marked already.
    pub(crate) answered: Option<Answered>,
}

impl Outbox {
    /// Writes down how the attempt of `claim` ended.
    ///
    /// A log-in that is needed parks what else is due for the account; what is due later stays
    /// queued and waits for the log-in.
    pub(crate) fn record(
        &mut self,
        sender: &SenderId,
        claim: &Claim,
        ending: &Ending,
        note: &Note,
        now: Timestamp,
    ) -> Result<(), OutboxError> {
        let transaction = self.write()?;
        prove_sender(&transaction, sender)?;
        if let Some(Answered { sending, output }) = note.answered.clone() {
            set_mark(&transaction, sending, &Mark::Done { output })?;
        }
        end_attempt(&transaction, claim, ending, note, now)?;
        note_now(&transaction, now)?;
        match ending {
            Ending::Delivered(published) => mark_delivered(&transaction, claim, published, now)?,
            Ending::Again { at, toll } => mark_queued(&transaction, claim, *at, *toll, note)?,
            Ending::Parked(reason) => mark_parked(&transaction, claim, *reason, note)?,
            Ending::Cancelled => mark_cancelled(&transaction, claim)?,
        }
        if *ending == Ending::Parked(ParkReason::LoginNeeded) {
            park_due_of_account(&transaction, claim, note, now)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

fn end_attempt(
    transaction: &Transaction<'_>,
    claim: &Claim,
    ending: &Ending,
    note: &Note,
    now: Timestamp,
) -> Result<(), OutboxError> {
    let word = match ending {
        Ending::Delivered(_) => "delivered",
        Ending::Again { .. } => "again",
        Ending::Parked(reason) => reason.name(),
        Ending::Cancelled => "cancelled",
    };
    transaction
        .prepare_cached(
            "UPDATE attempts SET ended_at = ?2, ending = ?3, step = ?4, status = ?5, said = ?6
             WHERE id = ?1",
        )?
        .execute(params![
            claim.attempt.0,
            milliseconds(now),
            word,
            note.step,
            note.status,
            note.said
        ])?;
    Ok(())
}

fn mark_delivered(
    transaction: &Transaction<'_>,
    claim: &Claim,
    published: &Published,
    now: Timestamp,
) -> Result<(), OutboxError> {
    if let Some(remote_id) = &published.remote_id {
        take_back(transaction, claim, remote_id, now)?;
    }
    // An id that another delivery has cannot be this one's name; that it is public stays true.
    transaction
        .prepare_cached(
            "UPDATE deliveries SET state = 'delivered', reason = NULL, published_at = ?2,
                    attempts = attempts + 1, url = ?4, error_kind = NULL, error_message = NULL,
                    remote_id = CASE WHEN EXISTS (
                        SELECT 1 FROM deliveries AS other
                        WHERE other.place = deliveries.place AND other.remote_id = ?3
                          AND other.id <> deliveries.id) THEN NULL ELSE ?3 END
             WHERE id = ?1 AND state = 'sending'",
        )?
        .execute(params![
            claim.delivery.0,
            milliseconds(now),
            published.remote_id,
            published.url
        ])?;
    Ok(())
}

/// Looks anew for a delivery that a look has found under `remote_id`, which the server has now
/// answered to be the id of `claim`: of two posts with equal words it was the other.
fn take_back(
    transaction: &Transaction<'_>,
    claim: &Claim,
    remote_id: &str,
    now: Timestamp,
) -> Result<(), OutboxError> {
    transaction
        .prepare_cached(
            "UPDATE deliveries
             SET state = 'queued', next_at = ?3, tried_at = NULL, attempts = 0, crashes = 0,
                 setbacks = 0, published_at = NULL, remote_id = NULL, url = NULL,
                 error_kind = 'unclear', error_message = ?4
             WHERE place = (SELECT place FROM deliveries WHERE id = ?1)
               AND remote_id = ?2 AND id <> ?1 AND state = 'delivered'
               AND NOT EXISTS (SELECT 1 FROM sendings
                               WHERE delivery = deliveries.id AND visible = 1 AND mark = 'done')
               AND EXISTS (SELECT 1 FROM sendings
                           WHERE delivery = ?1 AND visible = 1 AND mark = 'done')",
        )?
        .execute(params![
            claim.delivery.0,
            remote_id,
            milliseconds(now),
            "what a look had found is another post with the same words; it is looked for again"
        ])?;
    Ok(())
}

fn mark_queued(
    transaction: &Transaction<'_>,
    claim: &Claim,
    at: Timestamp,
    toll: Toll,
    note: &Note,
) -> Result<(), OutboxError> {
    let (attempts, setbacks) = match toll {
        Toll::Attempt => (claim.history.attempts + 1, 0),
        Toll::Setback => (claim.history.attempts, claim.history.setbacks + 1),
        Toll::Nothing => (claim.history.attempts, claim.history.setbacks),
    };
    transaction
        .prepare_cached(
            "UPDATE deliveries SET state = 'queued', next_at = ?2, attempts = ?3, setbacks = ?4,
                    error_kind = ?5, error_message = ?6
             WHERE id = ?1 AND state = 'sending'",
        )?
        .execute(params![
            claim.delivery.0,
            milliseconds(at),
            attempts,
            setbacks,
            note.kind,
            note.said
        ])?;
    // A cancel that came while it was sending wins, unless the post may be public.
    transaction
        .prepare_cached(
            "UPDATE deliveries SET state = 'cancelled', error_kind = NULL, error_message = NULL
             WHERE id = ?1 AND state = 'queued' AND cancel_requested = 1
               AND NOT EXISTS (SELECT 1 FROM sendings
                               WHERE delivery = ?1 AND visible = 1 AND mark <> 'void')",
        )?
        .execute([claim.delivery.0])?;
    Ok(())
}

fn mark_parked(
    transaction: &Transaction<'_>,
    claim: &Claim,
    reason: ParkReason,
    note: &Note,
) -> Result<(), OutboxError> {
    // An attempt that only looked, or that ended before it sent anything, is none of the schedule's.
    let is_counted = note.step.is_some() && reason != ParkReason::LoginNeeded;
    let used = u32::from(is_counted);
    transaction
        .prepare_cached(
            "UPDATE deliveries SET state = 'parked', reason = ?2, attempts = attempts + ?3,
                    error_kind = ?4, error_message = ?5, cancel_requested = 0
             WHERE id = ?1 AND state = 'sending'",
        )?
        .execute(params![
            claim.delivery.0,
            reason.name(),
            used,
            note.kind,
            note.said
        ])?;
    Ok(())
}

fn mark_cancelled(transaction: &Transaction<'_>, claim: &Claim) -> Result<(), OutboxError> {
    transaction
        .prepare_cached(
            "UPDATE deliveries SET state = 'cancelled', error_kind = NULL, error_message = NULL
             WHERE id = ?1 AND state = 'sending'",
        )?
        .execute([claim.delivery.0])?;
    Ok(())
}

fn park_due_of_account(
    transaction: &Transaction<'_>,
    claim: &Claim,
    note: &Note,
    now: Timestamp,
) -> Result<(), OutboxError> {
    transaction.execute(
        "UPDATE deliveries SET state = 'parked', reason = 'login_needed', error_kind = ?3,
                error_message = ?4
         WHERE state = 'queued' AND account = ?1 AND next_at <= ?2
           AND NOT EXISTS (SELECT 1 FROM sendings
                           WHERE delivery = deliveries.id AND visible = 1 AND mark <> 'void')",
        params![
            claim.account.as_str(),
            milliseconds(now),
            note.kind,
            note.said
        ],
    )?;
    Ok(())
}
