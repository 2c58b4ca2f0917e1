//! What the stores keep: secrets are put there, told as they are there, and forgotten.

use crate::config::changes::note_log_in;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::config::secrets::Store;
use crate::config::secrets::StoreChoice;
use crate::config::secrets::entry;
use crate::config::secrets::error::SecretError;
use crate::config::secrets::keyring::KeyringError;
use crate::config::secrets::secret;
use crate::config::sessions::SessionStore;
use crate::post::account_name::AccountName;

/// What the keyring calls an account's session.
const SESSION: &str = "session";

/// What it calls nobody's secret.
const PROBE: &str = "probe";

impl Secrets {
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
            Store::Keyring => {
                self.keep_in_keyring(account, secrets)?;
                self.note_log_in()?;
            }
            Store::Command => return Err(SecretError::CommandKeepsNone),
        }
        for (field, secret) in secrets {
            if self.kept(account, store, *field)?.as_ref() != Some(secret) {
                return Err(SecretError::NotKept(store));
            }
        }
        Ok(())
    }

    /// A keyring takes one entry after another: if one fails, the old ones are put back.
    fn keep_in_keyring(
        &self,
        account: &AccountName,
        secrets: &[(SecretField, Secret)],
    ) -> Result<(), SecretError> {
        let mut before = Vec::new();
        for field in SecretField::ALL {
            let entry = entry(account, field.name());
            before.push((self.keyring.get(&entry)?, entry, field));
        }
        let put = |entry: &str, secret: Option<&str>| match secret {
            Some(secret) => self.keyring.set(entry, secret),
            None => self.keyring.delete(entry),
        };
        for (position, (old, entry, field)) in before.iter().enumerate() {
            let new = secrets.iter().find(|(of, _)| of == field);
            let new = new.map(|(_, secret)| secret.expose());
            if new == old.as_deref() {
                continue;
            }
            if let Err(error) = put(entry, new) {
                for (old, entry, _) in &before[..position] {
                    // What has just failed may fail again; the first error says more.
                    let _ = put(entry, old.as_deref());
                }
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Tells a daemon that secrets have changed which are in no file.
    fn note_log_in(&self) -> Result<(), SecretError> {
        note_log_in(&self.state_dir).map_err(|source| SecretError::Unwritten {
            path: self.state_dir.clone(),
            source,
        })
    }

    /// Forgets every secret that `store` holds of `account`.
    pub(crate) fn forget(&self, account: &AccountName, store: Store) -> Result<(), SecretError> {
        match store {
            Store::File => self.file.forget(account),
            Store::Keyring => {
                for field in SecretField::ALL {
                    self.keyring.delete(&entry(account, field.name()))?;
                }
                self.keyring.delete(&entry(account, SESSION))?;
                Ok(())
            }
            Store::Command => Err(SecretError::CommandKeepsNone),
        }
    }

    /// Returns `field` of `account` as `store` keeps it, whatever the account names.
    pub(crate) fn kept(
        &self,
        account: &AccountName,
        store: Store,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        match store {
            Store::File => self.file.get(account, field),
            Store::Keyring => {
                let held = self.keyring.get(&entry(account, field.name()))?;
                Ok(held.as_deref().and_then(secret))
            }
            Store::Command => Err(SecretError::CommandKeepsNone),
        }
    }

    /// Returns where the sessions of `account` are kept, and the tokens that were renewed: in the keyring
    /// if its secrets are there, else in a file.
    pub(crate) fn sessions(&self, account: &AccountName, store: Option<Store>) -> SessionStore {
        match store {
            Some(Store::Keyring) => {
                let (keyring, entry) = (self.keyring.anew(), entry(account, SESSION));
                SessionStore::in_keyring(keyring, entry, &self.state_dir)
            }
            _ => SessionStore::new(&self.state_dir),
        }
    }

    /// Proves that there is a keyring that answers.
    pub(crate) fn keyring_serves(&self) -> Result<(), KeyringError> {
        self.keyring.get(PROBE).map(|_| ())
    }

    /// Returns why the keyring of this session does not serve, if there should be one and it does not.
    pub(crate) fn keyring_trouble(&self) -> Option<KeyringError> {
        match self.keyring_serves() {
            Ok(()) | Err(KeyringError::NotBuilt | KeyringError::NoBus) => None,
            Err(error) => Some(error),
        }
    }

    /// Returns where a log-in keeps its secrets if nobody says: in the keyring if it takes, tells and
    /// forgets a probe within three seconds, else in the file.
    pub(crate) fn store_for_log_in(&self) -> StoreChoice {
        match self.keyring.probe(PROBE) {
            Ok(()) => StoreChoice {
                store: Store::Keyring,
                why_not_keyring: None,
            },
            Err(error) => StoreChoice {
                store: Store::File,
                why_not_keyring: Some(error.to_string()),
            },
        }
    }
}
