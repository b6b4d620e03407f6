//! [`Reading`]: the body of an answer as it comes in.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body as _;
use hyper::body::Incoming;
use netspeak_core::{Deadline, Deadlines, ErrorKind, Pace, Phase, Progress, Reason, Timeline};

use super::expect::HeldBack;
use super::failure;
use super::link::Link;
use super::settings::LowSpeed;
use super::tasks::Tasks;
use crate::decode::Decoder;
use crate::error::{Error, Result};

/// The largest piece that comes out of a decoder.
const ROOM: usize = 64 * 1024;

/// The body of an answer as it comes in: under deadlines and limits, decoded.
pub(super) struct Reading {
    incoming: Incoming,
    pub(super) link: Link,
    /// The connection lives as long as this does.
    _tasks: Tasks,
    /// A request's body that is still held back is given up with this.
    _held: Option<HeldBack>,
    deadlines: Deadlines,
    /// Until when something must come.
    quiet: Deadline,
    alarm: Option<Alarm>,
    low: Option<Low>,
    pub(super) pace: Pace,
    decoder: Option<Decoder>,
    /// What the decoder has not seen yet.
    encoded: Bytes,
    /// Nothing more comes out of the decoder before something goes in.
    is_hungry: bool,
    /// Bytes that have come, and how many there will be.
    came: u64,
    total: Option<u64>,
    /// Bytes that were given out, and how many may be.
    given: u64,
    most: Option<u64>,
    trailers: Option<HeaderMap>,
    clock: Timeline,
    state: State,
}

type Alarm = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Ended(Duration),
    Failed,
}

/// How many bytes have come in this window.
struct Low {
    limit: LowSpeed,
    until: Deadline,
    bytes: u64,
}

impl Low {
    fn new(limit: LowSpeed, deadlines: &Deadlines) -> Self {
        Self {
            limit,
            until: deadlines.within(Phase::Body, limit.window),
            bytes: 0,
        }
    }

    fn check(&mut self, deadlines: &Deadlines) -> Result<()> {
        if !self.until.is_over() {
            return Ok(());
        }
        let wanted =
            u128::from(self.limit.rate.get()).saturating_mul(self.limit.window.as_millis()) / 1000;
        if u128::from(self.bytes) < wanted {
            let (rate, window) = (self.limit.rate, self.limit.window);
            return Err(Error::net(
                ErrorKind::new(Phase::Body, Reason::Timeout),
                format!(
                    "too slow: {} bytes in {window:?}, where {rate} bytes a second are wanted",
                    self.bytes
                ),
            ));
        }
        *self = Self::new(self.limit, deadlines);
        Ok(())
    }
}

/// What a body is read with.
pub(super) struct Terms {
    pub(super) deadlines: Deadlines,
    pub(super) low_speed: Option<LowSpeed>,
    pub(super) decoder: Option<Decoder>,
    pub(super) total: Option<u64>,
    pub(super) most: Option<u64>,
    pub(super) held: Option<HeldBack>,
}

impl Reading {
    pub(super) fn new(incoming: Incoming, link: Link, tasks: Tasks, terms: Terms) -> Self {
        let Terms {
            deadlines,
            low_speed,
            decoder,
            total,
            most,
            held,
        } = terms;
        Self {
            incoming,
            link,
            _tasks: tasks,
            _held: held,
            quiet: deadlines.progress(Phase::Body),
            alarm: None,
            low: low_speed.map(|limit| Low::new(limit, &deadlines)),
            deadlines,
            pace: Pace::default(),
            decoder,
            encoded: Bytes::new(),
            is_hungry: true,
            came: 0,
            total,
            given: 0,
            most,
            trailers: None,
            clock: Timeline::start(),
            state: State::Open,
        }
    }

    /// How many bytes will come, if that is known and they come as they are.
    pub(super) fn total(&self) -> Option<u64> {
        self.total.filter(|_| self.decoder.is_none())
    }

    /// How long the body took, once it has ended.
    pub(super) fn took(&self) -> Option<Duration> {
        match self.state {
            State::Ended(took) => Some(took),
            _ => None,
        }
    }

    pub(super) fn trailers(&self) -> Option<&HeaderMap> {
        self.trailers.as_ref()
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        std::future::poll_fn(|cx| self.poll_chunk(cx))
            .await
            .transpose()
    }

    /// The next piece of the body; `None` at its end.
    pub(super) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        match self.state {
            State::Open => {}
            State::Ended(_) => return Poll::Ready(None),
            State::Failed => return Poll::Ready(Some(Err(Error::Poisoned))),
        }
        let polled = self.poll_open(cx);
        match &polled {
            Poll::Ready(Some(Err(_))) => self.state = State::Failed,
            Poll::Ready(None) => self.state = State::Ended(self.clock.elapsed()),
            _ => {}
        }
        polled
    }

    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            ready!(self.pace.poll_turn(cx));
            if let Some(piece) = self.decoded().transpose() {
                return Poll::Ready(Some(piece.and_then(|piece| self.give(piece))));
            }
            let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(cx) else {
                return self.poll_alarm(cx).map(|error| Some(Err(error)));
            };
            match frame {
                None => return Poll::Ready(self.ended().err().map(Err)),
                Some(Err(error)) => return Poll::Ready(Some(Err(self.broken(&error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        self.came(data.len())?;
                        if self.decoder.is_none() {
                            return Poll::Ready(Some(self.give(data)));
                        }
                        self.encoded = data;
                        self.is_hungry = false;
                    }
                    Err(frame) => self.trailers = frame.into_trailers().ok(),
                },
            }
        }
    }

    /// So many bytes more have come.
    fn came(&mut self, bytes: usize) -> Result<()> {
        self.came = self.came.saturating_add(bytes as u64);
        self.quiet = self.deadlines.progress(Phase::Body);
        if self.quiet.is_over() {
            return Err(self.quiet.expired("reading the body").into());
        }
        if let Some(low) = &mut self.low {
            low.bytes = low.bytes.saturating_add(bytes as u64);
            low.check(&self.deadlines)?;
        }
        let progress = Progress::new(self.came, self.total);
        self.pace.moved(bytes as u64, progress, &self.deadlines);
        Ok(())
    }

    fn give(&mut self, piece: Bytes) -> Result<Bytes> {
        self.given = self.given.saturating_add(piece.len() as u64);
        match self.most {
            Some(most) if self.given > most => Err(Error::limit("bytes in a body", most)),
            _ => Ok(piece),
        }
    }

    /// The next piece from the decoder; `None` if it needs more.
    fn decoded(&mut self) -> Result<Option<Bytes>> {
        let Some(decoder) = self.decoder.as_mut().filter(|_| !self.is_hungry) else {
            return Ok(None);
        };
        let mut room = BytesMut::zeroed(ROOM);
        let mut input: &[u8] = &self.encoded;
        let before = input.len();
        let size = decoder.decode(&mut input, &mut room)?;
        let used = before.saturating_sub(input.len());
        self.encoded.advance(used);
        room.truncate(size);
        self.is_hungry = size == 0;
        Ok((size > 0).then(|| room.freeze()))
    }

    fn ended(&self) -> Result<()> {
        self.decoder.as_ref().map_or(Ok(()), Decoder::finish)
    }

    fn broken(&self, error: &hyper::Error) -> Error {
        match failure::of_hyper(error, Phase::Body, Some(&self.link)) {
            Error::Net(mut net) => {
                net.message = match self.total {
                    Some(total) => format!("{} ({} of {total} bytes came)", net.message, self.came),
                    None => format!("{} ({} bytes came)", net.message, self.came),
                };
                Error::Net(net)
            }
            other => other,
        }
    }

    /// Ready when it has taken too long. The alarm rings at the limits as they stood when it was set; by
    /// then something may have come.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        loop {
            let quiet = self.quiet;
            let low = self.low.as_ref().map(|low| low.until);
            let alarm = self.alarm.get_or_insert_with(|| {
                Box::pin(async move {
                    let mut quiet = pin!(quiet.passed());
                    let mut low = pin!(async {
                        match low {
                            Some(low) => low.passed().await,
                            None => std::future::pending().await,
                        }
                    });
                    std::future::poll_fn(|cx| match quiet.as_mut().poll(cx) {
                        Poll::Pending => low.as_mut().poll(cx),
                        passed => passed,
                    })
                    .await;
                })
            });
            ready!(alarm.as_mut().poll(cx));
            self.alarm = None;
            if quiet.is_over() {
                return Poll::Ready(quiet.expired("reading the body").into());
            }
            if let Some(low) = &mut self.low
                && let Err(error) = low.check(&self.deadlines)
            {
                return Poll::Ready(error);
            }
        }
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("came", &self.came)
            .field("total", &self.total)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
