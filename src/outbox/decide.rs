//! What a person decides: to cancel, to try again, or what became of a delivery in doubt.

use jiff::Timestamp;
use rusqlite::Transaction;
use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::milliseconds;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::post::account_name::AccountName;

/// What a cancel comes to for one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CancelAnswer {
    pub(crate) account: String,
    pub(crate) answer: Answer,
}

/// The honest answers to a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Never sent, and it never will be.
    Cancelled,
    /// It is delivered.
    TooLate,
    /// It will end by itself, and is then shown: it is being sent, or was sent and nobody knows yet
    /// whether it arrived.
    UnderWay,
}

impl Answer {
    /// Returns the word of the JSON and of people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::TooLate => "too late",
            Self::UnderWay => "under way",
        }
    }
}

/// What a person says of a delivery that is parked in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It is public, at this address.
    Published { url: String },
    /// It is not public: send it.
    NotPublished,
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("{}", nothing(.0))]
    NothingParked(WhichParked),
    #[error("the delivery of post {post} to `{account}` is {state}, not parked")]
    NotParked {
        post: i64,
        account: String,
        state: String,
    },
    #[error("the delivery of post {post} to `{account}` is parked as {reason}, not in doubt")]
    NotInDoubt {
        post: i64,
        account: String,
        reason: String,
    },
}

impl From<rusqlite::Error> for DecideError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Outbox(OutboxError::Sqlite(error))
    }
}

/// Which parked deliveries are meant: those of which all of this holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WhichParked {
    /// The number of the post.
    pub(crate) post: Option<i64>,
    pub(crate) account: Option<AccountName>,
    pub(crate) reason: Option<ParkReason>,
}

fn nothing(which: &WhichParked) -> String {
    let post = which.post.map(|post| format!("post {post} has "));
    let account = which.account.as_ref();
    let account = account.map_or_else(String::new, |account| format!(" for `{account}`"));
    let reason = which.reason.map(|reason| reason.name().replace('_', " "));
    let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    format!(
        "{}nothing parked{account}{reason}",
        post.unwrap_or_default()
    )
}

impl Outbox {
    /// Cancels what of the post can still be cancelled, and says for each delivery what holds.
    ///
    /// A delivery that may be public is never `cancelled` here: the sender looks first.
    pub(crate) fn cancel(&mut self, post: i64) -> Result<Vec<CancelAnswer>, OutboxError> {
        let transaction = self.write()?;
        transaction.execute(
            "UPDATE deliveries SET cancel_requested = 1
             WHERE post = ?1 AND state IN ('queued', 'sending')",
            [post],
        )?;
        transaction.execute(
            "UPDATE deliveries SET state = 'cancelled', reason = NULL, error_kind = NULL,
                    error_message = NULL
             WHERE post = ?1
               AND (state = 'queued' OR (state = 'parked' AND reason <> 'in_doubt'))
               AND NOT EXISTS (SELECT 1 FROM sendings
                               WHERE delivery = deliveries.id AND visible = 1 AND mark <> 'void')",
            [post],
        )?;
        // In doubt: cancelling means to look, never to send again.
        transaction.execute(
            "UPDATE deliveries SET state = 'queued', reason = NULL, cancel_requested = 1,
                    next_at = min(next_at, due_at)
             WHERE post = ?1 AND state = 'parked'",
            [post],
        )?;
        let answers = read_answers(&transaction, post)?;
        transaction.commit()?;
        Ok(answers)
    }

    /// Queues parked deliveries again, with a fresh schedule, each at its due time, and returns the
    /// posts that they are of.
    ///
    /// What was in doubt stays in doubt until the sender has looked. A cancelled wish is forgotten.
    pub(crate) fn retry(
        &mut self,
        which: &WhichParked,
        now: Timestamp,
    ) -> Result<Vec<i64>, DecideError> {
        let transaction = self.write()?;
        let mut posts = transaction
            .prepare(
                "UPDATE deliveries
                 SET state = 'queued', reason = NULL, next_at = max(due_at, ?4), tried_at = NULL,
                     attempts = 0, crashes = 0, setbacks = 0, cancel_requested = 0
                 WHERE (?1 IS NULL OR post = ?1) AND state = 'parked'
                   AND (?2 IS NULL OR account = ?2) AND (?3 IS NULL OR reason = ?3)
                 RETURNING post",
            )?
            .query_map(
                params![
                    which.post,
                    which.account.as_ref().map(AccountName::as_str),
                    which.reason.map(ParkReason::name),
                    milliseconds(now)
                ],
                |row| row.get(0),
            )?
            .collect::<Result<Vec<i64>, _>>()?;
        if posts.is_empty() {
            return Err(nothing_parked(&transaction, which)?);
        }
        transaction.commit()?;
        posts.sort_unstable();
        posts.dedup();
        Ok(posts)
    }

    /// Writes down what a person has found out about a parked delivery.
    pub(crate) fn resolve(
        &mut self,
        post: i64,
        account: &AccountName,
        judgement: &Judgement,
        now: Timestamp,
    ) -> Result<(), DecideError> {
        let transaction = self.write()?;
        let (id, reason) = find_parked(&transaction, post, account)?;
        match judgement {
            Judgement::Published { url } => {
                transaction.execute(
                    "UPDATE deliveries
                     SET state = 'delivered', reason = NULL, url = ?2, published_at = ?3,
                         error_kind = NULL, error_message = NULL
                     WHERE id = ?1",
                    params![id, url, milliseconds(now)],
                )?;
            }
            Judgement::NotPublished => {
                if reason != "in_doubt" {
                    let account = account.to_string();
                    return Err(DecideError::NotInDoubt {
                        post,
                        account,
                        reason,
                    });
                }
                transaction.execute(
                    "UPDATE sendings SET mark = 'void'
                     WHERE delivery = ?1 AND visible = 1 AND mark = 'begun'",
                    [id],
                )?;
                transaction.execute(
                    "UPDATE deliveries
                     SET state = 'queued', reason = NULL, next_at = ?2, tried_at = NULL,
                         attempts = 0, crashes = 0, setbacks = 0, cancel_requested = 0
                     WHERE id = ?1",
                    params![id, milliseconds(now)],
                )?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

fn nothing_parked(
    transaction: &Transaction<'_>,
    which: &WhichParked,
) -> Result<DecideError, OutboxError> {
    if let (Some(post), Some(account)) = (which.post, &which.account) {
        let goes_to = accounts_of(transaction, post)?;
        if !goes_to.iter().any(|name| name == account.as_str()) {
            let account = account.to_string();
            return Ok(OutboxError::NoSuchDelivery {
                post,
                account,
                goes_to,
            }
            .into());
        }
    }
    Ok(DecideError::NothingParked(which.clone()))
}

fn accounts_of(transaction: &Transaction<'_>, post: i64) -> Result<Vec<String>, OutboxError> {
    let mut select =
        transaction.prepare("SELECT account FROM deliveries WHERE post = ?1 ORDER BY id")?;
    let accounts = select.query_map([post], |row| row.get(0))?;
    Ok(accounts.collect::<Result<_, _>>()?)
}

fn find_parked(
    transaction: &Transaction<'_>,
    post: i64,
    account: &AccountName,
) -> Result<(i64, String), DecideError> {
    let found = transaction.query_row(
        "SELECT id, state, reason FROM deliveries WHERE post = ?1 AND account = ?2",
        params![post, account.as_str()],
        |row| {
            Ok((
                row.get(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<String>>(2)?,
            ))
        },
    );
    let account = account.to_string();
    match found {
        Ok((id, _, Some(reason))) => Ok((id, reason)),
        Ok((_, state, None)) => Err(DecideError::NotParked {
            post,
            account,
            state,
        }),
        Err(rusqlite::Error::QueryReturnedNoRows) => {
            let goes_to = accounts_of(transaction, post)?;
            Err(OutboxError::NoSuchDelivery {
                post,
                account,
                goes_to,
            }
            .into())
        }
        Err(error) => Err(error.into()),
    }
}

fn read_answers(
    transaction: &Transaction<'_>,
    post: i64,
) -> Result<Vec<CancelAnswer>, OutboxError> {
    let mut select =
        transaction.prepare("SELECT account, state FROM deliveries WHERE post = ?1 ORDER BY id")?;
    let rows = select.query_map([post], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut answers = Vec::new();
    for row in rows {
        let (account, state) = row?;
        let answer = match DeliveryState::from_name(&state) {
            Some(DeliveryState::Cancelled) => Answer::Cancelled,
            Some(DeliveryState::Delivered) => Answer::TooLate,
            _ => Answer::UnderWay,
        };
        answers.push(CancelAnswer { account, answer });
    }
    Ok(answers)
}
