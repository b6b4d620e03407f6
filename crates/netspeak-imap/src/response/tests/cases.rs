//! What real servers send, row by row of `tests/vectors/responses.jsonl`, and what is right.
//!
//! A row's name is in every message of a test that fails. What a row does not mention is not compared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use netspeak_core::testing::unescape;
use serde_json::{Map, Value as Json, json};

use super::*;
use crate::types::{Section, Text8};

const ROWS: &str = include_str!("../../../tests/vectors/responses.jsonl");

pub(super) fn rows() -> impl Iterator<Item = Json> {
    ROWS.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// Whether what was found is what is right.
pub(super) fn fits(found: &Json, right: &Json) -> bool {
    match (found, right) {
        (_, Json::Object(right)) => right.iter().all(|(key, right)| match key.as_str() {
            "note" => true,
            // Either is right, as long as the message is known.
            "unparsed_or_repaired" => found["seq"].is_u64(),
            key => fits(&found[key], right),
        }),
        (Json::Array(found), Json::Array(right)) => {
            found.len() == right.len()
                && found
                    .iter()
                    .zip(right)
                    .all(|(found, right)| fits(found, right))
        }
        _ => found == right,
    }
}

fn lossy(text: &Text) -> Json {
    json!(text.to_str_lossy())
}

fn shown<T: ToString>(values: &[T]) -> Json {
    values.iter().map(ToString::to_string).collect()
}

/// A response in the words of the rows.
pub(super) fn described(line: &[u8]) -> Json {
    match Response::parse(line) {
        Response::Tagged { tag, status } => {
            let mut found = status_in_words(&status);
            found["tag"] = lossy(&tag);
            found
        }
        Response::Continuation(go) => json!({"continuation": go.text.to_str_lossy()}),
        Response::Untagged(untagged) => data_in_words(&untagged, line),
    }
}

fn status_in_words(status: &Status) -> Json {
    let mut found = json!({
        "status": status.kind.word(),
        "greeting": status.kind.word(),
        "code": status.code.as_ref().map(Code::name),
        "text": lossy(&status.text),
    });
    match &status.code {
        Some(Code::Capability(capabilities)) => {
            found["capabilities"] = words_in_capitals(capabilities)
        }
        Some(Code::PermanentFlags(flags)) => found["permanentflags"] = shown(flags),
        Some(Code::HighestModseq(value)) => found["highestmodseq"] = json!(value),
        Some(Code::BadCharset(names)) => found["charsets"] = shown(names),
        Some(Code::CopyUid(copied)) => {
            let CopyUid {
                validity,
                source,
                target,
            } = copied;
            found["copyuid"] = json!({"validity": validity, "source": source.to_string(), "dest": target.to_string()});
        }
        _ => {}
    }
    found
}

fn words_in_capitals(capabilities: &Capabilities) -> Json {
    capabilities.iter().map(str::to_ascii_uppercase).collect()
}

fn data_in_words(data: &Untagged, line: &[u8]) -> Json {
    match data {
        Untagged::Status(status) => status_in_words(status),
        Untagged::Capability(capabilities) | Untagged::Enabled(capabilities) => {
            json!({"capabilities": words_in_capitals(capabilities)})
        }
        Untagged::Exists(count) => json!({"exists": count}),
        Untagged::Recent(count) => json!({"recent": count}),
        Untagged::Flags(flags) => json!({"flags": shown(flags)}),
        Untagged::Search(found) => json!({"search": found.ids}),
        Untagged::MailboxStatus(found) => json!({"status": {
            "mailbox": found.mailbox.name(), "messages": found.messages, "unseen": found.unseen,
        }}),
        Untagged::List(found) | Untagged::Lsub(found) => listed_in_words(found, line),
        Untagged::Quota(found) => {
            let storage = found
                .resource("STORAGE")
                .map(|storage| [storage.used, storage.limit]);
            json!({"quota": {"root": lossy(&found.root), "storage": storage}})
        }
        Untagged::QuotaRoot(found) => {
            json!({"quotaroot": {"mailbox": found.mailbox.name(), "roots": shown(&found.roots)}})
        }
        Untagged::Id(id) => {
            let field = |(name, value): &(Text, Option<Text>)| {
                (name.to_string(), json!(value.as_ref().map(lossy)))
            };
            let fields = id.fields.as_ref();
            json!({"id": fields.map(|fields| fields.iter().map(field).collect::<Map<_, _>>())})
        }
        Untagged::Vanished { earlier, uids } => {
            json!({"vanished": {"earlier": earlier, "uids": uids.to_string()}})
        }
        Untagged::Esearch(found) => json!({"esearch": {
            "tag": found.tag.as_ref().map(lossy), "uid": found.uid, "modseq": found.modseq,
            "all": found.all.as_ref().map(ToString::to_string),
        }}),
        Untagged::Thread(threads) => {
            json!({"thread": threads.iter().map(thread_in_words).collect::<Vec<_>>()})
        }
        Untagged::Fetch(fetch) => {
            let mut found = fetch_in_words(fetch);
            found["fetch"] = found.clone();
            found
        }
        Untagged::Unparsed { number, uid, .. } => {
            json!({"unparsed": true, "seq": number, "uid": uid})
        }
        Untagged::Unknown(_) => {
            json!({"unknown": true, "ignored": true, "error": "not an IMAP greeting"})
        }
        Untagged::Expunge(number) => json!({"expunge": number}),
        Untagged::Sort(ids) => json!({"sort": ids}),
        _ => json!({}),
    }
}

fn listed_in_words(found: &Listed, line: &[u8]) -> Json {
    let mailbox = &found.mailbox;
    let word = line.split(|byte| *byte == b' ').nth(1).unwrap();
    let list = json!({
        "word": String::from_utf8_lossy(word),
        "attrs": shown(&found.attributes),
        "delim": found.delimiter,
        "name": mailbox.name(),
        "childinfo": shown(&found.child_info),
        "selectable": found.is_selectable(),
    });
    json!({
        "list": list,
        "name": mailbox.name(),
        "wire": String::from_utf8_lossy(&mailbox.wire(Text8::Utf7)),
        "canonical": mailbox.wire(Text8::Utf7) == Mailbox::new(mailbox.name()).unwrap().wire(Text8::Utf7),
    })
}

fn thread_in_words(thread: &Thread) -> Json {
    let id = |at: usize| thread.messages()[at].id;
    let answers = |at: usize| thread.answers(at).collect::<Vec<_>>();
    let chain = |mut at: usize| {
        let mut ids = vec![id(at).unwrap()];
        while let [next] = answers(at)[..] {
            at = next;
            ids.push(id(at).unwrap());
        }
        match ids[..] {
            [id] => json!(id),
            _ => json!(
                shown(&ids)
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|id| id.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join(" ")
            ),
        }
    };
    let chains = |at: usize| answers(at).into_iter().map(chain).collect::<Vec<_>>();
    match answers(0)[..] {
        [] => json!(id(0)),
        [then] => json!({"id": id(0), "then": id(then), "children": chains(then)}),
        _ => json!({"id": id(0), "children": chains(0)}),
    }
}

fn fetch_in_words(fetch: &Fetch) -> Json {
    let bytes = |body: &Body| body.value.as_bytes().map(<[u8]>::to_vec);
    let text =
        |body: &Body| json!(bytes(body).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
    let base64 = |body: &Body| json!(bytes(body).map(|bytes| STANDARD.encode(bytes)));
    let (mut sections, mut binary) = (Map::new(), Map::new());
    for body in &fetch.bodies {
        let origin = body
            .origin
            .map_or(String::new(), |origin| format!("<{origin}>"));
        let name = format!("{}{origin}", body.section);
        match body.kind {
            BodyKind::Binary => binary.insert(name, base64(body)),
            _ => sections.insert(name, text(body)),
        };
    }
    let date = fetch
        .internal_date
        .map(|date| date.to_zoned().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    let gmail = fetch.gmail.as_deref();
    let labels = gmail.and_then(|gmail| gmail.labels.as_ref());
    let whole = fetch.body(&Section::whole());
    json!({
        "seq": fetch.number,
        "uid": fetch.uid,
        "flags": fetch.flags.as_deref().map(shown),
        "size": fetch.size,
        "internaldate": date,
        "envelope": fetch.envelope.as_deref().map(envelope_in_words),
        "body": fetch.body_structure.as_deref().map(body_in_words),
        "emailid": fetch.email_id.as_ref().map(lossy),
        "threadid": fetch.thread_id.as_ref().map(lossy),
        "msgid": gmail.and_then(|gmail| gmail.message_id),
        "labels": labels.map(|labels| labels.iter().map(Mailbox::name).collect::<Vec<_>>()),
        "header_b64": fetch.body(&Section::header()).map(base64),
        "body_b64": whole.map(base64),
        "rfc822": whole.map(text),
        "sections": sections,
        "binary": binary,
        "unparsed": !fetch.others.is_empty(),
    })
}

fn envelope_in_words(envelope: &Envelope) -> Json {
    let address = |address: &Address| match address {
        Address::Group { name, members } => {
            json!({"group": lossy(name), "members": shown(members)})
        }
        Address::Mailbox(addressee) => json!(addressee.to_string()),
    };
    let addresses = |field: &[Address]| field.iter().map(address).collect::<Vec<_>>();
    json!({
        "subject": envelope.decoded_subject(),
        "from_": addresses(&envelope.from),
        "to": addresses(&envelope.to),
        "in_reply_to": envelope.in_reply_to.as_ref().map(lossy),
        "message_id": envelope.message_id.as_ref().map(lossy),
    })
}

fn body_in_words(body: &BodyStructure) -> Json {
    let parameter = |parameter: &Parameter| (parameter.name.to_string(), lossy(&parameter.value));
    let extra = body.extra();
    let mut found = json!({
        "type": body.media_type(),
        "params": body.parameters().iter().map(parameter).collect::<Map<_, _>>(),
        "disposition": extra.disposition.as_ref().map(Disposition::kind),
        "languages": shown(&extra.languages),
        "location": extra.location.as_ref().map(lossy),
    });
    match body {
        BodyStructure::Multipart(part) => {
            found["parts"] = part.parts.iter().map(BodyStructure::media_type).collect();
        }
        BodyStructure::Single(part) => {
            found["octets"] = json!(part.octets);
            found["lines"] = json!(part.lines);
            found["encoding"] = json!(part.encoding());
            found["md5"] = json!(part.md5.as_ref().map(lossy));
        }
    }
    found
}

#[test]
fn every_response_of_a_real_server_means_what_it_should() {
    let mut tested = 0;
    // Dialogues are the client's.
    for row in rows().filter(|row| row["kind"] == "reply-line") {
        let stream = unescape(row["input"].as_str().unwrap());
        let mut found: Vec<Json> = responses(&stream).into_iter().map(described).collect();
        let right = &row["right"];
        let found = match right.get("items").is_some() {
            true => json!({"items": found}),
            false => found.swap_remove(0),
        };
        let acceptable = row["acceptable"].as_array().into_iter().flatten();
        let is_right = [right]
            .into_iter()
            .chain(acceptable)
            .any(|right| fits(&found, right));
        assert!(is_right, "{}:\n{found:#}\nis not\n{right:#}", row["id"]);
        tested += 1;
    }
    assert_eq!(tested, 89);
}
