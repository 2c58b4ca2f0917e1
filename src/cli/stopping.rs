//! SIGTERM and Ctrl-C: the first asks to stop, the second ends the process at once.

use tokio::sync::watch;

/// Returns a receiver that becomes true when a person or the system asks to stop.
///
/// After the first signal what is under way is ended; a second one is left to the system, which ends
/// the process. What was under way then is read as interrupted by the next start.
pub(crate) fn stopping() -> watch::Receiver<bool> {
    let (told, stopping) = watch::channel(false);
    tokio::spawn(async move {
        signal().await;
        // Whoever listens has ended already if nobody receives it.
        let _ = told.send(true);
        signal().await;
        second_signal();
        told.closed().await;
    });
    stopping
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;

    let (terminate, interrupt) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
