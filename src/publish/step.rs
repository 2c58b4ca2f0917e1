//! Durable steps: what a publisher sends, one request or wait at a time.
//!
//! A [`Step`] says what to do if it began and nobody heard the answer ([`Recovery`]), and whether
//! a stranger can see its effect. Each time it goes out is a [`Sending`], marked *begun* on disk
//! before and *done* after, as far as anything can come of it ([`Durable`]); an answer that proves that nothing happened voids the sending it
//! answers and no other. [`crate::publish::step_log::StepLog`] keeps to this.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::publish::PublishError;

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

/// Which marks of a step are written down for themselves. Each is a wait for the disk, unless a power cut
/// [may forget it](Step::may_be_forgotten).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durable {
    /// *Begun* before it is sent, and *done* before the next step.
    BegunAndDone,
    /// *Begun* before it is sent. *Done* comes with the outcome, since nothing is sent in between.
    Begun,
    /// *Done* before the next step. It changes nothing anywhere: nobody need know that it began.
    Done,
}

/// One request (or wait) inside an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) recovery: Recovery,
    pub(crate) effect: Effect,
    pub(crate) durable: Durable,
}

impl Step {
    /// Returns a hidden step that may be sent any number of times.
    pub(crate) fn repeatable(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            recovery: Recovery::Repeat,
            effect: Effect::Hidden,
            durable: Durable::BegunAndDone,
        }
    }

    /// Returns a hidden step that may be sent again within `window` of its first beginning.
    pub(crate) fn repeatable_within(name: impl Into<String>, window: Duration) -> Self {
        let recovery = Recovery::RepeatWithin(window);
        Self {
            name: name.into(),
            recovery,
            effect: Effect::Hidden,
            durable: Durable::BegunAndDone,
        }
    }

    /// Returns a hidden step that is not sent again unless a look finds that it did nothing.
    pub(crate) fn once(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            recovery: Recovery::Once,
            effect: Effect::Hidden,
            durable: Durable::BegunAndDone,
        }
    }

    /// Returns a hidden step that changes nothing, neither here nor on the platform.
    pub(crate) fn harmless(name: impl Into<String>) -> Self {
        Self {
            durable: Durable::Done,
            ..Self::repeatable(name)
        }
    }

    /// Whether a power cut may forget that it began, or what it left: nobody sees it, and a repeat is
    /// harmless at any time. What is durable after it keeps it, as the marks are in order.
    pub(crate) const fn may_be_forgotten(&self) -> bool {
        matches!(
            (self.effect, self.recovery),
            (Effect::Hidden, Recovery::Repeat)
        )
    }

    /// Marks the step whose answer is the outcome: no request and no wait comes after it.
    pub(crate) fn last(self) -> Self {
        Self {
            durable: Durable::Begun,
            ..self
        }
    }

    /// Marks the step whose sending makes the post public. What it leaves is a
    /// [`crate::publish::Published`].
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

/// Where the marks of one delivery are kept. A method returns only once its mark is durable, but for what
/// [may be forgotten](Step::may_be_forgotten), and for what comes with the outcome.
#[async_trait]
pub(crate) trait Checkpoints: Send + Sync {
    /// Marks a sending of `step` begun. For a visible step the same transaction reads the cancel
    /// flag and the sender's claim once more.
    async fn begin(&self, step: &Step, at: Timestamp) -> Result<Begun, Unrecorded>;

    /// Marks a sending of `step` answered.
    async fn done(&self, sending: SendingId, step: &Step, output: &str) -> Result<(), Unrecorded>;

    /// Marks a sending answered with the outcome, which is written down next and makes the mark
    /// durable: the one method that returns before that.
    async fn done_with_outcome(&self, sending: SendingId, output: &str) -> Result<(), Unrecorded>;

    /// Marks that `step` is done, of which nobody need know that it began.
    async fn done_at_once(
        &self,
        step: &Step,
        at: Timestamp,
        output: &str,
    ) -> Result<SendingId, Unrecorded>;

    /// Marks sendings void: they are proven to have done nothing.
    async fn void(&self, sendings: &[SendingId]) -> Result<(), Unrecorded>;

    /// Writes down since when the server may be at work on a sending whose answer was lost.
    async fn unheard(&self, sending: SendingId, settles_from: Timestamp) -> Result<(), Unrecorded>;

    /// Whether `remote_id` is the id of another delivery for the same account.
    async fn is_taken(&self, remote_id: &str) -> Result<bool, Unrecorded>;
}

impl From<Unrecorded> for PublishError {
    fn from(error: Unrecorded) -> Self {
        Self::Unrecorded(error.0)
    }
}
