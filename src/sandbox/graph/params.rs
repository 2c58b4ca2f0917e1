//! What a request asks for, from its query and its body together.
//!
//! Graph takes parameters in either place, and JSON inside a form (`attached_media`).

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Map;
use serde_json::Value;
use url::form_urlencoded;

use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::platform::Platform;

/// Parameters that every request may have. Meta's own client asks for a summary of every list.
const COMMON: [&str; 4] = ["access_token", "appsecret_proof", "fields", "summary"];

/// The parameters of a request by name; those of the body win.
#[derive(Debug)]
pub(crate) struct Params {
    platform: Platform,
    fields: Map<String, Value>,
}

impl Params {
    /// Reads a query string.
    pub(crate) fn of_query(platform: Platform, query: Option<&str>) -> Self {
        let mut params = Self {
            platform,
            fields: Map::new(),
        };
        params.add_pairs(query.unwrap_or_default().as_bytes());
        params
    }

    /// Adds those of a body that is JSON or a form.
    pub(crate) fn add_body(&mut self, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let content_type = content_type.unwrap_or_default().split(';').next();
        match content_type.map(str::trim) {
            Some("application/json") if !body.is_empty() => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => self.fields.extend(fields),
                _ => {
                    return Err(Refusal::parameter(
                        self.platform,
                        "The body is no JSON object",
                    ));
                }
            },
            Some("application/x-www-form-urlencoded") => self.add_pairs(body),
            _ => {}
        }
        Ok(())
    }

    /// Adds one text, as a multipart form brings it.
    pub(crate) fn add(&mut self, name: &str, text: String) {
        self.fields.insert(name.to_owned(), Value::String(text));
    }

    fn add_pairs(&mut self, pairs: &[u8]) {
        for (name, text) in form_urlencoded::parse(pairs) {
            self.add(&name, text.into_owned());
        }
    }

    /// Returns the names that are neither in `known` nor common; an index such as `[0]` is no part
    /// of a name.
    pub(crate) fn unknown(&self, known: &[&str]) -> Vec<String> {
        let is_known = |name: &str| {
            let name = name.split_once('[').map_or(name, |(name, _)| name);
            COMMON.contains(&name) || known.contains(&name)
        };
        let names = self.fields.keys().filter(|name| !is_known(name));
        names.cloned().collect()
    }

    /// Returns a text, as which a number passes too; `None` if it is absent or null.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(self.wrong_type(name, "string")),
        }
    }

    /// Returns a text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<String, Refusal> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| self.refuse(format!("The parameter {name} is required.")))
    }

    /// Returns a truth; `None` if it is absent or null.
    pub(crate) fn truth(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(Value::String(text)) => match text.as_str() {
                "true" | "1" => Ok(Some(true)),
                "false" | "0" => Ok(Some(false)),
                _ => Err(self.wrong_type(name, "boolean")),
            },
            Some(_) => Err(self.wrong_type(name, "boolean")),
        }
    }

    /// Returns a list, written as JSON, as JSON in a text, between commas, or with indexed names.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Value>, Refusal> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(self.indexed(name)),
            Some(Value::Array(items)) => Ok(items.clone()),
            Some(Value::String(text)) if text.starts_with('[') => {
                serde_json::from_str(text).map_err(|_| self.wrong_type(name, "array"))
            }
            Some(Value::String(text)) => {
                let parts = text.split(',').map(str::trim).filter(|it| !it.is_empty());
                Ok(parts.map(Value::from).collect())
            }
            Some(_) => Err(self.wrong_type(name, "array")),
        }
    }

    /// Returns the items of `name[0]`, `name[1]`, … as far as they go without a gap.
    fn indexed(&self, name: &str) -> Vec<Value> {
        let item = |index: usize| {
            let value = self.fields.get(&format!("{name}[{index}]"))?;
            match value {
                Value::String(text) => Some(
                    serde_json::from_str(text)
                        .ok()
                        .filter(Value::is_object)
                        .unwrap_or_else(|| value.clone()),
                ),
                other => Some(other.clone()),
            }
        };
        (0..).map_while(item).collect()
    }

    /// Returns a list of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let text = |item: Value| match item {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(self.wrong_type(name, "array of strings")),
        };
        self.list(name)?.into_iter().map(text).collect()
    }

    /// Returns the refusal of one of these parameters, in `words`.
    pub(crate) fn refuse(&self, words: impl std::fmt::Display) -> Refusal {
        Refusal::parameter(self.platform, words)
    }

    fn wrong_type(&self, name: &str, kind: &str) -> Refusal {
        self.refuse(format!("Param {name} must be a {kind}"))
    }
}
