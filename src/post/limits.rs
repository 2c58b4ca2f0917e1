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
    /// Grapheme clusters, but an emoji counts the bytes that it has in UTF-8.
    ThreadsCharacters,
    /// Unicode's code points, as Tumblr counts.
    CodePoints,
}

impl Unit {
    /// Returns the word of the JSON, and of messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Graphemes => "graphemes",
            Self::MastodonCharacters | Self::ThreadsCharacters => "characters",
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
    /// More bytes of UTF-8 than this are only unwise: they have been refused where the documented
    /// count was not exceeded.
    pub(crate) text_bytes_advised_max: Option<usize>,
    /// What every URL counts, where the platform counts them alike.
    pub(crate) url_length: usize,
    /// What the blocks of a post take, where a post is made of blocks.
    pub(crate) blocks: Option<BlockLimits>,
    /// What is known of tags, where a post has tags beside its text.
    pub(crate) tags: Option<TagLimits>,
    /// What a text may refer to.
    pub(crate) facets: FacetLimits,
    /// Whether there is no post without a picture.
    pub(crate) needs_image: bool,
    /// The most pictures of one post.
    pub(crate) images_max: usize,
    /// The most pictures that every reader sees, where some see fewer than are taken.
    pub(crate) images_advised_max: Option<usize>,
    /// How a picture gets there.
    pub(crate) hand_over: HandOver,
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
    /// Larger files, in bytes, are only unwise: they have been refused at times.
    pub(crate) bytes_advised_max: Option<u64>,
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
}

/// The most that a text may refer to, where there is a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FacetLimits {
    pub(crate) links: Option<usize>,
    /// Whether the same link twice counts once.
    pub(crate) equal_links_count_once: bool,
    pub(crate) mentions: Option<usize>,
    pub(crate) tags: Option<usize>,
    /// More tags than this are only unwise.
    pub(crate) tags_advised: Option<usize>,
}

/// How a picture gets to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HandOver {
    /// Its bytes are sent.
    Bytes,
    /// The platform fetches it from a web address.
    Address,
    /// As before, and the media store has no address that it could fetch from.
    NoAddress,
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
            Platform::Instagram => Self::instagram(),
            Platform::Threads => Self::threads(),
            Platform::Facebook => Self::facebook(),
        }
    }

    /// Returns limits that take everything but pictures, for a row of the table to narrow.
    fn unbounded() -> Self {
        Self {
            unit: Unit::CodePoints,
            text_max: usize::MAX,
            text_bytes_max: None,
            text_bytes_advised_max: None,
            url_length: 0,
            blocks: None,
            tags: None,
            facets: FacetLimits::default(),
            needs_image: false,
            images_max: 0,
            images_advised_max: None,
            hand_over: HandOver::Bytes,
            image: ImageLimits::unbounded(),
            alt_max: None,
            alt_advised_max: None,
        }
    }

    fn bluesky() -> Self {
        Self {
            // 300 graphemes and 3000 bytes (lexicon app.bsky.feed.post, read 2026-11-23).
            unit: Unit::Graphemes,
            text_max: 300,
            text_bytes_max: Some(3000),
            // Up to 4 as app.bsky.embed.images, 5 to 10 as app.bsky.embed.gallery, whose schema
            // takes 20 and asks clients to stop at 10 (lexicons, read 2026-11-23).
            images_max: 10,
            image: ImageLimits {
                // The lexicon takes image/*; these are what its app shows (read 2026-11-23).
                types: types(&["jpeg", "png", "webp", "gif"]),
                // 2,000,000 bytes since April 2026 (lexicon app.bsky.embed.images, read 2026-11-23).
                bytes_max: 2_000_000,
                // What the official app scales down to (social-app 008fe5e, read 2026-11-23).
                side_advised_max: Some(4000),
                ..ImageLimits::unbounded()
            },
            // 2,000 in the official app, no limit in the lexicon (social-app 008fe5e,
            // src/lib/constants.ts, read 2026-11-23).
            alt_advised_max: Some(2000),
            ..Self::unbounded()
        }
    }

    fn mastodon() -> Self {
        Self {
            // StatusLengthValidator: 500, links count 23 (mastodon main df1439c, read 2026-11-23).
            unit: Unit::MastodonCharacters,
            text_max: 500,
            url_length: 23,
            // Status::MEDIA_ATTACHMENTS_LIMIT (mastodon main df1439c, read 2026-11-23).
            images_max: 4,
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
            ..Self::unbounded()
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
            blocks: Some(BlockLimits {
                text: 4096,
                blocks: 1000,
            }),
            facets: FacetLimits {
                links: Some(100),
                mentions: Some(50),
                ..FacetLimits::default()
            },
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
            ..Self::unbounded()
        }
    }

    /// developers.facebook.com, Instagram content publishing and `ig-user/media`, read 2026-11-23.
    fn instagram() -> Self {
        Self {
            // Meta does not say how it counts; gitroomhq/postiz-app counts so (read 2026-11-23).
            unit: Unit::CodePoints,
            text_max: 2200,
            facets: FacetLimits {
                mentions: Some(20),
                tags: Some(30),
                // The app cuts them to 5 since 2025-12-18, of which the API's pages say nothing
                // (help.instagram.com/351460621611097, read 2026-10-02).
                tags_advised: Some(5),
                ..FacetLimits::default()
            },
            needs_image: true,
            images_max: 10,
            hand_over: HandOver::Address,
            image: ImageLimits {
                types: types(&["jpeg"]),
                bytes_max: 8_000_000,
                // Scaled there if it is wider or narrower.
                width_min: Some(320),
                width_max: Some(1440),
                shapes: Some(Shapes {
                    narrowest: shape(4, 5),
                    widest: shape(191, 100),
                }),
                ..ImageLimits::unbounded()
            },
            alt_max: Some(1000),
            ..Self::unbounded()
        }
    }

    /// developers.facebook.com, Threads posts and publishing reference, read 2026-11-23.
    fn threads() -> Self {
        Self {
            unit: Unit::ThreadsCharacters,
            text_max: 500,
            // 175 texts of less than 500 characters and more than 500 bytes were refused
            // (gitroomhq/postiz-app#1946, read 2026-11-23); others count characters and are not.
            text_bytes_advised_max: Some(500),
            facets: FacetLimits {
                // Since 2025-12-22.
                links: Some(5),
                equal_links_count_once: true,
                ..FacetLimits::default()
            },
            images_max: 20,
            hand_over: HandOver::Address,
            image: ImageLimits {
                types: types(&["jpeg", "png"]),
                bytes_max: 8_000_000,
                width_min: Some(320),
                width_max: Some(1440),
                shapes: Some(Shapes {
                    narrowest: shape(1, 10),
                    widest: shape(10, 1),
                }),
                ..ImageLimits::unbounded()
            },
            alt_max: Some(1000),
            ..Self::unbounded()
        }
    }

    /// developers.facebook.com, Pages API posts and Graph reference `page/photos`, read 2026-11-23.
    fn facebook() -> Self {
        Self {
            unit: Unit::CodePoints,
            // In no document of Meta's: what gitroomhq/postiz-app and others found (read 2026-11-23).
            text_max: 63_206,
            // In no document of Meta's either: what every scheduler keeps to (read 2026-11-23).
            images_max: 10,
            image: ImageLimits {
                types: types(&["jpeg", "png", "gif"]),
                bytes_max: 10_000_000,
                // The words of error 1366046 still say 4 MB.
                bytes_advised_max: Some(4_000_000),
                ..ImageLimits::unbounded()
            },
            ..Self::unbounded()
        }
    }
}

impl ImageLimits {
    /// Returns limits that take every JPEG and PNG, for a row of the table to narrow.
    pub(crate) fn unbounded() -> Self {
        Self {
            types: types(&["jpeg", "png"]),
            bytes_max: u64::MAX,
            bytes_advised_max: None,
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

const fn shape(width: u32, height: u32) -> Shape {
    Shape { width, height }
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
