//! What a person has no more use for: a draft, or a post that has ended.
//!
//! What it was on its platforms is remembered, in a word each: a look must not take the deleted
//! post for another with the same words, and its key must not publish it again.

use jiff::Timestamp;
use rusqlite::Transaction;
use rusqlite::params;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::milliseconds;
use crate::outbox::revise::ReviseError;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::view;
use crate::outbox::view::PostView;

impl Outbox {
    /// Deletes a draft, or a post that has ended, and returns it as it was.
    ///
    /// # Errors
    /// [`ReviseError::TooLate`] while something of it is to be sent, or is in doubt.
    pub(crate) fn delete(&mut self, post: i64) -> Result<PostView, ReviseError> {
        let transaction = self.write()?;
        let present = view::read_post(&transaction, post)?;
        let unended = present.deliveries.iter().find_map(|delivery| {
            let state = match (delivery.state, delivery.reason) {
                (DeliveryState::Queued, _) => "queued",
                (DeliveryState::Sending, _) => "under way",
                (DeliveryState::Parked, Some(ParkReason::InDoubt)) => "in doubt",
                _ => return None,
            };
            Some((delivery.account.clone(), state))
        });
        if let Some((account, state)) = unended {
            return Err(ReviseError::TooLate {
                post,
                account,
                state,
            });
        }
        remember(&transaction, &present)?;
        transaction.execute("DELETE FROM posts WHERE number = ?1", [post])?;
        transaction.commit()?;
        Ok(present)
    }
}

impl Outbox {
    /// Writes down that the published delivery in `row` was taken down.
    ///
    /// # Errors
    /// When the database could not be written.
    pub(crate) fn taken_down(&mut self, row: i64, at: Timestamp) -> Result<(), OutboxError> {
        let transaction = self.write()?;
        transaction.execute(
            "UPDATE deliveries SET taken_down_at = ?2 WHERE id = ?1 AND state = 'delivered'",
            params![row, milliseconds(at)],
        )?;
        transaction.commit()?;
        Ok(())
    }
}

fn remember(transaction: &Transaction<'_>, present: &PostView) -> Result<(), OutboxError> {
    let published = transaction.execute(
        "INSERT INTO forgotten (place, remote_id, url)
         SELECT coalesce(place, ''), remote_id, url FROM deliveries
         WHERE post = ?1 AND state = 'delivered'",
        [present.number],
    )?;
    if published > 0
        && let Some(key) = &present.key
    {
        transaction.execute(
            "INSERT INTO forgotten_keys (key, number) VALUES (?1, ?2)",
            params![key, present.number],
        )?;
    }
    Ok(())
}
