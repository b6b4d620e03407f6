//! Replies of an FTP server: no panic, the limits hold, and nothing is shown that a terminal obeys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, Limits, Step};
use netspeak_ftp::response::{hash, modified, passive, quoted_path, size, size_hint, unique_name};
use netspeak_ftp::{Event, Features, Reply, ReplyCodec};

fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes;
    let mut codec = ReplyCodec::new(&Limits::default());
    let mut lines: Vec<&[u8]> = Vec::new();
    while let Ok(Step::Event { consumed, event }) = codec.decode(rest) {
        assert!(consumed > 0 && consumed <= rest.len());
        let (line, is_last) = match event {
            Event::Line(line) | Event::Perhaps(line) => (line, false),
            Event::Last(line) => (line, true),
        };
        lines.push(&rest[line]);
        rest = &rest[consumed..];
        if is_last {
            let reply = Reply::parse(lines.drain(..)).expect("a whole reply is one");
            assert!(!reply.to_string().chars().any(char::is_control));
            read(&reply);
        }
    }
});

fn read(reply: &Reply) {
    if let Ok(found) = passive(reply) {
        assert!(found.port.get() > 0);
    }
    let features = Features::of_reply(reply);
    let _ = (features.auth(), features.hash(), features.mlst_facts());
    let _ = (
        quoted_path(reply),
        size(reply),
        size_hint(reply),
        modified(reply),
    );
    let _ = (unique_name(reply), hash(reply));
}
