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
    /// Unicode's code points, as Tumblr counts.
    CodePoints,
}

impl Unit {
    /// Returns the word of the JSON, and of messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Graphemes => "graphemes",
            Self::MastodonCharacters => "characters",
            Self::CodePoints => "code points",
        }
    }
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
    /// What the blocks of a post take, where a post is made of blocks.
    pub(crate) blocks: Option<BlockLimits>,
    /// What is known of tags, where a post has tags beside its text.
    pub(crate) tags: Option<TagLimits>,
    /// The most pictures of one post.
    pub(crate) images_max: usize,
    /// The most pictures that every reader sees, where some see fewer than are taken.
    pub(crate) images_advised_max: Option<usize>,
    /// What a single picture may be.
    pub(crate) image: ImageLimits,
    /// The longest alt text that the server takes, in Unicode's code points.
    pub(crate) alt_max: Option<usize>,
    /// The longest alt text that the platform's own app takes, in graphemes: more is only unwise.
    pub(crate) alt_advised_max: Option<usize>,
}

/// What one account takes of a single picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImageLimits {
    /// The MIME types that are taken.
    pub(crate) types: Vec<String>,
    /// The largest file, in bytes.
    pub(crate) bytes_max: u64,
    /// The most pixels, width times height, where there is such a limit.
    pub(crate) pixels_max: Option<u64>,
    /// The most pixels of a GIF, where it has a limit of its own.
    pub(crate) gif_pixels_max: Option<u64>,
    pub(crate) width_min: Option<u32>,
    pub(crate) width_max: Option<u32>,
    pub(crate) height_max: Option<u32>,
    /// The shapes that are taken, where not every one is.
    pub(crate) shapes: Option<Shapes>,
    /// The longest side that is worth sending: no limit, but where a picture has too many bytes, it
    /// is scaled down to this before it loses quality.
    pub(crate) side_advised_max: Option<u32>,
}

/// A shape, as width to height: 4 to 5 is a portrait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A range of shapes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shapes {
    pub(crate) narrowest: Shape,
    pub(crate) widest: Shape,
}

/// The most that a post takes which is made of blocks: paragraphs and pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockLimits {
    /// The longest text of a block, in code points: a longer paragraph becomes several.
    pub(crate) text: usize,
    /// The most blocks of one post, and so on.
    pub(crate) blocks: usize,
    pub(crate) links: usize,
    pub(crate) mentions: usize,
}

/// The most that a post is known to keep of its tags: more is only unwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TagLimits {
    pub(crate) tags: usize,
    /// Of one tag, in code points.
    pub(crate) length: usize,
}

impl Limits {
    /// Returns what `platform` takes where nobody has asked the server itself.
    pub(crate) fn built_in(platform: Platform) -> Self {
        match platform {
            Platform::Bluesky => Self::bluesky(),
            Platform::Mastodon => Self::mastodon(),
            Platform::Tumblr => Self::tumblr(),
        }
    }

    fn bluesky() -> Self {
        Self {
            // 300 graphemes and 3000 bytes (lexicon app.bsky.feed.post, read 2026-11-23).
            unit: Unit::Graphemes,
            text_max: 300,
            text_bytes_max: Some(3000),
            url_length: 0,
            blocks: None,
            tags: None,
            // Up to 4 as app.bsky.embed.images, 5 to 10 as app.bsky.embed.gallery, whose schema
            // takes 20 and asks clients to stop at 10 (lexicons, read 2026-11-23).
            images_max: 10,
            images_advised_max: None,
            image: ImageLimits {
                // The lexicon takes image/*; these are what its app shows (read 2026-11-23).
                types: types(&["jpeg", "png", "webp", "gif"]),
                // 2,000,000 bytes since April 2026 (lexicon app.bsky.embed.images, read 2026-11-23).
                bytes_max: 2_000_000,
                // What the official app scales down to (social-app 008fe5e, read 2026-11-23).
                side_advised_max: Some(4000),
                ..ImageLimits::unbounded()
            },
            alt_max: None,
            // 2,000 in the official app, no limit in the lexicon (social-app 008fe5e,
            // src/lib/constants.ts, read 2026-11-23).
            alt_advised_max: Some(2000),
        }
    }

    fn mastodon() -> Self {
        Self {
            // StatusLengthValidator: 500, links count 23 (mastodon main df1439c, read 2026-11-23).
            unit: Unit::MastodonCharacters,
            text_max: 500,
            text_bytes_max: None,
            url_length: 23,
            blocks: None,
            tags: None,
            // Status::MEDIA_ATTACHMENTS_LIMIT (mastodon main df1439c, read 2026-11-23).
            images_max: 4,
            images_advised_max: None,
            image: ImageLimits {
                // MediaAttachment::IMAGE_MIME_TYPES (mastodon main df1439c, read 2026-11-23).
                types: types(&["jpeg", "png", "gif", "heic", "heif", "webp", "avif"]),
                // Strictly less than 16 MiB (MediaAttachment, mastodon main df1439c, read
                // 2026-11-23).
                bytes_max: 16 * 1024 * 1024 - 1,
                // 7680 x 4320, and for a GIF, even a still one, 1280 x 720 (MediaAttachment and
                // Attachmentable, mastodon main df1439c, read 2026-11-23).
                pixels_max: Some(33_177_600),
                gif_pixels_max: Some(921_600),
                ..ImageLimits::unbounded()
            },
            // 1,500 up to 4.5; 4.6 takes 10,000 and says so itself (MediaAttachment at v4.5.15 and
            // v4.6.5, read 2026-11-23).
            alt_max: Some(1500),
            alt_advised_max: None,
        }
    }

    /// What has no other source: npf-spec.md, "Post Content Limits" (tumblr/docs 708be10, read
    /// 2026-11-25).
    fn tumblr() -> Self {
        // 1 MB as it is stored, which its page puts at about 900,000 characters in practice.
        const STORED_MAX: usize = 900_000;
        Self {
            unit: Unit::CodePoints,
            text_max: STORED_MAX,
            text_bytes_max: Some(STORED_MAX),
            url_length: 0,
            blocks: Some(BlockLimits {
                text: 4096,
                blocks: 1000,
                links: 100,
                mentions: 50,
            }),
            // In no document of Tumblr's; AprilSylph/XKit-Rewritten#2069, read 2026-11-23.
            tags: Some(TagLimits {
                tags: 30,
                length: 140,
            }),
            // 30 since July 2022 (tumblr/docs#94, read 2026-11-23); a photo post of before had 10.
            images_max: 30,
            images_advised_max: Some(10),
            // 20 MB, and 10 MB for a GIF, in no document of Tumblr's: what mvdicarlo/postybirb sends
            // (read 2026-11-23).
            image: ImageLimits {
                types: types(&["jpeg", "png", "gif", "webp"]),
                bytes_max: 20_000_000,
                ..ImageLimits::unbounded()
            },
            // "Content Block Type: Image".
            alt_max: Some(4096),
            alt_advised_max: None,
        }
    }
}

impl ImageLimits {
    /// Returns limits that take every JPEG and PNG, for a row of the table to narrow.
    pub(crate) fn unbounded() -> Self {
        Self {
            types: types(&["jpeg", "png"]),
            bytes_max: u64::MAX,
            pixels_max: None,
            gif_pixels_max: None,
            width_min: None,
            width_max: None,
            height_max: None,
            shapes: None,
            side_advised_max: None,
        }
    }

    /// Returns what the picture of a link card may be, on Bluesky: 1,000,000 bytes (lexicon
    /// app.bsky.embed.external, read 2026-11-23). What a card shows is never larger than 2,000 px.
    pub(crate) fn of_card() -> Self {
        Self {
            bytes_max: 1_000_000,
            side_advised_max: Some(2000),
            ..Self::unbounded()
        }
    }

    /// Returns the most pixels of a picture of the type `mime`.
    pub(crate) fn pixels_max_of(&self, mime: &str) -> Option<u64> {
        let of_gif = self.gif_pixels_max.filter(|_| mime == "image/gif");
        of_gif.or(self.pixels_max)
    }
}

fn types(subtypes: &[&str]) -> Vec<String> {
    subtypes
        .iter()
        .map(|subtype| format!("image/{subtype}"))
        .collect()
}

/// An account together with the limits that hold for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressee {
    pub(crate) account: AccountName,
    pub(crate) platform: Platform,
    pub(crate) limits: Limits,
}
