//! The polite conversation behind `netspeak probe`, in IMAP's words; its order is
//! [`Probe`](crate::protocol::Probe)'s.
//!
//! - caps: `CAPABILITY`, unless the greeting has told
//! - starttls: `STARTTLS`
//! - work: `EXAMINE INBOX`, or `examine:NAME`; nothing is changed by it. `noop` needs no login

use netspeak_core::protocol::{
    Advice, Argument, Conversation, Offer, Operation, Probe, ProbeOptions, Protocol, SESSION_STOPS,
    software,
};
use netspeak_core::report::{Check, CheckStatus, GreetingFacts, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Phase, Prepared, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::Client;
use crate::error::Result;
use crate::types::Mailbox;

/// IMAP as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "imap",
    rules: &RULES,
    greets_with: Some(|line| {
        let greetings: [&[u8]; 3] = [b"* OK", b"* PREAUTH", b"* BYE"];
        greetings.iter().any(|greeting| {
            line.get(..greeting.len())
                .is_some_and(|word| word.eq_ignore_ascii_case(greeting))
        })
    }),
    stops: SESSION_STOPS,
    usual_stop: Phase::Caps,
    operations: &[
        Operation {
            name: "examine",
            argument: Argument::Optional("MAILBOX"),
            what: "EXAMINE of the mailbox, or of INBOX: how many messages it has",
            takes_login: true,
        },
        Operation {
            name: "noop",
            argument: Argument::None,
            what: "NOOP, which does nothing",
            takes_login: false,
        },
    ],
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "Dovecot: disable_plaintext_auth = yes",
        upgrade: "give the server a certificate, or use port 993",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

impl Conversation for Client {
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        let greeting = self.greeting();
        let text = greeting.text();
        let host = text.split(' ').find(looks_like_host);
        Some(GreetingFacts {
            raw: printable(greeting.raw()),
            code: Some(greeting.kind().to_string()),
            software: software(SOFTWARE, &text),
            host: host.map(str::to_owned),
        })
    }

    fn offered(&self) -> Option<Offer> {
        let offered = self.capabilities()?;
        let words: Vec<String> = offered.iter().map(str::to_owned).collect();
        let mut offer = Offer::new(&words, offered.sasl());
        let login = (!offered.login_disabled()).then(|| "LOGIN".to_owned());
        offer.clear_text.extend(login);
        let mut note = |name: &str, value: bool| offer.detail.insert(name.to_owned(), json!(value));
        note("login_disabled", offered.login_disabled());
        note("idle", offered.has("IDLE"));
        note("rev2", offered.is_rev2());
        Some(offer)
    }

    fn noticed(&self) -> Vec<Check> {
        let Some(offered) = self.capabilities() else {
            return Vec::new();
        };
        let shuts_out =
            offered.login_disabled() && !offered.starttls() && offered.sasl().is_empty();
        if self.conn().is_encrypted() || !shuts_out {
            return Vec::new();
        }
        let message = "nobody can log in here: LOGIN is disabled, and there is no STARTTLS";
        let check = Check::new("auth.possible", CheckStatus::Warn, false, message);
        vec![check.expecting("true").hint(PROTOCOL.advice.upgrade)]
    }

    async fn work(
        &mut self,
        options: &ProbeOptions,
        _: &Prepared,
        facts: &mut WorkFacts,
    ) -> Result<()> {
        if options.wishes("noop") {
            facts.name = "NOOP".to_owned();
            return self.noop().await;
        }
        let mailbox = match options.argument_of("examine") {
            Some(name) => Mailbox::new(name)?,
            None => Mailbox::inbox(),
        };
        facts.name = format!("EXAMINE {mailbox}");
        let opened = self.examine(&mailbox).await?;
        let mut note = |name: &str, value| facts.detail.insert(name.to_owned(), value);
        note("messages", json!(opened.exists));
        note("uid_next", json!(opened.uid_next));
        Ok(())
    }
}

/// Names by which servers are known to introduce themselves.
const SOFTWARE: &[&str] = &[
    "Dovecot",
    "Cyrus",
    "Courier-IMAP",
    "Gimap",
    "Microsoft Exchange",
    "MailEnable",
    "Zimbra",
    "hMailServer",
    "Stalwart",
    "Coremail",
    "Domino",
    "UW-IMAP",
];

/// `mail.example.org`
fn looks_like_host(word: &&str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let has_dot = word.trim_matches('.').contains('.');
    has_dot && word.chars().all(is_name) && word.chars().any(|c| c.is_ascii_alphabetic())
}
