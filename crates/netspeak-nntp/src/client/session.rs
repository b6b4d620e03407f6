//! Verbs about the session itself: CAPABILITIES, MODE, STARTTLS, COMPRESS, DATE, HELP, QUIT.

use jiff::Timestamp;
use netspeak_core::text::printable;
use netspeak_core::tls::TlsClient;
use netspeak_core::{ByteStream, Host, Phase};

use super::{Client, Posting, Rest};
use crate::codec::Expect;
use crate::command::Command;
use crate::error::{Error, Goodbye, Result};
use crate::response::{Reply, date};
use crate::types::Capabilities;

impl Client {
    /// CAPABILITIES: what can the server do (RFC 3977 section 5.2)? `None` if it does not know the
    /// command, as servers of RFC 977 do not, whatever code they say so with.
    ///
    /// # Errors
    /// Network errors, and [`Error::Limit`] for a list without end.
    pub async fn ask_capabilities(&mut self) -> Result<Option<&Capabilities>> {
        let trace = self.trace().clone();
        let asking = self.list_capabilities();
        trace.stamped(Phase::Caps, asking).await?;
        Ok(self.capabilities.as_ref())
    }

    async fn list_capabilities(&mut self) -> Result<()> {
        self.capabilities = None;
        self.send(&Command::Capabilities, Phase::Caps).await?;
        self.codec.expect_short(Expect::Lines);
        let (_, rest) = self.status().await?;
        if rest == Rest::None {
            self.conn.finish();
            return Ok(());
        }
        let lines = self.short_lines().await?;
        self.capabilities = Some(Capabilities::from_lines(lines));
        Ok(())
    }

    /// What was said about capabilities, or else asks.
    pub(super) async fn known_capabilities(&mut self) -> Result<Option<&Capabilities>> {
        if self.capabilities.is_none() {
            self.ask_capabilities().await?;
        }
        Ok(self.capabilities.as_ref())
    }

    pub(super) async fn short_lines(&mut self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        while let Some(line) = self.line().await? {
            lines.push(printable(self.bytes_of(&line)));
        }
        Ok(lines)
    }

    /// MODE READER: news is to be read (RFC 3977 section 5.3); whether articles are taken. What the
    /// server can do is not known any more then.
    ///
    /// # Errors
    /// `work.denied` if there is no reading here (502): the server closes the connection. Network errors.
    pub async fn mode_reader(&mut self) -> Result<Posting> {
        let (reply, _) = self.ask_once(&Command::ModeReader, Phase::Work).await?;
        self.capabilities = None;
        match reply.code() {
            200 => self.posting = Posting::Allowed,
            201 => self.posting = Posting::Forbidden,
            _ => {}
        }
        Ok(self.posting)
    }

    /// A server of RFC 977 may be in transit mode, and need not know how to leave it.
    pub(super) async fn mode_reader_if_known(&mut self) -> Result<()> {
        match self.mode_reader().await {
            Err(Error::Refused { reply, .. }) if matches!(reply.code(), 480 | 500 | 501 | 503) => {
                Ok(())
            }
            answer => answer.map(drop),
        }
    }

    /// STARTTLS: begins TLS (RFC 4642). Everything learnt before is forgotten: it may have been forged.
    ///
    /// # Errors
    /// `starttls.refused` if the server says no, `starttls.injected` if clear text came behind its yes,
    /// `tls.*`. The session is of no use after the last two.
    pub async fn starttls(&mut self, tls: &TlsClient, host: &Host) -> Result<()> {
        self.conn.not_encrypted()?;
        let trace = self.trace().clone();
        let asking = self.ask_once(&Command::StartTls, Phase::Starttls);
        trace.stamped(Phase::Starttls, asking).await?;
        self.capabilities = None;
        self.group = None;
        Ok(self.conn.upgrade(tls, host).await?)
    }

    /// COMPRESS DEFLATE: compresses the rest of the session, both ways (RFC 8054). What a server sends
    /// may unpack to so many times its size: [`Limits::inflate_ratio`](crate::Limits::inflate_ratio).
    ///
    /// # Errors
    /// `work.rejected` if the server says no, network errors.
    #[cfg(feature = "deflate")]
    pub async fn compress(&mut self) -> Result<()> {
        self.ask_once(&Command::CompressDeflate, Phase::Work)
            .await?;
        self.capabilities = None;
        Ok(self.conn.compress(crate::Deflate::Raw)?)
    }

    /// XFEATURE COMPRESS GZIP: overviews and lists come compressed one by one, as Giganews began it.
    ///
    /// # Errors
    /// `work.rejected` if the server does not know it, network errors.
    #[cfg(feature = "deflate")]
    pub async fn compress_replies(&mut self) -> Result<()> {
        self.ask_once(&Command::XfeatureCompressGzip, Phase::Work)
            .await?;
        self.codec.allow_zipped();
        Ok(())
    }

    /// DATE: what time is it there?
    ///
    /// # Errors
    /// `work.rejected`, `proto.malformed` if the answer is no date.
    pub async fn date(&mut self) -> Result<Timestamp> {
        Ok(date(&self.simple(&Command::Date).await?)?)
    }

    /// HELP: what the server has to say about its commands, for people.
    ///
    /// # Errors
    /// `work.rejected`, [`Error::Limit`] for a text without end.
    pub async fn help(&mut self) -> Result<Vec<String>> {
        self.begun(&Command::Help).await?;
        self.short_lines().await
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

    /// QUIT: ends the session. There is nothing that could fail by then: see [`Goodbye`].
    ///
    /// # Errors
    /// [`Error::Poisoned`]: it could not even be said.
    pub async fn quit(mut self) -> Result<Goodbye> {
        let trace = self.trace().clone();
        let asking = self.ask_once(&Command::Quit, Phase::Quit);
        let answer = trace.stamped(Phase::Quit, asking).await;
        Goodbye::after(self.conn, answer.map(|(reply, _): (Reply, Rest)| reply)).await
    }
}
