//! A turn: the sender lock, the sender id, and what an interrupted sender left, put back.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;
use crate::delivery::attempt::Sender;
use crate::delivery::attempt::Stop;
use crate::delivery::verdict::Patience;
use crate::delivery::worker::Publishers;
use crate::delivery::worker::Worker;
use crate::outbox::OutboxError;
use crate::outbox::claim::Scope;
use crate::outbox::door::Door;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;

/// Why deliveries could not be made, or had to end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DaemonError {
    #[error(transparent)]
    Stop(#[from] Stop),
    #[error("cannot lock the outbox `{}`: {source}", path.display())]
    Lock { path: PathBuf, source: io::Error },
    #[error("cannot watch the outbox: {0}")]
    Watch(String),
    #[error("a newer hayon has upgraded the outbox while this one was running")]
    Upgraded,
}

impl From<OutboxError> for DaemonError {
    fn from(error: OutboxError) -> Self {
        Self::Stop(Stop::Outbox(error))
    }
}

/// What is needed to make deliveries.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) door: Door,
    /// The outbox, canonically.
    pub(crate) outbox_path: PathBuf,
    pub(crate) clock: Clock,
    pub(crate) patience: Patience,
    pub(crate) publishers: Publishers,
    /// How this process describes itself to others that want the lock.
    pub(crate) holder: String,
}

/// The right to send, and who sends.
pub(crate) struct Turn {
    pub(crate) workers: Vec<Worker>,
    // Dropped last: the lock is free once nothing more is sent.
    _lock: SenderLock,
}

/// What asking for a turn comes to.
pub(crate) enum Asked {
    Ours(Turn),
    /// Somebody else is the sender; this is how they describe themselves.
    HeldBy(String),
}

impl Plan {
    /// Asks for a turn without waiting. A turn begins by putting back what an interrupted sender
    /// has left `sending` within `scope`.
    pub(crate) async fn ask_for_turn(&self, scope: Scope) -> Result<Asked, DaemonError> {
        let taken = SenderLock::take(&self.outbox_path, &self.holder).map_err(|source| {
            DaemonError::Lock {
                path: self.outbox_path.clone(),
                source,
            }
        })?;
        let lock = match taken {
            Taken::Ours(lock) => lock,
            Taken::HeldBy(holder) => return Ok(Asked::HeldBy(holder)),
        };
        let now = self.clock.now();
        let (id, lock) = self
            .door
            .with(move |outbox| {
                let id = outbox.become_sender(&lock)?;
                outbox.recover_interrupted(&id, scope, now)?;
                Ok((id, lock))
            })
            .await?;
        let sender = Sender {
            door: self.door.clone(),
            id,
            clock: self.clock.clone(),
            patience: self.patience.clone(),
        };
        Ok(Asked::Ours(Turn {
            workers: self.publishers.workers(sender),
            _lock: lock,
        }))
    }
}

/// How long deliveries that are under way may take to end after a stop.
const GRACE: Duration = Duration::from_secs(30);

/// Waits until it is told to stop, and then for as long as what is under way may take.
pub(crate) async fn grace_after(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|stopping| *stopping).await.is_err() {
        // Nobody can tell it to stop any more, which is not a stop.
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(GRACE).await;
}
