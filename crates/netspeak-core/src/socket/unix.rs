//! Unix sockets: [`UnixListener`], [`UnixStream`] and [`UnixDatagram`]. A path that begins with `@`
//! is a name in Linux' abstract namespace, which needs no file.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags,
};
use socket2::{Domain, SockAddr, SockRef, Type};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

use super::options::Options;
use super::{Patience, open_error, talk_error};
use crate::conn::Conn;
use crate::connect::abstract_or_path;
use crate::deadline::{Deadlines, Timeouts};
use crate::error::{Error, Result};
use crate::stream::Stream;
use crate::trace::Trace;

/// How many descriptors one message may carry.
const MOST_DESCRIPTORS: usize = 32;

fn address(path: &Path) -> io::Result<SockAddr> {
    SockAddr::unix(abstract_or_path(path))
}

/// The other way round: `@name` for abstract names, nothing for sockets without a name.
fn shown(address: &SockAddr) -> Option<String> {
    let printable = |bytes: &[u8]| crate::text::printable(bytes);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Some(name) = address.as_abstract_namespace() {
        return Some(format!("@{}", printable(name)));
    }
    address
        .as_pathname()
        .map(|path| printable(path.as_os_str().as_encoded_bytes()))
}

/// Accepts connections on a path or an abstract name.
#[derive(Debug)]
pub struct UnixListener {
    inner: tokio::net::UnixListener,
    patience: Patience,
}

impl UnixListener {
    /// Listens. The file must not exist, and stays when the listener is gone.
    ///
    /// # Errors
    /// `tcp.*` for a path that cannot be had.
    pub fn bind(path: impl AsRef<Path>) -> Result<Self> {
        Self::bind_with(path, &Options::new())
    }

    /// As [`bind`](Self::bind), with options.
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub fn bind_with(path: impl AsRef<Path>, options: &Options) -> Result<Self> {
        let path = path.as_ref();
        let listen = || {
            let socket = options.open(Domain::UNIX, Type::STREAM)?;
            socket.bind(&address(path)?)?;
            socket.listen(options.queue())?;
            tokio::net::UnixListener::from_std(socket.into())
        };
        let inner = listen().map_err(open_error(&format!("listening on {}", path.display())))?;
        Ok(Self {
            inner,
            patience: Patience::default(),
        })
    }

    /// How long [`accept`](Self::accept) waits; `None`: for ever, as a server does.
    pub fn set_timeout(&mut self, limit: Option<Duration>) {
        self.patience = Patience::of(limit);
    }

    /// The next connection.
    ///
    /// # Errors
    /// `tcp.timeout` if nobody came.
    pub async fn accept(&self) -> Result<UnixStream> {
        let (stream, _) = self
            .patience
            .open("accepting a connection", self.inner.accept())
            .await?;
        Ok(UnixStream::from(stream))
    }

    /// The path, or `@` and the abstract name.
    pub fn local_name(&self) -> Option<String> {
        SockRef::from(&self.inner)
            .local_addr()
            .ok()
            .as_ref()
            .and_then(shown)
    }
}

/// A connection within this machine. Its calls take `&self`, as those of
/// [`TcpStream`](super::TcpStream).
#[derive(Debug)]
pub struct UnixStream {
    inner: tokio::net::UnixStream,
    patience: Patience,
}

impl UnixStream {
    /// Connects to a path or an abstract name.
    ///
    /// # Errors
    /// `tcp.*`; `tcp.no_address` if there is no such path.
    pub async fn connect(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let doing = format!("connecting to the socket {}", path.display());
        let connect = tokio::net::UnixStream::connect(abstract_or_path(path));
        Ok(Self::from(Patience::default().open(&doing, connect).await?))
    }

    /// Two ends of one connection.
    ///
    /// # Errors
    /// The system's.
    pub fn pair() -> Result<(Self, Self)> {
        let (one, two) =
            tokio::net::UnixStream::pair().map_err(open_error("making a pair of sockets"))?;
        Ok((Self::from(one), Self::from(two)))
    }

    /// How long each call may wait; default 30 s, `None`: for ever.
    pub fn set_timeout(&mut self, limit: Option<Duration>) {
        self.patience = Patience::of(limit);
    }

    /// Sends some of the bytes and says how many.
    ///
    /// # Errors
    /// `conn.*`: `timeout`, `reset`, `closed`.
    pub async fn send(&self, bytes: &[u8]) -> Result<usize> {
        let step = self.inner.async_io(Interest::WRITABLE, || {
            Ok(rustix::net::send(&self.inner, bytes, SEND)?)
        });
        self.patience.talk("sending", step).await
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

    /// Receives what is there, waiting for the first byte; 0 is the end of the stream.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn recv(&self, room: &mut [u8]) -> Result<usize> {
        let step = self.inner.async_io(Interest::READABLE, || {
            Ok(rustix::net::recv(&self.inner, &mut *room, RecvFlags::empty())?.0)
        });
        self.patience.talk("receiving", step).await
    }

    /// Looks at what is there without taking it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn peek(&self, room: &mut [u8]) -> Result<usize> {
        let step = self.inner.async_io(Interest::READABLE, || {
            Ok(rustix::net::recv(&self.inner, &mut *room, RecvFlags::PEEK)?.0)
        });
        self.patience.talk("receiving", step).await
    }

    /// Sends bytes, at least one, and with them open files: the peer gets descriptors of its own.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`Error::Usage`] for no bytes or more than 32 descriptors.
    pub async fn send_descriptors(&self, bytes: &[u8], files: &[BorrowedFd<'_>]) -> Result<usize> {
        if bytes.is_empty() || files.len() > MOST_DESCRIPTORS {
            return Err(Error::usage(
                "descriptors need at least one byte of data with them, and 32 fit at most",
            ));
        }
        let step = self.inner.async_io(Interest::WRITABLE, || {
            let mut space =
                [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
            let mut control = SendAncillaryBuffer::new(&mut space);
            if !files.is_empty() && !control.push(SendAncillaryMessage::ScmRights(files)) {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            Ok(rustix::net::sendmsg(
                &self.inner,
                &[IoSlice::new(bytes)],
                &mut control,
                SEND,
            )?)
        });
        self.patience.talk("sending", step).await
    }

    /// Receives bytes and the descriptors that came with them; 0 bytes is the end of the stream.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn recv_descriptors(&self, room: &mut [u8]) -> Result<(usize, Vec<OwnedFd>)> {
        let step = self.inner.async_io(Interest::READABLE, || {
            let mut space =
                [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
            let mut control = RecvAncillaryBuffer::new(&mut space);
            let mut parts = [IoSliceMut::new(&mut *room)];
            let message = rustix::net::recvmsg(&self.inner, &mut parts, &mut control, RECEIVE)?;
            let mut files = Vec::new();
            for part in control.drain() {
                if let RecvAncillaryMessage::ScmRights(came) = part {
                    files.extend(came);
                }
            }
            Ok((message.bytes, files))
        });
        self.patience.talk("receiving", step).await
    }

    /// Ends one or both directions.
    ///
    /// # Errors
    /// The system's.
    pub fn shutdown(&self, how: Shutdown) -> Result<()> {
        SockRef::from(&self.inner)
            .shutdown(how)
            .map_err(talk_error("shutting down"))
    }

    /// The name to which the peer is bound, if it has one.
    pub fn peer_name(&self) -> Option<String> {
        SockRef::from(&self.inner)
            .peer_addr()
            .ok()
            .as_ref()
            .and_then(shown)
    }

    /// A connection with codecs and deadlines over it.
    pub fn into_conn(self) -> Conn {
        Conn::new(
            Stream::from(self.inner),
            Trace::new(),
            Deadlines::start(Timeouts::default()),
        )
    }

    /// The socket below, for what is not here (the peer's credentials, for one).
    pub fn into_inner(self) -> tokio::net::UnixStream {
        self.inner
    }
}

/// A peer that is gone is an error, not a signal that ends the program.
#[cfg(not(target_vendor = "apple"))]
const SEND: SendFlags = SendFlags::NOSIGNAL;
#[cfg(target_vendor = "apple")]
const SEND: SendFlags = SendFlags::empty();

/// Received descriptors do not leak into child processes.
#[cfg(not(target_vendor = "apple"))]
const RECEIVE: RecvFlags = RecvFlags::CMSG_CLOEXEC;
#[cfg(target_vendor = "apple")]
const RECEIVE: RecvFlags = RecvFlags::empty();

impl From<tokio::net::UnixStream> for UnixStream {
    fn from(inner: tokio::net::UnixStream) -> Self {
        Self {
            inner,
            patience: Patience::default(),
        }
    }
}

impl AsyncRead for UnixStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for UnixStream {
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

/// Datagrams within this machine.
#[derive(Debug)]
pub struct UnixDatagram {
    inner: tokio::net::UnixDatagram,
    patience: Patience,
}

impl UnixDatagram {
    /// Binds a path or an abstract name. The file must not exist, and stays afterwards.
    ///
    /// # Errors
    /// `tcp.*` for a path that cannot be had.
    pub fn bind(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::open(Some(path)).map_err(open_error(&format!("binding {}", path.display())))
    }

    /// A socket without a name: it can send, and nobody can answer.
    ///
    /// # Errors
    /// The system's.
    pub fn unbound() -> Result<Self> {
        Self::open(None).map_err(open_error("opening a socket"))
    }

    fn open(path: Option<&Path>) -> io::Result<Self> {
        let socket = Options::new().open(Domain::UNIX, Type::DGRAM)?;
        if let Some(path) = path {
            socket.bind(&address(path)?)?;
        }
        let inner = tokio::net::UnixDatagram::from_std(socket.into())?;
        Ok(Self {
            inner,
            patience: Patience::default(),
        })
    }

    /// Two sockets, each the other's peer.
    ///
    /// # Errors
    /// The system's.
    pub fn pair() -> Result<(Self, Self)> {
        let (one, two) =
            tokio::net::UnixDatagram::pair().map_err(open_error("making a pair of sockets"))?;
        let wrap = |inner| Self {
            inner,
            patience: Patience::default(),
        };
        Ok((wrap(one), wrap(two)))
    }

    /// How long each call may wait; default 30 s, `None`: for ever.
    pub fn set_timeout(&mut self, limit: Option<Duration>) {
        self.patience = Patience::of(limit);
    }

    /// Fixes the peer.
    ///
    /// # Errors
    /// `tcp.*`; `tcp.no_address` if there is no such path.
    pub fn connect(&self, peer: impl AsRef<Path>) -> Result<()> {
        let peer = peer.as_ref();
        let connect = || SockRef::from(&self.inner).connect(&address(peer)?);
        connect().map_err(open_error(&format!(
            "connecting to the socket {}",
            peer.display()
        )))
    }

    /// Sends a datagram to the peer.
    ///
    /// # Errors
    /// `conn.*`.
    pub async fn send(&self, bytes: &[u8]) -> Result<usize> {
        self.patience.talk("sending", self.inner.send(bytes)).await
    }

    /// Receives a datagram; what there is no room for is lost.
    ///
    /// # Errors
    /// `conn.*`.
    pub async fn recv(&self, room: &mut [u8]) -> Result<usize> {
        self.patience.talk("receiving", self.inner.recv(room)).await
    }

    /// Sends a datagram to a path or an abstract name.
    ///
    /// # Errors
    /// `conn.*`.
    pub async fn send_to(&self, bytes: &[u8], peer: impl AsRef<Path>) -> Result<usize> {
        let to = address(peer.as_ref()).map_err(talk_error("sending"))?;
        let step = self.inner.async_io(Interest::WRITABLE, || {
            SockRef::from(&self.inner).send_to(bytes, &to)
        });
        self.patience.talk("sending", step).await
    }

    /// Receives a datagram and the sender's name, if it has one, in the form in which
    /// [`send_to`](Self::send_to) takes it. Bytes that are not printable are shown escaped.
    ///
    /// # Errors
    /// `conn.*`.
    pub async fn recv_from(&self, room: &mut [u8]) -> Result<(usize, Option<String>)> {
        let step = self.inner.async_io(Interest::READABLE, || {
            let received = rustix::net::recvfrom(&self.inner, &mut *room, RecvFlags::empty())?;
            Ok((received.0, received.2))
        });
        let (bytes, from) = self.patience.talk("receiving", step).await?;
        let from = from.and_then(|from| rustix::net::SocketAddrUnix::try_from(from).ok());
        Ok((bytes, from.as_ref().and_then(sender)))
    }

    /// The path, or `@` and the abstract name.
    pub fn local_name(&self) -> Option<String> {
        SockRef::from(&self.inner)
            .local_addr()
            .ok()
            .as_ref()
            .and_then(shown)
    }
}

fn sender(from: &rustix::net::SocketAddrUnix) -> Option<String> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Some(name) = from.abstract_name() {
        return Some(format!("@{}", crate::text::printable(name)));
    }
    from.path_bytes()
        .filter(|path| !path.is_empty())
        .map(crate::text::printable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    /// A name that nobody else uses.
    fn unused(what: &str) -> String {
        format!("@netspeak-{what}-{}", std::process::id())
    }

    struct Removed(std::path::PathBuf);

    impl Drop for Removed {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    fn path(what: &str) -> Removed {
        Removed(std::env::temp_dir().join(format!("netspeak-{what}-{}", std::process::id())))
    }

    #[tokio::test]
    async fn a_path_is_listened_on_and_connected_to() {
        let path = path("stream");
        let listener = UnixListener::bind(&path.0).unwrap();
        assert_eq!(listener.local_name().unwrap(), path.0.to_str().unwrap());
        let ours = UnixStream::connect(&path.0).await.unwrap();
        let theirs = listener.accept().await.unwrap();
        ours.send_all(b"over a file").await.unwrap();
        let mut room = [0; 16];
        assert_eq!(theirs.peek(&mut room).await.unwrap(), 11);
        assert_eq!(theirs.recv(&mut room).await.unwrap(), 11);
        ours.shutdown(Shutdown::Write).unwrap();
        assert_eq!(theirs.recv(&mut room).await.unwrap(), 0);
        assert_eq!(ours.peer_name().as_deref(), path.0.to_str());
        assert!(ours.into_conn().is_private());
        let error = UnixListener::bind(&path.0).unwrap_err();
        assert_eq!(error.phase().to_string(), "tcp");
        let error = UnixStream::connect("/nonexistent/socket")
            .await
            .unwrap_err();
        assert_eq!(error.kind().to_string(), "tcp.no_address");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn an_abstract_name_needs_no_file() {
        let name = unused("abstract");
        let listener = UnixListener::bind(&name).unwrap();
        assert_eq!(listener.local_name().unwrap(), name);
        let ours = UnixStream::connect(&name).await.unwrap();
        let theirs = listener.accept().await.unwrap();
        theirs.send_all(b"x").await.unwrap();
        assert_eq!(ours.recv(&mut [0; 4]).await.unwrap(), 1);
        assert!(!Path::new(&name).exists());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn datagrams_have_names_of_both_kinds() {
        let (path, name) = (path("datagram"), unused("datagram"));
        let one = UnixDatagram::bind(&path.0).unwrap();
        let two = UnixDatagram::bind(&name).unwrap();
        assert_eq!(two.local_name().unwrap(), name);
        one.send_to(b"to the name", &name).await.unwrap();
        let mut room = [0; 16];
        let (bytes, from) = two.recv_from(&mut room).await.unwrap();
        assert_eq!((bytes, from.as_deref()), (11, path.0.to_str()));
        two.connect(&path.0).unwrap();
        two.send(b"to the path").await.unwrap();
        assert_eq!(one.recv_from(&mut room).await.unwrap(), (11, Some(name)));
        let silent = UnixDatagram::unbound().unwrap();
        silent.send_to(b"?", &path.0).await.unwrap();
        assert_eq!(one.recv_from(&mut room).await.unwrap(), (1, None));
    }

    #[tokio::test]
    async fn pairs_are_connected_from_the_start() {
        let (one, two) = UnixStream::pair().unwrap();
        one.send_all(b"stream").await.unwrap();
        let mut room = [0; 16];
        assert_eq!(two.recv(&mut room).await.unwrap(), 6);
        drop(one);
        let error = two.send(b"x").await.unwrap_err();
        assert_eq!(error.kind().to_string(), "conn.closed");
        let (one, mut two) = UnixDatagram::pair().unwrap();
        one.send(b"datagram").await.unwrap();
        assert_eq!(two.recv(&mut room).await.unwrap(), 8);
        two.set_timeout(Some(Duration::ZERO));
        assert_eq!(
            two.recv(&mut room).await.unwrap_err().kind().to_string(),
            "conn.timeout"
        );
    }

    #[tokio::test]
    async fn open_files_travel_with_the_bytes() {
        let (one, two) = UnixStream::pair().unwrap();
        let (carried, other_end) = UnixStream::pair().unwrap();
        one.send_descriptors(
            b"two files",
            &[carried.inner.as_fd(), carried.inner.as_fd()],
        )
        .await
        .unwrap();
        let mut room = [0; 16];
        let (bytes, files) = two.recv_descriptors(&mut room).await.unwrap();
        assert_eq!((bytes, files.len()), (9, 2));
        drop(carried);
        let first = files.into_iter().next().unwrap();
        let received = std::os::unix::net::UnixStream::from(first);
        let received = UnixStream::from(tokio::net::UnixStream::from_std(received).unwrap());
        received.send_all(b"through it").await.unwrap();
        assert_eq!(other_end.recv(&mut room).await.unwrap(), 10);
        assert!(matches!(
            one.send_descriptors(b"", &[]).await,
            Err(Error::Usage { .. })
        ));
        one.send_all(b"plain").await.unwrap();
        assert_eq!(two.recv_descriptors(&mut room).await.unwrap().1.len(), 0);
    }
}
