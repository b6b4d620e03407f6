//! A SASL exchange over the lines of a protocol, faults included. What the verdict is called there is the protocol's business.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::builder::Settings;
use crate::fault::Fault;
use crate::sasl::{Exchange, Mechanism, Terms, Turn, nonce};
use crate::wire::{Flow, Wire};

/// How an exchange ended.
pub(crate) enum Outcome {
    /// Decided: who it is, or `None` for a refusal.
    Decided(Option<String>),
    /// The client has given up.
    Cancelled,
    /// What the client said is no base64.
    Garbled,
    /// [`Fault::Echo`]: what the client has said last, encoded and not, to be quoted.
    Quoted(Vec<u8>),
}

/// The mechanisms on offer on this connection.
pub(crate) fn offered(settings: &Settings, wire: &Wire) -> Vec<Mechanism> {
    let is_offered =
        |mechanism: &Mechanism| mechanism.is_offered(wire.secured(), settings.tls_for_secrets);
    settings
        .mechanisms
        .iter()
        .copied()
        .filter(is_offered)
        .collect()
}

/// Talks until the exchange is decided. Each challenge is a line that starts with `prefix`.
pub(crate) async fn converse(
    settings: &Settings,
    wire: &mut Wire,
    mechanism: Mechanism,
    initial: Option<&str>,
    prefix: &str,
) -> Flow<Outcome> {
    let script = wire.script();
    let endless = script.has(|fault| matches!(fault, Fault::EndlessChallenges));
    let echo = script.has(|fault| matches!(fault, Fault::Echo("AUTH")));
    let mut forced = script.challenge();
    let terms = Terms {
        secured: wire.secured().cloned(),
        plus_offered: offered(settings, wire).into_iter().any(Mechanism::is_plus),
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
    loop {
        let challenge = match turn {
            _ if endless => b"and then?".to_vec(),
            Turn::Challenge(challenge) => challenge,
            _ if echo => return Ok(Outcome::Quoted(quoted(&said.unwrap_or_default()))),
            Turn::Welcome(user) => return Ok(Outcome::Decided(Some(user))),
            Turn::Refused => return Ok(Outcome::Decided(None)),
        };
        let line = forced
            .take()
            .unwrap_or_else(|| format!("{prefix}{}\r\n", STANDARD.encode(challenge)).into_bytes());
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
    }
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
