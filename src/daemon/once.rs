//! Once around: delivers what is due and ends; with a deadline, waits for what falls due before it.

use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::clock::elapsed;
use crate::daemon::turn::Asked;
use crate::daemon::turn::DaemonError;
use crate::daemon::turn::Plan;
use crate::daemon::turn::Turn;
use crate::daemon::turn::grace_after;
use crate::outbox::claim::Scope;

/// How often a held lock is tried again, and the outbox looked at for what its holder has done.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Why [`Plan::deliver_once`] has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nothing within the scope is due any more, or the deadline has passed.
    Done,
    /// Somebody else is the sender, and neither finished within the time nor let go.
    HeldBy(String),
    /// It was told to stop.
    Stopped,
}

/// Until when [`Plan::deliver_once`] goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deadlines {
    /// Until when a lock that somebody else holds is waited for.
    pub(crate) lock: Timestamp,
    /// Until when further attempts are waited for; in the past, only what is due now is delivered.
    pub(crate) attempts: Timestamp,
}

impl Plan {
    /// Delivers what is due within `scope`, and until the deadline what falls due.
    ///
    /// The lock is released while an attempt is waited for. If somebody else holds it, this waits
    /// for whichever comes first: the lock, or that nothing within the scope is due any more.
    pub(crate) async fn deliver_once(
        &self,
        scope: Scope,
        deadlines: Deadlines,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<Ended, DaemonError> {
        loop {
            match self.next_turn(scope, deadlines, stopping).await? {
                Wanted::Turn(turn) => {
                    let served = turn.workers.iter().map(|w| w.deliver_due(scope, stopping));
                    let mut told = stopping.clone();
                    tokio::select! {
                        served = try_join_all(served) => { served?; }
                        () = grace_after(&mut told) => return Ok(Ended::Stopped),
                    }
                }
                Wanted::Nothing => {}
                Wanted::HeldBy(holder) => return Ok(Ended::HeldBy(holder)),
                Wanted::Stopped => return Ok(Ended::Stopped),
            }
            if *stopping.borrow() {
                return Ok(Ended::Stopped);
            }
            let Some(next) = self.publishers.next_due(&self.door, scope).await? else {
                return Ok(Ended::Done);
            };
            let now = self.clock.now();
            if next > deadlines.attempts || now > deadlines.attempts {
                return Ok(Ended::Done);
            }
            // At least a moment, so that a host that is probed by another does not keep us busy.
            let pause = elapsed(now, next).max(LOCK_PAUSE);
            if sleep_unless_stopped(pause, stopping).await {
                return Ok(Ended::Stopped);
            }
        }
    }

    async fn next_turn(
        &self,
        scope: Scope,
        deadlines: Deadlines,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<Wanted, DaemonError> {
        loop {
            let holder = match self.ask_for_turn(scope).await? {
                Asked::Ours(turn) => return Ok(Wanted::Turn(turn)),
                Asked::HeldBy(holder) => holder,
            };
            if self.is_settled(scope).await? {
                return Ok(Wanted::Nothing);
            }
            if self.clock.now() >= deadlines.lock {
                return Ok(Wanted::HeldBy(holder));
            }
            if sleep_unless_stopped(LOCK_PAUSE, stopping).await {
                return Ok(Wanted::Stopped);
            }
        }
    }

    /// Whether nothing within the scope is being sent or due at present.
    async fn is_settled(&self, scope: Scope) -> Result<bool, DaemonError> {
        let now = self.clock.now();
        Ok(self
            .door
            .with(move |outbox| outbox.is_settled(scope, now))
            .await?)
    }
}

enum Wanted {
    Turn(Turn),
    /// Whoever holds the lock has done it.
    Nothing,
    HeldBy(String),
    Stopped,
}

/// Sleeps; returns whether it was told to stop.
pub(crate) async fn sleep_unless_stopped(
    pause: Duration,
    stopping: &mut watch::Receiver<bool>,
) -> bool {
    let told = tokio::time::timeout(pause, stopping.wait_for(|stopping| *stopping)).await;
    matches!(told, Ok(Ok(_)))
}
