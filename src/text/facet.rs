//! A stretch of a text that means more than its letters.

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FacetKind {
    Link,
    Mention,
    Tag,
}

impl FacetKind {
    /// Returns the word of the JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Mention => "mention",
            Self::Tag => "tag",
        }
    }
}

/// A stretch of a text that is a link, a mention or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facet {
    pub(crate) kind: FacetKind,
    /// Where it begins, in bytes of UTF-8; always between two characters.
    pub(crate) byte_start: usize,
    /// Where it ends: the first byte that is no longer part of it.
    pub(crate) byte_end: usize,
    /// The URI with its scheme, the handle without its first `@`, or the tag without its `#`.
    pub(crate) value: String,
}

/// Returns `found` in the order of the text, without any that begins inside an earlier one.
pub(crate) fn without_overlaps(mut found: Vec<Facet>) -> Vec<Facet> {
    found.sort_by_key(|facet| (facet.byte_start, facet.kind));
    let mut free_from = 0;
    found.retain(|facet| {
        let is_free = facet.byte_start >= free_from;
        if is_free {
            free_from = facet.byte_end;
        }
        is_free
    });
    found
}
