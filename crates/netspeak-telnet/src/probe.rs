//! The polite conversation behind `netspeak probe`, in Telnet's words; its order is
//! [`Probe`](crate::protocol::Probe)'s.
//!
//! - greeting: waits for the first text, and a moment longer for the rest of it. What the server asks is
//!   answered meanwhile, as a terminal would; nothing is typed. A server that only negotiates has
//!   greeted, too.
//! - auth: by prompts
//! - there is no goodbye: the connection is closed

use std::time::Duration;

use netspeak_core::protocol::{Advice, Conversation, Offer, Probe, Protocol};
use netspeak_core::report::GreetingFacts;
use netspeak_core::text::{excerpt, is_greeting, printable};
use netspeak_core::{Conn, ErrorKind, Phase, Prepared, Reason, Session, Timeouts};
use serde_json::json;

use crate::RULES;
use crate::client::{Client, Settings};
use crate::engine::Side;
use crate::error::{Error, Goodbye, Result};
use crate::response::Refusal;

/// The greeting is over once nothing has come for so long.
const SETTLED: Duration = Duration::from_millis(300);

/// A server that negotiates may still compose its text.
const COMPOSING: Duration = Duration::from_secs(3);

/// How much of a greeting is looked at.
const ENOUGH: usize = 16 * 1024;

/// Telnet as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "telnet",
    rules: &RULES,
    // Anything may be a Telnet server's first text.
    greets_with: None,
    stops: &[
        Phase::Dns,
        Phase::Tcp,
        Phase::Tls,
        Phase::Greeting,
        Phase::Auth,
    ],
    usual_stop: Phase::Greeting,
    operations: &[],
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "",
        upgrade: "",
    },
    probe: |target, options| Box::pin(Probe::run::<Greeted>(&PROTOCOL, target, options)),
};

/// A client that has heard the greeting.
struct Greeted {
    client: Client,
    text: Vec<u8>,
}

impl Session for Greeted {
    type Reply = Refusal;
    type Settings = Settings;

    async fn begin(conn: Conn, prepared: &Prepared, settings: &Settings) -> Result<Self> {
        let mut client = Client::begin(conn, prepared, settings).await?;
        let trace = client.trace().clone();
        let text = trace
            .stamped(Phase::Greeting, client.greeting(SETTLED, COMPOSING, ENOUGH))
            .await?;
        Ok(Self { client, text })
    }

    fn conn(&self) -> &Conn {
        self.client.conn()
    }

    async fn log_in(
        &mut self,
        credentials: &netspeak_core::sasl::Credentials,
    ) -> Result<&'static str> {
        self.client.log_in(credentials).await
    }

    async fn quit(self) -> Result<Goodbye> {
        self.client.quit().await
    }
}

impl Conversation for Greeted {
    fn greeting_facts(&self) -> Option<GreetingFacts> {
        let encoding = self.client.engine().encoding();
        let text = encoding.decode(&self.text);
        let lines = text.lines().map(|line| printable(line.trim().as_bytes()));
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        Some(GreetingFacts {
            raw: lines.join(" / "),
            ..GreetingFacts::default()
        })
    }

    fn offered(&self) -> Option<Offer> {
        let names = |side| {
            let asked = self.client.asked().iter();
            let of_side = asked.filter(|asked| asked.side == side);
            of_side
                .map(|asked| asked.option.to_string())
                .collect::<Vec<_>>()
        };
        let (will, wants) = (names(Side::Remote), names(Side::Local));
        let lines: Vec<String> = [("will", &will), ("do", &wants)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(verb, names)| format!("{verb} {}", names.join(" ")))
            .collect();
        let mut offer = Offer::new(&lines, Vec::new());
        offer.detail.insert("will".to_owned(), json!(will));
        offer.detail.insert("do".to_owned(), json!(wants));
        Some(offer)
    }
}

impl Client {
    /// The first text.
    async fn greeting(
        &mut self,
        settled: Duration,
        composing: Duration,
        enough: usize,
    ) -> Result<Vec<u8>> {
        let deadline = self.conn().deadlines().phase(Phase::Greeting);
        loop {
            let limit = match (!self.peek_text().is_empty(), self.asked().is_empty()) {
                (true, _) => self.conn().deadlines().within(Phase::Greeting, settled),
                (false, false) => self.conn().deadlines().within(Phase::Greeting, composing),
                (false, true) => deadline,
            };
            if self.fill(&limit).await? && !deadline.is_over() && self.peek_text().len() < enough {
                continue;
            }
            // What the server still waits for is told before anybody leaves.
            self.send().await?;
            let text = self.peek_text().to_vec();
            // Whoever negotiates speaks Telnet; other text may be anybody's.
            if self.asked().is_empty() && is_greeting(&text) {
                return Err(foreign(&text));
            }
            if !text.is_empty() || (!self.asked().is_empty() && !self.is_over()) {
                return Ok(text);
            }
            return Err(match self.is_over() {
                true => no_greeting(),
                false => deadline.expired("waiting for the greeting").into(),
            });
        }
    }
}

/// A greeting of another protocol.
fn foreign(text: &[u8]) -> Error {
    let line = text.split(|byte| *byte == b'\n').next();
    let line = excerpt(line.unwrap_or_default());
    Error::net(
        ErrorKind::new(Phase::Greeting, Reason::OtherProtocol),
        format!("the server does not speak Telnet: it greeted with {line:?}"),
    )
}

fn no_greeting() -> Error {
    Error::net(
        ErrorKind::new(Phase::Greeting, Reason::Closed),
        "the server closed the connection without a word",
    )
}

impl std::fmt::Debug for Greeted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Greeted").finish_non_exhaustive()
    }
}
