//! A picture of a post: what the bytes are, and where the media store keeps them.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::post::account_name::AccountName;

/// What a file was found to be, from its bytes and never from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Image,
    /// A moving picture of one of the image formats (GIF, animated WebP or PNG).
    Animation,
    Video,
}

impl MediaKind {
    /// Returns the word of the JSON and of the outbox.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Animation => "animation",
            Self::Video => "video",
        }
    }

    /// Returns the kind that [`MediaKind::name`] calls `name`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Image, Self::Animation, Self::Video]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// What a file was found to be when it was probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaFacts {
    pub(crate) kind: MediaKind,
    /// Such as `image/jpeg`.
    pub(crate) mime: String,
    /// In pixels, as shown: after the file's own orientation has been applied.
    pub(crate) width: u32,
    /// In pixels, as shown.
    pub(crate) height: u32,
    pub(crate) size_bytes: u64,
    /// The SHA-256 of the bytes in lower-case hexadecimal: 64 characters.
    pub(crate) sha256: String,
    pub(crate) details: Details,
}

/// What of a file matters only to some platforms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Details {
    /// Whether the file says that it is to be turned before it is shown.
    pub(crate) is_turned: bool,
    /// How many of its bytes say more than its pixels: where and with what it was taken, a comment,
    /// a preview.
    pub(crate) metadata_bytes: u64,
    /// How long a video or an animation plays, if the file says so.
    pub(crate) duration: Option<Duration>,
    /// What a video is encoded with, such as `H.264`, if the file says so.
    pub(crate) codec: Option<String>,
}

/// A picture of a checked post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Media {
    /// Where the media store keeps it: `posts/<owner>/<post id>/<uuid>.<ext>`.
    pub(crate) key: String,
    pub(crate) facts: MediaFacts,
    /// What it shows, in words; empty if nobody said.
    pub(crate) alt: String,
    /// What some accounts are given instead; no account is in two of them.
    pub(crate) renditions: Vec<Rendition>,
}

/// A picture made from another one for the accounts that do not take that as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendition {
    pub(crate) accounts: BTreeSet<AccountName>,
    /// Where the media store keeps it, beside the one that it was made from.
    pub(crate) key: String,
    pub(crate) facts: MediaFacts,
    /// What was done to it, in words for people, such as `turned upright`.
    pub(crate) changes: Vec<String>,
}

impl Media {
    /// Returns what `account` is given: a rendition that was made for it, else this.
    pub(crate) fn for_account(&self, account: &AccountName) -> Self {
        let own = self.rendition_for(account);
        Self {
            key: own.map_or(&self.key, |own| &own.key).clone(),
            facts: own.map_or(&self.facts, |own| &own.facts).clone(),
            alt: self.alt.clone(),
            renditions: own.cloned().into_iter().collect(),
        }
    }

    /// Returns what was made of it for `account`, if anything was.
    pub(crate) fn rendition_for(&self, account: &AccountName) -> Option<&Rendition> {
        self.renditions
            .iter()
            .find(|rendition| rendition.accounts.contains(account))
    }
}
