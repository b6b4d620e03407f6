//! Answers of a Gopher server: no panic, no event outside the input, nothing of a menu lost, nothing that a terminal obeys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, Encoding, Limits, Step, Target};
use netspeak_gopher::{
    AnswerCodec, Attributes, Event, Framing, GopherPath, MenuLine, PlusHeader, Refusal, Targets,
};

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, mut bytes) = input;
    let framing = match kind % 4 {
        0 => Framing::Menu,
        1 => Framing::Text,
        2 => Framing::Bytes,
        _ => Framing::Exactly(u64::from(kind)),
    };
    let mut codec = AnswerCodec::new(framing, &Limits::default());
    let here: Target = "gopher://h.test".parse().unwrap();
    while let Ok(Step::Event { consumed, event }) = codec.decode(bytes) {
        assert!(consumed <= bytes.len());
        match event {
            Event::Lines(range) => {
                assert!(range.end <= consumed);
                for line in bytes[range].split(|byte| *byte == b'\n') {
                    parse(line, &here);
                }
            }
            Event::Data(range) | Event::Refused(range) | Event::Last(range) => {
                assert!(range.end <= consumed);
            }
            Event::End(_) => break,
        }
        bytes = &bytes[consumed..];
    }
    let _ = codec.eof(bytes);
    for item in Attributes::parse(bytes) {
        let _ = (item.info(), item.admin(), item.views());
    }
    let _ = PlusHeader::parse(bytes);
    assert!(!Refusal::plus(bytes).text().chars().any(char::is_control));
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(path) = text.parse::<GopherPath>()
    {
        assert_eq!(path.to_string().parse::<GopherPath>().unwrap(), path);
    }
});

fn parse(line: &[u8], here: &Target) {
    match MenuLine::parse(line) {
        MenuLine::Malformed(kept) => assert_eq!(&*kept, line),
        MenuLine::Item(item) => {
            let _ = Targets::new(here.clone()).of(&item);
            for encoding in Encoding::ALL {
                assert!(!item.text(*encoding).chars().any(char::is_control));
            }
        }
    }
}
