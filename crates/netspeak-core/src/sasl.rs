//! SASL (RFC 4422) without I/O: an [`Exchange`] takes the server's challenges and returns the
//! lines to send. The protocol adds its own framing (`+ `, `334 `) and its word for giving up (`*`).
//!
//! | mechanism | RFC | clear-text secret | test |
//! |---|---|---|---|
//! | SCRAM-SHA-512-PLUS, SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS | 5802, 7677, 9266 | no | `scram_plus_binds_to_the_connection` |
//! | SCRAM-SHA-512 | 5802 | no | `scram_sha_512_by_another_formula` |
//! | SCRAM-SHA-256 | 7677 | no | `scram_sha_256_as_in_the_rfc` |
//! | SCRAM-SHA-1 | 5802 | no | `scram_sha_1_as_in_the_rfc` |
//! | CRAM-MD5 | 2195 | no | `cram_md5_as_in_the_rfc` |
//! | PLAIN | 4616 | yes | `plain_as_in_the_rfc` |
//! | LOGIN | draft-murchison-sasl-login | yes | `login_answers_by_order_whatever_the_prompts` |
//! | OAUTHBEARER | 7628 | yes | `oauthbearer_as_in_the_rfc` |
//! | XOAUTH2 | Google's page | yes | `xoauth2_as_on_googles_page` |
//! | EXTERNAL | 4422 | – | `external_names_whom_to_act_as_or_nobody` |
//! | ANONYMOUS | 4505 | – | `anonymous_as_in_the_rfc` |
//!
//! The table is in the order of strength. The first that the server offers, that fits the
//! [`Credentials`] and that the [`Channel`] allows is used: whatever proves a password or a token only
//! goes over a private channel, -PLUS only over one that can be bound to. DIGEST-MD5 (RFC 6331 ended it), NTLM
//! and GSSAPI are not spoken.
//!
//! ```
//! use netspeak_core::sasl::{Channel, Credentials, Exchange, Turn};
//! use netspeak_core::{Limits, Secret};
//!
//! # fn main() -> netspeak_core::Result<()> {
//! let credentials = Credentials::password("tim", Secret::from("tanstaaftanstaaf"));
//! let channel = Channel { private: true, encrypted: true, ..Channel::default() };
//! let mut exchange =
//!     Exchange::begin(&["LOGIN", "CRAM-MD5"], &credentials, &channel, &Limits::default())?;
//!
//! assert_eq!(exchange.mechanism(), "CRAM-MD5");
//! // The server speaks first: "AUTH CRAM-MD5" goes out alone.
//! assert!(exchange.initial()?.is_none());
//! let challenge = b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
//! let mut turn = exchange.answer(challenge)?;
//! let line = loop {
//!     match turn {
//!         Turn::Send(line) => break line,
//!         // SCRAM is at work; let others have the thread in between.
//!         Turn::Computing => turn = exchange.compute()?,
//!     }
//! };
//! assert_eq!(line.expose(), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
//! // The server said OK. Only now is it known whether that may be believed.
//! exchange.accept(None)?;
//! # Ok(())
//! # }
//! ```

use std::fmt;

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::secret::Secret;

mod anonymous;
mod channel;
mod cram_md5;
mod credentials;
mod dialogue;
mod encoding;
mod external;
mod gs2;
mod login;
mod oauth;
mod oauthbearer;
mod plain;
mod prepare;
mod scram;
mod select;
mod xoauth2;

pub use self::channel::{Binding, Channel};
pub use self::credentials::{Credentials, TokenFuture, TokenProvider, TokenRequest};

#[cfg(feature = "net")]
pub(crate) use self::prepare::prepare_or_keep;

use self::credentials::Kind;
use self::dialogue::{Dialogue, Step};
use self::encoding::{encode, too_early, unexpected};
use self::scram::{Bind, Scram, WithSha1, WithSha256, WithSha512};
use self::select::Mechanism;

/// The mechanisms that are spoken here, strongest first.
pub fn mechanisms() -> impl Iterator<Item = &'static str> {
    Mechanism::STRONGEST_FIRST.into_iter().map(Mechanism::name)
}

/// Whether a mechanism sends a secret that whoever reads it can use again; unknown names do.
pub fn sends_secret(mechanism: &str) -> bool {
    let is_kept = || {
        KEEPS_SECRETS
            .iter()
            .any(|name| name.eq_ignore_ascii_case(mechanism))
    };
    match Mechanism::named(mechanism) {
        Some(known) => known.sends_secret(),
        None => !is_kept(),
    }
}

/// Mechanisms that are not spoken here and send no password as it is: challenges, tickets, words for one time.
const KEEPS_SECRETS: &[&str] = &[
    "DIGEST-MD5",
    "NTLM",
    "GSSAPI",
    "GSS-SPNEGO",
    "GS2-KRB5",
    "GS2-KRB5-PLUS",
    "KERBEROS_V4",
    "KERBEROS_V5",
    "OTP",
    "SKEY",
    "SRP",
    "ECDSA-NIST256P-CHALLENGE",
    "SCRAM-SHA-512",
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-384",
    "SCRAM-SHA-384-PLUS",
    "SCRAM-SHA-224",
    "SCRAM-SHA-224-PLUS",
];

/// The same mechanism, not bound to the connection, if this one is.
pub fn unbound(mechanism: &str) -> Option<&'static str> {
    let unbound = Mechanism::named(mechanism)?.unbound()?;
    Some(unbound.name())
}

/// All mechanisms that the server offers, that fit the credentials and that the channel allows, the
/// strongest first; never none.
///
/// # Errors
/// Those of [`Exchange::begin`] that speak of the choice.
pub fn usable<S: AsRef<str>>(
    offered: &[S],
    credentials: &Credentials,
    channel: &Channel,
) -> Result<Vec<&'static str>> {
    let usable = select::usable(offered, credentials, channel)?;
    Ok(usable.into_iter().map(Mechanism::name).collect())
}

/// The mechanism that [`Exchange::begin`] would use.
///
/// # Errors
/// Those of [`Exchange::begin`] that speak of the choice.
pub fn choose<S: AsRef<str>>(
    offered: &[S],
    credentials: &Credentials,
    channel: &Channel,
) -> Result<&'static str> {
    select::choose(offered, credentials, channel).map(Mechanism::name)
}

/// What to do next.
#[derive(Debug)]
pub enum Turn {
    /// Send this line; it is in base64, and may be empty.
    Send(Secret<String>),
    /// Call [`Exchange::compute`].
    Computing,
}

/// One login, from the choice of the mechanism to the server's last word.
///
/// [`initial`](Self::initial) once; [`answer`](Self::answer) for each challenge, with
/// [`compute`](Self::compute) for as long as it says so; [`accept`](Self::accept) when the server
/// says yes. After an error the exchange is over: cancel it towards the server.
pub struct Exchange {
    mechanism: Mechanism,
    dialogue: Box<dyn Dialogue>,
    client_first: bool,
    renewable: bool,
    progress: Progress,
    challenges: usize,
    max_challenges: usize,
    proved: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nothing was handed out yet.
    Fresh,
    Talking,
    Accepted,
    Failed,
}

impl Exchange {
    /// Chooses a mechanism and prepares what it will say. `offered` is what the server lists.
    ///
    /// # Errors
    /// Nothing has been sent in any of these cases.
    /// [`Error::Unsupported`] (`auth.no_mechanism`) if the server offers none that fits;
    /// [`Error::Net`] (`auth.plaintext_blocked`) if all that fit would send the secret in clear
    /// text over a channel that is not private;
    /// [`Error::Usage`] if the credentials cannot be sent by the mechanism, or if their token has
    /// not been [fetched](Credentials::fetch).
    pub fn begin<S: AsRef<str>>(
        offered: &[S],
        credentials: &Credentials,
        channel: &Channel,
        limits: &Limits,
    ) -> Result<Self> {
        Self::begin_with(offered, credentials, channel, limits, scram::nonce)
    }

    fn begin_with<S: AsRef<str>>(
        offered: &[S],
        credentials: &Credentials,
        channel: &Channel,
        limits: &Limits,
        nonce: impl FnOnce() -> Result<String>,
    ) -> Result<Self> {
        credentials.check()?;
        let mechanism = select::choose(offered, credentials, channel)?;
        let bind = bind(offered, mechanism, channel);
        let dialogue: Box<dyn Dialogue> =
            match mechanism {
                Mechanism::ScramSha512Plus | Mechanism::ScramSha512 => Box::new(
                    Scram::<WithSha512>::new(credentials, &bind, nonce()?, limits)?,
                ),
                Mechanism::ScramSha256Plus | Mechanism::ScramSha256 => Box::new(
                    Scram::<WithSha256>::new(credentials, &bind, nonce()?, limits)?,
                ),
                Mechanism::ScramSha1Plus | Mechanism::ScramSha1 => Box::new(
                    Scram::<WithSha1>::new(credentials, &bind, nonce()?, limits)?,
                ),
                Mechanism::CramMd5 => Box::new(cram_md5::CramMd5::new(credentials)?),
                Mechanism::Plain => Box::new(plain::Plain::new(credentials)?),
                Mechanism::Login => Box::new(login::Login::new(credentials)?),
                Mechanism::OauthBearer => Box::new(oauthbearer::OauthBearer::new(credentials)?),
                Mechanism::Xoauth2 => Box::new(xoauth2::Xoauth2::new(credentials)?),
                Mechanism::External => Box::new(external::External::new(credentials)),
                Mechanism::Anonymous => Box::new(anonymous::Anonymous::new(credentials)?),
            };
        Ok(Self {
            mechanism,
            client_first: dialogue.initial()?.is_some(),
            dialogue,
            renewable: credentials.kind() == Kind::Token && credentials.is_renewable(),
            progress: Progress::Fresh,
            challenges: 0,
            max_challenges: limits.sasl_rounds,
            proved: false,
        })
    }

    /// The mechanism's registered name.
    pub fn mechanism(&self) -> &'static str {
        self.mechanism.name()
    }

    /// Whether a clear-text secret is sent.
    pub fn sends_secret(&self) -> bool {
        self.mechanism.sends_secret()
    }

    /// Whether something was handed out that proves who we are: a refusal before that says nothing
    /// about the password.
    pub fn has_proved(&self) -> bool {
        self.proved
    }

    /// The initial response in base64, for the line that names the mechanism: `=` if it is empty,
    /// none if the server speaks first.
    ///
    /// Where the protocol has no room for it, leave it out: an empty first challenge asks for it.
    ///
    /// # Errors
    /// [`Error::Usage`] after an error or after the end.
    pub fn initial(&mut self) -> Result<Option<Secret<String>>> {
        self.initial_within(usize::MAX)
    }

    /// As [`initial`](Self::initial), if it has no more octets than this; else none.
    ///
    /// # Errors
    /// As [`initial`](Self::initial).
    pub fn initial_within(&mut self, room: usize) -> Result<Option<Secret<String>>> {
        self.check_open()?;
        let Some(message) = self.dialogue.initial()? else {
            return Ok(None);
        };
        let line = if message.is_empty() {
            Secret::from("=")
        } else {
            encode(&message)?
        };
        if line.expose().len() > room {
            return Ok(None);
        }
        if self.progress == Progress::Fresh {
            self.progress = Progress::Talking;
        }
        self.proved |= self.dialogue.has_proved();
        Ok(Some(line))
    }

    /// Takes a challenge, in base64 as it came and without the protocol's framing.
    ///
    /// # Errors
    /// [`Error::Limit`] after too many challenges, or if the server asks for too much work;
    /// [`Error::Malformed`] for a challenge that breaks the mechanism's rules, that is not due, or
    /// that shows that the server does not know the password; [`Error::Usage`] out of turn.
    pub fn answer(&mut self, challenge: &[u8]) -> Result<Turn> {
        self.check_open()?;
        let step = self.step(challenge);
        self.turn(step)
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step> {
        if self.challenges >= self.max_challenges {
            return Err(Error::limit(
                "rounds of a login",
                u64::try_from(self.max_challenges).unwrap_or(u64::MAX),
            ));
        }
        let is_first = self.challenges == 0;
        self.challenges = self.challenges.saturating_add(1);
        if self.client_first && is_first && challenge.is_empty() {
            // "Go ahead": the initial response was not sent, or not taken.
            self.progress = Progress::Talking;
            return Ok(self
                .dialogue
                .initial()?
                .map_or_else(Step::empty, Step::Send));
        }
        if self.client_first && self.progress == Progress::Fresh {
            return Err(unexpected(
                "an empty challenge before the client's first message",
                &format!("one of {} bytes", challenge.len()),
            ));
        }
        self.progress = Progress::Talking;
        self.dialogue.answer(challenge)
    }

    /// Does one slice of a long calculation, of two milliseconds at most. To be called again for as
    /// long as it returns [`Turn::Computing`]; yield to other tasks in between.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is nothing to compute.
    pub fn compute(&mut self) -> Result<Turn> {
        self.check_open()?;
        let step = self.dialogue.compute();
        self.turn(step)
    }

    fn turn(&mut self, step: Result<Step>) -> Result<Turn> {
        let turn = match step {
            Ok(Step::Computing) => Ok(Turn::Computing),
            Ok(Step::Send(message)) => encode(&message).map(Turn::Send),
            Err(error) => Err(error),
        };
        match &turn {
            Ok(Turn::Send(_)) => self.proved |= self.dialogue.has_proved(),
            Ok(Turn::Computing) => {}
            Err(_) => self.progress = Progress::Failed,
        }
        turn
    }

    /// The server said yes. `data` is what it added in base64, in protocols that have that.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it may not be believed: it came before the exchange was complete,
    /// the server has not proved that it knows the password, or it gave a reason for refusing
    /// just before. Close the connection then.
    pub fn accept(&mut self, data: Option<&[u8]>) -> Result<()> {
        self.check_open()?;
        let outcome = if self.progress == Progress::Fresh {
            Err(too_early())
        } else {
            // "=" is how some protocols write data that is there and empty.
            self.dialogue
                .accept(data.filter(|data| !matches!(*data, b"" | b"=")))
        };
        self.progress = if outcome.is_ok() {
            Progress::Accepted
        } else {
            Progress::Failed
        };
        outcome
    }

    /// What the server said in a challenge while it refused, printable: the JSON of OAUTHBEARER
    /// and XOAUTH2, the error word of SCRAM. Its refusal follows.
    pub fn rejected(&self) -> Option<String> {
        self.dialogue.rejected()
    }

    /// After the server's refusal: whether another token may help, and there is a provider to
    /// [ask](Credentials::fetch) for it with [`TokenRequest::Rejected`].
    pub fn is_token_rejected(&self) -> bool {
        // Not every server sends the reason first, so its absence says nothing.
        let scope = || {
            self.rejected()
                .is_some_and(|why| why.contains("insufficient_scope"))
        };
        self.renewable && self.progress == Progress::Talking && !scope()
    }

    fn check_open(&self) -> Result<()> {
        match self.progress {
            Progress::Fresh | Progress::Talking => Ok(()),
            Progress::Accepted | Progress::Failed => Err(Error::usage("this login is over")),
        }
    }
}

/// What the GS2 header says about channel binding.
fn bind<'a, S: AsRef<str>>(offered: &[S], mechanism: Mechanism, channel: &'a Channel) -> Bind<'a> {
    match &channel.binding {
        Some(binding) if mechanism.binds() => Bind::To(binding),
        // "y" towards a server that does offer it would be taken for a forged list.
        Some(_) if !offered.iter().any(|name| is_scram_plus(name.as_ref())) => Bind::NotOffered,
        _ => Bind::No,
    }
}

/// Also of a SCRAM that is not spoken here.
fn is_scram_plus(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with("SCRAM-") && name.ends_with("-PLUS")
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("mechanism", &self.mechanism())
            .field("progress", &self.progress)
            .field("challenges", &self.challenges)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
