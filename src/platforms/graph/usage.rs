//! How much of what an app may ask for it has used: Meta tells with every answer.
//!
//! `X-App-Usage` and `X-Business-Use-Case-Usage` count in percent (developers.facebook.com, Graph
//! API rate limiting, read 2026-11-23). An account slows down before it is blocked.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::later;
use crate::http::Answer;
use crate::platforms::graph::answer::cause;
use crate::platforms::graph::answer::is_of_spam;
use crate::platforms::graph::codes::SPAM_PAUSE;
use crate::publish::Cause;
use crate::publish::PublishError;

/// From how many percent on an account slows down.
const SLOW_FROM: f64 = 85.0;

/// How long it waits for each percent above that, where Meta does not say: what counts is the last
/// hour.
const PAUSE_PER_PERCENT: Duration = Duration::from_mins(1);

/// The longest pause that is believed.
const PAUSE_MAX: Duration = Duration::from_hours(24);

/// Until when an account waits, and why: as long as the process lives.
#[derive(Debug, Default)]
pub(crate) struct Brake(Mutex<Waits>);

#[derive(Debug, Default)]
struct Waits {
    /// What is used up, in percent.
    used: Option<(Timestamp, f64)>,
    /// A post was taken for spam.
    spam: Option<(Timestamp, Cause)>,
}

impl Brake {
    /// Says to wait while the brake is on.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), PublishError> {
        let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((until, cause)) = waits.spam.clone().filter(|(until, _)| now < *until) {
            return Err(PublishError::WaitUntil { until, cause });
        }
        let Some((until, percent)) = waits.used.filter(|(until, _)| now < *until) else {
            return Ok(());
        };
        let message = format!("{percent:.0} % of what Meta lets this app ask for are used up");
        Err(PublishError::WaitUntil {
            until,
            cause: Cause::new(message),
        })
    }

    /// Pulls or releases the brake by what `answer` tells.
    pub(crate) fn read(&self, answer: &Answer, now: Timestamp) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_of_spam(answer) {
            // Where nobody knows whether it was published, that is looked for; another request is
            // what the next block is for.
            waits.spam = Some((later(now, SPAM_PAUSE), cause(answer)));
        }
        if let Some(usage) = usage(answer) {
            waits.used = pause(usage).map(|pause| (later(now, pause), usage.percent));
        }
    }
}

/// What the headers of one answer say, the worst of it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Usage {
    percent: f64,
    /// How long until access is back, as Meta estimates.
    regained_in: Duration,
}

/// Returns how long access will be lost for, as the headers of `answer` estimate.
pub(crate) fn regained_in(answer: &Answer) -> Option<Duration> {
    let wait = usage(answer)?.regained_in;
    (!wait.is_zero()).then_some(wait)
}

fn pause(usage: Usage) -> Option<Duration> {
    if !usage.regained_in.is_zero() {
        return Some(usage.regained_in);
    }
    let above = usage.percent - SLOW_FROM;
    (above >= 0.0).then(|| PAUSE_PER_PERCENT.mul_f64((above + 1.0).min(60.0)))
}

fn usage(answer: &Answer) -> Option<Usage> {
    let header = |name| serde_json::from_str::<Value>(answer.header(name)?).ok();
    let of_app = header("x-app-usage").into_iter();
    let of_business = header("x-business-use-case-usage");
    let entries = of_business.iter().filter_map(Value::as_object);
    let entries = entries.flat_map(|by_id| by_id.values());
    let entries = entries.filter_map(Value::as_array).flatten().cloned();
    of_app
        .chain(entries)
        .map(|entry| read(&entry))
        .reduce(worse)
}

fn read(entry: &Value) -> Usage {
    let number = |name: &str| entry.get(name).and_then(Value::as_f64);
    let percents = ["call_count", "total_cputime", "total_time"];
    let percent = percents.into_iter().filter_map(number).fold(0.0, f64::max);
    // In minutes.
    let minutes = number("estimated_time_to_regain_access").unwrap_or(0.0);
    let seconds = (minutes * 60.0).clamp(0.0, PAUSE_MAX.as_secs_f64());
    Usage {
        percent,
        regained_in: Duration::from_secs_f64(seconds),
    }
}

fn worse(one: Usage, other: Usage) -> Usage {
    Usage {
        percent: one.percent.max(other.percent),
        regained_in: one.regained_in.max(other.regained_in),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;
    use reqwest::header::HeaderName;

    use super::*;

    fn answer(headers: &[(&'static str, &'static str)]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        Answer {
            status: 200,
            headers: map,
            body: Bytes::new(),
        }
    }

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], wait_minutes: Option<i64>) {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let brake = Brake::default();
        brake.read(&answer(headers), now);
        let waits = match brake.check(now) {
            Ok(()) => None,
            Err(PublishError::WaitUntil { until, .. }) => Some(until.duration_since(now)),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(
            waits.map(|wait| wait.as_mins()),
            wait_minutes,
            "{headers:?}"
        );
    }

    #[test]
    fn an_account_slows_down_before_it_is_blocked() {
        let app = |usage| [("x-app-usage", usage)];
        check(
            &app(r#"{"call_count":84,"total_cputime":1,"total_time":1}"#),
            None,
        );
        check(
            &app(r#"{"call_count":1,"total_cputime":85,"total_time":1}"#),
            Some(1),
        );
        check(
            &app(r#"{"call_count":1,"total_cputime":1,"total_time":100}"#),
            Some(16),
        );
        check(&app("nonsense"), None);
        check(&[], None);
    }

    #[test]
    fn the_estimate_of_the_business_counts() {
        let usage = r#"{"123":[{"type":"pages","call_count":100,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":19}]}"#;
        check(&[("x-business-use-case-usage", usage)], Some(19));
    }

    #[test]
    fn a_later_answer_releases_the_brake() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let brake = Brake::default();
        brake.read(&answer(&[("x-app-usage", r#"{"call_count":99}"#)]), now);
        assert!(brake.check(now).is_err());
        brake.read(&answer(&[]), now);
        assert!(brake.check(now).is_err());
        brake.read(&answer(&[("x-app-usage", r#"{"call_count":20}"#)]), now);
        assert!(brake.check(now).is_ok());
    }
}
