//! Logging in: AUTHINFO USER and PASS, AUTHINFO SASL (RFC 4643).

use netspeak_core::sasl::Credentials;
use netspeak_core::{Conn, Denied, LoginAnswer, LoginTalk, Phase, Refusal, Secret, Wire, log_in};

use super::Client;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;
use crate::types::Capabilities;

/// A command line may have 512 octets, its end included (RFC 3977 section 3.1); a longer initial
/// response waits until the server asks for it.
const LONGEST_LINE: usize = 512;

/// The way in that is no SASL mechanism, by the name that it has in `--login-options`.
const USER: &str = "USER";

impl Client {
    /// Logs in by the best way that the server offers and that the connection allows; its name.
    ///
    /// Strongest first: SCRAM, CRAM-MD5, PLAIN, LOGIN, then AUTHINFO USER. All of them only over
    /// verified TLS or to this machine, unless the caller [allows](Self::set_clear_text_auth) more.
    /// [`Credentials::with_mechanism`] asks for one: `USER` counts.
    ///
    /// # Errors
    /// `auth.rejected`, naming all that was tried; `auth.temporary` (400, too many connections);
    /// `auth.no_mechanism`, and `auth.plaintext_blocked` if the connection protects nothing: nothing was
    /// sent in the last two cases.
    pub async fn login(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.known_capabilities().await?;
        let listed = self.capabilities.as_ref().map(Capabilities::sasl);
        let offered = credentials.offered(listed);
        let (trace, policy) = (self.trace().clone(), self.clear_text_auth);
        let trying = log_in(self, &offered, credentials, policy);
        let way = trace.stamped(Phase::Auth, trying).await?;
        self.entered();
        self.credentials = Some(credentials.clone());
        Ok(way)
    }

    /// AUTHINFO USER and PASS (RFC 4643 section 2.3). The password is not sent to a server that is
    /// content with the name.
    ///
    /// # Errors
    /// `auth.plaintext_blocked` before anything is sent if the connection protects nothing;
    /// `auth.rejected`, `auth.temporary`.
    pub async fn user_pass(&mut self, user: &str, password: &Secret) -> Result<()> {
        self.conn.check_private(self.clear_text_auth)?;
        // Both are checked before the first is sent.
        Command::AuthPass(password).encode(&mut Wire::new())?;
        self.conn.conceal(password);
        let (reply, _) = self.ask_once(&Command::AuthUser(user), Phase::Auth).await?;
        if reply.code() == 381 {
            let command = Command::AuthPass(password);
            self.ask_once(&command, Phase::Auth).await?;
        }
        self.entered();
        Ok(())
    }

    /// Who is known may be offered more (RFC 4643 section 2.2).
    fn entered(&mut self) {
        self.capabilities = None;
    }
}

impl LoginTalk for Client {
    type Reply = Reply;

    fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    fn room(&self, mechanism: &str) -> usize {
        LONGEST_LINE.saturating_sub("AUTHINFO SASL  \r\n".len() + mechanism.len())
    }

    async fn ask(&mut self, mechanism: &str, initial: Option<&Secret>) -> Result<()> {
        let command = Command::AuthSasl { mechanism, initial };
        self.send(&command, Phase::Auth).await
    }

    async fn answer(&mut self) -> Result<LoginAnswer<Reply>> {
        let (reply, _) = self.status().await?;
        let data = || match reply.came() {
            // RFC 4643 section 2.4.2: an empty challenge is written as an equals sign.
            b"=" => Vec::new(),
            text => text.to_vec(),
        };
        Ok(match reply.code() {
            383 => LoginAnswer::Challenge(data()),
            283 => LoginAnswer::Accepted(Some(data())),
            281 => LoginAnswer::Accepted(None),
            _ => LoginAnswer::Refused {
                refusal: about(&reply),
                reply,
            },
        })
    }

    fn own_ways(&self) -> Vec<&'static str> {
        let listed = self.capabilities.as_ref();
        let user = listed.is_none_or(Capabilities::auth_user).then_some(USER);
        user.into_iter().collect()
    }

    fn own_way(&self, name: &str) -> Option<&'static str> {
        (name == USER).then_some(USER)
    }

    async fn enter(
        &mut self,
        way: &'static str,
        credentials: &Credentials,
    ) -> Result<(), Denied<Reply>> {
        let password = credentials
            .secret()
            .ok_or_else(|| Error::usage(format!("AUTHINFO {way} needs a password")))?;
        let entered = self.user_pass(credentials.user(), &password).await;
        entered.map_err(|error| Denied {
            refusal: error.reply().map_or(Refusal::Final, about),
            error,
        })
    }
}

/// What a refusal says (RFC 4643 section 2.2 and 2.4.2).
fn about(reply: &Reply) -> Refusal {
    match reply.code() {
        _ if reply.is_temporary() => Refusal::Final,
        481 => Refusal::Proof,
        503 => Refusal::Mechanism,
        502 => Refusal::Final,
        _ => Refusal::Unclear,
    }
}
