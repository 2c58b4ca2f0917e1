//! Posts that say the same to the same account at about the same time: a button that was pressed
//! twice, a script that ran twice.
//!
//! What counts is when readers would see them, not when they were typed: the same words for Monday and
//! for Friday are two posts. What will not go out by itself any more is no twin.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Transaction;
use rusqlite::params;

use crate::clock::earlier;
use crate::clock::later;
use crate::outbox::OutboxError;
use crate::outbox::claim::read_post;
use crate::outbox::instant;
use crate::outbox::milliseconds;
use crate::outbox::state::DeliveryState;
use crate::post::account_name::AccountName;
use crate::post::post::Post;

/// How far apart two posts with the same words must appear to be no twins.
pub(crate) const APART: Duration = Duration::from_mins(10);

/// The most posts that are compared, the newest.
const COMPARED_MAX: i64 = 1000;

/// The posts that went out to account ?1 between ?2 and ?3, or will: what is queued from ?4 on, at ?5 at the
/// earliest. The newest first, ?6 of them.
///
/// The signs keep SQLite from going through all deliveries in this order, of which it would sort a few.
pub(super) const CLOSE_TO: &str = "SELECT +post, state, max(next_at, ?5) FROM deliveries
     WHERE state = 'queued' AND cancel_requested = 0 AND account = ?1
       AND next_at BETWEEN ?4 AND ?3
     UNION ALL
     SELECT +post, state, ?5 FROM deliveries WHERE state = 'sending' AND account = ?1 AND ?5 >= ?2
     UNION ALL
     SELECT +post, state, published_at FROM deliveries
     WHERE state = 'delivered' AND account = ?1 AND published_at BETWEEN ?2 AND ?3
       AND taken_down_at IS NULL
     UNION ALL
     SELECT +post, state, coalesce(tried_at, due_at) FROM deliveries
     WHERE state = 'parked' AND reason = 'in_doubt' AND account = ?1
       AND coalesce(tried_at, due_at) BETWEEN ?2 AND ?3
     ORDER BY 1 DESC LIMIT ?6";

/// Another post with the same words, for an account that both go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Twin {
    /// The number of the other post.
    pub(crate) post: i64,
    pub(crate) account: AccountName,
    /// How the other stands at the account.
    pub(crate) state: DeliveryState,
    /// When the other went out, or will.
    pub(crate) at: Timestamp,
}

/// Returns a twin of `post`, were it due at `due`; `itself` is its number, if it is stored.
pub(super) fn find_twin(
    transaction: &Transaction<'_>,
    post: &Post,
    itself: Option<i64>,
    due: Timestamp,
    now: Timestamp,
) -> Result<Option<Twin>, OutboxError> {
    // Most of them went to all the same accounts.
    let mut others = BTreeMap::new();
    for (account, _) in &post.addressees {
        for (number, state, at) in close_to(transaction, account, due.max(now), now)? {
            if Some(number) == itself {
                continue;
            }
            let other = match others.entry(number) {
                Entry::Occupied(read) => read.into_mut(),
                Entry::Vacant(unread) => unread.insert(read_post(transaction, number)?),
            };
            // What is damaged is never sent, and so is nobody's twin.
            let Ok(other) = other else {
                continue;
            };
            if says_the_same_to(account, other, post) {
                let account = account.clone();
                return Ok(Some(Twin {
                    post: number,
                    account,
                    state,
                    at,
                }));
            }
        }
    }
    Ok(None)
}

/// Returns the posts that went out to `account` close to `at`, or will, newest first, with the time.
fn close_to(
    transaction: &Transaction<'_>,
    account: &AccountName,
    at: Timestamp,
    now: Timestamp,
) -> Result<Vec<(i64, DeliveryState, Timestamp)>, OutboxError> {
    let (from, to) = (earlier(at, APART), later(at, APART));
    // What is overdue goes out as soon as somebody sends.
    let queued_from = if from <= now { Timestamp::MIN } else { from };
    let mut select = transaction.prepare_cached(CLOSE_TO)?;
    let rows = select.query_map(
        params![
            account.as_str(),
            milliseconds(from),
            milliseconds(to),
            milliseconds(queued_from),
            milliseconds(now),
            COMPARED_MAX
        ],
        |row| {
            let state: String = row.get(1)?;
            // The table's CHECK admits no other word.
            let state = DeliveryState::from_name(&state).unwrap_or(DeliveryState::Queued);
            Ok((row.get(0)?, state, instant(row.get(2)?)))
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether both posts say and show the same to `account`.
fn says_the_same_to(account: &AccountName, one: &Post, other: &Post) -> bool {
    let shown = |post: &Post| -> Vec<String> {
        let media = post.media.iter();
        media.map(|media| media.facts.sha256.clone()).collect()
    };
    one.text_for(account) == other.text_for(account)
        && one.card_for(account) == other.card_for(account)
        && one.cw == other.cw
        && shown(one) == shown(other)
}
