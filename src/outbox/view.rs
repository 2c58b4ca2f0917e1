//! What the outbox shows: posts with their deliveries, and a delivery with its attempts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension as _;
use rusqlite::Row as SqlRow;
use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::content;
use crate::outbox::content::Columns;
use crate::outbox::content::Sealed;
use crate::outbox::instant;
use crate::outbox::reading;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Standing;
use crate::outbox::state::Status;
use crate::outbox::state::Tried;
use crate::outbox::state::status;
use crate::post::account_name::AccountName;
use crate::post::post::Post;
use crate::post::when::When;

/// A post as it stands.
#[derive(Clone, Debug)]
pub(crate) struct PostView {
    /// The number by which a person names it.
    pub(crate) number: i64,
    pub(crate) id: String,
    pub(crate) key: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) due_at: Timestamp,
    /// The time that was asked for; nothing if that was now.
    pub(crate) asked: Option<When>,
    /// The post, or in words how its row is damaged.
    pub(crate) post: Result<Post, String>,
    pub(crate) deliveries: Vec<DeliveryView>,
}

/// A delivery as it stands.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryView {
    pub(crate) row: i64,
    pub(crate) account: String,
    pub(crate) platform: String,
    /// Whose post it is there, once it was tried.
    pub(crate) place: Option<String>,
    pub(crate) state: DeliveryState,
    pub(crate) reason: Option<ParkReason>,
    pub(crate) attempts: u32,
    pub(crate) due_at: Timestamp,
    /// When it is tried next, while it is queued.
    pub(crate) next_at: Timestamp,
    pub(crate) tried: Tried,
    pub(crate) published_at: Option<Timestamp>,
    /// When it was taken down again.
    pub(crate) taken_down_at: Option<Timestamp>,
    pub(crate) remote_id: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) error_kind: Option<String>,
    pub(crate) error_message: Option<String>,
}

/// One attempt at a delivery.
#[derive(Clone, Debug)]
pub(crate) struct AttemptView {
    pub(crate) started_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    /// `delivered`, `again`, `cancelled`, `interrupted`, or the reason why it was parked; `None`
    /// while it is under way.
    pub(crate) ending: Option<String>,
    pub(crate) step: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) said: Option<String>,
}

/// A delivery by its row, its post and its account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) post: i64,
    pub(crate) account: String,
}

impl PostView {
    /// Derives the status of the post at `now`.
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        let standings: Vec<Standing> = self
            .deliveries
            .iter()
            .map(|d| Standing {
                state: d.state,
                due_at: d.due_at,
                tried: d.tried,
            })
            .collect();
        status(&standings, now)
    }

    /// Whether it was saved, and not submitted.
    pub(crate) fn is_draft(&self) -> bool {
        self.deliveries.is_empty()
    }

    /// Whether something of it may or may not be public, and a person must look.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.deliveries
            .iter()
            .any(|d| d.reason == Some(ParkReason::InDoubt))
    }
}

/// What is parked of an account.
pub(crate) const PARKED: &str =
    "SELECT id, post, account FROM deliveries WHERE state = 'parked' AND account = ?1";

impl Outbox {
    /// Returns the number of the post that a person calls `name`: a number or an id.
    pub(crate) fn find_post(&self, name: &str) -> Result<i64, OutboxError> {
        let number = name.trim_start_matches('#').parse::<i64>().ok();
        self.connection
            .query_row(
                "SELECT number FROM posts WHERE number = ?1 OR id = ?2",
                params![number, name.to_ascii_lowercase()],
                |row| row.get(0),
            )
            .optional()?
            .ok_or_else(|| OutboxError::NoSuchPost(name.to_owned()))
    }

    /// Returns the post with this number.
    pub(crate) fn post(&self, number: i64) -> Result<PostView, OutboxError> {
        // One read transaction: the post and its deliveries are of the same instant.
        let transaction = self.connection.unchecked_transaction()?;
        read_post(&transaction, number)
    }

    /// Returns what is parked of `account`: a daemon asks for it at every turn, so that it must cost
    /// nothing where a hundred thousand posts wait.
    pub(crate) fn parked(&self, account: &AccountName) -> Result<BTreeSet<Row>, OutboxError> {
        let mut select = self.connection.prepare_cached(PARKED)?;
        let rows = select.query_map([account.as_str()], |row| {
            Ok(Row {
                id: row.get(0)?,
                post: row.get(1)?,
                account: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns every attempt at a delivery, oldest first.
    pub(crate) fn attempts(&self, delivery: i64) -> Result<Vec<AttemptView>, OutboxError> {
        let mut select = self.connection.prepare(
            "SELECT started_at, ended_at, ending, step, status, said FROM attempts
             WHERE delivery = ?1 ORDER BY id",
        )?;
        let attempts = select.query_map([delivery], |row| {
            Ok(AttemptView {
                started_at: instant(row.get(0)?),
                ended_at: row.get::<_, Option<i64>>(1)?.map(instant),
                ending: reading::optional_text(row, 2)?,
                step: reading::optional_text(row, 3)?,
                status: row
                    .get::<_, Option<i64>>(4)?
                    .and_then(|status| u16::try_from(status).ok()),
                said: reading::optional_text(row, 5)?,
            })
        })?;
        Ok(attempts.collect::<Result<_, _>>()?)
    }
}

/// Whether a delivery was ever tried, asked of its row.
pub(crate) const TRIED: &str =
    "tried_at IS NOT NULL OR EXISTS (SELECT 1 FROM attempts WHERE delivery = deliveries.id)";

/// Returns the post with this number. The two questions are of the same instant only inside a
/// transaction.
pub(crate) fn read_post(connection: &Connection, number: i64) -> Result<PostView, OutboxError> {
    let mut select = connection.prepare_cached(
        "SELECT number, id, key, created_at, due_at, content, digest,
                asked_at, asked_zone, asked_words
         FROM posts WHERE number = ?1",
    )?;
    let post = select.query_row([number], read_view).optional()?;
    let post = post.ok_or_else(|| OutboxError::NoSuchPost(number.to_string()))?;
    with_deliveries(connection, post)
}

pub(super) fn read_view(row: &SqlRow<'_>) -> rusqlite::Result<PostView> {
    let (id, key) = (reading::text(row, 1)?, reading::optional_text(row, 2)?);
    let are_texts = reading::is_text(row, 1)? && reading::is_text(row, 2)?;
    let created_at = instant(row.get(3)?);
    let sealed = Sealed {
        content: reading::text(row, 5)?,
        digest: reading::text(row, 6)?,
    };
    let columns = Columns {
        id: id.clone(),
        key: key.clone(),
        created_at,
    };
    Ok(PostView {
        number: row.get(0)?,
        id,
        key,
        created_at,
        due_at: instant(row.get(4)?),
        asked: read_asked(row)?,
        post: if are_texts {
            content::unseal(&sealed, columns)
        } else {
            Err("its id or key is not what was stored".to_owned())
        },
        deliveries: Vec::new(),
    })
}

fn read_asked(row: &SqlRow<'_>) -> rusqlite::Result<Option<When>> {
    let Some(at) = row.get::<_, Option<i64>>(7)? else {
        return Ok(None);
    };
    // The table's CHECK lets none of the three be absent alone.
    Ok(Some(When {
        at: instant(at),
        zone: reading::text(row, 8)?,
        words: reading::text(row, 9)?,
    }))
}

fn with_deliveries(connection: &Connection, view: PostView) -> Result<PostView, OutboxError> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT id, account, platform, state, reason, attempts, due_at, next_at, {TRIED},
                published_at, remote_id, url, error_kind, error_message, taken_down_at,
                place
         FROM deliveries WHERE post = ?1 ORDER BY id"
    ))?;
    let deliveries = select
        .query_map([view.number], read_delivery)?
        .collect::<Result<_, _>>()?;
    Ok(PostView { deliveries, ..view })
}

fn read_delivery(row: &SqlRow<'_>) -> rusqlite::Result<DeliveryView> {
    let state = reading::text(row, 3)?;
    let reason = reading::optional_text(row, 4)?;
    Ok(DeliveryView {
        row: row.get(0)?,
        account: reading::text(row, 1)?,
        platform: reading::text(row, 2)?,
        state: DeliveryState::read(&state),
        reason: reason.as_deref().and_then(ParkReason::from_name),
        attempts: reading::count(row, 5)?,
        due_at: instant(row.get(6)?),
        next_at: instant(row.get(7)?),
        tried: tried(row.get(8)?),
        published_at: row.get::<_, Option<i64>>(9)?.map(instant),
        remote_id: reading::optional_text(row, 10)?,
        url: reading::optional_text(row, 11)?,
        error_kind: reading::optional_text(row, 12)?,
        error_message: reading::optional_text(row, 13)?,
        taken_down_at: row.get::<_, Option<i64>>(14)?.map(instant),
        place: reading::optional_text(row, 15)?,
    })
}

/// Returns what [`TRIED`] answered.
pub(crate) fn tried(was_tried: bool) -> Tried {
    if was_tried {
        Tried::Before
    } else {
        Tried::Never
    }
}
