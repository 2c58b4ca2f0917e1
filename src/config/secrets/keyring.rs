//! The keyring of the desktop or of the system.

/// Why the keyring did not serve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyringError {
    #[error("this hayon was built without the keyring")]
    NotBuilt,
}

impl KeyringError {
    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NotBuilt => {
                "build it with the feature `keyring`, or keep secrets in the file".into()
            }
        }
    }
}
