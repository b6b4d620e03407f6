//! Dot-stuffed text: whatever comes, and however it is cut, the text is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, DotDecoder, Dotted, Step};

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;
    let at = usize::from(cut).min(bytes.len());
    assert_eq!(decode(&[bytes]), decode(&[&bytes[..at], &bytes[at..]]));
});

fn decode(parts: &[&[u8]]) -> (Vec<u8>, Option<usize>) {
    let (mut decoder, mut held, mut text, mut used) =
        (DotDecoder::new(), Vec::new(), Vec::new(), 0);
    for part in parts {
        held.extend_from_slice(part);
        while let Ok(Step::Event { consumed, event }) = decoder.decode(&held) {
            used += consumed;
            match event {
                Dotted::Data(range) => text.extend_from_slice(&held[range]),
                Dotted::End => return (text, Some(used)),
            }
            held.drain(..consumed);
        }
    }
    (text, None)
}
