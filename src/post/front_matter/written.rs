//! A post written as a file, the way [`crate::post::front_matter::read_post_file`] reads it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::post::card::CardChoice;
use crate::post::fit::Fit;
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
    let table = toml::to_string_pretty(&table).unwrap_or_default();
    format!("+++\n{table}+++\n{}\n", draft.text)
}
