//! What is left to send, and whether anything is, which is asked again and again while somebody else
//! sends: the answer must cost nothing where a hundred thousand posts wait.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::claim::Scope;
use crate::outbox::claim::scope_columns;
use crate::outbox::milliseconds;
use crate::outbox::reading;
use crate::outbox::view::Row;

/// A query that knows the accounts of all that is queued. They are found one after another, each by one
/// look into the index: to read all that is queued would cost the more the more there is.
macro_rules! of_accounts {
    ($query:literal) => {
        concat!(
            "WITH RECURSIVE accounts (name) AS (
                 SELECT (SELECT account FROM deliveries WHERE state = 'queued' ORDER BY account LIMIT 1)
                 UNION
                 SELECT (SELECT account FROM deliveries
                         WHERE state = 'queued' AND account > name ORDER BY account LIMIT 1)
                 FROM accounts WHERE name IS NOT NULL) ",
            $query
        )
    };
}

/// Whether anything is being sent or due.
pub(crate) const IS_ANYTHING_DUE: &str = of_accounts!(
    "SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'sending')
         OR EXISTS (SELECT 1 FROM accounts
                    WHERE EXISTS (SELECT 1 FROM deliveries
                                  WHERE state = 'queued' AND account = name AND next_at <= ?1))"
);

/// What is parked, being sent, or due, put off or not. What would be claimed is due, also where a clock that
/// was set back has left it a time before its own.
pub(crate) const UNFINISHED: &str = of_accounts!(
    "SELECT TRUE, id, post, account FROM deliveries WHERE state = 'parked'
     UNION ALL
     SELECT FALSE, id, post, account FROM deliveries WHERE state = 'sending'
     UNION ALL
     SELECT FALSE, id, post, account FROM deliveries
     WHERE state = 'queued' AND next_at > due_at AND due_at <= ?1
     UNION ALL
     SELECT FALSE, id, post, account FROM accounts CROSS JOIN deliveries
     WHERE state = 'queued' AND account = name AND next_at <= ?1"
);

/// Whether anything of one post, or one delivery, is being sent or due.
pub(crate) const IS_DUE_OF_ONE: &str = "
    SELECT EXISTS (
        SELECT 1 FROM deliveries
        WHERE (post = ?1 OR id = ?2) AND (state = 'sending' OR (state = 'queued' AND next_at <= ?3)))";

/// What is due and has not ended, and what waits for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unfinished {
    pub(crate) due: BTreeSet<Row>,
    pub(crate) parked: BTreeSet<Row>,
}

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

    /// Returns what was due by `now` and has not ended, and what is parked.
    pub(crate) fn unfinished(&self, now: Timestamp) -> Result<Unfinished, OutboxError> {
        let mut select = self.connection.prepare(UNFINISHED)?;
        let rows = select.query_map([milliseconds(now)], |row| {
            let is_parked: bool = row.get(0)?;
            Ok((
                is_parked,
                Row {
                    id: row.get(1)?,
                    post: row.get(2)?,
                    account: reading::text(row, 3)?,
                },
            ))
        })?;
        let mut unfinished = Unfinished::default();
        for row in rows {
            let (is_parked, row) = row?;
            let set = if is_parked {
                &mut unfinished.parked
            } else {
                &mut unfinished.due
            };
            set.insert(row);
        }
        Ok(unfinished)
    }
}
