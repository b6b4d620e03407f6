//! Replies of an SMTP server, and texts on their way to one: no panic, the limits hold, and what is
//! stuffed comes out of a decoder as it went in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, DotDecoder, DotEncoder, Dotted, Limits, LineEndings, Step};
use netspeak_smtp::{Capabilities, Event, Reply, ReplyCodec};

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;
    read(bytes);
    stuff(bytes, cut.into());
});

fn read(mut bytes: &[u8]) {
    let mut codec = ReplyCodec::new(&Limits::default());
    let mut lines: Vec<&[u8]> = Vec::new();
    while let Ok(Step::Event { consumed, event }) = codec.decode(bytes) {
        assert!(consumed > 0 && consumed <= bytes.len());
        let (range, is_last) = match event {
            Event::Line(range) => (range, false),
            Event::Last(range) => (range, true),
        };
        lines.push(&bytes[range]);
        bytes = &bytes[consumed..];
        if is_last {
            if let Ok(reply) = Reply::parse(lines.drain(..)) {
                assert!(!reply.to_string().chars().any(char::is_control));
                let capabilities = Capabilities::from_lines(reply.texts());
                let _ = (
                    capabilities.size(),
                    capabilities.auth(),
                    capabilities.limits(),
                );
            }
        }
    }
}

/// Whatever the text: only the last line is a lone dot, and nothing is lost but lone line ends.
fn stuff(text: &[u8], cut: usize) {
    let (head, tail) = text.split_at(cut.min(text.len()));
    let mut encoder = DotEncoder::new(LineEndings::Normalize);
    let mut wire = Vec::new();
    for part in [head, tail] {
        encoder
            .encode(part, &mut wire)
            .expect("normalised text is never refused");
    }
    encoder
        .finish(&mut wire)
        .expect("normalised text is never refused");
    let (mut decoder, mut rest, mut found) = (DotDecoder::new(), wire.as_slice(), Vec::new());
    loop {
        match decoder.decode(rest) {
            Ok(Step::Event {
                consumed,
                event: Dotted::Data(range),
            }) => {
                found.extend_from_slice(&rest[range]);
                rest = &rest[consumed..];
            }
            Ok(Step::Event {
                consumed,
                event: Dotted::End,
            }) => {
                assert_eq!(consumed, rest.len(), "the text ended early");
                break;
            }
            other => panic!("the text has no end: {other:?}"),
        }
    }
    let letters = |text: &[u8]| {
        text.iter()
            .filter(|b| !b"\r\n".contains(b))
            .copied()
            .collect::<Vec<_>>()
    };
    assert_eq!(letters(&found), letters(text));
}
