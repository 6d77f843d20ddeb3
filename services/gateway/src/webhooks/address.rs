//! Where messages may go: to public addresses only.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

const URL_BYTES_MAX: usize = 2_000;

/// Why messages do not go there, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressRefused(pub &'static str);

const PRIVATE: AddressRefused = AddressRefused(
    "This address is inside a private network or of this machine. Messages go to public addresses only.",
);

/// The address of a subscription, as far as it can be judged without asking for its name.
///
/// # Errors
/// A sentence: not an address, not over TLS, with a password in it, or not public.
pub fn check(text: &str, private_allowed: bool) -> Result<Url, AddressRefused> {
    if text.len() > URL_BYTES_MAX {
        return Err(AddressRefused("The address is too long."));
    }
    let url =
        Url::parse(text).map_err(|_| AddressRefused("This is not an address; write https://example.org/path."))?;
    let over_tls = url.scheme() == "https" || (private_allowed && url.scheme() == "http");
    if !over_tls {
        return Err(AddressRefused("Messages are sent over TLS only; the address begins with https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressRefused("The address has a user name or a password in it; the signature says who sends."));
    }
    let is_public = match url.host() {
        None => return Err(AddressRefused("The address names no host.")),
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        // Judged when it is connected to: what a name resolves to changes.
        Some(Host::Domain(name)) => name.contains('.') && !name.trim_end_matches('.').ends_with(".local"),
    };
    if is_public || private_allowed { Ok(url) } else { Err(PRIVATE) }
}

/// Names are looked up here and nowhere else, and a connection is made to what was judged: a name that resolves
/// to something else a moment later changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct PublicOnly {
    pub private_allowed: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let private_allowed = self.private_allowed;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses = judged(found, private_allowed)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// All of them, or none: a name that leads inside with one foot is not to be trusted with the other.
fn judged(found: Vec<SocketAddr>, private_allowed: bool) -> Result<Vec<SocketAddr>, io::Error> {
    if !private_allowed && !found.iter().all(|address| is_public(address.ip())) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, PRIVATE));
    }
    Ok(found)
}

/// True for an address of the public internet; all that is set apart for something else is not.
/// After IANA's registries of special-purpose addresses.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let set_apart = match (a, b, c) {
        // This network, private use, loopback, link-local (with the metadata of clouds), multicast, reserved.
        (0 | 10 | 127 | 224.., _, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Shared by providers, benchmarks, protocols, documentation, relays of 6to4.
        (100, 64..=127, _) | (198, 18..=19, _) | (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) => {
            true
        }
        _ => false,
    };
    !set_apart
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // Mapped, and translated: what stands in them is reached.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        // 6to4.
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo, benchmarks, ORCHID and other protocols; documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // All that is given out for the public internet; neither local nor multicast addresses.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap_or_else(|error| panic!("{address}: {error}")))
    }

    #[test]
    fn only_the_public_internet_is_public() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "fd00:ec2::254",
        ] {
            assert!(!public(address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.0.1",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn one_private_address_of_a_name_is_enough() {
        let of =
            |addresses: &[&str]| addresses.iter().map(|own| SocketAddr::new(own.parse().expect("one"), 0)).collect();
        assert!(judged(of(&["8.8.8.8", "2606:4700::1"]), false).is_ok());
        assert!(judged(of(&["8.8.8.8", "10.0.0.1"]), false).is_err());
        assert!(judged(of(&["10.0.0.1"]), true).is_ok());
    }

    #[test]
    fn addresses_are_checked_before_they_are_kept() {
        for good in ["https://example.org/in", "https://example.org:8443/a?b=c", "https://8.8.8.8/"] {
            assert!(check(good, false).is_ok(), "{good}");
        }
        for (bad, said) in [
            ("http://example.org/", "over TLS"),
            ("ftp://example.org/", "over TLS"),
            ("example.org", "not an address"),
            ("https://me:word@example.org/", "user name"),
            ("https://127.0.0.1/", "private network"),
            ("https://2130706433/", "private network"),
            ("https://0x7f.1/", "private network"),
            ("https://[::1]/", "private network"),
            ("https://[::ffff:10.0.0.1]/", "private network"),
            ("https://localhost/", "private network"),
            ("https://cpas-planning:8080/", "private network"),
            ("https://cpas-planning.cpas.svc.cluster.local/", "private network"),
        ] {
            assert!(check(bad, false).expect_err(bad).0.contains(said), "{bad}");
        }
        assert!(check("http://127.0.0.1:9/", true).is_ok());
    }
}
