//! TCP: [`TcpListener`] and [`TcpStream`].

#[cfg(any(target_os = "linux", target_os = "android"))]
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::{Domain, SockRef, Type};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

use super::endpoint::{ToEndpoint, ToPort, to_bind};
use super::options::Options;
use super::{Patience, talk_error};
use crate::address::Transport;
use crate::conn::Conn;
use crate::deadline::{Deadlines, Timeouts};
use crate::dial::Dialer;
use crate::error::{Phase, Result};
use crate::resolve::Resolver;
use crate::stream::Stream;
use crate::trace::Trace;

/// Accepts TCP connections.
#[derive(Debug)]
pub struct TcpListener {
    inner: tokio::net::TcpListener,
    patience: Patience,
    is_dual_stack: bool,
}

impl TcpListener {
    /// Listens on an address; port 0 lets the system choose one. `""` is any IPv4 address.
    ///
    /// # Errors
    /// `dns.*` for names, `tcp.*` for addresses that cannot be had, [`Error::Usage`](crate::Error::Usage).
    pub async fn bind(address: impl ToEndpoint) -> Result<Self> {
        Self::bind_with(address, &Options::new()).await
    }

    /// As [`bind`](Self::bind), with options; accepted connections inherit most of them.
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub async fn bind_with(address: impl ToEndpoint, options: &Options) -> Result<Self> {
        let deadline = Patience::default().deadline(Phase::Dns);
        let addresses = to_bind(address, Transport::Tcp, deadline).await?;
        super::first_of(&addresses, "listening on", |at| {
            Self::listen(at, options, false).map(Self::from)
        })
    }

    /// Listens on every address of this machine, IPv6 and IPv4 in one socket where the system can
    /// do that, else IPv4 alone: see [`is_dual_stack`](Self::is_dual_stack).
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub fn dual_stack(port: impl ToPort) -> Result<Self> {
        Self::dual_stack_with(port, &Options::new())
    }

    /// As [`dual_stack`](Self::dual_stack), with options.
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub fn dual_stack_with(port: impl ToPort, options: &Options) -> Result<Self> {
        let port = port.to_port()?.number(Transport::Tcp)?;
        let both = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
        if let Ok(inner) = Self::listen(both, options, true) {
            return Ok(Self {
                is_dual_stack: true,
                ..Self::from(inner)
            });
        }
        let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        super::first_of(&[v4], "listening on", |at| {
            Self::listen(at, options, false).map(Self::from)
        })
    }

    fn listen(
        at: SocketAddr,
        options: &Options,
        both: bool,
    ) -> io::Result<tokio::net::TcpListener> {
        let socket = options.open(Domain::for_address(at), Type::STREAM)?;
        // On Windows the same option would let two programs share a port.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        if both {
            socket.set_only_v6(false)?;
        }
        socket.bind(&at.into())?;
        socket.listen(options.queue())?;
        tokio::net::TcpListener::from_std(socket.into())
    }

    /// Whether IPv4 and IPv6 peers both come in here.
    pub fn is_dual_stack(&self) -> bool {
        self.is_dual_stack
    }

    /// How long [`accept`](Self::accept) waits; `None`: for ever, as a server does.
    pub fn set_timeout(&mut self, limit: Option<Duration>) {
        self.patience = Patience::of(limit);
    }

    /// The next connection and who made it.
    ///
    /// # Errors
    /// `tcp.timeout` if nobody came, `tcp.failed` if the system has no more sockets.
    pub async fn accept(&self) -> Result<(TcpStream, SocketAddr)> {
        let accepted = self.patience.open("accepting a connection", async {
            loop {
                match self.inner.accept().await {
                    // It came and went: not the listener's trouble.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    accepted => return accepted,
                }
            }
        });
        let (stream, peer) = accepted.await?;
        Ok((TcpStream::from(stream), peer))
    }

    /// The next connection from this address; others are closed unread. For protocols in which
    /// a peer is asked to connect back, so that nobody else can take its place.
    ///
    /// # Errors
    /// As [`accept`](Self::accept), all waiting together counting as one.
    pub async fn accept_from(&self, peer: IpAddr) -> Result<TcpStream> {
        let wanted = peer.to_canonical();
        let doing = format!("waiting for a connection from {peer}");
        let accepted = self.patience.open(&doing, async {
            loop {
                match self.inner.accept().await {
                    Ok((stream, from)) if from.ip().to_canonical() == wanted => return Ok(stream),
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) => return Err(error),
                }
            }
        });
        Ok(TcpStream::from(accepted.await?))
    }

    /// The address that was bound.
    ///
    /// # Errors
    /// The system's.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        self.inner
            .local_addr()
            .map_err(talk_error("asking for our address"))
    }

    /// The socket below, for what is not here.
    pub fn into_inner(self) -> tokio::net::TcpListener {
        self.inner
    }
}

impl From<tokio::net::TcpListener> for TcpListener {
    fn from(inner: tokio::net::TcpListener) -> Self {
        Self {
            inner,
            patience: Patience::default(),
            is_dual_stack: false,
        }
    }
}

/// A TCP connection without a protocol. Its calls take `&self`: one task may send while another
/// receives.
///
/// It is also tokio's `AsyncRead` and `AsyncWrite`, so that it can stand under a `BufStream`
/// (Python's `makefile`); the timeout bounds its own calls only, not those. For a conversation with
/// deadlines use [`into_conn`](Self::into_conn), or [`Connector`](crate::Connector) from the start.
#[derive(Debug)]
pub struct TcpStream {
    inner: tokio::net::TcpStream,
    patience: Patience,
}

impl TcpStream {
    /// Connects to the best of the host's addresses (RFC 8305). `""` is this machine.
    ///
    /// # Errors
    /// `dns.*` and `tcp.*`, naming every address that failed; [`Error::Usage`](crate::Error::Usage).
    pub async fn connect(address: impl ToEndpoint) -> Result<Self> {
        Self::connect_by(address, &Dialer::default()).await
    }

    /// As [`connect`](Self::connect), with a source address, an interface or options.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_by(address: impl ToEndpoint, dialer: &Dialer) -> Result<Self> {
        let endpoint = address.to_endpoint(Transport::Tcp)?;
        let deadlines = Deadlines::start(Timeouts::default());
        let addresses = Resolver::default()
            .resolve(&endpoint, deadlines.phase(Phase::Dns))
            .await?;
        let inner = dialer
            .dial(&addresses, deadlines.phase(Phase::Tcp), &Trace::new())
            .await?;
        Ok(Self::from(inner))
    }

    /// How long each call may wait; default 30 s, `None`: for ever.
    pub fn set_timeout(&mut self, limit: Option<Duration>) {
        self.patience = Patience::of(limit);
    }

    /// Sets options on the open connection.
    ///
    /// # Errors
    /// The system's.
    pub fn set_options(&self, options: &Options) -> Result<()> {
        let local = self.local_addr()?;
        options
            .set_on(&SockRef::from(&self.inner), local, Type::STREAM)
            .map_err(talk_error("setting options"))
    }

    /// Sends some of the bytes and says how many.
    ///
    /// # Errors
    /// `conn.*`: `timeout`, `reset`, `closed`.
    pub async fn send(&self, bytes: &[u8]) -> Result<usize> {
        self.patience
            .talk("sending", async {
                loop {
                    self.inner.writable().await?;
                    match self.inner.try_write(bytes) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        sent => return sent,
                    }
                }
            })
            .await
    }

    /// Sends all of the bytes. The timeout bounds each pause, not the whole.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_all(&self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let sent = self.send(bytes).await?;
            bytes = bytes.get(sent..).unwrap_or_default();
        }
        Ok(())
    }

    /// Sends from several buffers in one call and says how many bytes went.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_vectored(&self, parts: &[IoSlice<'_>]) -> Result<usize> {
        self.patience
            .talk("sending", async {
                loop {
                    self.inner.writable().await?;
                    match self.inner.try_write_vectored(parts) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        sent => return sent,
                    }
                }
            })
            .await
    }

    /// Receives what is there, waiting for the first byte; 0 is the end of the stream.
    ///
    /// # Errors
    /// `conn.*`: `timeout`, `reset`.
    pub async fn recv(&self, room: &mut [u8]) -> Result<usize> {
        self.patience
            .talk("receiving", async {
                loop {
                    self.inner.readable().await?;
                    match self.inner.try_read(room) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        received => return received,
                    }
                }
            })
            .await
    }

    /// Receives exactly as many bytes as there is room for.
    ///
    /// # Errors
    /// As [`recv`](Self::recv), and `conn.closed` if the stream ends before.
    pub async fn recv_exact(&self, mut room: &mut [u8]) -> Result<()> {
        while !room.is_empty() {
            let received = self.recv(room).await?;
            if received == 0 {
                return Err(talk_error("receiving")(io::ErrorKind::BrokenPipe.into()));
            }
            room = room.get_mut(received..).unwrap_or_default();
        }
        Ok(())
    }

    /// Receives into several buffers in one call.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub async fn recv_vectored(&self, parts: &mut [IoSliceMut<'_>]) -> Result<usize> {
        self.patience
            .talk("receiving", async {
                loop {
                    self.inner.readable().await?;
                    match self.inner.try_read_vectored(parts) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        received => return received,
                    }
                }
            })
            .await
    }

    /// Looks at what is there without taking it.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub async fn peek(&self, room: &mut [u8]) -> Result<usize> {
        self.patience.talk("receiving", self.inner.peek(room)).await
    }

    /// Sends one urgent byte (TCP's out-of-band data, which Telnet's SYNCH uses).
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_out_of_band(&self, byte: u8) -> Result<()> {
        let step = self.inner.async_io(Interest::WRITABLE, || {
            SockRef::from(&self.inner).send_out_of_band(&[byte])
        });
        self.patience
            .talk("sending the urgent byte", step)
            .await
            .map(drop)
    }

    /// Takes the urgent byte, if one is there; it does not wait, because tokio cannot wait for one
    /// in safe code. With [`Options::out_of_band_inline`] it comes in its place in the stream
    /// instead.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    #[cfg(unix)]
    pub fn try_recv_out_of_band(&self) -> Result<Option<u8>> {
        use rustix::io::Errno;
        let mut byte = [0];
        match rustix::net::recv(&self.inner, &mut byte, rustix::net::RecvFlags::OOB) {
            Ok((1.., _)) => Ok(byte.first().copied()),
            // There is none, it has been taken, or it is announced and still on its way.
            Ok(_) | Err(Errno::INVAL | Errno::AGAIN) => Ok(None),
            Err(error) => Err(talk_error("receiving the urgent byte")(error.into())),
        }
    }

    /// Sends a file, from an offset to its end or to a length, without copying it through this
    /// process (`sendfile`). Says how many bytes went.
    ///
    /// # Errors
    /// As [`send`](Self::send); the timeout bounds each pause.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub async fn send_file(
        &self,
        file: &File,
        offset: usize,
        length: Option<usize>,
    ) -> Result<usize> {
        let mut sent = 0usize;
        loop {
            let left = length.map(|length| length.saturating_sub(sent));
            let part = left.map_or(
                std::num::NonZeroUsize::new(1 << 30),
                std::num::NonZeroUsize::new,
            );
            if part.is_none() {
                return Ok(sent);
            }
            let step = self.inner.async_io(Interest::WRITABLE, || {
                SockRef::from(&self.inner).sendfile(file, offset.saturating_add(sent), part)
            });
            match self.patience.talk("sending a file", step).await? {
                0 => return Ok(sent),
                more => sent = sent.saturating_add(more),
            }
        }
    }

    /// Ends one or both directions: after [`Shutdown::Write`] the peer reads the end of the
    /// stream and can still answer. Dropping the stream closes it.
    ///
    /// # Errors
    /// The system's.
    pub fn shutdown(&self, how: Shutdown) -> Result<()> {
        SockRef::from(&self.inner)
            .shutdown(how)
            .map_err(talk_error("shutting down"))
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

    /// The peer's address.
    ///
    /// # Errors
    /// The system's, if the peer is gone.
    pub fn peer_addr(&self) -> Result<SocketAddr> {
        self.inner
            .peer_addr()
            .map_err(talk_error("asking for the peer's address"))
    }

    /// A connection with codecs and deadlines over it.
    pub fn into_conn(self) -> Conn {
        Conn::new(
            Stream::from(self.inner),
            Trace::new(),
            Deadlines::start(Timeouts::default()),
        )
    }

    /// The socket below, for what is not here.
    pub fn into_inner(self) -> tokio::net::TcpStream {
        self.inner
    }
}

impl From<tokio::net::TcpStream> for TcpStream {
    fn from(inner: tokio::net::TcpStream) -> Self {
        Self {
            inner,
            patience: Patience::default(),
        }
    }
}

impl AsyncRead for TcpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for TcpStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (theirs, from) = listener.accept().await.unwrap();
        assert_eq!(from, ours.local_addr().unwrap());
        (ours, theirs)
    }

    #[tokio::test]
    async fn bytes_go_both_ways_and_one_way_closes_first() {
        let (ours, theirs) = pair().await;
        assert_eq!(theirs.peer_addr().unwrap(), ours.local_addr().unwrap());
        ours.send_all(b"question").await.unwrap();
        ours.shutdown(Shutdown::Write).unwrap();
        let mut room = [0; 32];
        assert_eq!(theirs.peek(&mut room).await.unwrap(), 8);
        theirs.recv_exact(&mut room[..8]).await.unwrap();
        assert_eq!(&room[..8], b"question");
        assert_eq!(theirs.recv(&mut room).await.unwrap(), 0);
        assert_eq!(theirs.send(b"answer").await.unwrap(), 6);
        drop(theirs);
        ours.recv_exact(&mut room[..6]).await.unwrap();
        assert_eq!(&room[..6], b"answer");
        let error = ours.recv_exact(&mut room).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "conn.closed");
        let error = ours.send(b"too late").await.unwrap_err();
        assert_eq!(error.kind().to_string(), "conn.closed");
    }

    #[tokio::test]
    async fn every_wait_ends() {
        let mut listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (mut theirs, _) = listener.accept().await.unwrap();
        // Only from here on: a clock that stands still jumps while the system connects.
        tokio::time::pause();
        listener.set_timeout(Some(Duration::from_secs(5)));
        let began = crate::deadline::now();
        let error = listener.accept().await.unwrap_err();
        assert_eq!(
            (
                error.kind().to_string(),
                (crate::deadline::now() - began).as_secs()
            ),
            ("tcp.timeout".into(), 5)
        );
        let began = crate::deadline::now();
        let error = ours.recv(&mut [0]).await.unwrap_err();
        assert_eq!(
            (
                error.kind().to_string(),
                (crate::deadline::now() - began).as_secs()
            ),
            ("conn.timeout".into(), 30)
        );
        theirs.set_timeout(Some(Duration::ZERO));
        assert_eq!(
            theirs.recv(&mut [0]).await.unwrap_err().kind().to_string(),
            "conn.timeout"
        );
    }

    #[tokio::test]
    async fn a_refused_connection_is_an_error_that_can_be_looked_at() {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let error = TcpStream::connect(socket.local_addr().unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.kind().to_string(), "tcp.refused");
        let error = TcpListener::bind("192.0.2.1:1").await.unwrap_err();
        assert!(
            error.to_string().contains("listening on 192.0.2.1:1"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_connection_can_come_from_a_chosen_address() {
        let listener = TcpListener::bind(("localhost", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut dialer = Dialer {
            options: Options::new().tos(8),
            ..Dialer::default()
        };
        let v4 = listener.local_addr().unwrap().is_ipv4();
        dialer.source = v4.then(|| "127.0.0.3".parse().unwrap());
        let ours = TcpStream::connect_by(("localhost", port), &dialer)
            .await
            .unwrap();
        let (_, from) = listener.accept().await.unwrap();
        assert_eq!(from, ours.local_addr().unwrap());
        if v4 {
            assert_eq!(from.ip().to_string(), "127.0.0.3");
            assert_eq!(SockRef::from(&ours.inner).tos_v4().unwrap(), 8);
        }
    }

    #[tokio::test]
    async fn one_listener_takes_both_families() {
        let listener = TcpListener::dual_stack(0).unwrap();
        let port = listener.local_addr().unwrap().port();
        let _v4 = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let (_, from) = listener.accept().await.unwrap();
        assert_eq!(from.ip().to_canonical().to_string(), "127.0.0.1");
        if listener.is_dual_stack() {
            let v6 = TcpStream::connect(("::1", port)).await;
            // The system may have IPv6 sockets without having the address ::1.
            if v6.is_ok() {
                assert_eq!(listener.accept().await.unwrap().1.ip().to_string(), "::1");
            }
        }
    }

    #[tokio::test]
    async fn an_empty_host_binds_any_address() {
        let listener = TcpListener::bind(("", 0)).await.unwrap();
        assert_eq!(listener.local_addr().unwrap().ip().to_string(), "0.0.0.0");
        let port = listener.local_addr().unwrap().port();
        TcpStream::connect((2130706433, port)).await.unwrap();
        listener.accept().await.unwrap();
    }

    #[tokio::test]
    async fn only_the_expected_peer_is_accepted() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let source = Some("127.0.0.9".parse().unwrap());
        let from_elsewhere = Dialer {
            source,
            ..Dialer::default()
        };
        let stranger = TcpStream::connect_by(at, &from_elsewhere).await.unwrap();
        let expected = TcpStream::connect(at).await.unwrap();
        let accepted = listener
            .accept_from("::ffff:127.0.0.1".parse().unwrap())
            .await
            .unwrap();
        assert_eq!(
            accepted.peer_addr().unwrap(),
            expected.local_addr().unwrap()
        );
        assert!(!matches!(stranger.recv(&mut [0]).await, Ok(1..)));
    }

    #[tokio::test]
    async fn several_buffers_are_one_send() {
        let (ours, theirs) = pair().await;
        let sent = ours
            .send_vectored(&[IoSlice::new(b"scat"), IoSlice::new(b"tered")])
            .await
            .unwrap();
        assert_eq!(sent, 9);
        let (mut one, mut two) = ([0; 3], [0; 6]);
        let mut parts = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)];
        assert_eq!(theirs.recv_vectored(&mut parts).await.unwrap(), 9);
        assert_eq!((&one, &two), (b"sca", b"ttered"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_urgent_byte_arrives_beside_the_stream_or_in_it() {
        let (ours, theirs) = pair().await;
        assert_eq!(theirs.try_recv_out_of_band().unwrap(), None);
        ours.send_all(b"in band").await.unwrap();
        ours.send_out_of_band(0xf2).await.unwrap();
        let waiting = async {
            loop {
                match theirs.try_recv_out_of_band().unwrap() {
                    Some(byte) => return byte,
                    None => tokio::task::yield_now().await,
                }
            }
        };
        let byte = tokio::time::timeout(Duration::from_secs(10), waiting)
            .await
            .unwrap();
        assert_eq!(byte, 0xf2);
        assert_eq!(theirs.try_recv_out_of_band().unwrap(), None);
        let mut room = [0; 16];
        assert_eq!(theirs.recv(&mut room).await.unwrap(), 7);
        assert_eq!(&room[..7], b"in band");

        ours.set_options(&Options::new().out_of_band_inline())
            .unwrap();
        theirs.send_out_of_band(0xf2).await.unwrap();
        theirs.send_all(b"after").await.unwrap();
        ours.recv_exact(&mut room[..6]).await.unwrap();
        assert_eq!(&room[..6], b"\xf2after");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_file_is_sent_by_the_system() {
        let (ours, theirs) = pair().await;
        let path = std::env::temp_dir().join(format!("netspeak-send-file-{}", std::process::id()));
        let content: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
        File::create(&path).unwrap().write_all(&content).unwrap();
        let file = File::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let mut got = vec![0; content.len() - 5 + 3];
        let (sent, received) = tokio::join!(
            async {
                let to_the_end = ours.send_file(&file, 5, None).await.unwrap();
                to_the_end + ours.send_file(&file, 100, Some(3)).await.unwrap()
            },
            theirs.recv_exact(&mut got)
        );
        received.unwrap();
        assert_eq!(sent, got.len());
        assert_eq!(got, [&content[5..], &content[100..103]].concat());
    }

    #[tokio::test]
    async fn a_buffered_file_reads_lines() {
        let (ours, theirs) = pair().await;
        let mut writer = BufStream::new(ours);
        writer.write_all(b"one\ntwo\n").await.unwrap();
        writer.shutdown().await.unwrap();
        let mut lines = BufStream::new(theirs).lines();
        assert_eq!(lines.next_line().await.unwrap().unwrap(), "one");
        assert_eq!(lines.next_line().await.unwrap().unwrap(), "two");
        assert_eq!(lines.next_line().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_socket_of_somebody_elses_can_be_wrapped_and_given_back() {
        let (ours, theirs) = pair().await;
        let plain = ours.into_inner().into_std().unwrap();
        let again = TcpStream::from(tokio::net::TcpStream::from_std(plain).unwrap());
        again.set_options(&Options::new().nodelay()).unwrap();
        assert!(again.inner.nodelay().unwrap());
        again.send_all(b"x").await.unwrap();
        let mut conn = theirs.into_conn();
        conn.begin(Phase::Work).unwrap();
        assert_eq!(conn.peer_addr().unwrap(), again.local_addr().unwrap());
        assert!(conn.is_private());
    }
}
