//! A post written as a file, the way [`crate::post::front_matter::read_post_file`] reads it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::post::card::CardChoice;
use crate::post::fit::Fit;
use crate::post::front_matter::FENCE;
use crate::post::front_matter::PostFile;
use crate::post::post::Visibility;

/// The table, with what is empty left out.
#[derive(Serialize)]
struct Table<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    to: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    media: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alt: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tz: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cw: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fit: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<toml::Value>,
    // Last: in TOML, what follows a table within the table belongs to it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    texts: BTreeMap<String, &'a str>,
}

/// Returns `file` as a person would write it.
pub(crate) fn write_post_file(file: &PostFile) -> String {
    let draft = &file.draft;
    let has_alt = draft.media.iter().any(|media| media.alt.is_some());
    let alts = draft.media.iter().filter(|_| has_alt);
    let table = Table {
        to: &file.to,
        media: draft
            .media
            .iter()
            .map(|media| media.path.to_string_lossy().into_owned())
            .collect(),
        alt: alts
            .map(|media| media.alt.as_deref().unwrap_or_default())
            .collect(),
        at: file.at.as_deref(),
        tz: file.tz.as_deref(),
        key: draft.key.as_deref(),
        lang: draft.lang.as_deref(),
        cw: draft.cw.as_deref(),
        visibility: draft.visibility.map(Visibility::name),
        fit: draft.fit.map(Fit::name),
        tags: &draft.tags,
        card: match &draft.card {
            CardChoice::FirstLink => None,
            CardChoice::Nothing => Some(false.into()),
            CardChoice::Page(address) => Some(address.as_str().into()),
        },
        texts: draft
            .texts
            .iter()
            .map(|(account, text)| (account.to_string(), text.as_str()))
            .collect(),
    };
    // Strings, lists of strings, a boolean and a table of strings are always TOML.
    let mut written = toml::to_string_pretty(&table).unwrap_or_default();
    if written.lines().any(|line| line.trim_end() == FENCE) {
        // A string over several lines has one that would end the table.
        written = on_one_line_each(toml::Table::try_from(&table).unwrap_or_default());
    }
    format!("{FENCE}\n{written}{FENCE}\n{}\n", draft.text)
}

/// Returns `table` with every string on one line.
fn on_one_line_each(table: toml::Table) -> String {
    let (mut own, mut below) = (String::new(), String::new());
    for (key, value) in table {
        match value {
            toml::Value::Table(table) => {
                let table = on_one_line_each(table);
                below.push_str(&format!("\n[{}]\n{table}", quoted(&key)));
            }
            value => own.push_str(&format!("{} = {}\n", quoted(&key), on_one_line(&value))),
        }
    }
    own + &below
}

fn on_one_line(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => quoted(text),
        toml::Value::Array(values) => {
            let values: Vec<String> = values.iter().map(on_one_line).collect();
            format!("[{}]", values.join(", "))
        }
        other => other.to_string(),
    }
}

/// Returns `text` as a basic string of TOML, which is one of JSON but for one letter.
fn quoted(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    text.replace('\u{7f}', "\\u007f")
}
