//! Saying a command and reading its answer: tags, literals that wait, and what comes in between.

use std::borrow::Cow;

use netspeak_core::{Codec, Conn, Error as CoreError, Phase};

use super::Client;
use crate::codec::{Event, ReplyCodec};
use crate::command::{Command, Form, Parts};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{Continuation, Response, StatusKind, Untagged};
use crate::state::State;
use crate::types::{Capabilities, Literals, Text, Text8};

/// A command that was sent and is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) tag: String,
    pub(super) verb: Cow<'static, str>,
}

/// What a server says.
#[derive(Debug)]
pub(super) enum Incoming {
    /// The answer to a command: where it stood in the table of open ones.
    Answer(usize, Reply),
    /// A status that answers no command.
    Status(Reply),
    Data(Untagged),
    /// `+`: the server waits for us.
    Go(Continuation),
    /// A literal follows that flows past, of so many octets.
    Literal(u64),
}

/// How far a command was said.
pub(super) enum Said {
    All,
    /// The server answered before the end.
    Answered(Reply),
}

/// Reads the greeting.
pub(super) async fn greeting(
    conn: &mut Conn,
    codec: &mut ReplyCodec,
) -> netspeak_core::Result<Reply> {
    loop {
        match conn.next(codec).await? {
            Event::Part(_) => {}
            Event::Response(line) => {
                let came = conn.bytes(line.clone());
                return match Response::parse(came) {
                    Response::Untagged(Untagged::Status(status)) => {
                        Ok(Reply::new(status, conn.said(line)))
                    }
                    _ => Err(CoreError::malformed("an IMAP greeting", came)),
                };
            }
            _ => return Err(CoreError::malformed("a greeting", conn.event_bytes())),
        }
    }
}

impl Client {
    /// Says a command and reads its answer. `take` gets what comes before it, and gives back what is not
    /// part of the answer.
    ///
    /// NO and BAD are errors.
    pub(super) async fn ask(
        &mut self,
        command: &Command<'_>,
        phase: Phase,
        take: impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Reply> {
        self.begin(command, phase)?;
        self.ask_begun(command, phase, take).await
    }

    /// The same for a command that has begun.
    pub(super) async fn ask_begun(
        &mut self,
        command: &Command<'_>,
        phase: Phase,
        mut take: impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Reply> {
        #[cfg(feature = "deflate")]
        if self.packs_behind(command) {
            return self.ask_and_pack(command, phase, take).await;
        }
        let reply = match self.say(command, &mut take).await? {
            Said::All => self.answer(phase, &mut take).await?,
            Said::Answered(reply) => reply,
        };
        self.done(command.verb(), phase, reply)
    }

    /// The same for commands whose answer is all that matters.
    pub(super) async fn simple(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.ask(command, phase, Some).await
    }

    /// The command is over: what its answer means.
    pub(super) fn done(
        &mut self,
        verb: impl Into<Cow<'static, str>>,
        phase: Phase,
        reply: Reply,
    ) -> Result<Reply> {
        if self.open.is_empty() {
            self.conn.finish();
        }
        if reply.is_ok() {
            Ok(reply)
        } else {
            Err(Error::refused(verb, refused_in(phase, &reply), reply))
        }
    }

    /// Refuses what has no place in the current state, before anything is sent; then begins the command.
    pub(super) fn begin(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        self.check_state(command)?;
        command.check()?;
        self.conn.begin(phase)?;
        self.hear_out()
    }

    pub(super) fn check_state(&self, command: &Command<'_>) -> Result<()> {
        if self.state.allows(command) {
            return self.check_numbers(command);
        }
        Err(Error::usage(format!(
            "{} is not allowed {}",
            command.verb(),
            self.state.told()
        )))
    }

    /// A server speaks unasked, but it cannot answer what was not said yet.
    fn hear_out(&mut self) -> Result<()> {
        let next = format!("{} ", tag(self.tags + 1));
        // Its last words, if there are any, come before the news that a connection has ended.
        let early = self.conn.peek()?;
        let is_early = early.starts_with(next.as_bytes())
            || memchr::memmem::find(early, format!("\n{next}").as_bytes()).is_some();
        if is_early {
            let early = early.to_vec();
            return Err(Error::malformed(
                "no answer to a command that was not sent yet",
                &self.conn.scrub(&early),
            ));
        }
        Ok(())
    }

    /// In which form strings go out here.
    pub(super) fn form(&self) -> Form {
        let offered = self.capabilities.as_ref();
        let is_utf8 = self.is_enabled("UTF8=ACCEPT") || self.is_enabled("IMAP4rev2");
        Form {
            literals: offered.map_or(Literals::Synchronising, Capabilities::literals),
            text: if is_utf8 { Text8::Utf8 } else { Text8::Utf7 },
        }
    }

    /// Queues a command in one part, or its first part; the other parts wait for the server.
    pub(super) fn put(&mut self, command: &Command<'_>) -> Result<Vec<netspeak_core::Wire>> {
        let mut wires = self.register(command)?;
        self.conn.queue(&wires.remove(0));
        Ok(wires)
    }

    /// Gives a command its tag, and tells its parts; none of them is queued.
    pub(super) fn register(&mut self, command: &Command<'_>) -> Result<Vec<netspeak_core::Wire>> {
        let tag = tag(self.tags + 1);
        let mut parts = Parts::new(&tag, self.form());
        command.encode(&mut parts)?;
        self.tags += 1;
        self.open.push_back(Open {
            tag,
            verb: command.verb().into(),
        });
        Ok(parts.into_wires())
    }

    /// Sends a command, waiting before each literal if the server wants to be asked.
    pub(super) async fn say(
        &mut self,
        command: &Command<'_>,
        take: &mut impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Said> {
        let rest = self.put(command)?;
        self.say_rest(rest, take).await
    }

    /// Sends a command that was put, and the parts of it that wait.
    pub(super) async fn say_rest(
        &mut self,
        rest: Vec<netspeak_core::Wire>,
        take: &mut impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Said> {
        self.conn.flush().await?;
        for wire in rest {
            if let Some(reply) = self.wait_to_go(take).await? {
                return Ok(Said::Answered(reply));
            }
            self.conn.send(&wire).await?;
        }
        Ok(Said::All)
    }

    /// Waits for `+`; the answer, if the server says no instead.
    pub(super) async fn wait_to_go(
        &mut self,
        take: &mut impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Option<Reply>> {
        loop {
            match self.next_whole().await? {
                Incoming::Go(_) => return Ok(None),
                Incoming::Answer(at, reply) => {
                    self.open.remove(at);
                    return Ok(Some(reply));
                }
                other => self.pass(other, take)?,
            }
        }
    }

    /// Reads on to the answer of the one command that is open.
    pub(super) async fn answer(
        &mut self,
        phase: Phase,
        take: &mut impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Reply> {
        loop {
            match self.next_whole().await? {
                Incoming::Answer(at, reply) => {
                    self.open.remove(at);
                    self.heed(&reply);
                    return Ok(reply);
                }
                Incoming::Status(reply) if reply.kind() == StatusKind::Bye => {
                    return Err(self.farewell(phase, reply));
                }
                other => self.pass(other, take)?,
            }
        }
    }

    /// What comes between a command and its answer.
    pub(super) fn pass(
        &mut self,
        incoming: Incoming,
        take: &mut impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<()> {
        match incoming {
            Incoming::Status(reply) if reply.kind() == StatusKind::Bye => {
                Err(self.farewell(Phase::Work, reply))
            }
            Incoming::Status(reply) => {
                self.heed(&reply);
                match take(Untagged::Status(reply.status().clone())) {
                    Some(untagged) => self.keep(untagged),
                    None => Ok(()),
                }
            }
            Incoming::Data(untagged) => {
                self.heed_data(&untagged);
                match take(untagged) {
                    Some(untagged) => self.keep(untagged),
                    None => Ok(()),
                }
            }
            // Some servers ask for a literal that they have already got.
            Incoming::Go(_) => Ok(()),
            Incoming::Answer(..) | Incoming::Literal(_) => Err(Error::malformed(
                "the answer to the command",
                self.conn.event_bytes(),
            )),
        }
    }

    /// The server has said BYE where nobody asked it to: nothing more comes.
    pub(super) fn farewell(&mut self, phase: Phase, reply: Reply) -> Error {
        self.state = State::Logout;
        let verb = self.open.front().map(|open| open.verb.clone());
        Error::refused(verb.unwrap_or("session".into()), phase, reply)
    }

    /// The next response; literals that hold messages are announced and flow past.
    pub(super) async fn next(&mut self) -> Result<Incoming> {
        loop {
            let event = self.conn.next(&mut self.codec).await?;
            if let Some(incoming) = self.incoming(event)? {
                return Ok(incoming);
            }
        }
    }

    /// The next response with all that is in it, up to [`Limits::literal`](crate::Limits).
    pub(super) async fn next_whole(&mut self) -> Result<Incoming> {
        loop {
            match self.next().await? {
                Incoming::Literal(_) => self.codec.gather_literal()?,
                incoming => return Ok(incoming),
            }
        }
    }

    /// What an event means; `None` if more has to come.
    pub(super) fn incoming(&mut self, event: Event) -> Result<Option<Incoming>> {
        let response = match &event {
            Event::Response(line) => Response::parse(self.conn.bytes(line.clone())),
            Event::Assembled(_) => Response::parse(self.codec.assembled()),
            Event::Literal { size, .. } => return Ok(Some(Incoming::Literal(*size))),
            Event::Part(_) | Event::Data(_) => return Ok(None),
        };
        let shown = <ReplyCodec as Codec>::shown(&event);
        let said = |conn: &Conn| match shown {
            netspeak_core::Shown::Line(line) => conn.said(line),
            _ => conn.said(0..0),
        };
        Ok(Some(match response {
            Response::Tagged { tag, status } => {
                let reply = Reply::new(status, said(&self.conn));
                Incoming::Answer(self.place_of(&tag)?, reply)
            }
            Response::Untagged(Untagged::Status(status)) => {
                Incoming::Status(Reply::new(status, said(&self.conn)))
            }
            Response::Untagged(mut untagged) => {
                if self.form().text == Text8::Utf8 {
                    untagged.take_names_for_utf8();
                }
                Incoming::Data(untagged)
            }
            Response::Continuation(go) => Incoming::Go(go),
        }))
    }

    /// Where a tag stands in the table of open commands.
    fn place_of(&self, tag: &Text) -> Result<usize> {
        let place = self
            .open
            .iter()
            .position(|open| open.tag.as_bytes() == tag.as_bytes());
        place.ok_or_else(|| {
            Error::malformed(
                "the answer to a command that is open",
                &self.conn.scrub(self.conn.event_bytes()),
            )
        })
    }
}

/// `A1`, `A2`, ...
pub(super) fn tag(number: u64) -> String {
    format!("A{number}")
}

/// Where a refusal belongs: Exchange says yes to a login that it then does not honour.
fn refused_in(phase: Phase, reply: &Reply) -> Phase {
    let text = reply.status().text.as_bytes();
    let is_login = memchr::memmem::find(text, b"authenticated but not connected").is_some();
    if is_login { Phase::Auth } else { phase }
}
