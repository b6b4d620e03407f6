//! [`Modified`]: when a file was changed, as exactly as a listing says it.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{ToSpan, Zoned};

use crate::listing::Timestamp;

/// When something was changed: the wall clock's time, how exact it is, and on whose clock.
///
/// `Display` writes what is known and no more: `2001-04-27`, `2026-08-08T14:14`,
/// `2018-10-25T12:04:59Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modified {
    /// Date and time; what is finer than the precision is zero.
    pub civil: DateTime,
    /// How exact it is.
    pub precision: Precision,
    /// On whose clock.
    pub clock: Clock,
}

/// How exact a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Fractions of a second.
    Fraction,
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Days.
    Day,
}

impl Precision {
    /// How long one unit is, in seconds; fractions count as one second.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Fraction | Self::Second => 1,
            Self::Minute => 60,
            Self::Day => 24 * 60 * 60,
        }
    }
}

/// Whose clock shows a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// UTC (RFC 3659 section 2.3).
    Utc,
    /// This far from UTC.
    Offset(Offset),
    /// The server's own, whatever its zone is.
    Server,
}

impl Modified {
    /// The instant, where the server's clock is in this zone. `None` beyond the year 9999.
    ///
    /// What has day precision is taken as the day's first instant.
    pub fn timestamp(&self, server: &TimeZone) -> Option<Timestamp> {
        match self.clock {
            Clock::Utc => Offset::UTC.to_timestamp(self.civil).ok(),
            Clock::Offset(offset) => offset.to_timestamp(self.civil).ok(),
            Clock::Server => server.to_timestamp(self.civil).ok(),
        }
    }

    pub(super) fn server(civil: DateTime, precision: Precision) -> Self {
        Self {
            civil,
            precision,
            clock: Clock::Server,
        }
    }

    pub(super) fn day(date: Date) -> Self {
        Self::server(DateTime::from_parts(date, Time::midnight()), Precision::Day)
    }

    /// From seconds since 1970.
    pub(super) fn epoch(seconds: u64) -> Option<Self> {
        let timestamp = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
        Some(Self {
            civil: Offset::UTC.to_datetime(timestamp),
            precision: Precision::Second,
            clock: Clock::Utc,
        })
    }
}

impl fmt::Display for Modified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil;
        self.civil.date().fmt(f)?;
        match self.precision {
            Precision::Day => return Ok(()),
            Precision::Minute => write!(f, "T{:02}:{:02}", civil.hour(), civil.minute())?,
            Precision::Second | Precision::Fraction => write!(f, "T{}", civil.time())?,
        }
        match self.clock {
            Clock::Utc => f.write_str("Z"),
            Clock::Offset(offset) => {
                let minutes = offset.seconds() / 60;
                let sign = if minutes < 0 { '-' } else { '+' };
                let minutes = minutes.abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            Clock::Server => Ok(()),
        }
    }
}

/// The present on the server's clock: what a date without a year is reckoned from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Present {
    /// Nothing was changed later than this. A day of slack, for clocks and zones that are wrong.
    latest: DateTime,
}

impl Present {
    pub(super) fn new(now: &Zoned) -> Self {
        let now = now.datetime();
        Self {
            latest: now.checked_add(1.day()).unwrap_or(now),
        }
    }

    /// The newest such day and time that is not in the future.
    ///
    /// 29 February is looked for over eight years: 1900 and 2100 have none.
    pub(super) fn newest(self, month: i8, day: i8, time: DayTime) -> Option<DateTime> {
        let newest = self.latest.year();
        (0..=8)
            .filter_map(|age| time.on(Date::new(newest.checked_sub(age)?, month, day).ok()?))
            .find(|found| *found <= self.latest)
    }
}

/// A time of day; 24:00 is the end of the day (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayTime {
    Within(Time),
    End,
}

impl DayTime {
    pub(super) fn on(self, date: Date) -> Option<DateTime> {
        match self {
            Self::Within(time) => Some(DateTime::from_parts(date, time)),
            Self::End => Some(DateTime::from_parts(
                date.tomorrow().ok()?,
                Time::midnight(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(now: &str, month: i8, day: i8) -> Option<String> {
        let now = now
            .parse::<DateTime>()
            .unwrap()
            .to_zoned(TimeZone::UTC)
            .unwrap();
        let noon = DayTime::Within(Time::constant(12, 0, 0, 0));
        let found = Present::new(&now).newest(month, day, noon)?;
        Some(found.date().to_string())
    }

    #[test]
    fn a_date_without_a_year_is_the_newest_that_is_not_in_the_future() {
        for (now, month, day, found) in [
            ("2026-11-25T12:00", 11, 25, "2026-11-25"),
            // A day of slack, for servers east of what their zone says.
            ("2026-11-25T12:00", 11, 26, "2026-11-26"),
            ("2026-11-25T12:00", 11, 27, "2025-11-27"),
            ("2026-12-31T23:30", 1, 1, "2027-01-01"),
            ("2026-01-01T00:10", 12, 31, "2025-12-31"),
            ("2026-11-25T12:00", 2, 29, "2024-02-29"),
            ("2103-06-01T12:00", 2, 29, "2096-02-29"),
        ] {
            assert_eq!(newest(now, month, day).as_deref(), Some(found), "{now}");
        }
        assert_eq!(newest("2026-11-25T12:00", 2, 30), None);
        assert_eq!(newest("2026-11-25T12:00", 13, 1), None);
    }

    #[test]
    fn the_servers_zone_decides_unless_the_listing_names_one() {
        let civil = DateTime::constant(2026, 8, 8, 14, 14, 0, 0);
        let east = TimeZone::fixed(Offset::constant(2));
        let instant = |clock| {
            let modified = Modified {
                civil,
                precision: Precision::Minute,
                clock,
            };
            modified.timestamp(&east).unwrap().to_string()
        };
        assert_eq!(instant(Clock::Server), "2026-08-08T12:14:00Z");
        assert_eq!(instant(Clock::Utc), "2026-08-08T14:14:00Z");
        assert_eq!(
            instant(Clock::Offset(Offset::constant(-1))),
            "2026-08-08T15:14:00Z"
        );
    }
}
