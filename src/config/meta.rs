//! What an account on Instagram, Threads or Facebook needs: the ids, where the API is, who may reply.

use url::Url;

use crate::config::address::AddressShape;
use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::config::error::quoted;
use crate::config::setting::Setting;
use crate::config::setting::Value;

/// The longest id, in digits. They are numbers of 64 bits and more; nothing says how long.
const ID_DIGITS_MAX: usize = 30;

/// Who may reply to a post on Threads, in the words of its API (developers.facebook.com, Threads
/// publishing reference, read 2026-11-23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyControl {
    Everyone,
    AccountsYouFollow,
    MentionedOnly,
    ParentPostAuthorOnly,
    FollowersOnly,
}

impl ReplyControl {
    /// Every choice.
    pub(crate) const ALL: [Self; 5] = [
        Self::Everyone,
        Self::AccountsYouFollow,
        Self::MentionedOnly,
        Self::ParentPostAuthorOnly,
        Self::FollowersOnly,
    ];

    /// Returns the word that users write and that the API takes.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::AccountsYouFollow => "accounts_you_follow",
            Self::MentionedOnly => "mentioned_only",
            Self::ParentPostAuthorOnly => "parent_post_author_only",
            Self::FollowersOnly => "followers_only",
        }
    }
}

/// Reads who may reply.
pub(super) fn read_reply_control(setting: &Setting) -> Result<ReplyControl, ConfigError> {
    let word = setting.text()?;
    let known = ReplyControl::ALL.into_iter().find(|it| it.name() == word);
    known.ok_or_else(|| {
        let names = quoted(&ReplyControl::ALL.map(ReplyControl::name));
        setting.bad(
            format!("`{word}` does not say who may reply"),
            format!("write one of {names}"),
        )
    })
}

/// Reads the id of a user or a Page: a number, in quotes since it is longer than TOML's.
pub(super) fn read_id(setting: &Setting) -> Result<String, ConfigError> {
    let text = setting.text()?;
    let id = text.trim();
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && id.len() <= ID_DIGITS_MAX {
        return Ok(id.to_owned());
    }
    Err(setting.bad(
        format!("`{text}` is no id of Meta's"),
        "write the number, such as `\"17841400000000000\"`; a name is none",
    ))
}

/// Reads where the API is; a path names its version, such as `https://graph.facebook.com/v25.0`.
pub(super) fn read_api(setting: Option<&Setting>, usual: &str) -> Result<Url, ConfigError> {
    if let Some(setting) = setting {
        return setting.address(AddressShape::WithPath);
    }
    let usual = Setting {
        value: Value::Text(usual.to_owned()),
        place: Place::Variable("api_url".to_owned()),
    };
    usual.address(AddressShape::WithPath)
}
