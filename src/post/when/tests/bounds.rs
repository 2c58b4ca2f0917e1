//! From when and until when posts are asked for.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use crate::post::when::bound::Bound;
use crate::post::when::bound::fix;
use crate::post::when::bound::parse_bound;
use crate::post::when::tests::NOW;
use crate::post::when::tests::instant;
use crate::post::when::tests::zone;

fn read(words: &str, bound: Bound, here: &str, now: &str) -> Timestamp {
    let zones = TimeZoneDatabase::bundled();
    let at = parse_bound(words, bound, &zone(here), &zones, instant(now));
    at.unwrap_or_else(|error| panic!("{words}: {error}"))
}

/// Asserts what `words` mean for each end in Berlin, on Thursday, 3 December 2026, at half past six
/// in the evening.
#[track_caller]
fn means(words: &str, since: &str, until: &str) {
    for (bound, expected) in [(Bound::Since, since), (Bound::Until, until)] {
        let at = read(words, bound, "Europe/Berlin", NOW);
        assert_eq!(at.to_string(), expected, "{words} {bound:?}");
    }
}

#[test]
fn a_day_is_its_beginning_and_its_end() {
    means("today", "2026-12-02T23:00:00Z", "2026-12-03T23:00:00Z");
    means("Yesterday", "2026-12-01T23:00:00Z", "2026-12-02T23:00:00Z");
    means("tomorrow", "2026-12-03T23:00:00Z", "2026-12-04T23:00:00Z");
    means("2026-11-01", "2026-10-31T23:00:00Z", "2026-11-01T23:00:00Z");
}

#[test]
fn a_weekday_is_the_last_or_the_next_one_and_today_is_either() {
    means("monday", "2026-11-29T23:00:00Z", "2026-12-07T23:00:00Z");
    means("fri", "2026-11-26T23:00:00Z", "2026-12-04T23:00:00Z");
    means("thursday", "2026-12-02T23:00:00Z", "2026-12-03T23:00:00Z");
    means("mon 9:00", "2026-11-30T08:00:00Z", "2026-12-07T08:00:00Z");
}

#[test]
fn an_instant_is_the_same_for_both_ends() {
    for (words, expected) in [
        ("now", NOW),
        ("2h ago", "2026-12-03T15:30:00Z"),
        ("3 days ago", "2026-11-30T17:30:00Z"),
        ("1 week 2h AGO", "2026-11-26T15:30:00Z"),
        ("in 2h", "2026-12-03T19:30:00Z"),
        ("+90m", "2026-12-03T19:00:00Z"),
        ("2020-01-01 00:00", "2019-12-31T23:00:00Z"),
        ("yesterday at 9am", "2026-12-02T08:00:00Z"),
        ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"),
        ("2026-07-01 12:00 Asia/Tokyo", "2026-07-01T03:00:00Z"),
    ] {
        means(words, expected, expected);
    }
}

#[test]
fn days_ago_are_days_of_the_calendar() {
    // The clocks of Berlin were put back on 25 October.
    let at = |words| read(words, Bound::Since, "Europe/Berlin", "2026-10-26T08:00:00Z");
    assert_eq!(at("1 day ago").to_string(), "2026-10-25T08:00:00Z");
    assert_eq!(at("2 days ago").to_string(), "2026-10-24T07:00:00Z");
    assert_eq!(at("48h ago").to_string(), "2026-10-24T08:00:00Z");
}

#[test]
fn a_day_without_a_midnight_begins_when_the_clocks_go_on() {
    // Santiago's clocks went from midnight to one o'clock.
    let santiago = "America/Santiago";
    let since = read("2026-09-06", Bound::Since, santiago, NOW);
    assert_eq!(since.to_string(), "2026-09-06T04:00:00Z");
    let until = read("2026-09-05", Bound::Until, santiago, NOW);
    assert_eq!(until, since);
}

#[test]
fn what_is_no_time_is_refused_with_what_to_write() {
    let zones = TimeZoneDatabase::bundled();
    for (words, message, hint) in [
        ("last month", "`last month` is no time", "`3 days ago`"),
        ("", "`` is no time", "`yesterday`"),
        ("soon ago", "`soon` is no duration", "`2h ago`"),
        ("ago", "`` is no duration", "`2h ago`"),
        ("18:30", "`18:30` has no day", "`today 18:30`"),
        ("today noon", "`noon` is no time of day", "`18:30`"),
        (
            "2026-03-29 02:30",
            "`2026-03-29 02:30` does not exist in `Europe/Berlin`: the clocks are put forward then",
            "write `2026-03-29 01:30+01:00` or `2026-03-29 03:30+02:00`",
        ),
        (
            "15000 years ago",
            "it is further away than the calendar goes",
            "nearer",
        ),
        (
            "2026-01-01 9:00 Europe/Berln",
            "there is no time zone `Europe/Berln`",
            "did you mean `Europe/Berlin`?",
        ),
    ] {
        for bound in [Bound::Since, Bound::Until] {
            let read = parse_bound(words, bound, &zone("Europe/Berlin"), &zones, instant(NOW));
            let bad = read.expect_err(words);
            assert_eq!(bad.to_string(), message, "{words}");
            assert!(fix(&bad).contains(hint), "{words}: {}", fix(&bad));
        }
    }
}
