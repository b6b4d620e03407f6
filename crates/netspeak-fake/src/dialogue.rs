//! The dialogue of most protocols: the client commands, the server replies, and the faults have their say in between.
//!
//! A protocol's session implements [`Dialogue`]: what a command means and what a refusal looks like. The order of things, forced
//! replies, echoes, upgrades, logins by SASL and ends are here, once for all.

use std::future::Future;

use crate::auth::{Framing, Outcome, converse};
use crate::fault::EXCHANGE;
use crate::wire::{Flow, Wire};

/// A command as it came.
pub(crate) struct Command {
    /// The verb in capitals, by which faults name the command.
    pub(crate) verb: String,
    /// The whole line, as it is quoted by [`Fault::Echo`](crate::Fault::Echo).
    pub(crate) line: Vec<u8>,
}

impl Command {
    /// A line whose verb comes first.
    pub(crate) fn new(line: Vec<u8>) -> Self {
        let verb = line.split(|&byte| byte == b' ').next().unwrap_or_default();
        Self {
            verb: String::from_utf8_lossy(verb).to_ascii_uppercase(),
            line,
        }
    }

    /// What follows the first space, if there is one.
    pub(crate) fn argument(&self) -> Option<&[u8]> {
        let space = self.line.iter().position(|&byte| byte == b' ')?;
        self.line.get(space + 1..)
    }
}

/// A session in which each command gets a reply.
pub(crate) trait Dialogue: Send {
    /// The verb that begins TLS, unless its reply is a refusal.
    const UPGRADE: Option<&'static str> = Some("STARTTLS");

    /// The verb after whose reply the server hangs up, whatever that reply is.
    const QUIT: Option<&'static str> = Some("QUIT");

    /// How SASL looks in this protocol, if there is any. A reply that is forced upon the verb stands in place of the whole exchange.
    const SASL: Option<Framing> = Some(Framing {
        verb: "AUTH",
        challenge: "+ ",
    });

    /// The connection.
    fn wire(&mut self) -> &mut Wire;

    /// Does what was asked and tells the reply; `None` if all has been said.
    fn obey(&mut self, command: &Command) -> impl Future<Output = Flow<Option<Vec<u8>>>> + Send;

    /// A refusal of this verb that quotes the client.
    fn quote(&self, verb: &str, said: &[u8]) -> Vec<u8>;

    /// Forgets what the client had said in clear text: TLS begins.
    fn forget(&mut self);

    /// Whether the client gets nothing by this reply. Here: by the first digit of a code.
    fn is_refusal(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"4") || reply.starts_with(b"5")
    }

    /// Whether the server hangs up after this reply, whatever the verb.
    fn is_last(&self, _reply: &[u8]) -> bool {
        false
    }

    /// The next command and all that belongs to it: octets that it announced, a literal, a body. Its faults are played after this.
    fn command(&mut self) -> impl Future<Output = Flow<Command>> + Send {
        async { Ok(Command::new(self.wire().line().await?)) }
    }

    /// What comes after the reply to a command. `did` is what [`Dialogue::obey`] told, whatever has been sent in its place; `None` if the
    /// faults refused the command and nobody obeyed.
    fn then(
        &mut self,
        _command: &Command,
        _did: Option<&[u8]>,
    ) -> impl Future<Output = Flow<()>> + Send {
        async { Ok(()) }
    }

    /// Sends the reply to this verb with all that the faults make of it.
    fn answer(&mut self, verb: &str, reply: Vec<u8>) -> impl Future<Output = Flow<()>> + Send {
        async move {
            let is_last = Self::QUIT == Some(verb) || self.is_last(&reply);
            self.wire().answer(verb, reply).await?;
            if is_last {
                return self.wire().close().await;
            }
            Ok(())
        }
    }

    /// A SASL exchange, with the mechanism of this name and what the client has sent along.
    fn log_in(
        &mut self,
        mechanism: &str,
        initial: Option<&str>,
    ) -> impl Future<Output = Flow<Outcome>> + Send {
        async move {
            match Self::SASL {
                Some(framing) => converse(self.wire(), &framing, mechanism, initial).await,
                None => Ok(Outcome::NotOffered),
            }
        }
    }

    /// Serves commands to the end of the connection.
    fn serve(mut self) -> impl Future<Output = Flow<()>> + Send
    where
        Self: Sized,
    {
        async move {
            loop {
                serve_one(&mut self).await?;
            }
        }
    }
}

async fn serve_one<D: Dialogue>(session: &mut D) -> Flow<()> {
    let command = session.command().await?;
    let verb = command.verb.as_str();
    let is_exchange = D::SASL.is_some_and(|sasl| sasl.verb == verb);
    if is_exchange {
        session.wire().expect(EXCHANGE);
    }
    session.wire().begin(verb).await?;
    let script = session.wire().script();
    // An exchange quotes what was said last in it.
    let echoes = script.echoes(verb) && !is_exchange;
    let forced = script.forced(verb);
    let refusal = if echoes {
        Some(session.quote(verb, &command.line))
    } else {
        forced
            .clone()
            .filter(|reply| is_exchange || session.is_refusal(reply))
    };
    let did = match &refusal {
        Some(_) => None,
        None => match session.obey(&command).await? {
            Some(reply) => Some(reply),
            None => return Ok(()),
        },
    };
    let reply = forced.or(refusal).or_else(|| did.clone());
    session.answer(verb, reply.unwrap_or_default()).await?;
    let is_accepted = did.as_ref().is_some_and(|did| !session.is_refusal(did));
    if D::UPGRADE == Some(verb) && is_accepted {
        session.forget();
        return session.wire().secure().await;
    }
    session.then(&command, did.as_deref()).await
}
