//! What a request asks for, whether it came as JSON, as a form or in the query.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Map;
use serde_json::Value;
use url::form_urlencoded;

use crate::sandbox::mastodon::refusal::Refusal;

/// The parameters of a request by name. Unknown ones stay in it unread, as in Mastodon.
#[derive(Debug, Default)]
pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Reads a body as what its `Content-Type` says.
    pub(crate) fn of_body(headers: &HeaderMap, body: &Bytes) -> Result<Self, Refusal> {
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        match content_type.split(';').next().map(str::trim) {
            Some("application/json") => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => Ok(Self(fields)),
                _ => Err(Refusal::BadRequest(
                    "Error occurred while parsing request parameters".to_owned(),
                )),
            },
            Some("application/x-www-form-urlencoded") => Ok(Self::of_pairs(body)),
            _ => Ok(Self::default()),
        }
    }

    /// Reads a query string.
    pub(crate) fn of_query(query: Option<&str>) -> Self {
        Self::of_pairs(query.unwrap_or_default().as_bytes())
    }

    /// Adds one text, as a multipart form brings it.
    pub(crate) fn add(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), Value::String(text));
    }

    fn of_pairs(pairs: &[u8]) -> Self {
        let mut fields = Map::new();
        for (name, text) in form_urlencoded::parse(pairs) {
            let text = Value::String(text.into_owned());
            let Some(name) = name.strip_suffix("[]") else {
                fields.insert(name.into_owned(), text);
                continue;
            };
            let list = fields.entry(name).or_insert_with(|| Value::Array(vec![]));
            if let Value::Array(items) = list {
                items.push(text);
            }
        }
        Self(fields)
    }

    /// Returns a text; `None` if it is absent or null.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Refusal::wrong_type(name)),
        }
    }

    /// Returns a truth, written as JSON's own or as Rails reads one from a form.
    pub(crate) fn truth(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(Value::String(text)) => Ok(match text.as_str() {
                "" => None,
                "0" | "f" | "F" | "false" | "FALSE" | "off" | "OFF" => Some(false),
                _ => Some(true),
            }),
            Some(_) => Err(Refusal::wrong_type(name)),
        }
    }

    /// Returns a list of texts; an absent one is empty.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let wrong = || Refusal::wrong_type(name);
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// Returns an id; one that is no number is that of nothing.
    pub(crate) fn id(&self, name: &str) -> Result<Option<u64>, Refusal> {
        Ok(self.text(name)?.and_then(|text| text.parse().ok()))
    }

    /// Whether the request names `name` at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }
}
