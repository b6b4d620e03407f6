use http::HeaderName;
use proptest::prelude::*;

use super::*;
use crate::cases;

const EARLY: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const LATER: &str = "Sun, 06 Nov 1994 08:49:47 GMT";

fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let fields = fields.iter().map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    });
    fields.collect()
}

#[test]
fn every_case_of_content_range_is_read() {
    let rows = cases::rows(include_str!("../../tests/cases/fields.jsonl"));
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| row.class == "content-range")
        .collect();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let number = |key: &str| row.right[key].as_u64();
        let right = match (number("first"), number("last"), number("unsatisfied")) {
            (Some(first), Some(last), _) => Some(ContentRange::Within {
                first,
                last,
                total: number("total"),
            }),
            (.., Some(total)) => Some(ContentRange::Unsatisfied { total }),
            _ => None,
        };
        assert_eq!(right.is_none(), row.wants_error());
        assert_eq!(ContentRange::new(&row.input).ok(), right, "{}", row.id);
    }
}

#[test]
fn odd_content_ranges_are_malformed() {
    for bad in [
        "",
        "bytes",
        "bytes 0-1",
        "bytes 0-10/10",
        "bytes */*",
        "bytes 0-/5",
        "bytes -5/10",
        "bytes +0-1/2",
        "items 0-1/2",
        "bytes 0-99999999999999999999/*",
        "bytes=0-1/2",
    ] {
        let error = ContentRange::new(bad.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{bad}");
    }
    let open = ContentRange::new(b" Bytes 5-9/* ").unwrap();
    assert_eq!(
        open,
        ContentRange::Within {
            first: 5,
            last: 9,
            total: None
        }
    );
}

#[test]
fn ranges_are_asked_for() {
    for (range, value) in [
        (ByteRange::From(0), "bytes=0-"),
        (ByteRange::Within { first: 5, last: 5 }, "bytes=5-5"),
        (ByteRange::Last(500), "bytes=-500"),
    ] {
        assert_eq!(range.value().unwrap(), value);
    }
    assert!(ByteRange::Last(0).value().is_err());
    assert!(ByteRange::Within { first: 2, last: 1 }.value().is_err());
}

#[test]
fn only_strong_validators_are_sent() {
    let asked = |resume: &Resume| {
        let mut request = HeaderMap::new();
        resume.ask(&mut request);
        assert_eq!(request[ACCEPT_ENCODING], "identity");
        let value = |name| Some(request.get(name)?.to_str().unwrap().to_owned());
        (value(RANGE), value(IF_RANGE))
    };
    let range = || Some("bytes=9-".to_owned());
    for (fields, wanted) in [
        (
            &[("etag", "\"a\"")][..],
            (range(), Some("\"a\"".to_owned())),
        ),
        (&[("etag", "W/\"a\"")], (None, None)),
        (
            &[("last-modified", EARLY), ("date", LATER)],
            (range(), Some(EARLY.to_owned())),
        ),
        (&[("last-modified", EARLY), ("date", EARLY)], (None, None)),
        (&[], (None, None)),
    ] {
        let validators = Validators::of(&headers(fields));
        assert_eq!(
            asked(&Resume::new(9, validators.clone())),
            wanted,
            "{fields:?}"
        );
        assert_eq!(asked(&Resume::new(0, validators)), (None, None));
    }
    assert_eq!(asked(&Resume::unchecked(9)), (range(), None));
}

#[test]
fn an_answer_means_one_of_six_things() {
    let tag = Validators::of(&headers(&[("etag", "\"a\"")]));
    let resume = Resume::new(500, tag);
    let continued = Resumed::Continue {
        first: 500,
        total: Some(1234),
    };
    for (status, fields, wanted) in [
        (
            206,
            &[("content-range", "bytes 500-1233/1234")][..],
            continued,
        ),
        (
            206,
            &[("content-range", "bytes 500-1233/1234"), ("etag", "\"a\"")],
            continued,
        ),
        // A server that does not know If-Range.
        (
            206,
            &[("content-range", "bytes 500-1233/1234"), ("etag", "\"b\"")],
            Resumed::AskAgain,
        ),
        (200, &[("etag", "\"a\"")], Resumed::StartOver),
        (200, &[], Resumed::StartOver),
        (200, &[("etag", "\"b\"")], Resumed::Changed),
        (416, &[("content-range", "bytes */500")], Resumed::Complete),
        (
            416,
            &[("content-range", "bytes */500"), ("etag", "\"b\"")],
            Resumed::AskAgain,
        ),
        (416, &[("content-range", "bytes */499")], Resumed::AskAgain),
        (416, &[("content-range", "bytes */501")], Resumed::AskAgain),
        (416, &[("content-range", "rubbish")], Resumed::AskAgain),
        (416, &[], Resumed::AskAgain),
        (302, &[], Resumed::Unrelated),
        (404, &[], Resumed::Unrelated),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let found = resume.read(status, &headers(fields)).unwrap();
        assert_eq!(found, wanted, "{status} {fields:?}");
    }
}

#[test]
fn a_part_that_was_not_asked_for_is_malformed() {
    let tag = || Validators::of(&headers(&[("etag", "\"a\"")]));
    for (resume, range) in [
        (Resume::new(500, tag()), "bytes 499-1233/1234"),
        (Resume::new(500, tag()), "bytes */1234"),
        (Resume::new(0, tag()), "bytes 0-1233/1234"),
        (
            Resume::new(500, Validators::default()),
            "bytes 500-1233/1234",
        ),
    ] {
        let found = resume.read(
            StatusCode::PARTIAL_CONTENT,
            &headers(&[("content-range", range)]),
        );
        assert!(matches!(found, Err(Error::Malformed { .. })), "{range}");
    }
    let none = Resume::new(500, tag()).read(StatusCode::PARTIAL_CONTENT, &HeaderMap::new());
    assert!(none.is_err());
}

proptest! {
    #[test]
    fn what_is_read_is_a_range(bytes in "(bytes )?[0-9*/ -]{0,30}") {
        if let Ok(ContentRange::Within { first, last, total }) = ContentRange::new(bytes.as_bytes()) {
            prop_assert!(first <= last && total.is_none_or(|total| last < total));
        }
    }
}
