//! Where the secrets of an account come from, and where they are kept.
//!
//! In this order: the variable `HAYON_<ACCOUNT>_<FIELD>`; the systemd credential
//! `hayon.<account>.<field>`; the store that the account names, and no other: an older secret that
//! another store still has must not come back. Where the account names none: `credentials.toml` in
//! the state folder, then the keyring. An empty value counts as absent, and no place is asked once an
//! earlier one has answered.

pub(crate) mod command;
pub(crate) mod error;
pub(crate) mod file;
mod keeping;
pub(crate) mod keyring;
pub(super) mod settings;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::config::account::Account;
use crate::config::account::variable;
use crate::config::secret::Secret;
use crate::config::secrets::command::CommandError;
use crate::config::secrets::error::MissingSecret;
use crate::config::secrets::error::SecretError;
use crate::config::secrets::file::SecretFile;
use crate::config::secrets::keyring::Keyring;
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
    /// In the keyring.
    Keyring,
    /// This program told it.
    Command(String),
}

type Found = (Secret, SecretSource);

/// What a command has told, by account and field.
type Told = BTreeMap<(AccountName, &'static str), Result<Option<Secret>, CommandError>>;

/// Looks up the secrets of accounts and keeps them; nothing is remembered but what a command has told,
/// so a renewed one counts at once.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    environment: Environment,
    state_dir: PathBuf,
    file: SecretFile,
    keyring: Keyring,
    told: Arc<Mutex<Told>>,
}

impl Secrets {
    /// Returns the secrets of `environment` and of the stores, of which the file is in `state_dir`.
    pub(crate) fn new(environment: Environment, state_dir: &Path) -> Self {
        Self {
            state_dir: state_dir.to_owned(),
            file: SecretFile::new(state_dir),
            keyring: Keyring::new(&environment),
            told: Arc::default(),
            environment,
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

    fn find(&self, account: &Account, field: SecretField) -> Result<Option<Found>, SecretError> {
        let name = &account.name;
        if let Some(found) = self.given(name, field)? {
            return Ok(Some(found));
        }
        let with = |source: SecretSource| move |secret| (secret, source);
        let in_file = || with(SecretSource::File(self.file.path().to_owned()));
        match account.store {
            Some(Store::File) => Ok(self.file.get(name, field)?.map(in_file())),
            Some(Store::Keyring) => {
                let held = self.kept(name, Store::Keyring, field)?;
                Ok(held.map(with(SecretSource::Keyring)))
            }
            Some(Store::Command) => {
                let program = account.secret_command.first().cloned();
                let source = SecretSource::Command(program.unwrap_or_default());
                Ok(self.told(account, field)?.map(with(source)))
            }
            None => match self.file.get(name, field)? {
                Some(secret) => Ok(Some(in_file()(secret))),
                None => Ok(self
                    .perhaps_in_keyring(account, field)?
                    .map(with(SecretSource::Keyring))),
            },
        }
    }

    /// Returns what does not come from a store.
    fn given(
        &self,
        account: &AccountName,
        field: SecretField,
    ) -> Result<Option<Found>, SecretError> {
        match self.of_variable(account, field)? {
            Some(secret) => {
                let source = SecretSource::Variable(variable(account, field.name()));
                Ok(Some((secret, source)))
            }
            None => self.of_systemd(account, field),
        }
    }

    /// Looks into the keyring for an account that names no store: not if its log-in is elsewhere, since
    /// to be asked to unlock a keyring for nothing is a nuisance; and one that does not serve has
    /// nothing of it.
    fn perhaps_in_keyring(
        &self,
        account: &Account,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        let (name, needed) = (&account.name, SecretField::needed_by(account.platform()));
        let is_elsewhere = field != needed
            && (self.given(name, needed)?.is_some() || self.file.get(name, needed)?.is_some());
        if is_elsewhere {
            return Ok(None);
        }
        let held = self.kept(name, Store::Keyring, field);
        Ok(held.unwrap_or_else(|error| {
            tracing::debug!(account = %name, %error, "the keyring was asked in vain");
            None
        }))
    }

    /// Asks the account's command, once for each field.
    fn told(&self, account: &Account, field: SecretField) -> Result<Option<Secret>, SecretError> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account.name.clone(), field.name());
        let answer = told.entry(key).or_insert_with(|| {
            let command = &account.secret_command;
            let told = command::ask(command, &self.environment, &account.name, field);
            told.map(|text| secret(&text))
        });
        match answer.clone() {
            // Nothing else tells a program that knows no such secret from one that failed.
            Err(CommandError::Failed { .. })
                if field != SecretField::needed_by(account.platform()) =>
            {
                Ok(None)
            }
            answer => Ok(answer?),
        }
    }

    /// Returns which secret `account` cannot publish without and does not have.
    pub(crate) fn missing(&self, account: &Account) -> Result<Option<MissingSecret>, SecretError> {
        let platform = account.platform();
        let missing = |field| MissingSecret {
            account: account.name.clone(),
            platform,
            field,
            store: account.store,
            credentials: self.file.path().to_owned(),
        };
        let needed = SecretField::needed_by(platform);
        if self.get(account, needed)?.is_none() {
            return Ok(Some(missing(needed)));
        }
        let has = |field| Ok::<_, SecretError>(self.get(account, field)?.is_some());
        // Either says that requests are signed, or the token renewed, with the keys of an application.
        let needs_app = platform == Platform::Tumblr
            && (has(SecretField::TokenSecret)? || has(SecretField::RefreshToken)?);
        let of_app = [SecretField::ClientId, SecretField::ClientSecret];
        for field in of_app.into_iter().filter(|_| needs_app) {
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
    ) -> Result<Option<Found>, SecretError> {
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

/// Returns what the keyring calls `what` of `account`.
pub(crate) fn entry(account: &AccountName, what: &str) -> String {
    format!("{account}/{what}")
}

/// Takes in a secret as a file or a variable holds it: perhaps with the newline that `echo` adds.
fn secret(text: &str) -> Option<Secret> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    (!text.is_empty()).then(|| Secret::new(text))
}
