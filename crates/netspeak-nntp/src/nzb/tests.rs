//! NZB files as indexers write them.

use netspeak_core::testing::{DEPTH, on_small_stack, unescape};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use netspeak_core::NameRules;

fn is_right(right: &Value, nzb: &Nzb) -> bool {
    let files = right["files"].as_array().into_iter().flatten();
    let wanted: Vec<_> = files.collect();
    let are_files = right.get("files").is_none()
        || wanted.len() == nzb.files.len()
            && wanted
                .iter()
                .zip(&nzb.files)
                .all(|(wanted, file)| is_file(wanted, file));
    let meta = right["meta"].as_object().into_iter().flatten();
    let mut is_meta = meta.map(|(kind, texts)| {
        let texts = texts
            .as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap());
        texts.eq(nzb.meta(kind))
    });
    let is_rejected = right["rejected"]
        .as_u64()
        .is_none_or(|count| count == nzb.rejected as u64);
    are_files && is_meta.all(|is_right| is_right) && is_rejected && right.get("error").is_none()
}

fn is_file(wanted: &Value, file: &File) -> bool {
    let segments = file
        .segments
        .iter()
        .map(|segment| serde_json::json!([segment.message_id.bare(), segment.bytes]));
    let groups: Vec<_> = file
        .groups
        .iter()
        .map(|group| Value::from(group.as_str()))
        .collect();
    wanted
        .as_object()
        .unwrap()
        .iter()
        .all(|(key, value)| match key.as_str() {
            "name" => value.as_str() == file.name().as_deref(),
            "segments" => *value == Value::Array(segments.clone().collect()),
            "groups" => *value == Value::Array(groups.clone()),
            other => panic!("{other} is not checked"),
        })
}

#[test]
fn every_nzb_file_of_the_cases_is_read_rightly() {
    let rows = include_str!("../../tests/vectors/nzb.jsonl");
    for line in rows.lines() {
        let mut row: Value = serde_json::from_str(line).unwrap();
        if row["class"] == "nzb-id-hostile" {
            // A file that nothing can be fetched of is left out.
            row["right"]["files"] = Value::Array(vec![]);
        }
        let nzb = Nzb::read(&unescape(row["input"].as_str().unwrap())).unwrap();
        assert_eq!(nzb.damage, None, "{}", row["id"]);
        assert!(is_right(&row["right"], &nzb), "{}: {nzb:?}", row["id"]);
    }
    assert_eq!(rows.lines().count(), 12);
}

fn file(subject: &str, segments: &[(u32, &str)]) -> String {
    let segments: String = segments
        .iter()
        .map(|(number, id)| format!("<segment bytes=\"10\" number=\"{number}\">{id}</segment>\n"))
        .collect();
    format!(
        "<file poster=\"p\" date=\"1700000000\" subject='{subject}'><groups><group> a.b </group></groups>\
         <segments>{segments}</segments></file>\n"
    )
}

fn nzb(content: &str) -> Vec<u8> {
    format!("<nzb>\n{content}</nzb>").into_bytes()
}

#[test]
fn a_file_that_is_cut_is_read_as_far_as_it_goes() {
    let whole = nzb(&(file("\"a\"", &[(1, "a@x"), (2, "b@x")]) + &file("\"b\"", &[(1, "c@x")])));
    let full = Nzb::read(&whole).unwrap();
    assert_eq!(
        (full.files.len(), full.bytes(), &full.damage),
        (2, 30, &None)
    );
    assert_eq!(full.files[0].date, Some(1_700_000_000));
    assert_eq!(full.files[0].groups, ["a.b"]);
    let mut most = 0;
    for end in 5..whole.len() {
        let cut = Nzb::read(&whole[..end]).unwrap();
        assert!(cut.damage.is_some(), "{end}");
        let count: usize = cut.files.iter().map(|file| file.segments.len()).sum();
        assert!(count >= most && count <= 3);
        most = count;
    }
    assert_eq!(most, 3);
    let damage = Nzb::read(b"<nzb>\n<file").unwrap().damage.unwrap();
    assert_eq!(damage.line, 2, "{damage}");
}

#[test]
fn what_is_damaged_within_does_no_harm_to_the_rest() {
    let content = "<file subject=\"a & b &bogus; 1 < 2\" date=x poster=unquoted><groups/><segments>\
        <segment number='1'>a@x</segment><segment>b@x</segment><segment number='2'>no id</segment>\
        <segment number='3' bytes='-1'><![CDATA[<c&d@x>]]></segment></wrong></segments></file>";
    let found = Nzb::read(&nzb(content)).unwrap();
    assert_eq!((found.files.len(), found.rejected), (1, 2));
    let file = &found.files[0];
    assert_eq!(file.subject, "a & b &bogus; 1 < 2");
    assert_eq!((file.date, file.poster.as_str()), (None, "unquoted"));
    let segments: Vec<_> = file
        .segments
        .iter()
        .map(|s| (s.number, s.bytes, s.message_id.bare()))
        .collect();
    assert_eq!(segments, [(1, None, "a@x"), (3, None, "c&d@x")]);
}

#[test]
fn what_is_no_nzb_file_is_an_error() {
    for text in [
        "",
        "hello",
        "<html><file/></html>",
        "<?xml version=\"1.0\"?>",
        "<",
    ] {
        let error = Nzb::read(text.as_bytes()).unwrap_err();
        assert!(
            matches!(error, crate::Error::Malformed { .. }),
            "{text}: {error}"
        );
    }
    assert_eq!(Nzb::read(b"<nzb/>").unwrap(), Nzb::default());
}

#[test]
fn entities_of_a_dtd_are_not_expanded() {
    let bomb = "<!DOCTYPE nzb [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>\
        <nzb><head><meta type=\"title\">&b;&x;</meta></head></nzb>";
    let found = Nzb::read(bomb.as_bytes()).unwrap();
    assert_eq!(found.meta("title").collect::<Vec<_>>(), ["&b;&x;"]);
}

#[test]
fn every_limit_has_its_error() {
    let content = "<head><meta type='a'>1</meta><meta type='b'>2</meta></head>".to_owned()
        + &file("\"a\"", &[(1, "a@x"), (2, "b@x")])
        + &file("\"b\"", &[(1, "c@x")]);
    let bytes = nzb(&content);
    let exact = Limits {
        bytes: bytes.len(),
        files: 2,
        segments: 3,
        texts: 2,
        depth: 4,
    };
    assert!(Nzb::read_with(&bytes, &exact).is_ok());
    for limits in [
        Limits {
            bytes: bytes.len() - 1,
            ..exact
        },
        Limits { files: 1, ..exact },
        Limits {
            segments: 2,
            ..exact
        },
        Limits { texts: 1, ..exact },
        Limits { depth: 3, ..exact },
    ] {
        let error = Nzb::read_with(&bytes, &limits).unwrap_err();
        assert!(
            matches!(error, crate::Error::Limit { .. }),
            "{limits:?}: {error}"
        );
    }
}

#[test]
fn deep_nesting_is_an_error() {
    on_small_stack(|| {
        let deep = "<nzb>".repeat(DEPTH);
        assert!(matches!(
            Nzb::read(deep.as_bytes()),
            Err(crate::Error::Limit { .. })
        ));
    });
}

#[test]
fn missing_segments_are_named() {
    let content =
        file("\"a\" (1/4)", &[(2, "a@x"), (3, "b@x")]) + &file("\"b\"", &[(1, "c@x"), (1, "d@x")]);
    let nzb = Nzb::read(&nzb(&content)).unwrap();
    let health = nzb.health(|segment| segment.message_id.bare() != "b@x");
    let missing: Vec<_> = health
        .missing
        .iter()
        .map(|missing| {
            (
                missing.file.name().unwrap(),
                missing.number,
                missing.segment.is_some(),
            )
        })
        .collect();
    assert_eq!(
        missing,
        [
            ("a".into(), 1, false),
            ("a".into(), 3, true),
            ("a".into(), 4, false)
        ]
    );
    assert_eq!((health.segments, health.is_whole()), (5, false));
    let far = Nzb::read(&tests::nzb(&file("x (1/4294967295)", &[(u32::MAX, "a@x")]))).unwrap();
    assert_eq!(far.health(|_| true).missing.len(), 1_000_000);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(
        pieces in prop::collection::vec(prop_oneof![
            prop::sample::select(vec![
                "<nzb>", "</nzb>", "<file subject=\"&quot;a&quot; (1/2)\">", "</file>", "<segment number=\"1\">", "a@x",
                "</segment>", "<group>", "</group>", "<meta type=\"", "\">", "&amp;", "&#", "<![CDATA[", "]]>", "<!--",
                "<!DOCTYPE", "[", "]", "<", ">", "&", "\"", "'", "<?xml encoding=\"iso-8859-1\"?>", "\u{feff}",
            ]).prop_map(|text| text.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..5),
        ], 0..40),
    ) {
        if let Ok(nzb) = Nzb::read(&pieces.concat()) {
            for file in &nzb.files {
                prop_assert!(!file.segments.is_empty());
                prop_assert!(file.segments.is_sorted_by(|one, next| one.number < next.number));
                for rules in [NameRules::Unix, NameRules::Windows] {
                    if let Some(name) = file.local_name(None, rules) {
                        prop_assert!(!name.to_string().contains('/'));
                    }
                }
            }
        }
    }
}
