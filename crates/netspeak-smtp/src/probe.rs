//! The polite conversation behind `netspeak probe`, in SMTP's words; its order is
//! [`Probe`](crate::protocol::Probe)'s.
//!
//! - caps: `EHLO`, or `HELO` to a server of RFC 821; `LHLO` for `lmtp`
//! - starttls: `STARTTLS`
//! - work: `NOOP`, or for who logs in, and where a recipient is named, `MAIL`, `RCPT`, `RSET`; nothing is sent

use std::time::Duration;

use netspeak_core::protocol::{
    Advice, Argument, Conversation, Offer, Operation, Probe, ProbeOptions, Protocol, SESSION_STOPS,
    software,
};
use netspeak_core::report::{Check, CheckStatus, GreetingFacts, WorkFacts};
use netspeak_core::sasl::Credentials;
use netspeak_core::text::printable;
use netspeak_core::{Phase, Prepared, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::Client;
use crate::error::Result;
use crate::response::greeting_host;
use crate::types::{ForwardPath, MailParameters, ReversePath, SizeLimit};

/// SMTP and LMTP as the registry knows them.
pub static PROTOCOL: Protocol = Protocol {
    name: "smtp",
    rules: &RULES,
    // FTP greets with 220 as well; it has no word for mail.
    greets_with: Some(|line| {
        let is_ready = line.starts_with(b"220 ") || line.starts_with(b"220-");
        is_ready && memchr::memmem::find(line, b"SMTP").is_some()
    }),
    stops: SESSION_STOPS,
    usual_stop: Phase::Caps,
    operations: &[
        Operation {
            name: "rcpt",
            argument: Argument::Optional("ADDRESS"),
            what: "MAIL, RCPT to the address (the user's own, else postmaster), RSET: nothing is sent",
            takes_login: false,
        },
        Operation {
            name: "noop",
            argument: Argument::None,
            what: "NOOP, which does nothing",
            takes_login: false,
        },
    ],
    // Servers let clients wait for the greeting to see who cannot. What is to be said of silence has to be said
    // before the total is over.
    probe_timeouts: Timeouts::UNSET.with_greeting(Duration::from_secs(25)),
    advice: Advice {
        clear_text: "Postfix: smtpd_tls_auth_only = yes",
        upgrade: "give the server a certificate, or use port 465",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

impl Conversation for Client {
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        let greeting = self.greeting();
        let lines: Vec<_> = greeting.lines().map(printable).collect();
        Some(GreetingFacts {
            raw: lines.join(" "),
            code: Some(greeting.code().to_string()),
            software: software(SOFTWARE, &greeting.text()),
            host: greeting_host(greeting),
        })
    }

    fn offered(&self) -> Option<Offer> {
        let offered = self.capabilities()?;
        let mut offer = Offer::new(offered.lines(), offered.auth());
        if let Some(SizeLimit::Bytes(most)) = offered.size() {
            offer.size = Some(most);
        }
        let mut note = |name: &str, value: bool| offer.detail.insert(name.to_owned(), json!(value));
        note("pipelining", offered.pipelining());
        note("chunking", offered.chunking());
        Some(offer)
    }

    /// RFC 5321 section 4.1.3: a server says its full name, or its address.
    fn noticed(&self) -> Vec<Check> {
        let is_full = |host: &String| host.contains('.') || host.starts_with('[');
        let host = greeting_host(self.greeting()).filter(|host| !is_full(host));
        let note = |host: String| {
            let message = format!("the server calls itself {host:?}, which is no full name");
            Check::new("greeting.host", CheckStatus::Note, host, message)
                .expecting("a name with its domain")
                .hint("Postfix: myhostname; Exim: primary_hostname")
        };
        host.map(note).into_iter().collect()
    }

    async fn work(
        &mut self,
        options: &ProbeOptions,
        prepared: &Prepared,
        facts: &mut WorkFacts,
    ) -> Result<()> {
        let user = prepared.credentials.as_ref().map(Credentials::user);
        // A stranger's recipient may be refused by the healthiest of servers.
        if options.wishes("noop") || (user.is_none() && !options.wishes("rcpt")) {
            facts.name = "NOOP".to_owned();
            return self.noop().await;
        }
        facts.name = "MAIL, RCPT, RSET".to_owned();
        let sender = sender(user);
        let recipient = recipient(options, user)?;
        let mut note = |name: &str, value| facts.detail.insert(name.to_owned(), json!(value));
        note("sender", sender.as_str());
        note("recipient", recipient.as_str());
        try_envelope(self, &sender, &recipient).await
    }
}

/// Who logs in sends, if that is an address; else nobody.
fn sender(user: Option<&str>) -> ReversePath {
    let user = user.unwrap_or_default();
    user.parse().unwrap_or(ReversePath::NULL)
}

/// Whom the caller names, or the user, or the postmaster, who is there at every server.
fn recipient(options: &ProbeOptions, user: Option<&str>) -> Result<ForwardPath> {
    match (options.argument_of("rcpt"), user) {
        (Some(named), _) => Ok(named.parse()?),
        (None, Some(user)) if user.contains('@') => {
            Ok(user.parse().unwrap_or_else(|_| ForwardPath::postmaster()))
        }
        _ => Ok(ForwardPath::postmaster()),
    }
}

/// An envelope that is thrown away, also when the server refuses a part of it.
async fn try_envelope(
    client: &mut Client,
    sender: &ReversePath,
    recipient: &ForwardPath,
) -> Result<()> {
    client.mail(sender, &MailParameters::default()).await?;
    let taken = client.rcpt(recipient, &Default::default()).await;
    if !client.conn().is_busy() {
        client.rset().await?;
    }
    taken.map(drop)
}

/// Names by which servers are known to introduce themselves.
const SOFTWARE: &[&str] = &[
    "Postfix",
    "Exim",
    "Sendmail",
    "Dovecot",
    "Cyrus",
    "OpenSMTPD",
    "Haraka",
    "Microsoft ESMTP MAIL Service",
    "gsmtp",
    "MailEnable",
    "Zimbra",
    "hMailServer",
    "Stalwart",
    "qmail",
    "Courier",
    "MDaemon",
];
