//! Under which name a download is stored: Content-Disposition (RFC 6266, RFC 8187), or else the URL.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_DISPOSITION;
use netspeak_core::{LocalName, NameRules};
use percent_encoding::percent_decode;
use url::Url;

use crate::field::{Scanner, text, trim};

/// A local name for the content of an answer: what the server suggests, or else the last segment of
/// the URL. `None` if neither has anything that could be one.
///
/// Whatever they say, it names a file in the folder it is joined to, and no hidden one: folders and
/// leading dots are left out, control characters and what these rules do not allow become `_`, and long
/// names are cut in front of their extension. Whether such a file is there already is the caller's to
/// see.
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::CONTENT_DISPOSITION};
/// use netspeak_http::{NameRules, local_name};
/// use url::Url;
///
/// let url = Url::parse("http://h.example/a/list.txt?x=y").unwrap();
/// let name = |headers: &HeaderMap| local_name(headers, &url, NameRules::Unix).unwrap().to_string();
/// assert_eq!(name(&HeaderMap::new()), "list.txt");
///
/// let value = HeaderValue::from_static("attachment; filename=\"../../.bashrc\"");
/// assert_eq!(name(&HeaderMap::from_iter([(CONTENT_DISPOSITION, value)])), "bashrc");
/// ```
pub fn local_name(headers: &HeaderMap, url: &Url, rules: NameRules) -> Option<LocalName> {
    let suggested = headers
        .get_all(CONTENT_DISPOSITION)
        .iter()
        .filter_map(|value| suggested_name(value.as_bytes()));
    suggested
        .chain(last_segment(url))
        .find_map(|name| LocalName::fitted(&name, rules))
}

/// The file name in a Content-Disposition, just as the server means it: `filename*` if it can be read,
/// else `filename`. It may hold anything, folders too: [`local_name`] makes it fit.
///
/// ```text
/// filename-parm = "filename" "=" value / "filename*" "=" ext-value
/// ext-value     = charset "'" [ language ] "'" value-chars
/// ```
/// Bytes that are not UTF-8 are taken for Latin-1.
pub fn suggested_name(value: &[u8]) -> Option<String> {
    let (mut plain, mut extended) = (None, None);
    let mut scanner = Scanner::new(value);
    while !scanner.is_at_end() {
        scanner.take_while(|byte| byte == b';' || byte == b',' || byte.is_ascii_whitespace());
        let name = trim(scanner.take_while(|byte| !matches!(byte, b'=' | b';')));
        if scanner.eat(b'=').is_none() {
            continue;
        }
        scanner.skip_blanks();
        let value = scanner
            .quoted()
            .unwrap_or_else(|| trim(scanner.take_while(|byte| byte != b';')).to_vec());
        match name.to_ascii_lowercase().as_slice() {
            b"filename" => plain = plain.or(Some(text(&value))),
            b"filename*" => extended = extended.or_else(|| extended_value(&value)),
            _ => {}
        }
    }
    extended.or(plain).filter(|name| !name.is_empty())
}

fn extended_value(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (charset, _language, coded) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes: Cow<'_, [u8]> = percent_decode(coded).into();
    match charset.to_ascii_lowercase().as_slice() {
        b"utf-8" => String::from_utf8(bytes.into_owned()).ok(),
        b"iso-8859-1" => Some(bytes.iter().copied().map(char::from).collect()),
        _ => None,
    }
}

fn last_segment(url: &Url) -> Option<String> {
    let segment = url.path().rsplit('/').next()?;
    let bytes: Cow<'_, [u8]> = percent_decode(segment.as_bytes()).into();
    Some(text(&bytes)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn named(value: &[u8], rules: NameRules) -> Option<String> {
        let value = HeaderValue::from_bytes(value).unwrap();
        let headers = HeaderMap::from_iter([(CONTENT_DISPOSITION, value)]);
        let url = Url::parse("http://h.test/").unwrap();
        local_name(&headers, &url, rules).map(|name| name.as_path().to_str().unwrap().to_owned())
    }

    #[test]
    fn every_case_gets_a_right_name() {
        let rows = cases::rows(include_str!("../tests/cases/fields.jsonl"));
        let rows: Vec<_> = rows
            .iter()
            .filter(|row| row.class == "content-disposition")
            .collect();
        assert_eq!(rows.len(), 3);
        for row in rows {
            for rules in [NameRules::Unix, NameRules::Windows] {
                let found = named(&row.input, rules);
                let is_right = row.allows(|right| right["filename"].as_str() == found.as_deref());
                assert!(is_right, "{} {rules:?}: {found:?}", row.id);
            }
        }
    }

    #[test]
    fn names_are_read_as_servers_write_them() {
        for (value, wanted) in [
            (&b"attachment; filename=plain.txt"[..], Some("plain.txt")),
            (
                b"attachment;filename = \"a b.txt\" ; size=1",
                Some("a b.txt"),
            ),
            (b"ATTACHMENT; FILENAME=\"x\"", Some("x")),
            (b"filename=x.txt", Some("x.txt")),
            (
                b"attachment; filename=two words.txt; x=y",
                Some("two words.txt"),
            ),
            (b"attachment; filename=\"caf\xc3\xa9\"", Some("café")),
            (b"attachment; filename=\"caf\xe9\"", Some("café")),
            (b"attachment; filename*=iso-8859-1'en'caf%E9", Some("café")),
            (b"attachment; filename*=UTF-8''%ff; filename=b", Some("b")),
            (b"attachment; filename*=utf-16''x; filename=b", Some("b")),
            (b"attachment; filename*=x; filename=b", Some("b")),
            (b"attachment; filename=a; filename=b", Some("a")),
            (b"attachment; filename=\"\"", None),
            (b"attachment; filename", None),
            (b"attachment; myfilename=x", None),
            (b"inline", None),
            (b"", None),
        ] {
            assert_eq!(suggested_name(value).as_deref(), wanted, "{value:?}");
        }
    }

    #[test]
    fn a_name_stays_in_its_folder() {
        use NameRules::{Unix, Windows};
        for (name, rules, wanted) in [
            ("../../etc/passwd", Unix, Some("passwd")),
            ("C:\\\\Windows\\\\x.exe", Unix, Some("x.exe")),
            ("/", Unix, None),
            ("..", Unix, None),
            ("...", Unix, None),
            (" .x", Unix, Some("x")),
            ("a:b", Unix, Some("a:b")),
            ("a:b?", Windows, Some("a_b_")),
            ("nul", Windows, Some("_nul")),
            ("CON.txt", Windows, Some("_CON.txt")),
            ("x. . ", Windows, Some("x")),
        ] {
            let value = format!("attachment; filename=\"{name}\"");
            assert_eq!(named(value.as_bytes(), rules).as_deref(), wanted, "{name}");
        }
        let coded = b"attachment; filename*=UTF-8''..%2f..%2fx%0a%00%1b%5b2J";
        assert_eq!(named(coded, Unix).as_deref(), Some("x___[2J"));
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = "ü".repeat(200);
        let name = named(
            format!("a; filename=\"{long}.tar\"").as_bytes(),
            NameRules::Unix,
        )
        .unwrap();
        assert!(name.len() <= 255 && name.ends_with("ü.tar"), "{name}");
        let name = named(
            format!("a; filename=\"x.{long}\"").as_bytes(),
            NameRules::Unix,
        )
        .unwrap();
        assert!(name.len() <= 255 && name.starts_with("x.ü"), "{name}");
    }

    #[test]
    fn the_url_names_what_the_server_does_not() {
        for (url, wanted) in [
            ("http://h.test/a/b%20c.txt?d=/e#/f", Some("b c.txt")),
            ("http://h.test/a/", None),
            ("http://h.test", None),
            ("http://h.test/..%2f..%2fx", Some("x")),
            ("http://h.test/%2e%2eb", Some("b")),
            ("http://h.test/caf%E9", Some("café")),
        ] {
            let found = local_name(
                &HeaderMap::new(),
                &Url::parse(url).unwrap(),
                NameRules::Unix,
            );
            let found = found.map(|name| name.to_string());
            assert_eq!(found.as_deref(), wanted, "{url}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_the_name_is_fit(
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            coded in "\\PC{0,300}",
        ) {
            for value in [bytes, format!("a; filename=\"{coded}\"").into_bytes()] {
                let Some(name) = suggested_name(&value) else { continue };
                for rules in [NameRules::Unix, NameRules::Mac, NameRules::Windows] {
                    if let Some(name) = LocalName::fitted(&name, rules) {
                        let name = name.as_path().to_str().unwrap().to_owned();
                        prop_assert!(LocalName::new(name.as_bytes(), rules).is_ok());
                        prop_assert!(!name.starts_with('.') && !name.contains(['/', '\\']));
                    }
                }
            }
        }
    }
}
