//! The retry policy: what a failed attempt means. Pure: no clock, no I/O, no chance.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::elapsed;
use crate::clock::later;
use crate::outbox::claim::History;
use crate::outbox::record::Ending;
use crate::outbox::record::Toll;
use crate::outbox::state::ParkReason;
use crate::publish::PublishError;

/// The longest pause while a host cannot be reached, or a look cannot be read.
pub(crate) const SETBACK_PAUSE_MAX: Duration = Duration::from_mins(5);

/// How often a process may die under a delivery before it is parked.
pub(crate) const CRASHES_MAX: u32 = 3;

/// How patient hayon is. The `[daemon]` table of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// The pauses between attempts; one attempt more than there are pauses.
    pub(crate) retry_delays: Vec<Duration>,
    /// How long a host that cannot be reached, or a look that cannot be read, is tried.
    pub(crate) give_up_after: Duration,
    /// How long after a lost answer an absent post counts as absent; `None`: as the platform says.
    pub(crate) settle: Option<Duration>,
    /// How late a post may still go out; `None`: however late.
    pub(crate) max_late: Option<Duration>,
    /// How old an equal post may be that is adopted for a `--key`.
    pub(crate) key_window: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            retry_delays: [5, 30, 120].map(Duration::from_secs).to_vec(),
            give_up_after: Duration::from_hours(24),
            settle: None,
            max_late: None,
            key_window: Duration::from_hours(24),
        }
    }
}

impl Patience {
    /// Whether `attempts` are all that the schedule has.
    pub(crate) fn is_exhausted(&self, attempts: u32) -> bool {
        attempts as usize > self.retry_delays.len()
    }

    /// Returns the pause before the next try after `setbacks` in a row: the schedule, then every
    /// five minutes.
    pub(crate) fn setback_pause(&self, setbacks: u32) -> Duration {
        let pause = self.retry_delays.get(setbacks as usize).copied();
        pause.unwrap_or(SETBACK_PAUSE_MAX).min(SETBACK_PAUSE_MAX)
    }
}

/// Says what becomes of a delivery whose attempt has failed, when no visible sending of it is
/// unanswered. (Otherwise [`crate::delivery::doubt`] decides.)
pub(crate) fn verdict(
    error: &PublishError,
    history: &History,
    now: Timestamp,
    patience: &Patience,
) -> Ending {
    match error {
        PublishError::WaitUntil { until, .. } => Ending::Again {
            at: *until,
            toll: Toll::Nothing,
        },
        PublishError::LoginNeeded(_) => Ending::Parked(ParkReason::LoginNeeded),
        PublishError::Refused(_) => Ending::Parked(ParkReason::Refused),
        PublishError::Cancelled => Ending::Cancelled,
        PublishError::Unavailable(_) => setback(history, now, patience, ParkReason::Exhausted),
        PublishError::Unclear { .. } | PublishError::Unrecorded(_) => {
            next_attempt(history, now, patience)
        }
        // What has expired is made again at once; the schedule bounds how often.
        PublishError::Stale { .. } => match next_attempt(history, now, patience) {
            Ending::Again { toll, .. } => Ending::Again { at: now, toll },
            ended => ended,
        },
    }
}

/// Says when a setback (unreachable, unreadable) is tried again; parked as `reason` when that has
/// gone on for too long.
pub(crate) fn setback(
    history: &History,
    now: Timestamp,
    patience: &Patience,
    reason: ParkReason,
) -> Ending {
    if elapsed(history.tried_at, now) >= patience.give_up_after {
        return Ending::Parked(reason);
    }
    let at = later(now, patience.setback_pause(history.setbacks));
    Ending::Again {
        at,
        toll: Toll::Setback,
    }
}

fn next_attempt(history: &History, now: Timestamp, patience: &Patience) -> Ending {
    match patience.retry_delays.get(history.attempts as usize) {
        Some(delay) => Ending::Again {
            at: later(now, *delay),
            toll: Toll::Attempt,
        },
        None => Ending::Parked(ParkReason::Exhausted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::Cause;
    use crate::publish::Server;

    const NOW: i64 = 1_000_000_000;
    const LAST_ATTEMPT: u32 = 3;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millisecond(NOW + seconds * 1000).unwrap()
    }

    fn again(seconds: i64, toll: Toll) -> Ending {
        Ending::Again {
            at: at(seconds),
            toll,
        }
    }

    fn unclear() -> PublishError {
        PublishError::Unclear {
            cause: Cause::answered(503, "busy"),
            server: Server::Done,
        }
    }

    #[track_caller]
    fn check(error: &PublishError, attempts: u32, setbacks: u32, tried: i64, expected: &Ending) {
        let history = History {
            attempts,
            crashes: 0,
            setbacks,
            tried_at: at(tried),
        };
        assert_eq!(
            &verdict(error, &history, at(0), &Patience::default()),
            expected
        );
    }

    #[test]
    fn an_unclear_answer_waits_five_seconds_then_thirty_then_two_minutes_then_parks() {
        check(&unclear(), 0, 0, 0, &again(5, Toll::Attempt));
        check(&unclear(), 1, 0, 0, &again(30, Toll::Attempt));
        check(&unclear(), 2, 0, 0, &again(120, Toll::Attempt));
        check(
            &unclear(),
            LAST_ATTEMPT,
            0,
            0,
            &Ending::Parked(ParkReason::Exhausted),
        );
    }

    #[test]
    fn a_rate_limit_does_not_use_up_an_attempt() {
        let limit = PublishError::WaitUntil {
            until: at(90),
            cause: Cause::default(),
        };
        check(&limit, LAST_ATTEMPT, 0, 0, &again(90, Toll::Nothing));
    }

    #[test]
    fn a_host_that_cannot_be_reached_uses_up_no_attempt() {
        let unavailable = PublishError::Unavailable(Cause::new("connection refused"));
        check(&unavailable, LAST_ATTEMPT, 0, 0, &again(5, Toll::Setback));
        check(&unavailable, 0, 2, 0, &again(120, Toll::Setback));
        check(&unavailable, 0, 40, -3600, &again(300, Toll::Setback));
    }

    #[test]
    fn a_host_that_cannot_be_reached_for_a_day_parks_as_exhausted() {
        let unavailable = PublishError::Unavailable(Cause::new("connection refused"));
        check(
            &unavailable,
            0,
            90,
            -24 * 3600,
            &Ending::Parked(ParkReason::Exhausted),
        );
    }

    #[test]
    fn a_refusal_and_a_dead_token_park_at_once() {
        let refused = PublishError::Refused(Cause::answered(422, "no"));
        check(&refused, 0, 0, 0, &Ending::Parked(ParkReason::Refused));
        let login = PublishError::LoginNeeded(Cause::answered(401, "no"));
        check(&login, 0, 0, 0, &Ending::Parked(ParkReason::LoginNeeded));
    }

    #[test]
    fn what_has_expired_is_made_again_at_once_but_not_for_ever() {
        let stale = PublishError::Stale {
            steps: vec!["upload 1".into()],
            cause: Cause::default(),
        };
        check(&stale, 0, 0, 0, &again(0, Toll::Attempt));
        check(
            &stale,
            LAST_ATTEMPT,
            0,
            0,
            &Ending::Parked(ParkReason::Exhausted),
        );
    }
}
