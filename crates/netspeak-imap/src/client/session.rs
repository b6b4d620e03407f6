//! Verbs about the session itself: CAPABILITY, STARTTLS, ID, ENABLE, NOOP, LOGOUT.

use netspeak_core::tls::TlsClient;
use netspeak_core::{ByteStream, ErrorKind, Host, Phase, Reason};

use super::login::not_capabilities;
use super::notify::Telling;
use super::{Client, Demand};
use crate::command::Command;
use crate::error::{Error, Goodbye, Result};
use crate::reply::Reply;
use crate::response::{ServerId, StatusKind, Untagged};
use crate::state::State;
use crate::types::Capabilities;

impl Client {
    /// CAPABILITY: what can the server do (RFC 9051 section 6.1.1)?
    ///
    /// # Errors
    /// `caps.rejected`, network errors.
    pub async fn capability(&mut self) -> Result<&Capabilities> {
        let trace = self.trace().clone();
        let asking = self.ask_capability();
        trace.stamped(Phase::Caps, asking).await?;
        self.capabilities.as_ref().ok_or_else(|| {
            Error::net(
                ErrorKind::new(Phase::Caps, Reason::Malformed),
                "the server answered CAPABILITY without telling any",
            )
        })
    }

    async fn ask_capability(&mut self) -> Result<()> {
        self.capabilities = None;
        self.simple_as(&Command::Capability, Phase::Caps).await?;
        Ok(())
    }

    /// As [`simple`](Self::simple), for answers whose data is learnt and is no news.
    async fn simple_as(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.ask(command, phase, not_capabilities).await
    }

    /// What the server can do, asked for if it has not just told.
    ///
    /// # Errors
    /// As [`capability`](Self::capability).
    pub async fn known_capabilities(&mut self) -> Result<&Capabilities> {
        if self.capabilities.is_none() {
            return self.capability().await;
        }
        self.capabilities
            .as_ref()
            .ok_or_else(|| Error::usage("no capabilities"))
    }

    /// Whether the server has one of these.
    pub(super) async fn has_any(&mut self, names: &[&str]) -> Result<bool> {
        let offered = self.known_capabilities().await?;
        Ok(names.iter().any(|name| offered.has(name)))
    }

    /// Makes sure that the server has one of these.
    pub(super) async fn needs_any(&mut self, names: &[&str]) -> Result<()> {
        if self.has_any(names).await? {
            return Ok(());
        }
        Err(Error::unsupported(
            names.join(" or "),
            ErrorKind::new(Phase::Work, Reason::NotOffered),
        ))
    }

    /// STARTTLS: begins TLS (RFC 9051 section 6.2.1). Everything learnt before is forgotten: it may have
    /// been forged.
    ///
    /// # Errors
    /// `starttls.refused` if the server says no, `starttls.injected` if clear text came behind its yes,
    /// `tls.*`. The session is of no use after the last two.
    pub async fn starttls(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.conn.not_encrypted()?;
        let trace = self.trace().clone();
        let asking = self.simple_as(&Command::StartTls, Phase::Starttls);
        trace.stamped(Phase::Starttls, asking).await?;
        self.capabilities = None;
        self.demands_id = Demand::Unknown;
        self.news.clear();
        Ok(self.conn.upgrade(tls, host).await?)
    }

    /// ID: says who we are, and asks who the server is (RFC 2971), which it need not tell.
    ///
    /// # Errors
    /// `work.rejected`, network errors, [`Error::Usage`] for a value that cannot be said.
    pub async fn id(&mut self, fields: &[(&str, &str)]) -> Result<ServerId> {
        let mut told = ServerId::default();
        let command = Command::Id(fields);
        self.ask(&command, Phase::Work, |untagged| match untagged {
            Untagged::Id(id) => {
                told = id;
                None
            }
            other => Some(other),
        })
        .await?;
        Ok(told)
    }

    /// Says who we are to a server that opens no mailbox before.
    pub(super) async fn introduce(&mut self) -> Result<()> {
        if self.demands_id == Demand::Made {
            self.demands_id = Demand::Met;
            self.id(OURSELVES).await?;
        }
        Ok(())
    }

    /// ENABLE: switches extensions on (RFC 5161); which of them the server has switched on.
    ///
    /// # Errors
    /// [`Error::Usage`] while a mailbox is open; `work.not_offered` if the server has no ENABLE;
    /// `work.rejected`, network errors.
    pub async fn enable(&mut self, extensions: &[&str]) -> Result<Vec<String>> {
        self.needs_any(&["ENABLE", "IMAP4rev2"]).await?;
        let before = self.enabled.len();
        self.simple_as(&Command::Enable(extensions), Phase::Work)
            .await?;
        Ok(self.enabled.get(before..).unwrap_or_default().to_vec())
    }

    /// NOOP: is the session still there? News comes along.
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn noop(&mut self) -> Result<()> {
        self.simple(&Command::Noop, Phase::Work).await.map(drop)
    }

    /// UNAUTHENTICATE: back to before the login, over the same connection (RFC 8437).
    ///
    /// # Errors
    /// [`Error::Usage`] in a compressed session, for servers differ in whether it stays one; `work.not_offered`, `work.rejected`, network errors.
    pub async fn unauthenticate(&mut self) -> Result<()> {
        #[cfg(feature = "deflate")]
        if self.is_compressed() {
            return Err(Error::usage(
                "a compressed session does not go back to before its login; nothing was sent",
            ));
        }
        self.needs_any(&["UNAUTHENTICATE"]).await?;
        self.simple(&Command::Unauthenticate, Phase::Work).await?;
        self.state = State::NotAuthenticated;
        self.selected = None;
        self.capabilities = None;
        self.enabled.clear();
        self.telling = Telling::default();
        Ok(())
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

    /// LOGOUT: ends the session. Nothing is expunged by it.
    ///
    /// # Errors
    /// [`Error::Poisoned`] if an earlier command did not finish.
    pub async fn logout(mut self) -> Result<Goodbye> {
        let trace = self.trace().clone();
        let answer = trace.stamped(Phase::Quit, self.ask_to_leave()).await;
        Goodbye::after(self.conn, answer).await
    }

    /// BYE comes before the answer here, and some servers leave it at that.
    async fn ask_to_leave(&mut self) -> Result<Reply> {
        use super::talk::Incoming;
        self.begin(&Command::Logout, Phase::Quit)?;
        self.put(&Command::Logout)?;
        self.conn.flush().await?;
        self.state = State::Logout;
        let mut bye = None;
        loop {
            match self.next_whole().await {
                Ok(Incoming::Answer(at, reply)) => {
                    self.open.remove(at);
                    return self.done("LOGOUT", Phase::Quit, reply);
                }
                Ok(Incoming::Status(reply)) if reply.kind() == StatusKind::Bye => bye = Some(reply),
                Ok(other) => self.pass(other, &mut Some)?,
                Err(error) => return bye.ok_or(error),
            }
        }
    }
}

/// Who we are, for servers that insist on it.
const OURSELVES: &[(&str, &str)] = &[("name", "netspeak"), ("version", env!("CARGO_PKG_VERSION"))];
