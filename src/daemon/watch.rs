//! Notices that another process has written to the outbox: a file watch on its folder.
//!
//! The watch only says "look"; what has changed is read from the outbox. Its own writes are told
//! apart by SQLite's data version, which changes only by those of others. It is looked now and then
//! without being told, too, once for all who wait: everybody else may sleep until something is due.

use std::path::Path;
use std::thread;
use std::time::Duration;

use notify::RecommendedWatcher;
use notify::RecursiveMode;
use notify::Watcher as _;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::clock::Jumps;
use crate::daemon::turn::DaemonError;
use crate::outbox::door::Door;

/// How long writes are gathered before the outbox is looked at for the first time.
///
/// What is seen is a page of a transaction being written to the log. To wake up for each of them would
/// hold up whoever writes, which is mostly this process.
const GATHERED_FOR: Duration = Duration::from_millis(2);

/// When the outbox is looked at after that: after each of these pauses.
///
/// A transaction counts only once the log is on the disk, and that last moment makes no event.
const LOOK_AGAIN_AFTER: [Duration; 8] = [
    Duration::from_millis(3),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(40),
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_secs(1),
];

/// How often it is looked without being told: a file watch may be deaf on some network file systems,
/// and nobody tells that the clock of the machine was set.
pub(crate) const LOOKED_EVERY: Duration = Duration::from_secs(30);

/// A running watch; it ends when it is dropped.
pub(crate) struct OutboxWatch {
    _watcher: RecommendedWatcher,
    changes: watch::Receiver<u64>,
}

impl OutboxWatch {
    /// Watches the folder of the outbox at `outbox`. Whoever reads the outbox afterwards is told of
    /// what is written later.
    pub(crate) async fn start(
        outbox: &Path,
        door: Door,
        clock: Clock,
    ) -> Result<Self, DaemonError> {
        let (told, events) = mpsc::channel(1);
        let name = outbox
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let prefix = name.unwrap_or_default();
        let is_ours = move |path: &Path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(&prefix))
        };
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let concerns_us = event.map_or(true, |event| {
                !event.kind.is_access() && event.paths.iter().any(|path| is_ours(path))
            });
            if concerns_us {
                // Full means that a look is pending already.
                let _ = told.try_send(());
                // Meanwhile the system makes one event of writes to the same file.
                thread::sleep(GATHERED_FOR);
            }
        });
        let mut watcher = watcher.map_err(|error| DaemonError::Watch(error.to_string()))?;
        let folder = outbox.parent().unwrap_or(Path::new("."));
        watcher
            .watch(folder, RecursiveMode::NonRecursive)
            .map_err(|error| DaemonError::Watch(error.to_string()))?;
        let seen = door.with(|outbox| outbox.data_version()).await?;
        let (sender, changes) = watch::channel(0);
        tokio::spawn(pass_on(events, sender, door, seen, Jumps::of(clock)));
        Ok(Self {
            _watcher: watcher,
            changes,
        })
    }

    /// Returns a receiver that is told of every write by another process, and of every jump of the clock.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }
}

async fn pass_on(
    mut events: mpsc::Receiver<()>,
    changes: watch::Sender<u64>,
    door: Door,
    mut seen: i64,
    mut jumps: Jumps,
) {
    let mut pauses = [].iter();
    loop {
        let pause = *pauses.next().unwrap_or(&LOOKED_EVERY);
        match tokio::time::timeout(pause, events.recv()).await {
            Ok(Some(())) => {
                tokio::time::sleep(GATHERED_FOR).await;
                pauses = LOOK_AGAIN_AFTER.iter();
            }
            Ok(None) => return,
            Err(_elapsed) => {}
        }
        let Ok(version) = door.with(|outbox| outbox.data_version()).await else {
            return;
        };
        let is_written = std::mem::replace(&mut seen, version) != version;
        if jumps.is_new() || is_written {
            changes.send_modify(|count| *count += 1);
        }
    }
}
