//! The polite conversation behind `netspeak probe`, in POP3's words; its order is
//! [`Probe`](crate::protocol::Probe)'s.
//!
//! - caps: `CAPA`; a server of RFC 1939 says `-ERR`, which is no fault
//! - starttls: `STLS`
//! - work: `STAT`, which changes nothing

use netspeak_core::protocol::{
    Advice, Argument, Conversation, Offer, Operation, Probe, ProbeOptions, Protocol, SESSION_STOPS,
    software,
};
use netspeak_core::report::{GreetingFacts, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Phase, Prepared, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::Client;
use crate::error::Result;

/// POP3 as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "pop3",
    rules: &RULES,
    greets_with: Some(|line| line.starts_with(b"+OK") || line.starts_with(b"-ERR")),
    stops: SESSION_STOPS,
    usual_stop: Phase::Caps,
    operations: &[Operation {
        name: "stat",
        argument: Argument::None,
        what: "STAT: how many messages there are, and their size",
        takes_login: true,
    }],
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "Dovecot: disable_plaintext_auth = yes",
        upgrade: "give the server a certificate, or use port 995",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

impl Conversation for Client {
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        let greeting = self.greeting();
        Some(GreetingFacts {
            raw: printable(greeting.raw()),
            code: Some("+OK".to_owned()),
            software: software(SOFTWARE, &greeting.text()),
            host: self.timestamp().and_then(host_of).map(str::to_owned),
        })
    }

    fn offered(&self) -> Option<Offer> {
        let offered = self.capabilities()?;
        let mut offer = Offer::new(offered.lines(), offered.sasl());
        let user = offered.has("USER").then(|| "USER".to_owned());
        offer.clear_text.extend(user);
        offer.software = offered.implementation();
        Some(offer)
    }

    async fn work(&mut self, _: &ProbeOptions, _: &Prepared, facts: &mut WorkFacts) -> Result<()> {
        facts.name = "STAT".to_owned();
        let stat = self.stat().await?;
        let mut note = |name: &str, value| facts.detail.insert(name.to_owned(), value);
        note("messages", json!(stat.messages));
        note("octets", json!(stat.octets));
        Ok(())
    }
}

/// Names by which servers are known to introduce themselves.
const SOFTWARE: &[&str] = &[
    "Dovecot",
    "Cyrus",
    "Courier",
    "Qpopper",
    "Gpop",
    "Microsoft Exchange",
    "MailEnable",
    "Zimbra",
    "hMailServer",
    "Stalwart",
];

/// `<process.clock@host>`
fn host_of(timestamp: &str) -> Option<&str> {
    timestamp
        .trim_end_matches('>')
        .rsplit_once('@')
        .map(|(_, host)| host)
}
