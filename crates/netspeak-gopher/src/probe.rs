//! The polite conversation behind `netspeak probe`, in Gopher's words; its order is
//! [`Probe`](crate::protocol::Probe)'s. There is neither a greeting nor a goodbye:
//!
//! - work: one request for what the URL names, a menu where it names nothing. Of a menu all lines are
//!   read and counted, of a text or a file as much as comes up to 1 MiB.

use std::collections::BTreeMap;

use netspeak_core::protocol::{Advice, Conversation, Probe, ProbeOptions, Protocol};
use netspeak_core::report::WorkFacts;
use netspeak_core::{Conn, Phase, Prepared, Timeouts};
use serde_json::{Value, json};

use crate::RULES;
use crate::client::Client;
use crate::client::answer::{Answer, Part};
use crate::codec::{Ending, Framing};
use crate::error::{Error, Result};
use crate::menu::MenuLine;
use crate::types::{Content, GopherPath, ItemType};

/// How much of a text or a file a probe reads.
const ENOUGH: u64 = 1024 * 1024;

/// Gopher as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "gopher",
    rules: &RULES,
    greets_with: None,
    stops: &[Phase::Dns, Phase::Tcp, Phase::Tls, Phase::Work],
    usual_stop: Phase::Work,
    work_takes_login: false,
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "",
        upgrade: "",
    },
    probe: |target, options| Box::pin(Probe::run::<Client>(&PROTOCOL, target, options)),
};

impl Conversation for Client {
    const WORK_PHASE: Option<Phase> = None;

    async fn work(
        &mut self,
        _: &ProbeOptions,
        prepared: &Prepared,
        facts: &mut WorkFacts,
    ) -> Result<()> {
        let path: GopherPath = prepared.path.parse()?;
        facts.name = path.item_type.name().to_owned();
        let framing = match path.item_type.content() {
            Content::Menu => Framing::Menu,
            Content::Text => Framing::Text,
            Content::Binary => Framing::Bytes,
            Content::Nothing => {
                let name = path.item_type.name();
                return Err(Error::usage(format!("a {name} is nothing to be fetched")));
            }
        };
        let mut answer = Answer::begin(&mut self.conn, framing, &path.request).await?;
        facts.detail = match framing {
            Framing::Menu => menu(&mut answer).await?,
            _ => content(&mut answer).await?,
        };
        Ok(())
    }
}

/// Counts the lines of a menu.
async fn menu(answer: &mut Answer<&mut Conn>) -> Result<BTreeMap<String, Value>> {
    let (mut items, mut menus, mut remarks, mut errors, mut malformed) = (0, 0, 0, 0, 0);
    let mut budget = netspeak_core::Budget::of_listing(answer.limits());
    while let Some(part) = answer.next().await? {
        let (Part::Line(range) | Part::Data(range)) = part;
        budget.spend(range.len())?;
        let count: &mut u64 = match MenuLine::parse(answer.get(range)) {
            MenuLine::Item(item) if item.item_type == ItemType::INFO => &mut remarks,
            MenuLine::Item(item) if item.is_error() => &mut errors,
            MenuLine::Item(item) => {
                menus += u64::from(item.item_type == ItemType::MENU);
                &mut items
            }
            MenuLine::Malformed(line) if line.is_empty() => continue,
            MenuLine::Malformed(_) => &mut malformed,
        };
        *count += 1;
    }
    Ok(facts([
        ("items", json!(items)),
        ("menus", json!(menus)),
        ("remarks", json!(remarks)),
        ("errors", json!(errors)),
        ("malformed", json!(malformed)),
        ("final_dot", json!(answer.ending() == Some(Ending::Dot))),
    ]))
}

/// Counts the bytes of a text or a file.
async fn content(answer: &mut Answer<&mut Conn>) -> Result<BTreeMap<String, Value>> {
    let mut bytes: u64 = 0;
    while bytes < ENOUGH
        && let Some(part) = answer.next().await?
    {
        let (Part::Line(range) | Part::Data(range)) = part;
        bytes += range.len() as u64;
    }
    let whole = answer.ending().is_some();
    if !whole {
        answer.trace().end(true);
    }
    Ok(facts([
        ("bytes", json!(bytes)),
        ("whole", json!(whole)),
        ("final_dot", json!(answer.ending() == Some(Ending::Dot))),
    ]))
}

fn facts<const N: usize>(facts: [(&str, Value); N]) -> BTreeMap<String, Value> {
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}
