//! The body of an answer, piece by piece, for hyper.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};
use tokio::time::Sleep;

use crate::http::page::{Delivery, End, Pace};
use crate::http::reply::fields;

/// What is sent at once where nothing else is said.
const PIECE: usize = 64 << 10;

/// The body of an answer.
#[derive(Default)]
pub(super) struct Outgoing {
    whole: Bytes,
    rest: Bytes,
    pace: Option<Pace>,
    pause: Option<Pin<Box<Sleep>>>,
    trailers: Option<HeaderMap>,
    end: End,
    /// Whether what was sent before a cut has had its chance to leave.
    flushed: bool,
}

/// A body that ends where it should not.
#[derive(Debug)]
pub(super) struct Torn;

impl std::fmt::Display for Torn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body was cut")
    }
}

impl std::error::Error for Torn {}

impl Outgoing {
    pub(super) fn new(mut body: Bytes, delivery: &Delivery) -> Self {
        if let End::Cut(at) = delivery.end {
            body.truncate(at);
        }
        let trailers = fields(&delivery.trailers);
        Self {
            rest: body.clone(),
            whole: body,
            pace: delivery.pace,
            pause: None,
            trailers: (!trailers.is_empty()).then_some(trailers),
            end: delivery.end,
            flushed: false,
        }
    }

    /// The end of the body.
    fn finish(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Torn>>> {
        if !matches!(self.end, End::Cut(_)) {
            return Poll::Ready(self.trailers.take().map(|it| Ok(Frame::trailers(it))));
        }
        // hyper drops what it has not yet written when a body fails.
        if !std::mem::replace(&mut self.flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Torn)))
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Torn;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Torn>>> {
        if self.rest.is_empty() && self.end == End::Never && !self.whole.is_empty() {
            self.rest = self.whole.clone();
        }
        if self.rest.is_empty() {
            return self.finish(context);
        }
        let mut piece = PIECE;
        if let Some(pace) = self.pace {
            piece = pace.piece;
            let pause = self
                .pause
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(pace.every)));
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let piece = piece.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.whole.is_empty() && self.trailers.is_none() && self.end == End::Whole
    }
}
