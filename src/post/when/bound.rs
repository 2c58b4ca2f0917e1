//! From when and until when posts are asked for, as people write it: `yesterday`, `monday`, `3 days ago`.
//!
//! The words are those of a time for a post, and more: here the past is as good as the future, and a
//! day needs no time. What is asked for begins at [`Bound::Since`] and ends before [`Bound::Until`],
//! so that a day that is named for both is that day.

use jiff::Span;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::post::when::Here;
use crate::post::when::WORDS_MAX;
use crate::post::when::Zones;
use crate::post::when::after;
use crate::post::when::bad::BadWhen;
use crate::post::when::bad_day;
use crate::post::when::day::Day;
use crate::post::when::day::read_day;
use crate::post::when::day::read_time;
use crate::post::when::duration_words;
use crate::post::when::find_zone;
use crate::post::when::instant;
use crate::post::when::read_duration;
use crate::post::when::split;

/// Which end of a span of time the words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The first instant of it: a day is its beginning, a weekday the last one, or today.
    Since,
    /// The first instant after it: a day is its end, a weekday the next one, or today.
    Until,
}

/// Reads `words`. What names no zone is meant in `zone`; `zones` knows those that may be named; days
/// and durations count from `now`.
pub(crate) fn parse_bound(
    words: &str,
    bound: Bound,
    zone: &TimeZone,
    zones: &dyn Zones,
    now: Timestamp,
) -> Result<Timestamp, BadWhen> {
    let tokens: Vec<&str> = words.split_whitespace().collect();
    let words = tokens.join(" ");
    let no_time = || BadWhen::NoTime(words.clone());
    if words.chars().count() > WORDS_MAX {
        return Err(no_time());
    }
    if words.eq_ignore_ascii_case("now") {
        return Ok(now);
    }
    if let Some((last, rest)) = tokens.split_last()
        && last.eq_ignore_ascii_case("ago")
    {
        return ahead(now, &rest.join(" "), Direction::Back, zone);
    }
    if let Some(duration) = duration_words(&tokens) {
        return ahead(now, &duration, Direction::On, zone);
    }
    let written = split(&tokens).ok_or_else(no_time)?;
    let day = read_day(written.day).ok_or_else(|| bad_day(&words, &written))?;
    let here = Here { zone, zones, now };
    let Some(time) = written.time else {
        return whole_day(day, bound, &here);
    };
    let bad_time = || BadWhen::BadTimeOfDay(time.to_owned());
    let time = read_time(time, written.half).ok_or_else(bad_time)?;
    let named = written
        .zone
        .map(|name| find_zone(name, zones))
        .transpose()?;
    let here = Here {
        zone: named.as_ref().unwrap_or(zone),
        ..here
    };
    instant(date(day, bound, &here)?.to_datetime(time), here.zone)
}

/// Returns what to write instead of words that are no bound.
pub(crate) fn fix(bad: &BadWhen) -> String {
    match bad {
        BadWhen::NoTime(_) => "write it as in `2027-01-31`, `yesterday`, `monday`, `3 days ago`, \
                               `in 2h` or `2027-01-31 09:00`"
            .to_owned(),
        BadWhen::NoDuration(_) => {
            "write it as in `2h ago`, `3 days ago` or `in 2 weeks`".to_owned()
        }
        other => other.fix(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Back,
    On,
}

fn ahead(
    now: Timestamp,
    duration: &str,
    direction: Direction,
    zone: &TimeZone,
) -> Result<Timestamp, BadWhen> {
    let span = read_duration(duration).ok_or_else(|| BadWhen::NoDuration(duration.to_owned()))?;
    let span = match direction {
        Direction::Back => span.negate(),
        Direction::On => span,
    };
    after(now, span, zone)
}

/// Returns the beginning of a day, or the beginning of the one after it.
fn whole_day(day: Day, bound: Bound, here: &Here<'_>) -> Result<Timestamp, BadWhen> {
    let date = date(day, bound, here)?;
    let date = match bound {
        Bound::Since => Ok(date),
        Bound::Until => date.tomorrow(),
    };
    // Where the clocks skip midnight, the day begins when they go on.
    let start = date.and_then(|date| date.to_zoned_datetime(here.zone.clone()));
    Ok(start.map_err(|_| BadWhen::TooFar)?.timestamp())
}

fn date(day: Day, bound: Bound, here: &Here<'_>) -> Result<Date, BadWhen> {
    let today = here.zone.to_datetime(here.now).date();
    let days = match day {
        Day::Date(date) => return Ok(date),
        Day::Yesterday => -1,
        Day::Today => 0,
        Day::Tomorrow => 1,
        Day::Weekday(weekday) => nearest(today.weekday(), weekday, bound),
    };
    let date = today.checked_add(Span::new().days(days));
    date.map_err(|_| BadWhen::TooFar)
}

fn nearest(today: Weekday, weekday: Weekday, bound: Bound) -> i8 {
    match bound {
        Bound::Since => -today.since(weekday),
        Bound::Until => today.until(weekday),
    }
}
