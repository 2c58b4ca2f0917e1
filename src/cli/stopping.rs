//! SIGTERM and Ctrl-C: the first asks to stop, the second ends the command at once.

use std::future::Future;

use tokio::sync::watch;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;

/// What people are told at the first signal, where what is under way may take a while.
pub(crate) const STOPPING: &str =
    "stopping: what is under way is ended first; a second Ctrl-C abandons it";

/// Runs `work`, which is handed a receiver that becomes true when it is asked to stop.
///
/// After the first signal, of which `heard` is told, what is under way is ended. A second one
/// abandons it: the next start reads it as interrupted and looks before anything is sent again.
pub(crate) async fn until_stopped<T, F, Fut>(heard: impl FnOnce(), work: F) -> Result<T, CliError>
where
    F: FnOnce(watch::Receiver<bool>) -> Fut,
    Fut: Future<Output = Result<T, CliError>>,
{
    let (told, stopping) = watch::channel(false);
    // Before the work begins: whoever sees that it has may send a signal at once.
    let mut signals = Signals::listen()?;
    let abandoned = async {
        signals.next().await;
        told.send_replace(true);
        heard();
        signals.next().await;
    };
    tokio::select! {
        done = work(stopping) => done,
        () = abandoned => Err(CliError::new("stopped", "stopped at once")
            .hint("what was under way is cleared up by the next start, such as `hayon daemon --once`")
            .exit(Exit::Queued)),
    }
}

/// The signals that ask to stop.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::SignalKind;
        use tokio::signal::unix::signal;

        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
