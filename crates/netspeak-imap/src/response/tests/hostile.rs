//! Servers that mean harm: nesting without end, numbers beyond their types, responses of many megabytes.

use netspeak_core::testing::{DEPTH, on_small_stack};

use super::*;

fn named(line: &[u8]) -> &'static str {
    rfc::name(&Response::parse(line))
}

#[test]
fn nesting_without_end_needs_neither_stack_nor_time() {
    let found = on_small_stack(|| {
        let nested = |before: &str, inside: &str, behind: &str| {
            let line = [before, &inside.repeat(DEPTH), behind].concat();
            named(line.as_bytes())
        };
        [
            nested("* 1 FETCH (BODYSTRUCTURE ", "(", ""),
            nested("* 1 FETCH (UID 1 X ", "(", ""),
            nested(
                "* 1 FETCH (BODYSTRUCTURE ",
                "(\"message\" \"rfc822\" NIL NIL NIL NIL 1 () ",
                "",
            ),
            nested(
                "* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" NIL NIL NIL NIL 1 NIL NIL NIL NIL ",
                "(",
                "",
            ),
            nested("* 1 FETCH (ENVELOPE ", "(", ""),
            nested("* 1 FETCH (BODY", "[", ""),
            nested("* 1 FETCH (", "BODY[]<1 ", ")"),
            nested("* 1 FETCH (", "A[ ", ")"),
            nested("* THREAD ", "(", ""),
            nested("* THREAD ", "(1", ""),
            nested("* ESEARCH ", "(", ""),
            nested("* LIST () \"/\" a ", "(", ""),
            nested("* LIST ", "(", ""),
            nested("* STATUS a ", "(", ""),
            nested("* METADATA a ", "(", ""),
            nested("* ID ", "(", ""),
            nested("* OK ", "[", ""),
            nested("* OK [X ", "\"", "]"),
            nested("* OK [X ", "(\"", "]"),
        ]
    });
    assert_eq!(
        found,
        [
            "Unparsed",
            "Unparsed",
            "Unparsed",
            "Unparsed",
            "Unparsed",
            "Fetch with something unread",
            "Fetch with something unread",
            "Fetch with something unread",
            "Unknown",
            "Thread",
            "Esearch",
            "List",
            "Unknown",
            "Unknown",
            "Unknown",
            "Unknown",
            "Status",
            "Status",
            "Status",
        ]
    );
}

#[test]
fn structures_are_read_down_to_their_limit() {
    let nested = |depth: usize| {
        let (open, close) = ("(".repeat(depth), " \"mixed\")".repeat(depth));
        format!(
            "* 1 FETCH (BODYSTRUCTURE {open}(\"text\" \"plain\" NIL NIL NIL NIL 1 1){close} UID 5)"
        )
    };
    let fetch = fetched(&nested(63));
    assert_eq!(fetch.body_structure.unwrap().parts().len(), 63);
    // Deeper, the item is kept as it came, and the others are read.
    let fetch = fetched(&nested(64));
    assert_eq!(
        (fetch.body_structure, fetch.uid, fetch.others.len()),
        (None, Some(5), 1)
    );
}

#[test]
fn half_a_million_ids() {
    let ids: Vec<String> = (1..=400_000).rev().map(|id: u32| id.to_string()).collect();
    let found = Response::parse(format!("* SEARCH {} (MODSEQ 9)", ids.join(" ")).as_bytes());
    let Response::Untagged(Untagged::Search(search)) = found else {
        panic!("no SEARCH");
    };
    assert_eq!(
        (search.ids.len(), search.ids.first(), search.modseq),
        (400_000, Some(&400_000), Some(9))
    );
    let found = Response::parse(format!("* VANISHED {}", ids.join(",")).as_bytes());
    let Response::Untagged(Untagged::Vanished { uids, .. }) = found else {
        panic!("no VANISHED");
    };
    assert_eq!(uids.to_string(), "1:400000");
    let found = Response::parse(b"A1 OK [COPYUID 1 1:4294967295 4294967295:1] x");
    let Response::Tagged { status, .. } = found else {
        panic!("no COPYUID");
    };
    let Some(Code::CopyUid(copied)) = status.code else {
        panic!("no COPYUID");
    };
    assert_eq!(copied.pairs().nth(1), Some((2, 2)));
}

#[test]
fn sizes_of_literals_that_are_not_there() {
    for size in [
        "18446744073709551615",
        "4294967296",
        "5",
        "99999999999999999999",
        "-1",
    ] {
        let line = format!("* 1 FETCH (UID 7 BODY[] {{{size}}}\r\nabc)");
        let found = Response::parse(line.as_bytes());
        match found {
            Response::Untagged(Untagged::Unparsed {
                number: 1,
                uid: Some(7),
                ..
            }) => {}
            Response::Untagged(Untagged::Fetch(fetch)) => {
                assert_eq!(
                    (fetch.uid, &fetch.bodies[0].value),
                    (Some(7), &Value::Nil),
                    "{line}"
                );
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}
