//! [`ClientName`]: who we say we are.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use netspeak_core::{Error, check_argument};

/// The name after EHLO, HELO or LHLO: a domain name, or an address in brackets
/// (RFC 5321 section 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientName(String);

impl ClientName {
    /// `localhost`, for want of a better name.
    pub fn localhost() -> Self {
        Self("localhost".to_owned())
    }

    /// As it goes to the server.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        check_argument("client name", name.as_bytes())?;
        let is_word = name.chars().all(|c| !c.is_whitespace() && !c.is_control());
        if is_word && name.len() <= 255 {
            Ok(Self(name.to_owned()))
        } else {
            Err(Error::usage(
                "the client name is not a single word of at most 255 bytes",
            ))
        }
    }
}

impl From<IpAddr> for ClientName {
    fn from(address: IpAddr) -> Self {
        Self(match address {
            IpAddr::V4(v4) => format!("[{v4}]"),
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => format!("[{v4}]"),
                None => format!("[IPv6:{v6}]"),
            },
        })
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_addresses_stand_in_brackets() {
        for (address, name) in [
            ("192.0.2.1", "[192.0.2.1]"),
            ("::1", "[IPv6:::1]"),
            ("::ffff:192.0.2.1", "[192.0.2.1]"),
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(ClientName::from(address).as_str(), name);
        }
        assert!("client.example.org".parse::<ClientName>().is_ok());
        for bad in [
            "",
            "a b",
            "a\r\nMAIL",
            "a\nb",
            "a\0",
            "a\tb",
            &"x".repeat(256),
        ] {
            assert!(bad.parse::<ClientName>().is_err(), "{bad:?}");
        }
    }
}
