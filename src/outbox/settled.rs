//! Whether there is anything left to send, which is asked again and again while somebody else sends: the
//! answer must cost nothing where a hundred thousand posts wait.

use jiff::Timestamp;
use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::claim::Scope;
use crate::outbox::claim::scope_columns;
use crate::outbox::milliseconds;

/// Whether anything is being sent or due. The accounts are found one after another, each by one look
/// into the index: to read all that is queued would cost the more the more there is.
pub(crate) const IS_ANYTHING_DUE: &str = "
    WITH RECURSIVE accounts (name) AS (
        SELECT (SELECT account FROM deliveries WHERE state = 'queued' ORDER BY account LIMIT 1)
        UNION ALL
        SELECT (SELECT account FROM deliveries
                WHERE state = 'queued' AND account > name ORDER BY account LIMIT 1)
        FROM accounts WHERE name IS NOT NULL)
    SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'sending')
        OR EXISTS (SELECT 1 FROM accounts
                   WHERE EXISTS (SELECT 1 FROM deliveries
                                 WHERE state = 'queued' AND account = name AND next_at <= ?1))";

/// Whether anything of one post, or one delivery, is being sent or due.
pub(crate) const IS_DUE_OF_ONE: &str = "
    SELECT EXISTS (
        SELECT 1 FROM deliveries
        WHERE (post = ?1 OR id = ?2) AND (state = 'sending' OR (state = 'queued' AND next_at <= ?3)))";

impl Outbox {
    /// Whether nothing within `scope` is being sent, or due at `now`.
    pub(crate) fn is_settled(&self, scope: Scope, now: Timestamp) -> Result<bool, OutboxError> {
        let connection = &self.connection;
        let now = milliseconds(now);
        let is_due: bool = match (scope, scope_columns(scope)) {
            (Scope::Everything, _) => connection
                .prepare_cached(IS_ANYTHING_DUE)?
                .query_row([now], |row| row.get(0))?,
            (_, (post, delivery)) => connection
                .prepare_cached(IS_DUE_OF_ONE)?
                .query_row(params![post, delivery, now], |row| row.get(0))?,
        };
        Ok(!is_due)
    }
}
