//! What can be chosen of Graph's behaviour: how long things take, and what Meta leaves open.

use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

/// How long a container can be published (developers.facebook.com, Instagram content publishing and
/// Threads posts, read 2026-11-25).
const CONTAINER_LIFETIME: Duration = Duration::from_hours(24);

/// How Graph is to behave.
#[derive(Clone, Debug)]
pub(crate) struct Behaviour {
    /// How long a new container is in progress.
    pub(crate) ready_after: Duration,
    /// How long a container can be published.
    pub(crate) lifetime: Duration,
    /// How long a new post is missing in lists.
    pub(crate) listed_after: Duration,
    /// How many posts an account has in 24 hours; `None` is the platform's own number.
    pub(crate) quota: Option<usize>,
    /// How much of its calls an app has used, in percent, as the usage headers tell.
    pub(crate) usage_percent: u8,
    pub(crate) repeat: Repeat,
    pub(crate) duplicates: Duplicates,
    pub(crate) counting: Counting,
}

/// What publishing a container does that is published: Meta does not say. Whoever relies on its
/// being harmless is found out, so the worst is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// A second post.
    #[default]
    Again,
    /// The id of the first.
    Same,
    /// An error.
    Refused,
}

/// What a Page does with a post like its last one. Meta calls refusing it a heuristic, which nobody
/// may rely on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Duplicates {
    #[default]
    Posted,
    /// Error 506.
    Refused,
}

/// How Threads counts a text: the documentation counts emoji in bytes, and refusals were seen that
/// counted everything so (gitroomhq/postiz-app#1946, read 2026-11-23).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Counting {
    #[default]
    Documented,
    Bytes,
}

/// One choice, as `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    ReadyAfter(Duration),
    Lifetime(Duration),
    ListedAfter(Duration),
    Quota(usize),
    Usage(u8),
    Repeat(Repeat),
    Duplicates(Duplicates),
    Counting(Counting),
}

/// Why a text is no switch.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no behaviour of Graph: expected `ready-after=5s`, `lifetime=1m`, `listed-after=5s`, \
     `quota=2`, `usage=90`, `repeat=again|same|refused`, `duplicates=posted|refused` or \
     `count=documented|bytes`"
)]
pub(crate) struct SwitchError(String);

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            ready_after: Duration::ZERO,
            lifetime: CONTAINER_LIFETIME,
            listed_after: Duration::ZERO,
            quota: None,
            usage_percent: 1,
            repeat: Repeat::default(),
            duplicates: Duplicates::default(),
            counting: Counting::default(),
        }
    }
}

impl Behaviour {
    /// Returns the usual behaviour but for `switches`.
    pub(crate) fn with(switches: &[Switch]) -> Self {
        let mut behaviour = Self::default();
        for switch in switches {
            behaviour.set(switch);
        }
        behaviour
    }

    fn set(&mut self, switch: &Switch) {
        match *switch {
            Switch::ReadyAfter(duration) => self.ready_after = duration,
            Switch::Lifetime(duration) => self.lifetime = duration,
            Switch::ListedAfter(duration) => self.listed_after = duration,
            Switch::Quota(quota) => self.quota = Some(quota),
            Switch::Usage(percent) => self.usage_percent = percent,
            Switch::Repeat(repeat) => self.repeat = repeat,
            Switch::Duplicates(duplicates) => self.duplicates = duplicates,
            Switch::Counting(counting) => self.counting = counting,
        }
    }
}

impl FromStr for Switch {
    type Err = SwitchError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || SwitchError(text.to_owned());
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let duration = || {
            let duration: SignedDuration = value.parse().map_err(|_| wrong())?;
            Duration::try_from(duration).map_err(|_| wrong())
        };
        Ok(match (name, value) {
            ("ready-after", _) => Self::ReadyAfter(duration()?),
            ("lifetime", _) => Self::Lifetime(duration()?),
            ("listed-after", _) => Self::ListedAfter(duration()?),
            ("quota", _) => Self::Quota(value.parse().map_err(|_| wrong())?),
            ("usage", _) => Self::Usage(value.parse().map_err(|_| wrong())?),
            ("repeat", "again") => Self::Repeat(Repeat::Again),
            ("repeat", "same") => Self::Repeat(Repeat::Same),
            ("repeat", "refused") => Self::Repeat(Repeat::Refused),
            ("duplicates", "posted") => Self::Duplicates(Duplicates::Posted),
            ("duplicates", "refused") => Self::Duplicates(Duplicates::Refused),
            ("count", "documented") => Self::Counting(Counting::Documented),
            ("count", "bytes") => Self::Counting(Counting::Bytes),
            _ => return Err(wrong()),
        })
    }
}
