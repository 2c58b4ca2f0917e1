//! When a post is to go out: what was typed, read here and now, and how it is told.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::compose::of_draft;
use crate::cli::error::CliError;
use crate::cli::reviews;
use crate::clock::elapsed;
use crate::outbox::enqueue::Asked;
use crate::paths::zones;
use crate::post::check::Reviews;
use crate::post::front_matter::PostFile;
use crate::post::violation::Violation;
use crate::post::when::When;
use crate::post::when::Zones;
use crate::post::when::bad::BadWhen;
use crate::post::when::find_zone;
use crate::post::when::parse;

/// The flags of a time, as they were typed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WhenFlags<'a> {
    pub(crate) at: Option<&'a str>,
    pub(crate) tz: Option<&'a str>,
}

/// Returns when the post is to go out. Flags win over the file; a zone alone is of use in a file,
/// for the `--at` that may come with it.
pub(crate) fn asked(
    flags: WhenFlags<'_>,
    file: &PostFile,
    now: Timestamp,
) -> Result<Asked, CliError> {
    let by_flag = |bad: BadWhen| CliError::usage(bad.to_string()).hint(bad.fix());
    let zone = match (flags.tz, &file.tz) {
        (Some(name), _) => Some(named(name).map_err(by_flag)?),
        (None, Some(name)) => Some(named(name).map_err(|bad| refusal(&bad))?),
        (None, None) => None,
    };
    let zone = || zone.unwrap_or_else(here);
    match (flags.at, &file.at) {
        (Some(words), _) => at(words, &zone(), now).map_err(by_flag),
        (None, Some(words)) => at(words, &zone(), now).map_err(|bad| refusal(&bad)),
        (None, None) if flags.tz.is_some() => {
            Err(CliError::usage("`--tz` says where `--at` is meant").hint("give `--at WHEN` too"))
        }
        (None, None) => Ok(Asked::Now),
    }
}

/// Returns what is wrong with the time in a file.
pub(crate) fn violation_in(file: &PostFile, now: Timestamp) -> Option<Violation> {
    let zone = file.tz.as_deref().map(named).transpose();
    let asked = zone.and_then(|zone| {
        let at = |words| at(words, &zone.unwrap_or_else(here), now);
        file.at.as_deref().map(at).transpose()
    });
    asked.err().map(|bad| violation(&bad))
}

/// Refuses a time that is over; `instead` says what to do.
pub(crate) fn refuse_the_past(
    asked: &Asked,
    now: Timestamp,
    instead: &str,
) -> Result<(), CliError> {
    match asked.when() {
        Some(when) if when.at <= now => {
            let told = in_zone(when.at, &when.zone);
            Err(CliError::usage(format!("the time is in the past: {told}")).hint(instead))
        }
        _ => Ok(()),
    }
}

/// The zones that this machine knows: each from its own file, and jiff is asked only where there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemZones;

impl Zones for SystemZones {
    fn named(&self, name: &str) -> Option<TimeZone> {
        zones::named(name).or_else(|| jiff::tz::db().get(name).ok())
    }

    fn names(&self) -> Vec<String> {
        jiff::tz::db().names()
    }
}

/// Returns the zone of this machine.
pub(crate) fn here() -> TimeZone {
    let zone = zones::here().unwrap_or_else(TimeZone::system);
    if zone.is_unknown() {
        // What a container without a zone means as well.
        return TimeZone::UTC;
    }
    zone
}

/// Returns an instant in every way in which a person can check it: in the zone in which it was
/// meant, in UTC, and by how far away it is.
pub(crate) fn in_full(at: Timestamp, zone: Option<&str>, now: Timestamp) -> String {
    let zone = zone.map_or_else(|| in_own_zone(at, here()), |zone| in_zone(at, zone));
    format!("{zone}, {at:.0}, {}", distance(now, at))
}

/// Returns a time as a file would say it, and the zone in which that is meant.
pub(crate) fn as_written(when: &When) -> (String, Option<String>) {
    if let Ok(zone) = named(&when.zone) {
        let local = when.at.to_zoned_datetime(zone.clone());
        let clock = local.strftime("%Y-%m-%d %H:%M:%S").to_string();
        let clock = clock.strip_suffix(":00").unwrap_or(&clock).to_owned();
        // An hour that the clocks go back over has two instants: those words would be refused.
        let read = parse(&clock, &zone, &SystemZones, Timestamp::MIN);
        if read.is_ok_and(|read| read.at == when.at) {
            return (clock, Some(when.zone.clone()));
        }
    }
    (when.at.to_string(), None)
}

fn in_zone(at: Timestamp, name: &str) -> String {
    // Another machine may have stored a zone that this one does not know.
    in_own_zone(at, named(name).unwrap_or_else(|_| here()))
}

fn in_own_zone(at: Timestamp, zone: TimeZone) -> String {
    let name = zone.iana_name().map(str::to_owned);
    let local = at.to_zoned_datetime(zone);
    let clock = local.strftime("%Y-%m-%d %H:%M:%S");
    let Some(name) = name else {
        return format!("{clock} {}", local.strftime("%:z"));
    };
    let short = local.strftime("%Z").to_string();
    if short == name {
        format!("{clock} {name}")
    } else {
        format!("{clock} {short} ({name})")
    }
}

fn distance(now: Timestamp, at: Timestamp) -> String {
    let seconds = (elapsed(now, at).as_millis() + 500) / 1000;
    let minutes = (seconds + 30) / 60;
    match (minutes / 60, minutes % 60) {
        _ if seconds < 90 => format!("in {seconds} s"),
        (0, minutes) => format!("in {minutes} min"),
        (hours @ ..48, 0) => format!("in {hours} h"),
        (hours @ ..48, minutes) => format!("in {hours} h {minutes} min"),
        _ => format!("in {} days", (minutes + 12 * 60) / (24 * 60)),
    }
}

fn named(zone: &str) -> Result<TimeZone, BadWhen> {
    find_zone(zone, &SystemZones)
}

fn at(words: &str, zone: &TimeZone, now: Timestamp) -> Result<Asked, BadWhen> {
    if words.trim().eq_ignore_ascii_case("now") {
        return Ok(Asked::Now);
    }
    parse(words, zone, &SystemZones, now).map(Asked::At)
}

fn violation(bad: &BadWhen) -> Violation {
    of_draft("bad_time", bad.to_string(), &bad.fix())
}

fn refusal(bad: &BadWhen) -> CliError {
    reviews::refusal(&Reviews {
        violations: vec![violation(bad)],
        ..Reviews::default()
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::cli::when::in_full;

    #[track_caller]
    fn check(at: &str, zone: &str, expected: &str) {
        let now: Timestamp = "2026-12-01T12:00:00.400Z".parse().unwrap();
        assert_eq!(in_full(at.parse().unwrap(), Some(zone), now), expected);
    }

    #[test]
    fn a_time_is_told_in_its_zone_in_utc_and_by_its_distance() {
        check(
            "2027-01-01T08:00:00Z",
            "Europe/Berlin",
            "2027-01-01 09:00:00 CET (Europe/Berlin), 2027-01-01T08:00:00Z, in 31 days",
        );
        check(
            "2026-12-01T14:00:00Z",
            "UTC",
            "2026-12-01 14:00:00 UTC, 2026-12-01T14:00:00Z, in 2 h",
        );
        check(
            "2026-12-03T11:15:00Z",
            "-03:30",
            "2026-12-03 07:45:00 -03:30, 2026-12-03T11:15:00Z, in 47 h 15 min",
        );
        check(
            "2026-12-01T12:59:00Z",
            "America/Sao_Paulo",
            "2026-12-01 09:59:00 -03 (America/Sao_Paulo), 2026-12-01T12:59:00Z, in 59 min",
        );
        check(
            "2026-12-01T12:00:45.9Z",
            "Asia/Tokyo",
            "2026-12-01 21:00:45 JST (Asia/Tokyo), 2026-12-01T12:00:45Z, in 46 s",
        );
    }
}
