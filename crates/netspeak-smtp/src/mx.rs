//! Delivery to a domain's own servers: MX records in their order, the domain itself where there are
//! none, nobody where the domain says so (RFC 5321 section 5.1, RFC 7505).

use std::hash::{BuildHasher, RandomState};

use netspeak_core::dns::{Dns, Mx};
use netspeak_core::{Deadlines, ErrorKind, Host, Phase, Reason, Target, Timeouts};

use crate::client::{Builder, Client};
use crate::error::{Error, Result};

/// Where mail for a domain goes (RFC 5321 section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailRoute {
    /// To these hosts, the most preferred first; none if no record names one.
    Hosts(Vec<Mx>),
    /// To the domain itself: it has no MX record, its addresses count.
    Domain,
    /// Nowhere: the domain takes no mail (null MX, RFC 7505).
    Nowhere,
}

impl MailRoute {
    /// By the records that a domain has. Hosts of the same preference stand in random order, so that they share
    /// the load; what is no host name is left out.
    pub fn of(mut records: Vec<Mx>) -> Self {
        // A null MX stands alone; beside others the root is no host to connect to.
        let is_null = records.iter().any(|mx| mx.host.is_empty());
        let has_others = records.iter().any(|mx| !mx.host.is_empty());
        records.retain(|mx| is_host_name(&mx.host));
        // Its keys are random.
        let random = RandomState::new();
        records.sort_by_cached_key(|mx| (mx.preference, random.hash_one(&mx.host)));
        match (has_others, is_null) {
            (true, _) => Self::Hosts(records),
            (false, true) => Self::Nowhere,
            (false, false) => Self::Domain,
        }
    }
}

/// A record names a host; an address in its place, or what no host is called, leads nowhere.
fn is_host_name(host: &str) -> bool {
    matches!(host.parse(), Ok(Host::Name(_)))
}

/// The hosts that take mail for a domain, the best first.
///
/// # Errors
/// [`Error::Unsupported`] (`dns.rejected`) if the domain takes no mail (null MX); `dns.nxdomain`,
/// `dns.timeout`, `dns.failed`, `dns.no_address` if none of its records names a host.
pub async fn exchangers(dns: &Dns, domain: &str, timeouts: &Timeouts) -> Result<Vec<String>> {
    let deadline = Deadlines::start(*timeouts).phase(Phase::Dns);
    let records = dns.mail_exchangers(domain, deadline).await?;
    match MailRoute::of(records) {
        MailRoute::Hosts(hosts) if hosts.is_empty() => Err(no_host(domain)),
        MailRoute::Hosts(hosts) => Ok(hosts.into_iter().map(|mx| mx.host).collect()),
        MailRoute::Domain => Ok(vec![domain.to_owned()]),
        MailRoute::Nowhere => Err(Error::unsupported(
            format!("mail: {domain} takes none (null MX)"),
            ErrorKind::new(Phase::Dns, Reason::Rejected),
        )),
    }
}

/// Connects to the first of a domain's servers that can be reached and takes us, with the builder's
/// settings.
///
/// # Errors
/// Those of [`exchangers`]; the last server's if none will do. A server that says no for good
/// (5xx) ends the search: others of the same domain would say the same.
pub async fn connect(builder: &Builder, dns: &Dns, domain: &str) -> Result<Client> {
    let timeouts = Timeouts::default();
    let mut last = None;
    for host in exchangers(dns, domain, &timeouts).await? {
        let target = Target::new("smtp", host.parse()?, None);
        match builder.clone().connect(&target).await {
            Ok(client) => return Ok(client),
            Err(
                error @ Error::Refused {
                    temporary: false, ..
                },
            ) => return Err(error),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| no_host(domain)))
}

fn no_host(domain: &str) -> Error {
    Error::net(
        ErrorKind::new(Phase::Dns, Reason::NoAddress),
        format!("no server takes mail for {domain}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UdpSocket;

    /// A name server that gives one answer to everything.
    async fn asked(answers: &'static [&'static [u8]]) -> Result<Vec<String>> {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let dns = Dns::server(socket.local_addr().unwrap()).unwrap();
        let server = async {
            let mut query = [0; 512];
            loop {
                let (_, from) = socket.recv_from(&mut query).await.unwrap();
                let end = 12 + query[12..].iter().position(|b| *b == 0).unwrap() + 1;
                let mut reply = query[..2].to_vec();
                reply.extend([0x81, 0x80, 0, 1, 0, answers.len() as u8, 0, 0, 0, 0]);
                reply.extend(&query[12..end + 4]);
                for data in answers {
                    reply.extend([0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, data.len() as u8]);
                    reply.extend(*data);
                }
                socket.send_to(&reply, from).await.unwrap();
            }
        };
        let timeouts = Timeouts::default();
        tokio::select! {
            found = exchangers(&dns, "example.org", &timeouts) => found,
            () = server => unreachable!("the server never ends"),
        }
    }

    #[tokio::test]
    async fn mail_goes_where_the_records_say() {
        let found = asked(&[b"\0\x14\x01b\x01x\0", b"\0\x0a\x01a\x01x\0"]).await;
        assert_eq!(found.unwrap(), ["a.x", "b.x"]);
        assert_eq!(asked(&[]).await.unwrap(), ["example.org"]);
        let error = asked(&[b"\0\0\0"]).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "dns.rejected");
    }

    fn order(records: &[(u16, &str)]) -> Vec<String> {
        let records = records.iter().map(|(preference, host)| Mx {
            preference: *preference,
            host: (*host).to_owned(),
        });
        match MailRoute::of(records.collect()) {
            MailRoute::Hosts(hosts) => hosts.into_iter().map(|mx| mx.host).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn hosts_of_the_same_preference_share_the_load() {
        let records = [
            (20, "z.x"),
            (10, "a.x"),
            (10, "b.x"),
            (10, "c.x"),
            (5, "y.x"),
        ];
        let mut first = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let order = order(&records);
            assert_eq!((order[0].as_str(), order[4].as_str()), ("y.x", "z.x"));
            first.insert(order[1].clone());
        }
        assert_eq!(first.len(), 3, "{first:?}");
    }

    #[tokio::test]
    async fn what_is_no_host_name_is_skipped() {
        let records = [(10, "192.0.2.1"), (10, "a b.x"), (20, "a..x"), (30, "ok.x")];
        assert_eq!(order(&records), ["ok.x"]);
        // Records of which none can be used are not as good as none (RFC 5321 section 5.1).
        let error = asked(&[b"\0\x0a\x03a b\x01x\0"]).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "dns.no_address");
    }
}
