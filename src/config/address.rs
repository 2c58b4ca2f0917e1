//! Which web addresses hayon may send secrets to: `https`, and `http` on this machine only.

use url::Host;
use url::Url;

/// What an address may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressShape {
    /// A scheme and a host, perhaps a port; nothing behind.
    Origin,
    /// A path may follow.
    WithPath,
}

/// Why a text is no address that hayon would send anything to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadAddress {
    #[error("this is no web address ({0})")]
    Shape(String),
    #[error("an address must begin with `https://`")]
    Scheme,
    #[error("`http://{0}` is not encrypted: anybody on the way could read the secrets")]
    Unencrypted(String),
    #[error("an address must not carry a user name or a password")]
    Login,
    #[error("this address must end after the host: without a path, `?` or `#`")]
    Rest,
}

impl BadAddress {
    /// Returns what a person can do about it.
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::Shape(_) | Self::Scheme | Self::Rest => "write it like `https://mastodon.social`",
            Self::Unencrypted(_) => {
                "use `https://`; `http://` is only for `localhost`, `127.0.0.1` and `[::1]`"
            }
            Self::Login => "remove what stands before the `@`",
        }
    }
}

/// Reads an address. The errors do not repeat it: it may hold a password.
pub(crate) fn parse_address(text: &str, shape: AddressShape) -> Result<Url, BadAddress> {
    let url = Url::parse(text.trim()).map_err(|error| BadAddress::Shape(error.to_string()))?;
    let ("https" | "http", Some(host)) = (url.scheme(), url.host()) else {
        return Err(BadAddress::Scheme);
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadAddress::Login);
    }
    if url.scheme() == "http" && !is_loopback(&host) {
        return Err(BadAddress::Unencrypted(host.to_string()));
    }
    let has_path = !matches!(url.path(), "" | "/");
    let has_rest = url.query().is_some() || url.fragment().is_some();
    if has_rest || (has_path && shape == AddressShape::Origin) {
        return Err(BadAddress::Rest);
    }
    Ok(url)
}

/// Whether `host` is this machine for certain: other names are whatever a resolver says.
pub(crate) fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::address::AddressShape;
    use crate::config::address::BadAddress;
    use crate::config::address::parse_address;

    #[test]
    fn https_is_for_every_host_and_http_for_this_machine() {
        for address in [
            "https://mastodon.social",
            "https://mastodon.social:8443/",
            "http://127.0.0.1:3000",
            "http://127.9.9.9",
            "http://[::1]:3000",
            "http://localhost:3000",
            "http://LOCALHOST",
        ] {
            let read = parse_address(address, AddressShape::Origin);
            assert!(read.is_ok(), "{address}: {read:?}");
        }
    }

    #[test]
    fn http_to_another_machine_is_refused() {
        for address in [
            "http://mastodon.social",
            "http://192.168.1.2",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://[::2]",
            "http://[::ffff:127.0.0.1]",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
        ] {
            let error = parse_address(address, AddressShape::WithPath).unwrap_err();
            assert!(
                matches!(error, BadAddress::Unencrypted(_)),
                "{address}: {error}"
            );
        }
    }

    #[test]
    fn a_login_in_an_address_is_refused_and_not_repeated() {
        for address in ["https://me:canary@host", "https://canary@host"] {
            let error = parse_address(address, AddressShape::Origin).unwrap_err();
            assert_eq!(error, BadAddress::Login);
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn only_an_address_that_may_have_a_path_has_one() {
        let address = "https://media.example.com/pictures";
        assert!(parse_address(address, AddressShape::WithPath).is_ok());
        let error = parse_address(address, AddressShape::Origin).unwrap_err();
        assert_eq!(error, BadAddress::Rest);
        let error = parse_address("https://h/?a=b", AddressShape::WithPath).unwrap_err();
        assert_eq!(error, BadAddress::Rest);
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for address in ["mastodon.social", "", "ftp://h", "https://", "mailto:a@b"] {
            assert!(
                parse_address(address, AddressShape::WithPath).is_err(),
                "{address}"
            );
        }
    }
}
