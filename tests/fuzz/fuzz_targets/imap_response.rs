//! Responses of an IMAP server: no panic, nothing shown that a terminal obeys, and what can be sent back
//! means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_imap::response::{Response, Untagged};
use netspeak_imap::{IdSet, InternalDate, Mailbox, Section, Text8};

fuzz_target!(|bytes: &[u8]| {
    let response = Response::parse(bytes);
    let shown = format!("{response:?}");
    assert!(!shown.contains(char::is_control), "{shown}");
    match response {
        Response::Tagged { status, .. } | Response::Untagged(Untagged::Status(status)) => {
            let _ = status.back_off();
        }
        Response::Untagged(data) => untagged(data),
        Response::Continuation(_) => {}
    }
});

fn untagged(data: Untagged) {
    match data {
        Untagged::Fetch(fetch) => {
            for body in fetch.bodies {
                let again: Section = body.section.to_string().parse().unwrap();
                assert_eq!(again, body.section);
            }
            if let Some(date) = fetch.internal_date {
                assert_eq!(date.to_string().parse::<InternalDate>().unwrap(), date);
            }
            if let Some(envelope) = fetch.envelope {
                let _ = envelope.decoded_subject();
                let shown = envelope.from.iter().map(ToString::to_string);
                assert!(shown.flat_map(|from| from.chars().collect::<Vec<_>>()).all(|c| !c.is_control()));
            }
            if let Some(body) = fetch.body_structure {
                assert!(body.parts().iter().all(|(number, _)| number.len() <= 64));
            }
        }
        Untagged::List(listed) | Untagged::Lsub(listed) => {
            let wire = listed.mailbox.wire(Text8::Utf7).into_owned();
            assert_eq!(Mailbox::from_wire(&wire), listed.mailbox);
        }
        Untagged::Vanished { uids, .. } => {
            assert_eq!(uids.to_string().parse::<IdSet>().unwrap(), uids);
            assert_eq!(uids.split(50).map(|part| part.len()).sum::<u64>(), uids.len());
            assert!((&uids - &uids).is_empty());
        }
        Untagged::Thread(threads) => {
            for thread in threads {
                let mut messages = thread.messages().iter().enumerate();
                assert!(messages.all(|(at, message)| message.parent.is_none_or(|parent| parent < at)));
            }
        }
        _ => {}
    }
}
