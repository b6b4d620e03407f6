//! [`Appender`]: messages appended one behind the other, without waiting for each answer.

use std::collections::VecDeque;

use netspeak_core::{Phase, Wire};

use super::batch::{self, Batch, Kept};
use crate::client::talk::Incoming;
use crate::client::{Appended, Client, append};
use crate::command::{AppendBody, Command};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{Code, StatusKind, Untagged};
use crate::types::{Flag, InternalDate, Mailbox};

/// How many commands run ahead of their answers.
const WINDOW: usize = 32;
/// How many of them are batches, whose texts are kept.
const BATCHES: usize = 4;
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

/// A command that was sent.
enum Sent {
    /// A message, by its UID and size.
    Alone(u32, u64),
    Together(Vec<Kept>),
}

/// Where the text of the current message goes.
enum Current {
    /// To the server, as it comes.
    Flows,
    /// Into the batch, once it is complete.
    Gathers(Kept),
}

/// A session that takes messages until [`finish`](Self::finish). Dropped before that it is poisoned: what was sent is
/// there or not.
pub(super) struct Appender<'b> {
    client: &'b mut Client,
    to: &'b Mailbox,
    /// Those that are not answered, in the order of [`Client::open`].
    waiting: VecDeque<Sent>,
    verdicts: VecDeque<Verdict>,
    current: Current,
    /// Octets of the current message that are to come.
    left: u64,
    batch: Batch,
    /// What is larger goes alone.
    largest: u64,
    /// Messages of a batch that was refused.
    again: VecDeque<Kept>,
}

impl<'b> Appender<'b> {
    pub(super) fn begin(client: &'b mut Client, to: &'b Mailbox) -> Result<Self> {
        client.begin(&command(to, &About::default(), 0), Phase::Work)?;
        let offered = client.capabilities.as_ref();
        let takes_several = offered.is_some_and(|it| it.has("MULTIAPPEND"));
        let largest = match takes_several {
            true => batch::largest(client.form().literals),
            false => 0,
        };
        Ok(Self {
            client,
            to,
            waiting: VecDeque::new(),
            verdicts: VecDeque::new(),
            current: Current::Flows,
            left: 0,
            batch: Batch::default(),
            largest,
            again: VecDeque::new(),
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

    /// Whether more of the current message has to be given.
    pub(super) fn lacks_text(&self) -> bool {
        self.left > 0
    }

    /// Takes a message: announces it to the server, once there is room in the window, or keeps it for a batch.
    pub(super) async fn start(&mut self, about: &About, size: u64) -> Result<Wanted> {
        if let Err(error) = self.fits(size) {
            self.judge(about.uid, size, Err(error));
            return Ok(Wanted::Nothing);
        }
        self.say_again().await?;
        if size > 0 && size <= self.largest {
            self.current = Current::Gathers(Kept {
                about: about.clone(),
                text: Vec::new(),
            });
            self.left = size;
            return Ok(Wanted::Text);
        }
        self.send_batch().await?;
        self.announce(about, size).await
    }

    /// Gives a piece of the text; behind the last one the message ends.
    pub(super) async fn send(&mut self, piece: &[u8]) -> Result<()> {
        self.left = self.left.saturating_sub(piece.len() as u64);
        let is_last = self.left == 0;
        match &mut self.current {
            Current::Flows => self.send_text(piece, is_last).await,
            Current::Gathers(kept) => {
                kept.text.extend_from_slice(piece);
                if is_last
                    && let Current::Gathers(kept) =
                        std::mem::replace(&mut self.current, Current::Flows)
                {
                    self.batch.push(kept);
                }
                match self.batch.is_full() {
                    true => self.send_batch().await,
                    false => Ok(()),
                }
            }
        }
    }

    /// Sends what is kept, and waits for the answers to all messages.
    pub(super) async fn finish(&mut self) -> Result<()> {
        self.send_batch().await?;
        while !self.waiting.is_empty() {
            self.hear().await?;
            self.say_again().await?;
        }
        self.client.conn.finish();
        Ok(())
    }

    /// Begins a command for one message.
    async fn announce(&mut self, about: &About, size: u64) -> Result<Wanted> {
        while self.waiting.len() >= WINDOW {
            self.hear().await?;
        }
        let rest = self.client.put(&command(self.to, about, size))?;
        self.waiting.push_back(Sent::Alone(about.uid, size));
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

    async fn send_text(&mut self, piece: &[u8], is_last: bool) -> Result<()> {
        if is_last && piece.len() <= SMALL {
            self.queue(piece)?;
        } else {
            self.send_data(piece).await?;
        }
        match is_last {
            true => self.end().await,
            false => Ok(()),
        }
    }

    fn queue(&mut self, text: &[u8]) -> Result<()> {
        self.client.conn.queue_data(|queue| {
            queue.extend_from_slice(text);
            Ok(())
        })
    }

    async fn end(&mut self) -> Result<()> {
        let mut end = Wire::new();
        end.end();
        self.client.conn.queue(&end);
        self.send_data(b"").await
    }

    /// Sends what is kept, in one command.
    async fn send_batch(&mut self) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let is_batch = |sent: &&Sent| matches!(sent, Sent::Together(_));
        while self.waiting.len() >= WINDOW
            || self.waiting.iter().filter(is_batch).count() >= BATCHES
        {
            self.hear().await?;
        }
        let kept = self.batch.take();
        for (at, message) in kept.iter().enumerate() {
            let size = message.text.len();
            if at == 0 {
                // It is so small that nobody has to be asked.
                self.client
                    .put(&command(self.to, &message.about, size as u64))?;
            } else {
                let announced = batch::announce(&message.about, size);
                self.client.conn.queue(&announced);
            }
            self.queue(&message.text)?;
        }
        self.waiting.push_back(Sent::Together(kept));
        self.end().await
    }

    /// Sends those alone of which one was refused.
    async fn say_again(&mut self) -> Result<()> {
        while let Some(Kept { about, text }) = self.again.pop_front() {
            if self.announce(&about, text.len() as u64).await? == Wanted::Text {
                self.left = 0;
                self.send_text(&text, true).await?;
            }
        }
        Ok(())
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
        let sent = self.waiting.remove(at);
        if reply.is_ok() {
            match sent {
                Some(Sent::Alone(uid, size)) => self.judge(uid, size, Ok(append::place(&reply))),
                Some(Sent::Together(kept)) => self.judge_all(&kept, reply.code()),
                None => {}
            }
            return Ok(());
        }
        // A server that does not know what it offers is not asked for it again.
        let is_unknown = reply.kind() == StatusKind::Bad;
        let error = Error::refused("APPEND", Phase::Work, reply);
        // The mailbox is gone, and so are all others' chances.
        if error.kind() == super::NOT_FOUND {
            return Err(error);
        }
        match sent {
            Some(Sent::Alone(uid, size)) => self.judge(uid, size, Err(error)),
            Some(Sent::Together(kept)) => {
                self.again.extend(kept);
                if is_unknown {
                    self.largest = 0;
                }
            }
            None => {}
        }
        Ok(())
    }

    /// Each message has a UID, in their order.
    fn judge_all(&mut self, kept: &[Kept], code: Option<&Code>) {
        let (validity, uids) = match code {
            Some(Code::AppendUid { validity, uids }) if uids.len() == kept.len() as u64 => {
                (*validity, uids.iter().map(Some).collect())
            }
            _ => (0, vec![None; kept.len()]),
        };
        for (message, uid) in kept.iter().zip(uids) {
            let place = uid.map(|uid| Appended {
                uid_validity: validity,
                uid,
            });
            let size = message.text.len() as u64;
            self.judge(message.about.uid, size, Ok(place));
        }
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
