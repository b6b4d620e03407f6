//! Binary files in articles: no panic, the same in any split, and no more than there is room for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_nntp::{NameRules, uu, yenc};

fuzz_target!(|bytes: &[u8]| {
    let [size, dots, article @ ..] = bytes else {
        return;
    };
    let dots = if dots % 2 == 0 {
        yenc::Dots::Plain
    } else {
        yenc::Dots::Stuffed
    };
    let size = usize::from(*size).max(1);
    assert_eq!(
        of_yenc(article, dots, size),
        of_yenc(article, dots, usize::MAX)
    );
    assert_eq!(of_uu(article, size), of_uu(article, usize::MAX));
});

fn of_yenc(article: &[u8], dots: yenc::Dots, size: usize) -> (Vec<yenc::Event>, Vec<u8>, bool) {
    let mut decoder = yenc::Decoder::new(dots);
    let (mut events, mut out) = (Vec::new(), Vec::new());
    for mut piece in article.chunks(size) {
        loop {
            let before = out.len();
            let Ok(step) = decoder.decode(piece, &mut out) else {
                return (events, out, false);
            };
            assert!(out.len() - before <= step.consumed);
            piece = &piece[step.consumed..];
            let Some(event) = step.event else { break };
            if let yenc::Event::Begin(header) = &event {
                let _ = header.local_name(NameRules::Windows);
            }
            events.push(event);
        }
    }
    events.extend(decoder.finish().map(yenc::Event::End));
    (events, out, true)
}

fn of_uu(article: &[u8], size: usize) -> (Vec<uu::Event>, Vec<u8>) {
    let (mut decoder, mut out) = (uu::Decoder::new(), Vec::new());
    let mut events = Vec::new();
    for piece in article.chunks(size) {
        events.extend(decoder.decode(piece, &mut out));
    }
    events.extend(decoder.finish(&mut out));
    (events, out)
}
