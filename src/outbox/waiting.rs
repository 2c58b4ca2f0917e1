//! What of the outbox depends on one account's log-in: for whoever asks after the account, or takes it
//! away.

use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::state::DeliveryState;
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
        let mut select = self.connection.prepare(
            "SELECT COUNT(*) FILTER (WHERE state IN (?2, ?3)),
                    COUNT(*) FILTER (WHERE state = ?4 AND reason = ?5)
             FROM deliveries WHERE account = ?1 AND state IN (?2, ?3, ?4)",
        )?;
        let states = [
            DeliveryState::Queued,
            DeliveryState::Sending,
            DeliveryState::Parked,
        ];
        let [queued, sending, parked] = states.map(DeliveryState::name);
        let reason = ParkReason::LoginNeeded.name();
        let waiting =
            select.query_row(params![account, queued, sending, parked, reason], |row| {
                Ok(Waiting {
                    queued: row.get::<_, u32>(0)? as usize,
                    for_login: row.get::<_, u32>(1)? as usize,
                })
            })?;
        Ok(waiting)
    }
}
