//! The first column of `ls -l`: what it is, and who may do what.

use crate::listing::Kind;

/// The letters of a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    pub(super) kind: Kind,
    /// As numbers; bits whose letters are not those of `ls` are not set.
    pub(super) bits: u16,
}

/// A mode, and what is behind it and behind a mark for more rules than it can show (`+`, `@`,
/// `.`). Some servers leave the last letter out; some leave no blank before the number of links.
pub(super) fn mode(text: &[u8]) -> Option<(Mode, &[u8])> {
    let (letter, rest) = text.split_first()?;
    let kind = match letter {
        b'-' => Kind::File,
        b'd' => Kind::Dir,
        b'l' => Kind::Link,
        b'b' | b'c' | b'p' | b's' | b'D' | b'P' | b'C' | b'M' | b'n' | b'?' => Kind::Other,
        _ => return None,
    };
    let (mut bits, mut length) = (0_u16, 0_usize);
    for (at, letter) in rest.iter().take(9).enumerate() {
        let Some(set) = bits_of(at, *letter) else {
            break;
        };
        bits |= set;
        length = at + 1;
    }
    let behind = rest.get(length..).filter(|_| length >= 8)?;
    let behind = match behind {
        [b'+' | b'@' | b'.' | b'*', behind @ ..] => behind,
        _ => behind,
    };
    match behind.first() {
        None | Some(b' ' | b'\t' | b'0'..=b'9') => Some((Mode { kind, bits }, behind)),
        _ => None,
    }
}

/// What a letter at this place sets, if it may stand there.
fn bits_of(at: usize, letter: u8) -> Option<u16> {
    let class = 6 - 3 * (at / 3);
    let special = 0o1000 << (class / 3);
    let bits = match (at % 3, letter) {
        (_, b'-') => 0,
        (0, b'r') => 0o4 << class,
        (1, b'w') => 0o2 << class,
        (2, b'x') => 0o1 << class,
        (2, b's' | b't') => 0o1 << class | special,
        // L: mandatory locking, where it stands for the group's set-id bit without the other.
        (2, b'S' | b'T' | b'l' | b'L') => special,
        _ => return None,
    };
    Some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_bits() {
        for (text, kind, bits) in [
            ("-rw-r--r--", Kind::File, 0o644),
            ("drwxr-xr-x", Kind::Dir, 0o755),
            ("lrwxrwxrwx", Kind::Link, 0o777),
            ("-rwsr-sr-t", Kind::File, 0o7755),
            ("-rw-r-Sr-T", Kind::File, 0o3644),
            ("-rwSr--r--", Kind::File, 0o4644),
            ("crw-r-----", Kind::Other, 0o640),
            ("----------", Kind::File, 0),
            ("drw-r--rw", Kind::Dir, 0o646),
        ] {
            let (mode, behind) = mode(text.as_bytes()).unwrap();
            assert_eq!((mode.kind, mode.bits), (kind, bits), "{text}");
            assert_eq!(behind, b"");
        }
    }

    #[test]
    fn what_is_no_mode() {
        for text in [
            "dxrwr-xr-x",
            "xrw-r--r--",
            "-rw-r--r--x",
            "-rw-r--",
            "total 12",
            "",
            "-",
        ] {
            assert_eq!(mode(text.as_bytes()), None, "{text}");
        }
    }
}
