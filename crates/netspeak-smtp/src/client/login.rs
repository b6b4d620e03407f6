//! Logging in: AUTH.

use netspeak_core::sasl::Credentials;
use netspeak_core::{Conn, LoginAnswer, LoginTalk, Phase, Refusal, Secret, log_in};

use super::Client;
use crate::codec::Asked;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Reply, challenge};

/// A command line may have 512 octets, its end included (RFC 5321 section 4.5.3.1.4); a longer
/// initial response waits until the server asks for it (RFC 4954 section 4).
const LONGEST_LINE: usize = 512;

impl Client {
    /// Logs in by the strongest SASL mechanism that the server offers, the credentials fit and the
    /// connection allows (RFC 4954); its name.
    ///
    /// All of them only over verified TLS or to this machine, unless the caller
    /// [allows](Self::set_clear_text_auth) more. [`Credentials::with_mechanism`] asks for one. A
    /// mechanism that is refused before the password was proved costs nothing, and the next one is
    /// tried; after that there is one more try at most. A token that the server rejects is asked for
    /// once more.
    ///
    /// # Errors
    /// `auth.rejected`, naming all that was tried; `auth.temporary`; `auth.no_mechanism`, and
    /// `auth.plaintext_blocked` if the connection protects nothing: nothing was sent in these two
    /// cases.
    pub async fn login(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.ehlo_if_needed().await?;
        let offered = self.capabilities.as_ref();
        let offered = offered.map(crate::Capabilities::auth).unwrap_or_default();
        let (trace, policy) = (self.trace().clone(), self.clear_text_auth);
        let trying = log_in(self, &offered, credentials, policy);
        trace.stamped(Phase::Auth, trying).await
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
        self.send_command(&command, Phase::Auth).await
    }

    /// Only 334 goes on, and only 235 is a yes.
    async fn answer(&mut self) -> Result<LoginAnswer<Reply>> {
        let reply = self.read_reply().await?;
        self.state = self.state.after(Asked::Other, &reply);
        Ok(match reply.code() {
            334 => {
                let line = reply.last_came();
                let challenge = line.get(challenge(line)).unwrap_or_default();
                LoginAnswer::Challenge(challenge.to_vec())
            }
            235 => LoginAnswer::Accepted(None),
            421 => return Err(Error::refused("AUTH", Phase::Auth, reply)),
            400.. => LoginAnswer::Refused {
                refusal: about(reply.code()),
                reply,
            },
            _ => {
                let came = reply.to_string();
                return Err(Error::malformed(
                    "334, 235 or a refusal of AUTH",
                    came.as_bytes(),
                ));
            }
        })
    }
}

/// What a refusal says (RFC 4954 section 6).
fn about(code: u16) -> Refusal {
    match code {
        535 => Refusal::Proof,
        // A syntax error in AUTH is one in what stands behind the mechanism.
        500 | 501 | 555 => Refusal::Form,
        502..=504 | 534 | 538 => Refusal::Mechanism,
        400..=499 => Refusal::Final,
        _ => Refusal::Unclear,
    }
}
