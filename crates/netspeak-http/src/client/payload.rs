//! [`Payload`]: the body of a request, and whether it can be sent again.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use netspeak_core::ReadAhead;

/// The body of a request.
#[derive(Debug, Default)]
pub(super) enum Payload {
    #[default]
    Empty,
    Bytes(Bytes),
    /// A stream, which can be sent once.
    Stream(reqwest::Body),
    /// A part of a file, read as it is sent.
    File(Arc<File>, Range<u64>),
    /// A stream that has been sent.
    Spent,
}

impl Payload {
    /// The body to send now. What can be sent again stays.
    pub(super) fn take(&mut self) -> io::Result<reqwest::Body> {
        match self {
            Self::Empty => Ok(reqwest::Body::from(Bytes::new())),
            Self::File(file, part) => {
                let body = FileBody::new(file, part.clone())?;
                Ok(reqwest::Body::wrap(body))
            }
            Self::Bytes(bytes) => Ok(bytes.clone().into()),
            Self::Stream(_) | Self::Spent => match std::mem::replace(self, Self::Spent) {
                Self::Stream(body) => Ok(body),
                _ => Err(spent()),
            },
        }
    }

    /// Whether there is one to send again.
    pub(super) fn is_there(&self) -> bool {
        !matches!(self, Self::Spent)
    }

    /// Whether it has no bytes at all.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::File(_, part) => part.is_empty(),
            Self::Stream(_) | Self::Spent => false,
        }
    }

    /// Its bytes, if they are in memory.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Empty => Some(b""),
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl From<reqwest::Body> for Payload {
    fn from(mut body: reqwest::Body) -> Self {
        if body.as_bytes().is_none() {
            return Self::Stream(body);
        }
        // What is in memory comes in one piece, at once, and without a copy.
        let mut cx = Context::from_waker(Waker::noop());
        match Pin::new(&mut body).poll_frame(&mut cx) {
            Poll::Ready(Some(Ok(frame))) => Self::Bytes(frame.into_data().unwrap_or_default()),
            _ => Self::Empty,
        }
    }
}

fn spent() -> io::Error {
    io::Error::other("the body is a stream, and has been sent already")
}

/// A part of a file, read on a thread that may block, a piece ahead.
struct FileBody {
    reading: ReadAhead,
    left: u64,
}

impl FileBody {
    fn new(file: &File, part: Range<u64>) -> io::Result<Self> {
        Ok(Self {
            left: part.end.saturating_sub(part.start),
            reading: ReadAhead::begin(file, part)?,
        })
    }
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = ready!(self.reading.poll_next(cx))?;
        let Some(piece) = piece else {
            return Poll::Ready(None);
        };
        let bytes = Bytes::from_owner(piece);
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
