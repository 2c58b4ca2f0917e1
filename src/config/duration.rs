//! How a person writes a length of time: `30s`, `2m`, `1h30m`, `7d`.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::Span;
use jiff::SpanRelativeTo;

/// Why a word is no length of time that is of use here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadDuration {
    #[error("`{0}` is no duration")]
    Shape(String),
    #[error("`{word}` is not between {} and {}", show(*bounds.start()), show(*bounds.end()))]
    OutOfBounds {
        word: String,
        bounds: RangeInclusive<Duration>,
    },
}

impl BadDuration {
    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Shape(_) => {
                "write days, hours, minutes and seconds, like `7d`, `1h30m` or `5s`".into()
            }
            Self::OutOfBounds { bounds, .. } => {
                let [low, high] = [bounds.start(), bounds.end()].map(|end| show(*end));
                format!("choose from {low} to {high}")
            }
        }
    }
}

/// Reads a length of time within `bounds`.
pub(crate) fn parse_duration(
    word: &str,
    bounds: RangeInclusive<Duration>,
) -> Result<Duration, BadDuration> {
    let duration = word
        .parse::<Span>()
        .ok()
        // Months and years have no length.
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok())
        .and_then(|signed| Duration::try_from(signed).ok())
        .ok_or_else(|| BadDuration::Shape(word.to_owned()))?;
    if !bounds.contains(&duration) {
        return Err(BadDuration::OutOfBounds {
            word: word.to_owned(),
            bounds,
        });
    }
    Ok(duration)
}

fn show(duration: Duration) -> String {
    SignedDuration::try_from(duration).map_or_else(
        |_| format!("{}s", duration.as_secs()),
        |signed| format!("{signed:#}"),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::config::duration::parse_duration;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (word, seconds) in [
            ("5s", 5),
            ("2m", 120),
            ("24h", 86400),
            ("1h30m", 5400),
            ("1h 30m", 5400),
            ("90 seconds", 90),
            ("0s", 0),
            ("1d", 86400),
        ] {
            let read = parse_duration(word, Duration::ZERO..=DAY);
            assert_eq!(read, Ok(Duration::from_secs(seconds)), "{word}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_an_example() {
        for word in ["", "5", "soon", "-5s", "5s ago", "1mo", "5s x"] {
            let error = parse_duration(word, Duration::ZERO..=DAY).unwrap_err();
            assert_eq!(error.to_string(), format!("`{word}` is no duration"));
            assert!(error.hint().contains("`1h30m`"), "{}", error.hint());
        }
    }

    #[test]
    fn a_duration_out_of_bounds_is_refused_with_the_bounds() {
        let bounds = Duration::from_secs(1)..=DAY;
        for word in ["0s", "24h1s", "999ms"] {
            let error = parse_duration(word, bounds.clone()).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("`{word}` is not between 1s and 24h")
            );
        }
    }
}
