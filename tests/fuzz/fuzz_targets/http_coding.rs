//! Content codings: no panic, the budget holds, and pieces mean what the whole means.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::Limits;
use netspeak_http::Decoder;

const CODINGS: [&[u8]; 7] = [
    b"gzip",
    b"deflate",
    b"br",
    b"zstd",
    b"gzip, gzip",
    b"deflate, br",
    b"zstd, gzip, zstd",
];

fuzz_target!(|bytes: &[u8]| {
    let [coding, piece, bytes @ ..] = bytes else {
        return;
    };
    let coding = CODINGS[usize::from(*coding) % CODINGS.len()];
    let whole = decode(coding, bytes.chunks(bytes.len().max(1)), 1 << 16);
    let pieces = decode(coding, bytes.chunks(usize::from(*piece).max(1)), 61);
    // What is over the budget in pieces may be within it as a whole, whose input counts at once.
    let is_small =
        |found: &Option<Vec<u8>>| found.as_ref().is_some_and(|found| found.len() <= 1 << 20);
    if is_small(&whole) || is_small(&pieces) {
        assert!(whole == pieces);
    }
    if let Some(whole) = whole {
        assert!(whole.len() <= (1 << 20) + 100 * bytes.len());
    }
});

fn decode<'p>(
    coding: &[u8],
    pieces: impl Iterator<Item = &'p [u8]>,
    room: usize,
) -> Option<Vec<u8>> {
    let decoder = Decoder::new([coding], &Limits::default());
    let mut decoder = decoder.expect("the coding is known").expect("there is one");
    let (mut decoded, mut room) = (Vec::new(), vec![0; room]);
    for mut piece in pieces {
        loop {
            match decoder.decode(&mut piece, &mut room).ok()? {
                0 => break,
                count => decoded.extend_from_slice(&room[..count]),
            }
        }
        assert!(piece.is_empty());
    }
    decoder.finish().ok()?;
    Some(decoded)
}
