//! Verbs about the session itself: FEAT, OPTS, HOST, CLNT, LANG, SYST, STAT, HELP, SITE, NOOP, REIN,
//! QUIT, and any other.

use netspeak_core::{ByteStream, Phase};

use super::{Asked, Client, Told};
use crate::codec::State;
use crate::command::Command;
use crate::error::{Error, Goodbye, Result};
use crate::response::Reply;
use crate::types::Features;

impl Client {
    /// FEAT: what can the server do (RFC 2389)? `None` if it does not tell: some know the command
    /// only behind the login.
    ///
    /// # Errors
    /// Network errors, and [`Error::Limit`] for a list without end.
    pub async fn feat(&mut self) -> Result<Option<&Features>> {
        let trace = self.trace().clone();
        let reply = self.ask(&Command::Feat, Phase::Caps);
        let reply = trace.stamped(Phase::Caps, reply).await?;
        self.note_features(&reply);
        Ok(self.features())
    }

    pub(super) fn note_features(&mut self, reply: &Reply) {
        self.features = if reply.is_positive() {
            Asked::Told(Features::of_reply(reply))
        } else if self.state == State::LoggedIn {
            Asked::Refused
        } else {
            // Behind the login it may tell.
            Asked::NotYet
        };
    }

    /// OPTS: sets an option of a command, such as `UTF8 ON` or `MLST size;type;` (RFC 2389).
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn opts(&mut self, options: &str) -> Result<Reply> {
        self.simple(&Command::Opts(options), Phase::Work).await
    }

    /// HOST: which of the servers at this address is meant (RFC 7151). To be said before the login.
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn host(&mut self, name: &str) -> Result<Reply> {
        self.simple(&Command::Host(name), Phase::Work).await
    }

    /// CLNT: tells the server who we are.
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn clnt(&mut self, name: &str) -> Result<Reply> {
        self.simple(&Command::Clnt(name), Phase::Work).await
    }

    /// LANG: chooses the language of the server's texts; without one, its default (RFC 2640).
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn lang(&mut self, tag: Option<&str>) -> Result<Reply> {
        self.simple(&Command::Lang(tag), Phase::Work).await
    }

    /// SYST: the kind of system, such as `UNIX Type: L8`.
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn syst(&mut self) -> Result<String> {
        let reply = self.simple(&Command::Syst, Phase::Work).await?;
        Ok(reply.text())
    }

    /// STAT without a path: the state of the session, in the server's words.
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn stat(&mut self) -> Result<Reply> {
        self.simple(&Command::Stat(None), Phase::Work).await
    }

    /// HELP: the server's words about itself or a command.
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn help(&mut self, topic: Option<&str>) -> Result<Reply> {
        self.simple(&Command::Help(topic), Phase::Work).await
    }

    /// SITE: what only this server has, such as `CHMOD 640 file`.
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn site(&mut self, parameters: &str) -> Result<Reply> {
        self.simple(&Command::Site(parameters), Phase::Work).await
    }

    /// Any command that needs no data connection; its last reply, whatever that says.
    ///
    /// # Errors
    /// [`Error::Usage`] for commands that change what this client keeps account of: logins,
    /// TLS, data connections and transfers have methods of their own.
    pub async fn raw(&mut self, line: &str) -> Result<Reply> {
        let command = Command::Raw(line);
        let verb = command.verb();
        if OWN.contains(&&*verb) {
            return Err(Error::usage(format!("{verb} has a method of its own")));
        }
        self.ask(&command, Phase::Work).await
    }

    /// NOOP: is the session still there?
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn noop(&mut self) -> Result<()> {
        self.simple(&Command::Noop, Phase::Work).await.map(drop)
    }

    /// REIN: nobody is logged in any more (RFC 959). Few servers know it.
    ///
    /// # Errors
    /// `work.rejected`.
    pub async fn rein(&mut self) -> Result<Reply> {
        let reply = self.simple(&Command::Rein, Phase::Work).await?;
        self.state = State::Greeted;
        self.features = Asked::NotYet;
        self.told = Told::default();
        Ok(reply)
    }

    /// Hands the connection over, as it is after TLS and login: for who speaks the protocol by hand.
    /// Deadlines are theirs from then on.
    ///
    /// # Errors
    /// [`Error::Poisoned`] if an earlier command did not finish.
    pub fn into_stream(self) -> Result<ByteStream> {
        if self.control.conn.is_busy() {
            return Err(Error::Poisoned);
        }
        Ok(self.control.conn.into_stream()?)
    }

    /// QUIT: ends the session; see [`Goodbye`].
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub async fn quit(mut self) -> Result<Goodbye> {
        let trace = self.trace().clone();
        let answer = self.simple(&Command::Quit, Phase::Quit);
        let answer = trace.stamped(Phase::Quit, answer).await;
        Goodbye::after(self.control.conn, answer).await
    }
}

/// The commands whose effect a session has to know.
const OWN: &[&str] = &[
    "ABOR", "ACCT", "APPE", "AUTH", "CCC", "EPRT", "EPSV", "LIST", "MLSD", "MODE", "NLST", "PASS",
    "PASV", "PBSZ", "PORT", "PROT", "QUIT", "REIN", "REST", "RETR", "STOR", "STOU", "STRU", "TYPE",
    "USER",
];
