//! The fields of requests, from what was typed.

use netspeak::core::text::printable;
use netspeak::http::{HeaderMap, HeaderName, HeaderValue};

use crate::args::HttpArgs;
use crate::failure::Failure;

/// Whoever has such a word in its name is a secret: it stays with its origin, and is not shown.
const SECRET: [&str; 8] = [
    "auth",
    "cookie",
    "key",
    "password",
    "secret",
    "session",
    "signature",
    "token",
];

/// All fields that were asked for. What cannot be sent is told before anything is.
pub(super) fn of(args: &HttpArgs) -> Result<HeaderMap, Failure> {
    let mut fields = HeaderMap::new();
    for text in &args.headers {
        let (name, value) = field(text)?;
        fields.append(name, value);
    }
    for (flag, name, text) in [
        ("-A", "user-agent", &args.user_agent),
        ("-e", "referer", &args.referer),
    ] {
        if let Some(text) = text {
            fields.insert(HeaderName::from_static(name), value(flag, text)?);
        }
    }
    Ok(fields)
}

/// `NAME: VALUE`, or `NAME;` for an empty one.
fn field(text: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let bad = || {
        let shown = text.split(':').next().unwrap_or_default();
        let shown = printable(shown.as_bytes());
        Failure::usage(format!(
            "-H takes \"NAME: VALUE\" or \"NAME;\", not {shown:?}"
        ))
    };
    let (name, content) = match text.split_once(':') {
        Some((name, content)) if !bare(content).is_empty() => (name, bare(content)),
        Some(_) => return Err(bad()),
        None => (text.strip_suffix(';').ok_or_else(bad)?, ""),
    };
    let name: HeaderName = bare(name).parse().map_err(|_| bad())?;
    let mut value = value(&format!("-H {name}"), content)?;
    value.set_sensitive(SECRET.iter().any(|word| name.as_str().contains(word)));
    Ok((name, value))
}

/// Without blanks around it; line ends are no blanks.
fn bare(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

pub(super) fn value(flag: &str, text: &str) -> Result<HeaderValue, Failure> {
    let value = HeaderValue::from_bytes(text.as_bytes());
    value.map_err(|_| Failure::usage(format!("{flag}: the value has bytes that end a field")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_curl_reads_them() {
        for (text, name, value, is_secret) in [
            ("X-A: b: c", "x-a", "b: c", false),
            ("X-A:b", "x-a", "b", false),
            ("X-Empty;", "x-empty", "", false),
            (
                "Authorization: Basic eDp5",
                "authorization",
                "Basic eDp5",
                true,
            ),
            ("X-Api-Key: 1", "x-api-key", "1", true),
        ] {
            let (found, content) = field(text).unwrap();
            assert_eq!(
                (found.as_str(), content.as_bytes()),
                (name, value.as_bytes())
            );
            assert_eq!(content.is_sensitive(), is_secret, "{text}");
        }
        for bad in [
            "",
            "X",
            ": x",
            "X:",
            "a b: c",
            "X: a\r\nY: b",
            "X\n: a",
            "X: a\0",
        ] {
            assert!(field(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_its_value() {
        let failure = field("Bad Name: secret-value").unwrap_err();
        assert!(!failure.to_string().contains("secret-value"), "{failure}");
    }
}
