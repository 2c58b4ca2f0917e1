//! A checked draft: by our rules it cannot be wrong, so nothing below asks again.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::fit::Fit;
use crate::post::media::Media;
use crate::post::platform::Platform;

/// The identity of a post in this outbox: a UUID of version 7, so that ids sort by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PostId(Uuid);

impl PostId {
    /// Returns the id of a post that is written at `now`.
    pub(crate) fn new(now: Timestamp) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos);
        Self(Uuid::new_v7(stamp))
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PostId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Who may see a post, in Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    Public,
    Unlisted,
    Private,
    Direct,
}

impl Visibility {
    /// Every visibility, widest first.
    pub(crate) const ALL: [Self; 4] = [Self::Public, Self::Unlisted, Self::Private, Self::Direct];

    /// Returns the word that users write and that Mastodon's API takes.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
            Self::Direct => "direct",
        }
    }
}

/// A word that names no visibility.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no visibility: public, unlisted, private, direct")]
pub(crate) struct UnknownVisibility(String);

impl FromStr for Visibility {
    type Err = UnknownVisibility;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|visibility| visibility.name() == word)
            .ok_or_else(|| UnknownVisibility(word.to_owned()))
    }
}

/// A checked draft. Made by [`crate::post::check::check`], and by the outbox from what it stored. A
/// draft that was only saved has this shape too; it is checked before it gets any delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) id: PostId,
    /// The user's own name for it (`--key`).
    pub(crate) key: Option<String>,
    /// Trimmed, with LF line ends, in Unicode's NFC, so that "the same text" can be told exactly.
    pub(crate) text: String,
    /// Texts for single accounts, in the same form.
    pub(crate) texts: BTreeMap<AccountName, String>,
    pub(crate) media: Vec<Media>,
    pub(crate) lang: Option<String>,
    pub(crate) cw: Option<String>,
    pub(crate) visibility: Option<Visibility>,
    /// What was to be done with pictures whose shape a platform refuses, if anybody said so.
    pub(crate) fit: Option<Fit>,
    /// Tags beside those of the text, without `#`; each of them once.
    pub(crate) tags: Vec<String>,
    /// Which page is shown under the text, if there are no pictures: see [`Post::card_for`].
    pub(crate) card: CardChoice,
    /// Which hosts may be asked for that page.
    pub(crate) card_reach: CardReach,
    /// Where it goes, in the order in which the user named the accounts; never empty.
    pub(crate) addressees: Vec<(AccountName, Platform)>,
    pub(crate) created_at: Timestamp,
}

impl Post {
    /// Returns the text for `account`.
    pub(crate) fn text_for(&self, account: &AccountName) -> &str {
        self.texts.get(account).unwrap_or(&self.text)
    }

    /// Returns the media for `account`: what was made for it where anything was.
    pub(crate) fn media_for(&self, account: &AccountName) -> Vec<Media> {
        let given = self.media.iter().map(|media| media.for_account(account));
        given.collect()
    }

    /// Returns the address of the page that is shown under the text for `account`, if any is: a post
    /// with pictures has no card.
    pub(crate) fn card_for(&self, account: &AccountName) -> Option<String> {
        if !self.media.is_empty() {
            return None;
        }
        self.card.address_in(self.text_for(account))
    }

    /// Returns every file of this post in the media store: the originals, and what was made of them.
    pub(crate) fn files(&self) -> Vec<Media> {
        let originals = self.media.iter().cloned();
        let renditions = self.media.iter().flat_map(|media| {
            media.renditions.iter().map(|rendition| Media {
                key: rendition.key.clone(),
                facts: rendition.facts.clone(),
                alt: media.alt.clone(),
                renditions: Vec::new(),
            })
        });
        originals.chain(renditions).collect()
    }
}
