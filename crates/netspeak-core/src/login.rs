//! What a SASL exchange needs of a connection: what it may send over it, and time to compute.

use crate::conn::Conn;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::policy::{ClearTextAuth, Security};
use crate::sasl::{Channel, Credentials, Exchange, Turn};
use crate::secret::Secret;
use crate::text::printable;
use crate::wire::Wire;

impl Conn {
    /// What this connection is like for a login.
    ///
    /// # Errors
    /// `auth.plaintext_blocked` over TLS with a peer whose certificate did not verify: it may be
    /// anybody, and no mechanism protects against an active man in the middle as TLS does.
    pub fn channel(&self, policy: ClearTextAuth) -> Result<Channel> {
        if self.security() == Security::Unverified {
            return Err(Error::net(
                ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
                "no credentials go to a peer whose certificate does not verify",
            ));
        }
        #[cfg(feature = "tls")]
        let binding = self
            .channel_binding()
            .map(crate::sasl::Binding::tls_exporter);
        #[cfg(not(feature = "tls"))]
        let binding = None;
        Ok(Channel {
            private: self.is_private() || policy == ClearTextAuth::Allowed,
            encrypted: self.is_encrypted(),
            binding,
        })
    }

    /// Begins a login by the strongest mechanism that fits; its secret is hidden from now on.
    ///
    /// # Errors
    /// Those of [`channel`](Self::channel) and of [`Exchange::begin`]; nothing was sent.
    pub fn begin_exchange(
        &self,
        offered: &[String],
        credentials: &Credentials,
        policy: ClearTextAuth,
    ) -> Result<Exchange> {
        let channel = self.channel(policy)?;
        if let Some(secret) = credentials.secret() {
            self.conceal(&secret);
        }
        Exchange::begin(offered, credentials, &channel, self.limits())
    }

    /// What was refused: the mechanism, and why if the peer gave a reason in a challenge, without
    /// the secrets that it repeated there.
    pub fn refused_exchange(&self, exchange: &Exchange) -> String {
        let mechanism = exchange.mechanism();
        match exchange.rejected() {
            Some(why) => {
                let why = printable(&self.scrub(why.as_bytes()));
                format!("AUTH {mechanism} ({why})")
            }
            None => format!("AUTH {mechanism}"),
        }
    }

    /// Sends an answer of an exchange as a line of its own.
    ///
    /// # Errors
    /// Those of [`in_turn`](Self::in_turn): a challenge that came before the last one was answered
    /// is not the answer to it. A network error, or the timeout of the command.
    pub async fn send_response(&mut self, line: &Secret) -> Result<()> {
        self.in_turn()?;
        let mut wire = Wire::new();
        wire.hidden("SASL response", line.expose().as_bytes()).end();
        self.send(&wire).await
    }

    /// The answer to a challenge. Long computations are cut into slices between which other tasks
    /// run, and end with the deadline of the running command.
    ///
    /// # Errors
    /// What the exchange says, or the timeout of the command.
    pub async fn respond(&self, exchange: &mut Exchange, challenge: &[u8]) -> Result<Secret> {
        let compute = async {
            let mut turn = exchange.answer(challenge)?;
            loop {
                match turn {
                    Turn::Send(line) => return Ok(line),
                    Turn::Computing => {
                        tokio::task::yield_now().await;
                        turn = exchange.compute()?;
                    }
                }
            }
        };
        self.deadline()
            .run("computing the answer to a challenge", compute)
            .await?
            .map_err(|error| self.scrub_error(error))
    }
}
