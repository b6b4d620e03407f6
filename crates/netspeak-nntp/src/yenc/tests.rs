//! Articles as posters write them, in every split and with every kernel.

use std::ops::Range;

use netspeak_core::testing::unescape;
use proptest::prelude::*;
use serde_json::Value;

use super::kernel::Kernel;
use super::*;

/// What was found in an article: its parts, each with its bytes.
#[derive(Debug, PartialEq)]
struct Found {
    parts: Vec<(Part, Vec<u8>)>,
    fault: Option<Fault>,
    /// Behind the closing dot.
    rest: Option<usize>,
}

fn decode<'p>(mut decoder: Decoder, pieces: impl IntoIterator<Item = &'p [u8]>) -> Found {
    let mut found = Found {
        parts: Vec::new(),
        fault: None,
        rest: None,
    };
    let (mut out, mut begun) = (Vec::new(), None);
    for mut piece in pieces {
        if let Some(rest) = &mut found.rest {
            *rest += piece.len();
            continue;
        }
        loop {
            let before = out.len();
            let step = match decoder.decode(piece, &mut out) {
                Ok(step) => step,
                Err(fault) => {
                    found.fault = Some(fault);
                    return found;
                }
            };
            assert!(out.len() - before <= step.consumed);
            piece = &piece[step.consumed..];
            match step.event {
                None => {
                    assert!(piece.is_empty());
                    break;
                }
                Some(Event::Begin(header)) => {
                    assert!(out.is_empty());
                    begun = Some(header);
                }
                Some(Event::End(part)) => {
                    assert_eq!(begun.take().as_ref(), Some(&part.header));
                    let data = std::mem::take(&mut out);
                    assert_eq!(part.len, data.len() as u64);
                    assert_eq!(part.crc32, crc32fast::hash(&data));
                    found.parts.push((part, data));
                }
                Some(Event::Finished) => {
                    found.rest = Some(piece.len());
                    break;
                }
            }
        }
    }
    if let Some(part) = decoder.finish() {
        found.parts.push((part, out));
    }
    found
}

/// The same however it is cut.
fn decode_all_ways(article: &[u8], dots: Dots) -> Found {
    let whole = decode(Decoder::new(dots), [article]);
    for kernel in Kernel::all() {
        for size in 1..=40.min(article.len()) {
            let decoder = Decoder::with_kernel(dots, kernel);
            let cut = decode(decoder, article.chunks(size));
            assert_eq!(cut, whole, "{kernel:?} in pieces of {size}");
        }
        for at in 0..article.len() {
            let (head, tail) = article.split_at(at);
            let cut = decode(Decoder::with_kernel(dots, kernel), [head, tail]);
            assert_eq!(cut, whole, "{kernel:?} cut at {at}");
        }
    }
    whole
}

fn is_right(right: &Value, found: &Found) -> bool {
    let Some((part, data)) = found.parts.first() else {
        return right.get("error").is_some() && found.fault.is_some();
    };
    let (fault, place) = (part.verify().err().or(found.fault), &part.header.place);
    right
        .as_object()
        .unwrap()
        .iter()
        .all(|(key, value)| match key.as_str() {
            "error" => fault.is_some(),
            "name" => value.as_str().unwrap_or_default() == part.header.name().unwrap_or_default(),
            "file_size" => value.as_u64() == part.header.size,
            "data" => unescape(value.as_str().unwrap()) == *data,
            "crc" => {
                value
                    == match part.crc() {
                        Crc::Right => "ok",
                        Crc::Wrong { .. } => "mismatch",
                        Crc::Unknown => "unknown",
                    }
            }
            "complete" => value.as_bool() == Some(fault.is_none()),
            "begin" => value.as_u64() == place.as_ref().map(|place| place.start + 1),
            "end" => value.as_u64() == place.as_ref().map(|place| place.end),
            "part" => value.as_u64() == part.header.part.map(|number| number.part),
            "total" => value.as_u64() == part.header.part.and_then(|number| number.total),
            "file_crc" => {
                let crc = part.trailer.and_then(|trailer| trailer.crc32);
                crc.map(|crc| format!("{crc:08x}")).as_deref() == value.as_str()
            }
            other => panic!("{other} is not checked"),
        })
}

#[test]
fn every_article_of_the_cases_is_read_rightly() {
    let rows = include_str!("../../tests/vectors/yenc.jsonl");
    for line in rows.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let found = decode_all_ways(&unescape(row["input"].as_str().unwrap()), Dots::Stuffed);
        let mut rights = vec![&row["right"]];
        rights.extend(row["or"].as_array().into_iter().flatten());
        let is_right = rights.iter().any(|right| is_right(right, &found));
        assert!(is_right, "{}: {found:?}", row["id"]);
    }
    assert_eq!(rows.lines().count(), 25);
}

#[test]
fn what_is_special_is_so_at_every_place_of_a_block() {
    let special: [&[u8]; 12] = [
        b"=",
        b"==",
        b"=\r\n",
        b"=\n",
        b"\n.",
        b"\r.",
        b"\r\n.",
        b"\r\n..",
        b"\r\n=",
        b"\r\n=z",
        b"\r\r\n.\r.",
        b"\n=yend x\r\n=ybegin size=99 name=y\r\n",
    ];
    for special in special {
        for at in 0..70 {
            let before = vec![b'a'; at];
            let article = [BEGIN, &before, special, &[b'.'; 70], b"\r\n.\r\n"].concat();
            for dots in [Dots::Plain, Dots::Stuffed] {
                let mut all = Kernel::all()
                    .into_iter()
                    .map(|kernel| decode(Decoder::with_kernel(dots, kernel), [&article[..]]));
                let scalar = all.next().unwrap();
                assert!(!scalar.parts.is_empty());
                for wide in all {
                    assert_eq!(wide, scalar, "{special:?} behind {at}");
                }
            }
        }
    }
}

#[test]
fn what_follows_the_closing_dot_is_left_alone() {
    for text in ["", "no data\r\n", "..\r\n", ".x\r\n.\r\r\n", "a\n.\n\r\r\n"] {
        let article = format!("{text}.\r\n430 no such article\r\n");
        let found = decode_all_ways(article.as_bytes(), Dots::Stuffed);
        assert_eq!((found.parts, found.rest), (vec![], Some(21)), "{text:?}");
    }
}

#[test]
fn several_parts_and_unknown_keywords_are_told_apart() {
    let article = b"=ybegin line=128 size=3 name=a\r\n\x8b\x8c\r\n=ynote x\r\n\x8d\r\n=yend size=3 crc32=352441c2\r\n\
        text\r\n=ybegin part=2 total=2 line=128 size=9 name=b\r\n\r\n=ynote\r\n=ypart begin=7 end=9\r\n\x8b\x8c\r\n\
        =ybegin part=1 line=128 size=1 name=c\r\n=yend size=0\r\n\
        =ybegin part=1 line=128 size=1 name=d\r\n\x8b";
    let found = decode_all_ways(article, Dots::Plain);
    let told: Vec<_> = found
        .parts
        .iter()
        .map(|(part, data)| (part.header.name().unwrap(), data.as_slice(), part.verify()))
        .collect();
    let short = Fault::Length {
        declared: 3,
        decoded: 2,
    };
    assert_ne!(told[1].2, Err(short), "it was cut before it could be short");
    assert_eq!(
        told,
        [
            ("a".into(), &b"abc"[..], Ok(())),
            ("b".into(), b"ab", Err(Fault::Cut)),
            ("c".into(), b"", Ok(())),
            ("d".into(), b"a", Err(Fault::Cut)),
        ]
    );
    assert_eq!(found.parts[1].0.header.place, Some(6..9));
    assert_eq!(found.parts[2].0.header.place, None);
}

#[test]
fn no_more_is_written_than_the_part_may_have() {
    let article =
        b"=ybegin part=1 line=128 size=9 name=a\r\n=ypart begin=1 end=2\r\n\x8b\x8c\x8d\x8e";
    for kernel in Kernel::all() {
        for size in 1..article.len() {
            let mut decoder = Decoder::with_kernel(Dots::Plain, kernel);
            let mut out = Vec::new();
            let fault = article.chunks(size).find_map(|mut piece| {
                loop {
                    match decoder.decode(piece, &mut out) {
                        Ok(step) if step.event.is_none() => return None,
                        Ok(step) => piece = &piece[step.consumed..],
                        Err(fault) => return Some(fault),
                    }
                }
            });
            assert_eq!(fault, Some(Fault::TooLong { declared: 2 }));
            assert_eq!(out, b"ab");
        }
    }
}

#[test]
fn a_line_about_a_part_that_does_not_end_is_a_fault() {
    let mut line = b"=ybegin name=".to_vec();
    line.resize(Decoder::LONGEST_LINE + 1, b'x');
    assert_eq!(
        decode(Decoder::new(Dots::Plain), [&line[..]]).fault,
        Some(Fault::Line)
    );
    line.truncate(Decoder::LONGEST_LINE);
    line.push(b'\n');
    assert_eq!(decode(Decoder::new(Dots::Plain), [&line[..]]).fault, None);
}

fn article(name: &str, data: &[u8], places: &[Range<usize>]) -> Vec<Vec<u8>> {
    let size = data.len() as u64;
    let total = places.len() as u32;
    let encode = |(at, place): (usize, &Range<usize>)| {
        let mut body = Vec::new();
        let within = place.start as u64..place.end as u64;
        let number = at as u32 + 1;
        let mut encoder = Encoder::part(name, size, number, total, within, &mut body).unwrap();
        for piece in data[place.clone()].chunks(7) {
            encoder.encode(piece, &mut body).unwrap();
        }
        encoder
            .finish_with(crc32fast::hash(data), &mut body)
            .unwrap();
        body
    };
    places.iter().enumerate().map(encode).collect()
}

#[test]
fn parts_make_a_file_in_any_order() {
    let data: Vec<u8> = (0..1000u32).map(|n| ((n * n) >> 3) as u8).collect();
    let articles = article("f", &data, &[0..400, 400..800, 800..1000]);
    let mut parts = articles.iter().map(|body| {
        let mut found = decode(Decoder::new(Dots::Plain), [&body[..]]);
        found.parts.remove(0).0
    });
    let (first, second, third) = (
        parts.next().unwrap(),
        parts.next().unwrap(),
        parts.next().unwrap(),
    );
    let mut file = Assembly::new();
    assert_eq!(file.verify(), Err(Fault::Incomplete { present: 0 }));
    assert_eq!(file.add(&third), Ok(Added::At(800..1000)));
    assert_eq!(file.add(&first), Ok(Added::At(0..400)));
    assert_eq!(file.add(&third), Ok(Added::Again));
    assert_eq!(
        (file.present(), file.size(), file.crc32()),
        (600, Some(1000), None)
    );
    assert_eq!(file.missing(), vec![400..800]);

    let mut damaged = second.clone();
    damaged.crc32 ^= 1;
    assert!(matches!(file.add(&damaged), Err(Fault::Crc { .. })));
    let mut cut = second.clone();
    cut.trailer = None;
    assert_eq!(file.add(&cut), Err(Fault::Cut));
    for (start, end) in [(399, 799), (401, 801), (300, 900), (0, 300)] {
        let mut other = second.clone();
        other.header.place = Some(start..end);
        other.len = end - start;
        assert_eq!(file.add(&other), Err(Fault::Overlap), "{start}..{end}");
    }
    let mut other = second.clone();
    other.header.size = Some(1001);
    assert_eq!(file.add(&other), Err(Fault::OtherFile));
    other.header.place = None;
    assert_eq!(file.add(&other), Err(Fault::NoPlace));

    assert_eq!(file.add(&second), Ok(Added::At(400..800)));
    assert_eq!((file.verify(), file.missing()), (Ok(()), vec![]));
    assert_eq!(file.crc32(), Some(crc32fast::hash(&data)));
}

#[test]
fn a_file_whose_parts_are_right_can_be_wrong_as_a_whole() {
    let body = article("f", b"abc", std::slice::from_ref(&(0..3)));
    let (mut part, _) = decode(Decoder::new(Dots::Plain), [&body[0][..]])
        .parts
        .remove(0);
    part.trailer.as_mut().unwrap().crc32 = Some(1);
    let mut file = Assembly::new();
    file.add(&part).unwrap();
    let decoded = crc32fast::hash(b"abc");
    assert_eq!(
        file.verify(),
        Err(Fault::Crc {
            declared: 1,
            decoded
        })
    );
}

#[test]
fn what_cannot_be_encoded_is_refused() {
    let mut out = Vec::new();
    for name in ["", " a", "a ", "a\r\nb", "a\0", &"x".repeat(256)] {
        assert!(Encoder::whole(name, 1, &mut out).is_err(), "{name:?}");
    }
    let backwards = Range { start: 5, end: 4 };
    for (part, total, place) in [(0, 1, 0..1), (2, 1, 0..1), (1, 1, 0..11), (1, 1, backwards)] {
        assert!(Encoder::part("a", 10, part, total, place, &mut out).is_err());
    }
    assert!(out.is_empty());
    let mut encoder = Encoder::whole("a", 1, &mut out).unwrap();
    assert!(encoder.clone().finish(&mut out).is_err());
    assert!(encoder.encode(b"ab", &mut out).is_err());
}

#[test]
fn blanks_and_dots_are_escaped_where_lines_begin_and_end() {
    let encoded = |data: &[u8]| {
        let mut out = Vec::new();
        let mut encoder = Encoder::whole("a", data.len() as u64, &mut out).unwrap();
        encoder.encode(data, &mut out).unwrap();
        encoder.finish(&mut out).unwrap();
        let text: Vec<_> = out
            .split(|byte| *byte == b'\n')
            .skip(1)
            .map(<[u8]>::to_vec)
            .collect();
        text
    };
    let of = |byte: u8| byte.wrapping_sub(42);
    let (dot, blank, tab) = (of(b'.'), of(b' '), of(b'\t'));
    assert_eq!(encoded(&[dot, dot])[0], b"=n.\r");
    assert_eq!(encoded(&[blank, blank, blank])[0], b"=` =`\r");
    assert_eq!(encoded(&[tab, tab, 0])[0], b"=I\t*\r");
    let mut line = [0; 130];
    line[127] = blank;
    line[128] = dot;
    let lines = encoded(&line);
    assert!(lines[0].ends_with(b"*=`\r") && lines[0].len() == 130);
    assert_eq!(lines[1], b"=n*\r");
}

/// Bytes that mean something, much more often than chance would have it.
fn wire_bytes() -> impl Strategy<Value = Vec<u8>> {
    let special = prop::sample::select(b"==\r\n..y".to_vec());
    let line = prop::sample::select(vec![
        &b"\r\n"[..],
        b"\r\n.",
        b"\r\n..",
        b"\r\n=",
        b"\r\n.=y",
        b"\r\n.\r=y",
        b"=\r\n",
        b"==",
        b"\r\n=yend size=1\r\n",
        b"\r\n=ybegin line=128 size=9999999 name=x\r\n",
        b"\r\n=ybegin part=1 size=9999999 name=x\r\n",
        b"\r\n=ypart begin=1 end=999999\r\n",
    ]);
    let run = prop::collection::vec(any::<u8>(), 0..80);
    prop::collection::vec(
        prop_oneof![
            special.prop_map(|byte| vec![byte]),
            line.prop_map(<[u8]>::to_vec),
            run
        ],
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

const BEGIN: &[u8] = b"=ybegin line=128 size=99999999 name=x\r\n";

proptest! {
    #[test]
    fn all_kernels_agree_in_any_split(
        bytes in wire_bytes(),
        cuts in prop::collection::vec(1usize..200, 1..20),
        stuffed in any::<bool>(),
    ) {
        let dots = if stuffed { Dots::Stuffed } else { Dots::Plain };
        let article = [BEGIN, &bytes].concat();
        let scalar = decode(Decoder::with_kernel(dots, Kernel::all()[0]), [&article[..]]);
        for kernel in Kernel::all() {
            let mut pieces = Vec::new();
            let mut rest = &article[..];
            for size in cuts.iter().cycle() {
                let (piece, behind) = rest.split_at((*size).min(rest.len()));
                pieces.push(piece);
                rest = behind;
                if rest.is_empty() { break; }
            }
            prop_assert_eq!(&decode(Decoder::with_kernel(dots, kernel), pieces), &scalar);
        }
    }

    #[test]
    fn dots_undone_on_the_way_are_those_undone_before(bytes in wire_bytes()) {
        use netspeak_core::{Codec, DotDecoder, Dotted, Step};
        let wire = [BEGIN, &bytes, b"\r\n.\r\n"].concat();
        let (mut text, mut at) = (Vec::new(), 0);
        let mut undot = DotDecoder::new();
        while let Step::Event { consumed, event } = undot.decode(&wire[at..]).unwrap() {
            let view = &wire[at..][..consumed];
            at += consumed;
            match event {
                Dotted::Data(range) => text.extend_from_slice(&view[range]),
                Dotted::End => break,
            }
        }
        let fused = decode(Decoder::new(Dots::Stuffed), [&wire[..]]);
        let plain = decode(Decoder::new(Dots::Plain), [&text[..]]);
        prop_assert_eq!(&fused.parts, &plain.parts);
        prop_assert_eq!(fused.fault, plain.fault);
        prop_assert!(fused.rest == Some(wire.len() - at) || fused.fault.is_some());
    }

    #[test]
    fn what_is_encoded_comes_back(data in prop::collection::vec(any::<u8>(), 0..1000), cut in 0usize..1000) {
        let cut = cut.min(data.len());
        let mut file = Assembly::new();
        let mut whole = vec![0; data.len()];
        for body in article("name = \"x\"", &data, &[0..cut, cut..data.len()]) {
            let mut wire = Vec::new();
            let mut dots = netspeak_core::DotEncoder::new(netspeak_core::LineEndings::Refuse);
            dots.encode(&body, &mut wire).unwrap();
            dots.finish(&mut wire).unwrap();
            prop_assert!(wire.split(|byte| *byte == b'\n').all(|line| line.len() <= 130));
            prop_assert!(!wire.contains(&0));
            let found = decode(Decoder::new(Dots::Stuffed), [&wire[..]]);
            let (part, bytes) = &found.parts[0];
            if let Added::At(place) = file.add(part).unwrap() {
                whole[place.start as usize..place.end as usize].copy_from_slice(bytes);
            }
        }
        prop_assert_eq!(file.verify(), Ok(()));
        prop_assert_eq!(whole, data);
    }
}
