//! hayon against servers that others wrote, and its sandbox against clients that others wrote.
//!
//! The sandbox was written by the same hands as the publishers, so a shared mistake would pass
//! there. Its page is looked at in a browser, and [`shells`] has what others read of ours: completion
//! scripts and the manual. These tests need npm, pip, Debian's apt and its `chromium-driver`;
//! `install.sh` brings the rest.

#![expect(
    clippy::expect_used,
    reason = "what fails outside a test function fails the test as well"
)]

mod accounts;
mod bluesky;
mod browser;
#[cfg(feature = "interop-slow")]
mod garage;
mod keyring;
mod log_ins;
mod mastodon;
mod others;
mod page;
mod proxy;
mod s3;
mod scene;
mod server;
mod session;
mod shells;
#[path = "../support/mod.rs"]
mod support;
mod timeline;
