//! Which web addresses hayon may send secrets to: `https`, and `http` on this machine only.
//!
//! A storage is sent none: its requests are signed with the secret, which stays here. Within a private
//! network, where people run one without a certificate, it may be asked over plain HTTP.

use std::net::Ipv4Addr;

use url::Host;
use url::Url;

/// What an address may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressShape {
    /// A scheme and a host, perhaps a port; nothing behind.
    Origin,
    /// A path may follow.
    WithPath,
    /// A path and a query may follow, by which whoever is called knows us.
    Hook,
    /// As an origin, and of a storage, to which requests are signed.
    Storage,
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
    #[error("`http://{0}` is not encrypted, and not of a private network for certain")]
    Exposed(String),
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
            Self::Exposed(_) => {
                "use `https://`; `http://` is for this machine and for private networks, by an address \
                 such as `http://192.168.1.5:9000` or a name such as `minio`, `nas.local` or `s3.internal`"
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
        match shape {
            AddressShape::Storage if is_private(&host) => {}
            AddressShape::Storage => return Err(BadAddress::Exposed(host.to_string())),
            _ => return Err(BadAddress::Unencrypted(host.to_string())),
        }
    }
    let has_path = !matches!(url.path(), "" | "/");
    let has_rest = url.query().is_some() || url.fragment().is_some();
    let is_bare = match shape {
        AddressShape::Origin | AddressShape::Storage => !has_path && !has_rest,
        AddressShape::WithPath => !has_rest,
        AddressShape::Hook => url.fragment().is_none(),
    };
    if !is_bare {
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

/// What carriers and overlay networks give to their members (RFC 6598).
const SHARED: (Ipv4Addr, u32) = (Ipv4Addr::new(100, 64, 0, 0), 10);

/// Endings of names that the public name service never has: RFC 6762 (`local`), RFC 8375
/// (`home.arpa`), and ICANN's resolution 2024.07.29.06 (`internal`), all read 2026-11-25.
const PRIVATE_NAMES: [&str; 3] = [".local", ".home.arpa", ".internal"];

/// Whether `host` is of a private network for certain, or can be only there.
fn is_private(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let is_single = !name.contains('.');
            is_single || PRIVATE_NAMES.iter().any(|ending| name.ends_with(ending))
        }
        Host::Ipv4(address) => {
            let (prefix, length) = SHARED;
            let differs = u32::from(*address) ^ u32::from(prefix);
            address.is_private() || differs >> (32 - length) == 0
        }
        Host::Ipv6(address) => address.is_unique_local() || address.is_unicast_link_local(),
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
    fn a_storage_in_a_private_network_needs_no_certificate_and_one_elsewhere_does() {
        for address in [
            "http://10.0.0.1:9000",
            "http://172.31.255.255",
            "http://192.168.1.2:9000",
            "http://100.64.0.1",
            "http://[fd00::1]:9000",
            "http://[fe80::1]",
            "http://minio:9000",
            "http://nas.local",
            "http://NAS.home.arpa",
            "http://s3.internal:3900",
            "http://127.0.0.1:9000",
            "https://s3.example.com",
        ] {
            let read = parse_address(address, AddressShape::Storage);
            assert!(read.is_ok(), "{address}: {read:?}");
        }
        for address in [
            "http://s3.example.com",
            "http://172.32.0.1",
            "http://100.128.0.1",
            "http://169.254.169.254",
            "http://0.0.0.0",
            "http://8.8.8.8",
            "http://[2001:db8::1]",
            "http://[::ffff:10.0.0.1]",
            "http://192.168.1.2.evil.example",
            "http://evil.example.",
            "http://internal.example",
            "http://notlocal.example",
        ] {
            let read = parse_address(address, AddressShape::Storage);
            let is_exposed = matches!(read, Err(BadAddress::Exposed(_)));
            assert!(is_exposed, "{address}: {read:?}");
        }
        let error = parse_address("http://minio:9000/b", AddressShape::Storage).unwrap_err();
        assert_eq!(error, BadAddress::Rest);
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
