//! A SASL exchange over the lines of a protocol, faults included. What the verdict is called there is the protocol's business.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fault::Fault;
use crate::mechanism::Mechanism;
use crate::nonce::nonce;
use crate::sasl::{Exchange, Terms, Turn};
use crate::wire::{Flow, Wire};

/// How an exchange ended.
pub(crate) enum Outcome {
    /// Decided: who it is, or `None` for a refusal. What is due before the verdict has been played.
    Decided(Option<String>),
    /// No such mechanism is on offer.
    NotOffered,
    /// The mechanism is on offer, but not without TLS.
    NeedsTls,
    /// The client has given up.
    Cancelled,
    /// What the client said is no base64.
    Garbled,
    /// [`Fault::Echo`]: what the client has said last, encoded and not, to be quoted.
    Quoted(Vec<u8>),
}

/// What a protocol puts around an exchange.
pub(crate) struct Framing {
    /// The verb that begins it.
    pub(crate) verb: &'static str,
    /// What each challenge starts with.
    pub(crate) challenge: &'static str,
}

/// The mechanisms on offer on this connection.
pub(crate) fn offered(wire: &Wire) -> Vec<Mechanism> {
    let settings = wire.settings();
    let is_offered =
        |mechanism: &Mechanism| mechanism.is_offered(wire.secured(), settings.tls_for_secrets);
    settings
        .mechanisms
        .iter()
        .copied()
        .filter(is_offered)
        .collect()
}

/// The capability that lists these mechanisms, such as `SASL PLAIN LOGIN`, if there are any.
pub(crate) fn capability(keyword: &str, mechanisms: &[Mechanism]) -> Option<String> {
    let names: Vec<&str> = mechanisms
        .iter()
        .map(|mechanism| mechanism.name())
        .collect();
    (!names.is_empty()).then(|| format!("{keyword} {}", names.join(" ")))
}

/// Talks until the exchange is decided, with the mechanism of this name and what the client has sent along.
pub(crate) async fn converse(
    wire: &mut Wire,
    framing: &Framing,
    name: &str,
    initial: Option<&str>,
) -> Flow<Outcome> {
    let settings = Arc::clone(wire.settings());
    let is_meant = |mechanism: &&Mechanism| mechanism.name().eq_ignore_ascii_case(name);
    let offered = offered(wire);
    let Some(&mechanism) = offered.iter().find(is_meant) else {
        let needs_tls =
            wire.secured().is_none() && settings.mechanisms.iter().any(|it| is_meant(&it));
        return Ok(if needs_tls {
            Outcome::NeedsTls
        } else {
            Outcome::NotOffered
        });
    };
    let script = wire.script();
    let endless = script.has(|fault| matches!(fault, Fault::EndlessChallenges));
    let echo = script.echoes(framing.verb);
    let mut forced = script.challenge();
    let terms = Terms {
        secured: wire.secured().cloned(),
        plus_offered: offered.into_iter().any(Mechanism::is_plus),
        iterations: settings.scram_iterations,
        faults: script.scram(),
        nonce: nonce()?,
    };
    let mut exchange = Exchange::new(mechanism, &settings.accounts, terms);

    let initial = match initial.map(decode) {
        Some(None) => return Ok(Outcome::Garbled),
        Some(initial) => initial,
        None => None,
    };
    let mut said = initial.clone();
    let mut turn = exchange.start(initial.as_deref());
    let verdict = loop {
        let challenge = match turn {
            _ if endless => b"and then?".to_vec(),
            Turn::Challenge(challenge) => challenge,
            _ if echo => return Ok(Outcome::Quoted(quoted(&said.unwrap_or_default()))),
            Turn::Welcome(user) => break Some(user),
            Turn::Refused => break None,
        };
        let line = forced.take().unwrap_or_else(|| {
            format!("{}{}\r\n", framing.challenge, STANDARD.encode(challenge)).into_bytes()
        });
        wire.challenge(&line).await?;
        let response = wire.line().await?;
        if response == b"*" {
            return Ok(Outcome::Cancelled);
        }
        let Some(response) = std::str::from_utf8(&response).ok().and_then(decode) else {
            return Ok(Outcome::Garbled);
        };
        turn = exchange.step(&response);
        said = Some(response);
    };
    wire.before_verdict().await?;
    Ok(Outcome::Decided(verdict))
}

/// Base64, where a lone `=` stands for nothing at all.
fn decode(text: &str) -> Option<Vec<u8>> {
    if text == "=" {
        Some(Vec::new())
    } else {
        STANDARD.decode(text).ok()
    }
}

fn quoted(said: &[u8]) -> Vec<u8> {
    let decoded: Vec<u8> = said
        .iter()
        .map(|byte| if *byte < b' ' { b' ' } else { *byte })
        .collect();
    [STANDARD.encode(said).as_bytes(), b", that is ", &decoded].concat()
}
