//! Logging in: LOGIN and AUTHENTICATE.

use netspeak_core::sasl::Credentials;
use netspeak_core::{
    Conn, Denied, ErrorKind, LoginAnswer, LoginTalk, Phase, Reason, Refusal, Secret, Unasked,
    log_in,
};

use super::Client;
use super::talk::Incoming;
use crate::command::{Command, Parts};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{Code, StatusKind, Untagged};
use crate::state::State;
use crate::types::Capabilities;

/// A longer initial response waits until the server asks for it: lines may have 8,192 octets (RFC 7162
/// section 4).
const LONGEST_LINE: usize = 8_192;

/// The way in that is no SASL mechanism, by the name that it has in `--login-options`.
const LOGIN: &str = "LOGIN";

impl Client {
    /// Logs in by the best way that the server offers and that the connection allows; its name.
    ///
    /// Strongest first: SCRAM, CRAM-MD5, PLAIN, then LOGIN. All of them only over verified TLS or to this
    /// machine, unless the caller [allows](Self::set_clear_text_auth) more.
    /// [`Credentials::with_mechanism`] asks for one. A session that the server has let in by itself
    /// (PREAUTH) needs no login.
    ///
    /// # Errors
    /// `auth.rejected`, naming all that was tried; `auth.temporary` where the server asks to come back
    /// later ([`Reply::back_off`]); `auth.no_mechanism`, and `auth.plaintext_blocked` if the connection
    /// protects nothing: nothing was sent in the last two cases.
    pub async fn login(&mut self, credentials: &Credentials) -> Result<&'static str> {
        if self.state == State::Authenticated && self.greeting.kind() == StatusKind::PreAuth {
            return Ok("PREAUTH");
        }
        let any = Command::Authenticate {
            mechanism: "PLAIN",
            initial: None,
        };
        self.check_state(&any)?;
        let listed = self.known_capabilities().await?.sasl();
        let (trace, policy) = (self.trace().clone(), self.clear_text_auth);
        let trying = log_in(self, &listed, credentials, policy);
        let way = trace.stamped(Phase::Auth, trying).await?;
        self.introduce().await?;
        Ok(way)
    }

    /// LOGIN (RFC 9051 section 6.2.3).
    ///
    /// # Errors
    /// `auth.plaintext_blocked` if the connection protects nothing, and `auth.no_mechanism` where the server
    /// says LOGINDISABLED: no password is sent then; `auth.rejected`, `auth.temporary`.
    pub async fn user_pass(&mut self, user: &str, password: &Secret) -> Result<()> {
        self.conn.check_private(self.clear_text_auth)?;
        if self.known_capabilities().await?.login_disabled() {
            return Err(Error::net(
                ErrorKind::new(Phase::Auth, Reason::NoMechanism),
                "the server takes no LOGIN here (LOGINDISABLED); the password was not sent",
            ));
        }
        self.conn.conceal(password);
        let command = Command::Login(user, password);
        command.encode(&mut Parts::new("", self.form()))?;
        self.is_told = false;
        Self::ask(self, &command, Phase::Auth, not_capabilities).await?;
        self.entered();
        Ok(())
    }

    /// Nobody may say LOGIN to a server that has told LOGINDISABLED (RFC 9051 section 6.2.3).
    fn takes_login(&self) -> bool {
        let offered = self.capabilities.as_ref();
        !offered.is_some_and(Capabilities::login_disabled)
    }

    /// What was offered to strangers counts no longer, unless it was said along with the yes.
    fn entered(&mut self) {
        self.state = State::Authenticated;
        if !self.is_told {
            self.capabilities = None;
        }
    }
}

impl LoginTalk for Client {
    type Reply = Reply;

    fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    fn room(&self, mechanism: &str) -> usize {
        let takes_initial = self
            .capabilities
            .as_ref()
            .is_some_and(Capabilities::sasl_ir);
        if takes_initial {
            LONGEST_LINE.saturating_sub("A000 AUTHENTICATE  \r\n".len() + mechanism.len())
        } else {
            0
        }
    }

    fn unasked(&self) -> Unasked {
        Unasked::Allowed
    }

    async fn ask(&mut self, mechanism: &str, initial: Option<&Secret>) -> Result<()> {
        let command = Command::Authenticate { mechanism, initial };
        self.begin(&command, Phase::Auth)?;
        self.is_told = false;
        self.put(&command)?;
        Ok(self.conn.flush().await?)
    }

    async fn answer(&mut self) -> Result<LoginAnswer<Reply>> {
        loop {
            match self.next_whole().await? {
                Incoming::Go(challenge) => {
                    return Ok(LoginAnswer::Challenge(challenge.text.as_bytes().to_vec()));
                }
                Incoming::Answer(at, reply) => {
                    self.open.remove(at);
                    return Ok(if reply.is_ok() {
                        self.heed(&reply);
                        self.entered();
                        LoginAnswer::Accepted(None)
                    } else {
                        LoginAnswer::Refused {
                            refusal: about(&reply),
                            reply,
                        }
                    });
                }
                other => self.pass(other, &mut not_capabilities)?,
            }
        }
    }

    fn own_ways(&self) -> Vec<&'static str> {
        self.takes_login().then_some(LOGIN).into_iter().collect()
    }

    fn own_way(&self, name: &str) -> Option<&'static str> {
        // AUTHENTICATE LOGIN where that is offered.
        let is_mechanism = self
            .capabilities
            .as_ref()
            .is_some_and(|offered| offered.has("AUTH=LOGIN"));
        (name == LOGIN && !is_mechanism && self.takes_login()).then_some(LOGIN)
    }

    async fn enter(
        &mut self,
        way: &'static str,
        credentials: &Credentials,
    ) -> Result<(), Denied<Reply>> {
        let password = credentials
            .secret()
            .ok_or_else(|| Error::usage(format!("{way} needs a password")))?;
        let entered = self.user_pass(credentials.user(), &password).await;
        entered.map_err(|error| Denied {
            refusal: error.reply().map_or(Refusal::Final, about),
            error,
        })
    }
}

/// Capabilities are learnt, and no news.
pub(super) fn not_capabilities(untagged: Untagged) -> Option<Untagged> {
    match untagged {
        Untagged::Capability(_) | Untagged::Enabled(_) => None,
        other => Some(other),
    }
}

/// What a refusal says (RFC 5530; many servers give no reason).
fn about(reply: &Reply) -> Refusal {
    match (reply.code(), reply.kind()) {
        _ if reply.back_off().is_some() => Refusal::Final,
        (Some(Code::AuthenticationFailed), _) => Refusal::Proof,
        (Some(Code::AuthorizationFailed | Code::Expired | Code::PrivacyRequired), _) => {
            Refusal::Final
        }
        (_, StatusKind::Bad) => Refusal::Mechanism,
        _ => Refusal::Unclear,
    }
}
