//! Which platform a path belongs to: the sandbox serves them all on one port.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A platform that the sandbox imitates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Platform {
    Bluesky,
    Mastodon,
}

impl Platform {
    /// All of them, in the order in which people are shown them.
    pub(crate) const ALL: [Self; 2] = [Self::Bluesky, Self::Mastodon];

    /// Returns the name as people write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Bluesky => "Bluesky",
            Self::Mastodon => "Mastodon",
        }
    }

    /// Returns the platform whose server answers at `path`, if any does.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let starts_with_any = |prefixes: &[&str]| prefixes.iter().any(|it| path.starts_with(it));
        if starts_with_any(&["/xrpc/", "/plc/", "/profile/"]) {
            return Some(Self::Bluesky);
        }
        let mastodon = ["/api/", "/oauth/", "/@", "/system/", "/.well-known/oauth-"];
        starts_with_any(&mastodon).then_some(Self::Mastodon)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
        })
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "bluesky" => Ok(Self::Bluesky),
            "mastodon" => Ok(Self::Mastodon),
            other => Err(UnknownPlatform(other.to_owned())),
        }
    }
}

/// A name that is no platform of the sandbox.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox has no platform `{0}`: it has `bluesky` and `mastodon`")]
pub(crate) struct UnknownPlatform(String);
