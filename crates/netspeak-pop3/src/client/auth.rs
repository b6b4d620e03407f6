//! Logging in: USER and PASS, APOP, AUTH.

use md5::{Digest, Md5};
use netspeak_core::sasl::{Channel, Credentials, Exchange, TokenRequest};
use netspeak_core::{ErrorKind, Phase, Reason, Secret, Wire};

use super::{Client, refused, status_of};
use crate::codec::{Event, State};
use crate::command::Command;
use crate::error::{Error, Result};

/// A command line may have 255 octets (RFC 2449 section 4); a longer initial response waits until
/// the server asks for it (RFC 5034 section 4).
const LONGEST_LINE: usize = 255;

/// The ways in that are no SASL mechanism, by the names they have in `--login-options`.
const APOP: &str = "APOP";
const USER: &str = "USER";

/// Stands for all of them where only the state counts.
const ANY_LOGIN: Command<'_> = Command::Auth {
    mechanism: "PLAIN",
    initial: None,
};

impl Client {
    /// Logs in by the best way that the server offers and that the connection allows; its name.
    ///
    /// Strongest first: SCRAM, CRAM-MD5, then over a private connection PLAIN, LOGIN or USER, and
    /// in clear text APOP. [`Credentials::with_mechanism`] asks for one: `APOP` and `USER` count.
    /// A token that the server rejects is asked for once more.
    ///
    /// # Errors
    /// `auth.rejected`, `auth.temporary` (in use, too soon, system failure), `auth.no_mechanism`,
    /// `auth.plaintext_blocked` if only a password in clear text would do and the connection
    /// protects nothing; nothing was sent in the last two cases.
    pub async fn login(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.check_state(&ANY_LOGIN)?;
        if self.capabilities.is_none() {
            self.capa().await?;
        }
        self.stamped(Phase::Auth, async |client| {
            client.choose_and_log_in(credentials).await
        })
        .await
    }

    async fn choose_and_log_in(&mut self, credentials: &Credentials) -> Result<&'static str> {
        match credentials.mechanism() {
            Some(APOP) => return self.apop_with(credentials).await,
            Some(USER) => return self.user_pass_with(credentials).await,
            _ => {}
        }
        let sasl = self.auth_with(credentials).await;
        let Err(blocked) = sasl else { return sasl };
        let reason = blocked.kind().reason();
        let is_last_word = !matches!(reason, Reason::NoMechanism | Reason::PlaintextBlocked)
            || credentials.mechanism().is_some()
            || !credentials.is_password();
        if is_last_word || self.conn.is_busy() {
            return Err(blocked);
        }
        // None of the SASL mechanisms fits: the ways of RFC 1939 are left.
        let channel = self.conn.channel(self.clear_text_auth)?;
        match (channel.private, &self.timestamp) {
            (true, _) if self.takes_user() => self.user_pass_with(credentials).await,
            (_, Some(_)) => self.apop_with(credentials).await,
            (false, None) if self.takes_user() => Err(plaintext_blocked()),
            _ => Err(blocked),
        }
    }

    /// A server that lists capabilities lists USER if it takes it (RFC 2449 section 6.3).
    fn takes_user(&self) -> bool {
        self.capabilities
            .as_ref()
            .is_none_or(|capabilities| capabilities.has("USER"))
    }

    /// USER and PASS (RFC 1939 section 7).
    ///
    /// # Errors
    /// `auth.plaintext_blocked` before anything is sent if the connection protects nothing;
    /// `auth.rejected`, `auth.temporary`.
    pub async fn user_pass(&mut self, user: &str, password: &Secret) -> Result<()> {
        let channel = self.conn.channel(self.clear_text_auth)?;
        require_private(&channel)?;
        // Both are checked before the first is sent.
        self.check_state(&Command::User(user))?;
        Command::Pass(password).encode(&mut Wire::new())?;
        self.conn.conceal(password);
        self.simple(&Command::User(user), Phase::Auth).await?;
        self.simple(&Command::Pass(password), Phase::Auth).await?;
        self.state = State::Transaction;
        Ok(())
    }

    async fn user_pass_with(&mut self, credentials: &Credentials) -> Result<&'static str> {
        let password = password_of(credentials, USER)?;
        self.user_pass(credentials.user(), &password).await?;
        Ok(USER)
    }

    /// APOP: proves the password without sending it, by MD5 (RFC 1939 section 7). Weak by today's
    /// measure: a recorded login can be searched for the password.
    ///
    /// # Errors
    /// `auth.no_mechanism` if the greeting had no timestamp; `auth.rejected`, `auth.temporary`.
    pub async fn apop(&mut self, user: &str, password: &Secret) -> Result<()> {
        let channel = self.conn.channel(self.clear_text_auth);
        let Some(timestamp) = &self.timestamp else {
            return Err(Error::Unsupported {
                feature: "APOP: its greeting has no timestamp".into(),
                kind: ErrorKind::new(Phase::Auth, Reason::NoMechanism),
            });
        };
        channel?;
        let digest = apop_digest(timestamp, password);
        self.conn.conceal(password);
        self.simple(
            &Command::Apop {
                user,
                digest: &digest,
            },
            Phase::Auth,
        )
        .await?;
        self.state = State::Transaction;
        Ok(())
    }

    async fn apop_with(&mut self, credentials: &Credentials) -> Result<&'static str> {
        let password = password_of(credentials, APOP)?;
        self.apop(credentials.user(), &password).await?;
        Ok(APOP)
    }

    /// AUTH with the strongest SASL mechanism that fits (RFC 5034); its name.
    ///
    /// # Errors
    /// As [`login`](Self::login).
    pub async fn auth(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.check_state(&ANY_LOGIN)?;
        if self.capabilities.is_none() {
            self.capa().await?;
        }
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
        if !is_refusal || !exchange.is_token_rejected() {
            return Err(refusal);
        }
        let credentials = credentials.fetch(TokenRequest::Rejected).await?;
        let mut exchange = self.exchange(&credentials)?;
        self.run(&mut exchange).await.map(|()| exchange.mechanism())
    }

    fn exchange(&self, credentials: &Credentials) -> Result<Exchange> {
        let offered = match (&self.capabilities, credentials.mechanism()) {
            (Some(capabilities), _) => capabilities.sasl(),
            // A server that lists nothing may still know the one that is asked for.
            (None, Some(mechanism)) => vec![mechanism.to_owned()],
            (None, None) => Vec::new(),
        };
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
        self.send(
            &Command::Auth {
                mechanism,
                initial: initial.as_ref(),
            },
            Phase::Auth,
        )
        .await?;
        loop {
            let range = match self.next().await? {
                Event::Challenge(range) => range,
                event => return self.concluded(event, exchange),
            };
            let challenge = self.conn.bytes(range).to_vec();
            match self.conn.respond(exchange, &challenge).await {
                Ok(line) => self.conn.send_response(&line).await?,
                Err(error) => return Err(self.cancel(error.into()).await),
            }
        }
    }

    fn concluded(&mut self, event: Event, exchange: &mut Exchange) -> Result<()> {
        let reply = status_of(&self.conn, event)?;
        if !reply.is_ok() {
            self.conn.finish();
            let verb = self.conn.refused_exchange(exchange);
            return Err(refused(verb, Phase::Auth, reply));
        }
        // A server that says yes without having proved itself is not believed; the connection
        // stays marked as ended half-way.
        exchange.accept(None)?;
        self.conn.finish();
        self.state = State::Transaction;
        Ok(())
    }

    /// Gives up politely (RFC 5034 section 4): `*`, and the server's `-ERR` to it.
    async fn cancel(&mut self, because: Error) -> Error {
        if self.conn.in_turn().is_err() {
            return because;
        }
        self.wire.clear();
        self.wire.verb("*").end();
        if self.conn.send(&self.wire).await.is_ok()
            && let Ok(event) = self.next().await
            && status_of(&self.conn, event).is_ok_and(|reply| !reply.is_ok())
        {
            self.conn.finish();
        }
        because
    }
}

fn require_private(channel: &Channel) -> Result<()> {
    if channel.private {
        Ok(())
    } else {
        Err(plaintext_blocked())
    }
}

fn plaintext_blocked() -> Error {
    Error::net(
        ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
        "the password would cross the network in clear text",
    )
}

fn password_of(credentials: &Credentials, way: &str) -> Result<Secret> {
    credentials
        .secret()
        .filter(|_| credentials.is_password())
        .ok_or_else(|| Error::usage(format!("{way} takes a password")))
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
