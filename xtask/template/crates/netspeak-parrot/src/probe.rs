//! The polite conversation behind `netspeak probe`, in Parrot's words; its order is
//! [`Probe`](crate::protocol::Probe)'s.
//!
//! - work: `NOOP`, which changes nothing

use netspeak_core::protocol::{
    Advice, Argument, Conversation, Operation, Probe, ProbeOptions, Protocol,
};
use netspeak_core::report::{GreetingFacts, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Phase, Prepared, Timeouts};

use crate::RULES;
use crate::client::Client;
use crate::error::Result;

/// Parrot as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "parrot",
    rules: &RULES,
    greets_with: Some(|line| line.starts_with(b"OK parrot")),
    stops: &[
        Phase::Dns,
        Phase::Tcp,
        Phase::Tls,
        Phase::Greeting,
        Phase::Work,
    ],
    usual_stop: Phase::Greeting,
    operations: &[Operation {
        name: "noop",
        argument: Argument::None,
        what: "NOOP, which does nothing",
        takes_login: false,
    }],
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "",
        upgrade: "",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

impl Conversation for Client {
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        Some(GreetingFacts {
            raw: printable(self.greeting().raw()),
            code: Some("OK".to_owned()),
            software: None,
            host: None,
        })
    }

    async fn work(&mut self, _: &ProbeOptions, _: &Prepared, facts: &mut WorkFacts) -> Result<()> {
        facts.name = "NOOP".to_owned();
        self.noop().await
    }
}
