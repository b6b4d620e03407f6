//! Whatever comes: no panic, no limit exceeded, and the same in every split.

use netspeak_core::testing::{DEPTH, on_small_stack};
use netspeak_core::{Codec, Limits, Step};
use proptest::prelude::*;

use crate::response::{greeting_timestamp, scan_listing, stat, unique_id_listing};
use crate::{Event, Expect, Reply, ReplyCodec};

const KINDS: [Expect; 4] = [
    Expect::Status,
    Expect::Challenge,
    Expect::Lines,
    Expect::Message,
];

fn tight() -> Limits {
    let mut limits = Limits::default();
    limits.line = Some(40);
    limits.reply_lines = 5;
    limits.reply_bytes = 100;
    limits
}

/// Feeds the pieces, with one more reply of this kind expected after each; what came of it, with
/// neighbouring data joined.
fn run(kind: Expect, pieces: &[&[u8]]) -> (Vec<(&'static str, Vec<u8>)>, Option<String>) {
    let mut codec = ReplyCodec::new(&tight());
    codec.expect(kind);
    let (mut held, mut found) = (Vec::new(), Vec::<(&'static str, Vec<u8>)>::new());
    for piece in pieces {
        held.extend_from_slice(piece);
        loop {
            let (consumed, event) = match codec.decode(&held) {
                Ok(Step::Need) => break,
                Ok(Step::Event { consumed, event }) => (consumed, event),
                Err(error) => return (found, Some(error.kind().to_string())),
            };
            assert!(consumed > 0 && consumed <= held.len());
            let (name, range) = match event {
                Event::Status(status) => ("status", status.line),
                Event::Begin(status) => ("begin", status.line),
                Event::Challenge(range) => ("challenge", range),
                Event::Line(range) => ("line", range),
                Event::Data(range) => ("data", range),
                Event::End => ("end", 0..0),
            };
            assert!(range.start <= range.end && range.end <= consumed);
            let bytes = held[range].to_vec();
            held.drain(..consumed);
            match found.last_mut() {
                Some(("data", before)) if name == "data" => before.extend(bytes),
                _ => found.push((name, bytes)),
            }
            if matches!(name, "status" | "end") {
                codec.expect(kind);
            }
        }
        // What waits for more is never longer than a line and its end.
        assert!(
            held.len() <= tight().longest_line() + 2,
            "{} bytes wait",
            held.len()
        );
    }
    (found, None)
}

/// Bytes that look like replies, more often than chance would have it.
fn replies() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just(b"+OK".to_vec()),
        Just(b"-ERR ".to_vec()),
        Just(b"+ ".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r\n.\r\n".to_vec()),
        Just(b"..".to_vec()),
        Just(b"\n.\n".to_vec()),
        Just(b"\r".to_vec()),
        "[a-z0-9 <@>]{0,12}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(part, 0..20).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_bytes_in_any_split_mean_the_same(bytes in replies(), kind in prop::sample::select(&KINDS[..]), size in 1usize..9) {
        let whole = run(kind, &[&bytes]);
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        let (found, error) = run(kind, &pieces);
        prop_assert_eq!(&error, &whole.1);
        prop_assert_eq!(&found, &whole.0);
        let lines = found.split(|(name, _)| *name == "begin");
        for reply in lines {
            let listed = reply.iter().filter(|(name, _)| *name == "line");
            prop_assert!(listed.clone().count() <= tight().reply_lines);
            prop_assert!(listed.map(|(_, line)| line.len()).sum::<usize>() <= tight().reply_bytes);
        }
        for (name, text) in &found {
            prop_assert!(*name == "data" || text.len() <= tight().longest_line());
        }
    }

    #[test]
    fn parsers_take_anything(bytes in replies()) {
        if let Ok(reply) = Reply::parse(&bytes) {
            let _ = (stat(&reply), reply.text(), reply.code().is_some());
            prop_assert!(reply.text().chars().all(|c| !c.is_control()));
        }
        if let Some(listing) = scan_listing(&bytes) {
            prop_assert!(listing.number.get() > 0);
        }
        if let Some(listing) = unique_id_listing(&bytes) {
            prop_assert!(listing.id.as_str().bytes().all(|b| (0x21..=0x7e).contains(&b)));
        }
        if let Some(timestamp) = greeting_timestamp(&bytes) {
            prop_assert!(timestamp.starts_with('<') && timestamp.ends_with('>') && timestamp.contains('@'));
        }
    }

    #[test]
    fn listings_come_back(number in 1u32.., octets: u64, id in "[!-~]{1,70}") {
        let listing = scan_listing(format!("{number} {octets}").as_bytes()).unwrap();
        prop_assert_eq!((listing.number.get(), listing.octets), (number, Some(octets)));
        let listing = unique_id_listing(format!("{number} {id}").as_bytes()).unwrap();
        prop_assert_eq!((listing.number.get(), listing.id.as_str()), (number, id.as_str()));
    }
}

/// POP3 nests nothing, and its parsers must not either: a line of brackets as long as a line may
/// be, and capabilities, codes and timestamps made of nothing else.
#[test]
fn brackets_without_end_need_no_stack() {
    let found = on_small_stack(|| {
        let mut limits = Limits::default();
        limits.line = Some(2 * DEPTH);
        ["[", "(", "<", "{"].map(|bracket| {
            let line = format!("+OK {}\r\n", bracket.repeat(DEPTH));
            let mut codec = ReplyCodec::new(&limits);
            codec.expect(Expect::Status);
            let event = codec.decode(line.as_bytes());
            let reply = Reply::parse(line.trim_end().as_bytes()).unwrap();
            let timestamp = greeting_timestamp(line.as_bytes()).map(str::to_owned);
            (event.is_ok(), reply.code().cloned(), timestamp)
        })
    });
    assert_eq!(found, [const { (true, None, None) }; 4]);
}
