//! What a look at something of ours has found: whether it is in order, and what to do if it is not.
//!
//! A platform's checkup of an account tells its [`Finding`]s through here, and so do those of the
//! outbox and of the files: a person reads them all in one list.

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::publish::PublishError;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// It is in order.
    Fine,
    /// It could not be looked at.
    Skipped,
    /// It works, and a person should know something about it.
    Warning,
    /// It keeps hayon from doing its work: a person must mend it.
    Trouble,
}

impl Grade {
    /// Returns the word that people and programs read.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Trouble => "trouble",
        }
    }
}

/// Who can mend a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cure {
    /// Whoever logs in anew, with a credential that is accepted.
    LogIn,
    /// Whatever the hints say.
    Other,
}

/// What one look has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What was looked at, in a word or two.
    pub(crate) subject: &'static str,
    pub(crate) grade: Grade,
    /// A lower-case fragment without a full stop.
    pub(crate) message: String,
    /// What to do next, the likeliest first.
    pub(crate) hints: Vec<String>,
    pub(crate) cure: Cure,
}

impl Finding {
    fn new(subject: &'static str, grade: Grade, message: impl Into<String>) -> Self {
        Self {
            subject,
            grade,
            message: message.into(),
            hints: Vec::new(),
            cure: Cure::Other,
        }
    }

    /// Returns the finding that `subject` is in order.
    pub(crate) fn fine(subject: &'static str, message: impl Into<String>) -> Self {
        Self::new(subject, Grade::Fine, message)
    }

    /// Returns the finding that `subject` could not be looked at.
    pub(crate) fn skipped(subject: &'static str, message: impl Into<String>) -> Self {
        Self::new(subject, Grade::Skipped, message)
    }

    /// Returns the finding that a person should know something about `subject`.
    pub(crate) fn warning(subject: &'static str, message: impl Into<String>) -> Self {
        Self::new(subject, Grade::Warning, message)
    }

    /// Returns the finding that `subject` must be mended.
    pub(crate) fn trouble(subject: &'static str, message: impl Into<String>) -> Self {
        Self::new(subject, Grade::Trouble, message)
    }

    /// Adds what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Marks it as one that a log-in mends.
    pub(crate) fn needs_login(self) -> Self {
        Self {
            cure: Cure::LogIn,
            ..self
        }
    }

    /// Returns the finding that a request about `subject` has ended in `error`.
    pub(crate) fn of_error(subject: &'static str, error: &PublishError) -> Self {
        match error {
            // It passes by itself, and a post would wait for it.
            PublishError::WaitUntil { until, .. } => Self::warning(
                subject,
                format!("{error}; the server asks to be left alone until {until:.0}"),
            ),
            PublishError::LoginNeeded(_) => Self::trouble(subject, error.to_string()).needs_login(),
            _ => Self::trouble(subject, error.to_string()),
        }
    }
}

/// What the checkup of an account has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Checkup {
    pub(crate) findings: Vec<Finding>,
    /// How far the server's clock is ahead of ours, if it has told its time.
    pub(crate) server_ahead: Option<SignedDuration>,
    /// When the credential ends by the calendar, as far as that is known.
    pub(crate) ends_at: Option<Timestamp>,
}
