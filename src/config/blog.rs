//! What an account on Tumblr is told by: which blog, and what becomes of a post there.

use url::Url;

use crate::config::address::AddressShape;
use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::config::error::quoted;
use crate::config::setting::Setting;
use crate::config::setting::Value;

/// What becomes of a post on a blog, in the words of Tumblr's API (tumblr/docs 708be10, api.md,
/// "Note about Post States", read 2026-11-25).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BlogState {
    /// Everybody sees it at once.
    #[default]
    Published,
    /// Tumblr publishes it when its turn comes.
    Queue,
    /// It waits among the drafts for a person.
    Draft,
    /// Only those see it who write the blog.
    Private,
}

impl BlogState {
    /// Every state.
    pub(crate) const ALL: [Self; 4] = [Self::Published, Self::Queue, Self::Draft, Self::Private];

    /// Returns the word that users write and that the API takes.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Queue => "queue",
            Self::Draft => "draft",
            Self::Private => "private",
        }
    }
}

/// Returns where Tumblr's API is (as above, "URI Structure").
pub(super) fn api() -> Result<Url, ConfigError> {
    let api = Setting {
        value: Value::Text("https://api.tumblr.com".to_owned()),
        place: Place::Variable("api_url".to_owned()),
    };
    api.address(AddressShape::Origin)
}

/// Reads what becomes of a post.
pub(super) fn read_state(setting: &Setting) -> Result<BlogState, ConfigError> {
    let word = setting.text()?;
    let known = BlogState::ALL.into_iter().find(|it| it.name() == word);
    known.ok_or_else(|| {
        let names = quoted(&BlogState::ALL.map(BlogState::name));
        setting.bad(
            format!("`{word}` is no state of a post"),
            format!("the states are {names}"),
        )
    })
}

/// Reads which blog: its name, its host or its id (as above, "Blog Identifiers").
pub(super) fn read_blog(setting: &Setting) -> Result<String, ConfigError> {
    let text = setting.text()?;
    parse(&text).ok_or_else(|| {
        setting.bad(
            format!("`{text}` is no blog of Tumblr"),
            "write its name, such as `staff`, its host `staff.tumblr.com`, or its id, which begins \
             with `t:`",
        )
    })
}

/// Returns the blog that `text` names. Names and hosts are in lower case; the case of an id matters.
pub(crate) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(id) = text.strip_prefix("t:") {
        let is_letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let is_id = !id.is_empty() && id.len() <= 64 && id.bytes().all(is_letter);
        return is_id.then(|| text.to_owned());
    }
    let text = text.to_ascii_lowercase();
    let bare = text.strip_prefix("https://").unwrap_or(&text);
    let bare = bare.strip_prefix("www.tumblr.com/").unwrap_or(bare);
    let bare = bare.strip_prefix('@').unwrap_or(bare);
    let name = bare.strip_suffix('/').unwrap_or(bare);
    let is_label = |label: &str| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(inner)
    };
    let is_name = name.len() <= 253 && name != "www.tumblr.com" && name.split('.').all(is_label);
    is_name.then(|| name.to_owned())
}
