//! A web address of something in the media store. A signed one opens it for whoever has it, so it is
//! a secret while it lives.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

/// A web address. It has no `Display` and a silent `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    url: String,
    /// When it stops working; nothing if never.
    pub(crate) good_until: Option<Timestamp>,
}

impl Address {
    /// Returns an address that was signed.
    pub(crate) fn signed(url: String, good_until: Timestamp) -> Self {
        Self {
            url,
            good_until: Some(good_until),
        }
    }

    /// Returns where `base`, a web server of the user's, shows `key`.
    pub(crate) fn public(base: &Url, key: &str) -> Self {
        let base = base.as_str().trim_end_matches('/');
        Self {
            // The letters of a key need no escaping in a path, or nearly: see `keys::Owner`.
            url: format!("{base}/{}", key.replace('+', "%2B")),
            good_until: None,
        }
    }

    /// The only way out, so that every use can be found by searching for it.
    pub(crate) fn expose(&self) -> &str {
        &self.url
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// From when and for how long an address is to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    pub(crate) from: Timestamp,
    pub(crate) length: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_the_web_servers_and_the_key() {
        for base in ["https://m.example/pics", "https://m.example/pics/"] {
            let address = Address::public(&base.parse().unwrap(), "posts/a+b/x.png");
            assert_eq!(address.expose(), "https://m.example/pics/posts/a%2Bb/x.png");
            assert_eq!(address.good_until, None);
        }
    }

    #[test]
    fn a_signed_address_is_not_shown_by_accident() {
        let address = Address::signed("https://b/k?X-Amz-Signature=1".into(), Timestamp::MAX);
        assert_eq!(format!("{address:?}"), "Address(…)");
    }
}
