//! Sessions that a platform has opened for us, and tokens that it has renewed, kept so that not every
//! run logs in anew and no token dies of age.
//!
//! One file in the state folder, which nobody else may read, by platform and by the account's
//! stable id there. It is read, changed and replaced whole under an OS lock, so that two processes
//! lose nothing of each other's. Losing the file costs a log-in and no more. An account whose secrets
//! are in the keyring has its session there, too, in an entry of its own and under the same lock.

use std::collections::BTreeMap;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use crate::config::secret::Secret;
use crate::config::secrets::keyring::Keyring;
use crate::config::secrets::keyring::KeyringError;
use crate::paths::PrivateFileError;
use crate::paths::create_private_dir;
use crate::paths::read_private;
use crate::paths::write_private;
use crate::post::platform::Platform;

/// A session that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredSession {
    /// Where we logged in, as the configuration has it: a session is never taken elsewhere.
    pub(crate) service: String,
    /// The name that we logged in with.
    pub(crate) login: String,
    /// Whose session it is, by the id that the platform never changes.
    pub(crate) stable_id: String,
    /// The host that serves it.
    pub(crate) host: String,
    pub(crate) access: Secret,
    pub(crate) refresh: Secret,
    /// When `access` was last renewed, where that is done by the calendar.
    pub(crate) renewed_at: Option<Timestamp>,
    /// When `access` ends, if that is known.
    pub(crate) expires_at: Option<Timestamp>,
}

/// Why sessions could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// Its content is not repeated: it holds secrets.
    #[error("`{}` is damaged", .0.display())]
    Damaged(PathBuf),
    #[error("`{}` cannot be written: {source}", path.display())]
    Unwritten { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    #[error("the keyring's entry `{0}` of `hayon` is damaged")]
    DamagedEntry(String),
}

impl SessionError {
    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::File(error) => error.hint(),
            Self::Damaged(path) => {
                format!("delete `{}`: sessions are made anew", path.display())
            }
            Self::Keyring(error) => error.hint(),
            Self::DamagedEntry(entry) => {
                format!("delete the entry `{entry}` of `hayon`: sessions are made anew")
            }
            Self::Unwritten { path, .. } => {
                format!(
                    "make room, and let hayon write to the folder of `{}`",
                    path.display()
                )
            }
        }
    }
}

/// The sessions as the file has them: by platform, then by stable id.
type Sessions = BTreeMap<String, BTreeMap<String, Written>>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    service: String,
    login: String,
    host: String,
    access: String,
    refresh: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renewed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

impl Written {
    fn belongs_to(&self, service: &str, login: &str) -> bool {
        self.service == service && self.login == login
    }
}

/// The file of sessions, or the entry of the keyring that has those of one account.
#[derive(Clone, Debug)]
pub(crate) struct SessionStore {
    file: PathBuf,
    lock: PathBuf,
    entry: Option<(Keyring, String)>,
}

impl SessionStore {
    /// Returns the sessions that are kept in `state_dir`.
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self {
            file: state_dir.join("sessions.toml"),
            lock: state_dir.join("sessions.lock"),
            entry: None,
        }
    }

    /// Returns the sessions that are kept in the `entry` of `keyring`, and locked in `state_dir`.
    pub(crate) fn in_keyring(keyring: Keyring, entry: String, state_dir: &Path) -> Self {
        Self {
            entry: Some((keyring, entry)),
            ..Self::new(state_dir)
        }
    }

    /// Returns the session that `login` has at `service`.
    pub(crate) fn load(
        &self,
        platform: Platform,
        service: &str,
        login: &str,
    ) -> Result<Option<StoredSession>, SessionError> {
        let mut sessions = self.read()?;
        let of_platform = sessions.remove(platform.name()).unwrap_or_default();
        let mut found = of_platform
            .into_iter()
            .filter(|(_, written)| written.belongs_to(service, login));
        Ok(found.next().map(|(stable_id, written)| StoredSession {
            service: written.service,
            login: written.login,
            stable_id,
            host: written.host,
            access: Secret::new(written.access),
            refresh: Secret::new(written.refresh),
            renewed_at: written.renewed_at,
            expires_at: written.expires_at,
        }))
    }

    /// Keeps `session` in place of the one that its account or its login had before; on disk when
    /// this returns.
    pub(crate) fn save(
        &self,
        platform: Platform,
        session: &StoredSession,
    ) -> Result<(), SessionError> {
        self.change(platform, |of_platform| {
            of_platform.retain(|_, old| !old.belongs_to(&session.service, &session.login));
            let written = Written {
                service: session.service.clone(),
                login: session.login.clone(),
                host: session.host.clone(),
                access: session.access.expose().to_owned(),
                refresh: session.refresh.expose().to_owned(),
                renewed_at: session.renewed_at,
                expires_at: session.expires_at,
            };
            of_platform.insert(session.stable_id.clone(), written);
        })
    }

    /// Forgets the session that `login` has at `service`, if there is one.
    pub(crate) fn forget(
        &self,
        platform: Platform,
        service: &str,
        login: &str,
    ) -> Result<(), SessionError> {
        self.change(platform, |of_platform| {
            of_platform.retain(|_, old| !old.belongs_to(service, login));
        })
    }

    /// Returns the folder that sessions are kept in.
    pub(crate) fn state_dir(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }

    /// Reads the file, to see whether it can be.
    pub(crate) fn prove_readable(&self) -> Result<(), SessionError> {
        self.read().map(|_| ())
    }

    fn change(
        &self,
        platform: Platform,
        change: impl FnOnce(&mut BTreeMap<String, Written>),
    ) -> Result<(), SessionError> {
        let unwritten = |source| SessionError::Unwritten {
            path: self.file.clone(),
            source,
        };
        // Held until the end of this function; the OS lets go of it if the process dies.
        let _lock = self.lock().map_err(unwritten)?;
        let mut sessions = self.read()?;
        change(sessions.entry(platform.name().to_owned()).or_default());
        let unwritable = |error: &dyn std::error::Error| io::Error::other(error.to_string());
        if let Some((keyring, entry)) = &self.entry {
            let text = serde_json::to_string(&sessions);
            let text = text.map_err(|error| unwritten(unwritable(&error)))?;
            return Ok(keyring.set(entry, &text)?);
        }
        let text = toml::to_string(&sessions).map_err(|error| unwritten(unwritable(&error)))?;
        write_private(&self.file, text.as_bytes()).map_err(unwritten)
    }

    /// Locks a file beside the sessions: they are replaced, so a lock on them would lock the past.
    fn lock(&self) -> io::Result<File> {
        if let Some(folder) = self.lock.parent() {
            create_private_dir(folder)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.lock)?;
        file.lock()?;
        Ok(file)
    }

    fn read(&self) -> Result<Sessions, SessionError> {
        if let Some((keyring, entry)) = &self.entry {
            let Some(text) = keyring.get(entry)? else {
                return Ok(Sessions::new());
            };
            let damaged = |_| SessionError::DamagedEntry(entry.clone());
            return serde_json::from_str(&text).map_err(damaged);
        }
        let text = read_private(&self.file)?.unwrap_or_default();
        toml::from_str(&text).map_err(|_| SessionError::Damaged(self.file.clone()))
    }
}
