//! As they fall due: delivers until told to stop, or until the accounts have changed.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::try_join;
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
use crate::daemon::watch::LOOKED_EVERY;
use crate::daemon::watch::OutboxWatch;
use crate::delivery::worker::Worker;
use crate::outbox::claim::Scope;
use crate::outbox::view::PostView;
use crate::outbox::view::Row;

/// How often a lock that somebody else holds is tried again.
const LOCK_PAUSE: Duration = Duration::from_millis(250);

/// The longest sleep of one who waits for something to be due. What nobody tells of is looked for by the
/// watch, once for all.
const SLEEP_MAX: Duration = Duration::from_hours(1);

/// Why [`Plan::deliver_forever`] has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// It was told to stop.
    Stopped,
    /// It was told to stop, and what was under way did not end in time.
    Abandoned,
    /// The accounts are to be read again.
    AccountsChanged,
}

impl Plan {
    /// Waits for the lock and delivers until `stopping` is true, or `changed` says that the accounts
    /// are not as they were when the publishers were made.
    ///
    /// `held` is told once if somebody else holds the lock; `ready` once deliveries begin; `parked`
    /// of every delivery that is parked meanwhile, by its post and its account.
    pub(crate) async fn deliver_forever(
        &self,
        stopping: &mut watch::Receiver<bool>,
        held: impl FnOnce(&str),
        ready: impl FnOnce(),
        parked: impl Fn(&PostView, &str),
        changed: impl Fn() -> bool,
    ) -> Result<Left, DaemonError> {
        let Some(turn) = self.wait_for_turn(stopping, held).await? else {
            return Ok(Left::Stopped);
        };
        let (door, clock) = (self.door.clone(), self.clock.clone());
        let watch = OutboxWatch::start(&self.outbox_path, door, clock).await?;
        ready();
        let (end, ending) = watch::channel(false);
        let accounts = async {
            let left = wait_for_change(watch.changes(), ending.clone(), &changed).await;
            end.send_replace(true);
            Ok(left)
        };
        let served = turn.workers.iter().map(|worker| async {
            let (changes, ending) = (watch.changes(), ending.clone());
            let served = self.serve(worker, changes, ending, &parked, &changed).await;
            // The others end what is under way, too.
            end.send_replace(true);
            served
        });
        let mut told = stopping.clone();
        let told_to_stop = async {
            // An error: nobody can tell it to stop any more, which is not a stop.
            if told.wait_for(|stopping| *stopping).await.is_ok() {
                end.send_replace(true);
            }
            grace_after(&mut told).await;
        };
        tokio::select! {
            left = try_join(try_join_all(served), accounts) => {
                let (served, accounts) = left?;
                let is_changed = accounts == Left::AccountsChanged
                    || served.contains(&Left::AccountsChanged);
                Ok(if is_changed { Left::AccountsChanged } else { Left::Stopped })
            }
            () = told_to_stop => Ok(Left::Abandoned),
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
        changed: &impl Fn() -> bool,
    ) -> Result<Left, DaemonError> {
        let mut known = self.parked(worker).await?;
        loop {
            if *stopping.borrow() {
                return Ok(Left::Stopped);
            }
            // Before the query: a row that comes in between is not missed.
            changes.mark_unchanged();
            // Before the claim: what waited for a log-in is sent with the new secret.
            if changed() {
                return Ok(Left::AccountsChanged);
            }
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
                _ = stopping.wait_for(|stopping| *stopping) => return Ok(Left::Stopped),
            }
        }
    }

    /// Returns what is parked of the account that `worker` delivers for.
    async fn parked(&self, worker: &Worker) -> Result<BTreeSet<Row>, DaemonError> {
        let account = worker.account().clone();
        Ok(self
            .door
            .with(move |outbox| outbox.parked(&account))
            .await?)
    }

    fn pause_until(&self, next: Option<Timestamp>) -> Duration {
        next.map_or(SLEEP_MAX, |next| {
            elapsed(self.clock.now(), next).min(SLEEP_MAX)
        })
    }
}

/// Waits until the accounts have changed, or until it is told to stop: once for all who deliver, and
/// where there is no account to deliver for.
async fn wait_for_change(
    mut changes: watch::Receiver<u64>,
    mut stopping: watch::Receiver<bool>,
    changed: &impl Fn() -> bool,
) -> Left {
    while !changed() {
        tokio::select! {
            () = tokio::time::sleep(LOOKED_EVERY) => {}
            _ = changes.changed() => {}
            _ = stopping.wait_for(|stopping| *stopping) => return Left::Stopped,
        }
    }
    Left::AccountsChanged
}
