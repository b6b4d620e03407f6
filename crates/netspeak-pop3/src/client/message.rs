//! RETR and TOP: a message as it flows.

use netspeak_core::Phase;

use super::Client;
use crate::codec::Event;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;
use crate::types::MessageNumber;

/// A message being received. Its bytes are those that were delivered, lines end in CR LF.
///
/// Nothing is held in memory: read it piece by piece, copy it into a sink, or take it whole with a
/// limit of your own. Dropping it before its end poisons the session.
#[derive(Debug)]
pub struct Message<'a> {
    client: &'a mut Client,
    number: MessageNumber,
    reply: Reply,
    state: Flow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Flowing,
    Ended,
}

impl Client {
    /// RETR: a whole message.
    ///
    /// # Errors
    /// `work.rejected` if there is no such message.
    pub async fn retr(&mut self, number: MessageNumber) -> Result<Message<'_>> {
        self.send(&Command::Retr(number), Phase::Work).await?;
        self.begin_message(number, "RETR").await
    }

    /// TOP: the header, and so many lines of the body.
    ///
    /// # Errors
    /// `work.rejected` if there is no such message, or the server does not know TOP.
    pub async fn top(&mut self, number: MessageNumber, lines: u32) -> Result<Message<'_>> {
        self.send(&Command::Top { number, lines }, Phase::Work)
            .await?;
        self.begin_message(number, "TOP").await
    }

    pub(super) async fn begin_message(
        &mut self,
        number: MessageNumber,
        verb: &'static str,
    ) -> Result<Message<'_>> {
        let reply = self.begun(format!("{verb} {number}"), Phase::Work).await?;
        self.conn.data_due();
        Ok(Message {
            client: self,
            number,
            reply,
            state: Flow::Flowing,
        })
    }

    /// The next piece of the message that is being received; `None` at its end.
    pub(super) async fn next_piece(&mut self) -> Result<Option<std::ops::Range<usize>>> {
        match self.next().await? {
            Event::Data(range) => Ok(Some(range)),
            _ => Ok(None),
        }
    }
}

impl Message<'_> {
    netspeak_core::text_methods!("a message");

    /// Its number.
    pub fn number(&self) -> MessageNumber {
        self.number
    }

    /// The status line that came before it. Many servers tell the size there.
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// Network errors; `proto.closed` if the connection ends inside the message, `work.timeout` if
    /// nothing comes for too long.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        if self.state == Flow::Ended {
            return Ok(None);
        }
        match self.client.next_piece().await? {
            Some(range) => Ok(Some(self.client.conn.bytes(range))),
            None => {
                self.state = Flow::Ended;
                self.client.conn.finish();
                Ok(None)
            }
        }
    }
}
