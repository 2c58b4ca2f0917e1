//! Why an account has no secret, or why one could not be looked up or kept. Nothing here repeats
//! what a place holds.

use std::io;
use std::path::PathBuf;

use crate::config::account::variable;
use crate::config::error::quoted;
use crate::config::secrets::SecretField;
use crate::config::secrets::Store;
use crate::config::secrets::command::CommandError;
use crate::config::secrets::entry;
use crate::config::secrets::keyring::KeyringError;
use crate::paths::PrivateFileError;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// An account that cannot log in: nobody has given its secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("account `{account}` has no {}", self.what())]
pub(crate) struct MissingSecret {
    pub(crate) account: AccountName,
    pub(crate) platform: Platform,
    pub(crate) field: SecretField,
    pub(super) store: Option<Store>,
    pub(super) credentials: PathBuf,
}

impl MissingSecret {
    fn what(&self) -> &'static str {
        match self.field {
            SecretField::Password if self.platform == Platform::Bluesky => "app password",
            SecretField::Token => "access token",
            field => field.name(),
        }
    }

    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        let (variable, field) = (
            variable(&self.account, self.field.name()),
            self.field.name(),
        );
        match self.store {
            Some(Store::Keyring) => format!(
                "set `{variable}`, or log in with `hayon account add --name {}`: the keyring has no \
                 entry `{}` of `hayon`",
                self.account,
                entry(&self.account, field)
            ),
            Some(Store::Command) => {
                format!("set `{variable}`, or see why `secret_command` tells no `{field}`")
            }
            Some(Store::File) | None => format!(
                "set `{variable}`, log in with `hayon account add --name {}`, or write `{field} = \
                 \"…\"` below `[{}]` in `{}` (mode 0600)",
                self.account,
                self.account,
                self.credentials.display()
            ),
        }
    }
}

/// Why a secret could not be looked up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("`{0}` is not UTF-8")]
    NotText(String),
    #[error("the credential `{}` cannot be read: {source}", path.display())]
    Credential { path: PathBuf, source: io::Error },
    #[error(transparent)]
    File(#[from] PrivateFileError),
    #[error("line {line} of `{}` {what}", path.display())]
    Damaged {
        path: PathBuf,
        line: usize,
        what: &'static str,
    },
    #[error("`{}` cannot be written: {source}", path.display())]
    Unwritten { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error("a command tells secrets and keeps none")]
    CommandKeepsNone,
    #[error("{} does not give back what was kept there", .0.title())]
    NotKept(Store),
}

impl SecretError {
    /// Whether the place that failed is that of some accounts only.
    pub(crate) const fn is_of_one_account(&self) -> bool {
        matches!(self, Self::Keyring(_) | Self::Command(_))
    }

    /// Returns a stable word for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::NotText(_) | Self::Damaged { .. } => "credential_damaged",
            Self::Credential { .. } | Self::File(PrivateFileError::Io { .. }) => {
                "credential_unreadable"
            }
            Self::File(PrivateFileError::OpenToOthers { .. }) => "credential_open_to_others",
            Self::Unwritten { .. } | Self::CommandKeepsNone | Self::NotKept(_) => {
                "credential_unkept"
            }
            Self::Keyring(_) => "keyring",
            Self::Command(_) => "secret_command",
        }
    }

    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NotText(name) => format!("set `{name}` to the secret as the platform shows it"),
            Self::Credential { path, .. } => {
                format!(
                    "look at the unit's `LoadCredential=` for `{}`",
                    path.display()
                )
            }
            Self::File(error) => error.hint(),
            Self::Damaged { .. } => format!(
                "write a table per account, such as `[work]`, and in it, each in quotes, any of {}",
                quoted(&SecretField::ALL.map(SecretField::name))
            ),
            Self::Unwritten { path, .. } => format!(
                "make room, and let hayon write to the folder of `{}`",
                path.display()
            ),
            Self::Keyring(error) => error.hint(),
            Self::Command(error) => error.hint(),
            Self::CommandKeepsNone => {
                "give the secret to the program that the command asks, or choose another store"
                    .into()
            }
            Self::NotKept(_) => "choose another store".into(),
        }
    }
}
