//! Verbs about security: AUTH, PBSZ, PROT, CCC.

use netspeak_core::tls::TlsClient;
use netspeak_core::{Host, Phase};

use super::{Asked, Client, Told};
use crate::codec::State;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;
use crate::types::Protection;

impl Client {
    /// AUTH TLS: begins TLS (RFC 4217). Everything learnt before is forgotten: it may have been
    /// forged.
    ///
    /// # Errors
    /// `starttls.refused` if the server says no, `starttls.injected` if clear text came behind its
    /// yes, `tls.*`. The session is of no use after the last two.
    pub async fn auth_tls(&mut self) -> Result<()> {
        let (tls, host) = (
            self.link.connector.tls()?.clone(),
            self.link.host()?.clone(),
        );
        self.begin_tls(&tls, &host).await
    }

    pub(super) async fn begin_tls(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.control.conn.not_encrypted()?;
        let trace = self.trace().clone();
        trace.stamped(Phase::Starttls, self.ask_for_tls()).await?;
        self.features = Asked::NotYet;
        self.told = Told::default();
        Ok(self.control.conn.upgrade(tls, host).await?)
    }

    /// AUTH SSL is what servers older than RFC 4217 call it. Only 234 is a yes: 334 asks for more.
    async fn ask_for_tls(&mut self) -> Result<()> {
        let mut reply = self.ask(&Command::Auth("TLS"), Phase::Starttls).await?;
        if reply.is_not_understood() {
            reply = self.ask(&Command::Auth("SSL"), Phase::Starttls).await?;
        }
        if reply.code() == 234 {
            return Ok(());
        }
        Err(Error::refused("AUTH TLS", Phase::Starttls, reply))
    }

    /// PBSZ and PROT: how data connections are protected from here on (RFC 4217). Over TLS they are
    /// protected without being asked for.
    ///
    /// # Errors
    /// `starttls.refused` if the server says no; [`Error::Usage`] for protection without TLS on the
    /// control connection.
    pub async fn prot(&mut self, protection: Protection) -> Result<()> {
        if !self.control.conn.is_encrypted() {
            return Err(Error::usage("PROT needs TLS on the control connection"));
        }
        let commands = [Command::Pbsz, Command::Prot(protection)];
        let replies = self.several(&commands, Phase::Starttls).await?;
        self.note_protection(protection, replies.into_iter().next_back())
    }

    /// CCC: the control connection goes on in clear text (RFC 2228 section 3), for firewalls that have to
    /// read the ports in it; data connections stay protected. Whoever is on the way can read what is said
    /// from then on, and change it: paths and replies, no password, since the login is over.
    ///
    /// # Errors
    /// `starttls.refused` if the server says no: TLS goes on. [`Error::Usage`] without TLS and before the
    /// login; `tls.*` if TLS does not end in order, and the session is of no use then.
    pub async fn ccc(&mut self) -> Result<()> {
        if self.state != State::LoggedIn {
            return Err(Error::usage(
                "CCC before the login would send the password in clear text",
            ));
        }
        if !self.control.conn.is_encrypted() {
            return Err(Error::usage("CCC needs TLS on the control connection"));
        }
        if self.told.protection.is_none() {
            self.prot(Protection::Private).await?;
        }
        self.simple(&Command::Ccc, Phase::Starttls).await?;
        Ok(self.control.conn.leave_tls().await?)
    }

    /// What became of PROT. A refusal is an error: nothing may move in clear text then.
    pub(super) fn note_protection(
        &mut self,
        protection: Protection,
        reply: Option<Reply>,
    ) -> Result<()> {
        match reply {
            Some(reply) if !reply.is_positive() => {
                let verb = Command::Prot(protection).verb();
                Err(Error::refused(verb, Phase::Starttls, reply))
            }
            _ => {
                self.told.protection = Some(protection);
                Ok(())
            }
        }
    }
}
