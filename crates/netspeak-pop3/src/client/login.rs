//! Logging in: USER and PASS, APOP, AUTH.

use md5::{Digest, Md5};
use netspeak_core::sasl::Credentials;
use netspeak_core::{
    Conn, Denied, ErrorKind, LoginAnswer, LoginTalk, Phase, Reason, Refusal, Secret, Wire, log_in,
};

use super::Client;
use crate::codec::{Event, State};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Reply, ResponseCode};
use crate::types::Capabilities;

/// A command line may have 255 octets, its end included (RFC 2449 section 4); a longer initial
/// response waits until the server asks for it (RFC 5034 section 4).
const LONGEST_LINE: usize = 255;

/// The ways in that are no SASL mechanism, by the names they have in `--login-options`.
const USER: &str = "USER";
const APOP: &str = "APOP";

impl Client {
    /// Logs in by the best way that the server offers and that the connection allows; its name.
    ///
    /// Strongest first: SCRAM, CRAM-MD5, PLAIN, LOGIN, then USER, and APOP. All of them only over
    /// verified TLS or to this machine, unless the caller [allows](Self::set_clear_text_auth) more.
    /// [`Credentials::with_mechanism`] asks for one: `APOP` and `USER` count. A way that is refused
    /// before the password was proved costs nothing, and the next one is tried; after that there is
    /// one more try at most: SCRAM without the channel binding if it had one, which the server may not
    /// know, else what sends the password. A token that the server rejects is asked for once more.
    ///
    /// # Errors
    /// `auth.rejected`, naming all that was tried; `auth.temporary` (in use, too soon, system
    /// failure); `auth.no_mechanism`, and `auth.plaintext_blocked` if the connection protects
    /// nothing: nothing was sent in the last two cases.
    pub async fn login(&mut self, credentials: &Credentials) -> Result<&'static str> {
        let any = Command::Auth {
            mechanism: "PLAIN",
            initial: None,
        };
        self.check_state(&any)?;
        if self.capabilities.is_none() {
            self.capa().await?;
        }
        let listed = self.capabilities.as_ref().map(Capabilities::sasl);
        let offered = credentials.offered(listed);
        let (trace, policy) = (self.trace().clone(), self.clear_text_auth);
        let trying = log_in(self, &offered, credentials, policy);
        let way = trace.stamped(Phase::Auth, trying).await?;
        self.state = State::Transaction;
        Ok(way)
    }

    /// USER and PASS (RFC 1939 section 7).
    ///
    /// # Errors
    /// `auth.plaintext_blocked` before anything is sent if the connection protects nothing;
    /// `auth.rejected`, `auth.temporary`.
    pub async fn user_pass(&mut self, user: &str, password: &Secret) -> Result<()> {
        self.conn.check_private(self.clear_text_auth)?;
        // Both are checked before the first is sent.
        self.check_state(&Command::User(user))?;
        Command::Pass(password).encode(&mut Wire::new())?;
        self.conn.conceal(password);
        self.simple(&Command::User(user), Phase::Auth).await?;
        self.simple(&Command::Pass(password), Phase::Auth).await?;
        self.state = State::Transaction;
        Ok(())
    }

    /// APOP: proves the password without sending it, by MD5 (RFC 1939 section 7). Weak by today's
    /// measure: a recorded login can be searched for the password.
    ///
    /// # Errors
    /// `auth.no_mechanism` if the greeting had no timestamp, or it was said before TLS;
    /// `auth.plaintext_blocked` if the connection protects nothing; `auth.rejected`,
    /// `auth.temporary`.
    pub async fn apop(&mut self, user: &str, password: &Secret) -> Result<()> {
        let Some(timestamp) = &self.timestamp else {
            return Err(Error::unsupported(
                "APOP: its greeting has no timestamp",
                ErrorKind::new(Phase::Auth, Reason::NoMechanism),
            ));
        };
        let digest = apop_digest(timestamp, password);
        self.conn.check_private(self.clear_text_auth)?;
        self.conn.conceal(password);
        let command = Command::Apop {
            user,
            digest: &digest,
        };
        self.simple(&command, Phase::Auth).await?;
        self.state = State::Transaction;
        Ok(())
    }
}

impl LoginTalk for Client {
    type Reply = Reply;

    fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    fn room(&self, mechanism: &str) -> usize {
        LONGEST_LINE.saturating_sub("AUTH  \r\n".len() + mechanism.len())
    }

    async fn ask(&mut self, mechanism: &str, initial: Option<&Secret>) -> Result<()> {
        let command = Command::Auth { mechanism, initial };
        self.send(&command, Phase::Auth).await
    }

    async fn answer(&mut self) -> Result<LoginAnswer<Reply>> {
        let reply = match self.next().await? {
            Event::Challenge(range) => {
                return Ok(LoginAnswer::Challenge(self.conn.bytes(range).to_vec()));
            }
            event => self.status_of(event)?,
        };
        Ok(if reply.is_ok() {
            LoginAnswer::Accepted(None)
        } else {
            LoginAnswer::Refused {
                refusal: about(&reply),
                reply,
            }
        })
    }

    /// A server that lists capabilities lists USER if it takes it (RFC 2449 section 6.3).
    fn own_ways(&self) -> Vec<&'static str> {
        let listed = self.capabilities.as_ref();
        let user = listed.is_none_or(|listed| listed.has(USER)).then_some(USER);
        let apop = self.timestamp.is_some().then_some(APOP);
        user.into_iter().chain(apop).collect()
    }

    fn own_way(&self, name: &str) -> Option<&'static str> {
        [USER, APOP].into_iter().find(|way| *way == name)
    }

    async fn enter(
        &mut self,
        way: &'static str,
        credentials: &Credentials,
    ) -> Result<(), Denied<Reply>> {
        let password = credentials
            .secret()
            .ok_or_else(|| Error::usage(format!("{way} needs a password")))?;
        let entered = match way {
            APOP => self.apop(credentials.user(), &password).await,
            _ => self.user_pass(credentials.user(), &password).await,
        };
        entered.map_err(|error| Denied {
            refusal: error.reply().map_or(Refusal::Final, about),
            error,
        })
    }
}

/// What a refusal says (RFC 3206; many servers give no reason).
fn about(reply: &Reply) -> Refusal {
    match reply.code() {
        Some(ResponseCode::Auth) => Refusal::Proof,
        Some(
            ResponseCode::InUse
            | ResponseCode::LoginDelay
            | ResponseCode::SysTemp
            | ResponseCode::SysPerm,
        ) => Refusal::Final,
        _ => Refusal::Unclear,
    }
}

/// `MD5(timestamp, password)` in hex.
fn apop_digest(timestamp: &str, password: &Secret) -> Secret {
    let mut md5 = Md5::new();
    md5.update(timestamp.as_bytes());
    md5.update(password.expose().as_bytes());
    Secret::new(
        md5.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_rfc_1939() {
        let digest = apop_digest(
            "<1896.697170952@dbc.mtview.ca.us>",
            &Secret::from("tanstaaf"),
        );
        assert_eq!(digest.expose(), "c4c9334bac560ecc979e58001b3e22fb");
    }
}
