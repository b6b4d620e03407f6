//! What is Gopher's own in a probe. The way is:
//!
//! 1. dns, tcp, and for `gophers` tls
//! 2. wait: one request for what the URL names, a menu where it names nothing
//! 3. body: of a menu all lines are read and counted, of a text or a file as much as comes up to 1 MiB
//!
//! There is neither a greeting nor a goodbye.

use std::collections::BTreeMap;

use netspeak_core::protocol::{Advice, Inquiry, Probe, ProbeOptions, Protocol};
use netspeak_core::report::{Report, WorkFacts};
use netspeak_core::{Phase, Session, Target, Timeouts};
use serde_json::{Value, json};

use crate::RULES;
use crate::client::answer::{Answer, Part};
use crate::client::{Client, Settings};
use crate::codec::{Ending, Framing};
use crate::error::{Error, Result};
use crate::menu::MenuLine;
use crate::response::Refusal;
use crate::types::{Content, GopherPath, ItemType};

/// How much of a text or a file a probe reads.
const ENOUGH: u64 = 1024 * 1024;

/// Gopher as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "gopher",
    rules: &RULES,
    greets_with: None,
    stops: &[Phase::Dns, Phase::Tcp, Phase::Tls, Phase::Wait, Phase::Body],
    usual_stop: Phase::Body,
    operations: &[],
    probe_timeouts: Timeouts::UNSET,
    advice: Advice {
        clear_text: "",
        upgrade: "",
    },
    probe: |target, options| Box::pin(probe(target, options)),
};

struct Fetch;

async fn probe(target: &Target, options: &ProbeOptions) -> Report {
    Probe::inquire::<Fetch>(&PROTOCOL, target, options).await
}

impl Inquiry for Fetch {
    type Reply = Refusal;

    async fn ask(probe: &mut Probe<'_>, target: &Target) -> Result<()> {
        let path = GopherPath::of(target)?;
        let name = path.item_type.name();
        let framing = match path.item_type.content() {
            Content::Menu => Framing::Menu,
            Content::Text => Framing::Text,
            Content::Binary => Framing::Bytes,
            Content::Nothing => {
                return Err(Error::usage(format!("{name} is nothing to be fetched")));
            }
        };
        let Some(conn) = probe.connect().await? else {
            return Ok(());
        };
        let client = Client::begin(conn, probe.prepared(), &Settings::default()).await?;
        let mut answer = Answer::begin(client.conn, framing, &path.request).await?;
        let found = match (probe.wants(Phase::Body), framing) {
            (false, _) => answer.next().await.map(|_| BTreeMap::new()),
            (true, Framing::Menu) => menu(&mut answer).await,
            (true, _) => content(&mut answer).await,
        };
        probe.report_mut().work = Some(WorkFacts {
            name: name.to_owned(),
            ok: found.is_ok(),
            detail: found?,
        });
        Ok(())
    }
}

/// Counts the lines of a menu.
async fn menu(answer: &mut Answer) -> Result<BTreeMap<String, Value>> {
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
async fn content(answer: &mut Answer) -> Result<BTreeMap<String, Value>> {
    let mut bytes: u64 = 0;
    while bytes < ENOUGH
        && let Some(part) = answer.next().await?
    {
        let (Part::Line(range) | Part::Data(range)) = part;
        bytes += range.len() as u64;
    }
    let whole = answer.ending().is_some();
    Ok(facts([
        ("bytes", json!(bytes)),
        ("whole", json!(whole)),
        ("final_dot", json!(answer.ending() == Some(Ending::Dot))),
    ]))
}

fn facts<const N: usize>(facts: [(&str, Value); N]) -> BTreeMap<String, Value> {
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}
