//! [`ProxyHeader`]: the PROXY protocol, by which a connection tells its server who is behind it.

use std::net::{IpAddr, SocketAddr};

/// A header of the PROXY protocol, sent before everything else on a fresh connection.
///
/// ```
/// use netspeak_core::proxy::{Behind, ProxyHeader};
///
/// # fn main() -> Result<(), std::net::AddrParseError> {
/// let source = "192.0.2.7:50000".parse()?;
/// let destination = "198.51.100.1:110".parse()?;
/// let header = ProxyHeader::V1(Behind::Peer { source, destination });
/// assert_eq!(header.encode(None), b"PROXY TCP4 192.0.2.7 198.51.100.1 50000 110\r\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProxyHeader {
    /// One line of text.
    V1(Behind),
    /// Binary.
    V2(Behind),
}

/// On whose behalf a connection is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Behind {
    /// Our own: the two ends of the connection itself.
    #[default]
    Ourselves,
    /// Nobody's, as health checks are (`LOCAL`; in version 1 `UNKNOWN`).
    Nobody,
    /// Somebody else's.
    Peer {
        /// Where that connection came from.
        source: SocketAddr,
        /// Where it went.
        destination: SocketAddr,
    },
}

/// What every header of version 2 begins with.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

impl ProxyHeader {
    /// The bytes. `ends` are our address and the peer's on the connection, where they are known.
    pub fn encode(&self, ends: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
        let (Self::V1(behind) | Self::V2(behind)) = self;
        let pair = match behind {
            Behind::Ourselves => ends,
            Behind::Nobody => None,
            Behind::Peer {
                source,
                destination,
            } => Some((*source, *destination)),
        };
        let pair = pair.map(|(source, destination)| same_family(source, destination));
        match self {
            Self::V1(_) => text(pair),
            Self::V2(_) => binary(pair),
        }
    }
}

/// IPv4 for both, or IPv6 for both with an IPv4 address mapped.
fn same_family(source: SocketAddr, destination: SocketAddr) -> (SocketAddr, SocketAddr) {
    let plain = |a: SocketAddr| SocketAddr::new(a.ip().to_canonical(), a.port());
    let (source, destination) = (plain(source), plain(destination));
    if source.is_ipv4() == destination.is_ipv4() {
        return (source, destination);
    }
    let wide = |a: SocketAddr| match a.ip() {
        IpAddr::V4(ip) => SocketAddr::new(ip.to_ipv6_mapped().into(), a.port()),
        IpAddr::V6(_) => a,
    };
    (wide(source), wide(destination))
}

fn text(pair: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
    let Some((from, to)) = pair else {
        return b"PROXY UNKNOWN\r\n".to_vec();
    };
    let family = if from.is_ipv4() { "TCP4" } else { "TCP6" };
    format!(
        "PROXY {family} {} {} {} {}\r\n",
        from.ip(),
        to.ip(),
        from.port(),
        to.port()
    )
    .into_bytes()
}

fn binary(pair: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
    let mut bytes = SIGNATURE.to_vec();
    let Some((from, to)) = pair else {
        // Version 2, LOCAL; no family; no addresses.
        bytes.extend([0x20, 0, 0, 0]);
        return bytes;
    };
    // Version 2, PROXY; family and stream; the length of what follows.
    bytes.extend(if from.is_ipv4() {
        [0x21, 0x11, 0, 12]
    } else {
        [0x21, 0x21, 0, 36]
    });
    for end in [from, to] {
        match end.ip() {
            IpAddr::V4(ip) => bytes.extend(ip.octets()),
            IpAddr::V6(ip) => bytes.extend(ip.octets()),
        }
    }
    bytes.extend(from.port().to_be_bytes());
    bytes.extend(to.port().to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(source: &str, destination: &str) -> Behind {
        Behind::Peer {
            source: source.parse().unwrap(),
            destination: destination.parse().unwrap(),
        }
    }

    #[test]
    fn headers_as_the_specification_shows_them() {
        let v1 = |behind: Behind| String::from_utf8(ProxyHeader::V1(behind).encode(None)).unwrap();
        let v4 = peer("255.255.255.255:65535", "255.255.255.255:65535");
        assert_eq!(
            v1(v4),
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"
        );
        assert_eq!(
            v1(peer("[2001:db8::1]:1", "[::1]:2")),
            "PROXY TCP6 2001:db8::1 ::1 1 2\r\n"
        );
        assert_eq!(
            v1(peer("192.0.2.1:1", "[2001:db8::1]:2")),
            "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::1 1 2\r\n"
        );
        assert_eq!(v1(Behind::Nobody), "PROXY UNKNOWN\r\n");
        assert_eq!(v1(Behind::Ourselves), "PROXY UNKNOWN\r\n");
        let ends = (
            "127.0.0.1:5".parse().unwrap(),
            "127.0.0.2:6".parse().unwrap(),
        );
        let own = ProxyHeader::V1(Behind::Ourselves).encode(Some(ends));
        assert_eq!(own, b"PROXY TCP4 127.0.0.1 127.0.0.2 5 6\r\n");
        assert_eq!(
            ProxyHeader::V1(Behind::Nobody).encode(Some(ends)),
            b"PROXY UNKNOWN\r\n"
        );

        let v2 = |behind: Behind| ProxyHeader::V2(behind).encode(None);
        let signature = [
            0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
        ];
        let v4 = [
            0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 1, 0xc3, 0x50, 0, 110,
        ];
        assert_eq!(
            v2(peer("192.0.2.1:50000", "198.51.100.1:110")),
            [&signature[..], &v4].concat()
        );
        assert_eq!(
            v2(Behind::Nobody),
            [&signature[..], &[0x20, 0, 0, 0]].concat()
        );
        let v6 = v2(peer("[::1]:1", "[::2]:258"));
        assert_eq!(v6.len(), 16 + 36);
        assert_eq!(&v6[12..16], [0x21, 0x21, 0, 36]);
        assert_eq!(&v6[48..], [0, 1, 1, 2]);
    }
}
