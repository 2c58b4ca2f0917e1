//! The ledger: everything that is public on all platforms now, in order of publication.
//!
//! It is how a test counts: a post that is there twice was published twice.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::sandbox::picture::Picture;
use crate::sandbox::platform::Platform;

/// The order of publication across all platforms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order(Arc<AtomicU64>);

impl Order {
    /// Returns the next place.
    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// A post that is not deleted. Posts for a few readers are listed too, with their visibility.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LedgerPost {
    #[serde(skip)]
    pub(crate) order: u64,
    pub(crate) platform: Platform,
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) text: String,
    pub(crate) lang: Option<String>,
    pub(crate) visibility: String,
    pub(crate) cw: Option<String>,
    pub(crate) media: Vec<LedgerMedia>,
    pub(crate) facets: Vec<Value>,
    /// Tags beside those of the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) idempotency_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rkey: Option<String>,
    /// Who may reply, where the platform was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_control: Option<String>,
    /// The id of the post that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<String>,
    /// The address that it shows as a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    /// What the post says of that address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) card: Option<LedgerCard>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic_tag: Option<String>,
}

/// What a post says of the page that it shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LedgerCard {
    pub(crate) title: String,
    pub(crate) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<LedgerMedia>,
}

/// A picture of a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LedgerMedia {
    alt: String,
    mime: String,
    size_bytes: usize,
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
}

impl LedgerMedia {
    /// Describes `picture`, which was published with `alt`.
    pub(crate) fn new(picture: &Picture, alt: &str) -> Self {
        Self {
            alt: alt.to_owned(),
            mime: picture.mime.clone(),
            size_bytes: picture.bytes.len(),
            sha256: picture.sha256_hex(),
            width: picture.size_px.map(|(width, _)| width),
            height: picture.size_px.map(|(_, height)| height),
        }
    }
}

/// What `GET /ledger.json` answers.
#[derive(Debug, Serialize)]
pub(crate) struct Ledger {
    posts: Vec<LedgerPost>,
    requests: u64,
    /// How often a refresh token came that is good once and was used already.
    refresh_tokens_spent_again: u64,
}

impl Ledger {
    /// Puts `posts` into the order of their publication.
    pub(crate) fn new(
        mut posts: Vec<LedgerPost>,
        requests: u64,
        refresh_tokens_spent_again: u64,
    ) -> Self {
        posts.sort_by_key(|post| post.order);
        Self {
            posts,
            requests,
            refresh_tokens_spent_again,
        }
    }
}
