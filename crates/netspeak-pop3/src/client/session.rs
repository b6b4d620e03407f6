//! Verbs about the session itself: CAPA, STLS, UTF8, LANG, NOOP, RSET, QUIT.

use std::time::Duration;

use netspeak_core::text::printable;
use netspeak_core::tls::TlsClient;
use netspeak_core::{ByteStream, ErrorKind, Host, Phase, Reason};

use super::Client;
use crate::command::Command;
use crate::error::{Error, Goodbye, Result};
use crate::response::Reply;
use crate::types::Capabilities;

/// A language in which a server can answer (RFC 6856 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its tag, such as `en` (RFC 5646).
    pub tag: String,
    /// Its own name for itself.
    pub description: String,
}

impl Client {
    /// CAPA: what can the server do (RFC 2449)? `None` if it does not know the command, as servers
    /// of RFC 1939 do not.
    ///
    /// # Errors
    /// Network errors, and [`Error::Limit`] for a list without end.
    pub async fn capa(&mut self) -> Result<Option<&Capabilities>> {
        let trace = self.trace().clone();
        let asking = self.ask_capabilities();
        trace.stamped(Phase::Caps, asking).await?;
        Ok(self.capabilities.as_ref())
    }

    async fn ask_capabilities(&mut self) -> Result<()> {
        self.capabilities = None;
        self.send(&Command::Capa, Phase::Caps).await?;
        let mut lines = Vec::new();
        match self.begun("CAPA", Phase::Caps).await {
            Ok(_) => {}
            Err(Error::Refused { .. }) => return Ok(()),
            Err(error) => return Err(error),
        }
        self.lines(|line| lines.push(printable(line))).await?;
        self.capabilities = Some(Capabilities::from_lines(lines));
        Ok(())
    }

    /// STLS: begins TLS (RFC 2595). Everything learnt before is forgotten: it may have been forged.
    ///
    /// # Errors
    /// `starttls.refused` if the server says no, `starttls.injected` if clear text came behind its
    /// yes, `tls.*`. The session is of no use after the last two.
    pub async fn stls(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.conn.not_encrypted()?;
        let trace = self.trace().clone();
        let asking = self.simple(&Command::Stls, Phase::Starttls);
        trace.stamped(Phase::Starttls, asking).await?;
        self.capabilities = None;
        self.timestamp = None;
        Ok(self.conn.upgrade(tls, host).await?)
    }

    /// UTF8: from here on headers may be UTF-8 (RFC 6856 section 2). To be said before the login.
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn utf8(&mut self) -> Result<Reply> {
        self.simple(&Command::Utf8, Phase::Work).await
    }

    /// LANG without argument: the languages that the server speaks (RFC 6856 section 3.2).
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn languages(&mut self) -> Result<Vec<Language>> {
        self.send(&Command::Lang(None), Phase::Work).await?;
        let mut languages = Vec::new();
        let each = |line: &[u8]| {
            let line = printable(line);
            let (tag, description) = line.split_once(' ').unwrap_or((&line, ""));
            languages.push(Language {
                tag: tag.to_owned(),
                description: description.to_owned(),
            });
        };
        self.begun("LANG", Phase::Work).await?;
        self.lines(each).await?;
        Ok(languages)
    }

    /// LANG: chooses the language of the server's texts; `*` means its default.
    ///
    /// # Errors
    /// `work.rejected`, network errors, [`Error::Usage`] for a tag that is no word.
    pub async fn lang(&mut self, tag: &str) -> Result<Reply> {
        self.simple(&Command::Lang(Some(tag)), Phase::Work).await
    }

    /// NOOP: is the session still there?
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn noop(&mut self) -> Result<()> {
        self.simple(&Command::Noop, Phase::Work).await.map(drop)
    }

    /// RSET: forgets all marks of [`dele`](Self::dele).
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn rset(&mut self) -> Result<()> {
        self.simple(&Command::Rset, Phase::Work).await?;
        self.marked = 0;
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

    /// QUIT: deletes what is marked and ends the session. Where nothing is marked there is nothing to
    /// fail: see [`Goodbye`].
    ///
    /// # Errors
    /// With messages marked: `quit.rejected` if the server says no, some were not deleted then
    /// (RFC 1939 section 6); `quit.in_doubt` if no answer comes that means anything, since nobody
    /// knows whether they were.
    pub async fn quit(mut self) -> Result<Goodbye> {
        let trace = self.trace().clone();
        let answer = trace.stamped(Phase::Quit, self.ask_to_quit()).await;
        match Goodbye::after(self.conn, answer).await? {
            Goodbye::Missing(error) if self.marked > 0 => Err(not_deleted(self.marked, error)),
            goodbye => Ok(goodbye),
        }
    }

    async fn ask_to_quit(&mut self) -> Result<Reply> {
        self.send(&Command::Quit, Phase::Quit).await?;
        if self.marked > 0 {
            // To delete much may take the server its time, and nobody may go before it is done.
            let reply = self.conn.deadlines().timeouts().reply;
            self.conn.reply_due_within(reply.unwrap_or(Duration::MAX));
        }
        let reply = self.reply().await?;
        self.conn.finish();
        if reply.is_ok() {
            Ok(reply)
        } else {
            Err(Error::refused("QUIT", Phase::Quit, reply))
        }
    }
}

fn not_deleted(marked: u64, error: Error) -> Error {
    match error {
        Error::Refused { reply, .. } => {
            Error::refused(format!("QUIT ({marked} to delete)"), Phase::Quit, reply)
        }
        error => Error::net(
            ErrorKind::new(Phase::Quit, Reason::InDoubt),
            format!(
                "messages marked for deletion ({marked}) may still be there: {}",
                error.message()
            ),
        ),
    }
}
