//! Tumblr's text: what becomes a link, a mention or a tag, and how a text falls into blocks.
//!
//! The server finds nothing by itself: a link or a mention that is not sent as formatting is dead
//! text (tumblr/docs 708be10, npf-spec.md, read 2026-11-23). Links and tags have the borders that
//! they have for Bluesky; a tag ends at a comma too, which Tumblr parts tags by.

pub(crate) mod blocks;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex::Regex;

use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::facet::without_overlaps;
use crate::text::pattern;
use crate::text::pattern::Pattern;
use crate::text::rich_text;

/// The longest name of a blog: it is a label of the blog's address, `<name>.tumblr.com` (tumblr/docs
/// 708be10, api.md, "Blog Unique Hostnames", read 2026-11-23; RFC 1035, section 2.3.4).
pub(crate) const BLOG_NAME_MAX: usize = 63;

/// How Tumblr parts the tags of a post.
pub(crate) const TAG_SEPARATOR: char = ',';

static MENTION: Pattern = Pattern::new(&['@'], r"(?:^|\s|\()(@([a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*))");

// Handles of other networks go on: `@bob@example.social`, `@bob.example.com`.
static AFTER_NO_MENTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:[@_]|\.?[\p{L}\p{N}])"));

/// Returns the links, mentions and tags of `text`, in order.
pub(crate) fn detect_facets(text: &str) -> Vec<Facet> {
    let mut found = rich_text::detect_facets(text);
    found.retain(|facet| facet.kind != FacetKind::Mention);
    found.iter_mut().for_each(end_at_separator);
    found.retain(|facet| !facet.value.is_empty());
    found.extend(mentions(text));
    without_overlaps(found)
}

/// Returns the tags of a post: those `given` beside its text, then those among the `facets` of the
/// text, each of them once.
pub(crate) fn all_tags(given: &[String], facets: &[Facet]) -> Vec<String> {
    let in_text = facets
        .iter()
        .filter(|facet| facet.kind == FacetKind::Tag)
        .map(|facet| &facet.value);
    let mut tags: Vec<String> = Vec::new();
    for tag in given.iter().chain(in_text) {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

fn end_at_separator(facet: &mut Facet) {
    if facet.kind == FacetKind::Tag
        && let Some(end) = facet.value.find(TAG_SEPARATOR)
    {
        facet.byte_end -= facet.value.len() - end;
        facet.value.truncate(end);
    }
}

fn mentions(text: &str) -> Vec<Facet> {
    MENTION
        .captures_iter(text)
        .filter_map(|captures| Some((captures.get(1)?, captures.get(2)?)))
        .filter(|(whole, name)| {
            name.len() <= BLOG_NAME_MAX && !AFTER_NO_MENTION.is_match(&text[whole.end()..])
        })
        .map(|(whole, name)| Facet {
            kind: FacetKind::Mention,
            byte_start: whole.start(),
            byte_end: whole.end(),
            value: name.as_str().to_ascii_lowercase(),
        })
        .collect()
}
