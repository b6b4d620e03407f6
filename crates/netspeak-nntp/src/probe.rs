//! The polite conversation behind `netspeak probe`, in NNTP's words; its order is
//! [`Probe`](crate::protocol::Probe)'s.
//!
//! - caps: `CAPABILITIES`; a server of RFC 977 does not know it, which is no fault
//! - starttls: `STARTTLS`
//! - work: `GROUP` of the group that is named, else `DATE`; neither changes anything

use netspeak_core::protocol::{
    Advice, Argument, Conversation, Offer, Operation, Probe, ProbeOptions, Protocol, SESSION_STOPS,
    software,
};
use netspeak_core::report::{GreetingFacts, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Phase, Prepared, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::{Client, Posting};
use crate::error::Result;

/// NNTP as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "nntp",
    rules: &RULES,
    // 200 and 201 are greetings of no other protocol.
    greets_with: Some(|line| line.starts_with(b"200 ") || line.starts_with(b"201 ")),
    stops: SESSION_STOPS,
    usual_stop: Phase::Caps,
    operations: &[
        Operation {
            name: "date",
            argument: Argument::None,
            what: "DATE: what time it is there",
            takes_login: false,
        },
        Operation {
            name: "group",
            argument: Argument::Required("NAME"),
            what: "GROUP: how many articles it has",
            takes_login: false,
        },
    ],
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "INN: require_ssl in readers.conf",
        upgrade: "INN: tlscertfile and tlskeyfile in inn.conf, or use port 563",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

impl Conversation for Client {
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        let greeting = self.greeting();
        let text = greeting.text();
        let host = text.split(' ').next().filter(|word| word.contains('.'));
        Some(GreetingFacts {
            raw: printable(greeting.raw()),
            code: Some(greeting.code().to_string()),
            software: software(SOFTWARE, &text),
            host: host.map(str::to_owned),
        })
    }

    fn offered(&self) -> Option<Offer> {
        let offered = self.capabilities()?;
        let mut offer = Offer::new(offered.lines(), offered.sasl());
        let user = offered.auth_user().then(|| "USER".to_owned());
        offer.clear_text.extend(user);
        offer.software = offered.implementation();
        let mut note = |name: &str, value: bool| offer.detail.insert(name.to_owned(), json!(value));
        note("posting", self.posting() == Posting::Allowed);
        note("reader", offered.reader());
        Some(offer)
    }

    async fn work(
        &mut self,
        options: &ProbeOptions,
        _: &Prepared,
        facts: &mut WorkFacts,
    ) -> Result<()> {
        let Some(name) = options.argument_of("group") else {
            facts.name = "DATE".to_owned();
            let date = self.date().await?;
            facts
                .detail
                .insert("date".to_owned(), json!(date.to_string()));
            return Ok(());
        };
        facts.name = format!("GROUP {name}");
        let group = self.group(&name.parse()?).await?;
        let mut note = |name: &str, value| facts.detail.insert(name.to_owned(), json!(value));
        note("articles", group.count);
        note("low", group.low);
        note("high", group.high);
        Ok(())
    }
}

/// Names by which servers are known to introduce themselves.
const SOFTWARE: &[&str] = &[
    "InterNetNews",
    "INN",
    "Leafnode",
    "Diablo",
    "Cyclone",
    "DNEWS",
    "Dovecot",
    "Giganews",
    "Highwinds",
    "Hamster",
    "sn/",
    "NNTP Service",
];
