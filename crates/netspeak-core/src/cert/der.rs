//! DER (X.690) as far as a certificate needs it: tag, length, content.
//!
//! One fault costs what it stands in and nothing more, so nothing here checks what a strict reader
//! would: lengths in more bytes than needed, tags that nobody expects. Where the next part begins
//! is never guessed.

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// One element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Item<'a> {
    /// The first byte of its tag: class, form, and the number where it is below 31.
    pub(super) tag: u8,
    /// What is in it.
    pub(super) content: &'a [u8],
    /// All of it, tag and length included.
    pub(super) whole: &'a [u8],
}

impl<'a> Item<'a> {
    /// The elements in it, if it has this tag; else none.
    pub(super) fn items(self, tag: u8) -> Items<'a> {
        items(if self.tag == tag { self.content } else { &[] })
    }
}

/// The elements that stand one behind the other in these bytes.
pub(super) fn items(bytes: &[u8]) -> Items<'_> {
    Items(bytes)
}

/// See [`items`]. Ends in front of what is no element.
#[derive(Clone, Debug)]
pub(super) struct Items<'a>(&'a [u8]);

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let first = split_first(self.0);
        self.0 = first.map_or(&[], |(_, rest)| rest);
        first.map(|(item, _)| item)
    }
}

impl<'a> Items<'a> {
    /// The next element, if it has this tag.
    pub(super) fn next_is(&mut self, tag: u8) -> Option<Item<'a>> {
        self.next().filter(|item| item.tag == tag)
    }

    /// The elements in the next element, if it has this tag; else none.
    pub(super) fn enter(&mut self, tag: u8) -> Self {
        self.next().map_or(items(&[]), |item| item.items(tag))
    }
}

fn split_first(bytes: &[u8]) -> Option<(Item<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let rest = if tag & 0x1f == 0x1f {
        // Its number follows, in bytes with the high bit set up to the last.
        let last = rest.iter().position(|byte| byte & 0x80 == 0)?;
        rest.split_at_checked(last)?.1.split_first()?.1
    } else {
        rest
    };
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..0x80 => (usize::from(length), rest),
        // The indefinite form is BER: nothing says where it ends but what is in it.
        0x80 => return None,
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            let length = digits.iter().try_fold(0_usize, |length, digit| {
                length.checked_mul(256)?.checked_add(usize::from(*digit))
            });
            (length?, rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len().checked_sub(rest.len())?)?;
    let item = Item {
        tag,
        content,
        whole,
    };
    Some((item, rest))
}

/// The content of an OBJECT IDENTIFIER in dotted form; in hex where it is none.
pub(super) fn oid(content: &[u8]) -> String {
    dotted(content).unwrap_or_else(|| super::hex(content))
}

fn dotted(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    for group in content.split_inclusive(|byte| byte & 0x80 == 0) {
        if group.last()? & 0x80 != 0 {
            return None;
        }
        let number = group.iter().try_fold(0_u128, |number, byte| {
            number
                .checked_mul(128)?
                .checked_add(u128::from(byte & 0x7f))
        })?;
        if text.is_empty() {
            // The first number holds two arcs, and the first arc is 0, 1 or 2.
            let first = (number / 40).min(2);
            text = format!("{first}.{}", number.checked_sub(first * 40)?);
        } else {
            text.push_str(&format!(".{number}"));
        }
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_in_every_form_of_tag_and_length() {
        let long = [&[0x04, 0x82, 0x01, 0x00], [7; 256].as_slice()].concat();
        let cases: [(&[u8], u8, usize); 7] = [
            (&[0x05, 0x00], 0x05, 0),
            (&[0x02, 0x01, 0x07], 0x02, 1),
            (&[0x02, 0x81, 0x01, 0x07], 0x02, 1),
            (&[0x02, 0x84, 0, 0, 0, 0x01, 0x07], 0x02, 1),
            (&[0xbf, 0x81, 0x00, 0x01, 0x07], 0xbf, 1),
            (&[0x1f, 0x1f, 0x00], 0x1f, 0),
            (&long, 0x04, 256),
        ];
        for (bytes, tag, length) in cases {
            let behind = [bytes, &[0x05, 0x00]].concat();
            let mut found = items(&behind);
            let item = found.next().unwrap();
            assert_eq!((item.tag, item.content.len()), (tag, length), "{bytes:?}");
            assert_eq!(item.whole, bytes);
            assert_eq!(found.map(|item| item.tag).collect::<Vec<_>>(), [0x05]);
        }
    }

    #[test]
    fn what_is_no_element_ends_the_walk() {
        let cases: [&[u8]; 9] = [
            &[],
            &[0x30],
            &[0x30, 0x01],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0x81],
            &[0x30, 0x82, 0x00],
            &[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x1f, 0x80],
            &[
                0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0,
            ],
        ];
        for bytes in cases {
            assert_eq!(items(bytes).count(), 0, "{bytes:?}");
            let before = [&[0x05, 0x00], bytes].concat();
            assert_eq!(items(&before).count(), 1, "{before:?}");
        }
    }

    #[test]
    fn identifiers_in_dotted_form() {
        let cases: [(&[u8], &str); 9] = [
            (
                &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
                "1.2.840.113549.1.1.11",
            ),
            (&[0x55, 0x04, 0x03], "2.5.4.3"),
            (&[0x09, 0x92, 0x26], "0.9.2342"),
            (&[0x4f], "1.39"),
            (&[0x88, 0x37, 0x03], "2.999.3"),
            // An arc of 64 bits.
            (
                &[
                    0x2a, 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
                ],
                "1.2.18446744073709551615",
            ),
            (&[], ""),
            (&[0x2a, 0x86], "2a86"),
            // No arc is this long.
            (&[0xff; 20], "ffffffffffffffffffffffffffffffffffffffff"),
        ];
        for (content, text) in cases {
            assert_eq!(oid(content), text);
        }
    }
}
