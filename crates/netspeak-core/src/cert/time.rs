//! UTCTime and GeneralizedTime as timestamps.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::der::Item;

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// A time in any form that X.680 has, not only the one that RFC 5280 leaves: seconds may be
/// missing, a zone may stand at the end.
pub(super) fn timestamp(item: Item<'_>) -> Option<Timestamp> {
    let (high, rest) = two_digits(item.content)?;
    let (year, rest) = match item.tag {
        UTC_TIME => {
            let century = if high >= 50 { 1900 } else { 2000 };
            (century + i16::from(high), rest)
        }
        GENERALIZED_TIME => {
            let (low, rest) = two_digits(rest)?;
            (i16::from(high) * 100 + i16::from(low), rest)
        }
        _ => return None,
    };
    let (month, rest) = two_digits(rest)?;
    let (day, rest) = two_digits(rest)?;
    let (hour, rest) = two_digits(rest)?;
    let (minute, rest) = two_digits(rest)?;
    let (second, rest) = two_digits(rest).unwrap_or((0, rest));
    let zone = zone(without_fraction(rest))?;
    let local = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    // "Never" is 99991231235959Z (RFC 5280, 4.1.2.5), a little later than the last timestamp.
    Some(zone.to_timestamp(local).unwrap_or(Timestamp::MAX))
}

/// What `Z`, `+hhmm`, `-hhmm` or nothing at the end means.
fn zone(text: &[u8]) -> Option<Offset> {
    let (sign, digits) = match text {
        [] | [b'Z'] => return Some(Offset::UTC),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, rest) = two_digits(digits)?;
    let (minutes, rest) = two_digits(rest)?;
    let seconds = sign * 60 * (i32::from(hours) * 60 + i32::from(minutes));
    Offset::from_seconds(seconds)
        .ok()
        .filter(|_| rest.is_empty())
}

fn without_fraction(text: &[u8]) -> &[u8] {
    match text {
        [b'.' | b',', digits @ ..] => {
            let end = digits.iter().position(|byte| !byte.is_ascii_digit());
            digits
                .get(end.unwrap_or(digits.len())..)
                .unwrap_or_default()
        }
        _ => text,
    }
}

fn two_digits(text: &[u8]) -> Option<(i8, &[u8])> {
    let digit = |byte: u8| i8::try_from(char::from(byte).to_digit(10)?).ok();
    match text {
        [tens, ones, rest @ ..] => Some((digit(*tens)? * 10 + digit(*ones)?, rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: u8, text: &str) -> Option<String> {
        let item = Item {
            tag,
            content: text.as_bytes(),
            whole: &[],
        };
        timestamp(item).map(|time| time.to_string())
    }

    #[test]
    fn times_in_every_form() {
        for (tag, text, time) in [
            (UTC_TIME, "260131235959Z", "2026-01-31T23:59:59Z"),
            (UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z"),
            (UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z"),
            // Without seconds.
            (UTC_TIME, "2601312359Z", "2026-01-31T23:59:00Z"),
            // With a zone.
            (UTC_TIME, "260131235959+0130", "2026-01-31T22:29:59Z"),
            (UTC_TIME, "2601312359-0130", "2026-02-01T01:29:00Z"),
            (GENERALIZED_TIME, "20260131235959Z", "2026-01-31T23:59:59Z"),
            (GENERALIZED_TIME, "20500101000000Z", "2050-01-01T00:00:00Z"),
            (GENERALIZED_TIME, "18500101000000Z", "1850-01-01T00:00:00Z"),
            (
                GENERALIZED_TIME,
                "20260131235959.123Z",
                "2026-01-31T23:59:59Z",
            ),
            (GENERALIZED_TIME, "20260131235959,5", "2026-01-31T23:59:59Z"),
            (
                GENERALIZED_TIME,
                "202601312359-0001",
                "2026-02-01T00:00:00Z",
            ),
        ] {
            assert_eq!(read(tag, text).as_deref(), Some(time), "{text}");
        }
        assert_eq!(
            read(GENERALIZED_TIME, "99991231235959Z"),
            Some(Timestamp::MAX.to_string())
        );
    }

    #[test]
    fn what_is_no_time_is_not_guessed() {
        for text in [
            "",
            "26",
            "2601312359",
            "26013123595",
            "260131235960Z",
            "261331235959Z",
            "260230000000Z",
            "260131245959Z",
            "+60131235959Z",
            "260131235959z",
            "260131235959+01",
            "260131235959+01300",
            "260131235959+9900",
            "260131235959Z ",
            "26013123é959Z",
        ] {
            let taken = read(UTC_TIME, text);
            // Nothing at the end is a zone of its own.
            let expected = (text == "2601312359").then(|| "2026-01-31T23:59:00Z".to_owned());
            assert_eq!(taken, expected, "{text:?}");
        }
        assert_eq!(read(0x16, "260131235959Z"), None);
        assert_eq!(read(GENERALIZED_TIME, "260131235959Z"), None);
    }
}
