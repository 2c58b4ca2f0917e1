//! As they fall due: delivers until told to stop.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::clock::elapsed;
use crate::daemon::once::sleep_unless_stopped;
use crate::daemon::turn::Asked;
use crate::daemon::turn::DaemonError;
use crate::daemon::turn::Plan;
use crate::daemon::turn::Turn;
use crate::daemon::turn::grace_after;
use crate::daemon::watch::OutboxWatch;
use crate::delivery::worker::Worker;
use crate::outbox::claim::Scope;
use crate::outbox::view::PostView;
use crate::outbox::view::Row;

/// How often a lock that somebody else holds is tried again.
const LOCK_PAUSE: Duration = Duration::from_millis(250);

/// The longest sleep: the clock of the machine may have been set, and a file watch may be deaf on
/// some network file systems.
const SLEEP_MAX: Duration = Duration::from_secs(20);

impl Plan {
    /// Waits for the lock and delivers until `stopping` is true.
    ///
    /// `held` is told once if somebody else holds the lock; `ready` once deliveries begin; `parked`
    /// of every delivery that is parked meanwhile, by its post and its account.
    pub(crate) async fn deliver_forever(
        &self,
        stopping: &mut watch::Receiver<bool>,
        held: impl FnOnce(&str),
        ready: impl FnOnce(),
        parked: impl Fn(&PostView, &str),
    ) -> Result<(), DaemonError> {
        let Some(turn) = self.wait_for_turn(stopping, held).await? else {
            return Ok(());
        };
        let changes = OutboxWatch::start(&self.outbox_path, self.door.clone())?;
        ready();
        let served = turn.workers.iter().map(|worker| {
            let (changes, stopping) = (changes.changes(), stopping.clone());
            self.serve(worker, changes, stopping, &parked)
        });
        let mut told = stopping.clone();
        tokio::select! {
            served = try_join_all(served) => served.map(|_| ()),
            () = grace_after(&mut told) => Ok(()),
        }
    }

    async fn wait_for_turn(
        &self,
        stopping: &mut watch::Receiver<bool>,
        held: impl FnOnce(&str),
    ) -> Result<Option<Turn>, DaemonError> {
        let mut held = Some(held);
        loop {
            match self.ask_for_turn(Scope::Everything).await? {
                Asked::Ours(turn) => return Ok(Some(turn)),
                Asked::HeldBy(holder) => {
                    if let Some(held) = held.take() {
                        held(&holder);
                    }
                }
            }
            if sleep_unless_stopped(LOCK_PAUSE, stopping).await {
                return Ok(None);
            }
        }
    }

    async fn serve(
        &self,
        worker: &Worker,
        mut changes: watch::Receiver<u64>,
        mut stopping: watch::Receiver<bool>,
        tell_parked: &impl Fn(&PostView, &str),
    ) -> Result<(), DaemonError> {
        let mut known = self.parked(worker).await?;
        loop {
            if *stopping.borrow() {
                return Ok(());
            }
            // Before the query: a row that comes in between is not missed.
            changes.mark_unchanged();
            if self.door.with(|outbox| outbox.is_newer()).await? {
                return Err(DaemonError::Upgraded);
            }
            let next = worker.deliver_due(Scope::Everything, &stopping).await?;
            let parked = self.parked(worker).await?;
            for row in parked.difference(&known) {
                let number = row.post;
                let post = self.door.with(move |outbox| outbox.post(number)).await?;
                tell_parked(&post, &row.account);
            }
            known = parked;
            let pause = self.pause_until(next);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = changes.changed() => {}
                _ = stopping.wait_for(|stopping| *stopping) => return Ok(()),
            }
        }
    }

    /// Returns what is parked of the account that `worker` delivers for.
    async fn parked(&self, worker: &Worker) -> Result<BTreeSet<Row>, DaemonError> {
        let now = self.clock.now();
        let unfinished = self.door.with(move |outbox| outbox.unfinished(now)).await?;
        let is_ours = |row: &Row| row.account == worker.account().as_str();
        Ok(unfinished.parked.into_iter().filter(is_ours).collect())
    }

    fn pause_until(&self, next: Option<Timestamp>) -> Duration {
        next.map_or(SLEEP_MAX, |next| {
            elapsed(self.clock.now(), next).min(SLEEP_MAX)
        })
    }
}
