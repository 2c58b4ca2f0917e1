//! What people write for a time, and what it means or why it is refused.

mod bounds;
mod changes;
mod properties;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jiff::tz::TimeZoneDatabase;

use crate::post::when::find_zone;
use crate::post::when::parse;

/// Thursday, an hour later in Berlin.
const NOW: &str = "2026-12-03T17:30:00Z";

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Asserts that `words`, read in Berlin at `NOW`, mean `expected`, an instant and a zone.
#[track_caller]
fn means(words: &str, expected: &str) {
    means_in("Europe/Berlin", NOW, words, expected);
}

#[track_caller]
fn means_in(here: &str, now: &str, words: &str, expected: &str) {
    let zones = TimeZoneDatabase::bundled();
    let when = parse(words, &zone(here), &zones, instant(now));
    let when = when.unwrap_or_else(|error| panic!("{words}: {error}"));
    assert_eq!(format!("{} {}", when.at, when.zone), expected, "{words}");
    assert_eq!(
        when.words,
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    );
}

/// Asserts that `words`, read in Berlin at `NOW`, are refused with this message and this fix.
#[track_caller]
fn refused(words: &str, message: &str, fix: &str) {
    refused_in("Europe/Berlin", NOW, words, message, fix);
}

#[track_caller]
fn refused_in(here: &str, now: &str, words: &str, message: &str, fix: &str) {
    let zones = TimeZoneDatabase::bundled();
    let error = parse(words, &zone(here), &zones, instant(now));
    let error = error.expect_err(words);
    assert_eq!(
        (error.to_string(), error.fix()),
        (message.into(), fix.into())
    );
}

#[test]
fn a_date_and_a_time_are_those_of_the_clocks_here() {
    for words in [
        "2027-07-01 09:00",
        "  2027-07-01   9:00 ",
        "2027-07-01 at 9:00",
        "2027-07-01 9am",
        "2027-07-01 9 AM",
        "2027-07-01 09:00:00",
        "2027-07-01T09:00",
        "2027-07-01t09:00:00.000",
    ] {
        means(words, "2027-07-01T07:00:00Z Europe/Berlin");
    }
    means("2026-12-24 18:30:15", "2026-12-24T17:30:15Z Europe/Berlin");
    means("2020-01-01 00:00", "2019-12-31T23:00:00Z Europe/Berlin");
}

#[test]
fn a_time_may_name_its_zone() {
    means(
        "2026-12-24 09:00 Asia/Tokyo",
        "2026-12-24T00:00:00Z Asia/Tokyo",
    );
    means(
        "2026-12-24 9 pm asia/tokyo",
        "2026-12-24T12:00:00Z Asia/Tokyo",
    );
    means("2026-12-24 09:00 UTC", "2026-12-24T09:00:00Z UTC");
    means("2026-12-24 09:00 -03:30", "2026-12-24T12:30:00Z -03:30");
    means("friday 18:30-0330", "2026-12-04T22:00:00Z -03:30");
    // It is Friday there already.
    means("today 9:00 Asia/Tokyo", "2026-12-04T00:00:00Z Asia/Tokyo");
}

#[test]
fn rfc_3339_is_understood() {
    means("2026-12-24T09:00:00Z", "2026-12-24T09:00:00Z UTC");
    means("2026-12-24t09:00:00.25z", "2026-12-24T09:00:00.25Z UTC");
    means("2026-12-24 09:00:00-05:00", "2026-12-24T14:00:00Z -05:00");
    means("2026-12-24T09:00:00-00:00", "2026-12-24T09:00:00Z UTC");
    means("2026-12-24T09:00+13:45", "2026-12-23T19:15:00Z +13:45");
}

#[test]
fn an_offset_that_is_the_one_here_is_told_in_the_zone_of_here() {
    means(
        "2026-12-24T09:00:00+01:00",
        "2026-12-24T08:00:00Z Europe/Berlin",
    );
    means("2027-07-01T09:00:00+01:00", "2027-07-01T08:00:00Z +01:00");
    means(
        "2026-12-24 09:00 Africa/Lagos",
        "2026-12-24T08:00:00Z Africa/Lagos",
    );
}

#[test]
fn days_have_names() {
    means("today 23:59", "2026-12-03T22:59:00Z Europe/Berlin");
    means("Today at 9am", "2026-12-03T08:00:00Z Europe/Berlin");
    means("tomorrow 9:00", "2026-12-04T08:00:00Z Europe/Berlin");
    means("TOMORROW AT 12am", "2026-12-03T23:00:00Z Europe/Berlin");
    means("tomorrow 12pm", "2026-12-04T11:00:00Z Europe/Berlin");
    means("tomorrow 12:30 am", "2026-12-03T23:30:00Z Europe/Berlin");
}

#[test]
fn a_weekday_is_the_next_one_on_which_the_time_is_still_ahead() {
    for friday in ["friday 18:30", "Fri 18:30", "fri at 6:30pm"] {
        means(friday, "2026-12-04T17:30:00Z Europe/Berlin");
    }
    means("thurs 18:31", "2026-12-03T17:31:00Z Europe/Berlin");
    means("thursday 18:30", "2026-12-10T17:30:00Z Europe/Berlin");
    means("thursday 9:00", "2026-12-10T08:00:00Z Europe/Berlin");
    means("wednesday 18:30", "2026-12-09T17:30:00Z Europe/Berlin");
    // On the day on which the clocks are put back, both times of it have passed.
    let night = "2026-10-25T01:30:00Z";
    let next = "2026-11-01T01:30:00Z Europe/Berlin";
    means_in("Europe/Berlin", night, "sunday 2:30", next);
}

#[test]
fn hours_pass_and_days_are_those_of_the_calendar() {
    means("in 2h", "2026-12-03T19:30:00Z Europe/Berlin");
    means("+2h", "2026-12-03T19:30:00Z Europe/Berlin");
    means("+ 2 hours", "2026-12-03T19:30:00Z Europe/Berlin");
    means("IN 1H30M", "2026-12-03T19:00:00Z Europe/Berlin");
    means("in 90 minutes", "2026-12-03T19:00:00Z Europe/Berlin");
    means("in 1.5 hours", "2026-12-03T19:00:00Z Europe/Berlin");
    means("in 1 week, 2 days", "2026-12-12T17:30:00Z Europe/Berlin");
    means("in 1 month", "2027-01-03T17:30:00Z Europe/Berlin");
    // The clocks are put forward in between: the same time of day is an hour less away.
    let before = "2027-03-27T12:00:00Z";
    for (words, expected) in [
        ("in 1 day", "2027-03-28T11:00:00Z Europe/Berlin"),
        ("in 24h", "2027-03-28T12:00:00Z Europe/Berlin"),
        ("in 1 day 1 hour", "2027-03-28T12:00:00Z Europe/Berlin"),
    ] {
        means_in("Europe/Berlin", before, words, expected);
    }
}

#[test]
fn a_day_later_may_be_a_time_that_does_not_exist() {
    refused_in(
        "Europe/Berlin",
        "2027-03-27T01:30:07.5Z",
        "in 1 day",
        "`2027-03-28 02:30:07.5` does not exist in `Europe/Berlin`: the clocks are put forward then",
        "write `2027-03-28 01:30:07.5+01:00` or `2027-03-28 03:30:07.5+02:00`",
    );
}

#[test]
fn a_day_without_a_time_and_a_time_without_a_day_are_refused() {
    for day in ["2026-12-24", "tomorrow", "fri"] {
        let fix = format!("add one, as in `{day} 09:00`");
        refused(day, &format!("`{day}` has no time of day"), &fix);
    }
    refused(
        "friday at",
        "`friday` has no time of day",
        "add one, as in `friday 09:00`",
    );
    for time in ["18:30", "9am", "9 pm", "9:00 UTC"] {
        let fix = "put one before it, as in `today 18:30` or `friday 9am`";
        refused(time, &format!("`{time}` has no day"), fix);
    }
}

#[test]
fn what_is_no_time_is_refused_with_examples() {
    let examples = "write it as in `2027-01-31 09:00`, `tomorrow 9:00`, `friday 18:30`, `in 2h`, \
                    or `2027-01-31T09:00:00+01:00`";
    for words in [
        "",
        "soon",
        "2026-02-29 09:00",
        "24.12.2026 09:00",
        "12/24/2026 09:00",
        "next friday 9:00",
        "tomorrow 9:00 UTC UTC",
        "tomorrow 9:00Z Europe/Berlin",
        "fr 9:00",
        "١٢ ٣٠",
    ] {
        refused(words, &format!("`{words}` is no time"), examples);
    }
    let long = format!("tomorrow{}9:00", " ".repeat(100));
    means(&long, "2026-12-04T08:00:00Z Europe/Berlin");
    let long = format!("tomorrow {}9:00", "0".repeat(100));
    let shown: String = long.chars().take(99).collect();
    refused(&long, &format!("`{shown}…` is no time"), examples);
}

#[test]
fn what_is_no_time_of_day_is_refused() {
    for time in [
        "25:00", "24:00", "9", "900", "9:0", "13pm", "0am", "18:30pm", "noon", "９:00",
    ] {
        refused(
            &format!("tomorrow {time}"),
            &format!("`{time}` is no time of day"),
            "write it as in `9:00`, `18:30` or `9am`",
        );
    }
}

#[test]
fn a_duration_counts_forward() {
    for words in [
        "-2h",
        "2h ago",
        "two hours",
        "2",
        "",
        "pt2h",
        "99999999999 h",
    ] {
        let fix = "write it as in `in 2h`, `in 1h30m` or `in 3 days`";
        refused(
            &format!("in {words}"),
            &format!("`{words}` is no duration"),
            fix,
        );
    }
    for words in ["in 9999 years", "in 9000 years 70000 hours"] {
        refused(
            words,
            "it is further away than the calendar goes",
            "choose a nearer time",
        );
    }
}

#[test]
fn a_zone_that_does_not_exist_is_refused_with_the_nearest() {
    for (name, nearest) in [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New_Yrok", "America/New_York"),
    ] {
        refused(
            &format!("tomorrow 9:00 {name}"),
            &format!("there is no time zone `{name}`"),
            &format!("did you mean `{nearest}`?"),
        );
    }
    for name in [
        "PST",
        "AEST",
        "Etc/Unknown",
        "+25:99",
        "-",
        "../../etc/passwd",
        "Nowhere/Land",
    ] {
        let zones = TimeZoneDatabase::bundled();
        let error = find_zone(name, &zones).expect_err(name);
        assert_eq!(error.to_string(), format!("there is no time zone `{name}`"));
        assert_eq!(
            error.fix(),
            "name it as in `Europe/Berlin`, `UTC` or `+01:00`"
        );
    }
}

#[test]
fn a_zone_without_a_name_is_told_by_its_offset() {
    let zone = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
    let zones = TimeZoneDatabase::none();
    let when = parse("2027-07-01 09:00", &zone, &zones, instant(NOW)).unwrap();
    assert_eq!(
        (when.at, when.zone.as_str()),
        (instant("2027-07-01T13:00:00Z"), "-04:00")
    );
}
