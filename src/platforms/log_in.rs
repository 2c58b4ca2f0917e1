//! What a log-in yields, the same for all platforms: what goes into the account's table, and what goes
//! where its secrets are kept.
//!
//! A platform's own `log_in` makes the platform's requests, and asks nobody anything: who is asked, and
//! what becomes of this, is for the command to say.

use jiff::Timestamp;

use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::sessions::StoredSession;

/// An account that is logged in, and not yet kept anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoggedIn {
    /// Keys of the account's table, without `platform` and `secrets`.
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) secrets: Vec<(SecretField, Secret)>,
    /// Whose account it is, as people know it: `@alice@example.social`.
    pub(crate) who: String,
    /// The same by the id that the platform never changes.
    pub(crate) stable_id: String,
    /// When the credential ends, if that is known.
    pub(crate) expires_at: Option<Timestamp>,
    /// The session that was opened on the way, so that the first post needs no other.
    pub(crate) session: Option<StoredSession>,
}
