//! Which platform a path belongs to: the sandbox serves them all on one port, but for S3.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A platform that the sandbox imitates, or the storage that pictures are fetched from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Platform {
    Bluesky,
    Mastodon,
    Tumblr,
    /// The storage: nobody posts there, so it is on no page, and it has an origin of its own.
    S3,
}

impl Platform {
    /// Those with posts, in the order in which people are shown them.
    pub(crate) const ALL: [Self; 3] = [Self::Bluesky, Self::Mastodon, Self::Tumblr];

    /// Returns the name as people write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Bluesky => "Bluesky",
            Self::Mastodon => "Mastodon",
            Self::Tumblr => "Tumblr",
            Self::S3 => "S3",
        }
    }

    /// Returns the platform whose server answers at `path`, if any does.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let starts_with_any = |prefixes: &[&str]| prefixes.iter().any(|it| path.starts_with(it));
        if starts_with_any(&["/xrpc/", "/plc/", "/profile/"]) {
            return Some(Self::Bluesky);
        }
        if starts_with_any(&["/v2/", "/tumblr/"]) {
            return Some(Self::Tumblr);
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
            Self::Tumblr => "tumblr",
            Self::S3 => "s3",
        })
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "bluesky" => Ok(Self::Bluesky),
            "mastodon" => Ok(Self::Mastodon),
            "tumblr" => Ok(Self::Tumblr),
            "s3" => Ok(Self::S3),
            other => Err(UnknownPlatform(other.to_owned())),
        }
    }
}

/// A name that is no platform of the sandbox.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox has no platform `{0}`: it has `bluesky`, `mastodon`, `tumblr` and `s3`")]
pub(crate) struct UnknownPlatform(String);
