//! What holds for all values and all bytes.

use proptest::prelude::*;

use super::*;
use crate::{Dialect, Struct, decode_call, encode_call, encode_response};

/// Text that XML can carry.
fn text() -> impl Strategy<Value = String> {
    let letters = any::<char>().prop_map(|c| match c {
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '<',
        c => c,
    });
    proptest::collection::vec(letters, 0..12).prop_map(|letters| letters.into_iter().collect())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        proptest::num::f64::NORMAL.prop_map(Value::Double),
        text().prop_map(Value::String),
        text().prop_map(|text| crate::DateTime::new(text).into()),
        any::<Vec<u8>>().prop_map(Value::Base64),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((text(), inner), 0..6)
                .prop_map(|members| Value::Struct(members.into_iter().collect::<Struct>())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(value in value()) {
        let dialect = Dialect::default().with_i8().with_nil();
        let document = encode_response(&value, &dialect).unwrap();
        prop_assert_eq!(decode_response::<Value>(document.as_bytes()).unwrap(), Ok(value.clone()));
        let call = encode_call("m", &(&value, &value), &dialect).unwrap();
        prop_assert_eq!(decode_call(call.as_bytes()).unwrap().params, [value.clone(), value]);
    }

    /// Blanks in tags, comments and prefixes keep the short way from being taken.
    #[test]
    fn the_short_way_finds_what_the_long_way_finds(value in value()) {
        let dialect = Dialect::default().with_i8().with_nil();
        let short = encode_response(&value, &dialect).unwrap();
        for (from, to) in [
            ("<value>", "<value >"),
            ("</value>", "</value >"),
            ("<value>", "\n<!-- -->\t<value>"),
            ("</member>", "<?p?></member>"),
            ("<member>", "<x:member a='>'>"),
            ("<name>", "<name\n>"),
            ("<data></data>", "<data/>"),
            ("<string></string>", "<string/>"),
            ("<array><data></data></array>", "<array/>"),
        ] {
            let long = short.replace(from, to).replace("</member>", match to {
                "<x:member a='>'>" => "</x:member>",
                _ => "</member>",
            });
            prop_assert_eq!(decode_response::<Value>(long.as_bytes()).unwrap(), Ok(value.clone()), "{}", long);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in any::<Vec<u8>>(), at in 0..400usize, piece in "[<>/&;a-z!\\[\\]\"']{0,12}") {
        let _ = decode_response::<Value>(&bytes);
        let _ = decode_call(&bytes);
        // A document with something in it.
        let mut document = answer(
            "<value><struct><member><name>a</name><value><i8>1</i8></value></member></struct></value>",
        ).into_bytes();
        let at = at.min(document.len());
        document.splice(at..at, piece.bytes());
        let _ = decode_response::<Value>(&document);
        let _ = decode_response::<(i32, String)>(&document);
    }
}
