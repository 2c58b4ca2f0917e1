//! Where a link ends, for Mastodon: its patched twitter-text (`REGEXEN[:valid_url]`), as a scanner.
//!
//! Read from `config/initializers/twitter_regex.rb` (mastodon main df1439c) and twitter-text 3.1
//! on 2026-11-23. The original is one expression with a look-ahead, which the `regex` crate goes
//! without for the sake of linear time, and a link is easier to follow part by part. One
//! difference: the public suffix list stands for twitter-text's own list of top-level domains.

use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::pattern::Pattern;

/// A longer URL is no link (twitter-text 3.1, `MAX_URL_LENGTH`).
const URL_MAX: usize = 4096;

/// The longest label of a domain name, which the server's IDN library holds to (RFC 1035).
const LABEL_MAX: usize = 63;

/// More letters than any top-level domain in a script other than Latin has.
const TLD_MAX: usize = 24;

static SCHEME: Pattern = Pattern::new(
    &[':'],
    "(?i)(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://",
);

/// Returns the links of `text` that have a scheme, in order: only these count short.
pub(super) fn links(text: &str) -> Vec<Facet> {
    let mut found = Vec::new();
    // Up to here the text belongs to an earlier link.
    let mut free_from = 0;
    let mut from = 0;
    while let Some(scheme) = SCHEME.find_at(text, from) {
        from = scheme.start() + 1;
        if !may_begin_link(text, scheme.start(), free_from) {
            continue;
        }
        if let Some(end) = bare_link_around(text, scheme.start(), free_from) {
            free_from = end;
            from = end;
            continue;
        }
        let Some(host_end) = domain_end(text, scheme.end()) else {
            continue;
        };
        let end = link_end(text, host_end);
        free_from = end;
        from = end;
        let url = &text[scheme.start()..end];
        if is_short_enough(url, &text[scheme.end()..host_end]) {
            found.push(Facet {
                kind: FacetKind::Link,
                byte_start: scheme.start(),
                byte_end: end,
                value: url.to_owned(),
            });
        }
    }
    found
}

/// Whether the character before `at` lets a link begin there (`valid_url_preceding_chars`).
fn may_begin_link(text: &str, at: usize, free_from: usize) -> bool {
    match text[free_from.min(at)..at].chars().next_back() {
        None => at == 0,
        Some(letter) => {
            !letter.is_ascii_alphanumeric()
                && !matches!(letter, '@' | '＠' | '$' | '#' | '＃')
                && !is_invalid(letter)
        }
    }
}

/// Returns the end of a link without a scheme that goes on over `at`, if there is one: in
/// `web.archive.org/https://example.com` the server sees one link, which counts its letters.
fn bare_link_around(text: &str, at: usize, free_from: usize) -> Option<usize> {
    let mut length = 0;
    let token = text[free_from..at]
        .char_indices()
        .rev()
        .take_while(|(_, letter)| {
            length += 1;
            !letter.is_whitespace() && length <= URL_MAX
        })
        .last()
        .map(|(offset, _)| free_from + offset)?;
    let mut from = token;
    while from < at {
        if may_begin_link(text, from, free_from)
            && let Some(end) = domain_end(text, from).map(|end| link_end(text, end))
        {
            if end > at {
                return Some(end);
            }
            from = end;
            continue;
        }
        from += text[from..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

fn is_short_enough(url: &str, domain: &str) -> bool {
    let is_label_fine = |label: &str| label.len() <= LABEL_MAX;
    if domain.is_ascii() {
        return url.chars().count() <= URL_MAX && domain.split('.').all(is_label_fine);
    }
    // The length that counts is that of the name in ASCII.
    let Ok(url::Host::Domain(ascii)) = url::Host::parse(domain) else {
        return false;
    };
    let growth = ascii.len().saturating_sub(domain.chars().count());
    url.chars().count() + growth <= URL_MAX && ascii.split('.').all(is_label_fine)
}

/// Returns the end of the domain name that begins at `start` (`valid_domain`): labels, of which the
/// last, or the beginning of it, is a top-level domain.
fn domain_end(text: &str, start: usize) -> Option<usize> {
    let mut labels = Vec::new();
    let mut label_start = start;
    loop {
        let rest = &text[label_start..];
        let length = rest
            .find(|letter| !(is_domain_letter(letter) || matches!(letter, '-' | '_')))
            .unwrap_or(rest.len());
        let label = &rest[..length];
        labels.push((label_start, label));
        let is_proper = label.starts_with(is_domain_letter) && label.ends_with(is_domain_letter);
        if !is_proper || !rest[length..].starts_with('.') {
            break;
        }
        label_start += length + 1;
    }
    // The server takes as many labels as it can, so the longest name comes first. Only the label
    // before the top-level domain may have no underscore.
    labels.windows(2).rev().find_map(|pair| {
        let (name, (tld_start, _)) = (pair[0].1, pair[1]);
        if name.contains('_') {
            return None;
        }
        tld_length(&text[tld_start..]).map(|length| tld_start + length)
    })
}

/// Returns the length of the top-level domain at the start of `rest`.
fn tld_length(rest: &str) -> Option<usize> {
    let ends_there = |end: usize| {
        !rest[end..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '@')
    };
    let word = rest
        .find(|letter: char| !letter.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    if word > 0 {
        if rest[..word].eq_ignore_ascii_case("xn") && rest[word..].starts_with("--") {
            let code = &rest[word + 2..];
            let length = code
                .find(|letter: char| !letter.is_ascii_alphanumeric())
                .unwrap_or(code.len());
            return (length > 0).then_some(word + 2 + length);
        }
        return (ends_there(word) && is_tld(&rest[..word])).then_some(word);
    }
    // Scripts that put no space between words run on after it, as in `https://例え.日本です`.
    let ends: Vec<usize> = rest
        .char_indices()
        .take(TLD_MAX)
        .take_while(|(_, letter)| is_domain_letter(*letter))
        .map(|(offset, letter)| offset + letter.len_utf8())
        .collect();
    ends.into_iter()
        .rev()
        .find(|end| ends_there(*end) && is_tld(&rest[..*end]))
}

fn is_tld(word: &str) -> bool {
    // Some have only rules such as `*.ck`, so a name below it is asked for.
    let name = format!("a.b.{}", word.to_lowercase());
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// Returns the end of port, path and query after a domain name that ends at `at`.
fn link_end(text: &str, mut at: usize) -> usize {
    if let Some(port) = text[at..].strip_prefix(':') {
        let digits = port.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            at += 1 + digits;
        }
    }
    if text[at..].starts_with('/') {
        at += 1 + path_length(&text[at + 1..]);
    }
    if let Some(query) = text[at..].strip_prefix('?') {
        let length = query_length(query);
        if length > 0 {
            at += 1 + length;
        }
    }
    at
}

/// Returns how much of `rest` is path: as far as characters of a path and balanced brackets go,
/// back to the last one that may end it.
fn path_length(rest: &str) -> usize {
    let mut at = 0;
    let mut end = 0;
    while let Some(letter) = rest[at..].chars().next() {
        if is_path_letter(letter) {
            at += letter.len_utf8();
            if may_end_path(letter) {
                end = at;
            }
        } else if let Some(length) = balanced_length(&rest[at..]) {
            at += length;
            end = at;
        } else {
            break;
        }
    }
    end
}

/// Returns the length of a pair of brackets with something in it, and at most one pair inside.
fn balanced_length(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('(')?;
    let before = run_length(inside);
    let after_before = &inside[before..];
    if after_before.starts_with(')') {
        return (before > 0).then_some(before + 2);
    }
    let nested = after_before.strip_prefix('(')?;
    let middle = run_length(nested);
    let rest_of_outer = nested[middle..].strip_prefix(')')?;
    let after = run_length(rest_of_outer);
    (middle > 0 && rest_of_outer[after..].starts_with(')'))
        .then_some(1 + before + 1 + middle + 1 + after + 1)
}

fn run_length(text: &str) -> usize {
    text.find(|letter| !is_path_letter(letter))
        .unwrap_or(text.len())
}

fn query_length(rest: &str) -> usize {
    let mut end = 0;
    for (offset, letter) in rest.char_indices() {
        if !is_query_letter(letter) {
            break;
        }
        if may_end_query(letter) {
            end = offset + letter.len_utf8();
        }
    }
    end
}

fn is_path_letter(letter: char) -> bool {
    !letter.is_whitespace() && !matches!(letter, '<' | '>' | '(' | ')' | '?')
}

fn may_end_path(letter: char) -> bool {
    !matches!(
        letter,
        '!' | '*'
            | '"'
            | '\''
            | '「'
            | '」'
            | ';'
            | ':'
            | '='
            | ','
            | '.'
            | '$'
            | '%'
            | '['
            | ']'
            | '~'
            | '&'
            | '|'
            | '@'
    )
}

fn is_query_letter(letter: char) -> bool {
    may_end_query(letter)
        || matches!(
            letter,
            '!' | '?'
                | '*'
                | '\''
                | '('
                | ')'
                | ';'
                | ':'
                | '+'
                | '$'
                | '%'
                | '['
                | ']'
                | '.'
                | ','
                | '~'
                | '|'
                | '@'
                | '^'
        )
}

fn may_end_query(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(letter, '_' | '&' | '=' | '#' | '/' | '-')
        || is_other_script(letter)
}

/// Mastodon's `UCHARS`: nearly everything beyond ASCII, even the wide space of Chinese.
fn is_other_script(letter: char) -> bool {
    let code = u32::from(letter);
    let is_noncharacter = code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code);
    let is_tag = (0xe0000..=0xe0fff).contains(&code);
    code >= 0xa0 && !(0xfff0..=0xffff).contains(&code) && !is_noncharacter && !is_tag
}

/// What a label of a domain name is made of: no punctuation and no space of ASCII, no control
/// character, no space of Unicode.
fn is_domain_letter(letter: char) -> bool {
    let is_excluded = letter.is_ascii_punctuation()
        || letter.is_ascii_control()
        || letter.is_whitespace()
        || letter == '\u{180e}';
    !is_excluded && !is_invalid(letter)
}

/// twitter-text's `INVALID_CHARACTERS`.
fn is_invalid(letter: char) -> bool {
    matches!(
        letter,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}'
    )
}
