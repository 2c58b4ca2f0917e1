//! What a log-in yields, the same for all platforms: what goes into the account's table, and what goes
//! where its secrets are kept.
//!
//! A platform's own `log_in` makes the platform's requests, and asks nobody anything: who is asked, and
//! what becomes of this, is for the command to say.

use jiff::Timestamp;

use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::sessions::StoredSession;
use crate::platforms::oauth::NoRandom;
use crate::platforms::oauth::redirected::RedirectError;
use crate::publish::PublishError;

/// An account that is logged in, and not yet kept anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoggedIn {
    /// Keys of the account's table, without `platform` and `secrets`.
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) secrets: Vec<(SecretField, Secret)>,
    /// Whose account it is, as people know it: `@alice@example.social`.
    pub(crate) who: String,
    /// The same by the id that the platform never changes.
    pub(crate) stable_id: String,
    /// When the credential ends, if that is known.
    pub(crate) expires_at: Option<Timestamp>,
    /// The session that was opened on the way, so that the first post needs no other.
    pub(crate) session: Option<StoredSession>,
    /// What a person should know beside: that less was granted than was asked for.
    pub(crate) notes: Vec<String>,
}

/// Why a log-in came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Somebody said no: the platform to the secret, or the person in the browser.
    Refused,
    /// The server could not be asked, or does not want to be asked now.
    Unreachable,
    /// What answered is not what it was taken for.
    Unusable,
}

/// A log-in that came to nothing. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct LogInError {
    pub(crate) failure: Failure,
    /// A lower-case fragment without a full stop.
    pub(crate) message: String,
    /// What the server or the network said, if that is why.
    pub(crate) cause: Option<String>,
    pub(crate) hint: String,
}

impl LogInError {
    /// Returns an error without a cause.
    pub(crate) fn new(
        failure: Failure,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            failure,
            message: message.into(),
            cause: None,
            hint: hint.into(),
        }
    }

    /// Returns the error that a request, which was to do `what`, has ended in `error`.
    pub(crate) fn of(error: &PublishError, what: &str) -> Self {
        let (failure, hint) = match error {
            PublishError::LoginNeeded(_) => (
                Failure::Refused,
                "check the secret, and make a new one if it was revoked".to_owned(),
            ),
            PublishError::WaitUntil { until, .. } => (
                Failure::Unreachable,
                format!("the server asks to be left alone until {until:.0}; try again then"),
            ),
            PublishError::Refused(_) => (
                Failure::Unusable,
                "the server's own words say what it lacks".to_owned(),
            ),
            _ => (
                Failure::Unreachable,
                "is the address right, and are you online?".to_owned(),
            ),
        };
        Self {
            failure,
            message: format!("cannot {what}"),
            cause: Some(error.to_string()),
            hint,
        }
    }

    /// Sets what a person can do about it, unless the server has said when to try again.
    pub(crate) fn hint_unless_limited(self, error: &PublishError, hint: &str) -> Self {
        match error {
            PublishError::WaitUntil { .. } => self,
            _ => self.hint(hint),
        }
    }

    /// Sets what a person can do about it.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }
}

impl From<NoRandom> for LogInError {
    fn from(error: NoRandom) -> Self {
        Self::new(
            Failure::Unusable,
            error.to_string(),
            "look at the machine's own log",
        )
    }
}

impl From<RedirectError> for LogInError {
    fn from(error: RedirectError) -> Self {
        Self::new(Failure::Refused, error.to_string(), error.hint())
    }
}
