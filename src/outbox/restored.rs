//! An outbox that was put back from a backup: what it shows as not yet sent may have been sent since.
//!
//! Where no backup of the outbox reaches, a **witness** remembers the number of the last sending that
//! was marked as begun; the numbers only grow. An outbox that knows of fewer is an older state of
//! itself. Nothing of it is sent by itself then: a person looks, and says `hayon retry`. It is no
//! witness that an outbox has none, as on a machine of a CI job, to which it was carried in a cache.

use std::fs::DirBuilder;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension as _;
use rusqlite::Transaction;
use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::milliseconds;

/// What people are told of each delivery that waits.
const WORDS: &str = "the outbox was put back from a backup, and this may have been sent since";

impl Outbox {
    /// Has what is sent from now on witnessed in `folder`, and compares the outbox with what was
    /// witnessed there before. Returns how many deliveries wait for a person because of that.
    pub(crate) fn call_witness(
        &mut self,
        folder: &Path,
        now: Timestamp,
    ) -> Result<usize, OutboxError> {
        let path = folder.join(self.id()?);
        // Before the outbox is asked: a sender writes there first, and may be at it meanwhile.
        let witnessed = std::fs::read_to_string(&path).ok();
        let witnessed = witnessed.and_then(|text| text.trim().parse().ok());
        self.witness = Some(path);
        match witnessed {
            Some(witnessed) if last_sending(&self.connection)? < witnessed => {
                self.park_restored(witnessed, now)
            }
            _ => Ok(0),
        }
    }

    /// Has it witnessed that sending number `last` is begun.
    ///
    /// It is not worth a failed delivery: who cannot write it down is not warned of a backup.
    pub(crate) fn testify(&self, last: i64) {
        if let Some(path) = &self.witness
            && let Err(error) = write(path, last)
        {
            tracing::warn!(%error, "what is sent is not witnessed");
        }
    }

    fn park_restored(&mut self, witnessed: i64, now: Timestamp) -> Result<usize, OutboxError> {
        let transaction = self.write()?;
        // Another process may have done it meanwhile.
        if last_sending(&transaction)? >= witnessed {
            return Ok(0);
        }
        transaction.execute(
            "UPDATE attempts SET ended_at = ?1, ending = 'interrupted'
             WHERE ended_at IS NULL
               AND delivery IN (SELECT id FROM deliveries WHERE state = 'sending')",
            [milliseconds(now)],
        )?;
        let parked = park(&transaction)?;
        remember(&transaction, witnessed)?;
        transaction.commit()?;
        tracing::warn!(parked, "the outbox is older than what was sent from it");
        Ok(parked)
    }
}

/// Parks whatever might be sent. What was answered to be public needs nobody's word, and what was
/// sent without an answer is looked for, and sent by nobody, whatever a person says.
fn park(transaction: &Transaction<'_>) -> Result<usize, OutboxError> {
    let parked = transaction.execute(
        "UPDATE deliveries
         SET state = 'parked', cancel_requested = 0, error_kind = 'restored', error_message = ?1,
             reason = CASE WHEN EXISTS (SELECT 1 FROM sendings
                                        WHERE delivery = deliveries.id AND visible = 1
                                          AND mark = 'begun')
                      THEN 'in_doubt' ELSE 'restored' END
         WHERE (state IN ('queued', 'sending') OR (state = 'parked' AND reason <> 'in_doubt'))
           AND NOT EXISTS (SELECT 1 FROM sendings
                           WHERE delivery = deliveries.id AND visible = 1 AND mark = 'done')",
        [WORDS],
    )?;
    Ok(parked)
}

/// Lets the outbox go on counting where the other state of it had come to: the next backup that is
/// put back is noticed, too.
fn remember(transaction: &Transaction<'_>, witnessed: i64) -> Result<(), OutboxError> {
    let counted = transaction.execute(
        "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'sendings'",
        [witnessed],
    )?;
    if counted == 0 {
        transaction.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ('sendings', ?1)",
            params![witnessed],
        )?;
    }
    Ok(())
}

/// Returns the number of the last sending that there ever was, also of posts that are deleted.
fn last_sending(connection: &Connection) -> Result<i64, OutboxError> {
    let last = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'sendings'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Not synced: whoever loses power and puts a backup back at once is not warned, and nobody else waits.
fn write(path: &Path, last: i64) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_folder(path)?;
            options.open(path)?
        }
        opened => opened?,
    };
    // Of one length, and so replaced in one piece.
    file.write_all(format!("{last:020}\n").as_bytes())
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    path.parent()
        .map_or(Ok(()), |folder| builder.create(folder))
}
