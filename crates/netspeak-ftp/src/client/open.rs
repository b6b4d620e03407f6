//! How a transfer begins: what has to be said before, the data connection, and the command itself.

use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::task::{Poll, ready};

use netspeak_core::socket::TcpListener;
use netspeak_core::{Conn, Endpoint, Phase, Reason};

use super::flow::{AFTERMATH, Flow};
use super::{Asked, Client, Offset, Passive, Utf8};
use crate::codec::State;
use crate::command::Command;
use crate::data::{Arrival, Link, Under, Way, listen};
use crate::error::{Error, Result};
use crate::response::{Reply, passive, size};
use crate::types::{Features, Protection, TransferMode, TransferType};

/// What a transfer needs besides its command.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs<'a> {
    pub(super) transfer_type: TransferType,
    pub(super) mode: TransferMode,
    pub(super) offset: u64,
    /// The size of this file is asked for on the way.
    pub(super) size_of: Option<&'a [u8]>,
    /// Room is asked for on the way (ALLO).
    pub(super) allocate: Option<u64>,
}

/// A transfer that has begun.
pub(super) struct Begun {
    pub(super) data: Conn,
    pub(super) reply: Option<Reply>,
    /// What SIZE said.
    pub(super) size: Option<u64>,
}

/// Where the other end of the data connection is.
enum Rendezvous {
    There(Endpoint),
    Here(TcpListener, IpAddr),
}

/// What was learnt before the transfer.
struct Prepared {
    rendezvous: Rendezvous,
    size: Option<u64>,
}

/// What is said before a transfer, and what its reply is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Feat,
    Utf8,
    Pbsz,
    Prot,
    Mode,
    Type,
    Size,
    Allo,
    Address,
    Rest,
}

impl Client {
    /// Begins a transfer: it is under way when this returns, or the server has refused it.
    pub(super) async fn transfer(
        &mut self,
        command: &Command<'_>,
        needs: Needs<'_>,
    ) -> Result<Flow<'_>> {
        let begun = self.begin_transfer(command, needs).await?;
        Ok(Flow::new(self, command.verb(), begun))
    }

    /// As [`transfer`](Self::transfer), for those who try something else after a refusal. Where EPSV has
    /// failed it is tried once more, with PASV.
    pub(super) async fn begin_transfer(
        &mut self,
        command: &Command<'_>,
        needs: Needs<'_>,
    ) -> Result<Begun> {
        let before = self.told.passive;
        match self.begin_once(command, needs).await {
            Err(_) if self.told.passive != before && !self.control.conn.is_busy() => {
                self.begin_once(command, needs).await
            }
            begun => begun,
        }
    }

    async fn begin_once(&mut self, command: &Command<'_>, needs: Needs<'_>) -> Result<Begun> {
        self.check_state(command)?;
        command.check()?;
        let Prepared { rendezvous, size } = self.prepare(needs).await?;
        let (data, reply) = self.meet(command, rendezvous).await?;
        let data = self.compressed(data, needs.mode)?;
        Ok(Begun { data, reply, size })
    }

    #[cfg(feature = "deflate")]
    fn compressed(&self, mut data: Conn, mode: TransferMode) -> Result<Conn> {
        if mode == TransferMode::Deflate {
            data.compress(netspeak_core::Deflate::Zlib)?;
        }
        Ok(data)
    }

    #[cfg(not(feature = "deflate"))]
    fn compressed(&self, data: Conn, mode: TransferMode) -> Result<Conn> {
        match mode {
            TransferMode::Stream => Ok(data),
            TransferMode::Deflate => Err(Error::usage("this build is without MODE Z")),
        }
    }

    /// Says what has to be said before, in one go.
    async fn prepare(&mut self, needs: Needs<'_>) -> Result<Prepared> {
        let ours = self.control.conn.local_addr();
        let listener = match (&self.settings.active, ours) {
            (Some(active), Some(ours)) => {
                let peer = self.control_peer()?;
                Some((listen(active, ours).await?, peer))
            }
            (Some(_), None) => return Err(Error::usage("active mode needs TCP")),
            (None, _) => None,
        };
        let address = match (&listener, self.told.passive) {
            (None, Passive::Epsv) => Command::Epsv,
            (None, Passive::Pasv) => Command::Pasv,
            (Some(((_, announced), _)), _) => match announced {
                std::net::SocketAddr::V4(v4) => Command::Port(*v4),
                v6 => Command::Eprt(*v6),
            },
        };
        let steps = self.steps(needs, address);
        let (names, commands): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
        let replies = self.several(&commands, Phase::Work).await?;
        let (mut size_told, mut port) = (None, None);
        for ((step, command), reply) in names.into_iter().zip(&commands).zip(replies) {
            match step {
                Step::Feat => self.note_features(&reply),
                // Refusals of these are no reason to stop.
                Step::Utf8 => self.told.utf8 = Utf8::Said,
                Step::Pbsz | Step::Allo => {}
                Step::Size => size_told = size(&reply).filter(|_| reply.is_positive()),
                Step::Prot => self.note_protection(Protection::Private, Some(reply))?,
                Step::Mode if reply.is_positive() => self.told.mode = needs.mode,
                Step::Type if reply.is_positive() => {
                    self.told.transfer_type = Some(needs.transfer_type);
                }
                Step::Rest if reply.is_intermediate() => self.told.offset = Offset::Pending,
                Step::Address if reply.is_positive() => port = Some(reply),
                Step::Mode | Step::Type | Step::Rest | Step::Address => {
                    if step == Step::Address {
                        self.distrust_epsv();
                    }
                    return Err(Error::refused(command.verb(), Phase::Work, reply));
                }
            }
        }
        let rendezvous = match (listener, port) {
            (Some(((listener, _), peer)), _) => Rendezvous::Here(listener, peer),
            (None, Some(reply)) => {
                let told = passive(&reply)?;
                let peer = self.control.conn.peer_addr().map(|peer| peer.ip());
                let is_other = |told: &Ipv4Addr| peer.is_some_and(|peer| peer != IpAddr::V4(*told));
                self.told.elsewhere = told.address.filter(is_other);
                let link = &self.link;
                Rendezvous::There(link.passive_endpoint(&self.control.conn, told)?)
            }
            (None, None) => return Err(Error::usage("there is no way to a data connection")),
        };
        Ok(Prepared {
            rendezvous,
            size: size_told,
        })
    }

    fn steps<'a>(&self, needs: Needs<'a>, address: Command<'a>) -> Vec<(Step, Command<'a>)> {
        let told = &self.told;
        let is_new_type = told.transfer_type != Some(needs.transfer_type);
        let is_unprotected = told.protection.is_none() && self.control.conn.is_encrypted();
        let mut steps = Vec::with_capacity(10);
        let mut say = |when: bool, step, command| {
            if when {
                steps.push((step, command));
            }
        };
        say(self.features == Asked::NotYet, Step::Feat, Command::Feat);
        let has_utf8 = self.features().is_some_and(Features::utf8) && told.utf8 == Utf8::Unsaid;
        say(has_utf8, Step::Utf8, Command::Opts("UTF8 ON"));
        say(is_unprotected, Step::Pbsz, Command::Pbsz);
        say(
            is_unprotected,
            Step::Prot,
            Command::Prot(Protection::Private),
        );
        say(
            told.mode != needs.mode,
            Step::Mode,
            Command::Mode(needs.mode),
        );
        say(is_new_type, Step::Type, Command::Type(needs.transfer_type));
        if let Some(path) = needs.size_of {
            say(true, Step::Size, Command::Size(path));
        }
        if let Some(size) = needs.allocate {
            say(true, Step::Allo, Command::Allo(size));
        }
        say(true, Step::Address, address);
        let has_offset = needs.offset > 0 || told.offset == Offset::Pending;
        say(has_offset, Step::Rest, Command::Rest(needs.offset));
        steps
    }

    fn control_peer(&self) -> Result<IpAddr> {
        match self.control.conn.peer_addr() {
            Some(peer) if !self.control.conn.is_tunnelled() => Ok(peer.ip()),
            _ => Err(Error::usage("active mode does not go through a proxy")),
        }
    }

    /// Sends the command and opens the data connection at the same time; what the server has said
    /// meanwhile.
    async fn meet(
        &mut self,
        command: &Command<'_>,
        rendezvous: Rendezvous,
    ) -> Result<(Conn, Option<Reply>)> {
        self.control.send(command, Phase::Work).await?;
        self.state = State::Transferring;
        let under = Under {
            deadlines: self.control.conn.deadlines().clone(),
            protection: self.protection(),
            control: self.control.conn.trace().clone(),
            way: match self.control.conn.is_tunnelled() {
                true => Way::Tunnel,
                false => Way::Direct,
            },
        };
        let waits_for_data = !is_upload(command);
        let mut last: Option<Reply> = None;
        let mut data: Option<Conn> = None;
        let met = {
            let control = &mut self.control;
            let mut opening = pin!(open(&self.link, rendezvous, under));
            std::future::poll_fn(|cx| {
                loop {
                    let is_over = last.as_ref().is_some_and(|reply| !reply.is_preliminary());
                    if !is_over && let Poll::Ready(reply) = control.poll_reply(cx) {
                        match reply {
                            Ok(reply) if !reply.is_negative() => last = Some(reply),
                            reply => return Poll::Ready(Met::Reply(reply)),
                        }
                        continue;
                    }
                    let Some(open) = &mut data else {
                        match ready!(opening.as_mut().poll(cx)) {
                            Ok(opened) => data = Some(opened),
                            Err(error) => return Poll::Ready(Met::Failed(error)),
                        }
                        continue;
                    };
                    if last.is_none() {
                        // Some servers begin without a word.
                        if !waits_for_data {
                            return Poll::Pending;
                        }
                        if let Err(error) = ready!(open.poll_next(cx, &mut Arrival)) {
                            return Poll::Ready(Met::Failed(error));
                        }
                    }
                    return Poll::Ready(Met::Opened);
                }
            })
            .await
        };
        match met {
            Met::Opened => Ok((data.ok_or(Error::Poisoned)?, last)),
            Met::Reply(reply) => {
                let reply = reply?;
                // Behind its first word the server does not refuse the transfer, it gives it up.
                let phase = match reply.code() {
                    425 => Phase::Data,
                    _ if last.is_some() => Phase::Data,
                    _ => Phase::Work,
                };
                if reply.code() == 425 {
                    self.distrust_epsv();
                }
                Err(self.refused(command, phase, reply))
            }
            Met::Failed(error) => Err(self.not_opened(command, last, error.into()).await),
        }
    }

    /// The server has refused the transfer, and the session goes on.
    pub(super) fn refused(&mut self, command: &Command<'_>, phase: Phase, reply: Reply) -> Error {
        self.state = State::LoggedIn;
        let verb = command.verb();
        match self.control.finish(verb.clone(), phase, reply) {
            Ok(reply) => Error::refused(verb, phase, reply),
            Err(error) => error,
        }
    }

    /// Perhaps the port that PASV tells is let through.
    fn distrust_epsv(&mut self) {
        if self.settings.active.is_none() {
            self.told.passive = Passive::Pasv;
        }
    }

    /// The data connection was not to be had. If the server says so as well, the session goes on.
    async fn not_opened(
        &mut self,
        command: &Command<'_>,
        last: Option<Reply>,
        error: Error,
    ) -> Error {
        let is_unreachable = matches!(
            error.kind().reason(),
            Reason::Refused | Reason::Timeout | Reason::Unreachable
        );
        if is_unreachable {
            self.distrust_epsv();
        }
        let had_begun = last.as_ref().is_some_and(Reply::is_preliminary);
        let reply = match last {
            Some(reply) if !reply.is_preliminary() => reply,
            _ => {
                self.control.conn.reply_due_within(AFTERMATH);
                match self.control.last_reply().await {
                    Ok(reply) => reply,
                    // Nobody knows what becomes of the transfer: the session stays marked.
                    Err(_) => return error,
                }
            }
        };
        // 425 says no more than that; other codes tell why. Who had not begun has closed the connection
        // because of that.
        let is_told = reply.is_negative() && reply.code() != 425;
        let phase = match had_begun {
            true => Phase::Data,
            false => Phase::Work,
        };
        let refusal = self.refused(command, phase, reply);
        if is_told { refusal } else { error }
    }
}

/// What became of the data connection while the server was listened to.
enum Met {
    Opened,
    Reply(Result<Reply>),
    Failed(netspeak_core::Error),
}

fn is_upload(command: &Command<'_>) -> bool {
    matches!(
        command,
        Command::Stor(_) | Command::Appe(_) | Command::Stou(_)
    )
}

async fn open(link: &Link, rendezvous: Rendezvous, under: Under) -> netspeak_core::Result<Conn> {
    match rendezvous {
        Rendezvous::There(endpoint) => link.connect(&endpoint, under).await,
        Rendezvous::Here(listener, peer) => link.accept(listener, peer, under).await,
    }
}
