//! [`ToEndpoint`]: what the calls of this module take for an address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::address::{Endpoint, Host, Port, Transport, split_host_port};
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::resolve::Resolver;

/// An address in any of the forms in which people write one: `"localhost:http"`, `("", 12345)`,
/// `("<broadcast>", "discard")`, `(2130706433, 80)`, a [`SocketAddr`], an [`Endpoint`].
///
/// ```
/// use netspeak_core::socket::ToEndpoint;
/// use netspeak_core::Transport;
///
/// # fn main() -> netspeak_core::Result<()> {
/// let shown = |a: &dyn ToEndpoint| a.to_endpoint(Transport::Tcp).map(|e| e.to_string());
/// assert_eq!(shown(&"localhost:http")?, "localhost:80");
/// assert_eq!(shown(&("<broadcast>", 9))?, "255.255.255.255:9");
/// assert_eq!(shown(&(2130706433, "pop3"))?, "127.0.0.1:110");
/// assert_eq!(shown(&("::1", "443"))?, "[::1]:443");
/// # Ok(())
/// # }
/// ```
pub trait ToEndpoint {
    /// The host and the port number; a service's name is looked up for this transport.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no address.
    fn to_endpoint(&self, transport: Transport) -> Result<Endpoint>;

    /// The address, where nothing has to be looked up.
    fn ready(&self) -> Option<SocketAddr> {
        None
    }
}

impl<T: ToEndpoint + ?Sized> ToEndpoint for &T {
    fn to_endpoint(&self, transport: Transport) -> Result<Endpoint> {
        (**self).to_endpoint(transport)
    }

    fn ready(&self) -> Option<SocketAddr> {
        (**self).ready()
    }
}

impl ToEndpoint for str {
    fn to_endpoint(&self, transport: Transport) -> Result<Endpoint> {
        match split_host_port(self)? {
            (host, Some(port)) => (host, port).to_endpoint(transport),
            (_, None) => {
                let shown = crate::text::excerpt(self.as_bytes());
                Err(Error::usage(format!("{shown:?} has no port")))
            }
        }
    }
}

impl ToEndpoint for String {
    fn to_endpoint(&self, transport: Transport) -> Result<Endpoint> {
        self.as_str().to_endpoint(transport)
    }
}

impl ToEndpoint for Endpoint {
    fn to_endpoint(&self, _: Transport) -> Result<Endpoint> {
        Ok(self.clone())
    }
}

impl ToEndpoint for SocketAddr {
    fn to_endpoint(&self, _: Transport) -> Result<Endpoint> {
        let host = match self {
            Self::V6(v6) if v6.scope_id() != 0 => {
                Host::V6(*v6.ip(), Some(v6.scope_id().to_string()))
            }
            _ => self.ip().into(),
        };
        Ok(Endpoint::new(host, self.port()))
    }

    fn ready(&self) -> Option<SocketAddr> {
        Some(*self)
    }
}

impl<H: ToHost, P: ToPort> ToEndpoint for (H, P) {
    fn to_endpoint(&self, transport: Transport) -> Result<Endpoint> {
        Ok(Endpoint::new(
            self.0.to_host()?,
            self.1.to_port()?.number(transport)?,
        ))
    }
}

/// The first half of an address pair.
pub trait ToHost {
    /// The host.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no host.
    fn to_host(&self) -> Result<Host>;
}

impl ToHost for &str {
    fn to_host(&self) -> Result<Host> {
        self.parse()
    }
}

/// An IPv4 address as one number.
impl ToHost for u32 {
    fn to_host(&self) -> Result<Host> {
        Ok(Host::V4(Ipv4Addr::from(*self)))
    }
}

impl ToHost for Host {
    fn to_host(&self) -> Result<Host> {
        Ok(self.clone())
    }
}

impl ToHost for IpAddr {
    fn to_host(&self) -> Result<Host> {
        Ok((*self).into())
    }
}

impl ToHost for Ipv4Addr {
    fn to_host(&self) -> Result<Host> {
        Ok(Host::V4(*self))
    }
}

impl ToHost for Ipv6Addr {
    fn to_host(&self) -> Result<Host> {
        Ok(Host::V6(*self, None))
    }
}

/// A port: a number, digits or a service's name.
pub trait ToPort {
    /// The port.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no port.
    fn to_port(&self) -> Result<Port>;
}

impl ToPort for u16 {
    fn to_port(&self) -> Result<Port> {
        Ok((*self).into())
    }
}

impl ToPort for &str {
    fn to_port(&self) -> Result<Port> {
        self.parse()
    }
}

impl ToPort for Port {
    fn to_port(&self) -> Result<Port> {
        Ok(self.clone())
    }
}

/// Where to bind: `""` is any IPv4 address, as in Python; `"::"` is any IPv6 address.
pub(super) async fn to_bind(
    address: impl ToEndpoint,
    transport: Transport,
    deadline: Deadline,
) -> Result<Vec<SocketAddr>> {
    let endpoint = match address.ready() {
        Some(ready) => return Ok(vec![ready]),
        None => address.to_endpoint(transport)?,
    };
    match endpoint.host {
        Host::Any => Ok(vec![(Ipv4Addr::UNSPECIFIED, endpoint.port).into()]),
        _ => Resolver::default().resolve(&endpoint, deadline).await,
    }
}

/// Where to send, from a socket of one family.
pub(super) async fn to_reach(
    address: impl ToEndpoint,
    from: SocketAddr,
    deadline: Deadline,
) -> Result<SocketAddr> {
    if let Some(ready) = address.ready() {
        return Ok(ready);
    }
    let endpoint = address.to_endpoint(Transport::Udp)?;
    let found = Resolver::default().resolve(&endpoint, deadline).await?;
    found
        .into_iter()
        .find(|to| to.is_ipv4() == from.is_ipv4())
        .ok_or_else(|| {
            let kind = ErrorKind::new(Phase::Dns, Reason::NoAddress);
            Error::net(
                kind,
                format!("{} has no address of the socket's family", endpoint.host),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_every_form() {
        let address: SocketAddr = "[fe80::1%3]:9".parse().unwrap();
        let tcp: &[(&dyn ToEndpoint, &str)] = &[
            (&"localhost:http", "localhost:80"),
            (&"[::1]:pop3s", "[::1]:995"),
            (&":12345", ":12345"),
            (&("", "12345"), ":12345"),
            #[cfg(feature = "idn")]
            (&("bücher.example", 1), "xn--bcher-kva.example:1"),
            (&("<broadcast>", 9), "255.255.255.255:9"),
            (&(2130706433, 80), "127.0.0.1:80"),
            (&("2130706433", 80), "127.0.0.1:80"),
            (&(Ipv6Addr::LOCALHOST, Port::Number(7)), "[::1]:7"),
            (&address, "[fe80::1%3]:9"),
        ];
        for (given, shown) in tcp {
            assert_eq!(
                given.to_endpoint(Transport::Tcp).unwrap().to_string(),
                *shown
            );
        }
        let udp = ("127.0.0.1", "domain").to_endpoint(Transport::Udp).unwrap();
        assert_eq!(udp.port, 53);
        for bad in [
            "localhost",
            "localhost:-1",
            "localhost:70000",
            "a b:1",
            "localhost:nosuchservice",
        ] {
            let error = bad.to_endpoint(Transport::Udp).unwrap_err();
            assert_eq!(error.kind().to_string(), "usage", "{bad}");
        }
    }
}
