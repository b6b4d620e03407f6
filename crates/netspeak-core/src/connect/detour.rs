//! [`Detour`]: what is meant for one endpoint goes to another.

use std::str::FromStr;

use crate::address::{Endpoint, Host};
use crate::error::Error;

/// Sends connections for one endpoint to another, as curl's `--connect-to`: TLS, SNI and everything that is said
/// go on as for the first. A proxy is asked for the second.
///
/// ```
/// use netspeak_core::{Connector, Detour};
///
/// # fn main() -> netspeak_core::Result<()> {
/// let detour: Detour = "www.example.org:443:backend7.example.org:8443".parse()?;
/// let connector = Connector::new().with_detour(detour);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Detour {
    from: (Option<Host>, Option<u16>),
    to: (Option<Host>, Option<u16>),
}

impl Detour {
    /// Where a connection to `endpoint` goes, if it is one of those that are meant.
    pub(super) fn of(&self, endpoint: &Endpoint) -> Option<Endpoint> {
        let (host, port) = &self.from;
        let is_meant = host.as_ref().is_none_or(|host| *host == endpoint.host)
            && port.is_none_or(|port| port == endpoint.port);
        let (host, port) = &self.to;
        is_meant.then(|| Endpoint {
            host: host.clone().unwrap_or_else(|| endpoint.host.clone()),
            port: port.unwrap_or(endpoint.port),
        })
    }
}

/// `HOST1:PORT1:HOST2:PORT2`. What is empty in front stands for all, behind for the same; IPv6 addresses stand
/// in brackets.
impl FromStr for Detour {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::usage(format!("{text:?} is not HOST1:PORT1:HOST2:PORT2"));
        let (host, rest) = host(text).ok_or_else(bad)?;
        let (first_port, rest) = rest.split_once(':').ok_or_else(bad)?;
        let (other, rest) = self::host(rest).ok_or_else(bad)?;
        let read = |host: &str| -> Result<Option<Host>, Error> {
            match host {
                "" => Ok(None),
                host => host.parse().map(Some),
            }
        };
        let number = |port: &str| match port {
            "" => Ok(None),
            port => port.parse().map(Some).map_err(|_| bad()),
        };
        Ok(Self {
            from: (read(host)?, number(first_port)?),
            to: (read(other)?, number(rest)?),
        })
    }
}

/// A host, and what is behind the colon after it.
fn host(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('[') {
        let end = text.find(']')?.checked_add(1)?;
        let (host, rest) = text.split_at_checked(end)?;
        return Some((host, rest.strip_prefix(':')?));
    }
    text.split_once(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(detour: &str, endpoint: &str) -> Option<String> {
        let detour: Detour = detour.parse().unwrap();
        let found = detour.of(&endpoint.parse().unwrap());
        found.map(|endpoint| endpoint.to_string())
    }

    #[test]
    fn what_is_left_out_is_all_or_the_same() {
        for (detour, endpoint, to) in [
            ("a:1:b:2", "a:1", Some("b:2")),
            ("a:1:b:2", "a:3", None),
            ("a:1:b:2", "c:1", None),
            ("a::b:", "a:7", Some("b:7")),
            ("::b:2", "c:7", Some("b:2")),
            (":7::8", "c:7", Some("c:8")),
            (
                "[::1]:7:[2001:db8::1]:8",
                "[::1]:7",
                Some("[2001:db8::1]:8"),
            ),
        ] {
            assert_eq!(way(detour, endpoint).as_deref(), to, "{detour} {endpoint}");
        }
        for bad in [
            "",
            "a",
            "a:1",
            "a:1:b",
            "a:x:b:2",
            "a:1:b:99999",
            "[::1:7:b:2",
        ] {
            assert!(bad.parse::<Detour>().is_err(), "{bad}");
        }
    }
}
