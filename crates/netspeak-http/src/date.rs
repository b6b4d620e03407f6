//! Dates in header fields (RFC 9110 section 5.6.7) and cookies (RFC 6265 section 5.1.1).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Longer ones are no dates.
const MOST: usize = 100;

/// Reads a date as servers write it; `None` if it is none.
///
/// The three forms of RFC 9110 are taken, and what comes near them, by the rules that RFC 6265 has for
/// cookies: a time, a day, a month's name and a year in any order. The zone is GMT whatever is written.
/// Years of two digits are of 1970 to 2069. A leap second counts as the one before it.
///
/// ```
/// use netspeak_http::date;
///
/// let same = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"];
/// for text in same {
///     let time = date::parse(text.as_bytes()).unwrap();
///     assert_eq!(time.to_string(), "1994-11-06T08:49:37Z");
///     assert_eq!(date::imf_fixdate(time), same[0]);
/// }
/// ```
pub fn parse(value: &[u8]) -> Option<Timestamp> {
    if value.len() > MOST {
        return None;
    }
    let mut found = Found::default();
    for word in value.split(is_delimiter).filter(|word| !word.is_empty()) {
        found.take(word);
    }
    let ((hour, minute, second), year) = (found.time?, full_year(found.year?));
    if year < 1601 {
        return None;
    }
    let date = DateTime::new(
        year,
        found.month?,
        found.day?,
        hour,
        minute,
        second.min(59),
        0,
    );
    let zoned = date.ok()?.to_zoned(TimeZone::UTC);
    (second <= 60).then(|| zoned.ok().map(|zoned| zoned.timestamp()))?
}

/// A date as we write it, in the one form that RFC 9110 allows to be written.
pub fn imf_fixdate(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[derive(Default)]
struct Found {
    time: Option<(i8, i8, i8)>,
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
}

impl Found {
    /// A word is the first thing that is still missing and that it can be.
    fn take(&mut self, word: &[u8]) {
        if self.time.is_none() {
            self.time = time(word);
            if self.time.is_some() {
                return;
            }
        }
        if self.day.is_none() {
            self.day = number(word, 1..=2).and_then(|day| day.try_into().ok());
            if self.day.is_some() {
                return;
            }
        }
        if self.month.is_none() {
            self.month = month(word);
            if self.month.is_some() {
                return;
            }
        }
        if self.year.is_none() {
            self.year = number(word, 2..=4);
        }
    }
}

fn is_delimiter(byte: &u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'/' | b';'..=b'@' | b'['..=b'`' | b'{'..=b'~')
}

/// A number of so many digits; what follows them is no digit and is ignored.
fn number(word: &[u8], digits: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let length = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !digits.contains(&length) {
        return None;
    }
    std::str::from_utf8(word.get(..length)?).ok()?.parse().ok()
}

/// `8:49:37`
fn time(word: &[u8]) -> Option<(i8, i8, i8)> {
    let mut parts = word.splitn(3, |byte| *byte == b':');
    let mut whole = || {
        let part = parts.next()?;
        let number: i8 = number(part, 1..=2)?.try_into().ok()?;
        part.iter().all(u8::is_ascii_digit).then_some(number)
    };
    let (hour, minute) = (whole()?, whole()?);
    Some((hour, minute, number(parts.next()?, 1..=2)?.try_into().ok()?))
}

fn month(word: &[u8]) -> Option<i8> {
    const NAMES: [&[u8]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let name = word.get(..3)?.to_ascii_lowercase();
    (1..)
        .zip(NAMES)
        .find(|(_, known)| *known == name)
        .map(|(number, _)| number)
}

fn full_year(year: i16) -> i16 {
    match year {
        0..=69 => year.saturating_add(2000),
        70..=99 => year.saturating_add(1900),
        _ => year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        parse(text.as_bytes()).map(|time| time.to_string())
    }

    #[test]
    fn every_case_is_the_right_time() {
        let rows = cases::rows(include_str!("../tests/cases/fields.jsonl"));
        let rows: Vec<_> = rows
            .iter()
            .filter(|row| row.class == "date-forms")
            .collect();
        assert_eq!(rows.len(), 3);
        for row in rows {
            let found = read(row.text()).unwrap();
            assert_eq!(found, row.right["time"].as_str().unwrap(), "{}", row.id);
        }
    }

    #[test]
    fn sloppy_dates_are_read_and_others_are_not() {
        for (text, wanted) in [
            ("Thu, 10-Sep-38 20:12:14 GMT", "2038-09-10T20:12:14Z"),
            ("Sep 10 20:12:14 2038", "2038-09-10T20:12:14Z"),
            ("Wed, 1 Jan 2025 0:0:7", "2025-01-01T00:00:07Z"),
            ("1994 NOVEMBER 6 08:49:37", "1994-11-06T08:49:37Z"),
            ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
            ("Fri, 01 Jan 70 00:00:00 GMT", "1970-01-01T00:00:00Z"),
            ("Fri, 01 Jan 69 00:00:00 GMT", "2069-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "soon",
            "120",
            "Sun, 06 Nov 1994",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:00:61 GMT",
            "Sun, 06 Nov 1600 08:49:37 GMT",
            "Sun, 06 Nov 19945 08:49:37 GMT",
            "Sun, 06 Nov 1994 008:49:37 GMT",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(seconds in -11_000_000_000_i64..250_000_000_000) {
            let time = Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(parse(imf_fixdate(time).as_bytes()), Some(time));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn nothing_like_a_date_makes_it_panic(text in "([0-9]{1,5}|[:;, -]|jan|Dec){0,12}") {
            let _ = parse(text.as_bytes());
        }
    }
}
