//! [`Reach`]: which addresses may be connected to, whatever their names are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses may be connected to. It is asked once a name is resolved, so no name and no redirect leads
/// around it.
///
/// Through a proxy only addresses that are written as such can be judged: it is the proxy that resolves names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// All.
    #[default]
    Anywhere,
    /// Those of the public Internet: not this machine, not the networks around it, nothing that the registries
    /// reserve (RFC 6890 and its updates). For URLs that strangers choose.
    Public,
}

impl Reach {
    /// Whether this address may be connected to.
    ///
    /// ```
    /// use netspeak_core::Reach;
    ///
    /// let inside = "10.1.2.3".parse().unwrap();
    /// assert!(Reach::Anywhere.allows(inside) && !Reach::Public.allows(inside));
    /// ```
    pub fn allows(self, ip: IpAddr) -> bool {
        match (self, ip) {
            (Self::Anywhere, _) => true,
            (Self::Public, IpAddr::V4(ip)) => is_public_v4(ip),
            (Self::Public, IpAddr::V6(ip)) => is_public_v6(ip),
        }
    }
}

/// First address and length of prefixes that are not public (IANA IPv4 Special-Purpose Address Registry).
const RESERVED_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast, and what was kept for later.
    ([224, 0, 0, 0], 3),
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let within = |(first, length): &([u8; 4], u32)| {
        let shift = 32u32.saturating_sub(*length);
        u32::from(ip).checked_shr(shift) == u32::from_be_bytes(*first).checked_shr(shift)
    };
    !RESERVED_V4.iter().any(within)
}

/// Within 2000::/3, where all public addresses are: what is not (IANA IPv6 Special-Purpose Address Registry).
const RESERVED_V6: [([u16; 3], u32); 3] = [
    // Protocol assignments; Teredo, which leads to IPv4, among them.
    ([0x2001, 0, 0], 23),
    ([0x2001, 0xdb8, 0], 32),
    ([0x3fff, 0, 0], 20),
];

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = embedded(ip) {
        return is_public_v4(inner);
    }
    let top = |[a, b, c]: [u16; 3]| u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c);
    let [a, b, c, ..] = ip.segments();
    let own = top([a, b, c]);
    let within = |(first, length): &([u16; 3], u32)| {
        let shift = 48u32.saturating_sub(*length);
        own.checked_shr(shift) == top(*first).checked_shr(shift)
    };
    a >> 13 == 1 && !RESERVED_V6.iter().any(within)
}

/// The IPv4 address to which an IPv6 address leads: mapped, by NAT64, by 6to4.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, a, b] | [0x64, 0xff9b, 0, 0, 0, 0, a, b] => Some(low(a, b)),
        [0x2002, a, b, ..] => Some(low(a, b)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_is_not_public_in_any_spelling() {
        for inside in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "3fff:0:0::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let ip = inside.parse().unwrap();
            assert!(!Reach::Public.allows(ip), "{inside}");
            assert!(Reach::Anywhere.allows(ip), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.1",
            "2001:4860:4860::8888",
            "2600::1",
            "2002:808:808::1",
            "64:ff9b::808:808",
            "::ffff:8.8.8.8",
        ] {
            assert!(Reach::Public.allows(outside.parse().unwrap()), "{outside}");
        }
    }
}
