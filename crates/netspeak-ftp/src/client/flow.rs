//! [`Flow`]: a transfer under way: data on one connection, replies about it on the other.

use std::borrow::Cow;
use std::task::Poll;
use std::time::Duration;

use netspeak_core::{Codec, Conn, Deadline, ErrorKind, Phase, Reason, Trace};

use super::Client;
use super::control::Control;
use super::open::Begun;
use crate::codec::State;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;

/// How long the server may take to say what it makes of a data connection that has failed.
pub(super) const AFTERMATH: Duration = Duration::from_secs(3);

/// How long the server may take to end its side of a data connection that we have ended.
const END: Duration = Duration::from_secs(2);

/// How long data that nobody wants any more are read, and how many bytes of them, so that the server can
/// end its side. ProFTPD 1.3.8 gives up the session when its data connection is reset under TLS while it
/// writes ("unexpected OpenSSL error, disconnecting").
const REST: Duration = Duration::from_secs(1);
const REST_AFTER_REPLY: Duration = Duration::from_millis(200);
const REST_BYTES: usize = 16 * 1024 * 1024;

/// To write and to check a large file takes a server its time, also when all of it has arrived.
const VERDICT: Duration = Duration::from_secs(300);

/// TLS 1.3 resumes a session by tickets, each once. Who gives too few of them, and takes no data connection
/// without, has to be talked to in TLS 1.2, which goes on for as long as the session.
const NEW_SESSION: &str = "; its TLS session was a new one, for want of tickets to resume that of the \
    control connection: servers that insist on it can be talked to with TLS 1.2 at most";

/// What happens next in a transfer.
pub(super) enum Next<E> {
    /// On the data connection.
    Data(netspeak_core::Result<E>),
    /// On the control connection.
    Reply(Result<Reply>),
}

/// Which way the data go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To us.
    In,
    /// To the server.
    Out,
}

#[derive(Debug)]
pub(super) struct Flow<'a> {
    pub(super) client: &'a mut Client,
    pub(super) verb: Cow<'static, str>,
    /// `None` once it is closed.
    data: Option<Conn>,
    trace: Trace,
    /// The first reply, if it was preliminary.
    begun: Option<Reply>,
    /// The reply that ends the transfer; it may come before the data has.
    last: Option<Reply>,
    /// What SIZE said.
    pub(super) size: Option<u64>,
    /// Bytes of the data connection so far.
    pub(super) moved: u64,
    /// NOOPs whose replies are due.
    noops: u32,
    keep_alive: Option<Deadline>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(client: &'a mut Client, verb: Cow<'static, str>, begun: Begun) -> Self {
        let Begun { data, reply, size } = begun;
        // From here on it is the data connection that must not be silent.
        client.control.conn.reply_due_within(Duration::MAX);
        let (begun, last) = match reply {
            Some(reply) if reply.is_preliminary() => (Some(reply), None),
            reply => (None, reply),
        };
        let mut flow = Self {
            client,
            verb,
            trace: data.trace().clone(),
            data: Some(data),
            begun,
            last,
            size,
            moved: 0,
            noops: 0,
            keep_alive: None,
        };
        flow.wind_up();
        flow
    }

    /// The record of the data connection.
    pub(super) fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The reply with which the transfer began, if there was one.
    pub(super) fn begun(&self) -> Option<&Reply> {
        self.begun.as_ref()
    }

    pub(super) fn data(&self) -> Option<&Conn> {
        self.data.as_ref()
    }

    /// Whether the server has more to say about this transfer.
    pub(super) fn listens(&self) -> bool {
        self.last.is_none()
    }

    /// Both connections.
    pub(super) fn both(&mut self) -> Result<(&mut Conn, &mut Control)> {
        match &mut self.data {
            Some(data) => Ok((data, &mut self.client.control)),
            None => Err(Error::Poisoned),
        }
    }

    /// The data connection.
    pub(super) fn data_mut(&mut self) -> Result<&mut Conn> {
        self.data.as_mut().ok_or(Error::Poisoned)
    }

    /// The next event of the data connection. What the server says meanwhile is noted; its refusal is
    /// the error.
    pub(super) async fn event<C: Codec>(&mut self, codec: &mut C) -> Result<C::Event> {
        loop {
            self.stay_alive().await?;
            let (listens, keep_alive) = (self.listens(), self.keep_alive);
            let (data, control) = self.both()?;
            let next = std::future::poll_fn(|cx| {
                if let Poll::Ready(event) = data.poll_next(cx, codec) {
                    return Poll::Ready(Next::Data(event));
                }
                match listens {
                    true => control.poll_reply(cx).map(Next::Reply),
                    false => Poll::Pending,
                }
            });
            let next = match &keep_alive {
                None => next.await,
                Some(deadline) => match deadline.run("", next).await {
                    Ok(next) => next,
                    // It is time for another NOOP.
                    Err(_) => continue,
                },
            };
            match next {
                Next::Data(Ok(event)) => {
                    let came = self
                        .data
                        .as_ref()
                        .map_or(0, |data| data.event_bytes().len());
                    self.moved = self.moved.saturating_add(came as u64);
                    return Ok(event);
                }
                Next::Data(Err(error)) => return Err(self.cut(error.into()).await),
                Next::Reply(reply) => self.note(reply?)?,
            }
        }
    }

    /// What the server says while data flows. A refusal ends the transfer.
    pub(super) fn note(&mut self, reply: Reply) -> Result<()> {
        if self.answers_noop(&reply) {
            return Ok(());
        }
        if reply.is_preliminary() {
            self.begun.get_or_insert(reply);
            return Ok(());
        }
        if reply.is_negative() {
            return Err(self.refused(reply));
        }
        self.last = Some(reply);
        Ok(())
    }

    fn answers_noop(&mut self, reply: &Reply) -> bool {
        let answers = self.noops > 0 && (reply.code() == 200 || reply.is_not_understood());
        self.noops -= u32::from(answers);
        answers
    }

    /// Says NOOP when it is time to.
    pub(super) async fn stay_alive(&mut self) -> Result<()> {
        if self.keep_alive.as_ref().is_some_and(Deadline::is_over) && self.last.is_none() {
            let control = &mut self.client.control.conn;
            control.queue_command(|wire| Command::Noop.encode(wire))?;
            control.flush().await?;
            self.noops = self.noops.saturating_add(1);
            self.wind_up();
        }
        Ok(())
    }

    fn wind_up(&mut self) {
        let deadlines = self.client.control.conn.deadlines();
        let interval = self.client.settings.keep_alive;
        self.keep_alive = interval.map(|interval| deadlines.within(Phase::Data, interval));
    }

    /// The end of the data has come: ends our side, and reads the verdict.
    pub(super) async fn received_all(&mut self) -> Result<Reply> {
        if let Some(data) = self.data.take() {
            // Whether the server still hears it changes nothing.
            let _ = data.close().await;
        }
        self.verdict().await
    }

    /// All has been sent: ends our side, waits a little for the end of the other, without which TLS
    /// leaves its tickets unread and resets the connection, and reads the verdict.
    pub(super) async fn sent_all(&mut self) -> Result<Reply> {
        let finished = self.data_mut()?.finish_sending().await;
        if let Err(error) = finished {
            return Err(self.cut(error.into()).await);
        }
        if let Some(mut data) = self.data.take() {
            let ending = data.deadlines().within(Phase::Data, END);
            let mut codec = crate::data::Pieces;
            let _ = ending
                .run("", async {
                    while let Ok(Some(_)) = data.next(&mut codec).await {}
                })
                .await;
        }
        self.verdict().await
    }

    /// The reply that ends the transfer. The session goes on behind it.
    async fn verdict(&mut self) -> Result<Reply> {
        let verb = self.verb.clone();
        let control = &mut self.client.control;
        control.conn.reply_due_within(VERDICT);
        while self.last.is_none() {
            let reply = self.client.control.reply().await?;
            self.note(reply)?;
        }
        let Some(reply) = self.last.take() else {
            return Err(Error::Poisoned);
        };
        while self.noops > 0 {
            self.client.control.conn.reply_due();
            let reply = self.client.control.reply().await?;
            if !self.answers_noop(&reply) {
                break;
            }
        }
        self.client.control.skip_repeated(reply.code()).await?;
        let reply = self.client.control.finish(verb, Phase::Data, reply)?;
        self.over();
        Ok(reply)
    }

    /// The session goes on.
    fn over(&mut self) {
        self.client.state = State::LoggedIn;
        self.client.told.offset = super::Offset::None;
    }

    /// The server has refused, in the middle or at the end.
    fn refused(&mut self, reply: Reply) -> Error {
        self.data = None;
        let phase = match (self.moved, &self.begun) {
            (0, None) => Phase::Work,
            _ => Phase::Data,
        };
        let session = match reply.code() {
            425 | 522 if has_new_session(&self.trace) => NEW_SESSION,
            _ => "",
        };
        let verb = match phase {
            Phase::Work => self.verb.clone(),
            _ => format!("{} ({} bytes moved{session})", self.verb, self.moved).into(),
        };
        match self.client.control.finish(verb.clone(), phase, reply) {
            Ok(reply) => {
                self.client.state = State::LoggedIn;
                Error::refused(verb, phase, reply)
            }
            Err(error) => error,
        }
    }

    /// The data connection has failed. What the server says about it counts more; if it says nothing
    /// the session stays marked.
    pub(super) async fn cut(&mut self, error: Error) -> Error {
        self.data = None;
        let error = told_with(error, self.moved);
        let reply = match self.last.take() {
            Some(reply) => reply,
            None => {
                self.client.control.conn.reply_due_within(AFTERMATH);
                loop {
                    match self.client.control.last_reply().await {
                        Ok(reply) if self.answers_noop(&reply) => {}
                        Ok(reply) => break reply,
                        Err(_) => return error,
                    }
                }
            }
        };
        if reply.is_negative() {
            let refusal = self.refused(reply);
            // It may be we who gave up.
            return match error {
                Error::Net(_) => refusal,
                error => error,
            };
        }
        if self.noops == 0 && self.client.control.finish("", Phase::Data, reply).is_ok() {
            self.over();
        }
        error
    }

    /// ABOR: ends the transfer before its end, and keeps the session (RFC 959 section 4.1.3).
    pub(super) async fn abort(&mut self, way: Way) -> Result<()> {
        let control = &mut self.client.control;
        control.conn.reply_due();
        if self.last.take().is_some() {
            // It was over already.
            self.data = None;
            return self.resume_after(None).await;
        }
        interrupt(&mut control.conn).await?;
        let mut replies = match way {
            Way::In => self.read_rest().await?,
            Way::Out => Vec::new(),
        };
        self.data = None;
        replies.retain(|reply| !self.answers_noop(reply));
        if let Some(at) = replies.iter().position(Reply::is_closing) {
            return self.resume_after(Some(replies.swap_remove(at))).await;
        }
        let first = match replies.pop() {
            Some(reply) => reply,
            None => self.client.control.last_reply().await?,
        };
        self.resume_after(Some(first)).await
    }

    /// Reads what is still on its way, within bounds, and what the server says meanwhile.
    async fn read_rest(&mut self) -> Result<Vec<Reply>> {
        let (data, control) = self.both()?;
        let (mut codec, mut read, mut replies) = (crate::data::Pieces, 0usize, Vec::new());
        let mut end = data.deadlines().within(Phase::Data, REST);
        while read < REST_BYTES {
            let next = std::future::poll_fn(|cx| {
                if let Poll::Ready(reply) = control.poll_reply(cx) {
                    return Poll::Ready(Next::Reply(reply));
                }
                data.poll_next(cx, &mut codec).map(Next::Data)
            });
            match end.run("", next).await {
                Ok(Next::Data(Ok(Some(_)))) => {
                    read = read.saturating_add(data.event_bytes().len());
                }
                Ok(Next::Reply(reply)) => {
                    replies.push(reply?);
                    end = data.deadlines().within(Phase::Data, REST_AFTER_REPLY);
                }
                // It has ended, as it should or not, or it takes too long.
                Ok(Next::Data(Ok(None) | Err(_))) | Err(_) => break,
            }
        }
        Ok(replies)
    }

    /// Servers answer ABOR once or twice, and say nothing behind which it is known that all has been
    /// said: the answer to a NOOP is.
    async fn resume_after(&mut self, first: Option<Reply>) -> Result<()> {
        let closing = first.filter(Reply::is_closing);
        if let Some(reply) = closing {
            return Err(Error::refused("ABOR", Phase::Data, reply));
        }
        let control = &mut self.client.control;
        control
            .conn
            .queue_command(|wire| Command::Noop.encode(wire))?;
        control.conn.flush().await?;
        // Those that kept the connection alive are answered first.
        let mut due = std::mem::take(&mut self.noops).saturating_add(1);
        while due > 0 {
            control.conn.reply_due();
            let reply = control.last_reply().await?;
            if reply.is_closing() {
                return Err(Error::refused("ABOR", Phase::Data, reply));
            }
            let is_about_transfer = matches!(reply.code(), 225 | 226);
            due -= u32::from(reply.is_positive() && !is_about_transfer);
        }
        control.conn.finish();
        self.over();
        Ok(())
    }
}

/// Telnet's Interrupt Process and Synch, and ABOR behind them (RFC 959 section 4.1.3). Inside TLS there
/// is no urgent data, and servers read commands while they transfer. Proxies lose it, or stop at it.
async fn interrupt(control: &mut Conn) -> Result<()> {
    const IP: &[u8] = &[255, 244];
    const IAC: &[u8] = &[255];
    const DATA_MARK: u8 = 242;
    let is_direct = control.peer_addr().is_some() && !control.is_tunnelled();
    if is_direct && !control.is_encrypted() {
        let mut wire = netspeak_core::Wire::new();
        wire.raw(IP).raw(IAC);
        control.queue(&wire);
        control.send_urgent(DATA_MARK).await?;
    }
    control.queue_command(|wire| Command::Abor.encode(wire))?;
    Ok(control.flush().await?)
}

fn has_new_session(data: &Trace) -> bool {
    data.tls().is_some_and(|tls| !tls.resumed)
}

/// The same error, and how far the transfer had come.
pub(super) fn told_with(error: Error, moved: u64) -> Error {
    match error {
        Error::Net(mut net) => {
            net.message = format!("{} ({moved} bytes moved)", net.message);
            if net.kind != ErrorKind::TIMEOUT_TOTAL {
                net.kind = ErrorKind::new(Phase::Data, net.kind.reason());
            }
            Error::Net(net)
        }
        other => other,
    }
}

/// Fewer bytes came, or more, than there should be.
pub(super) fn wrong_size(moved: u64, expected: u64) -> Error {
    let reason = if moved < expected {
        Reason::Truncated
    } else {
        Reason::Integrity
    };
    Error::net(
        ErrorKind::new(Phase::Data, reason),
        format!("{moved} bytes came, and the size is {expected}"),
    )
}
