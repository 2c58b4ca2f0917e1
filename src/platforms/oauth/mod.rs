//! What the log-ins in a browser share: the values that tie an answer to its question, and the reading
//! of the address that a browser is sent back to.
//!
//! Nothing here asks a server: the requests differ from platform to platform, and each platform's
//! `log_in` makes its own.

pub(crate) mod pkce;
pub(crate) mod redirected;
pub(crate) mod state;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The machine gives no random numbers: no log-in may begin without.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no random numbers: {0}")]
pub(crate) struct NoRandom(String);

/// Returns `N` bytes that nobody can guess, in the letters of base64url.
fn random_word<const N: usize>() -> Result<String, NoRandom> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoRandom(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
