//! A clock that was set back: what was timed by the faster clock is moved, so that nothing waits for
//! hours that will not be, and nothing public is overlooked because it seems to be too old.
//!
//! The outbox remembers the latest instant that it was told. While it is not overtaken nobody can
//! know how long ago anything happened; but never less long than it seems by the difference.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use rusqlite::Transaction;
use rusqlite::params;

use crate::clock::elapsed;
use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::claim::SenderId;
use crate::outbox::claim::prove_sender;
use crate::outbox::instant;
use crate::outbox::milliseconds;

/// How far a clock may be corrected without a word: the steps of a time service are smaller.
const CORRECTION_MAX: Duration = Duration::from_mins(1);

/// How long before it seems a sending may have begun whose time is not to be trusted.
const SENDING_AGE_UNSURE: Duration = Duration::from_hours(24);

impl Outbox {
    /// Notices that the clock was set back since the outbox was last written, and moves what was
    /// timed by the other clock. Returns whether it was.
    pub(crate) fn heed_clock(
        &mut self,
        sender: &SenderId,
        now: Timestamp,
    ) -> Result<bool, OutboxError> {
        let latest: Option<i64> = self
            .connection
            .prepare_cached("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'latest'")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let ahead = latest.map_or(Duration::ZERO, |latest| elapsed(now, instant(latest)));
        if ahead <= CORRECTION_MAX {
            return Ok(false);
        }
        let transaction = self.write()?;
        prove_sender(&transaction, sender)?;
        move_rows(&transaction, ahead, now)?;
        transaction.execute(
            "UPDATE meta SET value = ?1 WHERE name = 'latest'",
            [milliseconds(now).to_string()],
        )?;
        transaction.commit()?;
        tracing::warn!(?ahead, "the clock was set back");
        Ok(true)
    }
}

/// Remembers that it is `now`.
pub(crate) fn note_now(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), OutboxError> {
    transaction
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES ('latest', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value
             WHERE CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)",
        )?
        .execute([milliseconds(now).to_string()])?;
    Ok(())
}

fn move_rows(
    transaction: &Transaction<'_>,
    ahead: Duration,
    now: Timestamp,
) -> Result<(), OutboxError> {
    let ahead = i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX);
    let unsure = i64::try_from(SENDING_AGE_UNSURE.as_millis()).unwrap_or(i64::MAX);
    let now = milliseconds(now);
    // Pauses: not longer than they were meant to be, and no post before the time that was asked for.
    transaction.execute(
        "UPDATE deliveries
         SET next_at = max(next_at - ?1, coalesce((SELECT asked_at FROM posts
                                                   WHERE number = deliveries.post), 0)),
             tried_at = min(tried_at, ?2)
         WHERE state = 'queued' AND tried_at IS NOT NULL",
        params![ahead, now],
    )?;
    // What was asked for at once is not for later.
    transaction.execute(
        "UPDATE deliveries SET next_at = ?1
         WHERE state = 'queued' AND tried_at IS NULL AND next_at > ?1
           AND (SELECT asked_at FROM posts WHERE number = deliveries.post) IS NULL",
        [now],
    )?;
    transaction.execute(
        "UPDATE sendings SET begun_at = min(begun_at, ?2) - ?1, settles_from = min(settles_from, ?2)
         WHERE visible = 1 AND mark = 'begun'",
        params![unsure, now],
    )?;
    Ok(())
}
