//! Addresses and keys that others have written: nothing leads where hayon must not go.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::path::Component;
use std::path::Path;

use url::Host;
use url::Url;

use crate::fuzzing::input;
use crate::fuzzing::input::assert_showable;
use crate::http::foreign::Reach;
use crate::http::foreign::vet;
use crate::http::public_address::is_public;
use crate::media::keys::MediaKey;
use crate::media::keys::Owner;

/// The longest key that a storage takes, in bytes (docs.aws.amazon.com, object keys, read 2026-11-23).
const KEY_BYTES_MAX: usize = 1024;

pub(super) fn media_key(bytes: &[u8]) {
    let word = input::text(bytes);
    match word.parse::<MediaKey>() {
        Ok(key) => {
            assert_eq!(key.as_str(), word);
            assert!(word.is_ascii() && word.len() <= KEY_BYTES_MAX);
            assert!(!word.contains(['\\', '%']) && !word.contains(char::is_control));
            let is_normal = |part| matches!(part, Component::Normal(_));
            assert!(Path::new(key.as_str()).components().all(is_normal), "{key}");
            assert!(key.is_temp() != key.post().is_some(), "{key}");
            assert!(key.name().is_some(), "{key}");
        }
        Err(error) => {
            let shown = error.to_string();
            assert!(!shown.contains(char::is_control), "{shown:?}");
        }
    }
    if let Ok(owner) = word.parse::<Owner>() {
        assert_showable(&owner.to_string());
        assert!(!owner.to_string().starts_with('.'));
    }
}

/// An address of a picture or of a page, and where a redirect leads from there.
pub(super) fn foreign(bytes: &[u8]) {
    let (address, location) = input::first_line(bytes);
    let Ok(url) = Url::parse(&address) else {
        return;
    };
    assert_vetted(&url);
    if let Ok(next) = url.join(&input::text(location)) {
        assert_vetted(&next);
    }
}

#[track_caller]
fn assert_vetted(url: &Url) {
    let vetted = vet(url, Reach::Public);
    if let Err(error) = &vetted {
        assert_showable(&error.to_string());
        return;
    }
    assert_eq!((url.scheme(), url.port()), ("https", None), "{url}");
    assert!(
        url.username().is_empty() && url.password().is_none(),
        "{url}"
    );
    let address: Option<IpAddr> = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        _ => None,
    };
    if let Some(address) = address {
        assert!(is_public(address) && is_public_by_std(address), "{url}");
    }
}

/// The same by the standard library, which knows fewer of them: what it says is private must be.
fn is_public_by_std(address: IpAddr) -> bool {
    let is_of_the_machine = address.is_loopback() || address.is_unspecified();
    let is_of_the_network = match address {
        IpAddr::V4(it) => is_of_a_network(it),
        IpAddr::V6(it) => {
            let inner = it.to_ipv4_mapped();
            it.is_unique_local() || it.is_unicast_link_local() || inner.is_some_and(is_of_a_network)
        }
    };
    !(is_of_the_machine || is_of_the_network || address.is_multicast())
}

fn is_of_a_network(address: Ipv4Addr) -> bool {
    address.is_private()
        || address.is_link_local()
        || address.is_loopback()
        || address.is_broadcast()
        || address.is_documentation()
}
