//! Where the secrets of an account come from.
//!
//! In this order: the variable `HAYON_<ACCOUNT>_<FIELD>`; the systemd credential
//! `hayon.<account>.<field>`; `credentials.toml` in the state folder, which nobody else may read.
//! An empty value counts as absent. No error here repeats what a file or a variable holds.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use toml::de::DeTable;
use toml::de::DeValue;

use crate::config::account::Account;
use crate::config::account::variable;
use crate::config::error::quoted;
use crate::config::secret::Secret;
use crate::paths::Environment;
use crate::paths::PrivateFileError;
use crate::paths::read_private;
use crate::paths::read_text;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// A secret that an account can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretField {
    Token,
    TokenSecret,
    RefreshToken,
    Password,
    ClientId,
    ClientSecret,
}

impl SecretField {
    /// Every field.
    pub(crate) const ALL: [Self; 6] = [
        Self::Token,
        Self::TokenSecret,
        Self::RefreshToken,
        Self::Password,
        Self::ClientId,
        Self::ClientSecret,
    ];

    /// Returns the name as it is written in variables and files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::TokenSecret => "token_secret",
            Self::RefreshToken => "refresh_token",
            Self::Password => "password",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
        }
    }

    /// Returns the secret without which nothing can be published on `platform`.
    pub(crate) const fn needed_by(platform: Platform) -> Self {
        match platform {
            Platform::Bluesky => Self::Password,
            _ => Self::Token,
        }
    }

    /// Returns the secrets that an account on `platform` may have beside it. On Tumblr they belong
    /// together: whoever has a `token_secret` signs every request (OAuth 1.0a), and needs the others.
    pub(crate) fn added_by(platform: Platform) -> impl Iterator<Item = Self> {
        let added: &[Self] = match platform {
            Platform::Tumblr => &[Self::TokenSecret, Self::ClientId, Self::ClientSecret],
            _ => &[],
        };
        added.iter().copied()
    }
}

/// An account that cannot log in: nobody has given its secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("account `{account}` has no {}", self.what())]
pub(crate) struct MissingSecret {
    pub(crate) account: AccountName,
    pub(crate) platform: Platform,
    pub(crate) field: SecretField,
    credentials: PathBuf,
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
        format!(
            "set `{}`, or write `{} = \"…\"` below `[{}]` in `{}` (mode 0600)",
            variable(&self.account, self.field.name()),
            self.field.name(),
            self.account,
            self.credentials.display()
        )
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
}

impl SecretError {
    /// Returns a stable word for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::NotText(_) | Self::Damaged { .. } => "credential_damaged",
            Self::Credential { .. } | Self::File(PrivateFileError::Io { .. }) => {
                "credential_unreadable"
            }
            Self::File(PrivateFileError::OpenToOthers { .. }) => "credential_open_to_others",
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
        }
    }
}

/// Where a secret was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecretSource {
    /// In the variable of this name.
    Variable(String),
    /// In this credential of systemd.
    Credential(PathBuf),
    /// In this file, which nobody else may read.
    File(PathBuf),
}

/// Looks up the secrets of accounts; nothing is kept, so a renewed one counts at once.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    environment: Environment,
    credentials: PathBuf,
}

/// Returns the file in `state_dir` that people write secrets to.
pub(crate) fn credentials_file(state_dir: &Path) -> PathBuf {
    state_dir.join("credentials.toml")
}

impl Secrets {
    /// Returns the secrets of `environment` and of the credentials file in `state_dir`.
    pub(crate) fn new(environment: Environment, state_dir: &Path) -> Self {
        Self {
            environment,
            credentials: credentials_file(state_dir),
        }
    }

    /// Returns `field` of `account`, if anybody has given it.
    pub(crate) fn get(
        &self,
        account: &Account,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        Ok(self.find(account, field)?.map(|(secret, _)| secret))
    }

    /// Returns where `field` of `account` comes from, if anybody has given it.
    pub(crate) fn source(
        &self,
        account: &Account,
        field: SecretField,
    ) -> Result<Option<SecretSource>, SecretError> {
        Ok(self.find(account, field)?.map(|(_, source)| source))
    }

    fn find(
        &self,
        account: &Account,
        field: SecretField,
    ) -> Result<Option<(Secret, SecretSource)>, SecretError> {
        let name = &account.name;
        if let Some(secret) = self.of_variable(name, field)? {
            let source = SecretSource::Variable(variable(name, field.name()));
            return Ok(Some((secret, source)));
        }
        if let Some(found) = self.of_systemd(name, field)? {
            return Ok(Some(found));
        }
        let secret = self.of_file(name, field)?;
        Ok(secret.map(|secret| (secret, SecretSource::File(self.credentials.clone()))))
    }

    /// Returns which secret `account` cannot publish without and does not have.
    pub(crate) fn missing(&self, account: &Account) -> Result<Option<MissingSecret>, SecretError> {
        let platform = account.platform();
        let missing = |field| MissingSecret {
            account: account.name.clone(),
            platform,
            field,
            credentials: self.credentials.clone(),
        };
        let needed = SecretField::needed_by(platform);
        if self.get(account, needed)?.is_none() {
            return Ok(Some(missing(needed)));
        }
        let signs = SecretField::added_by(platform).any(|field| field == SecretField::TokenSecret)
            && self.get(account, SecretField::TokenSecret)?.is_some();
        for field in SecretField::added_by(platform).filter(|_| signs) {
            if self.get(account, field)?.is_none() {
                return Ok(Some(missing(field)));
            }
        }
        Ok(None)
    }

    fn of_variable(
        &self,
        account: &AccountName,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        let name = variable(account, field.name());
        match self.environment.get(&name).map(|value| value.to_str()) {
            None => Ok(None),
            Some(Some(text)) => Ok(secret(text)),
            Some(None) => Err(SecretError::NotText(name)),
        }
    }

    fn of_systemd(
        &self,
        account: &AccountName,
        field: SecretField,
    ) -> Result<Option<(Secret, SecretSource)>, SecretError> {
        let Some(folder) = self.environment.get("CREDENTIALS_DIRECTORY") else {
            return Ok(None);
        };
        // systemd itself sees to it that only the unit can read its credentials; their modes may
        // look open where it uses access control lists.
        let path = Path::new(folder).join(format!("hayon.{account}.{}", field.name()));
        match read_text(&path) {
            Ok(text) => {
                let secret = text.as_deref().and_then(secret);
                Ok(secret.map(|secret| (secret, SecretSource::Credential(path))))
            }
            Err(source) => Err(SecretError::Credential { path, source }),
        }
    }

    fn of_file(
        &self,
        account: &AccountName,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        let Some(text) = read_private(&self.credentials)? else {
            return Ok(None);
        };
        let damaged = |position: usize, what| SecretError::Damaged {
            path: self.credentials.clone(),
            line: text[..position.min(text.len())].matches('\n').count() + 1,
            what,
        };
        // The parser's own message may quote the line.
        let root = DeTable::parse(&text).map_err(|error| {
            let position = error.span().map_or(0, |span| span.start);
            damaged(position, "is not TOML")
        })?;
        let mut found = None;
        for (name, table) in root.get_ref() {
            let DeValue::Table(table) = table.get_ref() else {
                return Err(damaged(
                    name.span().start,
                    "is not in the table of an account",
                ));
            };
            for (key, value) in table {
                let known = SecretField::ALL
                    .into_iter()
                    .find(|f| f.name() == key.get_ref());
                let Some(known) = known else {
                    return Err(damaged(
                        key.span().start,
                        "names no secret that hayon knows",
                    ));
                };
                let DeValue::String(value) = value.get_ref() else {
                    return Err(damaged(
                        key.span().start,
                        "has a secret that is no text in quotes",
                    ));
                };
                if name.get_ref() == account.as_str() && known == field {
                    found = secret(value);
                }
            }
        }
        Ok(found)
    }
}

/// Takes in a secret as a file or a variable holds it: perhaps with the newline that `echo` adds.
fn secret(text: &str) -> Option<Secret> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    (!text.is_empty()).then(|| Secret::new(text))
}
