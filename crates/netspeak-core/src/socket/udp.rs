//! UDP: [`UdpSocket`].

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, SockRef, Type};
use tokio::io::Interest;

use super::endpoint::{ToEndpoint, to_bind, to_reach};
use super::options::Options;
use super::{Patience, talk_error};
use crate::address::Transport;
use crate::error::{Phase, Result};

/// Sends and receives datagrams.
#[derive(Debug)]
pub struct UdpSocket {
    inner: tokio::net::UdpSocket,
    patience: Patience,
}

impl UdpSocket {
    /// Binds an address; `("", 0)` is any IPv4 address and a port of the system's choice.
    ///
    /// # Errors
    /// `dns.*` for names, `conn.*` for addresses that cannot be had,
    /// [`Error::Usage`](crate::Error::Usage).
    pub async fn bind(address: impl ToEndpoint) -> Result<Self> {
        Self::bind_with(address, &Options::new()).await
    }

    /// As [`bind`](Self::bind), with options.
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub async fn bind_with(address: impl ToEndpoint, options: &Options) -> Result<Self> {
        let deadline = Patience::default().deadline(Phase::Dns);
        let addresses = to_bind(address, Transport::Udp, deadline).await?;
        super::first_of(&addresses, "binding", |at| {
            let socket = options.open(Domain::for_address(at), Type::DGRAM)?;
            socket.bind(&at.into())?;
            let inner = tokio::net::UdpSocket::from_std(socket.into())?;
            Ok(Self {
                inner,
                patience: Patience::default(),
            })
        })
    }

    /// How long each call may wait; default 30 s, `None`: for ever.
    pub fn set_timeout(&mut self, limit: Option<Duration>) {
        self.patience = Patience::of(limit);
    }

    /// Fixes the peer: [`send`](Self::send) goes there, [`recv`](Self::recv) hears nobody else.
    ///
    /// # Errors
    /// `dns.*` and `conn.*`.
    pub async fn connect(&self, peer: impl ToEndpoint) -> Result<()> {
        let peer = self.reach(peer).await?;
        self.patience
            .talk("connecting", self.inner.connect(peer))
            .await
    }

    /// Sends a datagram to the peer.
    ///
    /// # Errors
    /// `conn.*`; `conn.refused` if an earlier datagram came back as undeliverable.
    pub async fn send(&self, bytes: &[u8]) -> Result<usize> {
        self.patience.talk("sending", self.inner.send(bytes)).await
    }

    /// Receives a datagram from the peer; what there is no room for is lost.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn recv(&self, room: &mut [u8]) -> Result<usize> {
        self.patience.talk("receiving", self.inner.recv(room)).await
    }

    /// Sends a datagram. A broadcast address needs [`Options::broadcast`].
    ///
    /// # Errors
    /// `dns.*` and `conn.*`.
    pub async fn send_to(&self, bytes: &[u8], peer: impl ToEndpoint) -> Result<usize> {
        let peer = self.reach(peer).await?;
        self.patience
            .talk("sending", self.inner.send_to(bytes, peer))
            .await
    }

    /// Receives a datagram and says who sent it; what there is no room for is lost.
    ///
    /// # Errors
    /// `conn.*`.
    pub async fn recv_from(&self, room: &mut [u8]) -> Result<(usize, SocketAddr)> {
        self.patience
            .talk("receiving", self.inner.recv_from(room))
            .await
    }

    /// Looks at the next datagram without taking it.
    ///
    /// # Errors
    /// `conn.*`.
    pub async fn peek_from(&self, room: &mut [u8]) -> Result<(usize, SocketAddr)> {
        self.patience
            .talk("receiving", self.inner.peek_from(room))
            .await
    }

    /// Sends one datagram made of several buffers to the peer.
    ///
    /// # Errors
    /// `conn.*`.
    pub async fn send_vectored(&self, parts: &[IoSlice<'_>]) -> Result<usize> {
        let step = self.inner.async_io(Interest::WRITABLE, || {
            SockRef::from(&self.inner).send_vectored(parts)
        });
        self.patience.talk("sending", step).await
    }

    /// Receives one datagram into several buffers.
    ///
    /// # Errors
    /// `conn.*`.
    #[cfg(unix)]
    pub async fn recv_vectored(&self, parts: &mut [IoSliceMut<'_>]) -> Result<usize> {
        let step = self.inner.async_io(Interest::READABLE, || {
            let mut nothing = rustix::net::RecvAncillaryBuffer::default();
            let flags = rustix::net::RecvFlags::empty();
            let message = rustix::net::recvmsg(&self.inner, parts, &mut nothing, flags)?;
            Ok(message.bytes)
        });
        self.patience.talk("receiving", step).await
    }

    /// Joins a multicast group on the interface with this address (`0.0.0.0`: the default one).
    ///
    /// # Errors
    /// `conn.*`.
    pub fn join_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> Result<()> {
        self.set("joining a group", |socket| {
            socket.join_multicast_v4(&group, &interface)
        })
    }

    /// Leaves it.
    ///
    /// # Errors
    /// `conn.*`.
    pub fn leave_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> Result<()> {
        self.set("leaving a group", |socket| {
            socket.leave_multicast_v4(&group, &interface)
        })
    }

    /// Joins a multicast group on the interface with this number (0: the default one).
    ///
    /// # Errors
    /// `conn.*`.
    pub fn join_v6(&self, group: Ipv6Addr, interface: u32) -> Result<()> {
        self.set("joining a group", |socket| {
            socket.join_multicast_v6(&group, interface)
        })
    }

    /// Leaves it.
    ///
    /// # Errors
    /// `conn.*`.
    pub fn leave_v6(&self, group: Ipv6Addr, interface: u32) -> Result<()> {
        self.set("leaving a group", |socket| {
            socket.leave_multicast_v6(&group, interface)
        })
    }

    /// Joins a group for what one source sends to it (RFC 4607).
    ///
    /// # Errors
    /// `conn.*`.
    pub fn join_source_v4(
        &self,
        source: Ipv4Addr,
        group: Ipv4Addr,
        interface: Ipv4Addr,
    ) -> Result<()> {
        self.set("joining a group", |socket| {
            socket.join_ssm_v4(&source, &group, &interface)
        })
    }

    /// Leaves it.
    ///
    /// # Errors
    /// `conn.*`.
    pub fn leave_source_v4(
        &self,
        source: Ipv4Addr,
        group: Ipv4Addr,
        interface: Ipv4Addr,
    ) -> Result<()> {
        self.set("leaving a group", |socket| {
            socket.leave_ssm_v4(&source, &group, &interface)
        })
    }

    /// Our address.
    ///
    /// # Errors
    /// The system's.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        self.inner
            .local_addr()
            .map_err(talk_error("asking for our address"))
    }

    /// The peer's address, if there is one.
    ///
    /// # Errors
    /// The system's, if [`connect`](Self::connect) was not called.
    pub fn peer_addr(&self) -> Result<SocketAddr> {
        self.inner
            .peer_addr()
            .map_err(talk_error("asking for the peer's address"))
    }

    /// The socket below, for what is not here.
    pub fn into_inner(self) -> tokio::net::UdpSocket {
        self.inner
    }

    async fn reach(&self, peer: impl ToEndpoint) -> Result<SocketAddr> {
        to_reach(peer, self.local_addr()?, self.patience.deadline(Phase::Dns)).await
    }

    fn set(&self, doing: &str, change: impl FnOnce(&SockRef<'_>) -> io::Result<()>) -> Result<()> {
        change(&SockRef::from(&self.inner)).map_err(talk_error(doing))
    }
}

impl From<tokio::net::UdpSocket> for UdpSocket {
    fn from(inner: tokio::net::UdpSocket) -> Self {
        Self {
            inner,
            patience: Patience::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn local() -> UdpSocket {
        UdpSocket::bind(("127.0.0.1", 0)).await.unwrap()
    }

    #[tokio::test]
    async fn datagrams_go_to_an_address_and_come_from_one() {
        let (one, two) = (local().await, local().await);
        let port = two.local_addr().unwrap().port();
        assert_eq!(one.send_to(b"hello", ("localhost", port)).await.unwrap(), 5);
        let mut room = [0; 16];
        let (seen, from) = two.peek_from(&mut room).await.unwrap();
        assert_eq!((seen, from), two.recv_from(&mut room).await.unwrap());
        assert_eq!(
            (&room[..seen], from),
            (&b"hello"[..], one.local_addr().unwrap())
        );
        // A datagram is one piece: what there is no room for is lost, not kept.
        one.send_to(b"long", two.local_addr().unwrap())
            .await
            .unwrap();
        one.send_to(b"", two.local_addr().unwrap()).await.unwrap();
        assert_eq!(two.recv_from(&mut room[..2]).await.unwrap().0, 2);
        assert_eq!(two.recv_from(&mut room).await.unwrap().0, 0);
    }

    #[tokio::test]
    async fn a_connected_socket_hears_its_peer_only() {
        let (one, two, stranger) = (local().await, local().await, local().await);
        one.connect(two.local_addr().unwrap()).await.unwrap();
        assert_eq!(one.peer_addr().unwrap(), two.local_addr().unwrap());
        let to = one.local_addr().unwrap();
        stranger.send_to(b"forged", to).await.unwrap();
        two.send_to(b"genuine", to).await.unwrap();
        let mut room = [0; 16];
        let received = one.recv(&mut room).await.unwrap();
        assert_eq!(&room[..received], b"genuine");
        one.send_vectored(&[IoSlice::new(b"one "), IoSlice::new(b"datagram")])
            .await
            .unwrap();
        let (mut head, mut tail) = ([0; 4], [0; 8]);
        let mut parts = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut tail)];
        assert_eq!(two.recv_vectored(&mut parts).await.unwrap(), 12);
        assert_eq!((&head, &tail), (b"one ", b"datagram"));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_with_the_timeout() {
        let mut socket = local().await;
        socket.set_timeout(Some(Duration::from_millis(1500)));
        let error = socket.recv_from(&mut [0]).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "conn.timeout");
    }

    #[tokio::test]
    async fn broadcasting_must_be_asked_for() {
        let error = UdpSocket::bind(("", 0))
            .await
            .unwrap()
            .send_to(b"x", ("<broadcast>", "discard"))
            .await;
        // A machine without any route says that instead.
        let kind = error.unwrap_err().kind().to_string();
        assert!(
            ["conn.denied", "conn.unreachable"].contains(&kind.as_str()),
            "{kind}"
        );
        let allowed = UdpSocket::bind_with(("", 0), &Options::new().broadcast())
            .await
            .unwrap();
        let listener = local().await;
        let port = listener.local_addr().unwrap().port();
        // The loopback network's own broadcast address stays on this machine.
        let sent = allowed.send_to(b"x", ("127.255.255.255", port)).await;
        assert!(
            !matches!(&sent, Err(e) if e.kind().to_string() == "conn.denied"),
            "{sent:?}"
        );
    }

    #[tokio::test]
    async fn a_group_is_heard_while_it_is_joined() {
        let (group, lo) = (Ipv4Addr::new(239, 255, 77, 1), Ipv4Addr::LOCALHOST);
        let member = UdpSocket::bind(("", 0)).await.unwrap();
        let port = member.local_addr().unwrap().port();
        let options = Options::new().multicast_from_v4(lo);
        let sender = UdpSocket::bind_with(("127.0.0.1", 0), &options)
            .await
            .unwrap();
        member.join_v4(group, lo).unwrap();
        sender
            .send_to(b"to the group", (group, port))
            .await
            .unwrap();
        let mut room = [0; 16];
        assert_eq!(member.recv(&mut room).await.unwrap(), 12);
        member.leave_v4(group, lo).unwrap();
        assert!(member.leave_v4(group, lo).is_err());
        let group = Ipv4Addr::new(232, 1, 2, 3);
        member.join_source_v4(lo, group, lo).unwrap();
        sender
            .send_to(b"from the source", (group, port))
            .await
            .unwrap();
        assert_eq!(member.recv(&mut room).await.unwrap(), 15);
        member.leave_source_v4(lo, group, lo).unwrap();
    }

    #[tokio::test]
    async fn a_v6_group_can_be_joined() {
        // A machine without IPv6 has no such groups.
        let Ok(member) = UdpSocket::bind(("::", 0)).await else {
            return;
        };
        let group = "ff12::4e65".parse().unwrap();
        if member.join_v6(group, 1).is_ok() {
            member.leave_v6(group, 1).unwrap();
            assert!(member.leave_v6(group, 1).is_err());
        }
    }
}
