//! What waits for a person and was not told yet: an event for each delivery that parked, one for an
//! account that needs a log-in, however many of its deliveries wait for it.
//!
//! An event is named by what happened and never by when it is looked at, so that it is told once. It
//! is marked before it is told: of two processes one tells it. Who dies in between leaves it to the
//! next.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use rusqlite::params;

use crate::clock::earlier;
use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::instant;
use crate::outbox::milliseconds;

/// The oldest event that is news: who sets notices up is not told of last year.
const NEWS_AGE_MAX: Duration = Duration::from_hours(24);

/// The most events that are told at once.
const EVENTS_MAX: i64 = 20;

/// How often an event is told that nobody takes.
const TRIES_MAX: u32 = 3;

/// When an event is tried again that was marked and not told.
const TRIED_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Something that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// The same for as long as it is the same event.
    pub(crate) id: String,
    /// Why it is parked, as in the outbox.
    pub(crate) reason: String,
    pub(crate) account: String,
    pub(crate) platform: String,
    /// The number of the post; of several that wait for one log-in, the first.
    pub(crate) post: i64,
    /// How many deliveries it is about.
    pub(crate) deliveries: u32,
    /// What was said, cleaned and bounded.
    pub(crate) said: Option<String>,
}

/// The rows: each parked delivery with the last of its attempts. Deliveries that wait for the log-in
/// of one account are one event, named by the first of them.
const UNTOLD: &str = "
    WITH parked AS (
        SELECT d.id, d.post, d.account, d.platform, d.reason, d.error_message,
               (SELECT max(a.id) FROM attempts AS a WHERE a.delivery = d.id) AS attempt,
               (SELECT max(a.ended_at) FROM attempts AS a WHERE a.delivery = d.id) AS ended_at
        FROM deliveries AS d WHERE d.state = 'parked'
    ), events AS (
        SELECT 'parked:' || id || ':' || ifnull(attempt, 0) AS event, reason, account, platform,
               post, 1 AS deliveries, error_message, ended_at
        FROM parked WHERE reason <> 'login_needed'
        UNION ALL
        SELECT 'login_needed:' || account || ':' || min(ifnull(attempt, 0)), reason, account,
               platform, min(post), count(*), error_message, max(ended_at)
        FROM parked WHERE reason = 'login_needed' GROUP BY account
    )
    SELECT event, reason, account, platform, post, deliveries, error_message
    FROM events LEFT JOIN notices USING (event)
    WHERE ifnull(ended_at, ?1) >= ?2
      AND told_at IS NULL AND ifnull(tries, 0) < ?3 AND ifnull(tried_at, 0) <= ?4
    ORDER BY post, account LIMIT ?5";

impl Outbox {
    /// Returns what happened lately and was not told yet.
    pub(crate) fn untold(&self, now: Timestamp) -> Result<Vec<Event>, OutboxError> {
        let mut select = self.connection.prepare_cached(UNTOLD)?;
        let arguments = params![
            milliseconds(now),
            milliseconds(earlier(now, NEWS_AGE_MAX)),
            TRIES_MAX,
            milliseconds(earlier(now, TRIED_AGAIN_AFTER)),
            EVENTS_MAX
        ];
        let rows = select.query_map(arguments, |row| {
            Ok(Event {
                id: row.get(0)?,
                reason: row.get(1)?,
                account: row.get(2)?,
                platform: row.get(3)?,
                post: row.get(4)?,
                deliveries: row.get(5)?,
                said: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Marks that `event` is about to be told; false if it was told already, too often, or is being
    /// told by somebody else.
    pub(crate) fn begin_notice(
        &mut self,
        event: &str,
        now: Timestamp,
    ) -> Result<bool, OutboxError> {
        let transaction = self.write()?;
        let known = transaction
            .query_row(
                "SELECT told_at IS NOT NULL, tries, tried_at FROM notices WHERE event = ?1",
                [event],
                |row| Ok((row.get::<_, bool>(0)?, row.get::<_, u32>(1)?, row.get(2)?)),
            )
            .optional()?;
        if let Some((is_told, tries, tried_at)) = known {
            let is_fresh = instant(tried_at) > earlier(now, TRIED_AGAIN_AFTER);
            if is_told || is_fresh || tries >= TRIES_MAX {
                return Ok(false);
            }
        }
        transaction.execute(
            "INSERT INTO notices (event, tried_at, tries) VALUES (?1, ?2, 1)
             ON CONFLICT (event) DO UPDATE SET tried_at = ?2, tries = tries + 1",
            params![event, milliseconds(now)],
        )?;
        transaction.commit()?;
        Ok(true)
    }

    /// Marks that `event` was told.
    pub(crate) fn end_notice(&mut self, event: &str, now: Timestamp) -> Result<(), OutboxError> {
        let transaction = self.write()?;
        transaction.execute(
            "UPDATE notices SET told_at = ?2 WHERE event = ?1",
            params![event, milliseconds(now)],
        )?;
        transaction.commit()?;
        Ok(())
    }
}
