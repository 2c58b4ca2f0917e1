//! When a rate-limited request may be sent again: `Retry-After`, the platforms' own reset headers,
//! and the server's `Date` beside our clock.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use crate::clock;
use crate::http::Answer;

/// The longest wait that a server may ask for; what is longer is absurd and cut to this.
pub(crate) const WAIT_MAX: Duration = Duration::from_hours(7 * 24);

/// The shortest wait: `Retry-After: 0` must not become a storm.
const WAIT_MIN: Duration = Duration::from_secs(1);

/// How long to wait if the server does not say.
const WAIT_UNTOLD: Duration = Duration::from_mins(1);

/// A platform's own header that names the instant at which its limit is reset.
pub(crate) struct ResetHeader {
    pub(crate) name: &'static str,
    pub(crate) read: fn(&str) -> Option<Timestamp>,
}

/// Returns until when to wait, by our clock: the longest of what the headers of `answer` ask for.
pub(crate) fn wait_until(answer: &Answer, now: Timestamp, reset: &ResetHeader) -> Timestamp {
    let server_now = server_time(answer).unwrap_or(now);
    let resets = values(answer, reset.name)
        .filter_map(|value| (reset.read)(value.trim()))
        .filter_map(|at| wait_from(server_now, at));
    wait_for(answer, now, resets)
}

/// Returns until when to wait, by our clock: the longest of `told` and of what `Retry-After` asks for.
pub(crate) fn wait_for(
    answer: &Answer,
    now: Timestamp,
    told: impl Iterator<Item = Duration>,
) -> Timestamp {
    let server_now = server_time(answer).unwrap_or(now);
    let retry_after = values(answer, "retry-after").filter_map(|v| retry_after(v, server_now));
    let wait = retry_after.chain(told).max().unwrap_or(WAIT_UNTOLD);
    clock::later(now, wait.clamp(WAIT_MIN, WAIT_MAX))
}

/// Returns the time that the server's clock showed, to the second, when it answered.
pub(crate) fn server_time(answer: &Answer) -> Option<Timestamp> {
    http_date(answer.header("date")?)
}

/// Reads an instant in ISO 8601, as Mastodon's `X-RateLimit-Reset` has it.
pub(crate) fn iso_8601(value: &str) -> Option<Timestamp> {
    value.parse().ok()
}

/// Reads an instant in seconds since 1970, as Bluesky's `ratelimit-reset` has it.
pub(crate) fn epoch_seconds(value: &str) -> Option<Timestamp> {
    Timestamp::from_second(value.parse().ok()?).ok()
}

fn values<'a>(answer: &'a Answer, name: &str) -> impl Iterator<Item = &'a str> {
    let values = answer.headers.get_all(name).into_iter();
    values.filter_map(|value| value.to_str().ok())
}

/// Reads seconds or an HTTP-date; what is negative, past or garbage says nothing.
fn retry_after(value: &str, server_now: Timestamp) -> Option<Duration> {
    seconds_left(value).or_else(|| wait_from(server_now, http_date(value)?))
}

/// Reads seconds that are left, as `Retry-After` and Tumblr's headers have them.
pub(crate) fn seconds_left(value: &str) -> Option<Duration> {
    let value = value.trim();
    let is_number = value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let seconds: f64 = value.parse().ok().filter(|_| is_number)?;
    let bounded = seconds.ceil().min(WAIT_MAX.as_secs_f64());
    Some(Duration::from_secs_f64(bounded))
}

fn wait_from(server_now: Timestamp, at: Timestamp) -> Option<Duration> {
    Some(clock::elapsed(server_now, at)).filter(|wait| !wait.is_zero())
}

/// Reads a date in one of the three forms of HTTP (RFC 9110, section 5.6.7).
fn http_date(value: &str) -> Option<Timestamp> {
    let forms = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    forms.into_iter().find_map(|form| {
        let date = strtime::parse(form, value.trim())
            .ok()?
            .to_datetime()
            .ok()?;
        TimeZone::UTC.to_timestamp(date).ok()
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use reqwest::header::HeaderName;
    use reqwest::header::HeaderValue;

    use super::*;

    const NOW: &str = "2026-11-23T12:00:00Z";

    const RESET: ResetHeader = ResetHeader {
        name: "x-ratelimit-reset",
        read: iso_8601,
    };

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], wait_seconds: u64) {
        let now: Timestamp = NOW.parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_static(name);
            map.append(name, HeaderValue::from_static(value));
        }
        let answer = Answer {
            status: 429,
            headers: map,
            body: bytes::Bytes::new(),
        };
        let until = wait_until(&answer, now, &RESET);
        assert_eq!(clock::elapsed(now, until).as_secs(), wait_seconds);
    }

    #[test]
    fn seconds_are_waited_for() {
        check(&[("retry-after", "120")], 120);
        check(&[("retry-after", " 7 ")], 7);
    }

    #[test]
    fn a_fraction_is_rounded_up() {
        check(&[("retry-after", "1.2")], 2);
    }

    #[test]
    fn no_wait_at_all_is_still_a_second() {
        check(&[("retry-after", "0")], 1);
    }

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        check(&[("retry-after", "Mon, 23 Nov 2026 12:05:00 GMT")], 300);
        check(&[("retry-after", "Monday, 23-Nov-26 12:05:00 GMT")], 300);
        check(&[("retry-after", "Mon Nov 23 12:05:00 2026")], 300);
        check(&[("retry-after", "Tue Dec  1 12:00:00 2026")], 604_800);
    }

    #[test]
    fn what_says_nothing_is_ignored() {
        for value in [
            "-5",
            "soon",
            "",
            "inf",
            "1e9",
            "Mon, 23 Nov 2026 11:00:00 GMT",
            ".",
            "1.2.3",
        ] {
            check(&[("retry-after", value)], WAIT_UNTOLD.as_secs());
        }
        check(
            &[("x-ratelimit-reset", "2026-11-23T11:59:00Z")],
            WAIT_UNTOLD.as_secs(),
        );
        check(&[("x-ratelimit-reset", "tomorrow")], WAIT_UNTOLD.as_secs());
        check(&[], WAIT_UNTOLD.as_secs());
    }

    #[test]
    fn an_absurd_wait_is_cut_to_a_week() {
        check(&[("retry-after", "99999999999999999999999")], 604_800);
        check(&[("retry-after", "Fri, 01 Jan 2100 00:00:00 GMT")], 604_800);
        check(
            &[("x-ratelimit-reset", "9999-01-01T00:00:00.000000Z")],
            604_800,
        );
    }

    #[test]
    fn the_longest_of_several_waits_holds() {
        check(&[("retry-after", "5"), ("retry-after", "50")], 50);
        let reset = ("x-ratelimit-reset", "2026-11-23T12:05:00.000000Z");
        check(&[("retry-after", "5"), reset], 300);
    }

    #[test]
    fn a_date_is_read_by_the_clock_of_the_server() {
        let server_is_an_hour_ahead = ("date", "Mon, 23 Nov 2026 13:00:00 GMT");
        let reset = ("x-ratelimit-reset", "2026-11-23T13:01:40.000000Z");
        check(&[server_is_an_hour_ahead, reset], 100);
        let at = ("retry-after", "Mon, 23 Nov 2026 13:00:30 GMT");
        check(&[server_is_an_hour_ahead, at], 30);
        check(&[server_is_an_hour_ahead, ("retry-after", "30")], 30);
    }

    #[test]
    fn epoch_seconds_are_read() {
        let at = epoch_seconds("1795435200").map(|at| at.to_string());
        assert_eq!(at.as_deref(), Some("2026-11-23T12:00:00Z"));
        assert_eq!(epoch_seconds("-"), None);
        assert_eq!(epoch_seconds("99999999999999999"), None);
    }
}
