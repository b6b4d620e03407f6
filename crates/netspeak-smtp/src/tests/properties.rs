//! Replies cut everywhere, and any bytes at all.

use netspeak_core::testing::{Piece, assert_every_split};
use netspeak_core::{Codec, Limits, Step};
use proptest::prelude::*;

use crate::{Event, ReplyCodec};

#[test]
fn replies_mean_the_same_in_every_split() {
    let input = b"220 mx\r\n250-a\r\n250-\r\n250 SIZE\r\n250\r\n421 caf\xe9\n354\tgo\r\n";
    let line = |last, text: &[u8]| Piece::Event((last, text.to_vec()));
    assert_every_split(
        || ReplyCodec::new(&Limits::default()),
        |event, bytes| {
            Some(match event {
                Event::Line(range) => line(false, &bytes[range]),
                Event::Last(range) => line(true, &bytes[range]),
            })
        },
        input,
        &[
            line(true, b"220 mx"),
            line(false, b"250-a"),
            line(false, b"250-"),
            line(true, b"250 SIZE"),
            line(true, b"250"),
            line(true, b"421 caf\xe9"),
            line(true, b"354\tgo"),
        ],
    );
}

proptest! {
    #[test]
    fn any_bytes_end_in_events_or_an_error(input in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut codec = ReplyCodec::new(&Limits::default());
        let mut rest = input.as_slice();
        while let Ok(Step::Event { consumed, event }) = codec.decode(rest) {
            let (Event::Line(range) | Event::Last(range)) = event;
            let line = &rest[range];
            let reply = crate::Reply::parse([line]).unwrap();
            let _ = (reply.to_string(), crate::response::queue_id(&reply), reply.texts().count());
            rest = &rest[consumed..];
        }
    }

    #[test]
    fn replies_of_any_text_are_read(code in 200u16..600, texts in prop::collection::vec("[^\r\n]{0,40}", 1..5)) {
        let last = texts.len() - 1;
        let lines: Vec<String> = texts.iter().enumerate().map(|(at, text)| {
            format!("{code}{}{text}", if at == last { ' ' } else { '-' })
        }).collect();
        let reply = crate::Reply::parse(lines.iter().map(String::as_bytes)).unwrap();
        prop_assert_eq!(reply.code(), code);
        prop_assert_eq!(reply.lines().count(), texts.len());
        prop_assert!(reply.text().chars().all(|c| !c.is_control()));
    }

    #[test]
    fn any_address_is_one_argument_or_refused(text in "[a-z@<> \\r\\n\"\\\\.]{1,20}") {
        if let Ok(path) = text.parse::<crate::ForwardPath>() {
            let mut wire = netspeak_core::Wire::new();
            let parameters = Default::default();
            crate::Command::Rcpt { recipient: &path, parameters: &parameters }.encode(&mut wire).unwrap();
            let line = String::from_utf8(wire.bytes().to_vec()).unwrap();
            prop_assert_eq!(line.matches(['\r', '\n']).count(), 2);
        }
    }
}
