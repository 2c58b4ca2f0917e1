//! The port: what a platform must be able to do so that a post can be delivered there.
//!
//! [`crate::delivery`] drives a [`Publisher`] through this port and knows no platform by name;
//! `crate::platforms` implements it and knows no outbox. Between the two stands
//! [`step_log::StepLog`]: every request of a publisher is a step that is on disk before it is sent.

pub(crate) mod checkup;
pub(crate) mod step;
pub(crate) mod step_log;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::step_log::StepLog;

/// That which can publish for one account.
///
/// A publisher is straight-line code: it reads like the platform's own documentation. It never
/// retries by itself and never asks whether it was interrupted: [`StepLog::step`] returns what a
/// finished step has left, and [`crate::delivery`] asks [`Publisher::look`] before anything that a
/// stranger could see is sent a second time.
#[async_trait]
pub(crate) trait Publisher: Send + Sync {
    /// The account that it publishes for.
    fn account(&self) -> &AccountName;

    /// The platform that it publishes on.
    fn platform(&self) -> Platform;

    /// Whose posts it makes, as far as the configuration tells: the server, or the name there. An
    /// account that has been pointed elsewhere has another place, and what was left at the old one
    /// is neither used nor looked for at the new one.
    fn place(&self) -> &str;

    /// The origin (`https://host:port`) that it talks to: one that cannot be reached is probed by
    /// one delivery at a time.
    fn host(&self) -> &str;

    /// How long the server may still be at work after an answer was lost. An absent post counts
    /// as absent only after that, and a second look. `[daemon] settle` overrides it.
    fn settle(&self) -> Duration;

    /// Whether `step` is a step that this publisher takes. The names are a stored contract: one
    /// that it does not know, left by another version, parks the delivery as in doubt.
    fn knows_step(&self, step: &str) -> bool;

    /// Publishes `post`, each request as a step of `steps`.
    async fn publish(&self, post: &Post, steps: &StepLog<'_>) -> Result<Published, PublishError>;

    /// Looks whether `post` is public already: sent by this delivery before
    /// ([`StepLog::is_unanswered`]), or, where it has a key, by an earlier run on another machine.
    ///
    /// A post that [`StepLog::belongs_to_another`] never matches, nor does one older than
    /// [`StepLog::public_since`].
    ///
    /// # Errors
    /// When the look itself could not be made or read; it will be tried again later.
    async fn look(&self, post: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError>;

    /// Takes the post `remote_id` down, so that nobody sees it any more. Doing it twice is the same
    /// as once.
    ///
    /// # Errors
    /// When it is not certain that the post is gone.
    async fn take_down(&self, remote_id: &str, clock: &Clock) -> Result<TakenDown, PublishError>;

    /// Keeps the account's credential alive. Where one has no end, nothing is done.
    ///
    /// # Errors
    /// When it could not be renewed. What is there goes on working until it ends.
    async fn renew_credential(
        &self,
        _when: Renewal,
        _clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        Ok(Renewed::Lasting)
    }

    /// Returns when the credential ends by the calendar, as far as that is known.
    fn credential_ends_at(&self) -> Option<Timestamp> {
        None
    }
}

/// When a credential is to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// If it is time to; else nothing is sent.
    IfDue,
    Now,
}

/// What became of a credential that was to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewed {
    /// It has no end.
    Lasting,
    NotDue,
    /// It is renewed; until when, if that is known.
    Until(Option<Timestamp>),
}

/// What became of a post that was to be taken down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TakenDown {
    /// It is gone.
    Now,
    /// It was gone already.
    Before,
    /// The platform lets no program do that, for this reason.
    NotPossible(String),
}

/// A post that is public, as far as its platform has told us its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Published {
    /// The platform's own id; `None` if it is public for certain but its name is unknown.
    pub(crate) remote_id: Option<String>,
    /// Where people see it.
    pub(crate) url: Option<String>,
}

/// What a look has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Looked {
    /// It is public.
    Found(Published),
    /// It is certainly not public: everything that could be it was read.
    Absent,
    /// It is not among what the platform lists, which may leave posts out for a while, or for good:
    /// once it has had time to settle, that is all that can be known.
    Unseen,
    /// The platform does not let us tell.
    CannotTell,
    /// The platform does not let us tell, and this server is not known to honour what makes a repeat
    /// harmless elsewhere: it must not be sent again.
    MustNotRepeat,
}

/// What a server or the network said: cleaned of terminal escapes, bounded, free of secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The HTTP status, if there was an answer.
    pub(crate) status: Option<u16>,
    /// A lower-case fragment without a full stop; the server's own words stand in quotes.
    pub(crate) message: String,
}

impl Cause {
    /// Returns a cause without an HTTP status.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            status: None,
            message: message.into(),
        }
    }

    /// Returns a cause that an answer with `status` gave.
    pub(crate) fn answered(status: u16, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            message: message.into(),
        }
    }
}

/// Whether a server may still act on a request whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    /// It may: the connection ended, or a proxy gave up, while it worked (time-out, reset, 408, 502,
    /// 504, an answer cut short).
    AtWork,
    /// It has answered, so it is done; what it did is unknown (500, 503, a 200 without an id).
    Done,
}

/// Why an attempt did not publish, by what it proves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PublishError {
    /// The request never left: name look-up, connect or TLS failed. Nothing was published.
    #[error("{}", .0.message)]
    Unavailable(Cause),
    /// A rate limit: nothing was published, and nothing is to be sent before `until`.
    #[error("{}", cause.message)]
    WaitUntil { until: Timestamp, cause: Cause },
    /// The credential is not accepted, and a refresh did not help. Nothing was published.
    #[error("{}", .0.message)]
    LoginNeeded(Cause),
    /// The platform, or hayon itself, said no for good. Nothing was published.
    #[error("{}", .0.message)]
    Refused(Cause),
    /// It was sent, and nobody knows what became of it.
    #[error("{}", cause.message)]
    Unclear { cause: Cause, server: Server },
    /// What the named hidden steps left has expired there: they are to run again.
    #[error("{}", cause.message)]
    Stale { steps: Vec<String>, cause: Cause },
    /// A checkpoint could not be written: stop sending at once, leave the row as it is.
    #[error("the outbox could not be written: {0}")]
    Unrecorded(String),
    /// The user has cancelled, and the step that would have made it public was not sent.
    #[error("cancelled before it was sent")]
    Cancelled,
}

impl PublishError {
    /// Whether this proves that the request which it answers has done nothing.
    pub(crate) const fn proves_nothing_happened(&self) -> bool {
        match self {
            Self::Unavailable(_)
            | Self::WaitUntil { .. }
            | Self::LoginNeeded(_)
            | Self::Refused(_)
            | Self::Stale { .. }
            | Self::Cancelled => true,
            Self::Unclear { .. } | Self::Unrecorded(_) => false,
        }
    }

    /// Returns what the server or the network said, if that is why it failed.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Unavailable(cause)
            | Self::WaitUntil { cause, .. }
            | Self::LoginNeeded(cause)
            | Self::Refused(cause)
            | Self::Unclear { cause, .. }
            | Self::Stale { cause, .. } => Some(cause),
            Self::Unrecorded(_) | Self::Cancelled => None,
        }
    }
}
