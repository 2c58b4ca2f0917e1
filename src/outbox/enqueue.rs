//! How a post comes in: one transaction, and from then on it is a promise.

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use rusqlite::Transaction;
use rusqlite::params;
use uuid::Uuid;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::content;
use crate::outbox::content::Columns;
use crate::outbox::content::Sealed;
use crate::outbox::instant;
use crate::outbox::milliseconds;
use crate::outbox::reading;
use crate::outbox::set_back::note_now;
use crate::outbox::twin::Twin;
use crate::outbox::twin::find_twin;
use crate::post::post::Post;
use crate::post::when::When;

/// When a post was asked to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Now,
    At(When),
}

impl Asked {
    /// Returns the time that was asked for; nothing if that is now.
    pub(crate) fn when(&self) -> Option<&When> {
        match self {
            Self::Now => None,
            Self::At(when) => Some(when),
        }
    }

    /// Returns when what is asked for at `now` is due.
    pub(crate) fn due(&self, now: Timestamp) -> Timestamp {
        self.when().map_or(now, |when| when.at)
    }

    /// The instant alone: the same time in other words is the same time.
    pub(super) fn column(&self) -> Option<i64> {
        self.when().map(|when| milliseconds(when.at))
    }
}

/// What became of a post that was handed in. The numbers are those of the post that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Enqueued {
    /// It is stored, and survives a crash and a power cut.
    New(i64),
    /// Its key is known, and it says the same: nothing new was stored.
    SameKey(i64),
    /// Its key is known for another post: nothing was stored.
    OtherUnderKey(i64),
    /// Its key was that of a post that was published, and is deleted: nothing was stored.
    ForgottenKey(i64),
    /// Another post says the same to one of its accounts, at about the same time: nothing was stored.
    Twin(Twin),
}

/// Whether a post is stored though another says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twins {
    Refused,
    /// A person wants it once more.
    Allowed,
}

impl Outbox {
    /// Stores `post` with a delivery for each of its addressees.
    pub(crate) fn enqueue(
        &mut self,
        post: &Post,
        asked: &Asked,
        twins: Twins,
        now: Timestamp,
    ) -> Result<Enqueued, OutboxError> {
        let transaction = self.write()?;
        if let Some(known) = find_known(&transaction, post, asked, twins, now)? {
            return Ok(known);
        }
        let number = insert_post(&transaction, post, asked, now)?;
        insert_deliveries(&transaction, post, number, asked.due(now))?;
        note_now(&transaction, now)?;
        transaction.commit()?;
        Ok(Enqueued::New(number))
    }

    /// Returns what this post would meet if it were stored, without storing anything.
    pub(crate) fn foresee(
        &self,
        post: &Post,
        asked: &Asked,
        twins: Twins,
        now: Timestamp,
    ) -> Result<Option<Enqueued>, OutboxError> {
        let transaction = self.connection.unchecked_transaction()?;
        find_known(&transaction, post, asked, twins, now)
    }

    /// Returns the number of the post that has `key`, if one does.
    pub(crate) fn find_post_under_key(&self, key: &str) -> Result<Option<i64>, OutboxError> {
        let mut find = self
            .connection
            .prepare_cached("SELECT number FROM posts WHERE key = ?1")?;
        Ok(find.query_row([key], |row| row.get(0)).optional()?)
    }
}

/// Returns what stands in the way of storing `post` as a new one. With a key, the key alone says
/// whether it is the same.
fn find_known(
    transaction: &Transaction<'_>,
    post: &Post,
    asked: &Asked,
    twins: Twins,
    now: Timestamp,
) -> Result<Option<Enqueued>, OutboxError> {
    if post.key.is_some() {
        return find_same_key(transaction, post, asked);
    }
    if twins == Twins::Allowed {
        return Ok(None);
    }
    let twin = find_twin(transaction, post, None, asked.due(now), now)?;
    Ok(twin.map(Enqueued::Twin))
}

/// Returns what has the key of `post`.
pub(super) fn find_same_key(
    transaction: &Transaction<'_>,
    post: &Post,
    asked: &Asked,
) -> Result<Option<Enqueued>, OutboxError> {
    let Some(key) = &post.key else {
        return Ok(None);
    };
    let row = transaction
        .query_row(
            "SELECT number, id, created_at, content, digest, asked_at FROM posts WHERE key = ?1",
            [key],
            |row| {
                let columns = Columns {
                    id: row.get(1)?,
                    key: Some(key.clone()),
                    created_at: instant(row.get(2)?),
                };
                let sealed = Sealed {
                    content: reading::text(row, 3)?,
                    digest: reading::text(row, 4)?,
                };
                Ok((
                    row.get::<_, i64>(0)?,
                    columns,
                    sealed,
                    row.get::<_, Option<i64>>(5)?,
                ))
            },
        )
        .optional()?;
    let Some((number, columns, sealed, asked_at)) = row else {
        let forgotten = find_forgotten_key(transaction, key)?;
        return Ok(forgotten.map(Enqueued::ForgottenKey));
    };
    let stored = content::unseal(&sealed, columns)
        .map_err(|what| OutboxError::Damaged { post: number, what })?;
    let is_same = content::says_the_same(&stored, post) && asked_at == asked.column();
    let found = if is_same {
        Enqueued::SameKey(number)
    } else {
        Enqueued::OtherUnderKey(number)
    };
    Ok(Some(found))
}

/// Returns the number of the deleted post that was published under `key`.
pub(super) fn find_forgotten_key(
    transaction: &Transaction<'_>,
    key: &str,
) -> Result<Option<i64>, OutboxError> {
    Ok(transaction
        .query_row(
            "SELECT number FROM forgotten_keys WHERE key = ?1",
            [key],
            |row| row.get(0),
        )
        .optional()?)
}

/// Stores `post` alone, and returns its number.
pub(super) fn insert_post(
    transaction: &Transaction<'_>,
    post: &Post,
    asked: &Asked,
    now: Timestamp,
) -> Result<i64, OutboxError> {
    let sealed = content::seal(post)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let number = transaction.query_row(
        "INSERT INTO posts (id, key, content, digest, created_at, asked_at, asked_zone,
                            asked_words, due_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING number",
        params![
            post.id.to_string(),
            post.key,
            sealed.content,
            sealed.digest,
            milliseconds(post.created_at),
            asked.column(),
            asked.when().map(|when| &when.zone),
            asked.when().map(|when| &when.words),
            milliseconds(asked.due(now)),
        ],
        |row| row.get(0),
    )?;
    Ok(number)
}

/// Stores a delivery of post `number` for each of the addressees of `post`.
pub(super) fn insert_deliveries(
    transaction: &Transaction<'_>,
    post: &Post,
    number: i64,
    due: Timestamp,
) -> Result<(), OutboxError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO deliveries (identity, post, account, platform, state, due_at, next_at)
         VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?5)",
    )?;
    for (account, platform) in &post.addressees {
        let identity = Uuid::now_v7().to_string();
        insert.execute(params![
            identity,
            number,
            account.as_str(),
            platform.name(),
            milliseconds(due)
        ])?;
    }
    Ok(())
}
