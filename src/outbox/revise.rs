//! What a person changes about a post that is stored: its time, or what it says and to whom.
//!
//! Only while nothing of it may be public: what a sender has claimed, what is delivered or in doubt
//! stays as it was sent. The state is read in the transaction that changes it, so a sender either
//! sees the whole change or comes first.

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension as _;
use rusqlite::Transaction;
use rusqlite::params;
use uuid::Uuid;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::content;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::find_forgotten_key;
use crate::outbox::milliseconds;
use crate::outbox::set_back::note_now;
use crate::outbox::state::DeliveryState;
use crate::outbox::twin::Twin;
use crate::outbox::view;
use crate::outbox::view::PostView;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;
use crate::post::post::Post;

/// That nothing of a delivery may be public: a condition of SQL on a row of `deliveries`.
pub(super) const IS_UNSENT: &str =
    "(state IN ('queued', 'cancelled') OR (state = 'parked' AND reason <> 'in_doubt'))
     AND NOT EXISTS (SELECT 1 FROM sendings
                     WHERE delivery = deliveries.id AND visible = 1 AND mark <> 'void')";

/// Why a stored post was not changed. Nothing of it was, then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReviseError {
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("post {post} is no draft")]
    NotADraft { post: i64 },
    /// It may be public at `account`, or is about to be.
    #[error("the delivery of post {post} to `{account}` is {state}")]
    TooLate {
        post: i64,
        account: String,
        state: &'static str,
    },
    #[error("post {post} is cancelled: nothing of it will be sent")]
    Cancelled { post: i64 },
    #[error("post {post} has nothing left that could go out at another time")]
    NothingToMove { post: i64 },
    #[error("post {post} has changed meanwhile")]
    Changed { post: i64 },
    #[error("post {other} has the key `{key}` already")]
    KeyTaken { key: String, other: i64 },
    #[error("post {} says the same to `{}`", .0.post, .0.account)]
    Twin(Twin),
}

impl From<rusqlite::Error> for ReviseError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Outbox(OutboxError::Sqlite(error))
    }
}

impl Outbox {
    /// Moves the post to another time: every delivery that is queued or parked and cannot be public
    /// is queued for then, with a fresh schedule. The others stay as they are. Returns how many moved;
    /// of a draft none, which only remembers the time.
    pub(crate) fn reschedule(
        &mut self,
        post: i64,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<usize, ReviseError> {
        let transaction = self.write()?;
        let present = view::read_post(&transaction, post)?;
        let due = asked.due(now);
        let moved = if present.is_draft() {
            0
        } else {
            let moved = transaction.execute(
                &format!(
                    "UPDATE deliveries
                     SET state = 'queued', reason = NULL, due_at = ?2, next_at = ?2,
                         tried_at = NULL, attempts = 0, crashes = 0, setbacks = 0,
                         error_kind = NULL, error_message = NULL
                     WHERE post = ?1 AND state <> 'cancelled' AND {IS_UNSENT}"
                ),
                params![post, milliseconds(due)],
            )?;
            if moved == 0 {
                return Err(why_nothing_moves(&present));
            }
            moved
        };
        forget_preparations(&transaction, post)?;
        write_time(&transaction, post, asked, due)?;
        note_now(&transaction, now)?;
        transaction.commit()?;
        Ok(moved)
    }

    /// Lets the post that was `seen` say what `post` says, to its accounts and at `asked`.
    ///
    /// A delivery that is kept stays queued or parked, but nothing that was prepared for it is used
    /// again; a new account gets a delivery of its own, one that is left out loses its.
    pub(crate) fn edit(
        &mut self,
        seen: &PostView,
        post: &Post,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<(), ReviseError> {
        let transaction = self.write()?;
        let number = seen.number;
        let present = expect_unchanged(&transaction, seen)?;
        let due = if present.asked.as_ref() == asked.when() {
            present.due_at
        } else {
            asked.due(now)
        };
        if !present.is_draft() {
            expect_unsent(&transaction, &present)?;
            readdress(&transaction, &present, post, due)?;
        }
        write_content(&transaction, number, post, asked, due)?;
        note_now(&transaction, now)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Reads the post that was `seen` as it is now.
///
/// # Errors
/// [`ReviseError::Changed`] if what it says, or when, is not what was seen.
pub(super) fn expect_unchanged(
    connection: &Connection,
    seen: &PostView,
) -> Result<PostView, ReviseError> {
    let post = seen.number;
    let present = view::read_post(connection, post)?;
    let is_as_seen =
        present.post == seen.post && present.key == seen.key && present.asked == seen.asked;
    if is_as_seen {
        Ok(present)
    } else {
        Err(ReviseError::Changed { post })
    }
}

/// Lets post `number` say what `post` says.
pub(super) fn write_content(
    transaction: &Transaction<'_>,
    number: i64,
    post: &Post,
    asked: &Asked,
    due: Timestamp,
) -> Result<(), ReviseError> {
    if let Some(key) = &post.key {
        expect_free_key(transaction, number, key)?;
    }
    let sealed = content::seal(post)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    transaction.execute(
        "UPDATE posts SET key = ?2, content = ?3, digest = ?4 WHERE number = ?1",
        params![number, post.key, sealed.content, sealed.digest],
    )?;
    write_time(transaction, number, asked, due)?;
    Ok(())
}

fn write_time(
    transaction: &Transaction<'_>,
    number: i64,
    asked: &Asked,
    due: Timestamp,
) -> Result<(), OutboxError> {
    transaction.execute(
        "UPDATE posts SET asked_at = ?2, asked_zone = ?3, asked_words = ?4, due_at = ?5
         WHERE number = ?1",
        params![
            number,
            asked.column(),
            asked.when().map(|when| &when.zone),
            asked.when().map(|when| &when.words),
            milliseconds(due)
        ],
    )?;
    Ok(())
}

fn expect_free_key(
    transaction: &Transaction<'_>,
    number: i64,
    key: &str,
) -> Result<(), ReviseError> {
    let other: Option<i64> = transaction
        .query_row(
            "SELECT number FROM posts WHERE key = ?1 AND number <> ?2",
            params![key, number],
            |row| row.get(0),
        )
        .optional()?;
    match other.or(find_forgotten_key(transaction, key)?) {
        Some(other) => Err(ReviseError::KeyTaken {
            key: key.to_owned(),
            other,
        }),
        None => Ok(()),
    }
}

/// Refuses to change a post of which something may be public.
fn expect_unsent(transaction: &Transaction<'_>, present: &PostView) -> Result<(), ReviseError> {
    let post = present.number;
    if present
        .deliveries
        .iter()
        .all(|d| d.state == DeliveryState::Cancelled)
    {
        return Err(ReviseError::Cancelled { post });
    }
    let unsent = unsent_rows(transaction, post)?;
    match present.deliveries.iter().find(|d| !unsent.contains(&d.row)) {
        Some(sent) => Err(too_late(post, sent)),
        None => Ok(()),
    }
}

/// Returns the deliveries of `post` that cannot be public.
fn unsent_rows(transaction: &Transaction<'_>, post: i64) -> Result<Vec<i64>, OutboxError> {
    let mut select = transaction.prepare(&format!(
        "SELECT id FROM deliveries WHERE post = ?1 AND {IS_UNSENT}"
    ))?;
    let rows = select.query_map([post], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn too_late(post: i64, delivery: &view::DeliveryView) -> ReviseError {
    ReviseError::TooLate {
        post,
        account: delivery.account.clone(),
        state: match delivery.state {
            DeliveryState::Delivered => "delivered",
            DeliveryState::Sending => "under way",
            _ => "in doubt",
        },
    }
}

fn why_nothing_moves(present: &PostView) -> ReviseError {
    let post = present.number;
    let is_all_cancelled = present
        .deliveries
        .iter()
        .all(|d| d.state == DeliveryState::Cancelled);
    if is_all_cancelled {
        return ReviseError::Cancelled { post };
    }
    match present.deliveries.iter().as_slice() {
        [only] => too_late(post, only),
        _ => ReviseError::NothingToMove { post },
    }
}

/// Gives each account of `post` its delivery. What a delivery has prepared belongs to the old words:
/// a new identity makes sure that no server takes the one for the other.
fn readdress(
    transaction: &Transaction<'_>,
    present: &PostView,
    post: &Post,
    due: Timestamp,
) -> Result<(), OutboxError> {
    forget_preparations(transaction, present.number)?;
    for delivery in &present.deliveries {
        let kept = post
            .addressees
            .iter()
            .find(|(account, _)| account.as_str() == delivery.account);
        match kept {
            Some((_, platform)) => renew(transaction, delivery, *platform, present, due)?,
            None => {
                transaction.execute("DELETE FROM deliveries WHERE id = ?1", [delivery.row])?;
            }
        }
    }
    let had = |account: &AccountName| {
        let mut deliveries = present.deliveries.iter();
        deliveries.any(|d| d.account == account.as_str())
    };
    for (account, platform) in post.addressees.iter().filter(|(account, _)| !had(account)) {
        transaction.execute(
            "INSERT INTO deliveries (identity, post, account, platform, state, due_at, next_at)
             VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?5)",
            params![
                Uuid::now_v7().to_string(),
                present.number,
                account.as_str(),
                platform.name(),
                milliseconds(due)
            ],
        )?;
    }
    Ok(())
}

fn renew(
    transaction: &Transaction<'_>,
    delivery: &view::DeliveryView,
    platform: Platform,
    present: &PostView,
    due: Timestamp,
) -> Result<(), OutboxError> {
    let is_moved = due != present.due_at;
    transaction.execute(
        "UPDATE deliveries
         SET identity = ?2, platform = ?3, due_at = iif(?4, ?5, due_at),
             next_at = iif(?4, ?5, next_at)
         WHERE id = ?1",
        params![
            delivery.row,
            Uuid::now_v7().to_string(),
            platform.name(),
            is_moved,
            milliseconds(due)
        ],
    )?;
    Ok(())
}

/// Drops what the unsent deliveries of `post` have uploaded and composed.
fn forget_preparations(transaction: &Transaction<'_>, post: i64) -> Result<(), OutboxError> {
    transaction.execute(
        &format!(
            "DELETE FROM sendings
             WHERE delivery IN (SELECT id FROM deliveries WHERE post = ?1 AND {IS_UNSENT})"
        ),
        [post],
    )?;
    Ok(())
}
