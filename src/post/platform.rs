//! The networks that hayon publishes to.

use std::fmt;
use std::str::FromStr;

/// One social network, by its protocol: every Mastodon instance is [`Platform::Mastodon`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Platform {
    Bluesky,
    Mastodon,
    Tumblr,
    Instagram,
    Threads,
    Facebook,
}

impl Platform {
    /// Every platform, in the order in which they are listed to people.
    pub(crate) const ALL: [Self; 6] = [
        Self::Bluesky,
        Self::Mastodon,
        Self::Threads,
        Self::Instagram,
        Self::Facebook,
        Self::Tumblr,
    ];

    /// Returns the name as users write it and as the outbox stores it: lower case, one word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
            Self::Tumblr => "tumblr",
            Self::Instagram => "instagram",
            Self::Threads => "threads",
            Self::Facebook => "facebook",
        }
    }

    /// Returns the name as a sentence has it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Bluesky => "Bluesky",
            Self::Mastodon => "Mastodon",
            Self::Tumblr => "Tumblr",
            Self::Instagram => "Instagram",
            Self::Threads => "Threads",
            Self::Facebook => "Facebook",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no platform.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{word}` is no platform that hayon knows: bluesky, mastodon, threads, instagram, facebook, tumblr"
)]
pub(crate) struct UnknownPlatform {
    pub(crate) word: String,
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|platform| platform.name() == word)
            .ok_or_else(|| UnknownPlatform {
                word: word.to_owned(),
            })
    }
}
