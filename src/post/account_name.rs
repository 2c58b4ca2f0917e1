//! The name a user gave to an account: safe in a file name, an environment variable and a table.

use std::fmt;
use std::str::FromStr;

/// Names that a table of the configuration already has, so that `HAYON_MEDIA_…` stays clear.
pub(crate) const RESERVED: [&str; 6] = ["media", "outbox", "daemon", "notify", "config", "log"];

/// The name of an account: 1 to 64 letters, digits, `-` or `_` of ASCII, none of [`RESERVED`], and
/// not `all`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AccountName(String);

impl AccountName {
    /// Returns the name as it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a word cannot be the name of an account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadAccountName {
    #[error("`{0}` is no account name: use 1 to 64 letters, digits, `-` or `_`")]
    Shape(String),
    #[error("`{0}` cannot name an account: the configuration has a table of that name")]
    Reserved(String),
    #[error("`{0}` cannot name an account: it stands for all of them")]
    Everyone(String),
}

impl FromStr for AccountName {
    type Err = BadAccountName;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if word.is_empty() || word.len() > 64 || !word.chars().all(allowed) {
            return Err(BadAccountName::Shape(word.to_owned()));
        }
        if RESERVED.contains(&word.to_ascii_lowercase().as_str()) {
            return Err(BadAccountName::Reserved(word.to_owned()));
        }
        if word.eq_ignore_ascii_case("all") {
            return Err(BadAccountName::Everyone(word.to_owned()));
        }
        Ok(Self(word.to_owned()))
    }
}
