//! Verbs about the session itself: EHLO, STARTTLS, NOOP, RSET, VRFY, EXPN, HELP, QUIT.

use netspeak_core::tls::TlsClient;
use netspeak_core::{ByteStream, Host, Phase, socket};

use super::{Client, Mode};
use crate::codec::{Asked, State};
use crate::command::Command;
use crate::error::{Error, Goodbye, Result};
use crate::response::Reply;
use crate::types::{Capabilities, ClientName};

impl Client {
    /// EHLO: who we are, and what can the server do? Servers that do not know it are told HELO;
    /// they have no capabilities. In LMTP it is LHLO.
    ///
    /// # Errors
    /// `caps.rejected` if the server does not want us, network errors.
    pub async fn ehlo(&mut self) -> Result<&Capabilities> {
        let trace = self.trace().clone();
        let capabilities = trace.stamped(Phase::Caps, self.introduce()).await?;
        Ok(self.capabilities.insert(capabilities))
    }

    async fn introduce(&mut self) -> Result<Capabilities> {
        let name = self.name();
        let hello = match self.mode {
            Mode::Smtp => Command::Ehlo(&name),
            Mode::Lmtp => Command::Lhlo(&name),
        };
        let reply = self.ask(&hello, Asked::Hello, Phase::Caps).await?;
        if reply.is_positive() {
            return Ok(Capabilities::showing(reply.texts_came(), reply.texts()));
        }
        // RFC 5321 section 3.2; LMTP has nothing to fall back to.
        if self.mode == Mode::Lmtp || reply.is_temporary() {
            return Err(Error::refused(hello.verb(), Phase::Caps, reply));
        }
        let helo = Command::Helo(&name);
        let reply = self.simple(&helo, Asked::Hello, Phase::Caps).await?;
        Ok(Capabilities::from_lines(reply.texts().take(1)))
    }

    /// Says EHLO unless it was said.
    pub(super) async fn ehlo_if_needed(&mut self) -> Result<()> {
        if self.capabilities.is_none() && self.state == State::Greeted {
            self.ehlo().await?;
        }
        Ok(())
    }

    /// Our address; this machine's name where that says nothing to the server, which is behind a proxy; and
    /// `localhost` where there is no address at all.
    fn name(&self) -> ClientName {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let address = self.conn.local_addr().map(|address| address.ip());
        let is_elsewhere = self.conn.is_tunnelled();
        let telling = address.filter(|ip| !(is_elsewhere && ip.is_loopback()));
        match telling {
            Some(ip) => ip.into(),
            None if is_elsewhere => socket::host_name()
                .parse()
                .unwrap_or_else(|_| ClientName::localhost()),
            None => ClientName::localhost(),
        }
    }

    /// STARTTLS: begins TLS (RFC 3207). Everything learnt before is forgotten: it may have been
    /// forged; EHLO is to be said again.
    ///
    /// # Errors
    /// `starttls.refused` if the server says no, `starttls.injected` if clear text came behind its
    /// yes, `tls.*`. The session is of no use after the last two.
    pub async fn starttls(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.conn.not_encrypted()?;
        self.ehlo_if_needed().await?;
        let trace = self.trace().clone();
        trace.stamped(Phase::Starttls, self.ask_for_tls()).await?;
        self.capabilities = None;
        Ok(self.conn.upgrade(tls, host).await?)
    }

    /// Only 220 starts TLS: after any other reply the server expects something else.
    async fn ask_for_tls(&mut self) -> Result<()> {
        let phase = Phase::Starttls;
        let reply = self.ask(&Command::Starttls, Asked::Starttls, phase).await?;
        match reply.code() {
            220 => Ok(()),
            _ => Err(Error::refused("STARTTLS", phase, reply)),
        }
    }

    /// NOOP: is the session still there?
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn noop(&mut self) -> Result<()> {
        let noop = Command::Noop;
        self.simple(&noop, Asked::Other, Phase::Work)
            .await
            .map(drop)
    }

    /// RSET: forgets the mail that is under way.
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn rset(&mut self) -> Result<()> {
        let rset = Command::Rset;
        self.simple(&rset, Asked::Rset, Phase::Work).await.map(drop)
    }

    /// VRFY: is there such a user? The reply tells: 250 yes, 252 perhaps, 550 no.
    ///
    /// # Errors
    /// [`Error::Usage`] for a bad argument, network errors. A negative reply is an answer.
    pub async fn vrfy(&mut self, user: &str) -> Result<Reply> {
        self.ask(&Command::Vrfy(user), Asked::Other, Phase::Work)
            .await
    }

    /// EXPN: who is on the list? One line each.
    ///
    /// # Errors
    /// As [`vrfy`](Self::vrfy).
    pub async fn expn(&mut self, list: &str) -> Result<Reply> {
        self.ask(&Command::Expn(list), Asked::Other, Phase::Work)
            .await
    }

    /// HELP: what the server says about itself, or about a topic.
    ///
    /// # Errors
    /// As [`vrfy`](Self::vrfy).
    pub async fn help(&mut self, topic: Option<&str>) -> Result<Reply> {
        self.ask(&Command::Help(topic), Asked::Other, Phase::Work)
            .await
    }

    /// Any other command with one reply: `ETRN example.org`, `XCLIENT ...`. Commands that change
    /// how the talk goes on have methods of their own.
    ///
    /// # Errors
    /// As [`vrfy`](Self::vrfy).
    pub async fn command(&mut self, line: &str) -> Result<Reply> {
        self.ask(&Command::Raw(line), Asked::Other, Phase::Work)
            .await
    }

    /// Hands the connection over, as it is after TLS and login: for who speaks the protocol by hand.
    /// Deadlines are theirs from then on.
    ///
    /// # Errors
    /// [`Error::Poisoned`] if an earlier command did not finish.
    pub fn into_stream(self) -> Result<ByteStream> {
        if self.conn.is_busy() {
            return Err(Error::Poisoned);
        }
        Ok(self.conn.into_stream()?)
    }

    /// QUIT: ends the session. What was sent is sent, whatever comes: see [`Goodbye`].
    ///
    /// # Errors
    /// [`Error::Poisoned`] if an earlier command did not finish.
    pub async fn quit(mut self) -> Result<Goodbye> {
        let trace = self.trace().clone();
        let asking = self.simple(&Command::Quit, Asked::Other, Phase::Quit);
        let answer = trace.stamped(Phase::Quit, asking).await;
        Goodbye::after(self.conn, answer).await
    }
}
