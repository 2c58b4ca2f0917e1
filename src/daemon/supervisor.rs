//! What a supervisor such as systemd is told (`sd_notify(3)`): that the daemon is there, that it is
//! alive, and that it is about to end. Where nobody listens, nothing is said.

use std::convert::Infallible;
use std::future::pending;

use sd_notify::NotifyState;

use crate::daemon::turn::Plan;

/// Says that the daemon has started, and what it does.
pub(crate) fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Says that the daemon was told to end, and does so as soon as it can.
pub(crate) fn stopping(status: &str) {
    tell(&[NotifyState::Stopping, NotifyState::Status(status)]);
}

impl Plan {
    /// Says that the daemon is alive for as long as it is, twice in the time that the supervisor
    /// allows.
    ///
    /// Alive is a daemon whose outbox answers: one whose disk hangs delivers nothing, and is started
    /// again if its supervisor wishes.
    pub(crate) async fn prove_alive_forever(&self) -> Infallible {
        let Some(limit) = sd_notify::watchdog_enabled() else {
            return pending().await;
        };
        loop {
            if self.door.with(|outbox| outbox.is_newer()).await.is_ok() {
                tell(&[NotifyState::Watchdog]);
            }
            tokio::time::sleep(limit / 2).await;
        }
    }
}

/// A supervisor that cannot be told is no reason to leave posts undelivered.
fn tell(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("the supervisor could not be told: {error}");
    }
}
