//! [`Outgoing`]: the body of a request on its way out.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use netspeak_core::{Deadlines, Pace, Progress};

use super::expect::Gate;

/// What sending a body can fail of: our own side.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// How much of a body has gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Gone(Arc<AtomicU64>);

impl Gone {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The body of a request: behind a gate if the server is asked first, no faster than is wanted.
#[derive(Debug)]
pub(super) struct Outgoing {
    body: reqwest::Body,
    gone: Gone,
    gate: Option<Gate>,
    pace: Option<Paced>,
    total: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Paced {
    pub(super) pace: Pace,
    pub(super) deadlines: Deadlines,
    /// What does not fit into this moment.
    rest: Bytes,
}

impl Paced {
    pub(super) fn new(pace: Pace, deadlines: Deadlines) -> Self {
        Self {
            pace,
            deadlines,
            rest: Bytes::new(),
        }
    }
}

impl Outgoing {
    pub(super) fn new(body: reqwest::Body, gone: Gone) -> Self {
        let total = body.size_hint().exact();
        Self {
            body,
            gone,
            gate: None,
            pace: None,
            total,
        }
    }

    pub(super) fn behind(mut self, gate: Gate) -> Self {
        self.gate = Some(gate);
        self
    }

    pub(super) fn paced(mut self, pace: Option<Paced>) -> Self {
        self.pace = pace;
        self
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let Some(paced) = &mut self.pace else {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        };
        ready!(paced.pace.poll_turn(cx));
        if paced.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => paced.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
            }
        }
        let most = paced.pace.piece(paced.rest.len()).min(paced.rest.len());
        let piece = paced.rest.split_to(most);
        let bytes = piece.len() as u64;
        let progress = Progress::new(self.gone.bytes().saturating_add(bytes), self.total);
        paced.pace.moved(bytes, progress, &paced.deadlines);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let this = &mut *self;
        if let Some(gate) = &mut this.gate {
            ready!(gate.poll_open(cx))?;
            this.gate = None;
        }
        let frame = ready!(this.poll_piece(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            this.gone.0.fetch_add(data.len() as u64, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let rest = self.pace.as_ref().is_none_or(|paced| paced.rest.is_empty());
        rest && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.total {
            Some(total) => SizeHint::with_exact(total.saturating_sub(self.gone.bytes())),
            None => SizeHint::default(),
        }
    }
}
