//! [`Options`]: what is set on a socket before it is bound or connected.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::net::TcpSocket;

/// Options of a socket. What is not named stays as the system has it.
///
/// ```
/// use std::time::Duration;
/// use netspeak_core::socket::{Keepalive, Options};
///
/// let options = Options::new()
///     .nodelay()
///     .keepalive(Keepalive { time: Duration::from_secs(60), ..Keepalive::default() })
///     .tos(0x10);
/// assert_ne!(options, Options::new());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    reuse_address: bool,
    reuse_port: bool,
    nodelay: bool,
    keepalive: Option<Keepalive>,
    user_timeout: Option<Duration>,
    broadcast: bool,
    v6_only: bool,
    multipath: bool,
    device: Option<String>,
    mark: Option<u32>,
    priority: Option<u32>,
    tos: Option<u8>,
    ttl: Option<u8>,
    multicast_ttl: Option<u8>,
    multicast_silent: bool,
    multicast_v4_from: Option<Ipv4Addr>,
    multicast_v6_from: Option<u32>,
    send_buffer: Option<usize>,
    receive_buffer: Option<usize>,
    linger: Option<Duration>,
    out_of_band_inline: bool,
    backlog: Option<u16>,
}

/// When a silent TCP connection is probed, and when it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Keepalive {
    /// Silence before the first probe. Default 60 s.
    pub time: Duration,
    /// Between probes. Default 10 s.
    pub interval: Duration,
    /// Unanswered probes after which the connection is dead. Default 6.
    pub count: u32,
}

impl Default for Keepalive {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(60),
            interval: Duration::from_secs(10),
            count: 6,
        }
    }
}

impl Options {
    /// Nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// `SO_REUSEADDR`: an address may be taken again while old connections fade away. Listeners
    /// set it by themselves.
    #[must_use]
    pub fn reuse_address(mut self) -> Self {
        self.reuse_address = true;
        self
    }

    /// `SO_REUSEPORT`: several sockets share one address and the system spreads the load.
    #[must_use]
    pub fn reuse_port(mut self) -> Self {
        self.reuse_port = true;
        self
    }

    /// `TCP_NODELAY`: small writes leave at once. Connections of a
    /// [`Connector`](crate::Connector) have it always.
    #[must_use]
    pub fn nodelay(mut self) -> Self {
        self.nodelay = true;
        self
    }

    /// `SO_KEEPALIVE` with its three numbers.
    #[must_use]
    pub fn keepalive(mut self, keepalive: Keepalive) -> Self {
        self.keepalive = Some(keepalive);
        self
    }

    /// The same with these numbers, unless there are some already.
    pub(crate) fn or_keepalive(mut self, keepalive: Keepalive) -> Self {
        self.keepalive.get_or_insert(keepalive);
        self
    }

    /// `TCP_USER_TIMEOUT` (Linux): how long sent data may stay unacknowledged.
    #[must_use]
    pub fn user_timeout(mut self, limit: Duration) -> Self {
        self.user_timeout = Some(limit);
        self
    }

    /// `SO_BROADCAST`: sending to a broadcast address is allowed.
    #[must_use]
    pub fn broadcast(mut self) -> Self {
        self.broadcast = true;
        self
    }

    /// `IPV6_V6ONLY`: an IPv6 socket takes no IPv4 peers.
    #[must_use]
    pub fn v6_only(mut self) -> Self {
        self.v6_only = true;
        self
    }

    /// Multipath TCP (RFC 8684, Linux). A kernel without it gives plain TCP, as does a peer.
    #[must_use]
    pub fn multipath(mut self) -> Self {
        self.multipath = true;
        self
    }

    /// `SO_BINDTODEVICE` (Linux): only through this network interface.
    #[must_use]
    pub fn device(mut self, name: &str) -> Self {
        self.device = Some(name.to_owned());
        self
    }

    /// `SO_MARK` (Linux, privileged): the mark that routing and firewall rules see.
    #[must_use]
    pub fn mark(mut self, mark: u32) -> Self {
        self.mark = Some(mark);
        self
    }

    /// `SO_PRIORITY` (Linux): the queueing priority, from which a VLAN priority is made.
    #[must_use]
    pub fn priority(mut self, priority: u32) -> Self {
        self.priority = Some(priority);
        self
    }

    /// The type of service (IPv4) or traffic class (IPv6) of what is sent.
    #[must_use]
    pub fn tos(mut self, tos: u8) -> Self {
        self.tos = Some(tos);
        self
    }

    /// How many routers a packet may pass.
    #[must_use]
    pub fn ttl(mut self, ttl: u8) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// The same for packets to a multicast group. The system's default is 1: this network only.
    #[must_use]
    pub fn multicast_ttl(mut self, ttl: u8) -> Self {
        self.multicast_ttl = Some(ttl);
        self
    }

    /// What is sent to a group does not come back to members on this machine.
    #[must_use]
    pub fn without_multicast_loop(mut self) -> Self {
        self.multicast_silent = true;
        self
    }

    /// The interface, by its address, from which multicast packets leave over IPv4.
    #[must_use]
    pub fn multicast_from_v4(mut self, interface: Ipv4Addr) -> Self {
        self.multicast_v4_from = Some(interface);
        self
    }

    /// The interface, by its number, from which multicast packets leave over IPv6.
    #[must_use]
    pub fn multicast_from_v6(mut self, interface: u32) -> Self {
        self.multicast_v6_from = Some(interface);
        self
    }

    /// `SO_SNDBUF`, in bytes. Linux doubles it for its own needs.
    #[must_use]
    pub fn send_buffer(mut self, bytes: usize) -> Self {
        self.send_buffer = Some(bytes);
        self
    }

    /// `SO_RCVBUF`, in bytes.
    #[must_use]
    pub fn receive_buffer(mut self, bytes: usize) -> Self {
        self.receive_buffer = Some(bytes);
        self
    }

    /// `SO_LINGER`: how long closing waits for unsent data; zero resets the connection.
    #[must_use]
    pub fn linger(mut self, limit: Duration) -> Self {
        self.linger = Some(limit);
        self
    }

    /// `SO_OOBINLINE`: the peer's urgent byte comes in its place in the stream, as Telnet wants it.
    #[must_use]
    pub fn out_of_band_inline(mut self) -> Self {
        self.out_of_band_inline = true;
        self
    }

    /// How many connections may wait to be accepted. Default 1024; the system has a bound of its
    /// own.
    #[must_use]
    pub fn backlog(mut self, connections: u16) -> Self {
        self.backlog = Some(connections);
        self
    }

    pub(super) fn queue(&self) -> i32 {
        self.backlog.unwrap_or(1024).into()
    }

    /// A socket for the dialler.
    pub(crate) fn tcp_socket(&self, to: SocketAddr) -> io::Result<TcpSocket> {
        let socket = self.open(Domain::for_address(to), Type::STREAM)?;
        Ok(TcpSocket::from_std_stream(socket.into()))
    }

    /// A new socket, with these options, that does not block.
    pub(super) fn open(&self, domain: Domain, kind: Type) -> io::Result<Socket> {
        let socket = match self.multipath_socket(domain, kind) {
            Some(socket) => socket,
            None => Socket::new(domain, kind, None)?,
        };
        socket.set_nonblocking(true)?;
        self.set(&socket, domain, kind)?;
        Ok(socket)
    }

    fn multipath_socket(&self, domain: Domain, kind: Type) -> Option<Socket> {
        #[cfg(target_os = "linux")]
        if self.multipath && kind == Type::STREAM && domain != Domain::UNIX {
            return Socket::new(domain, kind, Some(Protocol::MPTCP)).ok();
        }
        let _ = (domain, kind, Protocol::TCP);
        None
    }

    /// Sets them on a socket that is open already.
    pub(super) fn set_on(
        &self,
        socket: &SockRef<'_>,
        address: SocketAddr,
        kind: Type,
    ) -> io::Result<()> {
        self.set(socket, Domain::for_address(address), kind)
    }

    fn set(&self, socket: &Socket, domain: Domain, kind: Type) -> io::Result<()> {
        if self.reuse_address {
            socket.set_reuse_address(true)?;
        }
        if self.reuse_port {
            #[cfg(unix)]
            socket.set_reuse_port(true)?;
        }
        if self.broadcast {
            socket.set_broadcast(true)?;
        }
        if let Some(bytes) = self.send_buffer {
            socket.set_send_buffer_size(bytes)?;
        }
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        if kind == Type::STREAM {
            self.set_stream(socket)?;
        }
        self.set_linux(socket, kind)?;
        match domain {
            Domain::IPV4 => self.set_v4(socket),
            Domain::IPV6 => self.set_v6(socket),
            _ => Ok(()),
        }
    }

    fn set_stream(&self, socket: &Socket) -> io::Result<()> {
        if self.nodelay {
            socket.set_tcp_nodelay(true)?;
        }
        if self.out_of_band_inline {
            socket.set_out_of_band_inline(true)?;
        }
        if let Some(limit) = self.linger {
            socket.set_linger(Some(limit))?;
        }
        if let Some(Keepalive {
            time,
            interval,
            count,
        }) = self.keepalive
        {
            let probes = TcpKeepalive::new()
                .with_time(time)
                .with_interval(interval)
                .with_retries(count);
            socket.set_tcp_keepalive(&probes)?;
        }
        Ok(())
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn set_linux(&self, socket: &Socket, kind: Type) -> io::Result<()> {
        if let Some(name) = &self.device {
            socket.bind_device(Some(name.as_bytes()))?;
        }
        if let Some(mark) = self.mark {
            socket.set_mark(mark)?;
        }
        if let Some(priority) = self.priority {
            socket.set_priority(priority)?;
        }
        match self.user_timeout {
            Some(limit) if kind == Type::STREAM => socket.set_tcp_user_timeout(Some(limit)),
            _ => Ok(()),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn set_linux(&self, _: &Socket, _: Type) -> io::Result<()> {
        let asked = self.device.is_some()
            || self.mark.is_some()
            || self.priority.is_some()
            || self.user_timeout.is_some();
        if asked {
            Err(io::ErrorKind::Unsupported.into())
        } else {
            Ok(())
        }
    }

    fn set_v4(&self, socket: &Socket) -> io::Result<()> {
        if let Some(tos) = self.tos {
            socket.set_tos_v4(tos.into())?;
        }
        if let Some(ttl) = self.ttl {
            socket.set_ttl_v4(ttl.into())?;
        }
        if let Some(ttl) = self.multicast_ttl {
            socket.set_multicast_ttl_v4(ttl.into())?;
        }
        if self.multicast_silent {
            socket.set_multicast_loop_v4(false)?;
        }
        match &self.multicast_v4_from {
            Some(interface) => socket.set_multicast_if_v4(interface),
            None => Ok(()),
        }
    }

    fn set_v6(&self, socket: &Socket) -> io::Result<()> {
        if self.v6_only {
            socket.set_only_v6(true)?;
        }
        #[cfg(unix)]
        if let Some(tos) = self.tos {
            socket.set_tclass_v6(tos.into())?;
        }
        if let Some(ttl) = self.ttl {
            socket.set_unicast_hops_v6(ttl.into())?;
        }
        if let Some(ttl) = self.multicast_ttl {
            socket.set_multicast_hops_v6(ttl.into())?;
        }
        if self.multicast_silent {
            socket.set_multicast_loop_v6(false)?;
        }
        match self.multicast_v6_from {
            Some(interface) => socket.set_multicast_if_v6(interface),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(options: &Options, domain: Domain, kind: Type) -> Socket {
        options.open(domain, kind).unwrap()
    }

    #[test]
    fn stream_options_reach_the_system() {
        let keepalive = Keepalive {
            time: Duration::from_secs(71),
            interval: Duration::from_secs(7),
            count: 3,
        };
        let options = Options::new()
            .reuse_address()
            .reuse_port()
            .nodelay()
            .keepalive(keepalive)
            .linger(Duration::from_secs(2))
            .send_buffer(40_000)
            .receive_buffer(50_000)
            .tos(0x10)
            .ttl(9);
        let socket = opened(&options, Domain::IPV4, Type::STREAM);
        assert!(socket.reuse_address().unwrap() && socket.reuse_port().unwrap());
        assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), keepalive.time);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), keepalive.interval);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), keepalive.count);
        assert_eq!(socket.linger().unwrap(), Some(Duration::from_secs(2)));
        assert!(socket.send_buffer_size().unwrap() >= 40_000);
        assert!(socket.recv_buffer_size().unwrap() >= 50_000);
        assert_eq!(
            (socket.tos_v4().unwrap(), socket.ttl_v4().unwrap()),
            (0x10, 9)
        );
        assert!(
            !opened(&Options::new(), Domain::IPV4, Type::STREAM)
                .tcp_nodelay()
                .unwrap()
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_options_reach_the_system() {
        let limit = Duration::from_secs(11);
        let options = Options::new().user_timeout(limit).device("lo").priority(3);
        let socket = opened(&options, Domain::IPV4, Type::STREAM);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(limit));
        assert_eq!(socket.device().unwrap().unwrap(), b"lo");
        assert_eq!(socket.priority().unwrap(), 3);
        assert!(
            Options::new()
                .device("no-such-if")
                .open(Domain::IPV4, Type::STREAM)
                .is_err()
        );
        // Marking needs a privilege that a test may lack: then the system's no must come through.
        match Options::new().mark(7).open(Domain::IPV4, Type::STREAM) {
            Ok(socket) => assert_eq!(socket.mark().unwrap(), 7),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied),
        }
    }

    #[test]
    fn datagram_options_reach_the_system() {
        let options = Options::new()
            .broadcast()
            .multicast_ttl(4)
            .without_multicast_loop()
            .multicast_from_v4(Ipv4Addr::LOCALHOST)
            .nodelay();
        let socket = opened(&options, Domain::IPV4, Type::DGRAM);
        assert!(socket.broadcast().unwrap());
        assert_eq!(socket.multicast_ttl_v4().unwrap(), 4);
        assert!(!socket.multicast_loop_v4().unwrap());
        assert_eq!(socket.multicast_if_v4().unwrap(), Ipv4Addr::LOCALHOST);
    }

    #[test]
    fn v6_options_reach_the_system() {
        let options = Options::new()
            .v6_only()
            .tos(0x20)
            .ttl(5)
            .multicast_ttl(6)
            .without_multicast_loop();
        // A machine without IPv6 has nothing to set.
        let Ok(socket) = options.open(Domain::IPV6, Type::DGRAM) else {
            return;
        };
        assert!(socket.only_v6().unwrap());
        assert_eq!(socket.tclass_v6().unwrap(), 0x20);
        assert_eq!(
            (
                socket.unicast_hops_v6().unwrap(),
                socket.multicast_hops_v6().unwrap()
            ),
            (5, 6)
        );
        assert!(!socket.multicast_loop_v6().unwrap());
    }

    #[test]
    fn multipath_falls_back_to_plain_tcp() {
        let socket = opened(&Options::new().multipath(), Domain::IPV4, Type::STREAM);
        assert_eq!(socket.r#type().unwrap(), Type::STREAM);
    }
}
