//! Delivery to a domain's own servers: MX records in their order, the domain itself where there are
//! none, nobody where the domain says so (RFC 5321 section 5.1, RFC 7505).

use netspeak_core::dns::{Dns, Mx};
use netspeak_core::{Deadlines, ErrorKind, Phase, Reason, Target, Timeouts};

use crate::client::{Builder, Client};
use crate::error::{Error, Result};

/// Where mail for a domain goes (RFC 5321 section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailRoute {
    /// To these hosts, the most preferred first.
    Hosts(Vec<Mx>),
    /// To the domain itself: it has no MX record, its addresses count.
    Domain,
    /// Nowhere: the domain takes no mail (null MX, RFC 7505).
    Nowhere,
}

impl MailRoute {
    /// By the records that a domain has.
    pub fn of(mut records: Vec<Mx>) -> Self {
        // A null MX stands alone; beside others the root is no host to connect to.
        let is_null = records.iter().any(|mx| mx.host.is_empty());
        records.retain(|mx| !mx.host.is_empty());
        records.sort();
        match (records.is_empty(), is_null) {
            (false, _) => Self::Hosts(records),
            (true, true) => Self::Nowhere,
            (true, false) => Self::Domain,
        }
    }
}

/// The hosts that take mail for a domain, the best first.
///
/// # Errors
/// [`Error::Unsupported`] (`dns.rejected`) if the domain takes no mail (null MX); `dns.nxdomain`,
/// `dns.timeout`, `dns.failed`.
pub async fn exchangers(dns: &Dns, domain: &str, timeouts: &Timeouts) -> Result<Vec<String>> {
    let deadline = Deadlines::start(*timeouts).phase(Phase::Dns);
    let records = dns.mail_exchangers(domain, deadline).await?;
    match MailRoute::of(records) {
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
    Err(last.unwrap_or_else(|| {
        Error::net(
            ErrorKind::new(Phase::Dns, Reason::NoAddress),
            format!("no server takes mail for {domain}"),
        )
    }))
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
}
