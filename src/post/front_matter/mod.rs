//! A post as a file: a TOML table between two lines `+++`, and below it the text.
//!
//! What it says is checked like any other draft. Paths of media stay as they are
//! written: whoever knows where the file lies reads them relative to it.

#[cfg(test)]
mod tests;
pub(crate) mod written;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::draft::Draft;
use crate::post::draft::DraftMedia;
use crate::post::fit::Fit;
use crate::post::post::Visibility;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// The line above and below the table.
const FENCE: &str = "+++";

/// The longest message, in characters.
const MESSAGE_CHARS_MAX: usize = 500;

/// What a file says: the draft, and when and where it is to appear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PostFile {
    pub(crate) draft: Draft,
    /// Accounts and platforms, as they are written.
    pub(crate) to: Vec<String>,
    /// When, as it is written.
    pub(crate) at: Option<String>,
    /// The time zone for `at`, as it is written.
    pub(crate) tz: Option<String>,
}

/// Why a file cannot be read as a post.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub(crate) struct BadFrontMatter {
    /// Counted from 1, in the whole file.
    pub(crate) line: usize,
    /// Counted from 1, in characters.
    pub(crate) column: usize,
    pub(crate) message: String,
}

/// The table, as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    to: Vec<String>,
    #[serde(default)]
    media: Vec<PathBuf>,
    alt: Option<Spanned<Vec<String>>>,
    at: Option<Spanned<toml::Value>>,
    tz: Option<String>,
    key: Option<String>,
    lang: Option<String>,
    cw: Option<String>,
    visibility: Option<Spanned<String>>,
    fit: Option<Spanned<String>>,
    #[serde(default)]
    tags: Vec<String>,
    card: Option<Spanned<toml::Value>>,
    #[serde(default)]
    texts: BTreeMap<Spanned<String>, String>,
}

/// Reads `file`, the whole of a file. One that does not begin with `+++` is all text.
pub(crate) fn read_post_file(file: &str) -> Result<PostFile, BadFrontMatter> {
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let Some(front) = split(file)? else {
        let draft = Draft {
            text: file.to_owned(),
            ..Draft::default()
        };
        return Ok(PostFile {
            draft,
            ..PostFile::default()
        });
    };
    let place = |span: Range<usize>, message: String| {
        bad_at(file, front.table_start + span.start, &message)
    };
    let table: Table = toml::from_str(front.table)
        .map_err(|error| place(error.span().unwrap_or(0..0), sentence(error.message())))?;

    let mut draft = Draft {
        text: front.text.to_owned(),
        key: table.key,
        lang: table.lang,
        cw: table.cw,
        tags: table.tags,
        ..Draft::default()
    };
    if let Some(word) = table.visibility {
        let visibility = word.get_ref().parse::<Visibility>();
        let visibility = visibility.map_err(|error| place(word.span(), error.to_string()))?;
        draft.visibility = Some(visibility);
    }
    if let Some(word) = table.fit {
        let fit = word.get_ref().parse::<Fit>();
        draft.fit = Some(fit.map_err(|error| place(word.span(), error.to_string()))?);
    }
    if let Some(card) = table.card {
        let choice = read_card(card.get_ref());
        draft.card = choice.map_err(|message| place(card.span(), message))?;
    }
    for (name, text) in table.texts {
        let account = name.get_ref().parse::<AccountName>();
        let account = account.map_err(|error| place(name.span(), error.to_string()))?;
        draft.texts.insert(account, text);
    }
    let at = table.at.map(|at| {
        let words = read_time(at.get_ref());
        words.map_err(|message| place(at.span(), message))
    });
    let mut alts = match table.alt {
        Some(alts) if alts.get_ref().len() > table.media.len() => {
            let message = format!(
                "there are {} alt texts for {} media",
                alts.get_ref().len(),
                table.media.len()
            );
            return Err(place(alts.span(), message));
        }
        Some(alts) => alts.into_inner(),
        None => Vec::new(),
    }
    .into_iter();
    for path in table.media {
        // An empty one keeps the place of a picture without alt text.
        let alt = alts.next().filter(|alt| !alt.trim().is_empty());
        draft.media.push(DraftMedia { path, alt });
    }
    Ok(PostFile {
        draft,
        to: table.to,
        at: at.transpose()?,
        tz: table.tz,
    })
}

fn read_card(card: &toml::Value) -> Result<CardChoice, String> {
    match card {
        toml::Value::Boolean(true) => Ok(CardChoice::FirstLink),
        toml::Value::Boolean(false) => Ok(CardChoice::Nothing),
        toml::Value::String(address) => Ok(CardChoice::Page(address.clone())),
        _ => Err("a card is an address in quotes, or `false` for none".to_owned()),
    }
}

fn read_time(at: &toml::Value) -> Result<String, String> {
    match at {
        toml::Value::String(words) => Ok(words.clone()),
        other => Err(format!("a time is written in quotes: `at = \"{other}\"`")),
    }
}

/// A file in its two parts.
struct Front<'a> {
    table: &'a str,
    /// Where the table begins in the file, in bytes.
    table_start: usize,
    text: &'a str,
}

/// Returns the two parts of `file`, or nothing if it does not begin with a fence.
fn split(file: &str) -> Result<Option<Front<'_>>, BadFrontMatter> {
    let mut lines = file.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != FENCE {
        return Ok(None);
    }
    let table_start = first.len();
    let mut at = table_start;
    for line in lines {
        let next = at + line.len();
        if line.trim_end() == FENCE {
            return Ok(Some(Front {
                table: &file[table_start..at],
                table_start,
                text: &file[next..],
            }));
        }
        at = next;
    }
    let message = format!("the table that begins here has no closing line `{FENCE}`");
    Err(bad_at(file, 0, &message))
}

fn bad_at(file: &str, offset: usize, message: &str) -> BadFrontMatter {
    let before = &file[..file.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    BadFrontMatter {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        // It quotes what was written, which may be a text of many lines.
        message: printable(message, Lines::One, MESSAGE_CHARS_MAX),
    }
}

/// Returns a message of the TOML reader as a fragment of ours.
fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.').replace('\n', ", ");
    message.replacen("unknown field", "unknown key", 1)
}
