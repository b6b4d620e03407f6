//! [`Dns`]: records beyond addresses, on hickory: where mail for a domain goes (MX), where a
//! service is (SRV), which certificate a server should have (TLSA).
//!
//! Addresses are looked up by the system all the same, so that `/etc/hosts` and nsswitch count.

use std::net::SocketAddr;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError as LookUpError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::wire::check_argument;

/// Asks name servers.
#[derive(Clone)]
pub struct Dns(TokioResolver);

/// A mail exchanger (RFC 1035 section 3.3.9).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mx {
    /// The lower, the better.
    pub preference: u16,
    /// The host, without the closing dot; empty for the root.
    pub host: String,
}

/// Where a service is (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Srv {
    /// The lower, the better.
    pub priority: u16,
    /// The share among those of equal priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host, without the closing dot; `None`: the service is decidedly not offered.
    pub host: Option<String>,
}

/// What a server's certificate should be (RFC 6698).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tlsa {
    /// 0 to 3: PKIX-TA, PKIX-EE, DANE-TA, DANE-EE.
    pub usage: u8,
    /// 0: the certificate, 1: its public key.
    pub selector: u8,
    /// 0: as it is, 1: SHA-256, 2: SHA-512.
    pub matching: u8,
    /// The certificate, key or hash.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Dns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dns")
    }
}

impl Dns {
    /// Asks the system's name servers.
    ///
    /// # Errors
    /// `config` if the system's settings cannot be read.
    pub fn system() -> Result<Self> {
        let resolver = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        resolver
            .map(Self)
            .map_err(|error| cannot("reading the system's name servers", &error))
    }

    /// Asks one name server, over UDP, and over TCP where an answer does not fit.
    ///
    /// # Errors
    /// `config` if the resolver cannot be made.
    pub fn server(address: SocketAddr) -> Result<Self> {
        let mut connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
        for connection in &mut connections {
            connection.port = address.port();
        }
        let server = NameServerConfig::new(address.ip(), true, connections.to_vec());
        let config = ResolverConfig::from_name_servers(vec![server]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        builder
            .build()
            .map(Self)
            .map_err(|error| cannot("setting the name server", &error))
    }

    /// The mail exchangers of a domain, as they come. Empty if it has none.
    ///
    /// # Errors
    /// `dns.nxdomain` if there is no such domain, `dns.timeout`, `dns.failed`.
    pub async fn mail_exchangers(&self, domain: &str, deadline: Deadline) -> Result<Vec<Mx>> {
        let found = self.look_up(domain, RecordType::MX, deadline).await?;
        let exchangers = found.into_iter().filter_map(|data| match data {
            RData::MX(mx) => Some(Mx {
                preference: mx.preference,
                host: host_name(&mx.exchange),
            }),
            _ => None,
        });
        Ok(exchangers.collect())
    }

    /// Where a service is, such as `_submissions._tcp.example.org`; the best first. Empty if
    /// nothing is said about it.
    ///
    /// # Errors
    /// `dns.timeout`, `dns.failed`.
    pub async fn service(&self, name: &str, deadline: Deadline) -> Result<Vec<Srv>> {
        let mut found = Vec::new();
        for data in self.optional(name, RecordType::SRV, deadline).await? {
            if let RData::SRV(srv) = data {
                let host = Some(host_name(&srv.target)).filter(|host| !host.is_empty());
                let (priority, weight, port) = (srv.priority, srv.weight, srv.port);
                found.push(Srv {
                    priority,
                    weight,
                    port,
                    host,
                });
            }
        }
        found.sort_by_key(|srv| (srv.priority, std::cmp::Reverse(srv.weight)));
        Ok(found)
    }

    /// What the certificate of a port should be, such as `_25._tcp.mx.example.org`. The answer is
    /// worth what the way to the name server is worth: DNSSEC is not checked here.
    ///
    /// # Errors
    /// `dns.timeout`, `dns.failed`.
    pub async fn certificate_rules(&self, name: &str, deadline: Deadline) -> Result<Vec<Tlsa>> {
        let mut found = Vec::new();
        for data in self.optional(name, RecordType::TLSA, deadline).await? {
            if let RData::TLSA(tlsa) = data {
                found.push(Tlsa {
                    usage: tlsa.cert_usage.into(),
                    selector: tlsa.selector.into(),
                    matching: tlsa.matching.into(),
                    data: tlsa.cert_data,
                });
            }
        }
        Ok(found)
    }

    /// No such name means: nothing is said about it.
    async fn optional(
        &self,
        name: &str,
        kind: RecordType,
        deadline: Deadline,
    ) -> Result<Vec<RData>> {
        match self.look_up(name, kind, deadline).await {
            Err(error) if error.kind().reason() == Reason::Nxdomain => Ok(Vec::new()),
            found => found,
        }
    }

    async fn look_up(
        &self,
        name: &str,
        kind: RecordType,
        deadline: Deadline,
    ) -> Result<Vec<RData>> {
        check_argument("domain", name.as_bytes())?;
        let doing = format!("looking up {kind} of {name}");
        // With the closing dot: the system's search list must not answer for another domain.
        let absolute = Name::from_ascii(format!("{}.", name.trim_end_matches('.')))
            .map_err(|error| Error::usage(format!("{name:?} is not a domain name: {error}")))?;
        match deadline.run(&doing, self.0.lookup(absolute, kind)).await? {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .map(|record| record.data.clone())
                .collect()),
            Err(error) if error.is_nx_domain() => Err(Error::net(
                ErrorKind::new(Phase::Dns, Reason::Nxdomain),
                format!("{name} does not exist"),
            )),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(LookUpError::Timeout) => Err(Error::net(
                ErrorKind::new(Phase::Dns, Reason::Timeout),
                doing,
            )),
            Err(error) => {
                let source = std::io::Error::other(error.to_string());
                Err(Error::io(
                    ErrorKind::new(Phase::Dns, Reason::Failed),
                    doing,
                    source,
                ))
            }
        }
    }
}

fn host_name(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

fn cannot(what: &str, error: &LookUpError) -> Error {
    Error::io(
        ErrorKind::CONFIG,
        what,
        std::io::Error::other(error.to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::{Deadlines, Timeouts};
    use tokio::net::UdpSocket;

    fn deadline() -> Deadline {
        Deadlines::start(Timeouts::default()).phase(Phase::Dns)
    }

    /// A name server that answers every question with the same data, by hand.
    async fn server(rcode: u8, answers: Vec<(u16, Vec<u8>)>) -> (Dns, tokio::task::JoinHandle<()>) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let dns = Dns::server(socket.local_addr().unwrap()).unwrap();
        let task = tokio::spawn(async move {
            let mut query = [0; 512];
            while let Ok((_, from)) = socket.recv_from(&mut query).await {
                let name_end = 12 + query[12..].iter().position(|b| *b == 0).unwrap() + 1;
                let mut reply = query[..2].to_vec();
                reply.extend([0x81, 0x80 | rcode, 0, 1, 0, answers.len() as u8, 0, 0, 0, 0]);
                reply.extend(&query[12..name_end + 4]);
                for (kind, data) in &answers {
                    reply.extend([0xc0, 12]);
                    reply.extend(kind.to_be_bytes());
                    reply.extend([0, 1, 0, 0, 0, 60]);
                    reply.extend((data.len() as u16).to_be_bytes());
                    reply.extend(data);
                }
                socket.send_to(&reply, from).await.unwrap();
            }
        });
        (dns, task)
    }

    fn mx(preference: u8, host: &[u8]) -> (u16, Vec<u8>) {
        (15, [&[0, preference], host].concat())
    }

    #[tokio::test]
    async fn mail_exchangers_come_as_they_are() {
        let (dns, task) = server(0, vec![mx(20, b"\x01B\x01x\0"), mx(0, b"\0")]).await;
        let host = |preference, host: &str| Mx {
            preference,
            host: host.to_owned(),
        };
        let found = dns.mail_exchangers("example.org", deadline()).await;
        assert_eq!(found.unwrap(), [host(20, "b.x"), host(0, "")]);
        task.abort();
    }

    #[tokio::test]
    async fn services_come_best_first_and_may_be_decidedly_absent() {
        let srv = |priority: u8, weight: u8, port: u16, host: &[u8]| {
            (
                33,
                [&[0, priority, 0, weight], &port.to_be_bytes()[..], host].concat(),
            )
        };
        let answers = vec![
            srv(1, 0, 993, b"\x01b\0"),
            srv(0, 1, 995, b"\x01a\0"),
            srv(0, 9, 995, b"\0"),
        ];
        let (dns, task) = server(0, answers).await;
        let found = dns
            .service("_pop3s._tcp.example.org", deadline())
            .await
            .unwrap();
        let hosts: Vec<_> = found
            .iter()
            .map(|srv| (srv.port, srv.host.as_deref()))
            .collect();
        assert_eq!(hosts, [(995, None), (995, Some("a")), (993, Some("b"))]);
        task.abort();
    }

    #[tokio::test]
    async fn certificate_rules_are_raw() {
        let (dns, task) = server(0, vec![(52, vec![3, 1, 1, 0xab, 0xcd])]).await;
        let found = dns
            .certificate_rules("_25._tcp.mx.example.org", deadline())
            .await
            .unwrap();
        assert_eq!(
            found,
            [Tlsa {
                usage: 3,
                selector: 1,
                matching: 1,
                data: vec![0xab, 0xcd]
            }]
        );
        task.abort();
    }

    #[tokio::test]
    async fn a_domain_that_is_not_there_has_no_route_and_no_services() {
        let (dns, task) = server(3, vec![]).await;
        let error = dns
            .mail_exchangers("example.org", deadline())
            .await
            .unwrap_err();
        assert_eq!(error.kind().to_string(), "dns.nxdomain");
        assert_eq!(
            dns.service("_x._tcp.example.org", deadline())
                .await
                .unwrap(),
            []
        );
        for bad in ["", "a\r\nb", "a..b"] {
            assert!(
                dns.mail_exchangers(bad, deadline()).await.is_err(),
                "{bad:?}"
            );
        }
        task.abort();
    }
}
