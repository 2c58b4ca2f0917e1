//! Which platform a request belongs to: the sandbox serves them all on one port, but for S3.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderMap;
use axum::http::Uri;
use serde::Serialize;

use crate::sandbox::graph::route;

/// A platform that the sandbox imitates, or the storage that pictures are fetched from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Platform {
    Bluesky,
    Mastodon,
    Instagram,
    Threads,
    Facebook,
    Tumblr,
    /// The storage: nobody posts there, so it is on no page, and it has an origin of its own.
    S3,
}

impl Platform {
    /// Those with posts, in the order in which people are shown them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Bluesky,
        Self::Mastodon,
        Self::Instagram,
        Self::Threads,
        Self::Facebook,
        Self::Tumblr,
    ];

    /// Those that are reached by Meta's Graph API.
    pub(crate) const OF_GRAPH: [Self; 3] = [Self::Instagram, Self::Threads, Self::Facebook];

    /// Returns the name as people write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Bluesky => "Bluesky",
            Self::Mastodon => "Mastodon",
            Self::Instagram => "Instagram",
            Self::Threads => "Threads",
            Self::Facebook => "Facebook",
            Self::Tumblr => "Tumblr",
            Self::S3 => "S3",
        }
    }

    /// Returns the name as programs write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
            Self::Instagram => "instagram",
            Self::Threads => "threads",
            Self::Facebook => "facebook",
            Self::Tumblr => "tumblr",
            Self::S3 => "s3",
        }
    }

    /// Whether it is reached by Meta's Graph API.
    pub(crate) fn is_of_graph(self) -> bool {
        Self::OF_GRAPH.contains(&self)
    }

    /// Returns the platform whose server answers, if any does. Two of Meta's share their paths, so
    /// there the token has a say.
    pub(crate) fn of_request(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        Self::of_path(uri.path()).or_else(|| route::platform(uri, headers))
    }

    /// Returns the platform whose server answers at `path`, if the path alone tells.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let starts_with_any = |prefixes: &[&str]| prefixes.iter().any(|it| path.starts_with(it));
        if starts_with_any(&["/xrpc/", "/plc/", "/profile/"]) {
            return Some(Self::Bluesky);
        }
        if starts_with_any(&["/v2/", "/tumblr/"]) {
            return Some(Self::Tumblr);
        }
        let of_graph = |it: &Self| path.strip_prefix('/')?.strip_prefix(it.name());
        let public_page = Self::OF_GRAPH
            .into_iter()
            .find(|it| of_graph(it).is_some_and(|rest| rest.starts_with('/')));
        if public_page.is_some() {
            return public_page;
        }
        let mastodon = ["/api/", "/oauth/", "/@", "/system/", "/.well-known/oauth-"];
        starts_with_any(&mastodon).then_some(Self::Mastodon)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter().chain([Self::S3]);
        let found = all.find(|it| it.name() == name);
        found.ok_or_else(|| UnknownPlatform(name.to_owned()))
    }
}

/// A name that is no platform of the sandbox.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the sandbox has no platform `{0}`: it has `bluesky`, `mastodon`, `instagram`, `threads`, \
     `facebook`, `tumblr` and `s3`"
)]
pub(crate) struct UnknownPlatform(String);
