//! The shape of the database, as a table of versions.
//!
//! A database made by an older hayon is brought up one version after the other, in one transaction and
//! after a backup beside it: nobody sees it half made. One made by a newer hayon is refused: an older program cannot
//! know what it would destroy.

use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::TransactionBehavior;

use crate::outbox::OutboxError;
use crate::outbox::create_private;
use crate::outbox::sync_folder;

/// Marks the file as an outbox of ours (`file` and SQLite's tools show it): "hayo" in ASCII.
const APPLICATION_ID: i32 = 0x6861_796f;

/// What makes each version from the one before; the first from an empty file.
const VERSIONS: [&str; 5] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
];

/// Which version of the outbox a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing is in it yet.
    Empty,
    /// One that is upgraded when it is next opened to be used.
    Older(usize),
    Present(usize),
}

/// Returns which version the database at `path` is.
///
/// # Errors
/// [`OutboxError::Newer`] and [`OutboxError::NotAnOutbox`], as for [`upgrade`].
pub(crate) fn find(connection: &mut Connection, path: &Path) -> Result<Found, OutboxError> {
    let (version, is_empty) = look_at(connection, path)?;
    refuse_newer(version, path)?;
    Ok(match version {
        _ if is_empty => Found::Empty,
        older if older < VERSIONS.len() => Found::Older(older),
        present => Found::Present(present),
    })
}

/// Brings the database at `path` to the present version.
///
/// # Errors
/// [`OutboxError::Newer`] and [`OutboxError::NotAnOutbox`] leave the file as it was.
pub(crate) fn upgrade(connection: &mut Connection, path: &Path) -> Result<(), OutboxError> {
    let (version, is_empty) = look_at(connection, path)?;
    refuse_newer(version, path)?;
    if version < VERSIONS.len() && !is_empty {
        back_up(connection, path, version)?;
    }
    if version < VERSIONS.len() {
        apply(connection)?;
    }
    set_room_aside(connection)
}

fn refuse_newer(found: usize, path: &Path) -> Result<(), OutboxError> {
    let known = VERSIONS.len();
    if found <= known {
        return Ok(());
    }
    Err(OutboxError::Newer {
        path: path.to_owned(),
        found,
        known,
    })
}

/// Returns the version of the database, and whether nothing is in it yet.
fn look_at(connection: &mut Connection, path: &Path) -> Result<(usize, bool), OutboxError> {
    // One instant: another process may be making the outbox meanwhile.
    let transaction = connection.transaction()?;
    let application: i32 =
        transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = version(&transaction)?;
    let is_empty = version == 0 && is_empty(&transaction)?;
    if application != APPLICATION_ID && !is_empty {
        return Err(OutboxError::NotAnOutbox {
            path: path.to_owned(),
        });
    }
    Ok((version, is_empty))
}

/// Whether another process has brought the database to a version that this program does not know.
pub(crate) fn is_newer(connection: &Connection) -> Result<bool, OutboxError> {
    Ok(version(connection)? > VERSIONS.len())
}

/// Whether the database is an outbox of the present version.
pub(crate) fn is_present(connection: &Connection) -> Result<bool, OutboxError> {
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(application == APPLICATION_ID && version(connection)? == VERSIONS.len())
}

fn version(connection: &Connection) -> Result<usize, OutboxError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn is_empty(connection: &Connection) -> Result<bool, OutboxError> {
    let count: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(count == 0)
}

fn apply(connection: &mut Connection) -> Result<(), OutboxError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Two processes may open a new outbox at once: the second finds the work done.
    let missing = VERSIONS.get(version(&transaction)?..).unwrap_or_default();
    for next in missing {
        transaction.execute_batch(next)?;
    }
    if !missing.is_empty() {
        let newest = i64::try_from(VERSIONS.len()).unwrap_or(i64::MAX);
        transaction.pragma_update(None, "user_version", newest)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Copies the database of `version` beside itself: under its name only once it is whole.
fn back_up(connection: &Connection, path: &Path, version: usize) -> Result<(), OutboxError> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".before-{}{ending}", version + 1));
        PathBuf::from(name)
    };
    let (backup, begun) = (beside(""), beside(".new"));
    if backup.exists() {
        return Ok(());
    }
    let failed = |source| OutboxError::Open {
        path: begun.clone(),
        source,
    };
    // Two processes may upgrade at once: the second waits, and finds the backup made.
    let lock_path = beside(".lock");
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(&lock_path).map_err(failed)?;
    lock.lock().map_err(failed)?;
    if !backup.exists() {
        copy(connection, &begun, &backup)?;
    }
    // Whoever still waits for it finds the backup; and nothing else is kept beside that.
    let _ = std::fs::remove_file(&lock_path);
    Ok(())
}

fn copy(connection: &Connection, begun: &Path, backup: &Path) -> Result<(), OutboxError> {
    let failed = |source| OutboxError::Open {
        path: begun.to_owned(),
        source,
    };
    // What an interrupted copy has left.
    match std::fs::remove_file(begun) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    create_private(begun).map_err(failed)?;
    let text = begun.to_string_lossy().into_owned();
    connection.execute("VACUUM INTO ?1", [text])?;
    File::open(begun)
        .and_then(|file| file.sync_all())
        .and_then(|()| std::fs::rename(begun, backup))
        .and_then(|()| sync_folder(backup))
        .map_err(failed)
}

/// Frees the pages that the first version fills, so that they stay with the database and the log.
///
/// They are there until this is done: a process that ended in between leaves it to the next.
fn set_room_aside(connection: &Connection) -> Result<(), OutboxError> {
    let is_filled: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'ballast')",
        [],
        |row| row.get(0),
    )?;
    if is_filled {
        connection.execute_batch("DROP TABLE IF EXISTS ballast")?;
        // The log starts again at its beginning, but the file keeps its length.
        connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
    }
    Ok(())
}
