//! [`Control`]: the control connection, on which commands and replies take turns.

use std::borrow::Cow;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use netspeak_core::{Conn, Phase};

use crate::codec::{Event, ReplyCodec};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Reply, iac_undone};

/// How long silence lasts behind a line that may be the last of its reply, until it is.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Control {
    pub(super) conn: Conn,
    codec: ReplyCodec,
    partial: Partial,
}

/// A reply of which lines have come. It is kept here, so that no dropped future loses any.
#[derive(Debug, Default)]
struct Partial {
    /// Each line closed by a line feed.
    lines: Vec<u8>,
    end: End,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    /// The last line may be the end, if nothing more comes.
    Doubtful,
}

impl Control {
    pub(super) fn new(conn: Conn) -> Self {
        Self {
            codec: ReplyCodec::new(conn.limits()),
            conn,
            partial: Partial::default(),
        }
    }

    /// Begins a command: it is our turn, and the server has not left.
    pub(super) async fn begin(&mut self, phase: Phase) -> Result<()> {
        self.conn.begin(phase)?;
        if self.conn.peek()?.starts_with(b"421") {
            let reply = self.reply().await?;
            return Err(Error::refused("the session", phase, reply));
        }
        Ok(self.conn.in_turn()?)
    }

    /// Sends one command. Arguments are checked before anything else happens.
    pub(super) async fn send(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        command.check()?;
        self.begin(phase).await?;
        self.conn.queue_command(|wire| command.encode(wire))?;
        Ok(self.conn.flush().await?)
    }

    /// One command and its last reply, whatever that says.
    pub(super) async fn ask(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.send(command, phase).await?;
        let reply = self.last_reply().await?;
        self.finish(command.verb(), phase, reply)
    }

    /// One command and its positive reply; everything else is an error.
    pub(super) async fn simple(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        let reply = self.ask(command, phase).await?;
        positive(command, phase, reply)
    }

    /// Several commands in one write, and the reply to each.
    pub(super) async fn together(
        &mut self,
        commands: &[Command<'_>],
        phase: Phase,
    ) -> Result<Vec<Reply>> {
        for command in commands {
            command.check()?;
        }
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        self.begin(phase).await?;
        for command in commands {
            self.conn.queue_command(|wire| command.encode(wire))?;
        }
        let mut replies = Vec::with_capacity(commands.len());
        for command in commands {
            self.conn.reply_due();
            let reply = self.last_reply().await?;
            if reply.is_closing() {
                return Err(Error::refused(command.verb(), phase, reply));
            }
            replies.push(reply);
        }
        self.conn.finish();
        Ok(replies)
    }

    /// The command is over. After 421 the session is as well: nothing more is said in it.
    pub(super) fn finish(
        &mut self,
        verb: impl Into<Cow<'static, str>>,
        phase: Phase,
        reply: Reply,
    ) -> Result<Reply> {
        if reply.is_closing() {
            return Err(Error::refused(verb, phase, reply));
        }
        self.conn.finish();
        Ok(reply)
    }

    /// The next reply that is not preliminary.
    pub(super) async fn last_reply(&mut self) -> Result<Reply> {
        loop {
            let reply = self.reply().await?;
            if !reply.is_preliminary() {
                return Ok(reply);
            }
        }
    }

    /// The next reply. The future may be dropped and the call made again.
    pub(super) async fn reply(&mut self) -> Result<Reply> {
        loop {
            let event = match self.partial.end {
                End::Open => self.conn.next(&mut self.codec).await?,
                End::Doubtful => match self.conn.next_within(&mut self.codec, GRACE).await? {
                    Some(event) => event,
                    None => {
                        self.codec.end_here();
                        return self.complete();
                    }
                },
            };
            if let Some(reply) = self.add(event)? {
                return Ok(reply);
            }
        }
    }

    /// As [`reply`](Self::reply) for those who poll; a reply whose end is in doubt stays pending.
    pub(super) fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        loop {
            let event = ready!(self.conn.poll_next(cx, &mut self.codec))?;
            if let Some(reply) = self.add(event)? {
                return Poll::Ready(Ok(reply));
            }
        }
    }

    /// The next reply may be a long listing.
    pub(super) fn expect_listing(&mut self) {
        self.codec.expect_listing();
    }

    /// Passes over what a server says once too often behind the end of a transfer, as far as it has
    /// come already: the same reply again, or that the transfer begins.
    pub(super) async fn skip_repeated(&mut self, code: u16) -> Result<()> {
        loop {
            let Ok(early) = self.conn.peek() else {
                // Told by the next command.
                return Ok(());
            };
            let is_repeated = early.starts_with(code.to_string().as_bytes());
            let begins = early.starts_with(b"150") || early.starts_with(b"125");
            if !is_repeated && !begins {
                return Ok(());
            }
            self.reply().await?;
        }
    }

    fn add(&mut self, event: Event) -> Result<Option<Reply>> {
        let (Event::Line(line) | Event::Perhaps(line) | Event::Last(line)) = &event;
        let line = iac_undone(self.conn.bytes(line.clone()));
        self.partial.lines.extend_from_slice(&line);
        self.partial.lines.push(b'\n');
        self.partial.end = End::Open;
        match event {
            Event::Line(_) => Ok(None),
            Event::Perhaps(_) => {
                self.partial.end = End::Doubtful;
                Ok(None)
            }
            Event::Last(_) => self.complete().map(Some),
        }
    }

    fn complete(&mut self) -> Result<Reply> {
        let mut lines = std::mem::take(&mut self.partial).lines;
        lines.pop();
        Ok(Reply::new(self.conn.said_so(lines))?)
    }
}

/// The reply, if it is positive.
pub(super) fn positive(command: &Command<'_>, phase: Phase, reply: Reply) -> Result<Reply> {
    if reply.is_positive() {
        Ok(reply)
    } else {
        Err(Error::refused(command.verb(), phase, reply))
    }
}
