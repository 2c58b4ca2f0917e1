//! What a person is told when a command cannot do as asked: what happened, why, what to do next.
//!
//! The only file that knows the errors of every module.

use std::error::Error as _;

use serde_json::Value;
use serde_json::json;

use crate::cli::exit::Exit;
use crate::cli::reviews::violation_json;
use crate::config::error::ConfigError;
use crate::config::secrets::error::SecretError;
use crate::config::sessions::SessionError;
use crate::config::writing::WriteError;
use crate::daemon::turn::DaemonError;
use crate::delivery::attempt::Stop;
use crate::media::MediaError;
use crate::outbox::OutboxError;
use crate::outbox::decide::DecideError;
use crate::outbox::revise::ReviseError;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::post::nearest::nearest;
use crate::post::violation::Violation;

/// An error for its three readers: a kind for programs, words for people, a code for the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CliError {
    /// A stable word for programs.
    pub(crate) kind: &'static str,
    /// What happened: a lower-case fragment without a full stop.
    pub(crate) message: String,
    /// Why, outermost first.
    pub(crate) causes: Vec<String>,
    /// What to do next.
    pub(crate) hints: Vec<String>,
    pub(crate) exit: Exit,
    /// What is wrong with a draft that was refused; empty for other errors.
    pub(crate) violations: Vec<Violation>,
}

impl CliError {
    /// Returns an error that a person must mend.
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
            exit: Exit::Failed,
            violations: Vec::new(),
        }
    }

    /// Returns an error of usage.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::new("usage", message)
        }
    }

    /// Adds what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds why.
    pub(crate) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Sets how the command ends.
    pub(crate) fn exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Returns the document of `--json`.
    pub(crate) fn to_json(&self) -> Value {
        let mut error = json!({
            "kind": self.kind,
            "message": self.message,
            "causes": self.causes,
            "hints": self.hints,
        });
        if !self.violations.is_empty() {
            error["violations"] = self.violations.iter().map(violation_json).collect();
        }
        json!({ "error": error })
    }
}

impl From<OutboxError> for CliError {
    fn from(error: OutboxError) -> Self {
        let told = Self::new("outbox", error.to_string());
        match &error {
            OutboxError::NoSuchPost(_) => Self {
                kind: "no_such_post",
                ..told
            }
            .hint("`hayon list` shows the posts"),
            OutboxError::NoSuchDelivery {
                post,
                account,
                goes_to,
            } => {
                let near = nearest(account, goes_to.iter().map(String::as_str));
                Self {
                    kind: "no_such_delivery",
                    ..told
                }
                .hint(near.map_or_else(
                    || format!("`hayon show {post}` lists where it goes"),
                    |near| format!("did you mean `{near}`?"),
                ))
            }
            OutboxError::Newer { .. } => Self {
                kind: "newer_outbox",
                ..told
            }
            .hint("use the newer hayon, or the backup that it made beside the outbox"),
            OutboxError::NotAnOutbox { .. } => {
                told.hint("name another file with `--outbox`, or move this one away")
            }
            OutboxError::Open { .. } => {
                told.hint("name another place with `--outbox` or `HAYON_OUTBOX`")
            }
            OutboxError::Sqlite(error) if is_damage(error) => told.hint(
                "the file was left as it is; copy it, then try `sqlite3 FILE .recover` on the copy",
            ),
            OutboxError::Sqlite(error) if is_full(error) => told.hint("free room on the disk"),
            OutboxError::Sqlite(error) if is_failure_of_disk(error) => told.hint(
                "what was being written may be there after all: see with `hayon list` before you say \
                 it again",
            ),
            OutboxError::Sqlite(error) if is_held(error) => told.hint(
                "another process holds it, and did not let go for seconds: if it is suspended, let it \
                 go on (`fg`) or end it, and say this again",
            ),
            OutboxError::Sqlite(error) if is_read_only(error) => told.hint(
                "let hayon write to the outbox and its folder, or name another with `--outbox`",
            ),
            _ => told,
        }
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::DatabaseCorrupt;
    use rusqlite::ErrorCode::NotADatabase;
    matches!(
        error.sqlite_error_code(),
        Some(DatabaseCorrupt | NotADatabase)
    )
}

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}

fn is_failure_of_disk(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure)
}

/// Whether another process holds what this one waits for. A reader that meets one which was suspended
/// amidst its bookkeeping is told of a protocol.
fn is_held(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::DatabaseBusy;
    use rusqlite::ErrorCode::FileLockingProtocolFailed;
    matches!(
        error.sqlite_error_code(),
        Some(DatabaseBusy | FileLockingProtocolFailed)
    )
}

fn is_read_only(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly)
}

impl From<DecideError> for CliError {
    fn from(error: DecideError) -> Self {
        let message = error.to_string();
        match error {
            DecideError::Outbox(error) => error.into(),
            DecideError::NothingParked(which) => {
                let hint = match which.post {
                    Some(post) => format!("`hayon show {post}` says how it stands"),
                    None => "`hayon list --parked` shows what is parked, and why".to_owned(),
                };
                Self::new("nothing_parked", message).hint(hint)
            }
            DecideError::NotParked { post, .. } => Self::new("not_parked", message)
                .hint(format!("`hayon show {post}` says how it stands")),
            DecideError::NotInDoubt { post, .. } => Self::new("not_in_doubt", message)
                .hint(format!("`hayon retry {post}` sends it again")),
        }
    }
}

impl From<ReviseError> for CliError {
    fn from(error: ReviseError) -> Self {
        let message = error.to_string();
        match error {
            ReviseError::Outbox(error) => error.into(),
            ReviseError::NotADraft { post } => Self::new("not_a_draft", message)
                .hint(format!("`hayon show {post}` says how it stands")),
            ReviseError::TooLate { post, state, .. } => {
                let told = Self::new("too_late", message);
                match state {
                    "queued" => told.hint(format!("first take it back: `hayon cancel {post}`")),
                    "in doubt" => told.hint(format!(
                        "first say what became of it: `hayon resolve {post} --help` tells how"
                    )),
                    _ => told.hint(format!("`hayon show {post}` says how it stands")),
                }
            }
            ReviseError::Cancelled { .. } => {
                Self::new("cancelled", message).hint("write it as a new post: `hayon post`")
            }
            ReviseError::NothingToMove { post } => Self::new("nothing_to_move", message)
                .hint(format!("`hayon show {post}` says how it stands")),
            ReviseError::Changed { post } => Self::new("changed_meanwhile", message)
                .hint(format!("`hayon show {post}` shows it; then try again")),
            ReviseError::KeyTaken { .. } => {
                Self::new("other_post_under_key", message).hint("choose another key")
            }
            ReviseError::Twin(_) => {
                Self::new("said_already", message).hint("to say it once more, add `--again`")
            }
        }
    }
}

impl From<DaemonError> for CliError {
    fn from(error: DaemonError) -> Self {
        let message = error.to_string();
        match error {
            DaemonError::Stop(Stop::Outbox(OutboxError::NotSender)) => Self::new(
                "replaced",
                "another process has become the sender of this outbox, so this one stopped",
            )
            .hint("was the `.lock` file beside the outbox deleted? let one process send"),
            DaemonError::Stop(Stop::Outbox(error)) => error.into(),
            DaemonError::Stop(Stop::Unrecorded(_)) => Self::new("unrecorded", message)
                .hint("mend the disk, then start again: what was under way is cleared up first"),
            DaemonError::Lock { .. } => {
                Self::new("lock", message).hint("is its folder writable for you?")
            }
            DaemonError::Upgraded => {
                Self::new("newer_outbox", message).hint("start the newer hayon")
            }
            DaemonError::Watch(_) => Self::new("watch", message),
        }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self {
            hints: error.hints(),
            ..Self::new(error.kind(), error.to_string())
        }
    }
}

impl From<SecretError> for CliError {
    fn from(error: SecretError) -> Self {
        Self::new(error.kind(), error.to_string())
            .hint(error.hint())
            .exit(Exit::LoginNeeded)
    }
}

impl From<SessionError> for CliError {
    fn from(error: SessionError) -> Self {
        Self::new("session", error.to_string()).hint(error.hint())
    }
}

impl From<WriteError> for CliError {
    fn from(error: WriteError) -> Self {
        Self::new(error.kind(), error.to_string()).hint(error.hint())
    }
}

impl From<LogInError> for CliError {
    fn from(error: LogInError) -> Self {
        let (kind, exit) = match error.failure {
            Failure::Refused => ("login_refused", Exit::LoginNeeded),
            Failure::Unreachable => ("unreachable", Exit::Failed),
            Failure::Unusable => ("unusable_server", Exit::Failed),
        };
        let told = Self::new(kind, error.message).hint(error.hint).exit(exit);
        match error.cause {
            Some(cause) => told.cause(cause),
            None => told,
        }
    }
}

impl From<MediaError> for CliError {
    fn from(error: MediaError) -> Self {
        let told = Self::new(error.kind(), error.to_string()).hint(error.hint());
        match error {
            MediaError::Bucket(error) if error.needs_login() => told.exit(Exit::LoginNeeded),
            _ => told,
        }
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        let told = Self::new("io", error.to_string());
        match error.source() {
            Some(source) => told.cause(source.to_string()),
            None => told,
        }
    }
}
