//! AUTH (RFC 5034): a SASL exchange over POP3's lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fault::Fault;
use crate::pop3::session::{Session, err};
use crate::sasl::{Exchange, Mechanism, Terms, Turn, nonce};
use crate::wire::Flow;

impl Session<'_> {
    /// Talks until the exchange is decided and tells the final reply.
    pub(super) async fn auth(&mut self, name: &str, initial: Option<&str>) -> Flow<Vec<u8>> {
        let offered = self.offered();
        let Some(&mechanism) = offered
            .iter()
            .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
        else {
            return Ok(err("no such mechanism"));
        };
        let settings = self.fake.settings();
        let script = self.wire.script();
        let endless = script.has(|fault| matches!(fault, Fault::EndlessChallenges));
        let echo = script.has(|fault| matches!(fault, Fault::Echo("AUTH")));
        let mut forced = script.challenge();
        let terms = Terms {
            secured: self.wire.secured().cloned(),
            plus_offered: offered.iter().copied().any(Mechanism::is_plus),
            iterations: settings.scram_iterations,
            faults: script.scram(),
            nonce: nonce()?,
        };
        let mut exchange = Exchange::new(mechanism, &settings.accounts, terms);

        let initial = match initial.map(decode) {
            Some(None) => return Ok(err("that is no base64")),
            Some(initial) => initial,
            None => None,
        };
        let mut said = initial.clone();
        let mut turn = exchange.start(initial.as_deref());
        loop {
            let challenge = match turn {
                _ if endless => b"and then?".to_vec(),
                Turn::Challenge(challenge) => challenge,
                _ if echo => return Ok(echoed(&said.unwrap_or_default())),
                Turn::Welcome(user) => return self.verdict(Some(user)).await,
                Turn::Refused => return self.verdict(None).await,
            };
            let line = forced
                .take()
                .unwrap_or_else(|| format!("+ {}\r\n", STANDARD.encode(challenge)).into_bytes());
            self.wire.challenge(&line).await?;
            let response = self.wire.line().await?;
            if response == b"*" {
                return Ok(err("cancelled"));
            }
            let Some(response) = std::str::from_utf8(&response).ok().and_then(decode) else {
                return Ok(err("that is no base64"));
            };
            turn = exchange.step(&response);
            said = Some(response);
        }
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

fn echoed(said: &[u8]) -> Vec<u8> {
    let decoded: Vec<u8> = said
        .iter()
        .map(|byte| if *byte < b' ' { b' ' } else { *byte })
        .collect();
    [
        b"-ERR you said ",
        STANDARD.encode(said).as_bytes(),
        b", that is ",
        &decoded,
        b"\r\n",
    ]
    .concat()
}
