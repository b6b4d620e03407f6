//! [`InternalDate`] and [`Date`]: when a message arrived, and the days that SEARCH knows.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use netspeak_core::Error as CoreError;
use netspeak_core::text::digits;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn month_name(month: i8) -> &'static str {
    let at = usize::try_from(month)
        .ok()
        .and_then(|month| month.checked_sub(1));
    at.and_then(|at| MONTHS.get(at)).copied().unwrap_or("Jan")
}

/// `date-day "-" date-month "-" date-year`, with one digit or two in the day, the month in any case.
fn day(text: &str) -> Option<jiff::civil::Date> {
    let mut parts = text.splitn(3, '-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is = |name: &&str| name.eq_ignore_ascii_case(month);
    let month = MONTHS.iter().position(is)?.checked_add(1)?;
    if !(1..=2).contains(&day.len()) || year.len() != 4 {
        return None;
    }
    jiff::civil::Date::new(digits(year)?, i8::try_from(month).ok()?, digits(day)?).ok()
}

/// When a message arrived, with the offset of the server's clock (RFC 9051 section 2.3.3).
///
/// `Display` is the `date-time` of the RFC without its quotes, and `FromStr` reads it.
///
/// ```
/// use netspeak_imap::InternalDate;
///
/// # fn main() -> netspeak_imap::Result<()> {
/// let arrived: InternalDate = " 5-Apr-2017 14:38:25 +0200".parse()?;
/// assert_eq!(arrived.timestamp().to_string(), "2017-04-05T12:38:25Z");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct InternalDate {
    local: DateTime,
    offset: Offset,
}

impl InternalDate {
    /// The moment.
    pub fn timestamp(&self) -> Timestamp {
        self.offset.to_timestamp(self.local).unwrap_or_default()
    }

    /// What the server's clock showed.
    pub fn local(&self) -> DateTime {
        self.local
    }

    /// How far the server's clock is from UTC.
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// Both.
    pub fn to_zoned(&self) -> Zoned {
        self.timestamp().to_zoned(TimeZone::fixed(self.offset))
    }

    /// A date-time as servers send it.
    ///
    /// ```text
    /// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
    /// ```
    /// The zone may be missing, or be `GMT`; there may be blanks around. A date that no calendar has,
    /// as `00-Jan-0000`, is none.
    pub(crate) fn from_wire(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let mut words = text.split_ascii_whitespace();
        let date = day(words.next()?)?;
        let mut parts = words.next()?.splitn(3, ':');
        let mut two = || digits::<i8>(parts.next().filter(|part| (1..=2).contains(&part.len()))?);
        let (hour, minute, second) = (two()?, two()?, two()?);
        // A leap second is told by some, and no calendar has it.
        let second = if second == 60 { 59 } else { second };
        let offset = words.next().map_or(Some(Offset::UTC), zone)?;
        let local = date.to_datetime(jiff::civil::Time::new(hour, minute, second, 0).ok()?);
        offset.to_timestamp(local).ok()?;
        Some(Self { local, offset })
    }
}

/// `zone = ("+" / "-") 4DIGIT`, or a name of UTC.
fn zone(text: &str) -> Option<Offset> {
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (-1, rest),
        _ => {
            let names = ["GMT", "UT", "UTC", "Z"];
            let is_utc = names.iter().any(|name| name.eq_ignore_ascii_case(text));
            return is_utc.then_some(Offset::UTC);
        }
    };
    let (hours, minutes) = rest.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    if minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits(hours)?, digits(minutes)?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

impl From<&Zoned> for InternalDate {
    fn from(time: &Zoned) -> Self {
        Self::from_parts(time.timestamp(), time.offset())
    }
}

impl From<Timestamp> for InternalDate {
    fn from(time: Timestamp) -> Self {
        Self::from_parts(time, Offset::UTC)
    }
}

impl InternalDate {
    /// The wire knows no parts of seconds, offsets in whole minutes, and years from 0 to 9999.
    fn from_parts(time: Timestamp, offset: Offset) -> Self {
        let minutes = offset.seconds() / 60;
        let offset = Offset::from_seconds(minutes * 60).unwrap_or(Offset::UTC);
        let second = Timestamp::from_second(time.as_second()).unwrap_or_default();
        let local = offset.to_datetime(second);
        if local.year() < 0 {
            return Self::from_parts(Timestamp::default(), Offset::UTC);
        }
        Self { local, offset }
    }
}

impl FromStr for InternalDate {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        Self::from_wire(text.as_bytes()).ok_or_else(|| {
            CoreError::usage("a date with time is written 17-Jul-1996 02:44:25 -0700")
        })
    }
}

impl fmt::Display for InternalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (local, seconds) = (self.local, self.offset.seconds());
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        write!(
            f,
            "{:2}-{}-{:04} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            local.day(),
            month_name(local.month()),
            local.year(),
            local.hour(),
            local.minute(),
            local.second(),
            minutes / 60,
            minutes % 60,
        )
    }
}

impl fmt::Debug for InternalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InternalDate({self})")
    }
}

/// A day, for SEARCH: `1-Feb-2026` (RFC 9051 section 9, `date`).
///
/// ```
/// use netspeak_imap::Date;
///
/// # fn main() -> netspeak_imap::Result<()> {
/// let day: Date = "1-Feb-2026".parse()?;
/// assert_eq!(Date::try_from(day.to_civil())?, day);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The day in the calendar.
    pub fn to_civil(self) -> jiff::civil::Date {
        self.0
    }
}

impl TryFrom<jiff::civil::Date> for Date {
    type Error = CoreError;

    fn try_from(date: jiff::civil::Date) -> Result<Self, CoreError> {
        if date.year() < 0 {
            return Err(CoreError::usage("a year before 0 cannot be searched for"));
        }
        Ok(Self(date))
    }
}

impl FromStr for Date {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let date = day(text).map(Self);
        date.ok_or_else(|| CoreError::usage("a day is written 1-Feb-2026"))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.0;
        write!(
            f,
            "{}-{}-{:04}",
            date.day(),
            month_name(date.month()),
            date.year()
        )
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_with_time_in_the_spellings_of_servers() {
        for (wire, written) in [
            ("17-Jul-1996 02:44:25 -0700", "17-Jul-1996 02:44:25 -0700"),
            (" 5-Apr-2017 14:38:25 +0200", " 5-Apr-2017 14:38:25 +0200"),
            ("5-APR-2017 14:38:25 +0200", " 5-Apr-2017 14:38:25 +0200"),
            ("05-apr-2017  1:02:03 +05:30", " 5-Apr-2017 01:02:03 +0530"),
            ("31-Dec-2016 23:59:60 GMT", "31-Dec-2016 23:59:59 +0000"),
            ("01-Jan-2020 00:00:00", " 1-Jan-2020 00:00:00 +0000"),
            ("01-Jan-0001 00:00:00 -1200", " 1-Jan-0001 00:00:00 -1200"),
        ] {
            let found: InternalDate = wire.parse().unwrap();
            assert_eq!(found.to_string(), written);
        }
        for wire in [
            "",
            "00-Jan-0000 00:00:00 +0000",
            "30-Feb-2020 00:00:00 +0000",
            "1-Foo-2020 00:00:00 +0000",
            "1-Jan-2020 24:00:00 +0000",
            "1-Jan-2020 00:00 +0000",
            "1-Jan-2020",
            "1-Jan-2020 00:00:00 +9999",
            "1-Jan-2020 00:00:00 MET",
            "1-Jan-20 00:00:00 +0000",
            "+1-Jan-2020 00:00:00 +0000",
        ] {
            assert!(wire.parse::<InternalDate>().is_err(), "{wire}");
        }
    }

    #[test]
    fn days_for_searches() {
        for day in ["1-Feb-2026", "29-Feb-2024", "31-Dec-0001"] {
            assert_eq!(day.parse::<Date>().unwrap().to_string(), day);
        }
        for day in [
            "",
            "1-2-2026",
            "29-Feb-2026",
            "1-Feb-26",
            "1-Feb-2026 ",
            "-1-Feb-2026",
        ] {
            assert!(day.parse::<Date>().is_err(), "{day}");
        }
        assert!(Date::try_from(jiff::civil::date(-1, 1, 1)).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(second in -62_000_000_000i64..253_000_000_000, offset in -1000i32..1000, nano in 0i32..1_000_000_000) {
            let time = Timestamp::new(second, nano.min(second.abs().try_into().unwrap_or(i32::MAX))).unwrap_or_default();
            let zone = TimeZone::fixed(Offset::from_seconds(offset * 60).unwrap());
            let date = InternalDate::from(&time.to_zoned(zone));
            prop_assert_eq!(date.to_string().parse::<InternalDate>().unwrap(), date);
            prop_assert_eq!(date.timestamp().as_second(), time.as_second());
            prop_assert_eq!(date.to_zoned().offset().seconds(), offset * 60);
        }
    }
}
