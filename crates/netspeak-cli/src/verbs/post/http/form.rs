//! Forms without files, as `application/x-www-form-urlencoded`.

use std::io::Read;
use std::path::Path;

use netspeak::core::text::printable;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::args::BodyArgs;
use crate::failure::Failure;

pub(super) const TYPE: &str = "application/x-www-form-urlencoded";

/// What needs no escape in a form.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The form, its parts joined by `&`.
pub(super) fn of(args: &BodyArgs) -> Result<Vec<u8>, Failure> {
    let mut parts = Vec::new();
    for text in &args.data {
        parts.push(match text.strip_prefix('@') {
            Some(path) => without_line_ends(file(path)?),
            None => text.clone().into_bytes(),
        });
    }
    for text in &args.data_binary {
        parts.push(match text.strip_prefix('@') {
            Some(path) => file(path)?,
            None => text.clone().into_bytes(),
        });
    }
    for text in &args.data_urlencode {
        parts.push(escaped(text)?);
    }
    Ok(parts.join(&b"&"[..]))
}

fn without_line_ends(mut text: Vec<u8>) -> Vec<u8> {
    text.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
    text
}

/// `VALUE`, `=VALUE`, `NAME=VALUE`, `@FILE`, `NAME@FILE`: the name is taken as it is.
fn escaped(text: &str) -> Result<Vec<u8>, Failure> {
    let (name, value) = match text.find(['=', '@']) {
        None => ("", text.as_bytes().to_vec()),
        Some(at) => {
            let (name, rest) = text.split_at(at);
            match rest.strip_prefix('@') {
                Some(path) => (name, file(path)?),
                None => (
                    name,
                    rest.strip_prefix('=').unwrap_or(rest).as_bytes().to_vec(),
                ),
            }
        }
    };
    let value = percent_encode(&value, PLAIN).to_string();
    Ok(match name {
        "" => value.into_bytes(),
        name => format!("{name}={value}").into_bytes(),
    })
}

fn file(path: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(Path::new(path)).map(|read| bytes = read)
    };
    read.map_err(|error| {
        let shown = printable(path.as_bytes());
        let named = std::io::Error::new(error.kind(), format!("{shown}: {error}"));
        Failure::unreadable(named)
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_names_are_not() {
        for (text, form) in [
            ("a b&c", "a%20b%26c"),
            ("=a=b", "a%3Db"),
            ("n=ü", "n=%C3%BC"),
            ("n=a@b", "n=a%40b"),
            ("n%5B%5D=1", "n%5B%5D=1"),
        ] {
            assert_eq!(escaped(text).unwrap(), form.as_bytes(), "{text}");
        }
        assert!(escaped("n@/no/such/file").is_err());
    }

    #[test]
    fn lines_are_joined() {
        assert_eq!(without_line_ends(b"a=1\r\n&b=2\n".to_vec()), b"a=1&b=2");
    }
}
