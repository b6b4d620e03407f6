//! Every split: the same bytes must mean the same, however they arrive.

use std::fmt::Debug;

use crate::codec::{Codec, Step};

/// An event in a form that does not depend on where the input was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<E> {
    /// Bulk data; neighbours melt into one.
    Data(Vec<u8>),
    /// Anything else.
    Event(E),
}

/// Feeds `input` to fresh codecs whole, byte by byte, cut at every position, and with trailing
/// bytes behind it, and compares what comes out with `expected`.
///
/// `piece` turns an event and the bytes it was made of into a [`Piece`]; `None` ends the run, as a
/// client would stop reading there.
///
/// # Panics
/// If any split gives other pieces, an error, or touches the trailing bytes.
#[expect(clippy::panic, reason = "a test helper reports by panicking")]
pub fn assert_every_split<C: Codec, E: Debug + PartialEq>(
    codec: impl Fn() -> C,
    piece: impl Fn(C::Event, &[u8]) -> Option<Piece<E>>,
    input: &[u8],
    expected: &[Piece<E>],
) {
    let run = |parts: &[&[u8]]| {
        let (mut codec, mut held, mut found) = (codec(), Vec::new(), Vec::new());
        for part in parts {
            held.extend_from_slice(part);
            loop {
                match codec.decode(&held) {
                    Ok(Step::Need) => break,
                    Ok(Step::Event { consumed, event }) => {
                        let bytes: Vec<u8> = held.drain(..consumed).collect();
                        match piece(event, &bytes) {
                            Some(piece) => push(&mut found, piece),
                            None => return (found, held),
                        }
                    }
                    Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&held)),
                }
            }
        }
        (found, held)
    };
    let check = |what: &str, parts: &[&[u8]]| {
        let (found, _) = run(parts);
        assert_eq!(
            found,
            expected,
            "{what}: {:?}",
            String::from_utf8_lossy(input)
        );
    };
    check("whole", &[input]);
    check("byte by byte", &input.chunks(1).collect::<Vec<_>>());
    for at in 0..=input.len() {
        let (head, tail) = input.split_at(at);
        check(&format!("cut at {at}"), &[head, tail]);
    }
    let trailing = b"trailing";
    let (found, rest) = run(&[input, trailing]);
    let held_back = [input, trailing].concat();
    assert!(
        held_back.ends_with(&rest),
        "{found:?}: trailing bytes were changed to {:?}",
        String::from_utf8_lossy(&rest)
    );
}

fn push<E>(found: &mut Vec<Piece<E>>, piece: Piece<E>) {
    match (found.last_mut(), piece) {
        (Some(Piece::Data(before)), Piece::Data(more)) => before.extend(more),
        (_, piece) => found.push(piece),
    }
}
