//! What is wrong with a record, in the words of a PDS: an issue and where it is.
//!
//! (packages/lex/lex-schema/src/core/validation-issue.ts, read 2026-11-23.)

use std::fmt;

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

const PREVIEW_MAX: usize = 256;

/// Something wrong at some place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issue(String);

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value of a record and the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    /// Returns the record of a request, where issues with it are placed.
    pub(crate) fn record(value: &'a Value) -> Self {
        Self {
            value,
            path: "$.record".to_owned(),
        }
    }

    /// Returns all values inside this one, and this one.
    pub(crate) fn all(self) -> Vec<Self> {
        let inner: Vec<Self> = match self.value {
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| self.inner(value, format_args!(".{name}")))
                .collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(at, value)| self.inner(value, format_args!("[{at}]")))
                .collect(),
            _ => Vec::new(),
        };
        let mut all: Vec<Self> = inner.into_iter().flat_map(Self::all).collect();
        all.push(self);
        all
    }

    fn inner(&self, value: &'a Value, step: fmt::Arguments<'_>) -> Self {
        Self {
            value,
            path: format!("{}{step}", self.path),
        }
    }

    /// Returns the issue `words` here.
    pub(crate) fn issue(&self, words: impl fmt::Display) -> Issue {
        Issue(format!("{words} at {}", self.path))
    }

    /// Returns a field that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<Self, Issue> {
        self.optional(name)?
            .ok_or_else(|| self.issue(format_args!("Missing required key \"{name}\"")))
    }

    /// Returns a field that may be absent.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<Self>, Issue> {
        let Value::Object(fields) = self.value else {
            return Err(self.wrong_type("object"));
        };
        let value = fields.get(name);
        Ok(value.map(|value| self.inner(value, format_args!(".{name}"))))
    }

    /// Returns the items of a list of at most `max`.
    pub(crate) fn items(&self, max: usize) -> Result<Vec<Self>, Issue> {
        let Value::Array(items) = self.value else {
            return Err(self.wrong_type("array"));
        };
        self.check_size("array", max, items.len())?;
        let items = items.iter().enumerate();
        Ok(items
            .map(|(at, value)| self.inner(value, format_args!("[{at}]")))
            .collect())
    }

    /// Returns a text.
    pub(crate) fn text(&self) -> Result<&'a str, Issue> {
        self.value.as_str().ok_or_else(|| self.wrong_type("string"))
    }

    /// Returns a text of at most so many bytes and graphemes.
    pub(crate) fn short_text(
        &self,
        bytes_max: usize,
        graphemes_max: usize,
    ) -> Result<&'a str, Issue> {
        let text = self.text()?;
        self.check_size("string", bytes_max, text.len())?;
        self.check_size("grapheme", graphemes_max, text.graphemes(true).count())?;
        Ok(text)
    }

    /// Returns an integer of at least `min`.
    pub(crate) fn integer(&self, min: i64) -> Result<i64, Issue> {
        let number = self.value.as_i64();
        let number = number.ok_or_else(|| self.wrong_type("integer"))?;
        if number < min {
            let words = format!("integer too small (minimum {min}, got {number})");
            return Err(self.issue(words));
        }
        Ok(number)
    }

    /// Returns the `$type` of a member of a union.
    pub(crate) fn union_type(&self) -> Result<&'a str, Issue> {
        let name = self.value.get("$type").and_then(Value::as_str);
        name.ok_or_else(|| self.wrong_type("an object which includes the \"$type\" property"))
    }

    /// Returns the issue of a value of the wrong type.
    pub(crate) fn wrong_type(&self, expected: &str) -> Issue {
        self.issue(format_args!(
            "Expected {expected} value type (got {})",
            preview(self.value)
        ))
    }

    /// Returns the issue of a text of the wrong form.
    pub(crate) fn wrong_format(&self, format: &str) -> Issue {
        self.issue(format_args!(
            "Invalid {format} (got {})",
            preview(self.value)
        ))
    }

    /// Refuses what is larger than `max`.
    pub(crate) fn check_size(&self, what: &str, max: usize, actual: usize) -> Result<(), Issue> {
        if actual <= max {
            return Ok(());
        }
        let words = format!("{what} too big (maximum {max}, got {actual})");
        Err(self.issue(words))
    }
}

/// Returns the beginning of a value, as issues show it.
pub(crate) fn preview(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", first_two(items.iter().map(preview))),
        Value::Object(fields) => {
            let names = fields.keys().map(|name| format!("\"{name}\": ..."));
            format!("{{{}}}", first_two(names))
        }
        other => other.to_string().chars().take(PREVIEW_MAX).collect(),
    }
}

fn first_two(mut items: impl Iterator<Item = String>) -> String {
    let mut shown: Vec<String> = items.by_ref().take(2).collect();
    if items.next().is_some() {
        shown.push("...".to_owned());
    }
    shown.join(", ")
}
