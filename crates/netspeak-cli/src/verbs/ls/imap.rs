//! `ls` over IMAP.

use netspeak::core::Target;
use netspeak::core::text::printable;
use netspeak::imap::response::{Envelope, Fetch, Listed};
use netspeak::imap::{Client, Flag, ImapPath, Items, ListQuery, StatusItems, Text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Ls, Order};
use crate::args::LsArgs;
use crate::failure::Failure;
use crate::output::Lines;
use crate::verbs::mailbox::{self, Holds};
use crate::verbs::row::Row;

mod order;

use order::{InThread, Place};

pub(super) const ROW: Row<Ls> = Row {
    protocol: "imap",
    urls: &[
        (
            "imaps://host/",
            "messages, unread ones, role and name of each mailbox",
        ),
        (
            "imaps://host/INBOX",
            "UID, size, date, flags, sender and subject of each message",
        ),
        (
            "imaps://host/INBOX?UNSEEN",
            "of those that a search finds; with --sort -date or --thread in this order",
        ),
    ],
    run: |order| Box::pin(ls(order)),
};

/// What stands unescaped in the path of a URL.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

async fn ls(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.data.refuse("imap")?;
    let place = ImapPath::of(target)?;
    mailbox::session(target, &args.connect, async |client| {
        if place.mailbox.is_some() {
            messages(client, &place, target, args).await
        } else if args.order.is_given() {
            Err(Failure::usage(
                "--sort and --thread are for the messages of a mailbox: which one?",
            ))
        } else {
            mailboxes(client, target, args).await
        }
    })
    .await
}

async fn mailboxes(client: &mut Client, target: &Target, args: &LsArgs) -> Result<(), Failure> {
    let query = ListQuery::new("*").with_status(StatusItems::basic());
    let mut listed = client.list(&query).await?;
    listed.sort_by(|one, other| one.mailbox.cmp(&other.mailbox));
    let mut lines = Lines::new();
    for entry in &listed {
        let line = if args.json {
            mailbox_json(entry, target)
        } else {
            mailbox_text(entry)
        };
        lines.push(&line)?;
    }
    Ok(lines.finish()?)
}

fn mailbox_text(entry: &Listed) -> String {
    let status = entry.status.as_deref();
    let number = |count: Option<u32>| count.map_or("-".to_owned(), |count| count.to_string());
    let messages = number(status.and_then(|status| status.messages));
    let unseen = number(status.and_then(|status| status.unseen));
    let role = entry.role().map_or("-".to_owned(), ToString::to_string);
    format!(
        "{messages:>8} {unseen:>8}  {role:<10} {name}\n",
        name = entry.mailbox
    )
}

fn mailbox_json(entry: &Listed, target: &Target) -> String {
    let name = entry.mailbox.name();
    let path = format!("/{}", utf8_percent_encode(name, SEGMENT));
    let status = entry.status.as_deref();
    let object = json!({
        "name": name,
        "kind": "mailbox",
        "size": null,
        "modified": null,
        "url": target.clone().with_path(&path).to_string(),
        "detail": {
            "role": entry.role().map(ToString::to_string),
            "selectable": entry.is_selectable(),
            "delimiter": entry.delimiter,
            "messages": status.and_then(|status| status.messages),
            "unseen": status.and_then(|status| status.unseen),
            "uid_next": status.and_then(|status| status.uid_next),
            "uid_validity": status.and_then(|status| status.uid_validity),
        },
    });
    format!("{object}\n")
}

async fn messages(
    client: &mut Client,
    place: &ImapPath,
    target: &Target,
    args: &LsArgs,
) -> Result<(), Failure> {
    let items = Items::new().flags().size().internal_date().envelope();
    let mut lines = Lines::new();
    let line = |row: &Fetch, thread| match args.json {
        true => message_json(row, thread, target),
        false => message_text(row, thread),
    };
    if args.order.is_given() {
        if mailbox::open(client, place).await? == Holds::Nothing {
            return Ok(());
        }
        let wanted = mailbox::wanted(place)?;
        let show = |row: &Fetch, place: Place| Ok(lines.push(&line(row, place.thread))?);
        order::each(client, &wanted, &args.order, &items, show).await?;
        return Ok(lines.finish()?);
    }
    let Some(uids) = mailbox::messages(client, place).await? else {
        return Ok(());
    };
    let mut rows = client.fetch(uids, &items).await?;
    while let Some(row) = rows.next().await? {
        lines.push(&line(&row, None))?;
    }
    Ok(lines.finish()?)
}

/// What is shown of the depth of a conversation.
const DEEPEST: usize = 20;

fn message_text(row: &Fetch, thread: Option<InThread>) -> String {
    let uid = row.uid.unwrap_or_default();
    let size = row.size.map_or("-".to_owned(), |size| size.to_string());
    let date = row.internal_date.as_ref();
    let date = date.map_or("-".to_owned(), |date| {
        date.local().strftime("%Y-%m-%d %H:%M").to_string()
    });
    let flags = letters(row.flags.as_deref().unwrap_or_default());
    let envelope = row.envelope.as_deref();
    let from = envelope.and_then(sender).unwrap_or_else(|| "-".to_owned());
    let subject = decoded(envelope.and_then(|envelope| envelope.subject.as_ref()));
    let depth = thread.map_or(0, |thread| thread.depth.min(DEEPEST));
    let indent = "  ".repeat(depth);
    format!("{uid:>8} {size:>10} {date:<16} {flags} {from:<24.24} {indent}{subject}\n")
}

/// `SAFD` for `\Seen`, `\Answered`, `\Flagged`, `\Deleted`.
fn letters(flags: &[Flag]) -> String {
    let known = [
        (Flag::Seen, 'S'),
        (Flag::Answered, 'A'),
        (Flag::Flagged, 'F'),
        (Flag::Deleted, 'D'),
    ];
    let letter = |(flag, letter): &(Flag, char)| match flags.contains(flag) {
        true => *letter,
        false => '-',
    };
    known.iter().map(letter).collect()
}

/// Fit for a terminal.
fn decoded(text: Option<&Text>) -> String {
    text.map_or_else(String::new, |text| printable(text.decoded().as_bytes()))
}

/// The name of the first author, or the address.
fn sender(envelope: &Envelope) -> Option<String> {
    let author = envelope.from.first()?.addressees().first()?;
    let name = author.decoded_name();
    Some(match name.is_empty() {
        true => author.address(),
        false => printable(name.as_bytes()),
    })
}

fn message_json(row: &Fetch, thread: Option<InThread>, target: &Target) -> String {
    let uid = row.uid.unwrap_or_default();
    let envelope = row.envelope.as_deref();
    let text = |text: Option<&Text>| text.map(Text::decoded);
    let flags = row.flags.iter().flatten().map(ToString::to_string);
    let date = row.internal_date.as_ref();
    let mut object = json!({
        "name": uid.to_string(),
        "kind": "message",
        "size": row.size,
        "modified": date.map(|date| date.timestamp().to_string()),
        "url": mailbox::url_of(target, uid),
        "detail": {
            "uid": uid,
            "number": row.number,
            "flags": flags.collect::<Vec<_>>(),
            "from": envelope.and_then(sender),
            "subject": text(envelope.and_then(|it| it.subject.as_ref())),
            "date": text(envelope.and_then(|it| it.date.as_ref())),
            "message_id": text(envelope.and_then(|it| it.message_id.as_ref())),
        },
    });
    let detail = object.get_mut("detail").and_then(Value::as_object_mut);
    if let (Some(thread), Some(detail)) = (thread, detail) {
        detail.insert("depth".to_owned(), json!(thread.depth));
        detail.insert("answers".to_owned(), json!(thread.answers));
    }
    format!("{object}\n")
}
