//! The timeline: every post as a reader would see it, on one page that one would show to a friend.
//!
//! Each platform says what its readers see ([`Shown`]); [`html`] writes it for a browser, and the
//! page's script builds the same elements from the same data as posts come and go. A test in
//! Chromium holds the two together. To look at the page is no request to a platform, but its
//! pictures come from the platforms' own addresses and are requests like anybody's.

pub(crate) mod answer;
mod html;

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use crate::sandbox::ledger::LedgerPost;
use crate::sandbox::platform::Platform;

/// How many posts are shown, the newest: a browser would have trouble with more.
const POSTS_MAX: usize = 300;

/// A post as its readers see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shown {
    #[serde(skip)]
    pub(crate) order: u64,
    pub(crate) platform: Platform,
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) url: String,
    pub(crate) at: Timestamp,
    pub(crate) lang: Option<String>,
    /// Who sees it, if that is not everybody.
    pub(crate) audience: Option<&'static str>,
    /// What hides the post until the reader asks for it.
    pub(crate) warning: Option<String>,
    pub(crate) text: Vec<Run>,
    pub(crate) pictures: Vec<ShownPicture>,
    pub(crate) card: Option<ShownCard>,
}

/// A stretch of text, and what the platform has made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Run {
    Plain {
        text: String,
    },
    /// Leads out of the sandbox.
    Link {
        text: String,
        href: String,
    },
    /// Leads nowhere here: the sandbox has no pages of people.
    Mention {
        text: String,
    },
    /// Leads nowhere here: the sandbox has no pages of hashtags.
    Hashtag {
        text: String,
    },
}

/// A picture of a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ShownPicture {
    pub(crate) url: String,
    pub(crate) alt: String,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
}

/// A page that a post shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ShownCard {
    url: String,
    /// Whose page it is: what the post says of it, or its host.
    site: String,
    title: String,
    description: String,
    /// The address of its picture, which says nothing that its words do not.
    picture: Option<String>,
}

impl ShownCard {
    /// Returns the card of `post`, as the ledger has it; nothing where its address is none of the web.
    pub(crate) fn of(post: &LedgerPost, picture: Option<String>) -> Option<Self> {
        let card = post.card.as_ref()?;
        let Run::Link { href: url, .. } = Run::link("", post.link.as_ref()?) else {
            return None;
        };
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        Some(Self {
            site: card.site.clone().unwrap_or(host),
            url,
            title: card.title.clone(),
            description: card.description.clone(),
            picture,
        })
    }
}

/// The newest posts of all platforms, the newest first.
#[derive(Debug, Serialize)]
pub(crate) struct Timeline {
    posts: Vec<Marked>,
    /// How many there are, with those that are not shown.
    total: usize,
}

#[derive(Debug, Serialize)]
struct Marked {
    /// Changes whenever anything that is shown of the post does.
    mark: String,
    /// The platform's name as people write it.
    network: &'static str,
    #[serde(flatten)]
    post: Shown,
}

impl Run {
    /// Returns a link, or plain text where `href` is no address of the web: a browser would run
    /// `javascript:`.
    pub(crate) fn link(text: &str, href: &str) -> Self {
        let text = text.to_owned();
        let scheme = href.split_once("://").map(|(scheme, _)| scheme);
        let is_of_the_web = scheme.is_some_and(|scheme| {
            ["https", "http"]
                .iter()
                .any(|it| it.eq_ignore_ascii_case(scheme))
        });
        if !is_of_the_web {
            return Self::Plain { text };
        }
        let href = href.to_owned();
        Self::Link { text, href }
    }
}

impl Timeline {
    /// Puts the newest of `posts` on a timeline.
    pub(crate) fn new(mut posts: Vec<Shown>) -> Self {
        let total = posts.len();
        posts.sort_by_key(|post| std::cmp::Reverse(post.order));
        posts.truncate(POSTS_MAX);
        let posts = posts.into_iter().map(|post| Marked {
            mark: digest(&serde_json::to_vec(&post).unwrap_or_default()),
            network: post.platform.title(),
            post,
        });
        Self {
            posts: posts.collect(),
            total,
        }
    }
}

/// Returns a short name for what `bytes` are.
fn digest(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(bytes).iter().take(8) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests;
