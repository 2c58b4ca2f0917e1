//! Why words are no time for a post, and what to write instead.

use crate::post::when::Zones;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// The longest words that are repeated, in characters.
const SHOWN_MAX: usize = 100;

/// Why words are no time for a post.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadWhen {
    #[error("`{}` is no time", shown(.0))]
    NoTime(String),
    #[error("`{}` is no duration", shown(.0))]
    NoDuration(String),
    #[error("`{}` has no day", shown(.0))]
    NoDay(String),
    #[error("`{}` has no time of day", shown(.0))]
    NoTimeOfDay(String),
    #[error("`{}` is no time of day", shown(.0))]
    BadTimeOfDay(String),
    #[error("there is no time zone `{}`", shown(.name))]
    NoZone {
        name: String,
        /// The one that was most likely meant.
        nearest: Option<String>,
    },
    #[error("it is further away than the calendar goes")]
    TooFar,
    /// The clocks are put forward over it.
    #[error("`{}` does not exist in `{}`: the clocks are put forward then", .0.wall, .0.zone)]
    Skipped(Box<Either>),
    /// The clocks are put back and show it again.
    #[error("`{}` comes twice in `{}`: the clocks are put back then", .0.wall, .0.zone)]
    Twice(Box<Either>),
}

/// A time of the clocks that may mean either of two instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Either {
    pub(crate) wall: String,
    pub(crate) zone: String,
    /// The earlier instant, in a form that can be written instead.
    pub(crate) first: String,
    /// The later one, likewise.
    pub(crate) second: String,
}

impl BadWhen {
    /// Returns what to write instead.
    pub(crate) fn fix(&self) -> String {
        match self {
            Self::NoTime(_) => "write it as in `2027-01-31 09:00`, `tomorrow 9:00`, \
                                `friday 18:30`, `in 2h`, or `2027-01-31T09:00:00+01:00`"
                .to_owned(),
            Self::NoDuration(_) => "write it as in `in 2h`, `in 1h30m` or `in 3 days`".to_owned(),
            Self::NoDay(_) => "put one before it, as in `today 18:30` or `friday 9am`".to_owned(),
            Self::NoTimeOfDay(day) => format!("add one, as in `{} 09:00`", shown(day)),
            Self::BadTimeOfDay(_) => "write it as in `9:00`, `18:30` or `9am`".to_owned(),
            Self::NoZone {
                nearest: Some(nearest),
                ..
            } => format!("did you mean `{nearest}`?"),
            Self::NoZone { nearest: None, .. } => {
                "name it as in `Europe/Berlin`, `UTC` or `+01:00`".to_owned()
            }
            Self::TooFar => "choose a nearer time".to_owned(),
            Self::Skipped(either) => {
                format!("write `{}` or `{}`", either.first, either.second)
            }
            Self::Twice(either) => format!(
                "write `{}` for the first time, or `{}` for the second",
                either.first, either.second
            ),
        }
    }
}

fn shown(words: &str) -> String {
    printable(words, Lines::One, SHOWN_MAX)
}

/// Returns the zone that somebody who wrote `name` most likely meant: by its whole name, or by the
/// city alone.
pub(crate) fn nearest_zone(name: &str, zones: &dyn Zones) -> Option<String> {
    let name = name.to_ascii_lowercase().replace(' ', "_");
    let distance = |zone: &str| {
        let zone = zone.to_ascii_lowercase();
        let city = zone.rsplit('/').next().unwrap_or_default();
        strsim::osa_distance(&name, &zone).min(strsim::osa_distance(&name, city))
    };
    let near = zones
        .names()
        .into_iter()
        .map(|zone| (distance(&zone), zone))
        .min()?;
    // Among abbreviations such as `AEST` and `EST`, one letter more is another continent.
    (near.0 <= name.chars().count().saturating_sub(1) / 4).then_some(near.1)
}
