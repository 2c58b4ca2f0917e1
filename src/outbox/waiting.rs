//! What of the outbox depends on one account's log-in: for whoever asks after the account, or takes it
//! away.

use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::state::ParkReason;

/// How many deliveries wait for an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Not sent yet: due now, later, or under way.
    pub(crate) queued: usize,
    /// Parked until somebody logs in.
    pub(crate) for_login: usize,
}

impl Outbox {
    /// Counts what waits for `account`.
    pub(crate) fn waiting(&self, account: &str) -> Result<Waiting, OutboxError> {
        // Each by its own index: one question about all three would read every row of the account.
        let mut select = self.connection.prepare(
            "SELECT (SELECT COUNT(*) FROM deliveries WHERE state = 'queued' AND account = ?1)
                  + (SELECT COUNT(*) FROM deliveries WHERE state = 'sending' AND account = ?1),
                    (SELECT COUNT(*) FROM deliveries
                     WHERE state = 'parked' AND account = ?1 AND reason = ?2)",
        )?;
        let reason = ParkReason::LoginNeeded.name();
        let waiting = select.query_row(params![account, reason], |row| {
            Ok(Waiting {
                queued: row.get::<_, u32>(0)? as usize,
                for_login: row.get::<_, u32>(1)? as usize,
            })
        })?;
        Ok(waiting)
    }
}
