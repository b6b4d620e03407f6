//! A server's side of every SASL mechanism: no panic, an end after a bounded number of rounds, and
//! SCRAM never believes a server that has not proved itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::sasl::{Binding, Channel, Credentials, Exchange, Turn, mechanisms};
use netspeak_core::{Limits, Secret};

fuzz_target!(|input: (u8, Vec<Vec<u8>>)| {
    let (pick, challenges) = input;
    let Some(name) = mechanisms().nth(usize::from(pick) % mechanisms().count()) else {
        return;
    };
    let channel = Channel {
        private: true,
        encrypted: true,
        binding: Some(Binding::tls_exporter([7; 32])),
    };
    let password = Credentials::password("user", Secret::from("pencil"));
    let token = Credentials::token("user", Secret::from("token"));
    let external = Credentials::external(None);
    let anonymous = Credentials::anonymous("trace");
    let begun = [password, token, external, anonymous]
        .iter()
        .find_map(|credentials| {
            Exchange::begin(&[name], credentials, &channel, &Limits::default()).ok()
        });
    let Some(mut exchange) = begun else { return };
    let _ = exchange.initial();
    for challenge in challenges {
        let mut turn = exchange.answer(&challenge);
        // Iterations are bounded by the limits; a fuzzer need not wait for all of them.
        for _ in 0..4 {
            if !matches!(turn, Ok(Turn::Computing)) {
                break;
            }
            turn = exchange.compute();
        }
        if turn.is_err() || matches!(turn, Ok(Turn::Computing)) {
            return;
        }
    }
    if exchange.accept(None).is_ok() {
        assert!(
            !name.starts_with("SCRAM"),
            "{name} believed a server that guessed"
        );
    }
});
