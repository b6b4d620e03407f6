//! IDLE (RFC 2177): tells what happens until the client has something to say.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use tokio::sync::watch;

use crate::fault::{EVENT, IDLING};
use crate::imap::fault::ImapFault;
use crate::imap::reply::{Verdict, bad, ok};
use crate::imap::session::Session;
use crate::wire::{Flow, Wire};

/// How IDLE is ended, and how that may be addressed.
const DONE: &str = "DONE";

impl Session<'_> {
    /// Idles until the client says so; `None` if the last line has been said already.
    pub(super) async fn idle(&mut self) -> Flow<Option<Verdict>> {
        let mut changes = self.imap.mail.watch();
        self.wire.begin(IDLING).await?;
        let forced = self.wire.script().forced(IDLING);
        let leave = forced.unwrap_or_else(|| b"+ idling\r\n".to_vec());
        self.wire.answer(IDLING, leave).await?;
        if self.fails_by(&ImapFault::EndsIdle) {
            return Ok(Some(ok("Idle completed.")));
        }
        loop {
            self.tell_event().await?;
            let Some(line) = line_or_change(self.wire, &mut changes, |_| false).await? else {
                continue;
            };
            self.wire.begin(DONE).await?;
            if !line.eq_ignore_ascii_case(DONE.as_bytes()) {
                return Ok(Some(bad("DONE was expected")));
            }
            let reply = match self.wire.script().forced(DONE) {
                Some(reply) => reply,
                None => {
                    let events = std::mem::take(&mut self.data.bytes);
                    [events, ok("no longer idle").line(&self.tag)].concat()
                }
            };
            self.wire.answer(DONE, reply).await?;
            return Ok(None);
        }
    }

    async fn tell_event(&mut self) -> Flow<()> {
        self.tell_changes(true);
        let event = std::mem::take(&mut self.data.bytes);
        if event.is_empty() {
            return Ok(());
        }
        self.wire.begin(EVENT).await?;
        self.wire.answer(EVENT, event).await
    }
}

/// The client's next line, or `None` once the store has changed.
pub(super) async fn line_or_change(
    wire: &mut Wire,
    changes: &mut watch::Receiver<u64>,
    has_more: fn(&[u8]) -> bool,
) -> Flow<Option<Vec<u8>>> {
    let mut line = pin!(wire.line_with(has_more));
    let mut changed = pin!(changes.changed());
    poll_fn(|context| match line.as_mut().poll(context) {
        Poll::Ready(line) => Poll::Ready(line.map(Some)),
        Poll::Pending => changed.as_mut().poll(context).map(|_| Ok(None)),
    })
    .await
}
