//! Logging in: AUTH.

use netspeak_core::Phase;
use netspeak_core::sasl::{Credentials, Exchange, TokenRequest};

use super::Client;
use crate::command::Command;
use crate::error::{Error, Result, refused};
use crate::response::{Reply, challenge};

/// A command line may have 512 octets (RFC 5321 section 4.5.3.1.4); a longer initial response waits
/// until the server asks for it (RFC 4954 section 4).
const LONGEST_LINE: usize = 512;

/// Go on: a challenge.
const CHALLENGE: u16 = 334;

impl Client {
    /// Logs in by the strongest SASL mechanism that the server offers, the credentials fit and the
    /// connection allows (RFC 4954); its name.
    ///
    /// [`Credentials::with_mechanism`] asks for one. A token that the server rejects is asked for
    /// once more.
    ///
    /// # Errors
    /// `auth.rejected`, `auth.temporary`; `auth.no_mechanism`, and `auth.plaintext_blocked` if only
    /// a secret in clear text would do and the connection protects nothing: nothing was sent in
    /// these two cases.
    pub async fn auth(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.ehlo_if_needed().await?;
        self.stamped(Phase::Auth, async |client| {
            client.auth_with(credentials).await
        })
        .await
    }

    async fn auth_with(&mut self, credentials: &Credentials) -> Result<&'static str> {
        let credentials = credentials.fetch(TokenRequest::First).await?;
        let mut exchange = self.exchange(&credentials)?;
        let refusal = match self.run(&mut exchange).await {
            Ok(()) => return Ok(exchange.mechanism()),
            Err(refusal) => refusal,
        };
        let is_refusal = matches!(refusal, Error::Refused { .. });
        if !is_refusal || self.conn.is_busy() || !exchange.is_token_rejected() {
            return Err(refusal);
        }
        let credentials = credentials.fetch(TokenRequest::Rejected).await?;
        let mut exchange = self.exchange(&credentials)?;
        self.run(&mut exchange).await.map(|()| exchange.mechanism())
    }

    fn exchange(&self, credentials: &Credentials) -> Result<Exchange> {
        let offered = self
            .capabilities
            .as_ref()
            .map(crate::Capabilities::auth)
            .unwrap_or_default();
        Ok(self
            .conn
            .begin_exchange(&offered, credentials, self.clear_text_auth)?)
    }

    /// One AUTH command: challenges are answered until the server says yes or no.
    async fn run(&mut self, exchange: &mut Exchange) -> Result<()> {
        let mechanism = exchange.mechanism();
        let initial = exchange.initial()?.filter(|initial| {
            "AUTH ".len() + mechanism.len() + 1 + initial.expose().len() + 2 <= LONGEST_LINE
        });
        self.send_command(
            &Command::Auth {
                mechanism,
                initial: initial.as_ref(),
            },
            Phase::Auth,
        )
        .await?;
        loop {
            let reply = self.reply("AUTH", Phase::Auth).await?;
            if reply.code() != CHALLENGE {
                return self.concluded_auth(reply, exchange);
            }
            let line = reply.lines().last().unwrap_or_default();
            let challenge = line.get(challenge(line)).unwrap_or_default().to_vec();
            match self.conn.respond(exchange, &challenge).await {
                Ok(line) => self.conn.send_response(&line).await?,
                Err(error) => return Err(self.cancel(error.into()).await),
            }
        }
    }

    fn concluded_auth(&mut self, reply: Reply, exchange: &mut Exchange) -> Result<()> {
        if !reply.is_positive() {
            self.conn.finish();
            let verb = self.conn.refused_exchange(exchange);
            return Err(refused(verb, Phase::Auth, reply));
        }
        // A server that says yes without having proved itself is not believed; the connection
        // stays marked as ended half-way.
        exchange.accept(None)?;
        self.conn.finish();
        Ok(())
    }

    /// Gives up politely (RFC 4954 section 4): `*`, and the server's 501 to it.
    async fn cancel(&mut self, because: Error) -> Error {
        self.wire.clear();
        self.wire.verb("*").end();
        let told = self.conn.send(&self.wire).await;
        if told.is_ok()
            && let Ok(reply) = self.reply("AUTH", Phase::Auth).await
            && reply.code() != CHALLENGE
            && !reply.is_positive()
        {
            self.conn.finish();
        }
        because
    }
}
