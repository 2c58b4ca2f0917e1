//! What can be wrong with a configuration: what, where, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::paths::NoHome;
use crate::post::account_name::AccountName;
use crate::post::nearest::nearest;

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the file, under the dotted `key`.
    File {
        path: PathBuf,
        line: usize,
        key: String,
    },
    /// In the environment.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, key } => {
                write!(f, "`{key}` (line {line} of `{}`)", path.display())
            }
            Self::Variable(name) => write!(f, "`{name}`"),
        }
    }
}

/// Why there is no configuration to work with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// A file that was asked for by name.
    #[error("there is no configuration file `{}`", .0.display())]
    NoFile(PathBuf),
    #[error("the configuration file `{}` cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("line {line} of `{}` is not TOML: {message}", path.display())]
    NotToml {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("{place}: there is no such setting")]
    UnknownKey {
        place: Place,
        allowed: Vec<String>,
        nearest: Option<String>,
    },
    #[error("{place}: {message}")]
    BadValue {
        place: Place,
        message: String,
        hint: String,
    },
    #[error("{place}: a secret does not belong in the configuration")]
    SecretInFile { place: Place, hint: String },
    #[error("account `{account}` has no `{key}`")]
    MissingKey {
        account: AccountName,
        key: &'static str,
        example: &'static str,
        variable: String,
    },
    #[error("accounts `{first}` and `{second}` would share the variable `{variable}`")]
    Collision {
        first: AccountName,
        second: AccountName,
        variable: String,
    },
    #[error("{place}: there is no account `{name}`")]
    UnknownAccount {
        place: Place,
        name: String,
        accounts: Vec<String>,
    },
    #[error(transparent)]
    NoHome(#[from] NoHome),
}

impl ConfigError {
    /// Returns a stable word for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::NoFile(_) => "config_not_found",
            Self::Unreadable { .. } => "config_unreadable",
            Self::NotToml { .. } => "config_syntax",
            Self::UnknownKey { .. } => "config_unknown_key",
            Self::BadValue { .. } => "config_value",
            Self::SecretInFile { .. } => "config_secret",
            Self::MissingKey { .. } => "config_missing_key",
            Self::Collision { .. } => "config_collision",
            Self::UnknownAccount { .. } => "config_unknown_account",
            Self::NoHome(_) => "config_no_home",
        }
    }

    /// Returns what a person can do about it, the likeliest first.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::NoFile(_) => {
                vec!["name a file that exists with `--config` or `HAYON_CONFIG`".into()]
            }
            Self::Unreadable { path, .. } => {
                vec![format!("look at `{}` and its permissions", path.display())]
            }
            Self::NotToml { path, line, .. } => {
                vec![format!("mend line {line} of `{}`", path.display())]
            }
            Self::UnknownKey {
                allowed, nearest, ..
            } => {
                let meant = nearest.iter().map(|key| format!("did you mean `{key}`?"));
                let all = format!("allowed here: {}", quoted(allowed));
                meant.chain([all]).collect()
            }
            Self::BadValue { hint, .. } | Self::SecretInFile { hint, .. } => vec![hint.clone()],
            Self::MissingKey {
                account,
                key,
                example,
                variable,
            } => vec![format!(
                "write `{key} = \"{example}\"` below `[accounts.{account}]`, or set `{variable}`"
            )],
            Self::Collision { .. } => vec!["give one of them another name".into()],
            Self::UnknownAccount { accounts, .. } if accounts.is_empty() => {
                vec!["no account is configured: add an `[accounts.NAME]` table".into()]
            }
            Self::UnknownAccount { name, accounts, .. } => {
                let meant = nearest(name, accounts.iter().map(String::as_str));
                let meant = meant.map(|near| format!("did you mean `{near}`?"));
                let all = format!("the accounts are {}", quoted(accounts));
                meant.into_iter().chain([all]).collect()
            }
            Self::NoHome(NoHome { variable }) => vec![format!("set `HOME` or `{variable}`")],
        }
    }
}

/// Returns `words` in backticks, parted by commas.
pub(crate) fn quoted<W: fmt::Display>(words: &[W]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
