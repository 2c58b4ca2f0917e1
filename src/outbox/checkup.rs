//! Looks at an outbox without changing it: whether SQLite finds it sound, whether every post is what
//! was stored, and what waits in it.
//!
//! Unlike [`Outbox::open`] this makes no outbox, upgrades none and sets nothing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OpenFlags;
use url::Url;

use crate::clock::earlier;
use crate::outbox::BUSY_TIMEOUT;
use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::has_log;
use crate::outbox::milliseconds;
use crate::outbox::schema;
use crate::outbox::state::ParkReason;
use crate::outbox::view::read_view;

/// The largest database that is read thoroughly, in bytes.
const THOROUGH_BYTES_MAX: i64 = 256 << 20;

/// The most problems that are told of: one damaged page makes many.
const PROBLEMS_MAX: usize = 10;

/// How long a due delivery may wait before nobody seems to send it.
const OVERDUE_AFTER: Duration = Duration::from_mins(1);

/// What SQLite reads a database for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thoroughness {
    /// Every page and every index.
    Everything,
    /// Every page: of a huge database the rest takes minutes.
    Pages,
}

/// What is wrong with a database as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Soundness {
    pub(crate) read: Thoroughness,
    /// In SQLite's words.
    pub(crate) problems: Vec<String>,
}

/// What waits in an outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// How many deliveries are parked, by reason.
    pub(crate) parked: BTreeMap<&'static str, u32>,
    /// How many are queued.
    pub(crate) queued: u32,
    /// How many should have been sent by now, by account.
    pub(crate) overdue: BTreeMap<String, u32>,
    /// How many a sender has claimed.
    pub(crate) sending: u32,
    /// The accounts of all that are not ended.
    pub(crate) accounts: BTreeSet<String>,
}

/// An outbox that is looked at.
#[derive(Debug)]
pub(crate) struct Patient {
    outbox: Outbox,
}

impl Patient {
    /// Opens the outbox at `path` to look at it; `None` if there is none.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>, OutboxError> {
        let path = match path.canonicalize() {
            Ok(path) => path,
            Err(error) if is_absence(&error) => return Ok(None),
            Err(source) => {
                let path = path.to_owned();
                return Err(OutboxError::Open { path, source });
            }
        };
        let connection = open_to_read(&path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")?;
        let outbox = Outbox::of(connection, path);
        Ok(Some(Self { outbox }))
    }

    /// Returns where it is, canonically.
    pub(crate) fn path(&self) -> &Path {
        self.outbox.path()
    }

    /// Returns which version of hayon's outbox it is.
    pub(crate) fn version(&mut self) -> Result<schema::Found, OutboxError> {
        schema::find(&mut self.outbox.connection, &self.outbox.path)
    }

    /// Lets SQLite read the database.
    pub(crate) fn soundness(&self) -> Result<Soundness, OutboxError> {
        let connection = &self.outbox.connection;
        let size: i64 = connection.query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |row| row.get(0),
        )?;
        let (read, pragma) = if size <= THOROUGH_BYTES_MAX {
            (Thoroughness::Everything, "integrity_check")
        } else {
            (Thoroughness::Pages, "quick_check")
        };
        let mut check = connection.prepare(&format!("PRAGMA {pragma}({PROBLEMS_MAX})"))?;
        let words = check.query_map([], |row| row.get(0))?;
        let mut problems: Vec<String> = words.collect::<Result<_, _>>()?;
        problems.retain(|words| words != "ok");
        let mut check = connection.prepare("PRAGMA foreign_key_check")?;
        let orphans = check.query_map([], |row| {
            let (table, of): (String, String) = (row.get(0)?, row.get(2)?);
            Ok(format!("a row of {table} has lost its row of {of}"))
        })?;
        for orphan in orphans.take(PROBLEMS_MAX) {
            problems.push(orphan?);
        }
        Ok(Soundness { read, problems })
    }

    /// Returns how many posts there are, and the numbers of those that are not what was stored.
    pub(crate) fn damaged(&self) -> Result<(u64, Vec<i64>), OutboxError> {
        let mut select = self.outbox.connection.prepare(
            "SELECT number, id, key, created_at, due_at, content, digest,
                    asked_at, asked_zone, asked_words
             FROM posts ORDER BY number",
        )?;
        let (mut count, mut damaged) = (0, Vec::new());
        for view in select.query_map([], read_view)? {
            let view = view?;
            count += 1;
            if view.post.is_err() {
                damaged.push(view.number);
            }
        }
        Ok((count, damaged))
    }

    /// Returns what waits at `now`.
    pub(crate) fn waiting(&self, now: Timestamp) -> Result<Waiting, OutboxError> {
        let mut select = self.outbox.connection.prepare(
            "SELECT account, state, reason, next_at <= ?1, count(*) FROM deliveries
             WHERE state IN ('queued', 'sending', 'parked') GROUP BY 1, 2, 3, 4",
        )?;
        let overdue_since = milliseconds(earlier(now, OVERDUE_AFTER));
        let mut rows = select.query([overdue_since])?;
        let mut waiting = Waiting::default();
        while let Some(row) = rows.next()? {
            let (account, state): (String, String) = (row.get(0)?, row.get(1)?);
            let (reason, is_overdue): (Option<String>, bool) = (row.get(2)?, row.get(3)?);
            let count: u32 = row.get(4)?;
            match state.as_str() {
                "parked" => {
                    let reason = reason.as_deref().and_then(ParkReason::from_name);
                    let reason = reason.map_or("unknown", ParkReason::name);
                    *waiting.parked.entry(reason).or_default() += count;
                    continue;
                }
                "sending" => waiting.sending += count,
                _ => waiting.queued += count,
            }
            if is_overdue && state == "queued" {
                *waiting.overdue.entry(account.clone()).or_default() += count;
            }
            waiting.accounts.insert(account);
        }
        Ok(waiting)
    }
}

fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite would make a log where there is none, as beside a copy that somebody has put away. Then
    // the file alone is the whole outbox, and nobody has it open, so it may be called immutable.
    match Url::from_file_path(path) {
        Ok(mut address) if !has_log(path) => {
            address.set_query(Some("immutable=1"));
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(address.as_str(), flags)
        }
        _ => Connection::open_with_flags(path, flags),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
