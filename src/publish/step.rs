//! Durable steps: each request of a publisher is on disk before it leaves, and so is its answer.
//!
//! A [`Step`] says what to do if it began and nobody heard the answer ([`Recovery`]), and whether
//! a stranger can see its effect. [`StepLog`] is what an attempt holds: it returns what finished
//! steps have left, and marks each sending *begun* before and *done* after. One mark is one
//! sending; an answer that proves that nothing happened voids the sending it answers and no other.

use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;

/// What to do with a step that began and whose answer nobody heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// A repeat is harmless: send it again.
    Repeat,
    /// A repeat is harmless for this long, counted from the first beginning.
    RepeatWithin(Duration),
    /// A repeat may be a second post: only a look that finds it absent allows another sending.
    Once,
}

/// Whether a stranger can see what a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Hidden,
    /// This sending makes the post public.
    Visible,
}

/// One request (or wait) inside an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) recovery: Recovery,
    pub(crate) effect: Effect,
}

impl Step {
    /// Returns a hidden step that may be sent any number of times.
    pub(crate) fn repeatable(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            recovery: Recovery::Repeat,
            effect: Effect::Hidden,
        }
    }

    /// Returns a hidden step that may be sent again within `window` of its first beginning.
    pub(crate) fn repeatable_within(name: impl Into<String>, window: Duration) -> Self {
        let recovery = Recovery::RepeatWithin(window);
        Self {
            name: name.into(),
            recovery,
            effect: Effect::Hidden,
        }
    }

    /// Returns a hidden step that is not sent again unless a look finds that it did nothing.
    pub(crate) fn once(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            recovery: Recovery::Once,
            effect: Effect::Hidden,
        }
    }

    /// Marks the step whose sending makes the post public.
    pub(crate) fn visible(self) -> Self {
        Self {
            effect: Effect::Visible,
            ..self
        }
    }
}

/// One sending of a step, as the checkpoints number it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SendingId(pub(crate) i64);

/// What is known of one sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Begun, and no answer was heard. `settles_from` is since when the server may have been at
    /// work unheard; `None` if it answered, or if nobody has noticed the loss yet.
    Begun { settles_from: Option<Timestamp> },
    /// Answered, with this output (JSON).
    Done { output: String },
    /// It is proven that it did nothing.
    Void,
}

/// One sending as it stands on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sending {
    pub(crate) id: SendingId,
    pub(crate) step: Step,
    pub(crate) begun_at: Timestamp,
    pub(crate) mark: Mark,
}

/// What the *begun* transaction of a step answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// It is on disk: send.
    Sending(SendingId),
    /// The step is visible and the user has cancelled: do not send.
    Cancelled,
}

/// A checkpoint could not be written; nothing more may be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unrecorded(pub(crate) String);

/// Where the marks of one delivery are kept. Every method returns only once its mark is durable.
#[async_trait]
pub(crate) trait Checkpoints: Send + Sync {
    /// Marks a sending of `step` begun. For a visible step the same transaction reads the cancel
    /// flag and the sender's claim once more.
    async fn begin(&self, step: &Step, at: Timestamp) -> Result<Begun, Unrecorded>;

    /// Marks a sending answered.
    async fn done(&self, sending: SendingId, output: &str) -> Result<(), Unrecorded>;

    /// Marks sendings void: they are proven to have done nothing.
    async fn void(&self, sendings: &[SendingId]) -> Result<(), Unrecorded>;

    /// Writes down since when the server may be at work on a sending whose answer was lost.
    async fn unheard(&self, sending: SendingId, settles_from: Timestamp) -> Result<(), Unrecorded>;

    /// Whether `remote_id` is the id of another delivery for the same account.
    async fn is_taken(&self, remote_id: &str) -> Result<bool, Unrecorded>;
}

/// Who a delivery is, for keys that make a repeat harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The delivery's own id: a UUID, unique to this outbox.
    pub(crate) delivery: String,
    /// The user's key, if the post has one: the same on every machine.
    pub(crate) key: Option<String>,
}

/// How far a clock of a server may stand apart from ours beyond what its answers show.
const CLOCK_MARGIN: Duration = Duration::from_secs(60);

/// The steps of one delivery during one attempt.
pub(crate) struct StepLog<'a> {
    identity: Identity,
    clock: &'a Clock,
    checkpoints: &'a dyn Checkpoints,
    /// How old an equal post may be that is adopted for a key.
    key_window: Duration,
    sendings: Mutex<Vec<Sending>>,
    last_step: Mutex<Option<String>>,
}

impl<'a> StepLog<'a> {
    /// Returns the log of a delivery that has left `sendings` behind so far.
    pub(crate) fn new(
        identity: Identity,
        clock: &'a Clock,
        checkpoints: &'a dyn Checkpoints,
        key_window: Duration,
        sendings: Vec<Sending>,
    ) -> Self {
        let (sendings, last_step) = (Mutex::new(sendings), Mutex::new(None));
        Self {
            identity,
            clock,
            checkpoints,
            key_window,
            sendings,
            last_step,
        }
    }

    /// Returns who the delivery is.
    pub(crate) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the clock of this attempt.
    pub(crate) const fn clock(&self) -> &Clock {
        self.clock
    }

    /// Runs `step`, or returns what it has left if it is done already.
    ///
    /// # Errors
    /// What `send` returns; [`PublishError::Cancelled`] if the user cancelled before a visible step
    /// was sent; [`PublishError::Unrecorded`] if a mark could not be written.
    pub(crate) async fn step<T, F, Fut>(&self, step: Step, send: F) -> Result<T, PublishError>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, PublishError>>,
    {
        if let Some(output) = self.output(&step.name) {
            return output;
        }
        self.remember_last(&step.name);
        let begun_at = self.clock.now();
        let Begun::Sending(id) = self.checkpoints.begin(&step, begun_at).await? else {
            return Err(PublishError::Cancelled);
        };
        let mark = Mark::Begun { settles_from: None };
        self.sendings().push(Sending {
            id,
            step,
            begun_at,
            mark,
        });
        match send().await {
            Ok(value) => {
                let output = serde_json::to_string(&value)
                    .map_err(|error| PublishError::Unrecorded(error.to_string()))?;
                self.checkpoints.done(id, &output).await?;
                self.set_mark(id, Mark::Done { output });
                Ok(value)
            }
            Err(error) => {
                self.note_failure(id, &error).await?;
                Err(error)
            }
        }
    }

    /// Returns what the step `name` has left, if it is done.
    ///
    /// An output that cannot be read (written by another version) is an error, not a reason to
    /// send again.
    pub(crate) fn output<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Option<Result<T, PublishError>> {
        let sendings = self.sendings();
        let done = sendings
            .iter()
            .rev()
            .find_map(|sending| match &sending.mark {
                Mark::Done { output } if sending.step.name == name => Some(output),
                _ => None,
            })?;
        Some(serde_json::from_str(done).map_err(|error| {
            let message = format!("what step `{name}` left cannot be read: {error}");
            PublishError::Refused(Cause::new(message))
        }))
    }

    /// Whether a visible step was sent and nobody knows what became of it.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.sendings().iter().any(is_unanswered)
    }

    /// Whether a visible step was ever sent, whatever came of it.
    pub(crate) fn was_visible_step_sent(&self) -> bool {
        self.sendings()
            .iter()
            .any(|sending| sending.step.effect == Effect::Visible)
    }

    /// Returns the step of the first unanswered visible sending, and when it was first begun.
    pub(crate) fn first_unanswered(&self) -> Option<(Step, Timestamp)> {
        let sendings = self.sendings();
        let first = sendings.iter().find(|sending| is_unanswered(sending))?;
        Some((first.step.clone(), first.begun_at))
    }

    /// Returns since when servers may be at work on unanswered visible sendings: the latest.
    pub(crate) fn settles_from(&self) -> Option<Timestamp> {
        let sendings = self.sendings();
        sendings
            .iter()
            .filter(|sending| is_unanswered(sending))
            .filter_map(|sending| match sending.mark {
                Mark::Begun { settles_from } => settles_from,
                _ => None,
            })
            .max()
    }

    /// Returns the earliest instant at which a post that may be ours can have been made public,
    /// by our clock: the first unanswered sending, else the beginning of the key's window.
    pub(crate) fn public_since(&self) -> Timestamp {
        let since = self.first_unanswered().map_or_else(
            || crate::clock::earlier(self.clock.now(), self.key_window),
            |(_, begun_at)| begun_at,
        );
        crate::clock::earlier(since, CLOCK_MARGIN)
    }

    /// Whether `remote_id` is a post of another delivery of this outbox.
    pub(crate) async fn belongs_to_another(&self, remote_id: &str) -> Result<bool, PublishError> {
        Ok(self.checkpoints.is_taken(remote_id).await?)
    }

    /// Voids every unanswered visible sending: a look has proven that none of them did anything.
    pub(crate) async fn void_unanswered(&self) -> Result<(), PublishError> {
        let ids: Vec<SendingId> = self
            .sendings()
            .iter()
            .filter(|s| is_unanswered(s))
            .map(|s| s.id)
            .collect();
        self.checkpoints.void(&ids).await?;
        for id in ids {
            self.set_mark(id, Mark::Void);
        }
        Ok(())
    }

    /// Drops the *done* marks of `steps`: what they left has expired, so they run again.
    pub(crate) async fn forget(&self, steps: &[String]) -> Result<(), PublishError> {
        let ids: Vec<SendingId> = self
            .sendings()
            .iter()
            .filter(|sending| steps.contains(&sending.step.name))
            .map(|sending| sending.id)
            .collect();
        self.checkpoints.void(&ids).await?;
        for id in ids {
            self.set_mark(id, Mark::Void);
        }
        Ok(())
    }

    /// Returns the name of the step that ran last in this attempt.
    pub(crate) fn last_step(&self) -> Option<String> {
        self.last_step
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns the first step on disk that `knows` does not know.
    pub(crate) fn unknown_step(&self, knows: impl Fn(&str) -> bool) -> Option<String> {
        let sendings = self.sendings();
        sendings
            .iter()
            .map(|s| &s.step.name)
            .find(|name| !knows(name))
            .cloned()
    }

    async fn note_failure(&self, id: SendingId, error: &PublishError) -> Result<(), PublishError> {
        if error.proves_nothing_happened() {
            self.checkpoints.void(&[id]).await?;
            self.set_mark(id, Mark::Void);
        } else if matches!(
            error,
            PublishError::Unclear {
                server: Server::AtWork,
                ..
            }
        ) {
            let now = self.clock.now();
            self.checkpoints.unheard(id, now).await?;
            self.set_mark(
                id,
                Mark::Begun {
                    settles_from: Some(now),
                },
            );
        }
        Ok(())
    }

    fn set_mark(&self, id: SendingId, mark: Mark) {
        if let Some(sending) = self.sendings().iter_mut().find(|sending| sending.id == id) {
            sending.mark = mark;
        }
    }

    fn remember_last(&self, name: &str) {
        *self
            .last_step
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(name.to_owned());
    }

    fn sendings(&self) -> std::sync::MutexGuard<'_, Vec<Sending>> {
        // Nothing panics while the list is held, so a poisoned one is whole.
        self.sendings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_unanswered(sending: &Sending) -> bool {
    sending.step.effect == Effect::Visible && matches!(sending.mark, Mark::Begun { .. })
}

impl From<Unrecorded> for PublishError {
    fn from(error: Unrecorded) -> Self {
        Self::Unrecorded(error.0)
    }
}
