//! Against `imap-proto`: what it accepts, we read to the same values.

use std::borrow::Cow;

use imap_proto as theirs;
use imap_proto::{AttributeValue, MailboxDatum, MessageSection, SectionPath, StatusAttribute};
use serde_json::{Map, Value as Json, json};

use super::cases::{described, fits, rows};
use super::*;

/// Rows that we read otherwise, each with a reason.
const OTHERWISE: [(&str, &str); 4] = [
    ("imap-zero-numbers-2", "there is no message 0"),
    (
        "imap-envelope-wrong-literal",
        "a name that was cut is no name",
    ),
    ("imap-escapes", "they leave the escapes in names"),
    ("imap-greeting-wrong", "POP3 is no continuation"),
];

fn text(bytes: &[u8]) -> String {
    Text::from(bytes).decoded()
}

fn in_words(response: &theirs::Response<'_>) -> Json {
    match response {
        theirs::Response::Capabilities(capabilities) => {
            let word = |capability: &theirs::Capability<'_>| match capability {
                theirs::Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                theirs::Capability::Auth(name) => format!("AUTH={name}").to_ascii_uppercase(),
                theirs::Capability::Atom(name) => name.to_ascii_uppercase(),
            };
            json!({"capabilities": capabilities.iter().map(word).collect::<Vec<_>>()})
        }
        theirs::Response::Continue(outcome) => {
            let text = outcome
                .information
                .as_deref()
                .filter(|_| outcome.code.is_none());
            text.map_or(json!({}), |text| json!({"continuation": text}))
        }
        theirs::Response::Done {
            tag,
            status,
            outcome,
        } => {
            let mut found = status_in_words(status, outcome);
            found["tag"] = json!(tag.0);
            found
        }
        theirs::Response::Data { status, outcome } => status_in_words(status, outcome),
        theirs::Response::Expunge(number) => json!({"expunge": number}),
        theirs::Response::Vanished { earlier, uids } => {
            let uids: IdSet = uids.iter().cloned().collect();
            json!({"vanished": {"earlier": earlier, "uids": uids.to_string()}})
        }
        theirs::Response::Fetch(number, items) => fetch_in_words(*number, items),
        theirs::Response::MailboxData(datum) => datum_in_words(datum),
        theirs::Response::QuotaRoot(found) => {
            json!({"quotaroot": {"mailbox": found.mailbox_name, "roots": found.quota_root_names}})
        }
        _ => json!({}),
    }
}

fn status_in_words(status: &theirs::Status, outcome: &theirs::Outcome<'_>) -> Json {
    let mut found = json!({"status": format!("{status:?}").to_ascii_uppercase()});
    match outcome.information.as_deref() {
        // A code that they do not know is text to them.
        Some(text) if !text.starts_with('[') => found["text"] = json!(text),
        _ => {}
    }
    match &outcome.code {
        Some(theirs::ResponseCode::HighestModSeq(value)) => found["highestmodseq"] = json!(value),
        Some(theirs::ResponseCode::PermanentFlags(flags)) => found["permanentflags"] = json!(flags),
        Some(theirs::ResponseCode::BadCharset(Some(names))) => found["charsets"] = json!(names),
        _ => {}
    }
    found
}

fn datum_in_words(datum: &MailboxDatum<'_>) -> Json {
    match datum {
        MailboxDatum::Exists(count) => json!({"exists": count}),
        MailboxDatum::Recent(count) => json!({"recent": count}),
        MailboxDatum::Flags(flags) => json!({"flags": flags}),
        MailboxDatum::Search(ids) => json!({"search": ids}),
        MailboxDatum::Sort(ids) => json!({"sort": ids}),
        MailboxDatum::List(list) => {
            let name = Mailbox::from_wire(list.name.as_bytes());
            json!({"list": {"name": name.name(), "delim": list.delimiter}})
        }
        MailboxDatum::Status { mailbox, status } => {
            let mut found = json!({"mailbox": mailbox});
            for item in status {
                match item {
                    StatusAttribute::Messages(count) => found["messages"] = json!(count),
                    StatusAttribute::Unseen(count) => found["unseen"] = json!(count),
                    _ => {}
                }
            }
            json!({"status": found})
        }
        _ => json!({}),
    }
}

fn fetch_in_words(number: u32, items: &[AttributeValue<'_>]) -> Json {
    let lossy = |data: &Option<Cow<'_, [u8]>>| {
        json!(data.as_ref().map(|data| String::from_utf8_lossy(data)))
    };
    let mut found = json!({"seq": number});
    let mut sections = Map::new();
    for item in items {
        match item {
            AttributeValue::Uid(uid) => found["uid"] = json!(uid),
            AttributeValue::Flags(flags) => found["flags"] = json!(flags),
            AttributeValue::Rfc822Size(size) => found["size"] = json!(size),
            AttributeValue::GmailMsgId(id) => found["msgid"] = json!(id),
            AttributeValue::EmailId(id) => found["emailid"] = json!(id),
            AttributeValue::ThreadId(id) => found["threadid"] = json!(id),
            AttributeValue::Rfc822(data) => {
                sections.insert(String::new(), lossy(data));
            }
            AttributeValue::BodySection {
                section,
                index,
                data,
            } => {
                let origin = index.map_or(String::new(), |origin| format!("<{origin}>"));
                // They tell HEADER.FIELDS and HEADER apart by nothing.
                if let Some(name) = section_name(section.as_ref()) {
                    sections.insert(name + &origin, lossy(data));
                }
            }
            AttributeValue::Envelope(envelope) => found["envelope"] = envelope_in_words(envelope),
            AttributeValue::BodyStructure(body) => found["body"] = body_in_words(body),
            _ => {}
        }
    }
    found["sections"] = sections.into();
    found
}

fn section_name(section: Option<&SectionPath>) -> Option<String> {
    let word = |section: &MessageSection| match section {
        MessageSection::Header => None,
        MessageSection::Mime => Some("MIME"),
        MessageSection::Text => Some("TEXT"),
    };
    match section {
        None => Some(String::new()),
        Some(SectionPath::Full(section)) => word(section).map(str::to_owned),
        Some(SectionPath::Part(numbers, section)) => {
            let mut name: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            if let Some(section) = section {
                name.push(word(section)?.to_owned());
            }
            Some(name.join("."))
        }
    }
}

fn envelope_in_words(envelope: &theirs::Envelope<'_>) -> Json {
    let id = |id: &Option<Cow<'_, [u8]>>| json!(id.as_deref().map(text));
    let mut found = json!({
        "subject": envelope.subject.as_deref().map(text).unwrap_or_default(),
        "in_reply_to": id(&envelope.in_reply_to),
        "message_id": id(&envelope.message_id),
    });
    let field = |field: &Option<Vec<theirs::Address<'_>>>| {
        let part = |part: &Option<Cow<'_, [u8]>>| part.as_deref().map(Text::from);
        let address = |address: &theirs::Address<'_>| {
            // They know no groups.
            address.host.as_ref()?;
            let addressee = Addressee {
                name: part(&address.name),
                route: part(&address.adl),
                mailbox: part(&address.mailbox),
                host: part(&address.host),
            };
            Some(addressee.to_string())
        };
        let addresses = field.iter().flatten().map(address);
        addresses.collect::<Option<Vec<_>>>()
    };
    for (name, addresses) in [("from_", &envelope.from), ("to", &envelope.to)] {
        if let Some(addresses) = field(addresses) {
            found[name] = json!(addresses);
        }
    }
    found
}

fn body_in_words(body: &theirs::BodyStructure<'_>) -> Json {
    use theirs::BodyStructure as Theirs;
    let kind = |common: &theirs::BodyContentCommon<'_>| {
        format!("{}/{}", common.ty.ty, common.ty.subtype).to_ascii_lowercase()
    };
    let media_type = |body: &Theirs<'_>| match body {
        Theirs::Basic { common, .. }
        | Theirs::Text { common, .. }
        | Theirs::Message { common, .. }
        | Theirs::Multipart { common, .. } => kind(common),
    };
    let mut found = json!({"type": media_type(body)});
    match body {
        Theirs::Basic { other, .. } => found["octets"] = json!(other.octets),
        Theirs::Text { other, lines, .. } | Theirs::Message { other, lines, .. } => {
            found["octets"] = json!(other.octets);
            found["lines"] = json!(lines);
        }
        Theirs::Multipart { bodies, .. } => {
            found["parts"] = bodies.iter().map(media_type).collect();
        }
    }
    found
}

#[test]
fn what_imap_proto_accepts_is_read_to_the_same_values() {
    let cases = rows().filter(|row| row["kind"] == "reply-line").map(|row| {
        let stream = netspeak_core::testing::unescape(row["input"].as_str().unwrap());
        (row["id"].as_str().unwrap().to_owned(), stream)
    });
    let examples = rfc::EXAMPLES
        .iter()
        .map(|(line, _)| ((*line).to_owned(), format!("{line}\r\n").into_bytes()));
    let (mut accepted, mut otherwise) = (0, Vec::new());
    for (name, stream) in cases.chain(examples) {
        if OTHERWISE.iter().any(|(row, _)| *row == name) {
            continue;
        }
        for line in responses(&stream) {
            let whole = [line, b"\r\n"].concat();
            let Ok((b"", response)) = theirs::Response::parse(&whole) else {
                continue;
            };
            accepted += 1;
            let (ours, theirs) = (described(line), in_words(&response));
            if !fits(&ours, &theirs) {
                otherwise.push(format!("{name}: {ours} is not {theirs}"));
            }
        }
    }
    assert_eq!(otherwise, [""; 0]);
    // It refuses the others, or leaves half of them unread.
    assert!(accepted > 90, "{accepted}");
}
