//! Bluesky's rich text: what its official client would make a link, a mention or a tag.
//!
//! The server finds nothing by itself: what is not sent as a facet is dead text, and a wrong offset
//! is accepted in silence. So the borders are those of `@atproto/api` 0.21.0 (`detectFacets`, run
//! on 2026-11-23; `tests.rs` holds what it answered), with these differences, all on purpose: a
//! value that the server would refuse is no facet, all trailing punctuation is left out and not
//! only its last character, a closing bracket stays only if it was opened, facets never overlap,
//! and `$TICKER` stays text.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::text::count_graphemes;
use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::facet::without_overlaps;
use crate::text::pattern;
use crate::text::pattern::Pattern;

// 64 graphemes and 640 bytes (lexicon app.bsky.richtext.facet, read 2026-11-23).
const TAG_GRAPHEMES_MAX: usize = 64;
const TAG_BYTES_MAX: usize = 640;

// 253 characters (atproto.com/specs/handle, read 2026-11-23).
const HANDLE_MAX: usize = 253;

static LINK: Pattern = Pattern::new(
    &[':', '.'],
    r"(?i)(?:^|\s|\()((?:https?://\S+)|(?:([a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*))",
);

// The last letter of a handle is followed by what JavaScript's `\b` takes for its end.
static MENTION: Pattern = Pattern::new(&['@'], r"(?:^|\s|\()@([a-zA-Z0-9.-]+)(?-u:\b)");

// The invisible characters end a tag, as in the official client.
static TAG: Pattern = Pattern::new(
    &['#', '＃'],
    r"(?:^|\s)([#＃]([^\s\u{AD}\u{2060}\u{200A}-\u{200D}\u{20E2}]+))",
);

static TAG_LETTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^0-9\s\p{P}]"));

static PUNCTUATION_AT_END: LazyLock<Regex> = LazyLock::new(|| pattern(r"\p{P}+$"));

static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$",
    )
});

/// Returns the links, mentions and tags of `text`, in order.
pub(crate) fn detect_facets(text: &str) -> Vec<Facet> {
    let mut found = links(text);
    found.extend(mentions(text));
    found.extend(tags(text));
    without_overlaps(found)
}

fn links(text: &str) -> Vec<Facet> {
    LINK.captures_iter(text)
        .filter_map(|captures| {
            let whole = captures.get(1)?;
            let shown = without_trailing_punctuation(whole.as_str());
            let value = match captures.get(2) {
                Some(domain) => {
                    if !ends_in_public_suffix(domain.as_str()) {
                        return None;
                    }
                    format!("https://{shown}")
                }
                None => shown.to_owned(),
            };
            is_uri(&value).then(|| Facet {
                kind: FacetKind::Link,
                byte_start: whole.start(),
                byte_end: whole.start() + shown.len(),
                value,
            })
        })
        .collect()
}

fn mentions(text: &str) -> Vec<Facet> {
    MENTION
        .captures_iter(text)
        .filter_map(|captures| captures.get(1))
        .filter(|handle| is_handle(handle.as_str()))
        .map(|handle| Facet {
            kind: FacetKind::Mention,
            byte_start: handle.start() - 1,
            byte_end: handle.end(),
            value: handle.as_str().to_owned(),
        })
        .collect()
}

fn tags(text: &str) -> Vec<Facet> {
    TAG.captures_iter(text)
        .filter_map(|captures| {
            let whole = captures.get(1)?;
            let word = captures.get(2)?;
            let tag = PUNCTUATION_AT_END.replace(word.as_str(), "").into_owned();
            is_tag(&tag).then(|| Facet {
                kind: FacetKind::Tag,
                byte_start: whole.start(),
                byte_end: word.start() + tag.len(),
                value: tag,
            })
        })
        .collect()
}

fn without_trailing_punctuation(mut link: &str) -> &str {
    loop {
        let shorter = match link.chars().next_back() {
            Some('.' | ',' | ';' | ':' | '!' | '?') => &link[..link.len() - 1],
            Some(')') if link.matches(')').count() > link.matches('(').count() => {
                &link[..link.len() - 1]
            }
            _ => return link,
        };
        link = shorter;
    }
}

/// Whether the server takes `value`: it refuses the whole post for one that is none, such as
/// `https://` or `https:///path`.
fn is_uri(value: &str) -> bool {
    let has_host = Url::parse(value).is_ok_and(|url| url.has_host());
    // What `Url` forgives, the lexicon's format `uri` does not (atproto.com/specs/lexicon, read
    // 2026-11-23).
    has_host
        && value
            .split_once("://")
            .is_some_and(|(_, rest)| !rest.starts_with('/'))
}

/// Whether `domain` ends in a suffix under which names are registered, in lower case: `ASP.NET`
/// and `README.md.jpg` are words.
fn ends_in_public_suffix(domain: &str) -> bool {
    domain.contains('.') && psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

fn is_handle(word: &str) -> bool {
    // `.test` is no public suffix, but development servers hand it out (as the official client).
    let is_known = ends_in_public_suffix(word) || word.rsplit('.').next() == Some("test");
    is_known && word.len() <= HANDLE_MAX && HANDLE.is_match(word)
}

fn is_tag(tag: &str) -> bool {
    // `#` before U+FE0F is the keycap emoji.
    !tag.starts_with('\u{fe0f}')
        && TAG_LETTER.is_match(tag)
        && tag.len() <= TAG_BYTES_MAX
        && count_graphemes(tag) <= TAG_GRAPHEMES_MAX
}
