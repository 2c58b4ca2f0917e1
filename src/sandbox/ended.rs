//! Credentials that end while they are in use, by the faults `token:expired` and `token:revoked`:
//! whatever comes with one of them from then on is refused.

use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// How a credential ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenEnd {
    Expired,
    Revoked,
}

/// The credentials that have ended.
#[derive(Debug, Default)]
pub(crate) struct Ended(HashMap<String, TokenEnd>);

impl Ended {
    /// Ends the credential of a request with these headers.
    pub(crate) fn end(&mut self, headers: &HeaderMap, end: TokenEnd) {
        if let Some(credential) = credential(headers) {
            self.0.insert(credential.to_owned(), end);
        }
    }

    /// Returns how the credential of a request with these headers has ended, if it has.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<TokenEnd> {
        self.0.get(credential(headers)?).copied()
    }
}

/// Returns the token that a request carries: a bearer's, or that of a signature of OAuth 1.0a.
fn credential(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    match header.split_once("oauth_token=\"") {
        Some((_, rest)) => rest.split('"').next(),
        None => header.split_once(' ').map(|(_, token)| token.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(header: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, header.parse().unwrap())])
    }

    #[test]
    fn the_token_that_has_ended_is_known_whatever_it_comes_with() {
        let mut ended = Ended::default();
        ended.end(&with("Bearer one"), TokenEnd::Expired);
        ended.end(
            &with("OAuth oauth_nonce=\"1\", oauth_token=\"two\", oauth_signature=\"s\""),
            TokenEnd::Revoked,
        );
        assert_eq!(ended.of(&with("Bearer one")), Some(TokenEnd::Expired));
        let signed = with("OAuth oauth_nonce=\"2\", oauth_token=\"two\", oauth_signature=\"t\"");
        assert_eq!(ended.of(&signed), Some(TokenEnd::Revoked));
        assert_eq!(ended.of(&with("Bearer other")), None);
        assert_eq!(ended.of(&HeaderMap::new()), None);
    }
}
