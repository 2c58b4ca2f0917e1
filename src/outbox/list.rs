//! Which posts a person asks to see, and in what order.
//!
//! Time, account and what is parked are asked of the database. The status of a post is not stored,
//! so it is derived from one post after the other until there are enough: never is more than the
//! answer in memory.

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::instant;
use crate::outbox::milliseconds;
use crate::outbox::reading;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Standing;
use crate::outbox::state::Status;
use crate::outbox::state::status;
use crate::outbox::view::PostView;
use crate::outbox::view::TRIED;
use crate::outbox::view::read_post;
use crate::outbox::view::tried;

/// Which posts are asked for: those of which all of this holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Which {
    pub(crate) parked: Parked,
    /// Those that go to one of these; to any if it is empty.
    pub(crate) accounts: Vec<String>,
    /// Those with one of these; with any if it is empty.
    pub(crate) statuses: Vec<Status>,
    /// Those that are due then or later.
    pub(crate) since: Option<Timestamp>,
    /// Those that are due before then.
    pub(crate) until: Option<Timestamp>,
}

/// Whether a delivery of the post has to be parked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Parked {
    #[default]
    OrNot,
    ForAnyReason,
    For(ParkReason),
}

impl Outbox {
    /// Returns those posts that `which` asks for at `now`, by the time at which they are due, and of
    /// the same time by number; if there are more than `limit`, the last of them.
    pub(crate) fn posts(
        &self,
        which: &Which,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<PostView>, OutboxError> {
        // One read transaction: all of it is of the same instant.
        let transaction = self.connection.unchecked_transaction()?;
        let (conditions, values) = conditions(which);
        let mut select = transaction.prepare(&format!(
            "SELECT number FROM posts WHERE {conditions} ORDER BY due_at DESC, number DESC"
        ))?;
        let numbers = select.query_map(params_from_iter(values), |row| row.get::<_, i64>(0))?;
        let mut posts = Vec::new();
        for number in numbers {
            if posts.len() == limit {
                break;
            }
            let number = number?;
            let is_asked_for = which.statuses.is_empty()
                || which
                    .statuses
                    .contains(&status_of(&transaction, number, now)?);
            if is_asked_for {
                posts.push(read_post(&transaction, number)?);
            }
        }
        posts.reverse();
        Ok(posts)
    }

    /// Returns every account that a post goes to or went to, in the order of the alphabet.
    pub(crate) fn accounts(&self) -> Result<Vec<String>, OutboxError> {
        let mut select = self
            .connection
            .prepare("SELECT DISTINCT account FROM deliveries ORDER BY account")?;
        let accounts = select.query_map([], |row| reading::text(row, 0))?;
        Ok(accounts.collect::<Result<_, _>>()?)
    }
}

/// Returns what of `which` the database can answer, with the values that stand in it.
fn conditions(which: &Which) -> (String, Vec<Value>) {
    let mut conditions = vec!["TRUE".to_owned()];
    let mut values = Vec::new();
    let parked = DeliveryState::Parked.name();
    match which.parked {
        Parked::OrNot => {}
        Parked::ForAnyReason => conditions.push(format!(
            "number IN (SELECT post FROM deliveries WHERE state = '{parked}')"
        )),
        Parked::For(reason) => conditions.push(format!(
            "number IN (SELECT post FROM deliveries
                        WHERE state = '{parked}' AND reason = '{}')",
            reason.name()
        )),
    }
    if !which.accounts.is_empty() {
        let places = vec!["?"; which.accounts.len()].join(", ");
        // Post by post: there may be as many deliveries as posts, and most lists end early. A draft
        // has no deliveries yet; what is damaged goes nowhere.
        conditions.push(format!(
            "(EXISTS (SELECT 1 FROM deliveries
                      WHERE post = posts.number AND account IN ({places}))
              OR (NOT EXISTS (SELECT 1 FROM deliveries WHERE post = posts.number)
                  AND EXISTS (SELECT 1 FROM json_each(iif(json_valid(content), content, '{{}}'),
                                                      '$.addressees') AS addressee
                              WHERE json_extract(addressee.value, '$.account') IN ({places}))))"
        ));
        for _ in 0..2 {
            values.extend(which.accounts.iter().cloned().map(Value::Text));
        }
    }
    for (at, condition) in [(which.since, "due_at >= ?"), (which.until, "due_at < ?")] {
        if let Some(at) = at {
            conditions.push(condition.to_owned());
            values.push(Value::Integer(milliseconds(at)));
        }
    }
    (conditions.join(" AND "), values)
}

fn status_of(connection: &Connection, number: i64, now: Timestamp) -> Result<Status, OutboxError> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT state, due_at, {TRIED} FROM deliveries WHERE post = ?1"
    ))?;
    let standings = select.query_map([number], |row| {
        let state = reading::text(row, 0)?;
        Ok(Standing {
            state: DeliveryState::read(&state),
            due_at: instant(row.get(1)?),
            tried: tried(row.get(2)?),
        })
    })?;
    let standings: Vec<Standing> = standings.collect::<Result<_, _>>()?;
    Ok(status(&standings, now))
}
