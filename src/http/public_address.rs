//! Which addresses of the Internet Protocol belong to the public.
//!
//! A web page that names a picture must not make hayon ask the machines of its user's own network.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// What is not reachable from everywhere, or not by unicast: address and length of the prefix (IANA
/// IPv4 Special-Purpose Address Registry and RFC 1112, read 2026-11-25).
const SPECIAL_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The only block from which unicast addresses are given out (RFC 4291; IANA IPv6 Address Space, read
/// 2026-11-25).
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What within that block is for special purposes (IANA IPv6 Special-Purpose Address Registry, read
/// 2026-11-25): protocol assignments with Teredo, documentation, 6to4, documentation.
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// The prefix under which a network without IPv4 reaches the IPv4 Internet (RFC 6052).
const TRANSLATED: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether `address` is one that everybody can reach, and the same machine for everybody.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(prefix, length): (Ipv4Addr, u32)| {
        (u32::from(address) ^ u32::from(prefix)) >> (32 - length) == 0
    };
    !SPECIAL_V4.into_iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |(prefix, length): (Ipv6Addr, u32)| {
        (u128::from(address) ^ u128::from(prefix)) >> (128 - length) == 0
    };
    if within(TRANSLATED) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    within(GLOBAL_V6) && !SPECIAL_V6.into_iter().any(within)
}

#[cfg(test)]
mod tests {
    use crate::http::public_address::is_public;

    #[track_caller]
    fn check(addresses: &[&str], expected: bool) {
        for address in addresses {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn what_everybody_can_reach_is_public() {
        check(
            &[
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
            ],
            true,
        );
        check(
            &[
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "223.255.255.255",
            ],
            true,
        );
        check(
            &[
                "2606:4700::1111",
                "2a00::",
                "2001:200::1",
                "64:ff9b::1.1.1.1",
            ],
            true,
        );
    }

    #[test]
    fn what_is_of_this_machine_or_its_network_is_not() {
        check(
            &[
                "127.0.0.1",
                "127.255.255.255",
                "0.0.0.0",
                "10.1.2.3",
                "192.168.0.1",
            ],
            false,
        );
        check(
            &[
                "172.16.0.1",
                "172.31.255.255",
                "169.254.169.254",
                "100.64.0.1",
            ],
            false,
        );
        check(
            &["192.0.0.8", "198.19.0.1", "224.0.0.1", "255.255.255.255"],
            false,
        );
        check(
            &[
                "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "100::1",
            ],
            false,
        );
    }

    #[test]
    fn an_address_within_another_is_looked_at() {
        check(
            &["::ffff:127.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1"],
            false,
        );
        check(
            &[
                "2002:7f00:1::",
                "2001::1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::1",
            ],
            false,
        );
        check(&["2001:db8::1", "3fff::1", "5f00::1"], false);
    }
}
