//! What the one sender takes: claims of due deliveries, and what an interrupted sender has left.

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use rusqlite::Row;
use rusqlite::Transaction;
use rusqlite::params;
use uuid::Uuid;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::checkpoints;
use crate::outbox::content;
use crate::outbox::content::Columns;
use crate::outbox::content::Sealed;
use crate::outbox::instant;
use crate::outbox::milliseconds;
use crate::outbox::reading;
use crate::outbox::schema;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::set_back::note_now;
use crate::post::account_name::AccountName;
use crate::post::post::Post;
use crate::publish::step::Sending;

/// The identity that the holder of the sender lock has written into the outbox. Every claim, every
/// *begun* mark and every outcome is written on condition of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SenderId(pub(crate) String);

/// The row of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DeliveryId(pub(crate) i64);

/// The row of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttemptId(pub(crate) i64);

/// Which posts a sender serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Everything,
    /// Only the deliveries of the post with this number.
    Post(i64),
    /// Only this delivery.
    Delivery(DeliveryId),
}

/// What past attempts at a delivery have come to, as the retry policy needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct History {
    /// Attempts whose request left and was neither a rate limit nor a log-in.
    pub(crate) attempts: u32,
    /// How often the process died under it.
    pub(crate) crashes: u32,
    /// How often in a row its host could not be reached, or a look could not be read.
    pub(crate) setbacks: u32,
    /// The beginning of the first attempt.
    pub(crate) tried_at: Timestamp,
}

/// Whether the user has cancelled a delivery that may be public already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Send,
    /// To look, and never to send again.
    Cancel,
}

/// A delivery that the sender has claimed: its row says `sending`.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) delivery: DeliveryId,
    pub(crate) attempt: AttemptId,
    pub(crate) number: i64,
    pub(crate) identity: String,
    pub(crate) account: AccountName,
    /// The name of the platform that the post was checked for.
    pub(crate) platform: String,
    /// Whose posts its sendings make: the place of the sender, unless it may be public elsewhere.
    pub(crate) place: String,
    pub(crate) due_at: Timestamp,
    pub(crate) wish: Wish,
    /// Whether this is the first attempt of all.
    pub(crate) is_first: bool,
    pub(crate) history: History,
    /// The post, or in words how its row is damaged.
    pub(crate) post: Result<Post, String>,
    pub(crate) sendings: Vec<Sending>,
}

macro_rules! claim {
    ($which:literal) => {
        concat!(
            "UPDATE deliveries SET state = 'sending', tried_at = coalesce(tried_at, ?2)
             WHERE id = (SELECT id FROM deliveries WHERE ",
            $which,
            " ORDER BY next_at, id LIMIT 1)
               -- The row itself counts: an index of a damaged database may say otherwise.
               AND state = 'queued' AND account = ?1 AND next_at <= ?2
             RETURNING id, identity, post, due_at, cancel_requested, attempts, crashes,
                       setbacks, tried_at, platform, coalesce(place, '')"
        )
    };
}

/// Claims the earliest due delivery of an account.
pub(crate) const CLAIM_DUE: &str = claim!("state = 'queued' AND account = ?1 AND next_at <= ?2");

/// Claims one post or one delivery: the signs keep SQLite from going through all that is due.
pub(crate) const CLAIM_ONE: &str =
    claim!("(post = ?3 OR id = ?4) AND +state = 'queued' AND +account = ?1 AND +next_at <= ?2");

/// Asks when the next delivery of an account is due.
pub(crate) const NEXT_DUE: &str = "SELECT next_at FROM deliveries
     WHERE state = 'queued' AND account = ?1 ORDER BY next_at, id LIMIT 1";

/// Asks the same of one post or one delivery.
pub(crate) const NEXT_OF_ONE: &str = "SELECT next_at FROM deliveries
     WHERE (post = ?2 OR id = ?3) AND +state = 'queued' AND +account = ?1
     ORDER BY next_at, id LIMIT 1";

impl Outbox {
    /// Makes the holder of `lock` the sender: whoever was it before can write nothing any more.
    pub(crate) fn become_sender(&mut self, _lock: &SenderLock) -> Result<SenderId, OutboxError> {
        let sender = Uuid::now_v7().to_string();
        let transaction = self.write()?;
        transaction.execute(
            "INSERT INTO meta (name, value) VALUES ('sender', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [&sender],
        )?;
        transaction.commit()?;
        Ok(SenderId(sender))
    }

    /// Puts back what a sender that died has left `sending`, and counts one crash for each.
    ///
    /// While somebody holds the lock nobody else can have such rows: they are interrupted.
    pub(crate) fn recover_interrupted(
        &mut self,
        sender: &SenderId,
        scope: Scope,
        now: Timestamp,
    ) -> Result<usize, OutboxError> {
        let transaction = self.write()?;
        prove_sender(&transaction, sender)?;
        let (post, delivery) = scope_columns(scope);
        let settled = transaction.execute(
            // Nobody knows when the answer was lost; the server may be at work still.
            "UPDATE sendings SET settles_from = ?1
             WHERE mark = 'begun' AND visible = 1 AND settles_from IS NULL
               AND delivery IN (SELECT id FROM deliveries
                                WHERE state = 'sending' AND (?2 IS NULL OR post = ?2)
                                  AND (?3 IS NULL OR id = ?3))",
            params![milliseconds(now), post, delivery],
        )?;
        transaction.execute(
            "UPDATE attempts SET ended_at = ?1, ending = 'interrupted'
             WHERE ended_at IS NULL
               AND delivery IN (SELECT id FROM deliveries
                                WHERE state = 'sending' AND (?2 IS NULL OR post = ?2)
                                  AND (?3 IS NULL OR id = ?3))",
            params![milliseconds(now), post, delivery],
        )?;
        // Only these: to look through all that is queued would cost the more the more there is.
        transaction.execute(
            "UPDATE deliveries SET state = 'cancelled', error_kind = NULL, error_message = NULL
             WHERE state = 'sending' AND cancel_requested = 1
               AND (?1 IS NULL OR post = ?1) AND (?2 IS NULL OR id = ?2)
               AND NOT EXISTS (SELECT 1 FROM sendings
                               WHERE delivery = deliveries.id AND visible = 1 AND mark <> 'void')",
            params![post, delivery],
        )?;
        let recovered = transaction.execute(
            "UPDATE deliveries SET state = 'queued', crashes = crashes + 1, next_at = ?1
             WHERE state = 'sending' AND (?2 IS NULL OR post = ?2) AND (?3 IS NULL OR id = ?3)",
            params![milliseconds(now), post, delivery],
        )?;
        transaction.commit()?;
        tracing::debug!(recovered, settled, "interrupted deliveries put back");
        Ok(recovered)
    }

    /// Claims the delivery for `account` that has been due longest, for a sender that publishes at
    /// `place`. What its steps have left at another place is dropped, unless it may be public there.
    ///
    /// The state is read in the same transaction: a cancelled row is never claimed.
    pub(crate) fn claim_due(
        &mut self,
        sender: &SenderId,
        account: &AccountName,
        place: &str,
        scope: Scope,
        now: Timestamp,
    ) -> Result<Option<Claim>, OutboxError> {
        // Nothing is sent before something durable is written: a claim that a power cut takes is no loss.
        let transaction = self.write_ordered()?;
        prove_sender(&transaction, sender)?;
        let (post, delivery) = scope_columns(scope);
        let values = params![account.as_str(), milliseconds(now), post, delivery];
        let (statement, values) = match scope {
            Scope::Everything => (CLAIM_DUE, &values[..2]),
            Scope::Post(_) | Scope::Delivery(_) => (CLAIM_ONE, values),
        };
        let row = transaction
            .prepare_cached(statement)?
            .query_row(values, |row| claimed(row, account))
            .optional()?;
        let Some((mut claim, are_texts)) = row else {
            refuse_broken_index(&transaction, account, scope, now)?;
            return Ok(None);
        };
        note_now(&transaction, now)?;
        move_to(&transaction, &mut claim, place)?;
        claim.is_first = !has_attempts(&transaction, claim.delivery)?;
        let add = "INSERT INTO attempts (delivery, started_at) VALUES (?1, ?2) RETURNING id";
        let values = (claim.delivery.0, milliseconds(now));
        claim.attempt = transaction
            .prepare_cached(add)?
            .query_row(values, |row| row.get(0).map(AttemptId))?;
        claim.post = if are_texts {
            read_post(&transaction, claim.number)?
        } else {
            Err("its delivery is not what was stored".to_owned())
        };
        claim.sendings = checkpoints::read(&transaction, claim.delivery)?;
        transaction.commit()?;
        Ok(Some(claim))
    }

    /// Returns when the next delivery for `account` is due.
    pub(crate) fn next_due(
        &self,
        account: &AccountName,
        scope: Scope,
    ) -> Result<Option<Timestamp>, OutboxError> {
        let (post, delivery) = scope_columns(scope);
        let values = params![account.as_str(), post, delivery];
        let (question, values) = match scope {
            Scope::Everything => (NEXT_DUE, &values[..1]),
            Scope::Post(_) | Scope::Delivery(_) => (NEXT_OF_ONE, values),
        };
        let next = self
            .connection
            .prepare_cached(question)?
            .query_row(values, |row| row.get(0))
            .optional()?;
        Ok(next.map(instant))
    }

    /// Whether a newer hayon has upgraded the outbox under a sender that runs.
    pub(crate) fn is_newer(&self) -> Result<bool, OutboxError> {
        schema::is_newer(&self.connection)
    }
}

/// Refuses an outbox whose index says that something is due where no row does: whoever waited for
/// it would not stop asking.
fn refuse_broken_index(
    transaction: &Transaction<'_>,
    account: &AccountName,
    scope: Scope,
    now: Timestamp,
) -> Result<(), OutboxError> {
    let (post, delivery) = scope_columns(scope);
    let is_due: bool = transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM deliveries
                            WHERE state = 'queued' AND account = ?1 AND next_at <= ?2
                              AND (?3 IS NULL OR post = ?3) AND (?4 IS NULL OR id = ?4))",
        )?
        .query_row(
            params![account.as_str(), milliseconds(now), post, delivery],
            |row| row.get(0),
        )?;
    if !is_due {
        return Ok(());
    }
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    let words = "an index of the database is not that of its rows".to_owned();
    Err(rusqlite::Error::SqliteFailure(corrupt, Some(words)).into())
}

/// Refuses to write for a sender that another has replaced.
pub(crate) fn prove_sender(
    transaction: &Transaction<'_>,
    sender: &SenderId,
) -> Result<(), OutboxError> {
    let present: Option<String> = transaction
        .prepare_cached("SELECT value FROM meta WHERE name = 'sender'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    if present.as_deref() == Some(&sender.0) {
        Ok(())
    } else {
        Err(OutboxError::NotSender)
    }
}

/// Reads the post `number`; in words if its row is damaged.
pub(crate) fn read_post(
    transaction: &Transaction<'_>,
    number: i64,
) -> Result<Result<Post, String>, OutboxError> {
    let (are_texts, sealed, columns) = transaction
        .prepare_cached("SELECT id, key, created_at, content, digest FROM posts WHERE number = ?1")?
        .query_row([number], |row| {
            let columns = Columns {
                id: reading::text(row, 0)?,
                key: reading::optional_text(row, 1)?,
                created_at: instant(row.get(2)?),
            };
            Ok((
                reading::is_text(row, 0)? && reading::is_text(row, 1)?,
                Sealed {
                    content: reading::text(row, 3)?,
                    digest: reading::text(row, 4)?,
                },
                columns,
            ))
        })?;
    if !are_texts {
        return Ok(Err("its id or key is not what was stored".to_owned()));
    }
    Ok(content::unseal(&sealed, columns))
}

/// Lets the sendings of `claim` be made at `place` from now on, unless it may be public elsewhere.
fn move_to(
    transaction: &Transaction<'_>,
    claim: &mut Claim,
    place: &str,
) -> Result<(), OutboxError> {
    if claim.place == place {
        return Ok(());
    }
    let moved = transaction
        .prepare_cached(
            "UPDATE deliveries SET place = ?2
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM sendings
                                           WHERE delivery = ?1 AND visible = 1 AND mark <> 'void')",
        )?
        .execute(params![claim.delivery.0, place])?;
    if moved == 1 {
        transaction
            .prepare_cached("UPDATE sendings SET mark = 'void' WHERE delivery = ?1")?
            .execute([claim.delivery.0])?;
        place.clone_into(&mut claim.place);
    }
    Ok(())
}

fn has_attempts(transaction: &Transaction<'_>, delivery: DeliveryId) -> Result<bool, OutboxError> {
    Ok(transaction
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM attempts WHERE delivery = ?1)")?
        .query_row([delivery.0], |row| row.get(0))?)
}

/// Returns the number of the post and that of the delivery that `scope` is about.
pub(crate) fn scope_columns(scope: Scope) -> (Option<i64>, Option<i64>) {
    match scope {
        Scope::Everything => (None, None),
        Scope::Post(number) => (Some(number), None),
        Scope::Delivery(delivery) => (None, Some(delivery.0)),
    }
}

/// Returns the claim without its post, and whether the texts of its row are such.
fn claimed(row: &Row<'_>, account: &AccountName) -> rusqlite::Result<(Claim, bool)> {
    let are_texts =
        reading::is_text(row, 1)? && reading::is_text(row, 9)? && reading::is_text(row, 10)?;
    let history = History {
        attempts: reading::count(row, 5)?,
        crashes: reading::count(row, 6)?,
        setbacks: reading::count(row, 7)?,
        tried_at: instant(row.get(8)?),
    };
    let claim = Claim {
        delivery: DeliveryId(row.get(0)?),
        attempt: AttemptId(0),
        identity: reading::text(row, 1)?,
        number: row.get(2)?,
        account: account.clone(),
        platform: reading::text(row, 9)?,
        place: reading::text(row, 10)?,
        due_at: instant(row.get(3)?),
        wish: if row.get(4)? {
            Wish::Cancel
        } else {
            Wish::Send
        },
        is_first: false,
        history,
        post: Err(String::new()),
        sendings: Vec::new(),
    };
    Ok((claim, are_texts))
}
