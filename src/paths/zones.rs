//! The rules of a time zone, from the file that the system keeps of it.
//!
//! jiff finds them, too, but goes through all folders of zones first, which takes a short command as long as
//! to open the outbox. Whatever is not found here, jiff is asked for.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

use jiff::tz::TimeZone;
use jiff::tz::TimeZoneDatabase;

/// Where Unix keeps the rules of its zones, and a link to those of this machine (localtime(5)).
const ZONES: &str = "/usr/share/zoneinfo";
const LOCAL: &str = "/etc/localtime";

/// The zone that was read last, so that a list does not read it for each of its rows.
static LAST: Mutex<Option<TimeZone>> = Mutex::new(None);

/// Returns the zone of this machine, if it has the name of one.
pub(crate) fn here() -> Option<TimeZone> {
    if let Some(name) = variable("TZ") {
        return named(name.to_str()?);
    }
    let rules = fs::read_link(LOCAL).ok()?;
    let (_, name) = rules.to_str()?.rsplit_once("zoneinfo/")?;
    named(name)
}

/// Returns the zone of this name, if the system has a file of it.
///
/// The names that may stand in a path are those that hayon's own table knows.
pub(crate) fn named(name: &str) -> Option<TimeZone> {
    // Whoever keeps them elsewhere has them found by jiff; and a path of Unix is another file on Windows.
    if cfg!(windows) || variable("TZDIR").is_some() {
        return None;
    }
    let known = TimeZoneDatabase::bundled().get(name).ok()?;
    if known == TimeZone::UTC {
        return Some(known);
    }
    let name = known.iana_name()?;
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(zone) = last.as_ref().filter(|zone| zone.iana_name() == Some(name)) {
        return Some(zone.clone());
    }
    let rules = fs::read(Path::new(ZONES).join(name)).ok()?;
    let zone = TimeZone::tzif(name, &rules).ok()?;
    *last = Some(zone.clone());
    Some(zone)
}

#[expect(
    clippy::disallowed_methods,
    reason = "as jiff does: whoever tells a time has no environment at hand"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_the_one_that_jiff_finds() {
        for (name, file) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("america/SAO_PAULO", "America/Sao_Paulo"),
            ("Etc/UTC", "Etc/UTC"),
            ("CET", "CET"),
        ] {
            // A machine may have no rules of its own.
            if !Path::new(ZONES).join(file).exists() {
                continue;
            }
            let zone = named(name).expect("a zone");
            let other = jiff::tz::db().get(name).expect("a zone");
            assert_eq!(zone, other, "{name}");
            assert_eq!(zone.iana_name(), other.iana_name(), "{name}");
        }
        assert_eq!(named("UTC"), Some(TimeZone::UTC));
    }

    #[test]
    fn what_is_no_name_of_a_zone_is_no_path() {
        for name in ["", "..", "../zoneinfo/UTC", "/etc/localtime", "zone.tab"] {
            assert_eq!(named(name), None, "{name:?}");
        }
    }
}
