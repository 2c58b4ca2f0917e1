//! How each platform talks: one publisher per platform, written like that platform's own
//! documentation.
//!
//! A publisher sends each request once. It says what an answer proves
//! ([`crate::publish::PublishError`]) and leaves to [`crate::delivery`] what to do about it. What
//! the platforms share is small: reading an answer's words ([`answer`]), its times
//! ([`retry_after`]), the addresses that may be shown ([`permalink`]), the names of upload steps ([`upload`]), link cards ([`card`]), keys that are the
//! same everywhere ([`fingerprint`]), what checkups of accounts tell alike ([`checkup`]), what a log-in
//! yields ([`log_in`]) and how those in a browser hold together ([`oauth`]), and Meta's API ([`graph`]).

pub(crate) mod answer;
pub(crate) mod bluesky;
pub(crate) mod card;
mod checkup;
pub(crate) mod facebook;
pub(crate) mod fingerprint;
pub(crate) mod graph;
pub(crate) mod instagram;
pub(crate) mod log_in;
pub(crate) mod mastodon;
pub(crate) mod oauth;
pub(crate) mod permalink;
mod renewal;
pub(crate) mod retry_after;
#[cfg(test)]
mod testing;
pub(crate) mod threads;
pub(crate) mod tumblr;
mod upload;
