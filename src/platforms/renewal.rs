//! Waits for the turn to renew a credential: what another process has renewed meanwhile is found
//! then, and nothing is asked for twice.

use std::io;
use std::time::Duration;

use crate::config::renewal_lock::RenewalLock;
use crate::config::sessions::SessionStore;
use crate::post::platform::Platform;
use crate::publish::Cause;
use crate::publish::PublishError;

/// How often a lock that another process holds is asked for again.
const PAUSE: Duration = Duration::from_millis(50);

/// How often at most: a minute in all, longer than any renewal may take.
const ASKED_MAX: u32 = 1200;

/// Why there is no turn.
#[derive(Debug)]
pub(crate) enum NoTurn {
    /// The state folder cannot be written to.
    Unwritable(io::Error),
    /// Another process is at it, and does not end.
    Held,
}

/// Waits until nobody else renews the credential that `login` has at `service`, for a minute at most.
pub(crate) async fn turn_to_renew(
    store: &SessionStore,
    platform: Platform,
    service: &str,
    login: &str,
) -> Result<RenewalLock, NoTurn> {
    for _ in 0..ASKED_MAX {
        let asked = store.try_lock_renewal(platform, service, login);
        if let Some(lock) = asked.map_err(NoTurn::Unwritable)? {
            return Ok(lock);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(NoTurn::Held)
}

impl NoTurn {
    /// Returns what this means where a renewal in vain costs nothing: without a folder to lock in,
    /// it is made all the same.
    pub(crate) fn unless_held(self) -> Result<Option<RenewalLock>, PublishError> {
        match self {
            Self::Unwritable(error) => {
                tracing::warn!(%error, "the state folder cannot be written to");
                Ok(None)
            }
            Self::Held => Err(PublishError::Unavailable(Cause::new(
                "another process is renewing the credential, and does not end",
            ))),
        }
    }
}
