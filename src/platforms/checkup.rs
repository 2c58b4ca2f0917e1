//! What the checkups of accounts share: the server's clock beside ours, and limits in words.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::clock;
use crate::http::Answer;
use crate::platforms::retry_after::server_time;
use crate::post::limits::Limits;
use crate::publish::PublishError;
use crate::publish::checkup::Checkup;
use crate::publish::checkup::Finding;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// Returns how far the server's clock is ahead of ours (less than zero: behind), by its answer to a
/// request that was sent at `asked_at` and answered at `answered_at`; `None` if it does not tell.
pub(crate) fn server_ahead(
    answer: &Answer,
    asked_at: Timestamp,
    answered_at: Timestamp,
) -> Option<SignedDuration> {
    // With an age, it was not made just now: a cache has kept it (RFC 9111, section 5.1).
    if answer.header("age").is_some() {
        return None;
    }
    // The header leaves the fraction of a second out.
    let from = server_time(answer)?;
    let to = clock::later(from, Duration::from_secs(1));
    Some(if to < asked_at {
        to.duration_since(asked_at)
    } else if from > answered_at {
        from.duration_since(answered_at)
    } else {
        SignedDuration::ZERO
    })
}

/// Returns what an account takes, in words.
pub(crate) fn in_words(limits: &Limits) -> String {
    format!(
        "{} {}, {} pictures of at most {}",
        limits.text_max,
        limits.unit.name(),
        limits.images_max,
        size(limits.image.bytes_max)
    )
}

/// Returns a number of bytes as a person reads it.
pub(crate) fn size(bytes: u64) -> String {
    // Mastodon's limits are one byte below a round number.
    let bytes = bytes + 1;
    if bytes < MIB {
        format!("{} KiB", bytes / KIB)
    } else {
        format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB)
    }
}

/// Returns the checkup of an account whose server could not be asked.
pub(crate) fn unreachable(error: &PublishError, host: &str) -> Checkup {
    let server = Finding::of_error("server", error).hint(format!(
        "is `{host}` the right address, and are you online?"
    ));
    Checkup {
        findings: vec![
            server,
            Finding::skipped("log-in", "the server cannot be asked"),
        ],
        server_ahead: None,
        ends_at: None,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use reqwest::header::HeaderName;
    use reqwest::header::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], expected: Option<i64>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_static(name);
            map.append(name, HeaderValue::from_static(value));
        }
        let answer = Answer {
            status: 200,
            headers: map,
            body: bytes::Bytes::new(),
        };
        let asked_at = "2026-11-23T12:00:00.900Z".parse().unwrap();
        let answered_at = "2026-11-23T12:00:04.100Z".parse().unwrap();
        let ahead = server_ahead(&answer, asked_at, answered_at);
        assert_eq!(ahead.map(|ahead| ahead.as_secs()), expected, "{headers:?}");
    }

    #[test]
    fn a_server_that_took_its_time_has_no_wrong_clock() {
        for date in [
            "Mon, 23 Nov 2026 12:00:00 GMT",
            "Mon, 23 Nov 2026 12:00:02 GMT",
            "Mon, 23 Nov 2026 12:00:04 GMT",
        ] {
            check(&[("date", date)], Some(0));
        }
    }

    #[test]
    fn a_clock_that_differs_is_noticed_to_either_side() {
        check(&[("date", "Mon, 23 Nov 2026 12:10:04 GMT")], Some(599));
        check(&[("date", "Mon, 23 Nov 2026 11:50:00 GMT")], Some(-599));
    }

    #[test]
    fn what_a_cache_has_kept_tells_no_time() {
        let old = ("date", "Mon, 23 Nov 2026 11:00:00 GMT");
        check(&[old, ("age", "3600")], None);
        check(&[("date", "yesterday")], None);
        check(&[], None);
    }

    #[test]
    fn sizes_are_told_as_the_platforms_tell_them() {
        assert_eq!(size(16 * MIB - 1), "16.0 MiB");
        assert_eq!(size(2_000_000), "1.9 MiB");
        assert_eq!(size(100 * KIB), "100 KiB");
    }
}
