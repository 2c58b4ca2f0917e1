//! A picture of a post: what the bytes are, and where the media store keeps them.

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
}

/// A picture of a checked post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Media {
    /// Where the media store keeps it: `posts/<owner>/<post id>/<uuid>.<ext>`.
    pub(crate) key: String,
    pub(crate) facts: MediaFacts,
    /// What it shows, in words; empty if nobody said.
    pub(crate) alt: String,
}
