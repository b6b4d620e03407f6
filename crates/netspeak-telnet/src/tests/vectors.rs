//! The rows of `tests/vectors/streams.txt`.

use netspeak_core::Step;
use netspeak_core::testing::Script;

use crate::*;

const STREAMS: &str = include_str!("../../tests/vectors/streams.txt");

struct Row {
    profile: Profile,
    parts: Vec<Vec<u8>>,
    right: Vec<(&'static str, &'static str)>,
    line: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = STREAMS.lines();
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut found = Vec::new();
    let mut profile = Profile::default();
    while let Some(line) = lines.next() {
        if let Some(change) = line.strip_prefix("with ") {
            profile = changed(change);
            continue;
        }
        let parts = line.strip_prefix("in ").unwrap().split('|');
        let right = lines.next().unwrap().trim().split(' ');
        found.push(Row {
            profile: std::mem::take(&mut profile),
            parts: parts.map(unescape).collect(),
            right: right.map(|pair| pair.split_once('=').unwrap()).collect(),
            line,
        });
    }
    found
}

fn changed(change: &str) -> Profile {
    let mut profile = Profile::default();
    match change.split_once('=') {
        Some(("window", _)) => {
            profile.window = Window {
                columns: 255,
                rows: 50,
            };
        }
        Some(("variable", pair)) => {
            let (name, value) = pair.split_once('=').unwrap();
            profile.environment = vec![Variable::new(unescape(name), value)];
        }
        _ => profile.policy = Policy::silent(),
    }
    profile
}

fn unescape(text: &str) -> Vec<u8> {
    let text = text.replace('_', "\\x20").replace("\\t", "\\x09");
    Script::new(&format!("S- {text}")).said_by_peer()
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Found {
    pub(super) data: Vec<u8>,
    pub(super) sent: Vec<u8>,
    told: Vec<String>,
    subs: Vec<(u8, Vec<u8>)>,
}

/// Feeds an engine, part by part, as a connection would.
pub(super) fn fed<'p>(
    profile: Profile,
    parts: impl IntoIterator<Item = &'p [u8]>,
) -> netspeak_core::Result<Found> {
    let mut engine = Engine::new(profile);
    let (mut found, mut held) = (Found::default(), Vec::new());
    for part in parts {
        held.extend_from_slice(part);
        while !held.is_empty() {
            let Step::Event { consumed, event } = engine.decode(&held)? else {
                break;
            };
            match event {
                Event::Data(range) => found.data.extend_from_slice(&held[range]),
                Event::Inflated(data) => found.data.extend(data),
                Event::Command(command) => found.told.push(command.to_string()),
                Event::Broken(option) => found.told.push(format!("broken:{}", option.0)),
                Event::Compressed => found.told.push("compressed".to_owned()),
                Event::Uncompressed => found.told.push("uncompressed".to_owned()),
                Event::Subnegotiation { option, data } => found.subs.push((option.0, data)),
                Event::Negotiation { .. } => {}
                Event::End => unreachable!(),
            }
            held.drain(..consumed);
        }
    }
    assert_eq!(engine.eof(&held)?, Event::End);
    found.sent = engine.take_outgoing();
    Ok(found)
}

#[test]
fn streams() {
    for row in rows() {
        let check = |what: &str, parts: Vec<&[u8]>| {
            let found = fed(row.profile.clone(), parts).unwrap();
            for (key, right) in &row.right {
                let line = row.line;
                match *key {
                    "data" => assert_eq!(found.data, unescape(right), "{what}: {line}"),
                    "sent" => assert_eq!(found.sent, unescape(right), "{what}: {line}"),
                    "told" => assert_eq!(found.told.join(","), *right, "{what}: {line}"),
                    "sub" => {
                        let (option, data) = right.split_once(':').unwrap();
                        let right = (option.parse().unwrap(), unescape(data));
                        assert_eq!(found.subs, [right], "{what}: {line}");
                    }
                    other => panic!("{other}"),
                }
            }
        };
        let parts = row.parts.iter().map(Vec::as_slice).collect();
        check("as it came", parts);
        let whole = row.parts.concat();
        check("whole", vec![&whole]);
        check("byte by byte", whole.chunks(1).collect());
        for at in 0..=whole.len() {
            let (head, tail) = whole.split_at(at);
            check(&format!("cut at {at}"), vec![head, tail]);
        }
    }
}

#[test]
fn nothing_is_proposed_unless_it_is_asked_for() {
    let mut engine = Engine::new(Profile::default());
    assert!(!engine.has_outgoing());
    engine.enable(Side::Remote, TelnetOption::ECHO);
    engine.enable(Side::Local, TelnetOption::NAWS);
    assert_eq!(engine.take_outgoing(), b"\xff\xfd\x01\xff\xfb\x1f");
    let mut input = &b"\xff\xfb\x01\xff\xfd\x1f"[..];
    while let Step::Event { consumed, .. } = engine.decode(input).unwrap() {
        input = &input[consumed..];
    }
    assert_eq!(engine.take_outgoing(), b"\xff\xfa\x1f\x00P\x00\x18\xff\xf0");
    assert!(engine.is_on(Side::Local, TelnetOption::NAWS));
    engine.resize(Window {
        columns: 132,
        rows: 43,
    });
    engine.disable(Side::Local, TelnetOption::NAWS);
    assert_eq!(
        engine.take_outgoing(),
        b"\xff\xfa\x1f\x00\x84\x00\x2b\xff\xf0\xff\xfc\x1f"
    );
}

#[test]
fn what_has_no_end_is_a_named_error() {
    let profile = Profile {
        longest_subnegotiation: 1000,
        ..Profile::default()
    };
    let endless = [&b"\xff\xfa\xc9"[..], &[b'x'; 1001]].concat();
    let error = fed(profile, [&endless[..]]).unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.too_large");
    // A megabyte of zeros, compressed again and again.
    let mut squeezed = Vec::new();
    let mut deflate = flate2::Compress::new(flate2::Compression::best(), true);
    let zeros = vec![b'0'; 1 << 20];
    squeezed.reserve(1 << 20);
    for _ in 0..8 {
        deflate
            .compress_vec(&zeros, &mut squeezed, flate2::FlushCompress::Sync)
            .unwrap();
    }
    let bomb = [&b"\xff\xfbV\xff\xfaV\xff\xf0"[..], &squeezed].concat();
    let error = fed(Profile::default(), [&bomb[..]]).unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.too_large");
    let rubbish = [&b"\xff\xfbV\xff\xfaV\xff\xf0"[..], b"not zlib"].concat();
    let error = fed(Profile::default(), [&rubbish[..]]).unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.malformed");
}

#[test]
fn all_options_at_once_are_answered_once_each() {
    let mut asked = Vec::new();
    for option in 0..=255 {
        for verb in [251, 253] {
            asked.extend([255, verb, option]);
        }
    }
    let found = fed(Profile::default(), [&asked[..]]).unwrap();
    // Three bytes each, and the size of the window.
    assert_eq!(found.sent.len(), 512 * 3 + 9);
    let flood = b"\xff\xfa\"\x03\x03\x02\x03\xff\xf0".repeat(10_000);
    let mut profile = Profile::default();
    profile.policy = profile
        .policy
        .with(Side::Local, TelnetOption::LINEMODE, Answer::Accept);
    let flood = [&b"\xff\xfd\""[..], &flood].concat();
    let found = fed(profile, [&flood[..]]).unwrap();
    assert_eq!(found.sent, b"\xff\xfb\"\xff\xfa\"\x03\x03\x82\x03\xff\xf0");
}

#[test]
fn a_terminal_tells_what_was_put_into_its_profile() {
    let asks = b"\xff\xfd \xff\xfa \x01\xff\xf0\xff\xfd#\xff\xfa#\x01\xff\xf0\xff\xfd\x17";
    let found = fed(Profile::default(), [&asks[..]]).unwrap();
    assert_eq!(found.sent, b"\xff\xfc \xff\xfc#\xff\xfc\x17");
    let profile = Profile {
        speed: Some((38_400, 9600)),
        display: Some("h:0".to_owned()),
        location: Some("room 7".to_owned()),
        ..Profile::default()
    };
    let found = fed(profile, [&asks[..]]).unwrap();
    let told = b"\xff\xfb \xff\xfa \x0038400,9600\xff\xf0\xff\xfb#\xff\xfa#\x00h:0\xff\xf0\xff\xfb\x17\xff\xfa\x17room 7\xff\xf0";
    assert_eq!(
        found.sent.escape_ascii().to_string(),
        told.escape_ascii().to_string()
    );
}

/// As [`fed`], with the text apart from the rest.
fn gathered<'p>(
    profile: Profile,
    parts: impl IntoIterator<Item = &'p [u8]>,
) -> netspeak_core::Result<(Vec<u8>, Vec<u8>)> {
    let mut engine = Engine::new(profile);
    let (mut text, mut others, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        held.extend_from_slice(part);
        loop {
            let before = (text.len(), others.len());
            let used = engine.gather(&held, &mut text, &mut others)?;
            held.drain(..used);
            if used == 0 && before == (text.len(), others.len()) {
                break;
            }
        }
    }
    Ok((text, engine.take_outgoing()))
}

#[test]
fn gathered_text_is_the_same_text() {
    for row in rows() {
        let parts: Vec<&[u8]> = row.parts.iter().map(Vec::as_slice).collect();
        let found = fed(row.profile.clone(), parts.iter().copied()).unwrap();
        let whole = row.parts.concat();
        for parts in [parts, vec![&whole], whole.chunks(1).collect()] {
            let (text, sent) = gathered(row.profile.clone(), parts).unwrap();
            assert_eq!(
                (text, sent),
                (found.data.clone(), found.sent.clone()),
                "{}",
                row.line
            );
        }
    }
}
