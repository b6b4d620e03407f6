//! [`Appender`]: messages appended one behind the other, without waiting for each answer.

use std::collections::VecDeque;

use netspeak_core::{Phase, Wire};

use crate::client::talk::Incoming;
use crate::client::{Appended, Client, append};
use crate::command::{AppendBody, Command};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{StatusKind, Untagged};
use crate::types::{Flag, InternalDate, Mailbox};

/// How many messages run ahead of their answers.
const WINDOW: usize = 32;
/// What is so small is sent with what stands around it, in one write.
const SMALL: usize = 16 * 1024;

/// What is known of a message before its text.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    pub(super) uid: u32,
    pub(super) flags: Vec<Flag>,
    pub(super) date: Option<InternalDate>,
}

/// What the server said to a message.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) uid: u32,
    pub(super) size: u64,
    pub(super) taken: Result<Option<Appended>>,
}

/// Whether the text of a message is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Text,
    /// It was refused already.
    Nothing,
}

/// A session that takes messages until [`finish`](Self::finish). Dropped before that it is poisoned: what was sent is
/// there or not.
pub(super) struct Appender<'b> {
    client: &'b mut Client,
    to: &'b Mailbox,
    /// UIDs and sizes of those that are not answered, in the order of [`Client::open`].
    waiting: VecDeque<(u32, u64)>,
    verdicts: VecDeque<Verdict>,
    /// Octets of the current message that are to come.
    left: u64,
}

impl<'b> Appender<'b> {
    pub(super) fn begin(client: &'b mut Client, to: &'b Mailbox) -> Result<Self> {
        client.begin(&command(to, &About::default(), 0), Phase::Work)?;
        Ok(Self {
            client,
            to,
            waiting: VecDeque::new(),
            verdicts: VecDeque::new(),
            left: 0,
        })
    }

    /// What became of messages since the last call.
    pub(super) fn verdict(&mut self) -> Option<Verdict> {
        self.verdicts.pop_front()
    }

    /// Whether the server takes a message of this size, as far as it has told.
    pub(super) fn fits(&self, size: u64) -> Result<()> {
        self.client.check_limit(size)
    }

    /// Whether more of the current message has to be sent.
    pub(super) fn lacks_text(&self) -> bool {
        self.left > 0
    }

    /// Announces a message, once there is room in the window.
    pub(super) async fn start(&mut self, about: &About, size: u64) -> Result<Wanted> {
        if let Err(error) = self.fits(size) {
            self.judge(about.uid, size, Err(error));
            return Ok(Wanted::Nothing);
        }
        while self.waiting.len() >= WINDOW {
            self.hear().await?;
        }
        let rest = self.client.put(&command(self.to, about, size))?;
        self.waiting.push_back((about.uid, size));
        self.left = size;
        // The server wants to be asked: it answers those before first.
        for wire in rest {
            if !self.is_asked_for().await? {
                return Ok(Wanted::Nothing);
            }
            self.client.conn.queue(&wire);
        }
        if size == 0 {
            self.end().await?;
        }
        Ok(Wanted::Text)
    }

    /// Whether the server asks for the text of the newest message, or refuses it.
    async fn is_asked_for(&mut self) -> Result<bool> {
        loop {
            self.client.conn.reply_due();
            match self.client.next_whole().await? {
                Incoming::Go(_) => return Ok(true),
                Incoming::Answer(at, reply) => {
                    let is_newest = at + 1 == self.waiting.len();
                    self.answered(at, reply)?;
                    if is_newest {
                        return Ok(false);
                    }
                }
                other => self.pass(other)?,
            }
        }
    }

    /// Sends a piece of the text; behind the last one the message ends.
    pub(super) async fn send(&mut self, piece: &[u8]) -> Result<()> {
        self.left = self.left.saturating_sub(piece.len() as u64);
        if self.left > 0 || piece.len() > SMALL {
            self.send_data(piece).await?;
        } else {
            self.client.conn.queue_data(|queue| {
                queue.extend_from_slice(piece);
                Ok::<_, Error>(())
            })?;
        }
        match self.left {
            0 => self.end().await,
            _ => Ok(()),
        }
    }

    async fn end(&mut self) -> Result<()> {
        let mut end = Wire::new();
        end.end();
        self.client.conn.queue(&end);
        self.send_data(b"").await
    }

    /// Sends, and takes what the server says meanwhile. It may have refused the message already; what was announced
    /// is sent all the same, since it is read as part of it.
    async fn send_data(&mut self, mut data: &[u8]) -> Result<()> {
        self.client.conn.data_due();
        loop {
            let client = &mut *self.client;
            let sending = client.conn.send_data_or_next(&mut data, &mut client.codec);
            let Some(event) = sending.await? else {
                return Ok(());
            };
            if let Some(incoming) = self.client.incoming(event)? {
                self.take(incoming)?;
            }
        }
    }

    /// Waits for the answers to all messages.
    pub(super) async fn finish(&mut self) -> Result<()> {
        while !self.waiting.is_empty() {
            self.hear().await?;
        }
        self.client.conn.finish();
        Ok(())
    }

    async fn hear(&mut self) -> Result<()> {
        self.client.conn.reply_due();
        let incoming = self.client.next_whole().await?;
        self.take(incoming)
    }

    fn take(&mut self, incoming: Incoming) -> Result<()> {
        match incoming {
            Incoming::Answer(at, reply) => self.answered(at, reply),
            Incoming::Literal(_) => Ok(self.client.codec.gather_literal()?),
            other => self.pass(other),
        }
    }

    /// What a server tells of a mailbox that is filled is no news.
    fn pass(&mut self, incoming: Incoming) -> Result<()> {
        match incoming {
            Incoming::Status(reply) if reply.kind() == StatusKind::Bye => {
                Err(self.client.farewell(Phase::Work, reply))
            }
            other => self.client.pass(other, &mut |untagged| match untagged {
                Untagged::Exists(_) | Untagged::Recent(_) | Untagged::Fetch(_) => None,
                other => Some(other),
            }),
        }
    }

    fn answered(&mut self, at: usize, reply: Reply) -> Result<()> {
        self.client.open.remove(at);
        self.client.heed(&reply);
        let Some((uid, size)) = self.waiting.remove(at) else {
            return Err(Error::malformed(
                "the answer to a message that was sent",
                reply.raw(),
            ));
        };
        let taken = match reply.is_ok() {
            true => Ok(append::place(&reply)),
            false => {
                let error = Error::refused("APPEND", Phase::Work, reply);
                // The mailbox is gone, and so are all others' chances.
                if error.kind() == super::NOT_FOUND {
                    return Err(error);
                }
                Err(error)
            }
        };
        self.judge(uid, size, taken);
        Ok(())
    }

    fn judge(&mut self, uid: u32, size: u64, taken: Result<Option<Appended>>) {
        self.verdicts.push_back(Verdict { uid, size, taken });
    }
}

fn command<'a>(to: &'a Mailbox, about: &'a About, size: u64) -> Command<'a> {
    Command::Append {
        mailbox: to,
        flags: &about.flags,
        date: about.date.as_ref(),
        size,
        body: AppendBody::Literal,
    }
}
