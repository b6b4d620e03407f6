//! How data connections come about: PASV, EPSV, PORT, EPRT (RFC 959 section 4.1.2, RFC 2428).

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::ftp::fault::DataFault;
use crate::ftp::reply::reply;
use crate::ftp::session::{EpsvAll, Session};
use crate::placeholder::replaced;

/// How the next data connection comes about.
#[derive(Debug)]
pub(super) enum Way {
    /// The client connects to this listener.
    Listen(TcpListener),
    /// The client was told this port, and nobody listens on it.
    Nowhere(u16),
    /// The server connects to the client.
    Call(SocketAddr),
}

impl Way {
    /// The data connection, once it is there. `peer` and `own` are the two ends of the control connection; nobody else is let in.
    pub(super) async fn connect(self, peer: IpAddr, own: IpAddr) -> io::Result<TcpStream> {
        match self {
            Self::Nowhere(_) => Err(io::ErrorKind::ConnectionRefused.into()),
            Self::Listen(listener) => loop {
                let (stream, from) = listener.accept().await?;
                if from.ip().to_canonical() == peer.to_canonical() {
                    return Ok(stream);
                }
            },
            Self::Call(address) => {
                let socket = if address.is_ipv4() {
                    TcpSocket::new_v4()?
                } else {
                    TcpSocket::new_v6()?
                };
                socket.bind((own, 0).into())?;
                socket.connect(address).await
            }
        }
    }

    fn port(&self) -> Option<u16> {
        match self {
            Self::Listen(listener) => Some(listener.local_addr().ok()?.port()),
            Self::Nowhere(port) => Some(*port),
            Self::Call(_) => None,
        }
    }
}

impl Session<'_> {
    /// The two ends of the control connection, the client's first, if it has such.
    pub(super) fn ends(&self) -> Option<(IpAddr, IpAddr)> {
        let socket = self.wire.socket()?;
        let peer = socket.peer_addr().ok()?.as_socket()?;
        let own = socket.local_addr().ok()?.as_socket()?;
        Some((peer.ip(), own.ip()))
    }

    pub(super) fn pasv(&mut self, verb: &str) -> Vec<u8> {
        if self.epsv_all == EpsvAll::Yes {
            return reply(501, "EPSV ALL has been said");
        }
        if self.own_v4().is_none() {
            return reply(425, "no IPv4 here");
        }
        match self.listen(verb) {
            Ok(()) => reply(227, "Entering Passive Mode ({address},{high},{low})."),
            Err(refusal) => refusal,
        }
    }

    pub(super) fn epsv(&mut self, verb: &str, argument: &str) -> Vec<u8> {
        let family = if self.own_v4().is_some() { "1" } else { "2" };
        match argument.to_ascii_uppercase().as_str() {
            "ALL" => {
                self.epsv_all = EpsvAll::Yes;
                return reply(200, "EPSV and nothing else");
            }
            wanted if wanted.is_empty() || wanted == family => {}
            _ => return reply(522, &format!("no such network protocol, use ({family})")),
        }
        match self.listen(verb) {
            Ok(()) => reply(229, "Entering Extended Passive Mode (|||{port}|)"),
            Err(refusal) => refusal,
        }
    }

    fn own_v4(&self) -> Option<Ipv4Addr> {
        match self.ends()?.1.to_canonical() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        }
    }

    fn listen(&mut self, verb: &str) -> Result<(), Vec<u8>> {
        let Some((_, own)) = self.ends() else {
            return Err(reply(425, "no data connections here"));
        };
        let Ok(listener) = listener(own) else {
            return Err(reply(425, "no port is free"));
        };
        self.way = match self.wire.script().data(verb) {
            Some(DataFault::NoListener) => {
                let way = Way::Listen(listener);
                way.port().map(Way::Nowhere)
            }
            _ => Some(Way::Listen(listener)),
        };
        Ok(())
    }

    /// A reply to PASV or EPSV with what is in braces filled in.
    pub(super) fn with_address(&self, reply: &[u8]) -> Vec<u8> {
        let Some(port) = self.way.as_ref().and_then(Way::port) else {
            return reply.to_vec();
        };
        let [high, low] = port.to_be_bytes();
        let own = self.own_v4().unwrap_or(Ipv4Addr::UNSPECIFIED);
        let fields = [
            ("{port}", port.to_string()),
            ("{high}", high.to_string()),
            ("{low}", low.to_string()),
            ("{address}", own.to_string().replace('.', ",")),
        ];
        fields.iter().fold(reply.to_vec(), |text, (name, value)| {
            replaced(&text, name.as_bytes(), value.as_bytes())
        })
    }

    /// PORT: six numbers.
    pub(super) fn port(&mut self, argument: &str) -> Vec<u8> {
        let numbers: Vec<u8> = argument
            .split(',')
            .map_while(|number| number.trim().parse().ok())
            .collect();
        let &[a, b, c, d, high, low] = numbers.as_slice() else {
            return reply(501, "six numbers, please");
        };
        let port = u16::from_be_bytes([high, low]);
        self.call((Ipv4Addr::new(a, b, c, d), port).into())
    }

    /// EPRT: protocol, address and port between delimiters.
    pub(super) fn eprt(&mut self, argument: &str) -> Vec<u8> {
        let delimiter = argument.chars().next().unwrap_or('|');
        let fields: Vec<&str> = argument.split(delimiter).collect();
        let &["", family, address, port, ""] = fields.as_slice() else {
            return reply(501, "protocol, address and port, please");
        };
        let (Ok(address), Ok(port)) = (address.parse::<IpAddr>(), port.parse()) else {
            return reply(501, "protocol, address and port, please");
        };
        if family != if address.is_ipv4() { "1" } else { "2" } {
            return reply(522, "no such network protocol, use (1,2)");
        }
        self.call((address, port).into())
    }

    fn call(&mut self, address: SocketAddr) -> Vec<u8> {
        if self.epsv_all == EpsvAll::Yes {
            return reply(501, "EPSV ALL has been said");
        }
        match self.ends() {
            Some((peer, _)) if peer.to_canonical() == address.ip() && address.port() > 1023 => {
                self.way = Some(Way::Call(address));
                reply(200, "I will call you")
            }
            Some(_) => reply(500, "that is not you"),
            None => reply(425, "no data connections here"),
        }
    }
}

/// A listener on a free port of this address, at once.
fn listener(own: IpAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind((own, 0))?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}
