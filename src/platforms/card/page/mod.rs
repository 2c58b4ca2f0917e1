//! What a page says about itself: its title, a description and a picture, from its `meta` tags.
//!
//! The words are a stranger's: they are made one line each, without anything that is not to be seen,
//! and cut where they are longer than a card shows. A page that makes no sense says nothing.

#[cfg(test)]
mod tests;

use std::convert::Infallible;

use encoding_rs::Encoding;
use encoding_rs::UTF_8;
use html5gum::DefaultEmitter;
use html5gum::StartTag;
use html5gum::Token;
use html5gum::Tokenizer;

/// The longest title, in characters: more than any card shows of one.
const TITLE_MAX: usize = 300;

/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 1000;

/// The longest address of a picture, in bytes.
const IMAGE_MAX: usize = 4096;

/// How far into a page it may say in what encoding it is, in bytes (HTML, "Specifying the document's
/// character encoding", read 2026-11-25).
const ENCODING_WITHIN: usize = 1024;

/// Where a title is looked for, the best place first (ogp.me and Twitter's "Cards Markup", read
/// 2026-11-25). The tag `title` comes after these.
const TITLES: [&str; 2] = ["og:title", "twitter:title"];
const DESCRIPTIONS: [&str; 3] = ["og:description", "twitter:description", "description"];
const IMAGES: [&str; 5] = [
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
];
const SITES: [&str; 1] = ["og:site_name"];

/// What a page says about itself; each is absent rather than empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) site: Option<String>,
    /// The address of a picture, as the page writes it.
    pub(crate) image: Option<String>,
}

/// Whether something of the type that a server names is a page.
pub(crate) fn is_page(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or_default().split(';').next();
    let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
    ["text/html", "application/xhtml+xml"].contains(&kind.as_str())
}

/// Reads `bytes`, the beginning of a page that came with this `content_type`.
pub(crate) fn read_page(bytes: &[u8], content_type: Option<&str>) -> Page {
    let (text, _, _) = encoding_of(bytes, content_type).decode(bytes);
    let said = said_in(&text);
    let meta = |names: &[&str], length_max: usize| {
        let of = |name: &&str| said.meta.iter().find(|(known, _)| known == *name);
        let mut found = names.iter().filter_map(of);
        found.find_map(|(_, words)| one_line(words, length_max))
    };
    let title = said
        .title
        .as_deref()
        .and_then(|title| one_line(title, TITLE_MAX));
    Page {
        title: meta(&TITLES, TITLE_MAX).or(title),
        description: meta(&DESCRIPTIONS, DESCRIPTION_MAX),
        site: meta(&SITES, TITLE_MAX),
        // A picture may stand in the page itself, as a long `data:` address.
        image: meta(&IMAGES, usize::MAX).filter(|address| address.len() <= IMAGE_MAX),
    }
}

/// The tags of a page that say something about it.
#[derive(Debug, Default)]
struct Said {
    title: Option<String>,
    /// Names in lower case, each the first time that it says anything.
    meta: Vec<(String, String)>,
    /// What it says of its encoding.
    encoding: Option<&'static Encoding>,
}

fn said_in(page: &str) -> Said {
    let mut emitter = DefaultEmitter::default();
    // What stands in a script is no tag, and a title holds no tags.
    emitter.naively_switch_states(true);
    let mut said = Said::default();
    let mut title: Option<String> = None;
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let token: Result<Token, Infallible> = token;
        match token {
            Ok(Token::StartTag(tag)) if tag.name == b"meta" => said.note(&tag),
            Ok(Token::StartTag(tag)) if tag.name == b"title" && said.title.is_none() => {
                title = Some(String::new());
            }
            Ok(Token::String(words)) => {
                if let Some(title) = &mut title {
                    title.push_str(&String::from_utf8_lossy(&words));
                }
            }
            Ok(Token::EndTag(_)) => said.title = said.title.take().or(title.take()),
            Ok(_) => {}
        }
    }
    said.title = said.title.take().or(title);
    said
}

impl Said {
    fn note(&mut self, tag: &StartTag<()>) {
        let value = |name: &[u8]| {
            let value = tag.attributes.get(name)?;
            Some(String::from_utf8_lossy(value).into_owned())
        };
        if let Some(label) = value(b"charset") {
            self.note_encoding(&label);
        }
        let Some(content) = value(b"content") else {
            return;
        };
        if value(b"http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-type")) {
            self.note_encoding(charset_in(&content).unwrap_or_default());
        }
        // Pages write the names of either kind into either attribute.
        for name in [value(b"property"), value(b"name")].into_iter().flatten() {
            let name = name.trim().to_ascii_lowercase();
            let is_new = !self.meta.iter().any(|(known, _)| *known == name);
            if is_new && is_wanted(&name) && !content.trim().is_empty() {
                self.meta.push((name, content.clone()));
            }
        }
    }

    fn note_encoding(&mut self, label: &str) {
        let known = Encoding::for_label(label.trim().as_bytes());
        self.encoding = self.encoding.or(known);
    }
}

fn is_wanted(name: &str) -> bool {
    let lists = [&TITLES[..], &DESCRIPTIONS, &IMAGES, &SITES];
    lists.iter().any(|names| names.contains(&name))
}

/// Returns the encoding of a page: a byte order mark wins over this by itself, then the server's word,
/// then its own. One that says nothing is UTF-8.
fn encoding_of(bytes: &[u8], content_type: Option<&str>) -> &'static Encoding {
    let by_server = content_type.and_then(charset_in);
    let by_server = by_server.and_then(|label| Encoding::for_label(label.as_bytes()));
    let by_page = || {
        let beginning = &bytes[..bytes.len().min(ENCODING_WITHIN)];
        let said = said_in(&String::from_utf8_lossy(beginning));
        // What could be read as ASCII to find the word is not UTF-16 (HTML, "prescan a byte stream",
        // read 2026-11-25).
        said.encoding.map(Encoding::output_encoding)
    };
    by_server.or_else(by_page).unwrap_or(UTF_8)
}

/// Returns the `charset` of a content type.
fn charset_in(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';').skip(1);
    parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case("charset");
        is_it.then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// Returns `words` on one line, with nothing in them that cannot be seen or that turns the order of
/// letters round; nothing if nothing is left.
fn one_line(words: &str, length_max: usize) -> Option<String> {
    let mut line = String::new();
    for word in words.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        let word: String = word
            .chars()
            .filter(|letter| !turns_round(*letter))
            .collect();
        if !line.is_empty() && !word.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if let Some((cut, _)) = line.char_indices().nth(length_max) {
        let last = line[..cut].char_indices().next_back();
        line.truncate(last.map_or(0, |(at, _)| at));
        line.truncate(line.trim_end().len());
        line.push('…');
    }
    (!line.is_empty()).then_some(line)
}

/// Whether `letter` is a mark of writing direction, a line separator or a byte order mark.
const fn turns_round(letter: char) -> bool {
    matches!(
        letter,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}
