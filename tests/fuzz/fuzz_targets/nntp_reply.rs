//! Replies of a news server: no panic, no event outside the input, the limits hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, Limits, Step};
use netspeak_nntp::response::{self, Headers};
use netspeak_nntp::{Event, Expect, Overview, OverviewFormat, OverviewRow, Reply, ReplyCodec};

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, mut bytes) = input;
    let _ = Headers::parse(bytes);
    let _ = OverviewFormat::from_lines(bytes.split(|byte| *byte == b'\n'));
    let mut codec = ReplyCodec::new(&Limits::default());
    codec.expect(match kind % 3 {
        0 => Expect::Line,
        1 => Expect::Lines,
        _ => Expect::Text,
    });
    while let Ok(Step::Event { consumed, event }) = codec.decode(bytes) {
        assert!(consumed > 0 && consumed <= bytes.len());
        match event {
            Event::Status(status) | Event::Begin(status) => parse(&bytes[status.line]),
            Event::Data(range) => assert!(range.end <= consumed),
            Event::Line(range) => row(&bytes[range]),
            Event::Unzipped(_) | Event::End => {}
        }
        bytes = &bytes[consumed..];
    }
});

fn parse(line: &[u8]) {
    if let Ok(reply) = Reply::parse(line) {
        let _ = (response::group(&reply), response::date(&reply), response::found(&reply));
        assert!(!reply.to_string().chars().any(char::is_control));
    }
}

fn row(line: &[u8]) {
    let _ = OverviewRow::parse(line).map(Overview::from);
    let _ = response::header_row(line).map(|row| row.text());
    let _ = (response::active_group(line), response::group_count(line));
    let _ = (response::active_time(line), response::description(line));
    let _ = (response::distrib_pat(line), response::moderator(line));
}
