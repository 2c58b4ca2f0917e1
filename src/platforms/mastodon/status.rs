//! A status: as it is sent, and as it is read back.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::http::Answer;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::mastodon::client::id_of;
use crate::platforms::permalink::Home;
use crate::platforms::permalink::is_here;
use crate::post::account_name::AccountName;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::publish::Published;

/// What `POST /api/v1/statuses` takes (docs.joinmastodon.org/methods/statuses, read 2026-11-23).
#[derive(Debug, Serialize)]
pub(crate) struct NewStatus<'a> {
    status: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) media_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spoiler_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
}

impl<'a> NewStatus<'a> {
    /// Returns `post` as `account` sends it.
    pub(crate) fn of(post: &'a Post, account: &AccountName, media_ids: Vec<String>) -> Self {
        Self {
            status: post.text_for(account),
            media_ids,
            spoiler_text: post.cw.as_deref(),
            sensitive: post.cw.as_ref().map(|_| true),
            visibility: post.visibility.map(Visibility::name),
            language: post.lang.as_deref().map(language),
        }
    }
}

/// Returns the ISO 639 part of a BCP 47 tag, which is all that the field takes.
fn language(tag: &str) -> String {
    let primary = tag.split('-').next().unwrap_or(tag);
    primary.to_ascii_lowercase()
}

/// A status that the server tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) id: String,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) spoiler: String,
    /// HTML.
    pub(crate) content: String,
    /// What was written, where the server tells it at once. Mastodon does so only of what it has
    /// deleted, snac always.
    pub(crate) written: Option<String>,
    pub(crate) media_count: usize,
    /// Whether it boosts or answers another status, which ours never do.
    pub(crate) refers_to_another: bool,
    /// Whether its author has changed it since: what it said at first is not told.
    pub(crate) is_edited: bool,
    url: Option<String>,
}

impl Status {
    /// Returns the status that `answer` carries, if it has an id.
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        Self::from_value(&json(answer)?)
    }

    /// Returns the status that `value` is, if it has an id.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        let text = |field| text_field(value, field).unwrap_or_default().to_owned();
        let has = |field| value.get(field).is_some_and(|v| !v.is_null() && v != "");
        Some(Self {
            id: id_of(value)?,
            created_at: text_field(value, "created_at").and_then(|at| at.parse().ok()),
            spoiler: text("spoiler_text"),
            content: text("content"),
            written: text_field(value, "text").map(ToOwned::to_owned),
            media_count: value
                .get("media_attachments")
                .and_then(Value::as_array)
                .map_or(0, Vec::len),
            refers_to_another: has("reblog") || has("in_reply_to_id"),
            is_edited: has("edited_at"),
            url: text_field(value, "url").map(ToOwned::to_owned),
        })
    }

    /// Returns its name and address, as far as they are to be believed.
    pub(crate) fn published(self, instance: &Url) -> Published {
        Published {
            url: self.url.and_then(|url| believed(&url, instance)),
            remote_id: Some(self.id),
        }
    }
}

/// Returns `url` if it may be shown to people as the address of a status: on the instance, or on
/// another host of its domain, for many have their pages beside. What a server of this machine stands
/// for is nobody's business.
fn believed(url: &str, instance: &Url) -> Option<String> {
    let host = instance.domain().unwrap_or_default();
    let domain = psl::domain_str(host).unwrap_or(host);
    let is_anywhere = is_here(instance) && url.starts_with("https://");
    let other = Url::parse(url).ok().filter(|_| is_anywhere);
    let home = Home {
        server: other.as_ref().unwrap_or(instance),
        domains: if domain.is_empty() { &[] } else { &[domain] },
    };
    home.believed(url)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(url: &str, shown: Option<&str>) {
        let instance = Url::parse("http://127.0.0.1:4000").unwrap();
        assert_eq!(believed(url, &instance).as_deref(), shown);
    }

    #[test]
    fn only_a_safe_address_is_shown() {
        check("https://a.example/@b/1", Some("https://a.example/@b/1"));
        check(
            "http://127.0.0.1:4000/@b/1",
            Some("http://127.0.0.1:4000/@b/1"),
        );
        check("http://a.example/@b/1", None);
        check(
            "http://localhost:4001/b/p/1",
            Some("http://localhost:4001/b/p/1"),
        );
        check("file://127.0.0.1:4000/etc/passwd", None);
        let afar = Url::parse("https://mastodon.a.example").unwrap();
        for url in [
            "http://localhost/@b/1",
            "https://localhost/@b/1",
            "https://evil.example/@b/1",
            "https://b.example/@b/1",
        ] {
            assert_eq!(believed(url, &afar), None, "{url}");
        }
        for url in ["https://mastodon.a.example/@b/1", "https://a.example/@b/1"] {
            assert_eq!(believed(url, &afar).as_deref(), Some(url));
        }
        check("javascript:alert(1)", None);
        check("https://user:secret@a.example/", None);
        check("/@b/1", None);
        check(&format!("https://a.example/{}", "x".repeat(3000)), None);
    }

    #[test]
    fn a_status_without_a_usable_id_is_none() {
        for id in [
            json!(null),
            json!(""),
            json!("../1"),
            json!("a/b"),
            json!({}),
            json!(1.5),
            json!(".."),
        ] {
            assert_eq!(Status::from_value(&json!({ "id": id })), None, "{id}");
        }
        assert_eq!(Status::from_value(&json!("1")), None);
    }

    #[test]
    fn fields_of_the_wrong_type_do_no_harm() {
        let value =
            json!({"id": "1", "created_at": 5, "content": [], "media_attachments": "x", "url": {}});
        let status = Status::from_value(&value).unwrap();
        assert_eq!(status.created_at, None);
        assert_eq!(status.media_count, 0);
    }

    #[test]
    fn a_language_is_sent_without_its_region() {
        assert_eq!(language("pt-BR"), "pt");
        assert_eq!(language("EN"), "en");
    }
}
