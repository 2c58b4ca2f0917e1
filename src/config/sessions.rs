//! Sessions that outlive a run, so that a log-in is not made anew each time. (Kept in memory.)

use std::sync::Mutex;
use std::sync::PoisonError;

use crate::config::secret::Secret;
use crate::post::platform::Platform;

/// A session as it is kept between runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredSession {
    pub(crate) service: String,
    /// The handle as configured.
    pub(crate) login: String,
    /// The account's stable id there: on Bluesky the DID.
    pub(crate) stable_id: String,
    /// The origin of the server that holds the account.
    pub(crate) host: String,
    pub(crate) access: Secret,
    pub(crate) refresh: Secret,
}

/// Why a session could not be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SessionError(String);

/// The sessions that are kept.
#[derive(Debug, Default)]
pub(crate) struct SessionStore {
    sessions: Mutex<Vec<(Platform, StoredSession)>>,
}

impl SessionStore {
    /// Returns the session of `login` at `service`, if one is kept.
    #[expect(clippy::unnecessary_wraps, reason = "reading a file can fail")]
    pub(crate) fn load(
        &self,
        platform: Platform,
        service: &str,
        login: &str,
    ) -> Result<Option<StoredSession>, SessionError> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let found = sessions
            .iter()
            .find(|(of, s)| *of == platform && s.service == service && s.login == login);
        Ok(found.map(|(_, session)| session.clone()))
    }

    /// Keeps `session` in place of the one before it.
    #[expect(clippy::unnecessary_wraps, reason = "writing a file can fail")]
    pub(crate) fn save(
        &self,
        platform: Platform,
        session: &StoredSession,
    ) -> Result<(), SessionError> {
        self.forget(platform, &session.service, &session.login);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.push((platform, session.clone()));
        Ok(())
    }

    /// Forgets the session of `login` at `service`.
    pub(crate) fn forget(&self, platform: Platform, service: &str, login: &str) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|(of, s)| *of != platform || s.service != service || s.login != login);
    }
}
