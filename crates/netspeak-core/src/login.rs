//! Logging in over a connection: what may be sent over it, which way, and what a refusal costs. The
//! protocol brings its words ([`LoginTalk`]); the order of things is the same in all of them.

use crate::conn::Conn;
use crate::error::{Error, ErrorKind, Phase, Reason, Reply, Result};
use crate::policy::ClearTextAuth;
use crate::sasl::{Binding, Channel, Credentials, Exchange, TokenRequest, Turn, unbound, usable};
use crate::secret::Secret;
use crate::text::printable;
use crate::wire::Wire;

mod channel;
mod ladder;

use ladder::{Ladder, Way};

/// A protocol's words for logging in.
pub trait LoginTalk: Send {
    /// What the peer answers.
    type Reply: Reply;

    /// The connection.
    fn conn(&mut self) -> &mut Conn;

    /// How many octets an initial response may have on the line that names the mechanism; 0: there is
    /// no room for one.
    fn room(&self, mechanism: &str) -> usize;

    /// Whether the peer may speak between its challenges.
    fn unasked(&self) -> Unasked {
        Unasked::Refused
    }

    /// Begins an exchange: the line that names the mechanism.
    fn ask(
        &mut self,
        mechanism: &str,
        initial: Option<&Secret>,
    ) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send;

    /// The peer's answer. The command goes on until [`log_in`] knows what to make of it.
    fn answer(
        &mut self,
    ) -> impl Future<Output = Result<LoginAnswer<Self::Reply>, Error<Self::Reply>>> + Send;

    /// The ways in that are no SASL mechanism and that the peer offers, the best first.
    fn own_ways(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// The way of the protocol's own that has this name, in capitals, offered or not.
    fn own_way(&self, name: &str) -> Option<&'static str> {
        let _ = name;
        None
    }

    /// Goes in by a way of the protocol's own.
    fn enter(
        &mut self,
        way: &'static str,
        credentials: &Credentials,
    ) -> impl Future<Output = Result<(), Denied<Self::Reply>>> + Send {
        let _ = credentials;
        async move { Err(Error::usage(format!("{way} is no way to log in here")).into()) }
    }
}

/// What a peer says to a step of an exchange.
#[derive(Clone, Debug)]
pub enum LoginAnswer<R> {
    /// Go on: a challenge, in base64 as it came.
    Challenge(Vec<u8>),
    /// Yes; with what it added in base64, in protocols that have that.
    Accepted(Option<Vec<u8>>),
    /// No.
    Refused {
        /// Its words.
        reply: R,
        /// What it says about what was tried.
        refusal: Refusal,
    },
}

/// A way of the protocol's own did not lead in.
#[derive(Debug)]
pub struct Denied<R> {
    /// Why.
    pub error: Error<R>,
    /// What that says about what was tried.
    pub refusal: Refusal,
}

impl<R> From<Error<R>> for Denied<R> {
    fn from(error: Error<R>) -> Self {
        Self {
            error,
            refusal: Refusal::Final,
        }
    }
}

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The password or the token is wrong.
    Proof,
    /// The peer gives no reason.
    Unclear,
    /// This mechanism is not known, or not for us.
    Mechanism,
    /// Not in this form: the initial response was not taken.
    Form,
    /// Nobody logs in here now.
    Final,
}

/// Whether the peer may speak where no answer is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unasked {
    /// It may: news between two challenges.
    Allowed,
    /// It may not: what came early cannot be the answer.
    Refused,
}

/// Logs in by the strongest way that the peer offers, the credentials fit and the connection allows;
/// its name. `offered` are the peer's SASL mechanisms.
///
/// A way that is refused before the password was proved costs nothing: the next one is tried. After
/// the proof was refused there is one more try at most, and not where it might be overheard: by the
/// same mechanism without its binding to the connection (it may be the binding that was refused), else
/// with the password itself where it was a challenge that was answered (servers that keep hashes cannot
/// check such answers and offer them all the same). A token that was rejected is asked for once more.
///
/// # Errors
/// `auth.no_mechanism`, and `auth.plaintext_blocked` if the connection protects nothing: nothing was
/// sent in these two cases. What the peer refused, naming all that was tried; network errors.
pub async fn log_in<L: LoginTalk>(
    talk: &mut L,
    offered: &[String],
    credentials: &Credentials,
    policy: ClearTextAuth,
) -> Result<&'static str, Error<L::Reply>> {
    let credentials = fetched(talk.conn(), credentials, TokenRequest::First).await?;
    let channel = talk.conn().channel(policy)?;
    if let Some(secret) = credentials.secret() {
        talk.conn().conceal(&secret);
    }
    let mut ladder = ladder(talk, offered, &credentials, &channel)?;
    let mut failures = Failures::new(&credentials);
    while let Some(way) = ladder.next() {
        let attempt = Attempt {
            offered,
            credentials: &credentials,
            channel: &channel,
        };
        let Err(failure) = attempt.by(talk, way).await else {
            return Ok(way.name());
        };
        let is_over = talk.conn().is_busy() || failure.refusal == Refusal::Final;
        ladder.after(way, failure.proved, failure.refusal);
        failures.add(failure);
        if is_over {
            break;
        }
    }
    Err(failures.told())
}

/// Asks for the token, if there is somebody to ask.
async fn fetched(conn: &Conn, credentials: &Credentials, why: TokenRequest) -> Result<Credentials> {
    let deadline = conn.deadlines().phase(Phase::Auth);
    deadline
        .run("waiting for a token", credentials.fetch(why))
        .await?
}

/// The ways that come into question, the strongest first.
fn ladder<L: LoginTalk>(
    talk: &mut L,
    offered: &[String],
    credentials: &Credentials,
    channel: &Channel,
) -> Result<Ladder> {
    // Where somebody listens, one try is all that he may hear.
    let may_repeat = talk.conn().is_private();
    let own = match credentials.mechanism() {
        Some(name) => talk.own_way(name).into_iter().collect(),
        None => talk.own_ways(),
    };
    let is_asked_for = credentials.mechanism().is_some() && !own.is_empty();
    if is_asked_for && !credentials.is_password() {
        return Err(Error::usage("this way to log in takes a password"));
    }
    let own = match (credentials.is_password(), credentials.authzid()) {
        (true, None) => own,
        _ => Vec::new(),
    };
    let mechanisms = if is_asked_for {
        Vec::new()
    } else {
        match usable(offered, credentials, channel) {
            Ok(mechanisms) => mechanisms,
            // None of the mechanisms will do: the protocol's own ways are left.
            Err(error) if !own.is_empty() && error.kind().phase() == Phase::Auth => Vec::new(),
            Err(error) => return Err(error),
        }
    };
    if mechanisms.is_empty() && !channel.private {
        return Err(Error::net(
            ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
            "the password would cross the network in clear text: use TLS, or allow clear-text \
             logins; nothing was sent",
        ));
    }
    Ok(Ladder::new(mechanisms, own, may_repeat))
}

/// Why one way did not lead in.
struct Failure<R> {
    error: Error<R>,
    proved: bool,
    refusal: Refusal,
}

/// All that went wrong, to be told in one error.
struct Failures<R> {
    verbs: Vec<String>,
    told: Option<Failure<R>>,
    /// Whether a mechanism was asked for that is bound to the connection.
    asks_for_binding: bool,
}

impl<R: Reply> Failures<R> {
    fn new(credentials: &Credentials) -> Self {
        Self {
            verbs: Vec::new(),
            told: None,
            asks_for_binding: credentials.mechanism().and_then(unbound).is_some(),
        }
    }

    /// What the peer says about a password tells more than what it says about a mechanism, and both
    /// more than what we have to say about one, or how the connection ended meanwhile. Of the same weight it is
    /// the first that counts.
    fn add(&mut self, failure: Failure<R>) {
        let weight = |failure: &Failure<R>| match failure.error {
            Error::Refused { .. } if failure.proved => 2,
            Error::Refused { .. } => 1,
            _ => 0,
        };
        if let Error::Refused { verb, .. } = &failure.error {
            self.verbs.push(verb.to_string());
        }
        let is_more = |told: &Failure<R>| weight(&failure) > weight(told);
        if self.told.as_ref().is_none_or(is_more) {
            self.told = Some(failure);
        }
    }

    fn told(self) -> Error<R> {
        let mut verb = self.verbs.join(" and ");
        if self.asks_for_binding {
            // Refused like a wrong password, and nothing else was tried that would tell.
            let remark = format!(
                " (bound by {}, which not every server knows)",
                Binding::TYPE
            );
            verb.push_str(&remark);
        }
        match self.told.map(|failure| failure.error) {
            Some(Error::Refused {
                reply,
                kind,
                temporary,
                at,
                ..
            }) => Error::Refused {
                verb: verb.into(),
                reply,
                kind,
                temporary,
                at,
            },
            Some(other) => other,
            None => Error::usage("there is no way left to log in"),
        }
    }
}

/// What all tries have in common.
struct Attempt<'a> {
    offered: &'a [String],
    credentials: &'a Credentials,
    channel: &'a Channel,
}

impl Attempt<'_> {
    async fn by<L: LoginTalk>(&self, talk: &mut L, way: Way) -> Result<(), Failure<L::Reply>> {
        let (mechanism, initial) = match way {
            Way::Own(name) => {
                let entered = talk.enter(name, self.credentials).await;
                return entered.map_err(|denied| Failure {
                    error: denied.error,
                    proved: true,
                    refusal: denied.refusal,
                });
            }
            Way::Sasl { mechanism, initial } => (mechanism, initial),
        };
        let (failure, is_stale) = match self.exchange(talk, mechanism, initial).await {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        if !is_stale || talk.conn().is_busy() {
            return Err(failure);
        }
        // The token has expired; there is somebody to ask for another.
        let fresh = fetched(talk.conn(), self.credentials, TokenRequest::Rejected).await;
        let fresh = fresh.map_err(|error| Failure {
            error: error.into(),
            ..failure
        })?;
        if let Some(secret) = fresh.secret() {
            talk.conn().conceal(&secret);
        }
        let again = Attempt {
            credentials: &fresh,
            ..*self
        };
        let exchanged = again.exchange(talk, mechanism, initial).await;
        exchanged.map_err(|(failure, _)| failure)
    }

    /// One exchange; where it fails, also whether another token may help.
    async fn exchange<L: LoginTalk>(
        &self,
        talk: &mut L,
        mechanism: &'static str,
        initial: bool,
    ) -> Result<(), (Failure<L::Reply>, bool)> {
        let credentials = self.credentials.clone().with_mechanism(mechanism);
        let limits = talk.conn().limits().clone();
        let begun = Exchange::begin(self.offered, &credentials, self.channel, &limits);
        let mut exchange = begun.map_err(|error| {
            let failure = Failure {
                error: error.into(),
                proved: false,
                refusal: Refusal::Mechanism,
            };
            (failure, false)
        })?;
        let room = if initial { talk.room(mechanism) } else { 0 };
        let talked = converse(talk, &mut exchange, room).await;
        talked.map_err(|Denied { error, refusal }| {
            let failure = Failure {
                error,
                proved: exchange.has_proved(),
                refusal,
            };
            let is_refusal = matches!(failure.error, Error::Refused { .. });
            (failure, is_refusal && exchange.is_token_rejected())
        })
    }
}

async fn converse<L: LoginTalk>(
    talk: &mut L,
    exchange: &mut Exchange,
    room: usize,
) -> Result<(), Denied<L::Reply>> {
    let initial = exchange.initial_within(room).map_err(Error::from)?;
    talk.ask(exchange.mechanism(), initial.as_ref()).await?;
    loop {
        match talk.answer().await? {
            LoginAnswer::Challenge(challenge) => {
                let unasked = talk.unasked();
                let conn = talk.conn();
                match conn.respond(exchange, &challenge).await {
                    Ok(line) => conn
                        .send_response(&line, unasked)
                        .await
                        .map_err(Error::from)?,
                    Err(error) => {
                        cancel(talk).await;
                        // A peer that got a proof and gives none is not who it should be.
                        let refusal = match exchange.has_proved() {
                            true => Refusal::Final,
                            false => Refusal::Mechanism,
                        };
                        return Err(Denied {
                            error: error.into(),
                            refusal,
                        });
                    }
                }
            }
            LoginAnswer::Accepted(data) => {
                // A peer that says yes without having proved itself is not believed; the connection
                // stays marked as ended half-way.
                exchange.accept(data.as_deref()).map_err(Error::from)?;
                talk.conn().finish();
                return Ok(());
            }
            LoginAnswer::Refused { reply, refusal } => {
                let conn = talk.conn();
                conn.finish();
                let verb = conn.refused_exchange(exchange);
                return Err(Denied {
                    error: Error::refused(verb, Phase::Auth, reply),
                    refusal,
                });
            }
        }
    }
}

/// Gives up politely (RFC 4422 section 3.5): `*`, and the peer's refusal of it. Whatever else comes
/// leaves the command open.
async fn cancel<L: LoginTalk>(talk: &mut L) {
    let mut wire = Wire::new();
    wire.verb("*").end();
    let unasked = talk.unasked();
    let conn = talk.conn();
    if unasked == Unasked::Refused && conn.in_turn().is_err() {
        return;
    }
    conn.reply_due();
    if conn.send(&wire).await.is_ok()
        && let Ok(LoginAnswer::Refused { .. }) = talk.answer().await
    {
        talk.conn().finish();
    }
}

impl Conn {
    /// What was refused: the mechanism, and why if the peer gave a reason in a challenge, without
    /// the secrets that it repeated there.
    fn refused_exchange(&self, exchange: &Exchange) -> String {
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
    /// Where the peer may not speak unasked those of [`in_turn`](Self::in_turn): a challenge that
    /// came before the last one was answered is not the answer to it. A network error, or the timeout
    /// of the command.
    pub async fn send_response(&mut self, line: &Secret, unasked: Unasked) -> Result<()> {
        if unasked == Unasked::Refused {
            self.in_turn()?;
        }
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
