//! Dates and times as IMAP writes them, and those in header fields.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::{rfc2822, strtime};

use crate::mailstore::Received;

/// ` 2-Jan-2024 03:04:05 +0000`.
pub(super) fn date_time(received: Received) -> String {
    let zoned = received.zoned();
    zoned.strftime("%e-%b-%Y %H:%M:%S %z").to_string()
}

/// A date and time as APPEND says it.
pub(super) fn read_date_time(text: &str) -> Option<Received> {
    let read = strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim_start()).ok()?;
    Some(Received {
        second: read.to_timestamp().ok()?.as_second(),
        offset: read.offset()?.seconds(),
    })
}

/// A day as SEARCH says it.
pub(super) fn read_date(text: &str) -> Option<Date> {
    Date::strptime("%d-%b-%Y", text).ok()
}

/// The day of a message's internal date, where it was told.
pub(super) fn day(received: Received) -> Date {
    received.zoned().date()
}

/// The time that a Date field tells.
pub(super) fn sent(field: &str) -> Option<Received> {
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let zoned = parser.parse_zoned(field.trim()).ok()?;
    Some(Received {
        second: zoned.timestamp().as_second(),
        offset: zoned.offset().seconds(),
    })
}

/// Now, in seconds since 1970.
pub(super) fn now() -> i64 {
    Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_it_is_written() {
        for (text, second, offset) in [
            (" 2-Jan-2024 03:04:05 +0000", 1_704_164_645, 0),
            ("17-Jul-1996 02:44:25 -0700", 837_596_665, -7 * 3600),
        ] {
            let received = Received { second, offset };
            assert_eq!(read_date_time(text), Some(received), "{text}");
            assert_eq!(date_time(received), text);
        }
        for text in ["", "2-Jan-2024", "32-Jan-2024 03:04:05 +0000"] {
            assert_eq!(read_date_time(text), None, "{text}");
        }
    }

    #[test]
    fn days_and_fields() {
        assert_eq!(read_date("1-Feb-1994"), Some(jiff::civil::date(1994, 2, 1)));
        assert_eq!(read_date("x"), None);
        let received = sent("Mon, 7 Feb 1994 21:52:25 -0800 (PST)").unwrap();
        assert_eq!(day(received), jiff::civil::date(1994, 2, 7));
        assert_eq!(sent("yesterday"), None);
    }
}
