//! What Mastodon sees in a text: addresses, mentions and hashtags; how it counts, and the HTML.
//!
//! After `app/validators/status_length_validator.rb`, `app/lib/extractor.rb` and
//! `config/initializers/twitter_regex.rb` (Mastodon 4.5, read 2026-11-23).

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::sandbox::accounts::MASTODON_ACCOUNTS;
use crate::sandbox::page::escape;
use crate::sandbox::timeline::Run;

/// What every address counts, however long it is.
pub(crate) const CHARACTERS_PER_URL: usize = 23;

/// A longer address is no link.
const URL_CHARACTERS_MAX: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Url,
    Mention,
    Hashtag,
}

#[derive(Clone, Debug)]
struct Entity {
    kind: Kind,
    range: Range<usize>,
}

static URL: LazyLock<Regex> = LazyLock::new(|| {
    let label = r"[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?";
    let balanced = r"\((?:[^()\s]|\([^()\s]+\))+\)";
    let general = r"[^\s<>()?]";
    let ending = format!(r#"(?:[^\s()?!*"'「」<>;:=,.$%\[\]~&|@]|{balanced})"#);
    let path = format!("(?:{general}*(?:{balanced}{general}*)*{ending}|{general}+/)");
    let query = r"[\p{L}\p{N}!?*'();:&=+$/%#\[\]_.,~|@^-]*[\p{L}\p{N}_&=#/-]";
    compile(&format!(
        r"(?i)(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://(?P<host>(?:{label}\.)+{label})(?::[0-9]+)?(?:/(?:{path})*)?(?:\?{query})?"
    ))
});

static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?i)@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*(?:@[\p{L}\p{N}_]+(?:[.-]+[\p{L}\p{N}_]+)*)?")
});

static HASHTAG: LazyLock<Regex> =
    LazyLock::new(|| compile(r"#[\p{L}\p{N}\p{M}_]*[\p{L}_][\p{L}\p{N}\p{M}_]*"));

fn compile(pattern: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "the patterns are constant, and the tests compile each"
    )]
    Regex::new(pattern).expect("a constant pattern")
}

/// Returns how many characters Mastodon counts in a status.
pub(crate) fn length(spoiler_text: &str, text: &str) -> usize {
    let mut countable = spoiler_text.to_owned();
    let mut done = 0;
    for Entity { kind, range } in entities(text) {
        countable.push_str(&text[done..range.start]);
        let shown = &text[range.clone()];
        match kind {
            Kind::Url => countable.push_str(&"x".repeat(CHARACTERS_PER_URL)),
            Kind::Mention => countable.push_str(without_host(shown)),
            Kind::Hashtag => countable.push_str(shown),
        }
        done = range.end;
    }
    countable.push_str(&text[done..]);
    countable.graphemes(true).count()
}

/// Returns the status text as HTML.
pub(crate) fn html(text: &str, base_url: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut linked = String::new();
    let mut done = 0;
    for Entity { kind, range } in entities(text) {
        linked.push_str(&escape(&text[done..range.start]));
        linked.push_str(&link(kind, &text[range.clone()], base_url));
        done = range.end;
    }
    linked.push_str(&escape(&text[done..]));
    let paragraphs = linked
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty());
    let mut html = String::new();
    for paragraph in paragraphs {
        // Writing to a string cannot fail.
        let _ = write!(html, "<p>{}</p>", paragraph.replace('\n', "<br />"));
    }
    html
}

/// Returns the status text as a reader sees it.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut done = 0;
    let plain = |text: &str| Run::Plain {
        text: text.to_owned(),
    };
    for Entity { kind, range } in entities(text) {
        if done < range.start {
            runs.push(plain(&text[done..range.start]));
        }
        let shown = &text[range.clone()];
        runs.push(match kind {
            Kind::Url => Run::link(without_scheme(shown), shown),
            Kind::Mention if is_known(shown) => Run::Mention {
                text: shown.to_owned(),
            },
            Kind::Mention => plain(shown),
            Kind::Hashtag => Run::Hashtag {
                text: shown.to_owned(),
            },
        });
        done = range.end;
    }
    if done < text.len() {
        runs.push(plain(&text[done..]));
    }
    runs
}

/// Returns the hashtags of a text, without the `#`.
pub(crate) fn hashtags(text: &str) -> Vec<&str> {
    entities(text)
        .into_iter()
        .filter(|entity| entity.kind == Kind::Hashtag)
        .map(|entity| &text[entity.range.start + 1..entity.range.end])
        .collect()
}

fn link(kind: Kind, shown: &str, base_url: &str) -> String {
    let words = escape(shown);
    match kind {
        Kind::Url => {
            let bare = without_scheme(shown);
            let scheme = &shown[..shown.len() - bare.len()];
            format!(
                "<a href=\"{words}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\">\
                 <span class=\"invisible\">{}</span><span class=\"\">{}</span></a>",
                escape(scheme),
                escape(bare)
            )
        }
        Kind::Mention => {
            if !is_known(shown) {
                return words;
            }
            let name = shown.trim_start_matches('@');
            format!(
                "<span class=\"h-card\" translate=\"no\"><a href=\"{base_url}/@{name}\" \
                 class=\"u-url mention\">@<span>{name}</span></a></span>"
            )
        }
        Kind::Hashtag => {
            let tag = escape(shown.trim_start_matches('#'));
            format!(
                "<a href=\"{base_url}/tags/{tag}\" class=\"mention hashtag\" rel=\"tag\">\
                 #<span>{tag}</span></a>"
            )
        }
    }
}

/// Mastodon hides the scheme of an address that it shows.
fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, bare)| bare)
}

/// Whether a mention is of somebody who lives here; any other stays plain text.
fn is_known(mention: &str) -> bool {
    let name = mention.trim_start_matches('@');
    MASTODON_ACCOUNTS.iter().any(|account| account.name == name)
}

fn without_host(mention: &str) -> &str {
    let end = mention[1..].find('@').map_or(mention.len(), |at| at + 1);
    &mention[..end]
}

fn entities(text: &str) -> Vec<Entity> {
    let mut all: Vec<Entity> = urls(text).chain(mentions(text)).chain(tags(text)).collect();
    all.sort_by_key(|entity| entity.range.start);
    let mut end = 0;
    all.retain(|entity| {
        let is_apart = entity.range.start >= end;
        if is_apart {
            end = entity.range.end;
        }
        is_apart
    });
    all
}

fn urls(text: &str) -> impl Iterator<Item = Entity> {
    URL.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        let host = found.name("host")?.as_str().to_lowercase();
        let has_known_ending = psl::suffix(host.as_bytes()).is_some_and(|it| it.is_known());
        let stands_free = before(text, whole.start())
            .is_none_or(|it| !it.is_ascii_alphanumeric() && !"@＠$#＃".contains(it));
        let is_short = whole.as_str().chars().count() <= URL_CHARACTERS_MAX;
        (has_known_ending && stands_free && is_short).then(|| Entity {
            kind: Kind::Url,
            range: whole.range(),
        })
    })
}

fn mentions(text: &str) -> impl Iterator<Item = Entity> {
    MENTION.find_iter(text).filter_map(|found| {
        let stands_free =
            before(text, found.start()).is_none_or(|it| !is_word(it) && it != '=' && it != '/');
        let after = &text[found.end()..];
        let is_address = after.starts_with("://") || after.starts_with('@');
        (stands_free && !is_address).then(|| Entity {
            kind: Kind::Mention,
            range: found.range(),
        })
    })
}

fn tags(text: &str) -> impl Iterator<Item = Entity> {
    HASHTAG.find_iter(text).filter_map(|found| {
        let stands_free =
            before(text, found.start()).is_none_or(|it| !is_word(it) && !"=/)".contains(it));
        stands_free.then(|| Entity {
            kind: Kind::Hashtag,
            range: found.range(),
        })
    })
}

fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
