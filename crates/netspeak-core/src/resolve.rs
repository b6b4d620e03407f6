//! [`Resolver`]: names to addresses, with overrides.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use crate::address::{Endpoint, Host};
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::reach::Reach;

/// Which address families may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Family {
    /// Both, IPv6 first (RFC 8305).
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

impl Family {
    fn allows(self, ip: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => ip.is_ipv4(),
            Self::V6 => ip.is_ipv6(),
        }
    }
}

/// Turns hosts into addresses: literals as they are, overridden names from a table, all others by
/// the system (`getaddrinfo`, so `/etc/hosts` and nsswitch count).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolver {
    /// Which families may come out.
    pub family: Family,
    /// Which addresses may come out.
    pub reach: Reach,
    overrides: HashMap<(String, Option<u16>), Vec<IpAddr>>,
}

impl Resolver {
    /// Answers for a name without asking the system; with a port, for that port only. The name is read as
    /// [`Host`] reads it, and a final dot does not count.
    pub fn pin(&mut self, name: &str, port: Option<u16>, addresses: Vec<IpAddr>) {
        let name = match name.parse() {
            Ok(Host::Name(name)) => name,
            _ => name.to_ascii_lowercase(),
        };
        self.overrides
            .insert((undotted(&name).to_owned(), port), addresses);
    }

    /// All addresses of an endpoint, in the system's order.
    ///
    /// # Errors
    /// `dns.nxdomain`, `dns.no_address`, `dns.timeout`, or [`Error::Usage`] for an unknown zone.
    pub async fn resolve(
        &self,
        endpoint: &Endpoint,
        deadline: Deadline,
    ) -> Result<Vec<SocketAddr>> {
        let port = endpoint.port;
        let found = match &endpoint.host {
            Host::V4(ip) => vec![SocketAddr::from((*ip, port))],
            Host::V6(ip, zone) => {
                let scope = zone
                    .as_deref()
                    .map(interface_index)
                    .transpose()?
                    .unwrap_or(0);
                vec![SocketAddrV6::new(*ip, port, 0, scope).into()]
            }
            Host::Any => vec![
                SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
                SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            ],
            Host::Name(name) => self.look_up(name, port, deadline).await?,
        };
        let mut allowed: Vec<SocketAddr> = Vec::with_capacity(found.len());
        for address in found {
            if self.family.allows(address.ip()) && !allowed.contains(&address) {
                allowed.push(address);
            }
        }
        self.keep_within_reach(&endpoint.host, &mut allowed)?;
        if allowed.is_empty() {
            let wanted = match self.family {
                Family::Any => "",
                Family::V4 => "IPv4 ",
                Family::V6 => "IPv6 ",
            };
            return Err(Error::net(
                ErrorKind::new(Phase::Dns, Reason::NoAddress),
                format!("{} has no {wanted}address", endpoint.host),
            ));
        }
        Ok(allowed)
    }

    /// A name may have addresses on both sides; those that are out of reach are as if they were not there.
    fn keep_within_reach(&self, host: &Host, found: &mut Vec<SocketAddr>) -> Result<()> {
        let first = found.first().map(SocketAddr::ip);
        found.retain(|address| self.reach.allows(address.ip()));
        match first {
            Some(first) if found.is_empty() => Err(out_of_reach(host, first)),
            _ => Ok(()),
        }
    }

    /// What is known of a host that somebody else resolves.
    pub(crate) fn check_reach(&self, host: &Host) -> Result<()> {
        let ip = match host {
            Host::V4(ip) => IpAddr::from(*ip),
            Host::V6(ip, _) => IpAddr::from(*ip),
            Host::Any => IpAddr::from(Ipv6Addr::LOCALHOST),
            Host::Name(_) => return Ok(()),
        };
        match self.reach.allows(ip) {
            true => Ok(()),
            false => Err(out_of_reach(host, ip)),
        }
    }

    async fn look_up(&self, name: &str, port: u16, deadline: Deadline) -> Result<Vec<SocketAddr>> {
        let of = |port| self.overrides.get(&(undotted(name).to_owned(), port));
        let pinned = of(Some(port)).or_else(|| of(None));
        if let Some(addresses) = pinned {
            return Ok(addresses
                .iter()
                .map(|ip| SocketAddr::new(*ip, port))
                .collect());
        }
        let doing = format!("looking up {name}");
        match deadline
            .run(&doing, tokio::net::lookup_host((name, port)))
            .await?
        {
            Ok(addresses) => Ok(addresses.collect()),
            Err(error) => {
                let kind = ErrorKind::new(Phase::Dns, look_up_failure(&error.to_string()));
                Err(Error::io(kind, doing, error))
            }
        }
    }
}

fn out_of_reach(host: &Host, ip: IpAddr) -> Error {
    Error::net(
        ErrorKind::new(Phase::Tcp, Reason::Denied),
        format!("{host} is at {ip}, which is not on the public Internet: nothing was sent there"),
    )
}

/// `example.org.` and `example.org` are one host here: there is nothing to be searched for.
fn undotted(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// The standard library gives the text of `gai_strerror`, not the code.
fn look_up_failure(text: &str) -> Reason {
    if text.contains("not known") || text.contains("nodename nor servname") {
        Reason::Nxdomain
    } else if text.contains("No address") {
        Reason::NoAddress
    } else if text.contains("Temporary") {
        Reason::Temporary
    } else {
        Reason::Failed
    }
}

/// A zone is an interface's number or its name (RFC 4007 section 11).
fn interface_index(zone: &str) -> Result<u32> {
    if let Ok(number) = zone.parse() {
        return Ok(number);
    }
    std::fs::read_to_string(format!("/sys/class/net/{zone}/ifindex"))
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| Error::usage(format!("no network interface named {zone:?}")))
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn names_do_not_lead_inside_where_that_is_out_of_reach() {
        let mut resolver = Resolver {
            reach: Reach::Public,
            ..Resolver::default()
        };
        let (inside, outside) = ("10.0.0.1".parse().unwrap(), "1.1.1.1".parse().unwrap());
        resolver.pin("both.test", None, vec![inside, outside]);
        resolver.pin("inside.test", None, vec![inside]);
        let deadline = Deadlines::start(Timeouts::default()).phase(Phase::Dns);
        for (host, expected) in [
            ("both.test:80", "1.1.1.1:80"),
            ("inside.test:80", "tcp.denied"),
            ("127.0.0.1:80", "tcp.denied"),
            ("[::ffff:127.0.0.1]:80", "tcp.denied"),
            ("[::1]:80", "tcp.denied"),
            ("1.1.1.1:80", "1.1.1.1:80"),
        ] {
            let found = resolver.resolve(&host.parse().unwrap(), deadline).await;
            let found = match found {
                Ok(found) => found.iter().map(ToString::to_string).collect(),
                Err(error) => error.kind().to_string(),
            };
            assert_eq!(found, expected, "{host}");
        }
    }

    use super::*;
    use crate::deadline::{Deadlines, Timeouts};

    fn deadline() -> Deadline {
        Deadlines::start(Timeouts::default()).phase(Phase::Dns)
    }

    #[tokio::test]
    async fn literals_and_overrides_never_ask_the_system() {
        let mut resolver = Resolver::default();
        let [one, two]: [IpAddr; 2] =
            ["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        resolver.pin("Mail.Example", None, vec![one, two, one]);
        resolver.pin("mail.example", Some(995), vec![two]);
        let resolve = async |resolver: &Resolver, text: &str| {
            resolver.resolve(&text.parse().unwrap(), deadline()).await
        };
        let shown =
            |found: Vec<SocketAddr>| found.iter().map(ToString::to_string).collect::<Vec<_>>();
        let found = resolve(&resolver, "mail.example:110").await.unwrap();
        assert_eq!(shown(found), ["192.0.2.1:110", "[2001:db8::1]:110"]);
        let found = resolve(&resolver, "mail.example:995").await.unwrap();
        assert_eq!(shown(found), ["[2001:db8::1]:995"]);
        assert_eq!(
            shown(resolve(&resolver, "[::1%1]:1").await.unwrap()),
            ["[::1%1]:1"]
        );
        resolver.family = Family::V6;
        let error = resolve(&resolver, "192.0.2.7:1").await.unwrap_err();
        assert_eq!(error.kind().to_string(), "dns.no_address");
        assert_eq!(error.to_string(), "192.0.2.7 has no IPv6 address");
    }

    #[tokio::test]
    async fn overrides_are_found_however_the_host_is_written() {
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        for (pinned, asked) in [
            ("mail.example", "mail.example.:110"),
            ("mail.example.", "mail.example:110"),
            ("MAIL.example.", "Mail.Example.:110"),
            #[cfg(feature = "idn")]
            ("bücher.example", "BÜCHER.example:110"),
            #[cfg(feature = "idn")]
            ("Bücher.example", "xn--bcher-kva.example.:110"),
        ] {
            let mut resolver = Resolver::default();
            resolver.pin(pinned, Some(110), vec![one]);
            let found = resolver.resolve(&asked.parse().unwrap(), deadline()).await;
            assert_eq!(
                found.unwrap(),
                [SocketAddr::new(one, 110)],
                "{pinned} {asked}"
            );
        }
    }

    #[test]
    fn the_systems_words_become_reasons() {
        let prefix = "failed to lookup address information: ";
        for (text, reason) in [
            ("Name or service not known", Reason::Nxdomain),
            ("No address associated with hostname", Reason::NoAddress),
            ("Temporary failure in name resolution", Reason::Temporary),
            ("Memory allocation failure", Reason::Failed),
        ] {
            assert_eq!(look_up_failure(&format!("{prefix}{text}")), reason);
        }
    }
}
