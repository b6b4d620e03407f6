use netspeak_core::testing::{Piece, assert_every_split};

use super::*;

/// What a client makes of events: whole responses, bodies apart.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Response(String),
    Literal(u64),
}

fn data(bytes: &str) -> Piece<Seen> {
    Piece::Data(bytes.as_bytes().to_vec())
}

fn response(text: &str) -> Piece<Seen> {
    Piece::Event(Seen::Response(text.to_owned()))
}

fn literal(size: u64) -> Piece<Seen> {
    Piece::Event(Seen::Literal(size))
}

/// A codec that hands out what it assembled, so that a test sees it.
struct Telling(ReplyCodec);

enum Told {
    Whole(Range<usize>),
    Assembled(String),
    Literal(u64),
    Data(Range<usize>),
    Part,
}

impl Codec for Telling {
    type Event = Told;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Told>> {
        let step = self.0.decode(input)?;
        step.and_then(|event| {
            Ok(match event {
                Event::Response(range) => Told::Whole(range),
                Event::Assembled(_) => {
                    Told::Assembled(String::from_utf8_lossy(self.0.assembled()).into_owned())
                }
                Event::Literal { size, .. } => Told::Literal(size),
                Event::Data(range) => Told::Data(range),
                Event::Part(_) => Told::Part,
            })
        })
    }
}

fn every_split(input: &str, expected: &[Piece<Seen>]) {
    let telling = || Telling(ReplyCodec::new(&Limits::default()));
    let piece = |told, bytes: &[u8]| {
        let text = |range: Range<usize>| String::from_utf8_lossy(&bytes[range]).into_owned();
        Some(match told {
            Told::Whole(range) => response(&text(range)),
            Told::Assembled(text) => response(&text),
            Told::Literal(size) => literal(size),
            Told::Data(range) => Piece::Data(bytes[range].to_vec()),
            // Melts into whatever stands beside it, which is no data in these tests.
            Told::Part => return Some(Piece::Data(Vec::new())),
        })
    };
    let telling_pieces = |told, bytes: &[u8]| piece(told, bytes);
    assert_every_split(telling, telling_pieces, input.as_bytes(), expected);
}

#[test]
fn responses_end_where_their_literals_have_ended() {
    every_split(
        "* OK hello\r\nA1 OK done\r\n+ go\r\n",
        &[
            response("* OK hello"),
            response("A1 OK done"),
            response("+ go"),
        ],
    );
    every_split(
        "* LIST () \"/\" {4}\r\na\r\nb\r\n* 1 EXISTS\r\n",
        &[
            response("* LIST () \"/\" {4}\r\na\r\nb"),
            response("* 1 EXISTS"),
        ],
    );
    every_split(
        "* 1 FETCH (ENVELOPE (NIL {2}\r\n{9 ~{1}\r\n\0) UID 7)\r\nA1 OK\r\n",
        &[
            response("* 1 FETCH (ENVELOPE (NIL {2}\r\n{9 ~{1}\r\n\0) UID 7)"),
            response("A1 OK"),
        ],
    );
}

#[test]
fn bodies_flow_past_and_nothing_else_does() {
    every_split(
        "* 1 FETCH (UID 2 BODY[] {22}\r\n* 1 EXPUNGE\r\nA1 OK x\r\n)\r\nA1 OK\r\n",
        &[
            literal(22),
            data("* 1 EXPUNGE\r\nA1 OK x\r\n"),
            response("* 1 FETCH (UID 2 BODY[] {0}\r\n)"),
            response("A1 OK"),
        ],
    );
    every_split(
        "* 12 FETCH (BODY[1.2] {0}\r\n BODY[HEADER.FIELDS (\"TO\")]<0> {1+}\r\nx RFC822.TEXT ~{1}\r\ny)\r\n",
        &[
            literal(0),
            literal(1),
            data("x"),
            literal(1),
            data("y"),
            response(
                "* 12 FETCH (BODY[1.2] {0}\r\n BODY[HEADER.FIELDS (\"TO\")]<0> {0}\r\nx RFC822.TEXT {0}\r\n)",
            ),
        ]
        .map(|piece| match piece {
            Piece::Event(Seen::Response(text)) => response(&text.replace("\r\nx RFC", "\r\n RFC")),
            piece => piece,
        }),
    );
    // A body between inline literals.
    every_split(
        "* 1 FETCH (X-GM-LABELS ({1}\r\na) BODY[] {1}\r\nb ENVELOPE ({1}\r\nc))\r\n",
        &[
            literal(1),
            data("b"),
            response("* 1 FETCH (X-GM-LABELS ({1}\r\na) BODY[] {0}\r\n ENVELOPE ({1}\r\nc))"),
        ],
    );
}

#[test]
fn what_only_looks_like_a_literal_is_none() {
    for line in [
        "* OK see {5}",
        "A1 NO [X] wrong size {3}",
        "+ {7}",
        "* BYE {1}",
        "* 1 FETCH (BODY[] {-1}",
        "* X {}",
        "* X {1 }",
        "* X {+}",
        "* X 1}",
    ] {
        every_split(&format!("{line}\r\n"), &[response(line)]);
    }
}

#[test]
fn odd_line_ends_are_taken() {
    every_split(
        "* 1 EXISTS\n\r\n\n* 2 EXISTS\r\n",
        &[response("* 1 EXISTS"), data(""), response("* 2 EXISTS")],
    );
    // An empty line inside a FETCH: its literal was counted too short.
    every_split(
        "* 1 FETCH (BODY[] {3}\r\nabc\r\n UID 2934)\r\nA1 OK x\r\n",
        &[
            literal(3),
            data("abc"),
            response("* 1 FETCH (BODY[] {0}\r\n\r\n UID 2934)"),
            response("A1 OK x"),
        ],
    );
}

/// All responses of an input that comes in pieces of this size, and whether memory stayed bounded.
fn read(limits: &Limits, input: &[u8], size: usize) -> Result<Vec<String>> {
    let mut codec = ReplyCodec::new(limits);
    let (mut held, mut found) = (Vec::new(), Vec::new());
    for piece in input.chunks(size) {
        held.extend_from_slice(piece);
        while let Step::Event { consumed, event } = codec.decode(&held)? {
            match event {
                Event::Response(range) => {
                    found.push(String::from_utf8_lossy(&held[range]).into_owned());
                }
                Event::Assembled(_) => {
                    found.push(String::from_utf8_lossy(codec.assembled()).into_owned());
                }
                _ => {}
            }
            held.drain(..consumed);
        }
        assert!(held.len() <= IN_PLACE + size, "{} bytes wait", held.len());
    }
    Ok(found)
}

#[test]
fn a_response_may_be_longer_than_any_buffer() {
    let ids: String = (1..=400_000).map(|id| format!(" {id}")).collect();
    let search = format!("* SEARCH{ids}");
    let name = "n".repeat(300_000);
    let list = format!("* LIST () \"/\" {{300000}}\r\n{name}");
    let input = format!("{search}\r\n{list}\r\nA1 OK\r\n");
    let found = read(&Limits::default(), input.as_bytes(), 60_000).unwrap();
    assert!(found == [search, list, "A1 OK".to_owned()]);
}

#[test]
fn sizes_are_checked_before_anything_is_kept() {
    let mut limits = Limits::default();
    limits.literal = 1000;
    limits.listing_bytes = 300_000;
    for (input, what) in [
        ("* LIST () \"/\" {1001}\r\n".to_owned(), "a literal"),
        (
            "* LIST () \"/\" {18446744073709551615}\r\n".to_owned(),
            "a literal",
        ),
        (
            "* LIST () \"/\" {99999999999999999999999}\r\n".to_owned(),
            "",
        ),
        (format!("* SEARCH {}", "1 ".repeat(200_000)), "a response"),
    ] {
        match read(&limits, input.as_bytes(), 4096) {
            Ok(found) => assert!(what.is_empty(), "{found:?}"),
            Err(error) => {
                let text = error.to_string();
                assert!(!what.is_empty() && text.contains(what), "{text}");
            }
        }
    }
    // A body may have any size: it flows.
    assert!(
        read(
            &limits,
            b"* 1 FETCH (BODY[] {18446744073709551615}\r\nabc",
            7
        )
        .is_ok()
    );
}

#[test]
fn a_body_may_be_taken_into_its_response() {
    let mut limits = Limits::default();
    limits.literal = 5;
    for (size, text) in [(5, "* 1 FETCH (BODY[] {5}\r\nhello)"), (6, "")] {
        let mut codec = ReplyCodec::new(&limits);
        let input = format!("* 1 FETCH (BODY[] {{{size}}}\r\nhello)\r\n");
        let Step::Event { consumed, event } = codec.decode(input.as_bytes()).unwrap() else {
            panic!("no event");
        };
        assert!(matches!(event, Event::Literal { .. }));
        match codec.gather_literal() {
            Ok(()) => {}
            Err(error) => {
                assert_eq!(
                    (size, error.kind().to_string().as_str()),
                    (6, "proto.too_large")
                );
                continue;
            }
        }
        let mut rest = &input.as_bytes()[consumed..];
        loop {
            let Step::Event { consumed, event } = codec.decode(rest).unwrap() else {
                panic!("no end");
            };
            rest = &rest[consumed..];
            if matches!(event, Event::Assembled(_)) {
                break;
            }
        }
        assert_eq!(codec.assembled(), text.as_bytes());
    }
}

#[test]
fn the_end_of_the_stream_is_the_end_of_nothing() {
    let mut codec = ReplyCodec::new(&Limits::default());
    assert_eq!(
        codec.eof(b"").unwrap_err().kind().to_string(),
        "proto.closed"
    );
    codec.decode(b"* 1 FETCH (BODY[] {5}\r\n").unwrap();
    let error = codec.eof(b"").unwrap_err();
    assert!(error.to_string().contains("in the middle of a literal"));
}
