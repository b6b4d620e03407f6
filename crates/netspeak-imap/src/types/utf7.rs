//! Modified UTF-7: how names of mailboxes are written in ASCII (RFC 3501 section 5.1.3).
//!
//! Printable ASCII stands for itself, `&` is `&-`, and everything else is UTF-16 in base64 between `&`
//! and `-`, with `,` for `/` and without padding.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// A name in modified UTF-7.
pub(crate) fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut shifted: Option<Bits> = None;
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            if let Some(bits) = shifted.take() {
                bits.finish(&mut out);
            }
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let bits = shifted.get_or_insert_with(|| {
                out.push('&');
                Bits::default()
            });
            for unit in c.encode_utf16(&mut [0; 2]) {
                bits.add(u32::from(*unit), 16);
                bits.write(&mut out);
            }
        }
    }
    if let Some(bits) = shifted {
        bits.finish(&mut out);
    }
    out
}

/// The name that is written so; `None` if it is not modified UTF-7 at all.
///
/// Spellings that [`encode`] would not choose are understood as well.
pub(crate) fn decode(wire: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'&' => {
                let end = memchr::memchr(b'-', behind)?;
                let (shifted, after) = behind.split_at_checked(end)?;
                rest = after.get(1..)?;
                if shifted.is_empty() {
                    out.push('&');
                } else {
                    unshift(shifted, &mut out)?;
                }
            }
            b' '..=b'~' => out.push(char::from(byte)),
            _ => return None,
        }
    }
    Some(out)
}

/// What stands between `&` and `-`.
fn unshift(shifted: &[u8], out: &mut String) -> Option<()> {
    let mut bits = Bits::default();
    let mut units = Vec::with_capacity(shifted.len() / 2);
    for letter in shifted {
        let value = ALPHABET.iter().position(|known| known == letter)?;
        bits.add(u32::try_from(value).ok()?, 6);
        if let Some(unit) = bits.take(16) {
            units.push(u16::try_from(unit).ok()?);
        }
    }
    // What is left over fills up the last letter: fewer bits than a letter has, all of them 0.
    if bits.count >= 6 || bits.value != 0 {
        return None;
    }
    for c in char::decode_utf16(units) {
        out.push(c.ok()?);
    }
    Some(())
}

/// Bits on their way from units of 16 to letters of 6, or back: never more than 21 at a time.
#[derive(Default)]
struct Bits {
    value: u32,
    count: u32,
}

impl Bits {
    fn add(&mut self, value: u32, count: u32) {
        self.value = self.value << count | value;
        self.count += count;
    }

    /// The first bits that were added, if there are so many.
    fn take(&mut self, count: u32) -> Option<u32> {
        let left = self.count.checked_sub(count)?;
        let taken = self.value >> left;
        self.value &= (1 << left) - 1;
        self.count = left;
        Some(taken)
    }

    fn write(&mut self, out: &mut String) {
        while let Some(value) = self.take(6) {
            let letter = usize::try_from(value).ok().and_then(|at| ALPHABET.get(at));
            out.extend(letter.map(|letter| char::from(*letter)));
        }
    }

    fn finish(mut self, out: &mut String) {
        if self.count > 0 {
            self.add(0, 6 - self.count);
            self.write(out);
        }
        out.push('-');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_names() {
        for (name, wire) in [
            ("", ""),
            ("INBOX", "INBOX"),
            ("日本語", "&ZeVnLIqe-"),
            ("a&b", "a&-b"),
            ("&", "&-"),
            ("INBOX.címjegyzék", "INBOX.c&AO0-mjegyz&AOk-k"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("a\u{1f600}b", "a&2D3eAA-b"),
            ("\t", "&AAk-"),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire.as_bytes()).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_not_modified_utf_7_is_told() {
        for wire in [
            "R&D",
            "bad&!name",
            "&",
            "&A-",
            "&AA-",
            "&AAA=-",
            "&ZeV/LIqe-",
            "&2D0-",
            "&3gA-",
            "caf\u{e9}",
            "a\tb",
            // Bits left over that are not 0.
            "&AOl-",
        ] {
            assert_eq!(decode(wire.as_bytes()), None, "{wire}");
        }
        // Not as we would write it, but clear.
        assert_eq!(decode(b"&AGE-").as_deref(), Some("a"));
        assert_eq!(decode(b"&ZeU-&ZyyKng-").as_deref(), Some("日本語"));
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in any::<String>()) {
            let wire = encode(&name);
            prop_assert!(wire.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(decode(wire.as_bytes()), Some(name));
        }

        #[test]
        fn no_bytes_make_it_panic(wire in "[&A-Za-z,+-]{0,40}") {
            if let Some(name) = decode(wire.as_bytes()) {
                prop_assert_eq!(decode(encode(&name).as_bytes()), Some(name));
            }
        }
    }
}
