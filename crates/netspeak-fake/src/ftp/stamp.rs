//! Times as FTP writes them (RFC 3659 section 2.3), in UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const FORMAT: &str = "%Y%m%d%H%M%S";

/// Now, in seconds since 1970.
pub(super) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// The date and time of this second, in UTC.
pub(super) fn date(second: i64) -> DateTime {
    let stamp = Timestamp::from_second(second).unwrap_or_default();
    TimeZone::UTC.to_datetime(stamp)
}

/// `20240102030405`.
pub(super) fn write(second: i64) -> String {
    date(second).strftime(FORMAT).to_string()
}

/// The second of such a text, whose fractions are dropped.
pub(super) fn read(text: &str) -> Option<i64> {
    let whole = text.split('.').next()?;
    let date = DateTime::strptime(FORMAT, whole).ok()?;
    Some(TimeZone::UTC.to_timestamp(date).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_as_it_is_written() {
        assert_eq!(write(1_704_164_645), "20240102030405");
        assert_eq!(read("20240102030405"), Some(1_704_164_645));
        assert_eq!(read("20240102030405.250"), Some(1_704_164_645));
        for wrong in ["", "2024", "20241301000000", "today"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
