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
