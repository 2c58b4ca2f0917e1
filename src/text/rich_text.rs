//! Finds links, mentions and hashtags in a text, by offsets in bytes of UTF-8.

/// What a part of a text refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FacetKind {
    Link,
    Mention,
    Tag,
}

/// A part of a text that refers to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facet {
    pub(crate) kind: FacetKind,
    pub(crate) byte_start: usize,
    pub(crate) byte_end: usize,
    /// The address, the handle without `@`, or the tag without `#`.
    pub(crate) value: String,
}

/// Returns the facets of `text`, in order.
pub(crate) fn facets(text: &str) -> Vec<Facet> {
    let mut found = Vec::new();
    let mut start = 0;
    for word in text.split(char::is_whitespace) {
        let kind = match word.chars().next() {
            Some('@') if word.contains('.') => Some((FacetKind::Mention, 1)),
            Some('#') if word.len() > 1 => Some((FacetKind::Tag, 1)),
            _ if word.starts_with("https://") => Some((FacetKind::Link, 0)),
            _ => None,
        };
        if let Some((kind, skip)) = kind {
            found.push(Facet {
                kind,
                byte_start: start,
                byte_end: start + word.len(),
                value: word[skip..].to_owned(),
            });
        }
        start += word.len() + 1;
    }
    found
}
