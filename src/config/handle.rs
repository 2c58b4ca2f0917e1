//! How an account on Bluesky is called: a domain name, or what that leads to.

use crate::config::error::ConfigError;
use crate::config::setting::Setting;

/// Reads the handle in a setting.
pub(super) fn read(setting: &Setting) -> Result<String, ConfigError> {
    let text = setting.text()?;
    parse(&text).ok_or_else(|| {
        let message = format!("`{}` is no Bluesky handle", text.trim());
        setting.bad(message, "write it whole, like `alice.bsky.social`")
    })
}

/// Reads a handle on Bluesky, or a DID; `None` if it is neither.
pub(crate) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    // A handle is a domain name, so its case does not matter; that of a DID may.
    if text.starts_with("did:plc:") || text.starts_with("did:web:") {
        return Some(text.to_owned());
    }
    let handle = text.strip_prefix('@').unwrap_or(text).to_ascii_lowercase();
    let is_label = |label: &str| {
        let inner = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (1..=63).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_name = handle.contains('.') && handle.split('.').all(is_label);
    (handle.len() <= 253 && is_name).then_some(handle)
}
