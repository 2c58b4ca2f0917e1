//! When a post is to go out, as people write it: `tomorrow 9:00`, `in 2h`, `2026-12-01 09:00 Europe/Berlin`.
//!
//! Nothing is guessed: a time of day that the clocks skip or show twice is refused with both of the
//! instants that it may have meant, and so is a day without a time. Whether an instant is past is
//! not asked here: a post with a known key may name one that was ahead when it was first given.

pub(crate) mod bad;
pub(crate) mod bound;
mod day;
#[cfg(test)]
mod tests;

use jiff::Span;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::civil::Time;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::AmbiguousOffset;
use jiff::tz::Offset;
use jiff::tz::TimeZone;
use jiff::tz::TimeZoneDatabase;

use crate::post::when::bad::BadWhen;
use crate::post::when::bad::Either;
use crate::post::when::bad::nearest_zone;
use crate::post::when::day::Day;
use crate::post::when::day::is_date;
use crate::post::when::day::read_day;
use crate::post::when::day::read_time;

/// The most characters of a time; the longest that is one has about sixty.
const WORDS_MAX: usize = 100;

/// The zones that may be named.
pub(crate) trait Zones {
    /// Returns the zone that has this IANA name, whatever its letter case.
    fn named(&self, name: &str) -> Option<TimeZone>;

    /// Returns all names.
    fn names(&self) -> Vec<String>;
}

impl Zones for TimeZoneDatabase {
    fn named(&self, name: &str) -> Option<TimeZone> {
        self.get(name).ok()
    }

    fn names(&self) -> Vec<String> {
        self.available().map(|name| name.to_string()).collect()
    }
}

/// A time for a post: the instant, and what it was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) at: Timestamp,
    /// The zone in which it was meant: an IANA name, or an offset such as `+01:00`.
    pub(crate) zone: String,
    /// As it was written, with single spaces.
    pub(crate) words: String,
}

/// Reads `words`. A time that names no zone is one of `zone`; `zones` knows those that it may name;
/// days and durations count from `now`.
pub(crate) fn parse(
    words: &str,
    zone: &TimeZone,
    zones: &dyn Zones,
    now: Timestamp,
) -> Result<When, BadWhen> {
    let tokens: Vec<&str> = words.split_whitespace().collect();
    let words = tokens.join(" ");
    let no_time = || BadWhen::NoTime(words.clone());
    if words.chars().count() > WORDS_MAX {
        return Err(no_time());
    }
    let (at, zone) = if let Some(duration) = duration_words(&tokens) {
        let span = read_duration(&duration).ok_or(BadWhen::NoDuration(duration))?;
        (after(now, span, zone)?, zone.clone())
    } else {
        let written = split(&tokens).ok_or_else(no_time)?;
        let day = read_day(written.day).ok_or_else(|| bad_day(&words, &written))?;
        on_a_day(day, &written, &Here { zone, zones, now })?
    };
    Ok(When {
        at,
        zone: zone_name(&zone, at),
        words,
    })
}

/// Returns the zone that a person calls `name`: an IANA name, `UTC`, or an offset.
pub(crate) fn find_zone(name: &str, zones: &dyn Zones) -> Result<TimeZone, BadWhen> {
    let found = if is_offset(name) {
        read_offset(name).map(TimeZone::fixed)
    } else {
        zones.named(name).filter(|zone| !zone.is_unknown())
    };
    found.ok_or_else(|| BadWhen::NoZone {
        name: name.to_owned(),
        nearest: nearest_zone(name, zones),
    })
}

/// Returns what `zone` is called: by name, or by its offset at `at` where it has none.
pub(crate) fn zone_name(zone: &TimeZone, at: Timestamp) -> String {
    let name = zone.iana_name().map(str::to_owned);
    name.unwrap_or_else(|| {
        at.to_zoned_datetime(zone.clone())
            .strftime("%:z")
            .to_string()
    })
}

fn is_offset(name: &str) -> bool {
    name.starts_with(['+', '-']) || name.eq_ignore_ascii_case("Z")
}

fn read_offset(name: &str) -> Option<Offset> {
    if name.eq_ignore_ascii_case("Z") {
        return Some(Offset::UTC);
    }
    let zone = DateTimeParser::new().parse_time_zone_with(&TimeZoneDatabase::none(), name);
    zone.ok()?.to_fixed_offset().ok()
}

/// Returns the duration in `in 2h` and `+2h`; nothing if the words do not begin so.
fn duration_words(tokens: &[&str]) -> Option<String> {
    let (first, rest) = tokens.split_first()?;
    if first.eq_ignore_ascii_case("in") {
        return Some(rest.join(" "));
    }
    let joined = tokens.join(" ");
    joined
        .strip_prefix('+')
        .map(|duration| duration.trim_start().to_owned())
}

/// Reads `1h30m`, `3 days`. What goes back in time is none.
fn read_duration(words: &str) -> Option<Span> {
    // A sign would be a second one.
    if !words.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let span: Span = words.to_ascii_lowercase().parse().ok()?;
    (!span.is_negative()).then_some(span)
}

/// Returns the instant `span` after `now`, or before it. Its days are days of the calendar: three of them later it
/// is the same time of day, whatever the clocks did in between.
fn after(now: Timestamp, span: Span, zone: &TimeZone) -> Result<Timestamp, BadWhen> {
    let hours = span.years(0).months(0).weeks(0).days(0);
    let days = Span::new()
        .years(span.get_years())
        .months(span.get_months())
        .weeks(span.get_weeks())
        .days(span.get_days());
    let start = if days.is_zero() {
        now
    } else {
        let wall = zone.to_datetime(now).checked_add(days);
        instant(wall.map_err(|_| BadWhen::TooFar)?, zone)?
    };
    start.checked_add(hours).map_err(|_| BadWhen::TooFar)
}

/// The parts of a time on a day, as they are written: `DAY [at] TIME [am|pm] [ZONE]`.
struct Written<'a> {
    day: &'a str,
    time: Option<&'a str>,
    /// `am` or `pm`, if it stands apart.
    half: Option<&'a str>,
    zone: Option<&'a str>,
}

/// Returns the parts of a time on a day, or nothing if there are too many words for one.
fn split<'a>(tokens: &[&'a str]) -> Option<Written<'a>> {
    let (first, rest) = tokens.split_first()?;
    // `2026-12-01T09:00`
    let (day, joined) = match first.split_once(['T', 't']) {
        Some((date, time)) if is_date(date) => (date, Some(time)),
        _ => (*first, None),
    };
    let mut rest = joined.into_iter().chain(rest.iter().copied()).peekable();
    let _ = rest.next_if(|word| word.eq_ignore_ascii_case("at"));
    // `09:00+01:00`, `09:00Z`
    let (time, offset) = match rest.next() {
        Some(both) if both.starts_with(|letter: char| letter.is_ascii_digit()) => {
            let end = both.find(['+', '-', 'Z', 'z']).unwrap_or(both.len());
            let (time, offset) = both.split_at(end);
            (Some(time), Some(offset).filter(|offset| !offset.is_empty()))
        }
        other => (other, None),
    };
    let half = rest.next_if(|word| ["am", "pm"].contains(&word.to_ascii_lowercase().as_str()));
    let zone = offset.or_else(|| rest.next());
    let written = Written {
        day,
        time,
        half,
        zone,
    };
    rest.next().is_none().then_some(written)
}

/// Where and when the words are read.
struct Here<'a> {
    zone: &'a TimeZone,
    zones: &'a dyn Zones,
    now: Timestamp,
}

/// Returns the instant that is written, and the zone in which it is to be told.
fn on_a_day(
    day: Day,
    written: &Written<'_>,
    here: &Here<'_>,
) -> Result<(Timestamp, TimeZone), BadWhen> {
    let no_time = || BadWhen::NoTimeOfDay(written.day.to_owned());
    let time = written.time.ok_or_else(no_time)?;
    let bad_time = || BadWhen::BadTimeOfDay(time.to_owned());
    let time = read_time(time, written.half).ok_or_else(bad_time)?;
    let Some(name) = written.zone else {
        return Ok((first_on(day, time, here.zone, here.now)?, here.zone.clone()));
    };
    let zone = find_zone(name, here.zones)?;
    let at = first_on(day, time, &zone, here.now)?;
    // An offset that holds here at that time says nothing new, and the zone of here has a name.
    let is_here = is_offset(name) && zone.to_offset(at) == here.zone.to_offset(at);
    Ok((at, if is_here { here.zone.clone() } else { zone }))
}

fn bad_day(words: &str, written: &Written<'_>) -> BadWhen {
    let is_time =
        read_time(written.day, None).is_some() || read_time(written.day, written.time).is_some();
    if is_time {
        BadWhen::NoDay(words.to_owned())
    } else {
        BadWhen::NoTime(words.to_owned())
    }
}

/// Returns the instant of `time` on `day`. A weekday is the first such day on which it is still ahead.
fn first_on(day: Day, time: Time, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, BadWhen> {
    let today = zone.to_datetime(now).date();
    let in_days = |days: i8| {
        let date = today.checked_add(Span::new().days(days));
        date.map_err(|_| BadWhen::TooFar)
    };
    let date = match day {
        Day::Date(date) => date,
        Day::Yesterday => in_days(-1)?,
        Day::Today => today,
        Day::Tomorrow => in_days(1)?,
        Day::Weekday(weekday) => {
            let date = in_days(today.weekday().until(weekday))?;
            let last = zone.to_ambiguous_timestamp(date.to_datetime(time)).later();
            if last.is_ok_and(|last| last <= now) {
                in_days(7)?
            } else {
                date
            }
        }
    };
    instant(date.to_datetime(time), zone)
}

/// Returns the one instant at which the clocks of `zone` show `wall`.
fn instant(wall: DateTime, zone: &TimeZone) -> Result<Timestamp, BadWhen> {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    let first = ambiguous.earlier().map_err(|_| BadWhen::TooFar)?;
    let second = ambiguous.later().map_err(|_| BadWhen::TooFar)?;
    let either = || {
        Box::new(Either {
            wall: wall.strftime(clock_format(wall.time())).to_string(),
            zone: zone_name(zone, first),
            first: with_offset(first, zone),
            second: with_offset(second, zone),
        })
    };
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Ok(first),
        AmbiguousOffset::Gap { .. } => Err(BadWhen::Skipped(either())),
        AmbiguousOffset::Fold { .. } => Err(BadWhen::Twice(either())),
    }
}

/// Returns an instant in a form that [`parse`] takes for exactly this one.
fn with_offset(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned_datetime(zone.clone());
    let clock = local.strftime(clock_format(local.time()));
    format!("{clock}{}", local.strftime("%:z"))
}

/// As short as nothing is lost.
fn clock_format(time: Time) -> &'static str {
    if time.second() == 0 && time.subsec_nanosecond() == 0 {
        "%Y-%m-%d %H:%M"
    } else {
        "%Y-%m-%d %H:%M:%S%.f"
    }
}
