//! What streams need: the same as the methods, for those who poll.

use std::task::{Context, Poll, ready};

use super::Client;
use super::read::closed;
use crate::engine::{Event, Side};
use crate::error::Result;
use crate::option::TelnetOption;
use crate::serial::SILENCE;

impl Client {
    /// The next event, whenever it comes.
    pub(crate) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event>> {
        if self.ended {
            return Poll::Ready(Err(closed()));
        }
        self.queue_answers();
        self.conn.reply_due_within(SILENCE);
        let event = ready!(self.conn.poll_next(cx, &mut self.engine))?;
        self.queue_answers();
        self.note(&event);
        Poll::Ready(Ok(event))
    }

    /// Sends what is queued.
    pub(crate) fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.queue_answers();
        self.conn.data_due();
        self.conn.poll_flush(cx).map_err(Into::into)
    }

    pub(crate) fn unsent(&self) -> usize {
        self.conn.queued()
    }

    /// Queues data, 255 doubled.
    pub(crate) fn queue_bytes(&mut self, data: &[u8]) {
        self.engine.data(data);
        self.queue_answers();
    }

    /// Asks for what a serial port needs.
    pub(crate) async fn begin_serial(&mut self) -> Result<()> {
        self.engine.enable(Side::Local, TelnetOption::COM_PORT);
        for side in [Side::Local, Side::Remote] {
            self.engine.enable(side, TelnetOption::BINARY);
            self.engine.enable(side, TelnetOption::SUPPRESS_GO_AHEAD);
        }
        self.send().await
    }

    /// Whether our offer of COM-PORT was refused.
    pub(crate) fn refuses_serial(&self) -> bool {
        self.engine.was_refused(Side::Local, TelnetOption::COM_PORT)
    }
}
