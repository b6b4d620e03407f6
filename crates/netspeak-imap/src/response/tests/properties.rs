//! Whatever bytes come, nothing panics, and what is written by the rules is read back.

use proptest::prelude::*;

use super::*;
use crate::types::Section;

/// Bytes that look like responses, more often than chance would have it.
fn responses_of_any_kind() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "* ",
        "A1 ",
        "+ ",
        "1 ",
        "OK ",
        "NO ",
        "FETCH ",
        "LIST ",
        "STATUS ",
        "ESEARCH ",
        "THREAD ",
        "ID ",
        "UID ",
        "FLAGS ",
        "ENVELOPE ",
        "BODYSTRUCTURE ",
        "BODY",
        "BODY[",
        "]",
        "BINARY.SIZE[1] ",
        "MODSEQ ",
        "\\Seen ",
        "NIL ",
        "\"text\" ",
        "\"plain\" ",
        "\"message\" ",
        "\"rfc822\" ",
        "(",
        ")",
        "\"",
        "\\",
        "[",
        "{3}\r\n",
        "~{1}\r\n",
        "{0}\r\n",
        "<5>",
        "1:*,7",
        "COPYUID 1 2 3",
        "CAPABILITY ",
        "QUOTA ",
        "METADATA ",
        "ACL ",
        "NAMESPACE ",
        "X-GM-LABELS ",
        "INTERNALDATE ",
        "\" 5-Apr-2017 14:38:25 +0200\" ",
        "HEADER.FIELDS ",
        "1.2.",
        "&ZeVn-",
        "=?utf-8?q?=C3=A4?=",
        "\r\n",
        " ",
    ]);
    let part = prop_oneof![
        5 => words.prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
}

/// A string in one of its forms; `None` is NIL.
fn string(text: Option<&[u8]>, form: u8) -> Vec<u8> {
    let Some(text) = text else {
        return b"NIL".to_vec();
    };
    if form == 0 && !text.contains(&b'\n') {
        let mut quoted = vec![b'"'];
        for byte in text {
            if matches!(byte, b'"' | b'\\') {
                quoted.push(b'\\');
            }
            quoted.push(*byte);
        }
        quoted.push(b'"');
        return quoted;
    }
    let sign = if form == 1 { "+" } else { "" };
    [format!("{{{}{sign}}}\r\n", text.len()).as_bytes(), text].concat()
}

fn texts() -> impl Strategy<Value = Option<Vec<u8>>> {
    prop::option::of(prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        "[ a-z\"\\\\()\\[\\]<>{}]{0,20}".prop_map(String::into_bytes),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_it_panic(bytes in responses_of_any_kind()) {
        let found = Response::parse(&bytes);
        let shown = format!("{found:?}");
        prop_assert!(!shown.contains(|c: char| c.is_control()), "{}", shown);
        match found {
            Response::Tagged { status, .. } | Response::Untagged(Untagged::Status(status)) => {
                let _ = (status.back_off(), status.code.map(|code| code.name().into_owned()));
            }
            Response::Untagged(Untagged::Fetch(fetch)) => {
                if let Some(body) = fetch.body_structure {
                    let parts = body.parts();
                    prop_assert!(parts.iter().all(|(number, part)| !number.is_empty() && !part.media_type().is_empty()));
                }
                if let Some(envelope) = fetch.envelope {
                    let _ = (envelope.decoded_subject(), envelope.to.iter().map(ToString::to_string).count());
                }
                for body in fetch.bodies {
                    prop_assert_eq!(body.section.to_string().parse::<Section>().unwrap(), body.section);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn strings_in_every_form_come_back(date in texts(), subject in texts(), name in texts(), host in texts(), id in texts(), form in 0u8..3) {
        let text = |text: &Option<Vec<u8>>| string(text.as_deref(), form);
        let (space, nil) = (b" ".to_vec(), b" NIL".to_vec());
        let line = [
            b"* 1 FETCH (ENVELOPE (".to_vec(), text(&date), space.clone(), text(&subject), nil.clone(), nil.clone(),
            nil.clone(), b" ((".to_vec(), text(&name), b" NIL \"m\" ".to_vec(), text(&host), b"))".to_vec(),
            nil.clone(), nil.clone(), nil, space, text(&id), b") UID 7)".to_vec(),
        ].concat();
        let Response::Untagged(Untagged::Fetch(fetch)) = Response::parse(&line) else {
            return Err(TestCaseError::fail(String::from_utf8_lossy(&line).into_owned()));
        };
        prop_assert_eq!(fetch.uid, Some(7));
        let envelope = fetch.envelope.unwrap();
        let came = |text: Option<Text>| text.map(|text| text.as_bytes().to_vec());
        prop_assert_eq!(came(envelope.date), date);
        prop_assert_eq!(came(envelope.subject), subject);
        prop_assert_eq!(came(envelope.message_id), id);
        match &envelope.to[..] {
            [Address::Mailbox(to)] => {
                prop_assert_eq!(came(to.name.clone()), name);
                prop_assert_eq!(came(to.host.clone()), host);
            }
            [Address::Group { name: group, .. }] => {
                prop_assert_eq!(group, "m");
                prop_assert!(name.is_none() && host.is_none());
            }
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        }
    }

    #[test]
    fn mailboxes_in_every_form_come_back(name in texts(), form in 0u8..3) {
        let name = name.unwrap_or_default();
        let line = [b"* LIST (\\Sent) \"/\" ".to_vec(), string(Some(&name), form)].concat();
        let Response::Untagged(Untagged::List(listed)) = Response::parse(&line) else {
            return Err(TestCaseError::fail(String::from_utf8_lossy(&line).into_owned()));
        };
        prop_assert_eq!(listed.mailbox, Mailbox::from_wire(&name));
    }

    #[test]
    fn threads_of_any_shape_are_read_as_they_are_written(parents in prop::collection::vec(any::<prop::sample::Index>(), 0..60)) {
        // Message n + 1 answers one of those before it.
        let above: Vec<usize> = parents.iter().enumerate().map(|(at, parent)| parent.index(at + 1)).collect();
        let (line, depths) = written(&above);
        let Response::Untagged(Untagged::Thread(threads)) = Response::parse(line.as_bytes()) else {
            return Err(TestCaseError::fail(line));
        };
        prop_assert_eq!(threads.len(), 1);
        let found: Vec<_> = threads[0].messages().iter().map(|it| (it.id, it.depth)).collect();
        prop_assert_eq!(found, depths);
    }

    #[test]
    fn rights_and_quotas_come_back(letters in "[a-z0-9]{0,40}", used in any::<u64>(), limit in any::<u64>()) {
        let rights: crate::types::Rights = letters.parse().unwrap();
        let line = format!("* MYRIGHTS INBOX \"{rights}\"");
        let Response::Untagged(Untagged::MyRights(mine)) = Response::parse(line.as_bytes()) else {
            return Err(TestCaseError::fail(line));
        };
        prop_assert_eq!(mine.rights, rights);
        prop_assert!(letters.chars().all(|letter| rights.has(letter.into())));
        let line = format!("* QUOTA \"\" (STORAGE {used} {limit})");
        let Response::Untagged(Untagged::Quota(quota)) = Response::parse(line.as_bytes()) else {
            return Err(TestCaseError::fail(line));
        };
        let told = quota.resource("STORAGE").unwrap();
        prop_assert_eq!((told.used, told.limit), (used, limit));
    }
}

/// A THREAD of messages, each of which answers an earlier one: as a server writes it, and what it means.
fn written(above: &[usize]) -> (String, Vec<(Option<u32>, usize)>) {
    let (mut line, mut depths) = ("* THREAD (".to_owned(), Vec::new());
    write(above, 0, 0, &mut line, &mut depths);
    line.push(')');
    (line, depths)
}

fn write(
    above: &[usize],
    at: usize,
    depth: usize,
    line: &mut String,
    depths: &mut Vec<(Option<u32>, usize)>,
) {
    line.push_str(&format!("{} ", at + 1));
    depths.push((Some(at as u32 + 1), depth));
    let answers: Vec<usize> = (0..above.len())
        .filter(|below| above[*below] == at)
        .map(|below| below + 1)
        .collect();
    match answers.as_slice() {
        [one] => write(above, *one, depth + 1, line, depths),
        several => {
            for one in several {
                line.push('(');
                write(above, *one, depth + 1, line, depths);
                line.push(')');
            }
        }
    }
}
