//! Replies of a POP3 server: no panic, no event outside the input, the limits hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, Limits, Step};
use netspeak_pop3::response::{Reply, greeting_timestamp, scan_listing, stat, unique_id_listing};
use netspeak_pop3::{Event, Expect, ReplyCodec};

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, mut bytes) = input;
    let mut codec = ReplyCodec::new(&Limits::default());
    codec.expect(match kind % 4 {
        0 => Expect::Status,
        1 => Expect::Challenge,
        2 => Expect::Lines,
        _ => Expect::Message,
    });
    while let Ok(Step::Event { consumed, event }) = codec.decode(bytes) {
        assert!(consumed > 0 && consumed <= bytes.len());
        match event {
            Event::Status(status) | Event::Begin(status) => parse(&bytes[status.line]),
            Event::Challenge(range) | Event::Data(range) => assert!(range.end <= consumed),
            Event::Line(range) => {
                let _ = (
                    scan_listing(&bytes[range.clone()]),
                    unique_id_listing(&bytes[range]),
                );
            }
            Event::End => {}
        }
        bytes = &bytes[consumed..];
    }
});

fn parse(line: &[u8]) {
    let _ = greeting_timestamp(line);
    if let Ok(reply) = Reply::parse(line) {
        let _ = stat(&reply);
        assert!(!reply.to_string().chars().any(char::is_control));
    }
}
