//! PKCE: the code that comes back through a browser is worth nothing to whoever catches it there
//! (RFC 7636, of which servers take the method `S256` alone).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;
use sha2::Sha256;

use crate::config::secret::Secret;
use crate::platforms::oauth::NoRandom;
use crate::platforms::oauth::random_word;

/// The method of the challenge, for `code_challenge_method`.
pub(crate) const METHOD: &str = "S256";

/// The two halves of one proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pkce {
    /// Stays here until the code is exchanged.
    pub(crate) verifier: Secret,
    /// Goes with the question, in the browser's address line.
    pub(crate) challenge: String,
}

impl Pkce {
    /// Returns a new proof, for one log-in. 256 bits make the shortest verifier that is allowed
    /// (RFC 7636, section 4.1).
    pub(crate) fn new() -> Result<Self, NoRandom> {
        Ok(Self::of(random_word::<32>()?))
    }

    fn of(verifier: String) -> Self {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        Self {
            verifier: Secret::new(verifier),
            challenge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(
            pkce.challenge,
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_verifier_is_of_the_letters_and_the_length_that_are_allowed_and_never_the_same() {
        let (one, other) = (Pkce::new().unwrap(), Pkce::new().unwrap());
        let verifier = one.verifier.expose();
        assert_eq!(verifier.len(), 43);
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        assert!(verifier.chars().all(is_allowed), "{verifier}");
        assert_ne!(one, other);
    }
}
