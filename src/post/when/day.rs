//! The words for a day and for a time of day.

use jiff::civil::Date;
use jiff::civil::Time;
use jiff::civil::Weekday;

/// The fewest letters of a weekday: `fri`.
const WEEKDAY_LETTERS_MIN: usize = 3;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// A day, as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Date(Date),
    Yesterday,
    Today,
    Tomorrow,
    Weekday(Weekday),
}

/// Reads `2026-12-01`, `yesterday`, `today`, `tomorrow`, `friday`, `fri`.
pub(crate) fn read_day(word: &str) -> Option<Day> {
    if let Some(date) = read_date(word) {
        return Some(Day::Date(date));
    }
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "yesterday" => Some(Day::Yesterday),
        "today" => Some(Day::Today),
        "tomorrow" => Some(Day::Tomorrow),
        _ if word.len() < WEEKDAY_LETTERS_MIN => None,
        _ => WEEKDAYS
            .into_iter()
            .find(|(name, _)| name.starts_with(&word))
            .map(|(_, weekday)| Day::Weekday(weekday)),
    }
}

/// Whether `word` is a date in digits.
pub(crate) fn is_date(word: &str) -> bool {
    read_date(word).is_some()
}

/// The one order of year, month and day that nobody reads in another way.
fn read_date(word: &str) -> Option<Date> {
    let is_in_form = has_form(word, "dddd-dd-dd");
    is_in_form.then(|| word.parse().ok()).flatten()
}

/// Reads `9:00`, `18:30:15`, `9am`, `9:30pm`; `half` is an `am` or `pm` that stands apart.
pub(crate) fn read_time(word: &str, half: Option<&str>) -> Option<Time> {
    let word = word.to_ascii_lowercase();
    let half = half.map(str::to_ascii_lowercase);
    let (clock, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(clock), _) if half.is_none() => (clock, Some("am")),
        (_, Some(clock)) if half.is_none() => (clock, Some("pm")),
        _ => (word.as_str(), half.as_deref()),
    };
    let clock = if clock.find(':').unwrap_or(clock.len()) == 1 {
        format!("0{clock}")
    } else {
        clock.to_owned()
    };
    match half {
        None => read_clock(&clock),
        Some(half) if has_form(&clock, "dd") => of_half(read_clock(&format!("{clock}:00"))?, half),
        Some(half) => of_half(read_clock(&clock)?, half),
    }
}

/// Reads `09:00`, `09:00:15`, `09:00:15.5`.
fn read_clock(clock: &str) -> Option<Time> {
    let is_in_form = has_form(clock, "dd:dd")
        || has_form(clock, "dd:dd:dd")
        || (clock
            .get(..9)
            .is_some_and(|start| has_form(start, "dd:dd:dd."))
            && clock[9..].bytes().all(|byte| byte.is_ascii_digit()));
    is_in_form.then(|| clock.parse().ok()).flatten()
}

/// Returns the time of a clock with twelve hours: after twelve comes one.
fn of_half(time: Time, half: &str) -> Option<Time> {
    let hour = match (time.hour(), half) {
        (12, "am") => 0,
        (hour @ 1..=11, "am") => hour,
        (12, "pm") => 12,
        (hour @ 1..=11, "pm") => hour + 12,
        _ => return None,
    };
    time.with().hour(hour).build().ok()
}

/// Whether `word` looks like `form`, in which `d` is any digit.
fn has_form(word: &str, form: &str) -> bool {
    let fits = |(byte, form): (u8, u8)| match form {
        b'd' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    word.len() == form.len() && word.bytes().zip(form.bytes()).all(fits)
}
