//! The polite conversation behind `netspeak probe`, in POP3's words; its order is
//! [`Probe`](netspeak_core::protocol::Probe)'s.
//!
//! - caps: `CAPA`; a server of RFC 1939 says `-ERR`, which is no fault
//! - starttls: `STLS`
//! - work: `STAT`, which changes nothing

use netspeak_core::protocol::{
    Advice, Conversation, Offer, Probe, ProbeOptions, Protocol, SESSION_STOPS,
};
use netspeak_core::report::{GreetingFacts, WorkFacts};
use netspeak_core::sasl::Credentials;
use netspeak_core::text::printable;
use netspeak_core::{Conn, Phase, Prepared, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::Client;
use crate::error::Result;
use crate::response::Reply;
use crate::types::Capabilities;

/// POP3 as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "pop3",
    rules: &RULES,
    greets_with: Some(|line| line.starts_with(b"+OK") || line.starts_with(b"-ERR")),
    stops: SESSION_STOPS,
    usual_stop: Phase::Caps,
    work_takes_login: true,
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "Dovecot: disable_plaintext_auth = yes",
        upgrade: "give the server a certificate, or use port 995",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

impl Conversation for Client {
    type Reply = Reply;

    async fn begin(conn: Conn, prepared: &Prepared) -> Result<Self> {
        let mut client = Self::from_conn(conn).await?;
        client.set_clear_text_auth(prepared.clear_text_auth);
        Ok(client)
    }

    fn conn(&self) -> &Conn {
        Self::conn(self)
    }

    fn greeting(&self) -> Option<GreetingFacts> {
        let greeting = Self::greeting(self);
        Some(GreetingFacts {
            raw: printable(greeting.raw()),
            code: Some("+OK".to_owned()),
            software: software(&greeting.text()).map(str::to_owned),
            host: self.timestamp().and_then(host_of).map(str::to_owned),
        })
    }

    async fn offer(&mut self) -> Result<Option<Offer>> {
        Ok(self.capa().await?.map(offer))
    }

    async fn upgrade(&mut self, prepared: &Prepared) -> Result<()> {
        let tls = prepared.connector.tls()?;
        self.stls(tls, &prepared.endpoint.host).await
    }

    async fn log_in(&mut self, credentials: &Credentials, _: &Prepared) -> Result<&'static str> {
        self.login(credentials).await
    }

    async fn work(&mut self, _: &ProbeOptions, facts: &mut WorkFacts) -> Result<()> {
        facts.name = "STAT".to_owned();
        let stat = self.stat().await?;
        let mut note = |name: &str, value| facts.detail.insert(name.to_owned(), value);
        note("messages", json!(stat.messages));
        note("octets", json!(stat.octets));
        Ok(())
    }

    async fn quit(self) -> Result<()> {
        Self::quit(self).await?.said().map(drop)
    }
}

fn offer(offered: &Capabilities) -> Offer {
    let mut offer = Offer::default();
    offer.lines = offered.lines().to_vec();
    offer.mechanisms = offered.sasl();
    let sends = |mechanism: &&String| matches!(mechanism.as_str(), "PLAIN" | "LOGIN");
    offer.clear_text = offer.mechanisms.iter().filter(sends).cloned().collect();
    offer
        .clear_text
        .extend(offered.has("USER").then(|| "USER".to_owned()));
    offer.upgrade = offered.stls();
    offer.login = offered.takes_login();
    offer.software = offered.implementation();
    offer
}

/// Names by which servers are known to introduce themselves.
fn software(text: &str) -> Option<&'static str> {
    [
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
    ]
    .into_iter()
    .find(|name| text.contains(name))
}

/// `<process.clock@host>`
fn host_of(timestamp: &str) -> Option<&str> {
    timestamp
        .trim_end_matches('>')
        .rsplit_once('@')
        .map(|(_, host)| host)
}
