//! Scripted peers and streams that fail on purpose.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// A conversation as text: lines that begin with `S: ` are sent, lines that begin with `C: ` are
/// awaited. `C: *` takes any line, `S- ` sends without a line end, an empty line is nothing.
/// When the script is over the peer closes.
#[derive(Clone, Debug)]
pub struct Script(Vec<Turn>);

#[derive(Clone, Debug)]
enum Turn {
    Send(Vec<u8>),
    Await(String),
}

impl Script {
    /// Reads a script. Bytes in `S` lines may be written `\xNN`, `\r`, `\n`, `\0`, `\\`.
    ///
    /// # Panics
    /// On a line that is neither.
    #[expect(clippy::panic, reason = "a test helper reports by panicking")]
    pub fn new(text: &str) -> Self {
        let mut turns = Vec::new();
        for line in text
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.is_empty())
        {
            turns.push(if let Some(sent) = line.strip_prefix("S: ") {
                Turn::Send([unescape(sent), b"\r\n".to_vec()].concat())
            } else if let Some(sent) = line.strip_prefix("S- ") {
                Turn::Send(unescape(sent))
            } else if line == "S:" {
                Turn::Send(b"\r\n".to_vec())
            } else if let Some(awaited) = line.strip_prefix("C: ") {
                Turn::Await(awaited.to_owned())
            } else {
                panic!("a script line begins with S: or C:, not {line:?}")
            });
        }
        Self(turns)
    }

    /// Plays the peer. Returns what the client said after the script was over.
    ///
    /// # Panics
    /// When the client says something else than the script awaits.
    pub async fn play(self, stream: impl AsyncRead + AsyncWrite + Unpin) -> Vec<String> {
        let mut stream = tokio::io::BufReader::new(stream);
        for turn in self.0 {
            match turn {
                Turn::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        return Vec::new();
                    }
                }
                Turn::Await(wanted) => match read_line(&mut stream).await {
                    Some(line) if wanted == "*" => drop(line),
                    Some(line) => assert_eq!(line, wanted, "the client said something else"),
                    None => return Vec::new(),
                },
            }
        }
        let _ = stream.shutdown().await;
        let mut after = Vec::new();
        while let Some(line) = read_line(&mut stream).await {
            after.push(line);
        }
        after
    }

    /// Plays the peer without looking at what the client says: each awaited line takes any line.
    /// For runs in which the client is made to fail.
    pub async fn play_loosely(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let any = self.0.into_iter().map(|turn| match turn {
            Turn::Await(_) => Turn::Await("*".to_owned()),
            sent => sent,
        });
        Self(any.collect()).play(stream).await;
    }
}

async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await {
            Ok(b'\n') => break,
            Ok(byte) => line.push(byte),
            Err(_) => return None,
        }
    }
    let line = line.strip_suffix(b"\r").unwrap_or(&line);
    Some(String::from_utf8_lossy(line).into_owned())
}

fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some((&escaped, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        match escaped {
            b'r' => out.push(b'\r'),
            b'n' => out.push(b'\n'),
            b'0' => out.push(0),
            b'x' => {
                let digits = rest.get(..2).and_then(|d| std::str::from_utf8(d).ok());
                out.extend(digits.and_then(|d| u8::from_str_radix(d, 16).ok()));
                rest = rest.get(2..).unwrap_or_default();
            }
            other => out.push(other),
        }
    }
    out
}

/// What a [`FaultyStream`] does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The read of this number fails, counted from 0.
    ReadFails(usize),
    /// The stream ends at the read of this number.
    ReadEnds(usize),
    /// From the read of this number on nothing comes any more.
    ReadStalls(usize),
    /// The write of this number fails.
    WriteFails(usize),
    /// Nothing fails, but every read gives one byte and every write takes one.
    OneByte,
}

/// A stream that fails at a chosen operation.
#[derive(Debug)]
pub struct FaultyStream<S> {
    inner: S,
    fault: Fault,
    reads: usize,
    writes: usize,
}

impl<S> FaultyStream<S> {
    /// Wraps a stream.
    pub fn new(inner: S, fault: Fault) -> Self {
        Self {
            inner,
            fault,
            reads: 0,
            writes: 0,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FaultyStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.fault {
            Fault::ReadFails(n) if self.reads >= n => {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            Fault::ReadEnds(n) if self.reads >= n => return Poll::Ready(Ok(())),
            Fault::ReadStalls(n) if self.reads >= n => return Poll::Pending,
            _ => {}
        }
        // One byte at a time, so that a fault can fall at every position.
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        let polled = Pin::new(&mut self.inner).poll_read(cx, &mut one);
        if let Poll::Ready(Ok(())) = polled {
            self.reads += one.filled().len();
            buf.put_slice(one.filled());
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FaultyStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Fault::WriteFails(n) = self.fault
            && self.writes >= n
        {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf.get(..1).unwrap_or(buf));
        if let Poll::Ready(Ok(written)) = polled {
            self.writes += written;
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
