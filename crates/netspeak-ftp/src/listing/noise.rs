//! Lines that are no entries in any listing: totals, status lines, nothing.

use crate::listing::words::{skip_blanks, words};

/// "total", as `ls` says it in other languages.
const TOTALS: [&str; 14] = [
    "total",
    "totale",
    "totaal",
    "totalt",
    "insgesamt",
    "gesamt",
    "razem",
    "celkem",
    "összesen",
    "итого",
    "yhteensä",
    "toplam",
    "合計",
    "总用量",
];

pub(super) fn is_noise(line: &[u8]) -> bool {
    skip_blanks(line).is_empty() || is_status(line) || is_total(line)
}

/// `213-Status of /pub:`, as in the reply to STAT and on some data connections.
fn is_status(line: &[u8]) -> bool {
    matches!(line, [b'1'..=b'6', b'0'..=b'9', b'0'..=b'9']) || behind_code(line).is_some()
}

/// What stands behind the code of a reply's line.
pub(super) fn behind_code(line: &[u8]) -> Option<&[u8]> {
    match line {
        [
            b'1'..=b'6',
            b'0'..=b'9',
            b'0'..=b'9',
            b' ' | b'-',
            behind @ ..,
        ] => Some(behind),
        _ => None,
    }
}

/// `total 112`, `total of 3 files`
fn is_total(line: &[u8]) -> bool {
    let mut words = words(line);
    let first = words
        .next()
        .map(|word| word.strip_suffix(b":").unwrap_or(word));
    let is_word = first
        .and_then(|word| std::str::from_utf8(word).ok())
        .is_some_and(|word| TOTALS.contains(&word.to_lowercase().as_str()));
    is_word
        && words
            .next()
            .is_some_and(|word| word == b"of" || word.first().is_some_and(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_status_lines_and_nothing() {
        for line in [
            "",
            "   ",
            "total 112",
            "Total of 3 files, 12 blocks.",
            "insgesamt 8",
            "合計 4",
            "213-Status of /pub:",
            "213 End",
            "250",
        ] {
            assert!(is_noise(line.as_bytes()), "{line:?}");
        }
        for line in ["aaa", "total", "totally 12", "213a", "913 x", "1234"] {
            assert!(!is_noise(line.as_bytes()), "{line:?}");
        }
    }
}
