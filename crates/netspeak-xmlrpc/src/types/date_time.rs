//! [`DateTime`]: a date as it was written, and what it says.

use std::fmt;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

/// A `dateTime.iso8601`: the text as it came, which is never an error, and what it says if it says something.
///
/// XML-RPC's own form is `20180306T06:21:20`, without a zone; many servers write others.
///
/// ```
/// use netspeak_xmlrpc::DateTime;
///
/// let date = DateTime::new("20180306T06:21:20Z");
/// assert_eq!(date.civil().map(|it| it.to_string()).as_deref(), Some("2018-03-06T06:21:20"));
/// assert_eq!(date.timestamp().map(|it| it.as_second()), Some(1520317280));
/// assert_eq!(DateTime::new("00000000T00:00:00Z").civil(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime(String);

impl DateTime {
    /// A date as it is written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Date and time as they are written, whatever the zone; `None` if they are none. A leap second is the one before
    /// it, and what is smaller than a nanosecond is left out.
    pub fn civil(&self) -> Option<civil::DateTime> {
        read(self.0.trim()).map(|(civil, _)| civil)
    }

    /// The moment, if the text tells how far it is from UTC.
    pub fn timestamp(&self) -> Option<Timestamp> {
        let (civil, offset) = read(self.0.trim())?;
        offset?.to_timestamp(civil).ok()
    }
}

impl From<civil::DateTime> for DateTime {
    /// In XML-RPC's own form, to the second.
    fn from(date: civil::DateTime) -> Self {
        Self(date.strftime("%Y%m%dT%H:%M:%S").to_string())
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// `YYYYMMDD` or `YYYY-MM-DD`, `T` or a blank, `HH:MM:SS` or `HHMMSS`, a fraction, a zone.
fn read(text: &str) -> Option<(civil::DateTime, Option<Offset>)> {
    let mut rest = Digits(text);
    let year = rest.number(4)?;
    let is_extended = rest.skip('-');
    let month = rest.number(2)?;
    if is_extended && !rest.skip('-') {
        return None;
    }
    let day = rest.number(2)?;
    if !(rest.skip('T') || rest.skip('t') || rest.skip(' ')) {
        return None;
    }
    let hour = rest.number(2)?;
    let is_extended = rest.skip(':');
    let minute = rest.number(2)?;
    if is_extended && !rest.skip(':') {
        return None;
    }
    let second = rest.number(2)?.min(59);
    let nanosecond = match rest.skip('.') || rest.skip(',') {
        true => rest.fraction()?,
        false => 0,
    };
    let small = |number: i32| i8::try_from(number).ok();
    let date = civil::DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        nanosecond,
    );
    Some((date.ok()?, rest.zone()?))
}

struct Digits<'t>(&'t str);

impl Digits<'_> {
    fn number(&mut self, digits: usize) -> Option<i32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        netspeak_core::text::digits(number)
    }

    fn skip(&mut self, mark: char) -> bool {
        let rest = self.0.strip_prefix(mark);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        let end = self.0.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = self.0.split_at_checked(end.unwrap_or(self.0.len()))?;
        self.0 = rest;
        let nine = digits.get(..9).unwrap_or(digits);
        netspeak_core::text::digits(&format!("{nine:0<9}"))
    }

    /// How far from UTC, if that is told; the outer `None` for what is no zone.
    fn zone(&mut self) -> Option<Option<Offset>> {
        match self.0 {
            "" => return Some(None),
            "Z" | "z" => return Some(Some(Offset::UTC)),
            _ => {}
        }
        let sign = match self.0.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hours = self.number(2)?;
        self.skip(':');
        let minutes = if self.0.is_empty() {
            0
        } else {
            self.number(2)?
        };
        if !self.0.is_empty() {
            return None;
        }
        let seconds = (hours * 60 + minutes) * 60 * sign;
        Offset::from_seconds(seconds).ok().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_form_and_odd_ones_say_nothing() {
        for (text, says) in [
            ("20180306T06:21:20", "2018-03-06T06:21:20"),
            ("2018-03-06T06:21:20Z", "2018-03-06T06:21:20"),
            ("2018-03-06 06:21:20.5+01:00", "2018-03-06T06:21:20.5"),
            (" 20180306T062120 ", "2018-03-06T06:21:20"),
            ("20161231T23:59:60", "2016-12-31T23:59:59"),
            (
                "20180306T06:21:20.123456789123",
                "2018-03-06T06:21:20.123456789",
            ),
        ] {
            let date = DateTime::new(text).civil();
            assert_eq!(date.unwrap().to_string(), says, "{text}");
        }
        for text in [
            "",
            "00000000T00:00:00Z",
            "20180306",
            "2018-0306T06:21:20",
            "20180306T06:21:20+",
            "20180306T06:21:20 CET",
            "20180306T06:21:20+0100x",
            "2018\u{e9}306T06:21:20",
            "20180306T+6:21:20",
        ] {
            assert_eq!(DateTime::new(text).civil(), None, "{text}");
        }
    }

    #[test]
    fn a_moment_needs_a_zone() {
        let second = |text| DateTime::new(text).timestamp().map(|it| it.as_second());
        assert_eq!(second("19700101T01:00:01+0100"), Some(1));
        assert_eq!(second("19700101T00:00:01Z"), Some(1));
        assert_eq!(second("19691231T23:00:01-01"), Some(1));
        assert_eq!(second("19700101T00:00:01"), None);
        assert_eq!(second("19700101T00:00:01+99:00"), None);
    }

    #[test]
    fn a_date_of_ours_is_in_the_form_of_the_specification() {
        let date: DateTime = civil::date(2018, 3, 6).at(6, 21, 20, 5).into();
        assert_eq!(date.to_string(), "20180306T06:21:20");
    }
}
