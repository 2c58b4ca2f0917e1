//! A password, token or key that stays silent.

use std::fmt;

use zeroize::Zeroizing;

/// A password, token or key. It never appears in logs, errors, `--json` or the database, and its
/// value is wiped from memory where it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret in.
    pub(crate) fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The only way out, so that every use can be found by searching for it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
