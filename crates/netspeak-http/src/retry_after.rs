//! Retry-After (RFC 9110 section 10.2.3).

use std::time::Duration;

use jiff::Timestamp;
use netspeak_core::text::digits;

use crate::date;
use crate::field::trim;

/// How long the server asks to wait, seen from `now`: seconds, or a date, which means no time if it is
/// past. `None` if the value is neither.
///
/// The time is the server's wish and has no bound: whoever waits sets one.
pub fn retry_after(value: &[u8], now: Timestamp) -> Option<Duration> {
    let value = trim(value);
    let text = std::str::from_utf8(value).ok()?;
    if let Some(seconds) = digits(text) {
        return Some(Duration::from_secs(seconds));
    }
    let wait = date::parse(value)?.duration_since(now);
    Some(wait.try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn every_case_waits_as_long_as_is_right() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let rows = cases::rows(include_str!("../tests/cases/fields.jsonl"));
        let rows: Vec<_> = rows
            .iter()
            .filter(|row| row.class == "retry-after")
            .collect();
        assert_eq!(rows.len(), 3);
        for row in rows {
            let found = retry_after(&row.input, now).map(|wait| wait.as_secs());
            assert_eq!(found, row.right["seconds"].as_u64(), "{}", row.id);
        }
    }

    #[test]
    fn a_date_is_a_time_from_now() {
        let now = "1994-11-06T08:49:00Z".parse().unwrap();
        for (value, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sun, 06 Nov 1994 08:48:37 GMT", Some(0)),
            (" 0 ", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("99999999999999999999", None),
        ] {
            let found = retry_after(value.as_bytes(), now).map(|wait| wait.as_secs());
            assert_eq!(found, seconds, "{value:?}");
        }
    }
}
