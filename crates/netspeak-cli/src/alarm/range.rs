//! [`Range`]: a threshold as the guidelines of the monitoring plugins have it.

use std::fmt;
use std::str::FromStr;

/// Values that are as they should be. `10` are those from 0 to 10, `10:` those from 10 on, `~:10` those up to
/// 10, `10:20` those between, `@10:20` all others. The ends belong to what stands there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    from: f64,
    to: f64,
    is_inverted: bool,
    text: String,
}

impl Range {
    /// At least so many.
    pub(crate) fn at_least(least: i64) -> Self {
        Self {
            from: least as f64,
            to: f64::INFINITY,
            is_inverted: false,
            text: format!("{least}:"),
        }
    }

    /// Whether this value is worth an alarm.
    pub(crate) fn alarms(&self, value: f64) -> bool {
        let is_between = self.from <= value && value <= self.to;
        is_between == self.is_inverted
    }
}

/// As it was written.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is not a range such as 10, 10:, ~:10, 10:20 or @10:20");
        let (is_inverted, bare) = match text.strip_prefix('@') {
            Some(bare) => (true, bare),
            None => (false, text),
        };
        let (from, to) = match bare.split_once(':') {
            Some((from, to)) => (from, to),
            None => ("0", bare),
        };
        let from = match from {
            "~" => Some(f64::NEG_INFINITY),
            "" => Some(0.0),
            number => parse(number),
        };
        let to = match to {
            "" if bare.contains(':') && bare != ":" => Some(f64::INFINITY),
            number => parse(number),
        };
        let (from, to) = from.zip(to).ok_or_else(bad)?;
        if from > to {
            return Err(format!("{text:?} begins behind its end"));
        }
        Ok(Self {
            from,
            to,
            is_inverted,
            text: text.to_owned(),
        })
    }
}

/// A number in digits, since others have to read it too.
fn parse(number: &str) -> Option<f64> {
    let is_digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let number = Some(number).filter(|number| number.chars().all(is_digits))?;
    number.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_guidelines() {
        for (text, fine, alarming) in [
            ("10", &[0.0, 5.0, 10.0][..], &[-0.1, 10.1][..]),
            ("10:", &[10.0, 1e9], &[9.9, -1.0]),
            ("~:10", &[-1e9, 10.0], &[10.1]),
            ("10:20", &[10.0, 15.0, 20.0], &[9.9, 20.1]),
            ("@10:20", &[9.9, 20.1], &[10.0, 15.0, 20.0]),
            ("@10", &[-1.0, 10.1], &[0.0, 10.0]),
            (":2", &[0.0, 2.0], &[-1.0, 2.1]),
            ("-5:-1", &[-5.0, -1.0], &[-5.1, 0.0]),
            ("0.5", &[0.5], &[0.51]),
            ("0", &[0.0], &[0.1, -0.1]),
        ] {
            let range: Range = text.parse().unwrap();
            assert_eq!(range.to_string(), text);
            for value in fine {
                assert!(!range.alarms(*value), "{text} {value}");
            }
            for value in alarming {
                assert!(range.alarms(*value), "{text} {value}");
            }
        }
        assert!(Range::at_least(21).alarms(20.0) && !Range::at_least(21).alarms(21.0));
    }

    #[test]
    fn what_is_no_range_is_told() {
        for bad in [
            "", ":", "@", "~", "x", "1:x", "20:10", "1,5", "inf", "nan", "1e5", "1:2:3", "10;20",
            "1 2", "1|2", "--5", "@@1", "~:",
        ] {
            let parsed = bad.parse::<Range>();
            // Everything from anywhere on is a range, if an idle one.
            assert!(parsed.is_err() || bad == "~:", "{bad:?} {parsed:?}");
        }
    }
}
