//! Numbers, times and names in replies: SIZE, MDTM, 150, STOU.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use netspeak_core::text::digits;

use super::Reply;
use crate::types::PathName;

/// The size that SIZE tells (RFC 3659 section 4): the digits at the end of the reply. `None` if there
/// are none.
pub fn size(reply: &Reply) -> Option<u64> {
    number(last_word(reply)?)
}

/// The time that MDTM and MFMT tell, in UTC. `None` if it is no time.
///
/// ```text
/// time-val = 14DIGIT [ "." 1*DIGIT ]              ; RFC 3659 section 2.3
/// ```
/// Years that count on from 1900 in three digits (`19126` for 2026) are understood: servers with
/// that fault are still in use.
pub fn modified(reply: &Reply) -> Option<Timestamp> {
    let text = reply.last_came().trim_ascii();
    // MFMT says `Modify=20020717210715; name`.
    let text = match text.get(..7) {
        Some(fact) if fact.eq_ignore_ascii_case(b"modify=") => text.get(7..)?,
        _ => text,
    };
    let word = text
        .split(|byte| matches!(byte, b' ' | b';'))
        .find(|word| !word.is_empty())?;
    time_val(std::str::from_utf8(word).ok()?)
}

/// A time of RFC 3659, in UTC.
pub(crate) fn time_val(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (year, rest): (i16, _) = match whole.len() {
        14 => (digits(whole.get(..4)?)?, whole.get(4..)?),
        15 => {
            let since_1900: i16 = digits(whole.strip_prefix("19")?.get(..3)?)?;
            (since_1900.checked_add(1900)?, whole.get(5..)?)
        }
        _ => return None,
    };
    let two = |at: usize| digits::<i8>(rest.get(at..at.checked_add(2)?)?);
    let seconds = two(8)?;
    // A leap second is told by some, and no calendar has it.
    let seconds = if seconds == 60 { 59 } else { seconds };
    let nanoseconds = nanoseconds(fraction)?;
    let time = DateTime::new(
        year,
        two(0)?,
        two(2)?,
        two(4)?,
        two(6)?,
        seconds,
        nanoseconds,
    );
    let zoned = time.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nine = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(nine.fold(0, |sum: i32, digit| {
        sum.saturating_mul(10)
            .saturating_add(i32::from(digit.saturating_sub(b'0')))
    }))
}

/// The size that many servers tell when a transfer begins: `150 Opening ... (7340033 bytes)`.
pub fn size_hint(reply: &Reply) -> Option<u64> {
    let text = reply.last_came();
    let open = memchr::memrchr(b'(', text)?;
    let inside = text.get(open.checked_add(1)?..)?;
    let mut words = inside.split(|byte| matches!(byte, b' ' | b')'));
    let count = number(words.next()?)?;
    words.next()?.starts_with(b"byte").then_some(count)
}

/// The name that the server chose for STOU: `150 FILE: name` (RFC 1123 section 4.1.2.9), or
/// `226 ... unique file name: name`.
pub fn unique_name(reply: &Reply) -> Option<PathName> {
    let text = reply.last_came();
    let lower = text.to_ascii_lowercase();
    let behind = ["file: ", "file name: ", "filename: "]
        .iter()
        .find_map(|word| {
            let at = memchr::memmem::find(&lower, word.as_bytes())?;
            text.get(at.checked_add(word.len())?..)
        })?;
    let name = behind.trim_ascii();
    let name = name
        .strip_suffix(b".)")
        .or_else(|| name.strip_suffix(b")"))
        .unwrap_or(name);
    (!name.is_empty()).then(|| PathName::new(name))
}

fn last_word(reply: &Reply) -> Option<&[u8]> {
    let text = reply.last_came().trim_ascii_end();
    text.rsplit(u8::is_ascii_whitespace).next()
}

fn number(word: &[u8]) -> Option<u64> {
    digits(std::str::from_utf8(word).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(line: &str) -> Reply {
        Reply::parse([line.as_bytes()]).unwrap()
    }

    #[test]
    fn times_are_utc_and_impossible_ones_are_none() {
        for (line, time) in [
            ("213 20240229235959", Some("2024-02-29T23:59:59Z")),
            ("213 20210102030405.014", Some("2021-01-02T03:04:05.014Z")),
            ("213 191260102030405", Some("2026-01-02T03:04:05Z")),
            ("213 20161231235960", Some("2016-12-31T23:59:59Z")),
            (
                "213 Modify=20020717210715; f.txt",
                Some("2002-07-17T21:07:15Z"),
            ),
            ("213 20230229000000", None),
            ("213 2024022923595", None),
            ("213 20240229235959.x", None),
            ("213 +0240229235959", None),
            ("213", None),
        ] {
            let found = modified(&reply(line)).map(|time| time.to_string());
            assert_eq!(found.as_deref(), time, "{line}");
        }
    }

    #[test]
    fn sizes_are_digits_that_fit() {
        for (line, found) in [
            ("213 0", Some(0)),
            ("213 18446744073709551615", Some(u64::MAX)),
            ("213 18446744073709551616", None),
            ("213 0x10", None),
            ("213", None),
        ] {
            assert_eq!(size(&reply(line)), found, "{line}");
        }
        assert_eq!(size_hint(&reply("150 to (a) for x (12 bytes).")), Some(12));
        assert_eq!(size_hint(&reply("150 for x (12 blocks)")), None);
        assert_eq!(size_hint(&reply("150 for x")), None);
    }
}
