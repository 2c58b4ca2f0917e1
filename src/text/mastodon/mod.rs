//! Mastodon's counting: every link counts the same, and a mention counts without its host.
//!
//! The server rewrites the text before it counts grapheme clusters (`StatusLengthValidator`), with
//! the links and mentions that its own formatter would find; [`link`] has the border of a link.
//! What is counted here as one character too few is a post that the server refuses, so the rules
//! are those of its source, oddities included.

pub(crate) mod link;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex::Regex;

use crate::text::count_graphemes;
use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::facet::without_overlaps;
use crate::text::pattern;
use crate::text::pattern::Pattern;

// `Account::MENTION_RE` (mastodon main df1439c, app/models/account.rb, read 2026-11-23); the
// character before it is looked at in `mentions`. The classes are Ruby's `[[:word:]]`.
static MENTION: Pattern = Pattern::new(
    &['@'],
    r"@((?i-u:[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)(?:@[\p{L}\p{M}\p{Nd}\p{Pc}]+(?:[.-]+[\p{L}\p{M}\p{Nd}\p{Pc}]+)*)?)",
);

static BEFORE_NO_MENTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[=/\p{L}\p{M}\p{Nd}\p{Pc}]$"));

// `end_mention_match` of twitter-text 3.1: what follows shows that it was no mention.
static AFTER_NO_MENTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[@＠À-ÖØ-öø-\u{24f}\u{253}\u{254}\u{256}\u{257}\u{259}\u{25b}\u{263}\u{268}\u{26f}\u{272}\u{289}\u{28b}\u{2bb}\u{300}-\u{36f}\u{1e00}-\u{1eff}]|://)",
    )
});

// `Extractor::MAX_DOMAIN_LENGTH` (mastodon main df1439c, read 2026-11-23).
const MENTION_HOST_MAX: usize = 253;

/// Returns what Mastodon counts for `text` under the content warning `cw` (empty if there is
/// none), where every link counts `url_length`.
pub(crate) fn count(text: &str, cw: &str, url_length: usize) -> usize {
    // Without a text the warning becomes the text, and then its links count less.
    let (raw, rewritten) = if text.trim().is_empty() {
        ("", cw)
    } else {
        (cw, text)
    };
    // Counted as one string, as the server does: a mark at the start joins the character before it.
    count_graphemes(&format!("{raw}{}", shorten(rewritten, url_length)))
}

/// Returns the links and mentions that Mastodon will find in `text`, in order.
pub(crate) fn detect_facets(text: &str) -> Vec<Facet> {
    let mut found = link::links(text);
    found.extend(mentions(text));
    without_overlaps(found)
}

fn shorten(text: &str, url_length: usize) -> String {
    let mut short = String::with_capacity(text.len());
    let mut copied_to = 0;
    for facet in detect_facets(text) {
        short.push_str(&text[copied_to..facet.byte_start]);
        if facet.kind == FacetKind::Link {
            short.extend(std::iter::repeat_n('x', url_length));
        } else {
            short.push('@');
            short.push_str(facet.value.split('@').next().unwrap_or_default());
        }
        copied_to = facet.byte_end;
    }
    short.push_str(&text[copied_to..]);
    short
}

fn mentions(text: &str) -> Vec<Facet> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(mention) = MENTION.find_at(text, from) {
        if ends_a_word(&text[..mention.start()]) {
            from = mention.start() + 1;
            continue;
        }
        from = mention.end();
        let name = &mention.as_str()[1..];
        let host = name.split_once('@').map_or("", |(_, host)| host);
        if AFTER_NO_MENTION.is_match(&text[mention.end()..])
            || host.chars().count() > MENTION_HOST_MAX
        {
            continue;
        }
        found.push(Facet {
            kind: FacetKind::Mention,
            byte_start: mention.start(),
            byte_end: mention.end(),
            value: name.to_owned(),
        });
    }
    found
}

fn ends_a_word(before: &str) -> bool {
    // Only the last character: a search over all of `before` would make the whole quadratic.
    before
        .chars()
        .next_back()
        .is_some_and(|letter| BEFORE_NO_MENTION.is_match(letter.encode_utf8(&mut [0; 4])))
}
