//! What was typed and could not be read, fit to be shown.

use netspeak::core::text::printable;

/// A URL without what may be a login in it: all that stands before its last `@`.
pub(crate) fn without_login(url: &str) -> String {
    let printable = printable(url.as_bytes());
    let Some(at) = printable.rfind('@') else {
        return printable;
    };
    let scheme = printable.find("://").map(|end| end + "://".len());
    let begin = scheme.filter(|begin| *begin <= at).unwrap_or(0);
    let head = printable.get(..begin).unwrap_or_default();
    let tail = printable.get(at..).unwrap_or_default();
    format!("{head}<redacted>{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_before_the_last_at_is_shown() {
        for (url, shown) in [
            ("pop3://ops:pa/ss@host/1", "pop3://<redacted>@host/1"),
            ("ops:pa@ss@host", "<redacted>@host"),
            ("pop3://host/{1", "pop3://host/{1"),
            ("a@b://c", "<redacted>@b://c"),
        ] {
            assert_eq!(without_login(url), shown);
        }
    }
}
