//! The durable marks of steps: one row is one sending.
//!
//! A mark is written on condition that its sender is still the sender, so that one which was
//! stopped for an hour and then goes on sends nothing any more. It is durable when it is written, but for
//! what a power cut may forget: that waits for the next mark, and comes before it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::Transaction;
use rusqlite::params;

use crate::outbox::Commit;
use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::claim::Claim;
use crate::outbox::claim::DeliveryId;
use crate::outbox::claim::SenderId;
use crate::outbox::claim::prove_sender;
use crate::outbox::door::Door;
use crate::outbox::instant;
use crate::outbox::milliseconds;
use crate::outbox::reading;
use crate::publish::step::Begun;
use crate::publish::step::Checkpoints;
use crate::publish::step::Durable;
use crate::publish::step::Effect;
use crate::publish::step::Mark;
use crate::publish::step::Recovery;
use crate::publish::step::Sending;
use crate::publish::step::SendingId;
use crate::publish::step::Step;
use crate::publish::step::Unrecorded;

/// The marks of one claimed delivery.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryCheckpoints {
    door: Door,
    sender: SenderId,
    delivery: DeliveryId,
    /// What is answered, and is written down with the outcome.
    unwritten: Arc<Mutex<Option<Answered>>>,
}

/// The answer to a sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) sending: SendingId,
    pub(crate) output: String,
}

impl DeliveryCheckpoints {
    /// Returns the marks of the delivery that `sender` has claimed.
    pub(crate) fn new(door: &Door, sender: &SenderId, claim: &Claim) -> Self {
        Self {
            door: door.clone(),
            sender: sender.clone(),
            delivery: claim.delivery,
            unwritten: Arc::default(),
        }
    }

    /// Takes the answer that is to be written down with the outcome, if there is one.
    pub(crate) fn take_unwritten(&self) -> Option<Answered> {
        let mut unwritten = self
            .unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        unwritten.take()
    }

    async fn with<T, F>(&self, write: F) -> Result<T, Unrecorded>
    where
        T: Send + 'static,
        F: FnOnce(&mut Outbox, &SenderId, DeliveryId) -> Result<T, OutboxError> + Send + 'static,
    {
        let (sender, delivery) = (self.sender.clone(), self.delivery);
        let written = self
            .door
            .with(move |outbox| write(outbox, &sender, delivery))
            .await;
        written.map_err(|error| Unrecorded(error.to_string()))
    }

    async fn mark(&self, sending: SendingId, mark: Mark, commit: Commit) -> Result<(), Unrecorded> {
        self.with(move |outbox, sender, _| outbox.mark(sender, sending, &mark, commit))
            .await
    }
}

#[async_trait]
impl Checkpoints for DeliveryCheckpoints {
    async fn begin(&self, step: &Step, at: Timestamp) -> Result<Begun, Unrecorded> {
        // Nothing follows a step that is the last; should one follow, it finds that one done.
        if let Some(Answered { sending, output }) = self.take_unwritten() {
            let mark = Mark::Done { output };
            self.mark(sending, mark, Commit::Durable).await?;
        }
        let step = step.clone();
        self.with(move |outbox, sender, delivery| outbox.begin(sender, delivery, &step, at))
            .await
    }

    async fn done(&self, sending: SendingId, step: &Step, output: &str) -> Result<(), Unrecorded> {
        let mark = Mark::Done {
            output: output.to_owned(),
        };
        self.mark(sending, mark, commit_of(step)).await
    }

    async fn done_with_outcome(&self, sending: SendingId, output: &str) -> Result<(), Unrecorded> {
        let output = output.to_owned();
        let answered = Answered { sending, output };
        let mut unwritten = self
            .unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *unwritten = Some(answered);
        Ok(())
    }

    async fn done_at_once(
        &self,
        step: &Step,
        at: Timestamp,
        output: &str,
    ) -> Result<SendingId, Unrecorded> {
        let (step, output) = (step.clone(), output.to_owned());
        self.with(move |outbox, sender, delivery| {
            outbox.add_done(sender, delivery, &step, at, &output)
        })
        .await
    }

    async fn void(&self, sendings: &[SendingId]) -> Result<(), Unrecorded> {
        let sendings = sendings.to_vec();
        self.with(move |outbox, sender, _| outbox.void(sender, &sendings))
            .await
    }

    async fn unheard(&self, sending: SendingId, settles_from: Timestamp) -> Result<(), Unrecorded> {
        let mark = Mark::Begun {
            settles_from: Some(settles_from),
        };
        self.mark(sending, mark, Commit::Durable).await
    }

    async fn is_taken(&self, remote_id: &str) -> Result<bool, Unrecorded> {
        let remote_id = remote_id.to_owned();
        self.with(move |outbox, _, delivery| outbox.is_taken(delivery, &remote_id))
            .await
    }
}

/// Returns how the marks of `step` are committed.
const fn commit_of(step: &Step) -> Commit {
    if step.may_be_forgotten() {
        Commit::Ordered
    } else {
        Commit::Durable
    }
}

impl Outbox {
    fn begin(
        &mut self,
        sender: &SenderId,
        delivery: DeliveryId,
        step: &Step,
        at: Timestamp,
    ) -> Result<Begun, OutboxError> {
        let transaction = self.begin_writing(commit_of(step))?;
        let is_cancelled = is_cancel_requested(&transaction, sender, delivery)?;
        if step.effect == Effect::Visible && is_cancelled {
            return Ok(Begun::Cancelled);
        }
        let id = add_sending(&transaction, delivery, step, at)?;
        transaction.commit()?;
        // A witness of what a power cut has taken would call the outbox a backup.
        if !step.may_be_forgotten() {
            self.testify(id.0);
        }
        Ok(Begun::Sending(id))
    }

    fn add_done(
        &mut self,
        sender: &SenderId,
        delivery: DeliveryId,
        step: &Step,
        at: Timestamp,
        output: &str,
    ) -> Result<SendingId, OutboxError> {
        let transaction = self.begin_writing(commit_of(step))?;
        is_cancel_requested(&transaction, sender, delivery)?;
        let id = add_sending(&transaction, delivery, step, at)?;
        let output = output.to_owned();
        set_mark(&transaction, id, &Mark::Done { output })?;
        transaction.commit()?;
        Ok(id)
    }

    fn mark(
        &mut self,
        sender: &SenderId,
        sending: SendingId,
        mark: &Mark,
        commit: Commit,
    ) -> Result<(), OutboxError> {
        let transaction = self.begin_writing(commit)?;
        prove_sender(&transaction, sender)?;
        set_mark(&transaction, sending, mark)?;
        transaction.commit()?;
        Ok(())
    }

    fn void(&mut self, sender: &SenderId, sendings: &[SendingId]) -> Result<(), OutboxError> {
        let transaction = self.write()?;
        prove_sender(&transaction, sender)?;
        for sending in sendings {
            transaction
                .prepare_cached("UPDATE sendings SET mark = 'void' WHERE id = ?1")?
                .execute([sending.0])?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn is_taken(&self, delivery: DeliveryId, remote_id: &str) -> Result<bool, OutboxError> {
        Ok(self
            .connection
            .prepare_cached(
                // A person who has found one public has told its address only, which ends in the id.
                "SELECT EXISTS (
                    SELECT 1 FROM deliveries AS other, deliveries AS this
                    WHERE this.id = ?1 AND other.place = this.place AND other.id <> this.id
                      AND other.remote_id = ?2)
                 OR EXISTS (
                    SELECT 1 FROM deliveries AS other, deliveries AS this
                    WHERE this.id = ?1 AND other.place = this.place AND other.id <> this.id
                      AND other.remote_id IS NULL AND other.url IS NOT NULL
                      AND substr(other.url, -length(?2) - 1) = '/' || ?2)
                 OR EXISTS (
                    SELECT 1 FROM forgotten, deliveries AS this
                    WHERE this.id = ?1 AND forgotten.place = this.place
                      AND (forgotten.remote_id = ?2
                           OR (forgotten.remote_id IS NULL AND forgotten.url IS NOT NULL
                               AND substr(forgotten.url, -length(?2) - 1) = '/' || ?2)))",
            )?
            .query_row(params![delivery.0, remote_id], |row| row.get(0))?)
    }
}

/// Whether the user has cancelled `delivery`, which `sender` must have claimed.
fn is_cancel_requested(
    transaction: &Transaction<'_>,
    sender: &SenderId,
    delivery: DeliveryId,
) -> Result<bool, OutboxError> {
    prove_sender(transaction, sender)?;
    let (state, cancel_requested): (String, bool) = transaction
        .prepare_cached("SELECT state, cancel_requested FROM deliveries WHERE id = ?1")?
        .query_row([delivery.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if state == "sending" {
        Ok(cancel_requested)
    } else {
        Err(OutboxError::NotSender)
    }
}

fn add_sending(
    transaction: &Transaction<'_>,
    delivery: DeliveryId,
    step: &Step,
    at: Timestamp,
) -> Result<SendingId, OutboxError> {
    let (recovery, window) = recovery_columns(step.recovery);
    let is_visible = step.effect == Effect::Visible;
    let values = params![
        delivery.0,
        step.name,
        recovery,
        window,
        is_visible,
        milliseconds(at)
    ];
    let id = transaction
        .prepare_cached(
            "INSERT INTO sendings (delivery, step, recovery, window_ms, visible, begun_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
        )?
        .query_row(values, |row| row.get(0))?;
    Ok(SendingId(id))
}

/// Sets the mark of a sending.
pub(crate) fn set_mark(
    transaction: &Transaction<'_>,
    sending: SendingId,
    mark: &Mark,
) -> Result<(), OutboxError> {
    let (word, settles_from, output) = match mark {
        Mark::Begun { settles_from } => ("begun", settles_from.map(milliseconds), None),
        Mark::Done { output } => ("done", None, Some(output.as_str())),
        Mark::Void => ("void", None, None),
    };
    transaction
        .prepare_cached(
            "UPDATE sendings SET mark = ?2, settles_from = ?3, output = ?4 WHERE id = ?1",
        )?
        .execute(params![sending.0, word, settles_from, output])?;
    Ok(())
}

/// Reads every sending of `delivery`, oldest first.
pub(crate) fn read(
    transaction: &Transaction<'_>,
    delivery: DeliveryId,
) -> Result<Vec<Sending>, OutboxError> {
    let mut select = transaction.prepare_cached(
        "SELECT id, step, recovery, window_ms, visible, begun_at, mark, settles_from, output
         FROM sendings WHERE delivery = ?1 ORDER BY id",
    )?;
    let sendings = select.query_map([delivery.0], read_sending)?;
    Ok(sendings.collect::<Result<_, _>>()?)
}

fn read_sending(row: &Row<'_>) -> rusqlite::Result<Sending> {
    let window = row
        .get::<_, Option<i64>>(3)?
        .and_then(|millis| u64::try_from(millis).ok());
    let recovery = match (reading::text(row, 2)?.as_str(), window) {
        ("repeat", _) => Recovery::Repeat,
        ("repeat_within", Some(millis)) => Recovery::RepeatWithin(Duration::from_millis(millis)),
        // A word that this version does not know is treated as the most careful one.
        _ => Recovery::Once,
    };
    let mark = match reading::text(row, 6)?.as_str() {
        "done" => Mark::Done {
            output: reading::optional_text(row, 8)?.unwrap_or_default(),
        },
        "void" => Mark::Void,
        _ => Mark::Begun {
            settles_from: row.get::<_, Option<i64>>(7)?.map(instant),
        },
    };
    let effect = if row.get(4)? {
        Effect::Visible
    } else {
        Effect::Hidden
    };
    Ok(Sending {
        id: SendingId(row.get(0)?),
        step: Step {
            name: reading::text(row, 1)?,
            recovery,
            effect,
            // What is on disk is durable.
            durable: Durable::BegunAndDone,
        },
        begun_at: instant(row.get(5)?),
        mark,
    })
}

fn recovery_columns(recovery: Recovery) -> (&'static str, Option<i64>) {
    match recovery {
        Recovery::Repeat => ("repeat", None),
        Recovery::RepeatWithin(window) => (
            "repeat_within",
            Some(i64::try_from(window.as_millis()).unwrap_or(i64::MAX)),
        ),
        Recovery::Once => ("once", None),
    }
}
