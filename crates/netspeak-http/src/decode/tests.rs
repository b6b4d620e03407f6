use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn raw(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "zstd")]
fn zstd(data: &[u8]) -> Vec<u8> {
    let mut encoded = vec![0; zstd_safe::compress_bound(data.len())];
    let length = zstd_safe::compress(encoded.as_mut_slice(), data, 3).unwrap();
    encoded.truncate(length);
    encoded
}

fn decoder(coding: &str) -> Decoder {
    Decoder::new([coding.as_bytes()], &Limits::default())
        .unwrap()
        .unwrap()
}

/// Decodes what comes in these pieces, through a room of this size.
fn run<'p>(
    mut decoder: Decoder,
    pieces: impl IntoIterator<Item = &'p [u8]>,
    room: usize,
) -> Result<Vec<u8>> {
    let (mut decoded, mut room) = (Vec::new(), vec![0; room]);
    for mut piece in pieces {
        loop {
            match decoder.decode(&mut piece, &mut room)? {
                0 => break,
                count => decoded.extend_from_slice(&room[..count]),
            }
        }
        assert!(piece.is_empty(), "input was left over");
    }
    decoder.finish()?;
    Ok(decoded)
}

fn whole(coding: &str, encoded: &[u8]) -> Result<Vec<u8>> {
    run(decoder(coding), [encoded], 4096)
}

/// `XXXXXXXXXXYYYYYYYYYY`, by the encoder that came with the RFC.
#[cfg(feature = "brotli")]
const BROTLI: [u8; 12] = [
    0x1b, 0x13, 0x00, 0x00, 0xa4, 0xb0, 0xb2, 0xea, 0x81, 0x47, 0x02, 0x8a,
];

/// Every coding with data in it: name, encoded, decoded.
fn known() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let text = b"one two three ".repeat(40);
    let known = vec![
        ("gzip", gzip(&text), text.clone()),
        ("X-GZip", gzip(&text), text.clone()),
        ("gzip, identity", gzip(&text), text.clone()),
        ("deflate", zlib(&text), text.clone()),
        ("DEFLATE", raw(&text), text.clone()),
        ("gzip, gzip", gzip(&gzip(&text)), text.clone()),
        (
            "gzip,deflate , gzip",
            gzip(&zlib(&gzip(&text))),
            text.clone(),
        ),
        (
            "gzip",
            [gzip(b"one "), gzip(b""), gzip(b"two")].concat(),
            b"one two".to_vec(),
        ),
    ];
    #[cfg(feature = "brotli")]
    let known = with(
        known,
        ("br", BROTLI.to_vec(), b"XXXXXXXXXXYYYYYYYYYY".to_vec()),
    );
    #[cfg(feature = "zstd")]
    let known = with(
        known,
        (
            "zstd, gzip",
            gzip(&[zstd(&text), zstd(b"end")].concat()),
            [&text[..], b"end"].concat(),
        ),
    );
    known
}

#[cfg(any(feature = "brotli", feature = "zstd"))]
fn with<T>(mut rows: Vec<T>, row: T) -> Vec<T> {
    rows.push(row);
    rows
}

#[test]
fn every_split_and_every_room_give_the_same() {
    for (coding, encoded, decoded) in known() {
        for room in [1, 7, 4096] {
            let pieces = encoded.chunks(1);
            assert_eq!(run(decoder(coding), pieces, room).unwrap(), decoded);
            for at in 0..=encoded.len() {
                let (head, tail) = encoded.split_at(at);
                let found = run(decoder(coding), [head, tail], room);
                assert_eq!(found.unwrap(), decoded, "{coding} at {at}");
            }
        }
    }
}

#[test]
fn a_cut_stream_is_an_error() {
    for (coding, encoded, _) in known().into_iter().filter(|row| row.0 != "gzip") {
        for length in 1..encoded.len() {
            let error = whole(coding, &encoded[..length]).unwrap_err();
            let kind = error.kind().to_string();
            assert_eq!(kind, "body.truncated", "{coding} after {length}: {error}");
        }
    }
    let members = [gzip(b"one"), gzip(b"two")].concat();
    assert!(whole("gzip", &members[..members.len() - 1]).is_err());
}

#[test]
fn a_wrong_checksum_is_an_error() {
    let mut encoded = gzip(b"data");
    let at = encoded.len() - 6;
    encoded[at] ^= 1;
    assert!(matches!(
        whole("gzip", &encoded),
        Err(Error::Malformed { .. })
    ));
    let mut encoded = zlib(b"data");
    let at = encoded.len() - 1;
    encoded[at] ^= 1;
    assert!(matches!(
        whole("deflate", &encoded),
        Err(Error::Malformed { .. })
    ));
}

#[test]
fn what_follows_the_data_is_ignored() {
    let behind: [&[u8]; 5] = [
        &[0; 20],
        b"<!-- x -->",
        b"\x1f",
        b"\0\0\x1f\0",
        b"\x1f\x1f\x8b",
    ];
    for rest in behind {
        for (coding, encoded, decoded) in known() {
            let encoded = [&encoded[..], rest].concat();
            assert_eq!(whole(coding, &encoded).unwrap(), decoded, "{coding}");
            for size in [1, 2, 3] {
                let found = run(decoder(coding), encoded.chunks(size), 5);
                assert_eq!(found.unwrap(), decoded, "{coding} by {size}");
            }
        }
    }
    let padded = [gzip(b"a"), vec![0; 9], gzip(b"b")].concat();
    assert_eq!(whole("gzip", &padded).unwrap(), b"ab");
}

#[test]
fn no_data_at_all_is_whole() {
    for (coding, ..) in known() {
        assert_eq!(whole(coding, b"").unwrap(), b"", "{coding}");
    }
}

#[test]
fn text_is_not_taken_for_encoded_data() {
    for (coding, ..) in known() {
        let error = whole(coding, b"<html></html> and so on, and so on").unwrap_err();
        assert!(
            matches!(error, Error::Malformed { .. }),
            "{coding}: {error}"
        );
    }
    let error = whole("gzip", b"<html>").unwrap_err();
    assert_eq!(error.message(), "expected gzip data, got \"<html>\"");
}

#[test]
fn names_and_numbers_of_codings() {
    let new = |values: &[&str]| {
        let values = values.iter().map(|value| value.as_bytes());
        Decoder::new(values, &Limits::default())
    };
    for none in [&[][..], &["identity"], &["", " , none"]] {
        assert!(new(none).unwrap().is_none(), "{none:?}");
    }
    let nested = new(&["gzip", "Deflate, identity"]).unwrap().unwrap();
    assert_eq!(
        format!("{nested:?}"),
        "Decoder { codings: [\"deflate\", \"gzip\"], taken: 0, .. }"
    );
    for unknown in ["utf-8", "compress", "gzip;q=1", "gz ip", "\u{1b}[2J"] {
        assert!(
            matches!(new(&[unknown]), Err(Error::Malformed { .. })),
            "{unknown}"
        );
    }
    assert!(matches!(
        new(&["gzip,gzip", "gzip,gzip"]),
        Err(Error::Limit {
            what: "content codings",
            max: 3,
            ..
        })
    ));
    assert!(new(&[&"gzip,".repeat(500)]).is_err());
}

#[test]
fn a_bomb_is_a_limit_wherever_it_goes_off() {
    let zeros = vec![0; 8 << 20];
    let is_limit = |found: Result<Vec<u8>>| match found {
        Err(Error::Limit { what, max, .. }) => (what, max),
        other => panic!("{:?}", other.map(|decoded| decoded.len())),
    };
    let expected = ("bytes decoded for each one sent", 100);
    assert_eq!(is_limit(whole("gzip", &gzip(&zeros))), expected);
    assert_eq!(is_limit(whole("deflate", &raw(&zeros))), expected);
    assert_eq!(is_limit(whole("gzip,gzip", &gzip(&gzip(&zeros)))), expected);
    #[cfg(feature = "zstd")]
    assert_eq!(is_limit(whole("zstd", &zstd(&zeros))), expected);

    // A first MiB is free, whatever the ratio.
    let small = vec![0; 1 << 20];
    assert_eq!(whole("gzip", &gzip(&small)).unwrap(), small);

    let found = run(decoder("gzip").with_ceiling(10), [&gzip(&[7; 11])[..]], 64);
    assert_eq!(is_limit(found), ("bytes of decoded content", 10));
    let found = run(decoder("gzip").with_ceiling(11), [&gzip(&[7; 11])[..]], 64);
    assert_eq!(found.unwrap(), [7; 11]);
}

#[cfg(feature = "zstd")]
#[test]
fn a_zstd_window_beyond_8_mib_is_refused() {
    // A frame header that asks for 16 MiB, and an empty last block.
    let frame = |exponent: u8| [0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3, 1, 0, 0];
    assert_eq!(whole("zstd", &frame(13)).unwrap(), b"");
    assert!(whole("zstd", &frame(14)).is_err());
}

proptest! {
    #[test]
    fn any_data_comes_back(
        data in proptest::collection::vec(any::<u8>(), 0..3000),
        piece in 1_usize..500,
        room in 1_usize..500,
    ) {
        let encoded = [("gzip", gzip(&data)), ("deflate", raw(&data)), ("deflate", zlib(&data))];
        for (coding, encoded) in encoded {
            let found = run(decoder(coding), encoded.chunks(piece), room);
            prop_assert_eq!(found.unwrap(), &data[..]);
        }
    }

    #[test]
    fn rubbish_never_panics_and_stays_within_the_limits(
        pick in any::<proptest::sample::Index>(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..6),
        tail in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let known = known();
        let (coding, encoded, _) = &known[pick.index(known.len())];
        let mut encoded = [&encoded[..], &tail].concat();
        for (at, byte) in damage {
            let at = at.index(encoded.len());
            encoded[at] = byte;
        }
        if let Ok(decoded) = run(decoder(coding), encoded.chunks(11), 32) {
            prop_assert!(decoded.len() as u64 <= FREE + 100 * encoded.len() as u64);
        }
    }
}
