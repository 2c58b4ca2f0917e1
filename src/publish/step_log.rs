//! The steps of one delivery during one attempt: what an interrupted attempt has left, and the marks.
//!
//! [`StepLog::step`] returns what a finished step has left, or marks a sending, sends, and marks the
//! answer. It never asks a platform anything: what is unanswered is for [`crate::delivery`] to
//! clear up before it goes on.

use std::future::Future;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::clock::earlier;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Server;
use crate::publish::step::Begun;
use crate::publish::step::Checkpoints;
use crate::publish::step::Durable;
use crate::publish::step::Effect;
use crate::publish::step::Mark;
use crate::publish::step::Sending;
use crate::publish::step::SendingId;
use crate::publish::step::Step;

/// Who a delivery is, for keys that make a repeat harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The delivery's own id: a UUID, unique to this outbox.
    pub(crate) delivery: String,
    /// The user's key, if the post has one: the same on every machine.
    pub(crate) key: Option<String>,
}

/// How far a clock of a server may stand apart from ours beyond what its answers show.
const CLOCK_MARGIN: Duration = Duration::from_mins(1);

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
        if step.durable == Durable::Done {
            return self.harmless(step, begun_at, send).await;
        }
        let Begun::Sending(id) = self.checkpoints.begin(&step, begun_at).await? else {
            return Err(PublishError::Cancelled);
        };
        let mark = Mark::Begun { settles_from: None };
        self.sendings().push(Sending {
            id,
            step: step.clone(),
            begun_at,
            mark,
        });
        match send().await {
            Ok(value) => {
                let output = written(&value)?;
                if step.durable == Durable::Begun {
                    self.checkpoints.done_with_outcome(id, &output).await?;
                } else {
                    self.checkpoints.done(id, &step, &output).await?;
                }
                self.set_mark(id, Mark::Done { output });
                Ok(value)
            }
            Err(error) => {
                self.note_failure(id, &error).await?;
                Err(error)
            }
        }
    }

    async fn harmless<T, F, Fut>(
        &self,
        step: Step,
        begun_at: Timestamp,
        send: F,
    ) -> Result<T, PublishError>
    where
        T: Serialize,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, PublishError>>,
    {
        let value = send().await?;
        let output = written(&value)?;
        let done = self.checkpoints.done_at_once(&step, begun_at, &output);
        let id = done.await?;
        let mark = Mark::Done { output };
        self.sendings().push(Sending {
            id,
            step,
            begun_at,
            mark,
        });
        Ok(value)
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

    /// Returns what the visible step has left, if it is done: the post is public for certain, even
    /// where its name cannot be read any more.
    pub(crate) fn published(&self) -> Option<Published> {
        self.sendings()
            .iter()
            .find_map(|sending| match &sending.mark {
                Mark::Done { output } if sending.step.effect == Effect::Visible => {
                    Some(serde_json::from_str(output).unwrap_or_default())
                }
                _ => None,
            })
    }

    /// Whether `step` was sent before and nobody knows what became of it.
    pub(crate) fn was_sent(&self, step: &str) -> bool {
        let sendings = self.sendings();
        let mut of_step = sendings.iter().filter(|sending| sending.step.name == step);
        of_step.any(|sending| matches!(sending.mark, Mark::Begun { .. }))
    }

    /// Whether `step` was sent before, whatever became of it.
    pub(crate) fn was_tried(&self, step: &str) -> bool {
        let sendings = self.sendings();
        sendings.iter().any(|sending| sending.step.name == step)
    }

    /// Whether a visible step was sent and nobody knows what became of it.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.sendings().iter().any(is_unanswered)
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
            || earlier(self.clock.now(), self.key_window),
            |(_, begun_at)| begun_at,
        );
        earlier(since, CLOCK_MARGIN)
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

    fn sendings(&self) -> MutexGuard<'_, Vec<Sending>> {
        // Nothing panics while the list is held, so a poisoned one is whole.
        self.sendings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn written<T: Serialize>(value: &T) -> Result<String, PublishError> {
    serde_json::to_string(value).map_err(|error| PublishError::Unrecorded(error.to_string()))
}

fn is_unanswered(sending: &Sending) -> bool {
    sending.step.effect == Effect::Visible && matches!(sending.mark, Mark::Begun { .. })
}
