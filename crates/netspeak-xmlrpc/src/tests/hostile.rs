//! Documents that mean harm: each ends with a named error, in time that grows with its size only.

use netspeak_core::testing::{DEPTH, on_small_stack};

use super::*;
use crate::{DocumentLimits, Error, decode_response_with};

fn word(document: &str) -> String {
    match decode_response::<Value>(document.as_bytes()) {
        Err(error) => error.kind().to_string(),
        Ok(_) => "none".to_owned(),
    }
}

#[test]
fn nesting_ends_at_its_limit_before_the_stack_does() {
    let nested = |depth: usize| {
        let (open, close) = ("<value><array><data>", "</data></array></value>");
        answer(&format!("{}{}", open.repeat(depth), close.repeat(depth)))
    };
    let structs = "<value><struct><member><name>a</name>".repeat(DEPTH);
    let words = on_small_stack(move || {
        (
            word(&nested(32)),
            word(&nested(33)),
            word(&nested(DEPTH)),
            word(&answer(&structs)),
        )
    });
    let large = "proto.too_large".to_owned();
    assert_eq!(
        words,
        ("none".to_owned(), large.clone(), large.clone(), large)
    );
    // Another limit, and the one behind it.
    let limits = DocumentLimits {
        depth: usize::MAX,
        ..DocumentLimits::default()
    };
    let outcome =
        |depth| decode_response_with::<Value>(nested(depth).as_bytes(), &limits).map(drop);
    assert!(outcome(128).is_ok());
    assert!(matches!(outcome(129), Err(Error::Limit { max: 128, .. })));
}

#[test]
fn bombs_are_refused_where_they_begin() {
    let laughs: String = (1..20)
        .map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)))
        .collect();
    for document in [
        format!("<!DOCTYPE x [<!ENTITY a0 \"ha\">{laughs}]><methodResponse>&a19;</methodResponse>"),
        "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><methodResponse/>".to_owned(),
        answer("<value>&xxe;</value>"),
    ] {
        assert_eq!(word(&document), "proto.malformed");
    }
}

#[test]
fn sizes_have_limits() {
    let limits = DocumentLimits {
        bytes: 100,
        ..DocumentLimits::default()
    };
    let document = answer("<value>0123456789</value>");
    let error = decode_response_with::<Value>(document.as_bytes(), &limits).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server exceeded the limit of 100 bytes in a document"
    );
    let attributes = |count: usize| {
        let attributes: String = (0..count).map(|n| format!(" xmlns:n{n}='u{n}'")).collect();
        answer(&format!("<value><int{attributes}>1</int></value>"))
    };
    assert_eq!(word(&attributes(32)), "none");
    assert_eq!(word(&attributes(33)), "proto.too_large");
}

/// Hundreds of thousands of each. If time grew with the square of the size, this would not end.
#[test]
fn time_grows_with_the_size() {
    const MANY: usize = 300_000;
    let value = |begin: &str, middle: &str, end: &str| {
        answer(&format!(
            "<value>{begin}{}{end}</value>",
            middle.repeat(MANY)
        ))
    };
    for (document, expected) in [
        (value("<int", " a='1'", ">1</int>"), "proto.too_large"),
        (value("<int ", "a", ">1</int>"), "none"),
        (value("", "<!--c-->", ""), "none"),
        (value("", "<?p?>", ""), "none"),
        (value("", "&lt;", ""), "none"),
        (value("", "<![CDATA[a]]>", ""), "none"),
        (value("", "& ", ""), "none"),
        (value("", "\r\n", ""), "none"),
        (
            value(
                "<struct>",
                "<member><name>a</name><value/></member>",
                "</struct>",
            ),
            "none",
        ),
        (value("<base64>", "YQ \n", "</base64>"), "none"),
        (value("<int>", "9", "</int>"), "proto.malformed"),
        (value("", "<a>", ""), "proto.malformed"),
        (
            format!("<!DOCTYPE {}", "[<!ENTITY a '".repeat(MANY)),
            "proto.malformed",
        ),
    ] {
        assert_eq!(word(&document), expected, "{:?}", document.get(..120));
    }
}

#[test]
fn every_prefix_of_a_document_is_an_error_and_no_panic() {
    let document = answer(
        "<value><struct><member><name>a</name><value><array><data><value><int>1</int></value>\
         <value><base64>YQ==</base64></value><value>é&lt;</value></data></array></value></member></struct></value>",
    );
    for end in 0..document.len() {
        let prefix = document.as_bytes().get(..end).unwrap();
        let is_whole = prefix.ends_with(b"</params>") || prefix.ends_with(b"</methodResponse");
        let is_behind = end > document.find("</params>").unwrap() + "</params>".len();
        let outcome = decode_response::<Value>(prefix);
        assert_eq!(
            outcome.is_ok(),
            is_whole || is_behind,
            "{}",
            String::from_utf8_lossy(prefix)
        );
    }
}
