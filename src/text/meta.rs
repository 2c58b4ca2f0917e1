//! The texts of Meta's platforms: what becomes a link, a mention or a hashtag, and how Threads counts.
//!
//! The servers find it themselves, and nobody has written down how; what is found here is shown to
//! people and held against limits, and nothing of it is sent.

use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::facet::without_overlaps;
use crate::text::pattern;
use crate::text::pattern::Pattern;
use crate::text::rich_text;

// What makes a grapheme an emoji; the last two, a letter or digit that is shown as one.
static EMOJI: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[\p{Emoji_Presentation}\p{Extended_Pictographic}\x{FE0F}\x{20E3}]"));

// A name has up to 30 letters, digits, underscores and full stops, and does not end in one
// (help.instagram.com, choosing a username, as read in gitroomhq/postiz-app, 2026-11-23).
static MENTION: Pattern = Pattern::new(
    &['@'],
    r"(?:^|[^\p{L}\p{N}_@.])(@([a-zA-Z0-9_](?:[a-zA-Z0-9_.]{0,28}[a-zA-Z0-9_])?))",
);

static HASHTAG: Pattern = Pattern::new(&['#'], r"(?:^|[^\p{L}\p{N}_&])(#([\p{L}\p{M}\p{N}_]+))");

/// Returns the number of grapheme clusters in `text`, but an emoji counts its bytes of UTF-8
/// (developers.facebook.com, Threads posts, read 2026-11-23).
pub(crate) fn count(text: &str) -> usize {
    let length = |grapheme: &str| {
        // No character of ASCII is one by itself.
        if !grapheme.is_ascii() && EMOJI.is_match(grapheme) {
            grapheme.len()
        } else {
            1
        }
    };
    text.graphemes(true).map(length).sum()
}

/// Returns the links, mentions and hashtags of `text`, in order.
pub(crate) fn detect_facets(text: &str) -> Vec<Facet> {
    let mut found = rich_text::detect_facets(text);
    found.retain(|facet| facet.kind == FacetKind::Link);
    found.extend(matches(text, &MENTION, FacetKind::Mention));
    let tags = matches(text, &HASHTAG, FacetKind::Tag);
    // Numbers alone are no hashtag.
    found.extend(tags.filter(|tag| !tag.value.chars().all(char::is_numeric)));
    without_overlaps(found)
}

/// Returns the same without the links, where an address in a text is no link.
pub(crate) fn detect_facets_but_links(text: &str) -> Vec<Facet> {
    let mut found = detect_facets(text);
    found.retain(|facet| facet.kind != FacetKind::Link);
    found
}

fn matches(text: &str, pattern: &Pattern, kind: FacetKind) -> impl Iterator<Item = Facet> {
    pattern.captures_iter(text).filter_map(move |captures| {
        let (whole, value) = (captures.get(1)?, captures.get(2)?);
        Some(Facet {
            kind,
            byte_start: whole.start(),
            byte_end: whole.end(),
            value: value.as_str().to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(FacetKind, &str)]) {
        let found = detect_facets(text);
        let found: Vec<(FacetKind, &str)> = found
            .iter()
            .map(|it| (it.kind, it.value.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_emoji_counts_its_bytes_and_everything_else_one() {
        assert_eq!(count("abc"), 3);
        assert_eq!(count("日本語"), 3);
        assert_eq!(count("it\u{2019}s"), 4);
        assert_eq!(count("🎉"), 4);
        assert_eq!(count("👨\u{200d}👩\u{200d}👧\u{200d}👧"), 25);
        assert_eq!(count("1\u{fe0f}\u{20e3}"), 7);
    }

    #[test]
    fn links_mentions_and_hashtags_are_found() {
        use FacetKind::Link;
        use FacetKind::Mention;
        use FacetKind::Tag;
        check(
            "Hi @a.b_c, see https://example.com/x #Größe!",
            &[
                (Mention, "a.b_c"),
                (Link, "https://example.com/x"),
                (Tag, "Größe"),
            ],
        );
        check("mail me@example.org", &[]);
        check("#1 of #2024_", &[(Tag, "2024_")]);
        check(
            "https://example.com/#top",
            &[(Link, "https://example.com/#top")],
        );
        check("(@name.) #a#b", &[(Mention, "name"), (Tag, "a")]);
    }

    #[test]
    fn in_a_caption_an_address_is_no_link() {
        assert_eq!(detect_facets_but_links("https://example.com"), []);
    }
}
