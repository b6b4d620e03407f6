//! CHARSET (RFC 2066).

use netspeak_core::Encoding;

const REQUEST: u8 = 1;
const ACCEPTED: u8 = 2;
const REJECTED: u8 = 3;
const TTABLE_IS: u8 = 4;
const TTABLE_REJECTED: u8 = 5;

/// What a subnegotiation comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// This is agreed on, and said in answer.
    Agreed(Encoding, Option<Vec<u8>>),
    /// Nothing is, and this is said in answer.
    Nothing(Option<Vec<u8>>),
}

/// Reads a subnegotiation; of the peer's sets the first one that we have is taken.
pub(crate) fn heard(data: &[u8], ours: &[Encoding]) -> Heard {
    match data.split_first() {
        Some((&REQUEST, list)) => {
            let list = list
                .strip_prefix(b"[TTABLE]")
                .and_then(|rest| rest.get(1..))
                .unwrap_or(list);
            let Some((separator, names)) = list.split_first() else {
                return Heard::Nothing(Some(vec![REJECTED]));
            };
            let names = names.split(|byte| byte == separator);
            let mut known = names.filter_map(|name| {
                let encoding = Encoding::named(std::str::from_utf8(name).ok()?)?;
                ours.contains(&encoding).then_some((encoding, name))
            });
            match known.next() {
                Some((encoding, name)) => {
                    Heard::Agreed(encoding, Some([&[ACCEPTED], name].concat()))
                }
                None => Heard::Nothing(Some(vec![REJECTED])),
            }
        }
        Some((&ACCEPTED, name)) => {
            let name = std::str::from_utf8(name).unwrap_or_default();
            match Encoding::named(name) {
                Some(encoding) if ours.contains(&encoding) => Heard::Agreed(encoding, None),
                _ => Heard::Nothing(None),
            }
        }
        Some((&TTABLE_IS, _)) => Heard::Nothing(Some(vec![TTABLE_REJECTED])),
        _ => Heard::Nothing(None),
    }
}

/// Our own request, the best set first.
pub(crate) fn request(ours: &[Encoding]) -> Vec<u8> {
    let mut data = vec![REQUEST];
    for encoding in ours {
        data.push(b';');
        data.extend_from_slice(encoding.name().as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_set_that_both_have_is_taken() {
        let ours = [Encoding::Utf8, Encoding::Latin1];
        let agreed = |encoding, answer: &[u8]| Heard::Agreed(encoding, Some(answer.to_vec()));
        let nothing = |answer: &[u8]| Heard::Nothing(Some(answer.to_vec()));
        for (data, expected) in [
            (
                &b"\x01;UTF-8;ISO-8859-1"[..],
                agreed(Encoding::Utf8, b"\x02UTF-8"),
            ),
            (
                b"\x01 KOI8-R iso-8859-1",
                agreed(Encoding::Latin1, b"\x02iso-8859-1"),
            ),
            (
                b"\x01[TTABLE]\x01;UTF-8",
                agreed(Encoding::Utf8, b"\x02UTF-8"),
            ),
            (b"\x01;KOI8-R;US-ASCII", nothing(b"\x03")),
            (b"\x01", nothing(b"\x03")),
            (b"\x02UTF-8", Heard::Agreed(Encoding::Utf8, None)),
            (b"\x02KOI8-R", Heard::Nothing(None)),
            (b"\x04\x01;", nothing(b"\x05")),
            (b"\x03", Heard::Nothing(None)),
            (b"", Heard::Nothing(None)),
        ] {
            assert_eq!(heard(data, &ours), expected, "{data:?}");
        }
        assert_eq!(request(&ours), b"\x01;UTF-8;ISO-8859-1");
    }
}
