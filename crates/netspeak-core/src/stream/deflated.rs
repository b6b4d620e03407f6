//! [`Deflated`]: compression over the rest of a talk (RFC 1951, RFC 1950).

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Stream;

/// How compressed data is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deflate {
    /// Bare DEFLATE (RFC 1951), as COMPRESS means it. The stream may end anywhere.
    Raw,
    /// With zlib's header and checksum (RFC 1950). A stream that ends before its end is cut off.
    Zlib,
}

/// What is read from the layer below in one go, and how much compressed data may wait to be written.
const PIECE: usize = 64 * 1024;

/// So much may come out whatever went in: the ratio of a short text says nothing.
const FREE: u64 = 1024 * 1024;

/// A stream that compresses what is written and inflates what is read.
pub(crate) struct Deflated {
    inner: Stream,
    format: Deflate,
    inflate: Decompress,
    deflate: Compress,
    input: Vec<u8>,
    /// Which part of `input` is still to be inflated.
    waiting: std::ops::Range<usize>,
    output: Vec<u8>,
    written: usize,
    /// Something was compressed that the peer cannot read yet.
    unflushed: bool,
    ended: bool,
    finished: bool,
    ratio: u64,
}

/// More came out than the ratio allows.
#[derive(Debug)]
pub(crate) struct Bomb {
    pub(crate) ratio: u64,
}

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} bytes for each compressed one", self.ratio)
    }
}

impl std::error::Error for Bomb {}

impl Deflated {
    /// `unread` is what has come already: the peer may speak compressed right behind its OK. Up to
    /// `ratio` bytes may come out for each that went in.
    pub(crate) fn new(inner: Stream, format: Deflate, unread: &[u8], ratio: u32) -> Self {
        let has_header = format == Deflate::Zlib;
        Self {
            inner,
            format,
            inflate: Decompress::new(has_header),
            deflate: Compress::new(Compression::default(), has_header),
            input: unread.to_vec(),
            waiting: 0..unread.len(),
            output: Vec::new(),
            written: 0,
            unflushed: false,
            ended: false,
            finished: false,
            ratio: ratio.into(),
        }
    }

    pub(super) fn below(&self) -> &Stream {
        &self.inner
    }

    pub(super) fn below_mut(&mut self) -> &mut Stream {
        &mut self.inner
    }

    /// Inflates what is there into the room; how much came out.
    fn inflate_into(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let input = self.input.get(self.waiting.clone()).unwrap_or_default();
        let status = self
            .inflate
            .decompress(input, room, FlushDecompress::None)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let used = self.inflate.total_in().saturating_sub(read);
        let came = self.inflate.total_out().saturating_sub(written);
        self.waiting.start = self.waiting.start.saturating_add(to_usize(used));
        self.ended |= status == Status::StreamEnd;
        if used == 0 && came == 0 && !self.ended && !self.waiting.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the compressed data makes no progress",
            ));
        }
        let allowed = self.inflate.total_in().saturating_mul(self.ratio);
        if self.inflate.total_out() > allowed.saturating_add(FREE) {
            return Err(io::Error::other(Bomb { ratio: self.ratio }));
        }
        Ok(to_usize(came))
    }

    fn poll_input(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.input.resize(PIECE, 0);
        self.waiting = 0..0;
        let mut room = ReadBuf::new(&mut self.input);
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut room))?;
        self.waiting = 0..room.filled().len();
        if self.waiting.is_empty() {
            if self.format == Deflate::Zlib {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            self.ended = true;
        }
        Poll::Ready(Ok(()))
    }

    /// Compresses with an empty input until nothing is held back.
    fn squeeze(&mut self, flush: FlushCompress) -> io::Result<()> {
        loop {
            self.output.reserve(PIECE);
            let status = self.deflate.compress_vec(&[], &mut self.output, flush);
            let is_full = self.output.len() == self.output.capacity();
            match status.map_err(io::Error::other)? {
                Status::Ok if is_full || matches!(flush, FlushCompress::Finish) => {}
                _ => return Ok(()),
            }
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.output.get(self.written..).filter(|r| !r.is_empty()) {
            match ready!(Pin::new(&mut self.inner).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                more => self.written = self.written.saturating_add(more),
            }
        }
        self.output.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

fn to_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

impl AsyncRead for Deflated {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while !this.ended && buf.remaining() > 0 {
            let came = this.inflate_into(buf.initialize_unfilled())?;
            if came > 0 {
                buf.advance(came);
                break;
            }
            if !this.ended && this.waiting.is_empty() {
                ready!(this.poll_input(cx))?;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Deflated {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.output.len() >= PIECE {
            ready!(this.poll_drain(cx))?;
        }
        this.output.reserve(PIECE);
        let before = this.deflate.total_in();
        this.deflate
            .compress_vec(buf, &mut this.output, FlushCompress::None)
            .map_err(io::Error::other)?;
        this.unflushed = true;
        Poll::Ready(Ok(to_usize(this.deflate.total_in().saturating_sub(before))))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.unflushed {
            this.squeeze(FlushCompress::Sync)?;
            this.unflushed = false;
        }
        ready!(this.poll_drain(cx))?;
        Pin::new(&mut this.inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.finished {
            this.squeeze(FlushCompress::Finish)?;
            this.finished = true;
        }
        ready!(this.poll_drain(cx))?;
        Pin::new(&mut this.inner).poll_shutdown(cx)
    }
}

impl fmt::Debug for Deflated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflated")
            .field("format", &self.format)
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
