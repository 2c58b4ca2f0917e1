//! What each platform takes: one table, each figure with its source and date.

use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// How a platform counts the length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Extended grapheme clusters: what a reader calls a character.
    Graphemes,
    /// Grapheme clusters after Mastodon's rewriting: a URL counts [`Limits::url_length`], a mention
    /// counts without its host.
    MastodonCharacters,
}

/// What one account takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) unit: Unit,
    /// The longest text, in `unit`.
    pub(crate) text_max: usize,
    /// The longest text in bytes of UTF-8, where the platform has such a limit too.
    pub(crate) text_bytes_max: Option<usize>,
    /// What every URL counts, where the platform counts them alike.
    pub(crate) url_length: usize,
    /// The most pictures of one post.
    pub(crate) images_max: usize,
    /// The largest picture, in bytes.
    pub(crate) image_bytes_max: u64,
    /// The most pixels of a picture, width times height, where there is such a limit.
    pub(crate) image_pixels_max: Option<u64>,
    /// The MIME types of pictures that are taken.
    pub(crate) image_types: Vec<String>,
    /// The longest alt text, in graphemes.
    pub(crate) alt_max: Option<usize>,
}

/// An account together with the limits that hold for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressee {
    pub(crate) account: AccountName,
    pub(crate) platform: Platform,
    pub(crate) limits: Limits,
}
