//! [`NoProxy`]: which hosts are reached without the proxy.

use std::net::IpAddr;
use std::str::FromStr;

use crate::address::Host;
use crate::error::{Error, Result};

/// Hosts that are reached directly, as in the variable `no_proxy`: names with their subdomains,
/// addresses, networks, `*` for all; between commas or blanks.
///
/// ```
/// use netspeak_core::proxy::NoProxy;
///
/// # fn main() -> netspeak_core::Result<()> {
/// let direct: NoProxy = "localhost, .example.org, 10.0.0.0/8".parse()?;
/// assert!(direct.holds(&"mail.example.org".parse()?));
/// assert!(direct.holds(&"10.1.2.3".parse()?));
/// assert!(!direct.holds(&"badexample.org".parse()?));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoProxy(Vec<Rule>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Rule {
    All,
    Name(String),
    Network { address: IpAddr, bits: u8 },
}

impl NoProxy {
    /// Whether this host is reached directly.
    pub fn holds(&self, host: &Host) -> bool {
        self.0.iter().any(|rule| rule.fits(host))
    }
}

impl FromStr for NoProxy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words.map(Rule::read).collect::<Result<_>>().map(Self)
    }
}

impl Rule {
    fn read(word: &str) -> Result<Self> {
        if word == "*" {
            return Ok(Self::All);
        }
        if let Some((address, bits)) = word.split_once('/') {
            let network = address.parse().ok().zip(bits.parse().ok());
            return match network {
                Some((address, bits)) if bits <= widest(address) => {
                    Ok(Self::Network { address, bits })
                }
                _ => Err(Error::usage(format!(
                    "{word:?} is no network, such as 192.0.2.0/24"
                ))),
            };
        }
        let host: Host = word.strip_prefix('.').unwrap_or(word).parse()?;
        Ok(match host.ip() {
            Some(address) => Self::Network {
                address,
                bits: widest(address),
            },
            None => Self::Name(bare(&host)),
        })
    }

    fn fits(&self, host: &Host) -> bool {
        match self {
            Self::All => true,
            Self::Network { address, bits } => host
                .ip()
                .is_some_and(|ip| is_within(ip.to_canonical(), *address, *bits)),
            Self::Name(name) => {
                let host = bare(host);
                let parent = host.strip_suffix(name.as_str());
                parent.is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
        }
    }
}

fn bare(host: &Host) -> String {
    host.to_string().trim_end_matches('.').to_owned()
}

fn widest(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn is_within(ip: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let mask = u32::MAX
                .checked_shl(32u32.saturating_sub(bits.into()))
                .unwrap_or(0);
            ip.to_bits() & mask == network.to_bits() & mask
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            let mask = u128::MAX
                .checked_shl(128u32.saturating_sub(bits.into()))
                .unwrap_or(0);
            ip.to_bits() & mask == network.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reached_directly() {
        let direct: NoProxy = "localhost,.Example.org 192.0.2.0/24,2001:db8::/32,::1,10.0.0.7"
            .parse()
            .unwrap();
        for (host, wanted) in [
            ("localhost", true),
            ("example.org", true),
            ("a.b.example.org.", true),
            ("notexample.org", false),
            ("example.org.evil.example", false),
            ("192.0.2.255", true),
            ("192.0.3.0", false),
            ("::ffff:192.0.2.1", true),
            ("2001:db8:ffff::", true),
            ("2001:db9::", false),
            ("::1", true),
            ("10.0.0.7", true),
            ("10.0.0.8", false),
        ] {
            assert_eq!(direct.holds(&host.parse().unwrap()), wanted, "{host}");
        }
        let holds = |list: &str, host: &str| {
            list.parse::<NoProxy>()
                .unwrap()
                .holds(&host.parse().unwrap())
        };
        let blanks = "localhost, .h.test ,10.0.0.1";
        assert!(holds(blanks, "a.h.test") && holds(blanks, "10.0.0.1"));
        assert!(!holds(blanks, "xh.test") && !holds(blanks, "10.0.0.11"));
        assert!(holds("*", "any.example") && holds("0.0.0.0/0", "8.8.8.8") && holds("::/0", "::2"));
        assert!(!holds("", "any.example") && !holds("0.0.0.0/0", "::2"));
        for bad in ["192.0.2.0/33", "::/129", "a/8", "a b\r\n", "x..y"] {
            assert!(bad.parse::<NoProxy>().is_err(), "{bad:?}");
        }
    }
}
