//! COMPRESS: the rest of a session in DEFLATE (RFC 4978).

use netspeak_core::{Deflate, Phase};

use super::Client;
use super::talk::{Incoming, Said};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{StatusKind, Untagged};
use crate::state::State;

/// What is offered, and asked for.
const OFFER: &str = "COMPRESS=DEFLATE";

/// Whether a session is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Packing {
    #[default]
    Unasked,
    /// Behind the next command that something can stand behind.
    Wanted,
    Active,
}

impl Client {
    /// COMPRESS DEFLATE: compresses the rest of the session, both ways (RFC 4978). What a server sends may unpack to
    /// so many times its size: [`Limits::inflate_ratio`](crate::Limits::inflate_ratio).
    ///
    /// It costs a round trip; [`Builder::compress_if_offered`](crate::Builder::compress_if_offered) does it without.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is compressed already; `work.not_offered` if the server cannot: nothing is sent then;
    /// `work.rejected`, network errors. Later on [`Error::Limit`] for what unpacks to too much.
    pub async fn compress(&mut self) -> Result<()> {
        self.check_state(&Command::Compress)?;
        if self.packing == Packing::Active {
            return Err(Error::usage("the session is compressed already"));
        }
        self.packing = Packing::Unasked;
        self.needs_any(&[OFFER]).await?;
        self.simple(&Command::Compress, Phase::Work).await?;
        self.pack()
    }

    /// Whether the session is compressed.
    pub fn is_compressed(&self) -> bool {
        self.packing == Packing::Active
    }

    /// Compresses along with the next command, if the server can.
    pub(crate) async fn want_compressed(&mut self) -> Result<()> {
        self.packing = Packing::Wanted;
        if self.state == State::Authenticated {
            self.known_capabilities().await?;
        }
        Ok(())
    }

    fn pack(&mut self) -> Result<()> {
        self.conn.compress(Deflate::Raw)?;
        self.packing = Packing::Active;
        Ok(())
    }

    /// Whether COMPRESS goes out behind this command. Nothing may follow COMPRESS before its answer (RFC 4978
    /// section 3), but it may follow others.
    pub(super) fn packs_behind(&self, command: &Command<'_>) -> bool {
        let is_inside = matches!(self.state, State::Authenticated | State::Selected);
        let offered = self.capabilities.as_ref();
        self.packing == Packing::Wanted
            && is_inside
            && offered.is_some_and(|offered| offered.has(OFFER))
            && matches!(
                command,
                Command::Capability
                    | Command::Noop
                    | Command::Id(_)
                    | Command::Enable(_)
                    | Command::Namespace
                    | Command::Select(..)
                    | Command::Examine(..)
                    | Command::List(_)
                    | Command::Lsub(..)
                    | Command::Status(..)
            )
    }

    /// Says a command that has begun, and COMPRESS behind it, and reads both answers. A refusal of COMPRESS changes
    /// nothing.
    pub(super) async fn ask_and_pack(
        &mut self,
        command: &Command<'_>,
        phase: Phase,
        mut take: impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Reply> {
        let rest = self.put(command)?;
        if !rest.is_empty() {
            // It waits for the server: the next command may do.
            let reply = match self.say_rest(rest, &mut take).await? {
                Said::All => self.answer(phase, &mut take).await?,
                Said::Answered(reply) => reply,
            };
            return self.done(command.verb(), phase, reply);
        }
        self.packing = Packing::Unasked;
        self.put(&Command::Compress)?;
        self.conn.flush().await?;
        let mut answer = None;
        while !self.open.is_empty() {
            match self.next_whole().await? {
                Incoming::Answer(at, reply) => {
                    let is_packed = self.open.remove(at).is_some_and(|it| it.verb == "COMPRESS");
                    if !is_packed {
                        self.heed(&reply);
                        answer = Some(reply);
                    } else if reply.is_ok() {
                        self.pack()?;
                    }
                }
                Incoming::Status(reply) if reply.kind() == StatusKind::Bye => {
                    return Err(self.farewell(phase, reply));
                }
                other => self.pass(other, &mut take)?,
            }
        }
        let reply = answer.ok_or(Error::Poisoned)?;
        self.done(command.verb(), phase, reply)
    }
}
