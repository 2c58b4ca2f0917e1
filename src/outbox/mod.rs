//! The outbox: every promise hayon has made and not yet kept.
//!
//! One row of `deliveries` is one post for one account. Rows change state only here, always in one
//! transaction, so a crash at any point leaves either the old promise or the new one. [`Outbox`] is
//! a plain synchronous type; [`door::Door`] is the one way to it from async code. This module never
//! speaks to a platform; see [`crate::delivery`] for who does.
//!
//! What a file here is about: [`schema`] the tables, [`enqueue`] how a post comes in and [`twin`]
//! which of them says it already, [`drafts`] what is not promised yet, [`claim`] and [`record`] what
//! the one sender does and [`settled`] what is left of that, [`checkpoints`] its durable steps,
//! [`decide`], [`revise`] and [`forget`] what a person does, [`view`] what is shown, [`list`] which
//! posts, [`sender_lock`] who may send, [`set_back`] what follows when the clock is, [`restored`] when
//! the outbox is, [`checkup`] whether it is sound.

pub(crate) mod checkpoints;
pub(crate) mod checkup;
pub(crate) mod claim;
pub(crate) mod content;
#[cfg(any(test, fuzzing))]
pub(crate) mod damage;
pub(crate) mod decide;
pub(crate) mod door;
pub(crate) mod drafts;
pub(crate) mod enqueue;
pub(crate) mod forget;
pub(crate) mod list;
pub(crate) mod notices;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod restored;
pub(crate) mod revise;
pub(crate) mod schema;
pub(crate) mod sender_lock;
pub(crate) mod set_back;
pub(crate) mod settled;
pub(crate) mod state;
pub(crate) mod twin;
pub(crate) mod view;
pub(crate) mod waiting;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::ErrorCode;
use rusqlite::OpenFlags;
use rusqlite::Transaction;
use rusqlite::TransactionBehavior;
use rusqlite::config::DbConfig;

/// How many prepared statements are kept: all that a daemon runs again and again. With fewer than a round
/// of them takes, each would be prepared anew in every round.
const STATEMENTS_MAX: usize = 64;

/// How long a write waits for another process's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// After which pause SQLite is asked again for what it does not wait for by itself.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// After how many pages the log begins anew: a bit more than half of those that are set aside for it,
/// so that what is under way fits into the rest on a full disk.
const LOG_PAGES_MAX: i32 = 160;

/// Why the outbox did not do as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboxError {
    #[error("the outbox failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("cannot open the outbox `{}`: {source}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("`{}` is a database, but no outbox of hayon", path.display())]
    NotAnOutbox { path: PathBuf },
    #[error(
        "the outbox `{}` has version {found}, and this hayon knows versions up to {known}",
        path.display()
    )]
    Newer {
        path: PathBuf,
        found: usize,
        known: usize,
    },
    #[error("another process has become the sender of this outbox")]
    NotSender,
    #[error("the outbox has no post `{0}`")]
    NoSuchPost(String),
    #[error("post {post} does not go to `{account}`")]
    NoSuchDelivery {
        post: i64,
        account: String,
        /// Where it does go.
        goes_to: Vec<String>,
    },
    #[error("the row of post {post} is damaged: {what}")]
    Damaged { post: i64, what: String },
}

/// The database of posts, deliveries, attempts and checkpoints.
#[derive(Debug)]
pub(crate) struct Outbox {
    connection: Connection,
    path: PathBuf,
    has_written: bool,
    commit: Commit,
    /// Where it is witnessed what is sent, if it is.
    witness: Option<PathBuf>,
}

impl Outbox {
    /// Opens the outbox at `path`, and makes it (mode 0600) if there is none.
    ///
    /// The folder must exist. An outbox of an older version is upgraded, after a backup beside it.
    pub(crate) fn open(path: &Path) -> Result<Self, OutboxError> {
        create_private(path).map_err(|source| OutboxError::Open {
            path: path.to_owned(),
            source,
        })?;
        // One canonical name, so that every process locks the same file beside it.
        let path = path.canonicalize().map_err(|source| OutboxError::Open {
            path: path.to_owned(),
            source,
        })?;
        // Whoever has written to the log has seen to it that its name is durable.
        let is_log_durable = has_log(&path);
        let mut connection = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        configure(&connection)?;
        if !is_log_durable {
            make_log(&connection, &path)?;
        }
        schema::upgrade(&mut connection, &path)?;
        Ok(Self::of(connection, path))
    }

    /// Opens the outbox at `path` to look at it alone, if there is one: nothing is made, upgraded or
    /// waited for.
    pub(crate) fn look_into(path: &Path) -> Result<Option<Self>, OutboxError> {
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("PRAGMA trusted_schema = OFF;")?;
        keep_log(&connection)?;
        let path = path.to_owned();
        let is_known = schema::is_present(&connection)?;
        Ok(is_known.then(|| Self::of(connection, path)))
    }

    const fn of(connection: Connection, path: PathBuf) -> Self {
        Self {
            connection,
            path,
            has_written: false,
            commit: Commit::Durable,
            witness: None,
        }
    }

    /// Returns where it is, canonically.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the name of this outbox, which is its own among all: what media are marked with.
    pub(crate) fn id(&self) -> Result<String, OutboxError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT value FROM meta WHERE name = 'id'")?;
        Ok(select.query_row([], |row| row.get(0))?)
    }

    /// Returns a number that changes whenever another process has written.
    pub(crate) fn data_version(&self) -> Result<i64, OutboxError> {
        Ok(self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Begins a transaction that is durable once it is committed.
    fn write(&mut self) -> Result<Transaction<'_>, OutboxError> {
        self.begin_writing(Commit::Durable)
    }

    /// Begins a transaction that the next durable one makes durable, without a wait for the disk of its
    /// own: for what may be forgotten by a power cut as long as nothing that came after it is known.
    fn write_ordered(&mut self) -> Result<Transaction<'_>, OutboxError> {
        self.begin_writing(Commit::Ordered)
    }

    fn begin_writing(&mut self, commit: Commit) -> Result<Transaction<'_>, OutboxError> {
        if !self.has_written {
            begin_log_anew(&self.connection)?;
            self.has_written = true;
        }
        if self.commit != commit {
            self.connection
                .pragma_update(None, "synchronous", commit.synchronous())?;
            self.commit = commit;
        }
        // A deferred transaction that turns to writing fails at once when another wrote meanwhile.
        Ok(self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

/// When a committed transaction is on disk for good. The log is written in order, so that whatever is on disk has
/// all on disk that came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Commit {
    /// At once.
    Durable,
    /// When the next durable one is.
    Ordered,
}

impl Commit {
    const fn synchronous(self) -> &'static str {
        match self {
            // With NORMAL a power cut may forget "delivered", and the post would go out again.
            Self::Durable => "FULL",
            Self::Ordered => "NORMAL",
        }
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(file) => {
            file.sync_all()?;
            sync_folder(path)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes the name of a new file durable, not only its content.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all())
}

/// Whether there is a write-ahead log with something in it.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|metadata| metadata.len() > 0)
}

/// Makes the write-ahead log, and its name durable before anything is written into it: SQLite would
/// sync the folder at every process's first write, so it is built not to (`.cargo/config.toml`).
fn make_log(connection: &Connection, path: &Path) -> Result<(), OutboxError> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    sync_folder(path).map_err(|source| OutboxError::Open {
        path: path.to_owned(),
        source,
    })
}

fn configure(connection: &Connection) -> Result<(), OutboxError> {
    turn_to_log(connection)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // FULL is [`Commit::Durable`], which the outbox begins with.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    // Without it SQLite prepares a statement that can use a partial index anew each time it is run: its
    // plan might be better for these values. Here the plans are looked at in tests, and stay.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // It begins anew before it is full, so that there is always room left in it.
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES_MAX)?;
    keep_log(connection)
}

/// Has the database write a log ahead.
///
/// It reads the mode of a new database before it locks it to change that. Where several processes do both at
/// once, SQLite refuses all but one without a wait, for they would wait for each other. So it is waited for
/// here, and by SQLite not at all: where another process holds the whole database, both waits would multiply.
fn turn_to_log(connection: &Connection) -> Result<(), OutboxError> {
    connection.busy_timeout(Duration::ZERO)?;
    let mut tries = BUSY_TIMEOUT.as_millis() / BUSY_PAUSE.as_millis();
    loop {
        let turned = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
        match turned {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries > 0 =>
            {
                tries -= 1;
                thread::sleep(BUSY_PAUSE);
            }
            turned => return Ok(turned?),
        }
    }
}

/// Copies a long log into the database before the first write, which then begins it anew.
///
/// SQLite copies it after a write that made it long, and begins it anew with the write after that. A
/// process that writes only once never comes to that, and how much was copied is known only while some
/// process is there: the log would grow for ever, and be copied as a whole by every one of them.
fn begin_log_anew(connection: &Connection) -> Result<(), OutboxError> {
    // Only says how long it is, and how much of it has been copied.
    let (pages, copied): (i32, i32) =
        connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| {
            Ok((row.get(1)?, row.get(2)?))
        })?;
    if pages >= LOG_PAGES_MAX && copied < pages {
        // Best effort: on a full disk the log has still room for what must be written down.
        let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }
    Ok(())
}

/// The log stays, and stays long: an outcome fits into it on a full disk, and an enqueue by a process
/// of its own is one fsync.
fn keep_log(connection: &Connection) -> Result<(), OutboxError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let mut persist = 1;
    connection.file_control(
        Some("main"),
        rusqlite::FileControl::PersistWal(&mut persist),
    )?;
    Ok(())
}

fn milliseconds(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

fn instant(milliseconds: i64) -> Timestamp {
    let bound = if milliseconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_millisecond(milliseconds).unwrap_or(bound)
}
