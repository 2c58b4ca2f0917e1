//! The one way to the outbox from async code: a closure, run on a thread that may block.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;

/// An outbox that several tasks of one process share.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    outbox: Arc<Mutex<Outbox>>,
}

impl Door {
    /// Puts `outbox` behind a door.
    pub(crate) fn new(outbox: Outbox) -> Self {
        Self {
            outbox: Arc::new(Mutex::new(outbox)),
        }
    }

    /// Runs `work` against the outbox on a blocking thread and waits for it.
    ///
    /// Once begun, the work is finished even if the caller is dropped: a transaction is either
    /// committed or it is not.
    pub(crate) async fn with<T, F>(&self, work: F) -> Result<T, OutboxError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Outbox) -> Result<T, OutboxError> + Send + 'static,
    {
        let door = self.clone();
        let done = tokio::task::spawn_blocking(move || door.at_once(work)).await;
        done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Runs `work` on this thread. For code that is not async.
    pub(crate) fn at_once<T>(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<T, OutboxError>,
    ) -> Result<T, OutboxError> {
        // A transaction of a panicked task was rolled back when it was dropped.
        let mut outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut outbox)
    }
}
