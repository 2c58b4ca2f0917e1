//! The one way to the outbox from async code: a closure, run on a thread that may block.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;

type Job = Box<dyn FnOnce() + Send>;

/// What a job that was never run, or ended without a word, leaves.
const UNDONE: &str = "the thread of the outbox ended before its work did";

/// An outbox that several tasks of one process share.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    outbox: Arc<Mutex<Outbox>>,
    /// To a thread that does nothing else: one at a time can write, and more threads would only wait for
    /// each other. `None` where the system has no thread left, and whoever asks does the work.
    jobs: Option<mpsc::Sender<Job>>,
}

impl Door {
    /// Puts `outbox` behind a door.
    pub(crate) fn new(outbox: Outbox) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let work_off = move || waiting.into_iter().for_each(|job| job());
        let thread = thread::Builder::new().name("outbox".to_owned());
        Self {
            outbox: Arc::new(Mutex::new(outbox)),
            jobs: thread.spawn(work_off).ok().map(|_| jobs),
        }
    }

    /// Runs `work` against the outbox on its thread and waits for it.
    ///
    /// Once begun, the work is finished even if the caller is dropped: a transaction is either
    /// committed or it is not.
    pub(crate) async fn with<T, F>(&self, work: F) -> Result<T, OutboxError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Outbox) -> Result<T, OutboxError> + Send + 'static,
    {
        let Some(jobs) = &self.jobs else {
            return self.at_once(work);
        };
        let (tell, told) = oneshot::channel();
        let outbox = Arc::clone(&self.outbox);
        let job = move || {
            let done = catch_unwind(AssertUnwindSafe(|| run(&outbox, work)));
            // Nobody listens any more where the caller was dropped.
            let _ = tell.send(done);
        };
        let undone = || Box::new(UNDONE) as Box<dyn Any + Send>;
        let done = match jobs.send(Box::new(job)) {
            Ok(()) => told.await.unwrap_or_else(|_| Err(undone())),
            Err(_) => Err(undone()),
        };
        done.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Runs `work` on this thread. For code that is not async.
    pub(crate) fn at_once<T>(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<T, OutboxError>,
    ) -> Result<T, OutboxError> {
        run(&self.outbox, work)
    }
}

fn run<T>(
    outbox: &Mutex<Outbox>,
    work: impl FnOnce(&mut Outbox) -> Result<T, OutboxError>,
) -> Result<T, OutboxError> {
    // A transaction of a panicked task was rolled back when it was dropped.
    let mut outbox = outbox.lock().unwrap_or_else(PoisonError::into_inner);
    work(&mut outbox)
}
