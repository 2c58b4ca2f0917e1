//! What a person has saved and not submitted: a post with its addressees and without deliveries.
//!
//! A draft promises nothing and may break the rules; [`crate::post::check`] is asked again when it is
//! submitted, and from then on it is a post like any other.

use jiff::Timestamp;
use rusqlite::Transaction;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Enqueued;
use crate::outbox::enqueue::Twins;
use crate::outbox::enqueue::find_same_key;
use crate::outbox::enqueue::insert_deliveries;
use crate::outbox::enqueue::insert_post;
use crate::outbox::revise::ReviseError;
use crate::outbox::revise::expect_unchanged;
use crate::outbox::revise::write_content;
use crate::outbox::set_back::note_now;
use crate::outbox::twin::Twin;
use crate::outbox::twin::find_twin;
use crate::outbox::view::PostView;
use crate::post::post::Post;

impl Outbox {
    /// Stores `post` as a draft: nothing of it is sent before it is submitted.
    pub(crate) fn save_draft(
        &mut self,
        post: &Post,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<Enqueued, OutboxError> {
        let transaction = self.write()?;
        if let Some(known) = find_same_key(&transaction, post, asked)? {
            return Ok(known);
        }
        let number = insert_post(&transaction, post, asked, now)?;
        note_now(&transaction, now)?;
        transaction.commit()?;
        Ok(Enqueued::New(number))
    }

    /// Returns a post that says already what `post` says, which the draft that was `seen` has become.
    pub(crate) fn twin_of_draft(
        &self,
        seen: &PostView,
        post: &Post,
        asked: &Asked,
        twins: Twins,
        now: Timestamp,
    ) -> Result<Option<Twin>, OutboxError> {
        let transaction = self.connection.unchecked_transaction()?;
        find(&transaction, seen.number, post, twins, asked.due(now), now)
    }

    /// Makes the draft that was `seen` a promise: stores `post`, which it has become, with a delivery
    /// for each of its addressees.
    ///
    /// # Errors
    /// [`ReviseError::NotADraft`] if it was submitted before, [`ReviseError::Twin`] if another post
    /// says the same; then nothing has changed.
    pub(crate) fn submit(
        &mut self,
        seen: &PostView,
        post: &Post,
        asked: &Asked,
        twins: Twins,
        now: Timestamp,
    ) -> Result<(), ReviseError> {
        let transaction = self.write()?;
        let number = seen.number;
        let present = expect_unchanged(&transaction, seen)?;
        if !present.is_draft() {
            return Err(ReviseError::NotADraft { post: number });
        }
        let due = asked.due(now);
        if let Some(twin) = find(&transaction, number, post, twins, due, now)? {
            return Err(ReviseError::Twin(twin));
        }
        write_content(&transaction, number, post, asked, due)?;
        insert_deliveries(&transaction, post, number, due)?;
        note_now(&transaction, now)?;
        transaction.commit()?;
        Ok(())
    }
}

/// With a key, the key alone says whether it is the same.
fn find(
    transaction: &Transaction<'_>,
    number: i64,
    post: &Post,
    twins: Twins,
    due: Timestamp,
    now: Timestamp,
) -> Result<Option<Twin>, OutboxError> {
    if post.key.is_some() || twins == Twins::Allowed {
        return Ok(None);
    }
    find_twin(transaction, post, Some(number), due, now)
}
