//! Where the secrets of an account come from, and where they are kept.
//!
//! In this order: the variable `HAYON_<ACCOUNT>_<FIELD>`; the systemd credential
//! `hayon.<account>.<field>`; the store that the account names, and no other: an older secret that
//! another store still has must not come back. Where the account names none: `credentials.toml` in
//! the state folder, then the keyring. An empty value counts as absent, and no place is asked once an
//! earlier one has answered.

pub(crate) mod error;
pub(crate) mod file;
pub(crate) mod keyring;
pub(super) mod settings;

use std::fmt;
use std::path::Path;
use std::path::PathBuf;

use crate::config::account::Account;
use crate::config::account::variable;
use crate::config::secret::Secret;
use crate::config::secrets::error::MissingSecret;
use crate::config::secrets::error::SecretError;
use crate::config::secrets::file::SecretFile;
use crate::config::secrets::keyring::KeyringError;
use crate::paths::Environment;
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

/// A place that keeps secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    /// The keyring of the desktop or of the system.
    Keyring,
    /// `credentials.toml` in the state folder.
    File,
    /// Whatever the account's `secret_command` asks.
    Command,
}

impl Store {
    /// Every store.
    pub(crate) const ALL: [Self; 3] = [Self::Keyring, Self::File, Self::Command];

    /// Returns the name as it is written in the configuration.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
            Self::Command => "command",
        }
    }

    /// Returns what people call it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Keyring => "the keyring",
            Self::File => "the file of secrets",
            Self::Command => "the command",
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a log-in keeps its secrets if nobody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoreChoice {
    pub(crate) store: Store,
    /// Why it is not the keyring, in words for people.
    pub(crate) why_not_keyring: Option<String>,
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

/// Looks up the secrets of accounts and keeps them; nothing is remembered, so a renewed one counts
/// at once.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    environment: Environment,
    file: SecretFile,
}

impl Secrets {
    /// Returns the secrets of `environment` and of the stores, of which the file is in `state_dir`.
    pub(crate) fn new(environment: Environment, state_dir: &Path) -> Self {
        Self {
            environment,
            file: SecretFile::new(state_dir),
        }
    }

    /// Keeps `secrets` of `account` in `store`: all of them or none; durable and read back when it
    /// returns. What else the account had there is replaced.
    pub(crate) fn keep(
        &self,
        account: &AccountName,
        store: Store,
        secrets: &[(SecretField, Secret)],
    ) -> Result<(), SecretError> {
        match store {
            Store::File => self.file.keep(account, secrets)?,
            Store::Keyring => return Err(KeyringError::NotBuilt.into()),
            Store::Command => return Err(SecretError::CommandKeepsNone),
        }
        for (field, secret) in secrets {
            if self.in_store(account, store, *field)?.as_ref() != Some(secret) {
                return Err(SecretError::NotKept(store));
            }
        }
        Ok(())
    }

    /// Forgets every secret that `store` holds of `account`.
    pub(crate) fn forget(&self, account: &AccountName, store: Store) -> Result<(), SecretError> {
        match store {
            Store::File => self.file.forget(account),
            Store::Keyring => Err(KeyringError::NotBuilt.into()),
            Store::Command => Err(SecretError::CommandKeepsNone),
        }
    }

    /// Returns `field` of `account` as `store` has it, whatever the account names.
    pub(crate) fn in_store(
        &self,
        account: &AccountName,
        store: Store,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        match store {
            Store::File => self.file.get(account, field),
            Store::Keyring => Err(KeyringError::NotBuilt.into()),
            Store::Command => Err(SecretError::CommandKeepsNone),
        }
    }

    /// Returns where a log-in keeps its secrets if nobody says: in the keyring if it takes, tells and
    /// forgets a probe within three seconds, else in the file.
    #[expect(clippy::unused_self, reason = "the way to the stores")]
    pub(crate) fn store_for_log_in(&self) -> StoreChoice {
        StoreChoice {
            store: Store::File,
            why_not_keyring: Some(KeyringError::NotBuilt.to_string()),
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
        let secret = self.in_store(name, account.store.unwrap_or(Store::File), field)?;
        Ok(secret.map(|secret| (secret, SecretSource::File(self.file.path().to_owned()))))
    }

    /// Returns which secret `account` cannot publish without and does not have.
    pub(crate) fn missing(&self, account: &Account) -> Result<Option<MissingSecret>, SecretError> {
        let platform = account.platform();
        let missing = |field| MissingSecret {
            account: account.name.clone(),
            platform,
            field,
            credentials: self.file.path().to_owned(),
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
}

/// Takes in a secret as a file or a variable holds it: perhaps with the newline that `echo` adds.
fn secret(text: &str) -> Option<Secret> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    (!text.is_empty()).then(|| Secret::new(text))
}
