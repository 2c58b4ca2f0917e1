//! Which of Meta's platforms a path of the Graph API belongs to.
//!
//! Outside, each has hosts of its own; here they share one port. Threads alone has version 1.0;
//! Instagram and Facebook share their versions even at Meta (an Instagram account is reached at
//! graph.facebook.com as well), and are told apart by edge, then by id, then by token.

use axum::http::HeaderMap;
use axum::http::Uri;
use url::form_urlencoded;

use crate::sandbox::graph::token;
use crate::sandbox::platform::Platform;

/// What Graph answers without a version in front.
pub(crate) const UNVERSIONED: [&str; 3] = ["refresh_access_token", "access_token", "debug_token"];

/// The last version that gets a route; those that are no more, or not yet, answer so.
pub(crate) const VERSION_MAX: u32 = 40;

/// The versions that answer: v20.0 ended on 2026-09-24, v26.0 is the newest
/// (developers.facebook.com/docs/graph-api/changelog/versions, read 2026-11-25).
const VERSIONS: std::ops::RangeInclusive<u32> = 21..=26;

const INSTAGRAM_EDGES: [&str; 4] = [
    "media",
    "media_publish",
    "content_publishing_limit",
    "children",
];
const FACEBOOK_EDGES: [&str; 5] = ["feed", "posts", "published_posts", "photos", "accounts"];

/// Returns the platform that is asked, if the path is one of Graph's.
pub(crate) fn platform(uri: &Uri, headers: &HeaderMap) -> Option<Platform> {
    let segments = segments(uri.path());
    let (version, rest) = split_version(&segments);
    match version {
        Some(1) => return Some(Platform::Threads),
        Some(_) => {}
        None if segments.len() == 1 && UNVERSIONED.contains(&segments[0]) => {}
        None => return None,
    }
    let node = rest.first().copied().unwrap_or_default();
    let edge = rest.get(1).copied().unwrap_or_default();
    if INSTAGRAM_EDGES.contains(&edge) {
        return Some(Platform::Instagram);
    }
    if FACEBOOK_EDGES.contains(&edge) {
        return Some(Platform::Facebook);
    }
    if node.starts_with(|char: char| char.is_ascii_digit()) {
        // Ids of the sandbox: see `State::next_id` and `accounts`.
        let is_instagram = node.len() == 17 && ["17", "18"].iter().any(|it| node.starts_with(it));
        return Some(if is_instagram {
            Platform::Instagram
        } else {
            Platform::Facebook
        });
    }
    let platform = of_token(uri, headers);
    // A token of Threads does not bring a path of the others to Threads.
    let is_elsewhere = platform == Platform::Threads && version.is_some();
    Some(if is_elsewhere {
        Platform::Facebook
    } else {
        platform
    })
}

/// Returns the parts of a path that are between slashes.
pub(crate) fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// Splits a version off, such as 26 off `v26.0`.
pub(crate) fn split_version<'s, 'p>(segments: &'s [&'p str]) -> (Option<u32>, &'s [&'p str]) {
    let parse = |text: &str| text.strip_prefix('v')?.strip_suffix(".0")?.parse().ok();
    match segments.split_first() {
        Some((first, rest)) => match parse(first) {
            Some(version) => (Some(version), rest),
            None => (None, segments),
        },
        None => (None, segments),
    }
}

/// Whether `platform` still has, or already has, this version.
pub(crate) fn is_served(platform: Platform, version: u32) -> bool {
    match platform {
        Platform::Threads => version == 1,
        _ => VERSIONS.contains(&version),
    }
}

fn of_token(uri: &Uri, headers: &HeaderMap) -> Platform {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let in_query = query
        .filter(|(name, _)| name == "access_token")
        .map(|(_, text)| text.into_owned())
        .next();
    let text = token::bearer(headers).or(in_query).unwrap_or_default();
    let is_of = |platform: &Platform| text.starts_with(&format!("sandbox-{platform}-"));
    let found = Platform::OF_GRAPH.into_iter().find(is_of);
    found.unwrap_or(Platform::Facebook)
}
