//! Saying: text, data, commands.

use super::Client;
use crate::command::Command;
use crate::error::{Error, Result};

impl Client {
    /// Says a line: the text and the session's line ending. 255 is doubled, as everywhere.
    ///
    /// # Errors
    /// [`Error::Usage`] for CR, LF or NUL in it: that would be more than a line. Those of the network.
    pub async fn write_line(&mut self, text: &str) -> Result<()> {
        netspeak_core::check_text("the line", text.as_bytes())?;
        let encoding = self.engine.encoding();
        self.engine.text(&encoding.encode(text));
        self.engine.end_line();
        self.send().await
    }

    /// Says text, in the session's character set: LF and CR LF become its line ending, and a CR
    /// alone stays one (CR NUL on the way).
    ///
    /// # Errors
    /// Those of the network.
    pub async fn write_text(&mut self, text: &str) -> Result<()> {
        let encoding = self.engine.encoding();
        self.engine.text(&encoding.encode(text));
        self.send().await
    }

    /// As [`write_text`](Self::write_text), for text that is bytes already.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn write_bytes(&mut self, text: &[u8]) -> Result<()> {
        self.engine.text(text);
        self.send().await
    }

    /// Sends data as it is, but for 255, which is doubled.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn write(&mut self, data: &[u8]) -> Result<()> {
        self.engine.data(data);
        self.send().await
    }

    /// Says a command.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn command(&mut self, command: Command) -> Result<()> {
        self.engine.command(command);
        self.send().await
    }

    /// The interrupt key: IP and Synch (RFC 854), so that it is heard although the server is busy. What
    /// passes connections on (proxies, published ports of containers) may lose urgent bytes, or stop at
    /// them; there [`command`](Self::command) says IP alone.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn interrupt(&mut self) -> Result<()> {
        self.urgently(Command::InterruptProcess).await
    }

    /// What is still to be printed is not wanted: AO and Synch.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn abort_output(&mut self) -> Result<()> {
        self.urgently(Command::AbortOutput).await
    }

    /// The break key: BRK and Synch.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn send_break(&mut self) -> Result<()> {
        self.urgently(Command::Break).await
    }

    /// Is the server there? What it answers is text.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn are_you_there(&mut self) -> Result<()> {
        self.command(Command::AreYouThere).await
    }

    /// A command, and a data mark as TCP's urgent byte. Inside TLS nothing is urgent: there the mark
    /// is said and no more.
    async fn urgently(&mut self, command: Command) -> Result<()> {
        self.engine.command(command);
        let [iac, mark] = Command::DataMark.bytes();
        if self.conn.is_encrypted() || self.conn.peer_addr().is_none() {
            self.engine.command(Command::DataMark);
            return self.send().await;
        }
        self.queue_answers();
        self.conn.queue_data(|out| {
            out.push(iac);
            Ok::<(), Error>(())
        })?;
        self.conn.data_due();
        Ok(self.conn.send_urgent(mark).await?)
    }

    /// Says a line that is a secret: the transcript shows none of it, also when the server repeats it.
    ///
    /// # Errors
    /// As [`write_line`](Self::write_line).
    pub async fn write_secret(&mut self, secret: &netspeak_core::Secret) -> Result<()> {
        netspeak_core::check_text("the password", secret.expose().as_bytes())?;
        self.conceal(secret);
        self.queue_answers();
        self.engine.text(secret.expose().as_bytes());
        self.engine.end_line();
        let mut typed = self.engine.take_outgoing();
        let hidden = self.conn.queue_command(|wire| {
            wire.hidden("password", &typed);
            Ok::<(), Error>(())
        });
        typed.fill(0);
        hidden?;
        self.conn.data_due();
        Ok(self.conn.flush().await?)
    }
}
