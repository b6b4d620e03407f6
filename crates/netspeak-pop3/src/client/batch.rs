//! Many messages, pipelined: commands run ahead of the replies (RFC 2449 section 6.6).

use std::collections::VecDeque;

use netspeak_core::Phase;

use super::Client;
use crate::codec::{Event, Expect};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;
use crate::types::MessageNumber;

/// How far commands may run ahead. The commands of a full window are under 1 KiB, so they fit into
/// any server's receive buffer; the answers are read as they come.
const WINDOW: usize = 64;

/// What to fetch of each message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetch {
    /// All of it (RETR).
    Whole,
    /// The header and so many lines of the body (TOP).
    Top(u32),
}

impl Fetch {
    fn command(self, number: MessageNumber) -> Command<'static> {
        match self {
            Self::Whole => Command::Retr(number),
            Self::Top(lines) => Command::Top { number, lines },
        }
    }
}

/// Messages being received one after the other.
///
/// ```no_run
/// # async fn example(client: &mut netspeak_pop3::Client) -> netspeak_pop3::Result<()> {
/// use netspeak_pop3::Fetch;
///
/// let numbers = client.list().await?.into_iter().map(|listing| listing.number).collect();
/// let mut batch = client.fetch(numbers, Fetch::Whole)?;
/// while let Some((number, answer)) = batch.next().await? {
///     match answer {
///         Ok(_) => {
///             while let Some(piece) = batch.chunk().await? {
///                 println!("{} bytes of message {number}", piece.len());
///             }
///         }
///         Err(refusal) => println!("{number}: {refusal}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// Every reply is bound to the number whose command it answers. The futures of its methods may be
/// dropped and called again; dropping the batch itself before its end poisons the session.
#[derive(Debug)]
pub struct Batch<'a> {
    client: &'a mut Client,
    fetch: Fetch,
    waiting: VecDeque<MessageNumber>,
    asked: VecDeque<MessageNumber>,
    window: usize,
    inside: bool,
}

impl Client {
    /// Fetches many messages, pipelined if CAPA said that the server can, else one after the other.
    ///
    /// # Errors
    /// [`Error::Usage`] before the login, [`Error::Poisoned`].
    pub fn fetch(&mut self, numbers: Vec<MessageNumber>, fetch: Fetch) -> Result<Batch<'_>> {
        if let Some(first) = numbers.first() {
            self.check_state(&fetch.command(*first))?;
        }
        self.conn.begin_in_turn(Phase::Work)?;
        if numbers.is_empty() {
            self.conn.finish();
        }
        let window = match self.pipelines() {
            true => self.conn.limits().window(WINDOW),
            false => 1,
        };
        Ok(Batch {
            client: self,
            fetch,
            waiting: numbers.into(),
            asked: VecDeque::with_capacity(window),
            window,
            inside: false,
        })
    }
}

impl Batch<'_> {
    /// The next message: its number, and the status line or the server's refusal. `None` when all
    /// were answered. What was not read of the message before is skipped.
    ///
    /// # Errors
    /// Network errors, which end the batch.
    pub async fn next(&mut self) -> Result<Option<(MessageNumber, Result<Reply>)>> {
        while self.inside {
            self.chunk().await?;
        }
        self.run_ahead()?;
        let Some(&number) = self.asked.front() else {
            return Ok(None);
        };
        self.client.codec.expect(Expect::Message);
        self.client.conn.reply_due();
        // Dropped here, the number still waits for its reply, and the next call goes on with it.
        let event = self.client.next().await?;
        self.asked.pop_front();
        let answer = match event {
            Event::Begin(status) => {
                self.inside = true;
                self.client.conn.data_due();
                Ok(self.client.reply_of(&status))
            }
            event => {
                let reply = self.client.status_of(event)?;
                let verb = self.fetch.command(number).verb();
                self.finish_if_done()?;
                Err(Error::refused(
                    format!("{verb} {number}"),
                    Phase::Work,
                    reply,
                ))
            }
        };
        Ok(Some((number, answer)))
    }

    /// The next piece of the current message; `None` at its end.
    ///
    /// # Errors
    /// As [`Message::chunk`](super::Message::chunk).
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        if !self.inside {
            return Ok(None);
        }
        match self.client.next_piece().await? {
            Some(range) => Ok(Some(self.client.conn.bytes(range))),
            None => {
                self.inside = false;
                self.finish_if_done()?;
                Ok(None)
            }
        }
    }

    /// Tops the window up when it is half empty, so that commands leave in groups.
    fn run_ahead(&mut self) -> Result<(), Error> {
        if self.asked.len() > self.window / 2 {
            return Ok(());
        }
        if self.asked.is_empty() && !self.waiting.is_empty() {
            self.client.conn.in_turn()?;
        }
        while self.asked.len() < self.window {
            let Some(number) = self.waiting.pop_front() else {
                break;
            };
            let command = self.fetch.command(number);
            // They leave while the next reply is awaited.
            self.client
                .conn
                .queue_command(|wire| command.encode(wire))?;
            self.asked.push_back(number);
        }
        Ok(())
    }

    /// What is left over when every command has its reply shows that some reply was not the one
    /// it was taken for.
    fn finish_if_done(&mut self) -> Result<()> {
        if !self.asked.is_empty() || !self.waiting.is_empty() {
            return Ok(());
        }
        if self.client.conn.has_unread() {
            self.client.conn.in_turn()?;
        }
        self.client.conn.finish();
        Ok(())
    }
}
