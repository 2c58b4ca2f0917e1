//! The time, from one place, so that a test can hold it still.
//!
//! Everything that asks "what time is it" is handed a [`Clock`]. The real one reads the machine's
//! clock; the one of tests starts at a chosen instant and moves with tokio's paused time.

use std::time::Duration;

use jiff::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub(crate) enum Clock {
    /// The clock of the machine.
    System,
    /// A chosen instant plus the time that tokio has counted since.
    #[cfg(test)]
    Paused {
        start: Timestamp,
        began: tokio::time::Instant,
    },
}

impl Clock {
    /// Returns a clock that stands at `start` and moves only as tokio's paused time does.
    #[cfg(test)]
    pub(crate) fn paused(start: Timestamp) -> Self {
        Self::Paused {
            start,
            began: tokio::time::Instant::now(),
        }
    }

    /// Returns the present instant, cut to whole milliseconds, which is what the outbox stores.
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the one place that reads the clock"
                )]
                let now = Timestamp::now();
                whole_milliseconds(now)
            }
            #[cfg(test)]
            Self::Paused { start, began } => later(*start, began.elapsed()),
        }
    }
}

/// How far the clock may stray from the time that passes without being called set: a time service
/// corrects it by less, a little at a time.
const STRAY_MAX: Duration = Duration::from_secs(1);

/// Notices that the clock was set, or that the machine has slept: timers count neither.
#[derive(Debug)]
pub(crate) struct Jumps {
    clock: Clock,
    at: Timestamp,
    began: tokio::time::Instant,
}

impl Jumps {
    /// Begins to watch `clock`.
    pub(crate) fn of(clock: Clock) -> Self {
        Self {
            at: clock.now(),
            began: tokio::time::Instant::now(),
            clock,
        }
    }

    /// Whether the clock has jumped since this was last asked.
    pub(crate) fn is_new(&mut self) -> bool {
        let (now, steady) = (self.clock.now(), tokio::time::Instant::now());
        let expected = later(self.at, steady.duration_since(self.began));
        (self.at, self.began) = (now, steady);
        elapsed(expected, now).max(elapsed(now, expected)) > STRAY_MAX
    }
}

/// Returns `from` plus `duration`, or the last representable instant if that is past it.
pub(crate) fn later(from: Timestamp, duration: Duration) -> Timestamp {
    let sum = i64::try_from(duration.as_millis())
        .ok()
        .and_then(|millis| from.as_millisecond().checked_add(millis))
        .and_then(|millis| Timestamp::from_millisecond(millis).ok());
    sum.unwrap_or(Timestamp::MAX)
}

/// Returns `from` less `duration`, or the first representable instant if that is before it.
pub(crate) fn earlier(from: Timestamp, duration: Duration) -> Timestamp {
    let difference = i64::try_from(duration.as_millis())
        .ok()
        .and_then(|millis| from.as_millisecond().checked_sub(millis))
        .and_then(|millis| Timestamp::from_millisecond(millis).ok());
    difference.unwrap_or(Timestamp::MIN)
}

/// Returns how long after `earlier` the instant `later` is; nothing if it is not after it.
pub(crate) fn elapsed(earlier: Timestamp, later: Timestamp) -> Duration {
    let millis = later
        .as_millisecond()
        .saturating_sub(earlier.as_millisecond());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

fn whole_milliseconds(instant: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(instant.as_millisecond()).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_was_set_is_noticed_once_and_time_that_passes_is_not() {
        let mut jumps = Jumps::of(Clock::paused(Timestamp::UNIX_EPOCH));
        tokio::time::sleep(Duration::from_hours(1)).await;
        assert!(!jumps.is_new());
        for set in [later, earlier] {
            jumps.at = set(jumps.at, Duration::from_secs(2));
            assert!(jumps.is_new());
            assert!(!jumps.is_new());
        }
    }
}
