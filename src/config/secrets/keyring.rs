//! The keyring: the Secret Service of a desktop session, the Keychain of macOS, the Credential Manager
//! of Windows. Service `hayon`, an entry for each secret: `<account>/<field>`.
//!
//! A keyring that is dead, or locked with nobody there to see its question, never answers, and no
//! store sets itself a limit (zbus-secret-service-keyring-store 1.0.1, read 2026-11-25). So each
//! question is asked on a thread that may be left behind, and while one is still out no other is asked.

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::paths::Environment;

/// Why the keyring did not serve. What it holds is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(
    not(feature = "keyring"),
    expect(dead_code, reason = "what no keyring says in a build without it")
)]
pub(crate) enum KeyringError {
    #[error("this hayon was built without the keyring")]
    NotBuilt,
    #[error(
        "there is no keyring here: neither `DBUS_SESSION_BUS_ADDRESS` nor `XDG_RUNTIME_DIR` leads to \
         a session bus"
    )]
    NoBus,
    #[error("no keyring can be reached: {0}")]
    Unreachable(String),
    #[error("the keyring did not answer within {LIMIT_SECONDS} seconds: perhaps it is locked")]
    Silent,
    #[error("the keyring is locked")]
    Locked,
    #[error("the keyring has no default collection to keep secrets in")]
    NoCollection,
    #[error("the keyring refused: {0}")]
    Refused(String),
    #[error("the keyring's entry `{0}` {1}")]
    Unusable(String, &'static str),
}

const LIMIT_SECONDS: u64 = 3;

impl KeyringError {
    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NotBuilt => {
                "use a hayon with the feature `keyring`, or keep the secrets in the file: \
                 `secrets = \"file\"`"
            }
            Self::NoBus | Self::Unreachable(_) => {
                "outside a desktop session (cron, a server, a container) keep the secrets in the file: \
                 `secrets = \"file\"`"
            }
            Self::Silent | Self::Locked => {
                "unlock the keyring and try again, or keep the secrets in the file: \
                 `secrets = \"file\"`"
            }
            Self::NoCollection => {
                "make a default keyring in the desktop's password program, or keep the secrets in the \
                 file: `secrets = \"file\"`"
            }
            Self::Refused(_) => {
                "look at the desktop's password program, or keep the secrets in the file: \
                 `secrets = \"file\"`"
            }
            Self::Unusable(..) => {
                "delete that entry of `hayon` in the desktop's password program, and log in again"
            }
        }
        .into()
    }
}

/// The keyring of whoever runs hayon.
///
/// Once it has failed, this value and its clones ask it no more: each question may put a window on
/// somebody's screen.
#[derive(Clone, Debug)]
pub(crate) struct Keyring {
    reach: Result<(), KeyringError>,
    failed: Arc<Mutex<Option<KeyringError>>>,
}

impl Keyring {
    /// Returns the keyring that `environment` leads to.
    pub(crate) fn new(environment: &Environment) -> Self {
        Self {
            reach: reach(environment),
            failed: Arc::default(),
        }
    }

    /// Returns the same keyring, to be asked again.
    pub(crate) fn anew(&self) -> Self {
        Self {
            reach: self.reach.clone(),
            failed: Arc::default(),
        }
    }

    /// Returns what `entry` holds; `None` if there is none.
    pub(crate) fn get(&self, entry: &str) -> Result<Option<String>, KeyringError> {
        self.ask(|| asking::get(entry))
    }

    /// Keeps `secret` in `entry`.
    pub(crate) fn set(&self, entry: &str, secret: &str) -> Result<(), KeyringError> {
        self.ask(|| asking::set(entry, secret))
    }

    /// Deletes `entry`, if there is one.
    pub(crate) fn delete(&self, entry: &str) -> Result<(), KeyringError> {
        self.ask(|| asking::delete(entry))
    }

    /// Proves by `entry` that the keyring takes, tells and forgets a secret, all within three seconds.
    pub(crate) fn probe(&self, entry: &str) -> Result<(), KeyringError> {
        self.ask(|| asking::probe(entry))
    }

    fn ask<T>(
        &self,
        question: impl FnOnce() -> Result<T, KeyringError>,
    ) -> Result<T, KeyringError> {
        self.reach.clone()?;
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = failed.as_ref() {
            return Err(error.clone());
        }
        question().inspect_err(|error| {
            if !matches!(error, KeyringError::Unusable(..)) {
                *failed = Some(error.clone());
            }
        })
    }
}

/// Says whether there can be a keyring at all, without asking one.
///
/// Only by the variables that every session sets: the bus at `/run/user/<uid>`, which zbus tries last,
/// is that of somebody's desktop, and no concern of a cron job or of a test.
fn reach(environment: &Environment) -> Result<(), KeyringError> {
    if cfg!(not(feature = "keyring")) {
        return Err(KeyringError::NotBuilt);
    }
    let has_bus = || {
        environment.get("DBUS_SESSION_BUS_ADDRESS").is_some()
            || environment
                .get("XDG_RUNTIME_DIR")
                .is_some_and(|folder| Path::new(folder).join("bus").exists())
    };
    if cfg!(any(target_os = "macos", windows)) || has_bus() {
        Ok(())
    } else {
        Err(KeyringError::NoBus)
    }
}

#[cfg(feature = "keyring")]
mod asking {
    //! The questions themselves.

    use std::sync::Arc;
    use std::sync::Mutex;
    use std::sync::PoisonError;
    use std::sync::Weak;
    use std::sync::mpsc;
    use std::sync::mpsc::RecvTimeoutError;
    use std::thread;
    use std::time::Duration;

    use keyring::Entry;
    use keyring::Error;

    use crate::config::secrets::keyring::KeyringError;
    use crate::config::secrets::keyring::LIMIT_SECONDS;

    const SERVICE: &str = "hayon";

    const LIMIT: Duration = Duration::from_secs(LIMIT_SECONDS);

    /// Lives for as long as a question that nobody waits for any more.
    static STILL_OUT: Mutex<Weak<()>> = Mutex::new(Weak::new());

    pub(super) fn get(entry: &str) -> Result<Option<String>, KeyringError> {
        ask(entry, |entry| match entry.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    pub(super) fn set(entry: &str, secret: &str) -> Result<(), KeyringError> {
        let secret = secret.to_owned();
        ask(entry, move |entry| entry.set_password(&secret))
    }

    pub(super) fn delete(entry: &str) -> Result<(), KeyringError> {
        ask(entry, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            deleted => deleted,
        })
    }

    pub(super) fn probe(entry: &str) -> Result<(), KeyringError> {
        const PROBE: &str = "hayon looks whether secrets can be kept here";
        let told = ask(entry, |entry| {
            entry.set_password(PROBE)?;
            let told = entry.get_password()?;
            entry.delete_credential()?;
            Ok(told)
        })?;
        if told == PROBE {
            Ok(())
        } else {
            Err(KeyringError::Unusable(
                entry.to_owned(),
                "is told otherwise than it was kept",
            ))
        }
    }

    fn ask<T: Send + 'static>(
        name: &str,
        question: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let mut still_out = STILL_OUT.lock().unwrap_or_else(PoisonError::into_inner);
        if still_out.upgrade().is_some() {
            return Err(KeyringError::Silent);
        }
        let (tell, told) = mpsc::channel();
        let out = Arc::new(());
        *still_out = Arc::downgrade(&out);
        let name = name.to_owned();
        // One question at a time: the bus is one, and so is the person who may have to unlock it.
        let asked = thread::Builder::new()
            .name("keyring".into())
            .spawn(move || {
                let answer = Entry::new(SERVICE, &name).and_then(|entry| question(&entry));
                let answer = answer.map_err(|error| in_words(&error, &name));
                // Whoever asked may have given up.
                let _ = tell.send(answer);
                drop(out);
            });
        asked.map_err(|error| KeyringError::Unreachable(error.to_string()))?;
        let answer = told.recv_timeout(LIMIT);
        match answer {
            Ok(answer) => {
                *still_out = Weak::new();
                answer
            }
            Err(RecvTimeoutError::Timeout) => Err(KeyringError::Silent),
            Err(RecvTimeoutError::Disconnected) => {
                Err(KeyringError::Unreachable("its client failed".into()))
            }
        }
    }

    fn in_words(error: &Error, entry: &str) -> KeyringError {
        let unusable = |what| KeyringError::Unusable(entry.to_owned(), what);
        match error {
            Error::NoDefaultStore => match Entry::store_status() {
                Err(Error::NoDefaultStore) | Ok(()) => {
                    KeyringError::Unreachable("this system has none".into())
                }
                Err(error) => in_words(error, entry),
            },
            // The store's own error is of a crate that hayon has no other business with (secret-service
            // 5.2, `Error`, read 2026-11-25).
            Error::NoStorageAccess(error) => match error.to_string() {
                words if words.contains("locked") || words.contains("prompt") => {
                    KeyringError::Locked
                }
                words if words.contains("result not returned") => KeyringError::NoCollection,
                words => KeyringError::Refused(words),
            },
            Error::PlatformFailure(error) => KeyringError::Unreachable(error.to_string()),
            Error::Ambiguous(_) => unusable("is there more than once"),
            // Their own words repeat what is held.
            Error::BadEncoding(_) | Error::BadDataFormat(..) => unusable("holds no text"),
            error => KeyringError::Refused(error.to_string()),
        }
    }
}

#[cfg(not(feature = "keyring"))]
mod asking {
    //! What stands for the keyring in a build without it.

    use crate::config::secrets::keyring::KeyringError;

    pub(super) fn get(_entry: &str) -> Result<Option<String>, KeyringError> {
        Err(KeyringError::NotBuilt)
    }

    pub(super) fn set(_entry: &str, _secret: &str) -> Result<(), KeyringError> {
        Err(KeyringError::NotBuilt)
    }

    pub(super) fn delete(_entry: &str) -> Result<(), KeyringError> {
        Err(KeyringError::NotBuilt)
    }

    pub(super) fn probe(_entry: &str) -> Result<(), KeyringError> {
        Err(KeyringError::NotBuilt)
    }
}
