//! One probe per host: while a host cannot be reached at all, its deliveries wait behind one that
//! tries, with growing pauses.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::elapsed;
use crate::clock::later;
use crate::delivery::verdict::Patience;
use crate::delivery::verdict::SETBACK_PAUSE_MAX;

/// How long others wait while a probe is under way.
const WAIT_FOR_PROBE: Duration = Duration::from_secs(1);

/// Whether a delivery to a host may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Go,
    /// The host could not be reached; not before this instant.
    NotBefore(Timestamp),
}

/// Whether a host answered at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    Yes,
    No,
    /// Nothing was tried.
    NotTried,
}

#[derive(Clone, Copy, Debug)]
struct Outage {
    failures: u32,
    until: Timestamp,
    is_probed: bool,
}

/// The hosts that cannot be reached at present.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    outages: Mutex<HashMap<String, Outage>>,
}

impl Breaker {
    /// Asks whether a delivery to `host` may be tried at `now`. After [`Admission::Go`] the caller
    /// tells [`Breaker::report`] what came of it.
    pub(crate) fn admit(&self, host: &str, now: Timestamp) -> Admission {
        let mut outages = self.outages();
        let Some(outage) = outages.get_mut(host) else {
            return Admission::Go;
        };
        // Longer than any pause: the clock was set back.
        let is_later = elapsed(now, outage.until) <= SETBACK_PAUSE_MAX;
        if now < outage.until && is_later {
            return Admission::NotBefore(outage.until);
        }
        if outage.is_probed {
            return Admission::NotBefore(later(now, WAIT_FOR_PROBE));
        }
        outage.is_probed = true;
        Admission::Go
    }

    /// Says whether `host` was reached.
    pub(crate) fn report(&self, host: &str, reached: Reached, now: Timestamp, patience: &Patience) {
        let mut outages = self.outages();
        match reached {
            Reached::Yes => {
                outages.remove(host);
            }
            Reached::No => {
                let failures = outages.get(host).map_or(0, |outage| outage.failures);
                let until = later(now, patience.setback_pause(failures));
                let outage = Outage {
                    failures: failures + 1,
                    until,
                    is_probed: false,
                };
                outages.insert(host.to_owned(), outage);
            }
            Reached::NotTried => {
                if let Some(outage) = outages.get_mut(host) {
                    outage.is_probed = false;
                }
            }
        }
    }

    fn outages(&self) -> MutexGuard<'_, HashMap<String, Outage>> {
        // Nothing panics while the map is held.
        self.outages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn an_unreachable_host_is_probed_by_one_delivery_at_a_time_with_growing_pauses() {
        let (breaker, patience) = (Breaker::default(), Patience::default());
        assert_eq!(breaker.admit("h", at(0)), Admission::Go);
        breaker.report("h", Reached::No, at(0), &patience);
        assert_eq!(breaker.admit("h", at(4)), Admission::NotBefore(at(5)));
        assert_eq!(breaker.admit("h", at(5)), Admission::Go);
        assert_eq!(breaker.admit("h", at(5)), Admission::NotBefore(at(6)));
        breaker.report("h", Reached::No, at(5), &patience);
        assert_eq!(breaker.admit("h", at(6)), Admission::NotBefore(at(35)));
        for _ in 0..20 {
            breaker.report("h", Reached::No, at(100), &patience);
        }
        assert_eq!(breaker.admit("h", at(101)), Admission::NotBefore(at(400)));
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_pause_longer() {
        let (breaker, patience) = (Breaker::default(), Patience::default());
        breaker.report("h", Reached::No, at(100_000), &patience);
        assert_eq!(breaker.admit("h", at(0)), Admission::Go);
    }

    #[test]
    fn a_host_that_answers_is_free_for_all_again_and_others_never_waited() {
        let (breaker, patience) = (Breaker::default(), Patience::default());
        breaker.report("h", Reached::No, at(0), &patience);
        assert_eq!(breaker.admit("other", at(0)), Admission::Go);
        breaker.report("h", Reached::Yes, at(5), &patience);
        assert_eq!(breaker.admit("h", at(5)), Admission::Go);
        assert_eq!(breaker.admit("h", at(5)), Admission::Go);
    }
}
