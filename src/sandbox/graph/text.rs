//! How Instagram, Threads and Facebook read and count a text.

use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::sandbox::graph::behaviour::Counting;
use crate::sandbox::timeline::Run;

/// Links, hashtags and mentions, in the order in which they are tried.
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?P<link>https?://[^\s<>\x22]+)|(?P<tag>#[\p{L}\p{N}_]+)|(?P<mention>@[\w.]+)")
});

/// What makes a grapheme an emoji; the last two, a letter or digit that is shown as one.
static EMOJI: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[\p{Emoji_Presentation}\p{Extended_Pictographic}\x{FE0F}\x{20E3}]"));

#[expect(
    clippy::expect_used,
    reason = "each pattern is a constant that the tests compile"
)]
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// Returns the length of a text on Threads.
pub(crate) fn threads_length(text: &str, counting: Counting) -> usize {
    let length = |grapheme: &str| {
        if EMOJI.is_match(grapheme) {
            grapheme.len()
        } else {
            1
        }
    };
    match counting {
        Counting::Documented => text.graphemes(true).map(length).sum(),
        Counting::Bytes => text.len(),
    }
}

/// Returns the addresses in a text, each once.
pub(crate) fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = of_kind(text, "link");
    links.sort();
    links.dedup();
    links
}

/// Returns how many hashtags a text has.
pub(crate) fn hashtags(text: &str) -> usize {
    of_kind(text, "tag").len()
}

/// Returns how many mentions a text has.
pub(crate) fn mentions(text: &str) -> usize {
    of_kind(text, "mention").len()
}

fn of_kind(text: &str, kind: &str) -> Vec<String> {
    let found = PARTS.captures_iter(text).filter_map(|it| it.name(kind));
    found.map(|it| trimmed(it.as_str()).to_owned()).collect()
}

/// Leaves the full stop of a sentence out of an address.
fn trimmed(link: &str) -> &str {
    link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '"'])
}

/// What an address in a text is to its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Work,
    /// In a caption of Instagram, an address is only text.
    AreText,
}

/// Returns a text as readers see it.
pub(crate) fn runs(text: &str, links: Links) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut end = 0;
    let plain = |text: &str| Run::Plain {
        text: text.to_owned(),
    };
    for found in PARTS.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        let part = trimmed(whole.as_str());
        if whole.start() > end {
            runs.push(plain(&text[end..whole.start()]));
        }
        end = whole.start() + part.len();
        let text = part.to_owned();
        runs.push(if found.name("link").is_some() {
            match links {
                Links::Work => Run::link(part, part),
                Links::AreText => Run::Plain { text },
            }
        } else if found.name("tag").is_some() {
            Run::Hashtag { text }
        } else {
            Run::Mention { text }
        });
    }
    if end < text.len() {
        runs.push(plain(&text[end..]));
    }
    runs
}
