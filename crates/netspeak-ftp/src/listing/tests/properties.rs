//! Whatever comes: no panic, no name that could not be sent back, and the rows' lines broken.

use proptest::prelude::*;

use super::vectors::rows;
use super::*;

fn check(listed: &[Listed], bytes: &[u8]) {
    for entry in listed.iter().filter_map(|listed| listed.clone().entry()) {
        let name = entry.name_bytes();
        assert!(!matches!(name, b"" | b"." | b".."), "{entry:?}");
        assert!(
            !name.iter().any(|byte| b"\r\n\0".contains(byte)),
            "{entry:?}"
        );
        assert!(name.len() < bytes.len() || name == bytes, "{entry:?}");
        let _ = (
            entry.mode(),
            entry.owner(),
            entry.group(),
            entry.target(),
            entry.facts().iter().count(),
        );
        let _ = entry
            .modified()
            .map(|time| (time.to_string(), time.timestamp(&TimeZone::UTC)));
    }
}

fn parsers() -> Vec<ListingParser> {
    let list = ListingParser::list(&now());
    let hinted = [Dialect::NetPresenz, Dialect::Mvs].map(|dialect| list.clone().with_hint(dialect));
    let mut all = vec![list, ListingParser::mlsd(), ListingParser::nlst("/a")];
    all.extend(hinted);
    all
}

/// A line of the collection, with pieces left out, doubled or replaced.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let rows: Vec<Vec<u8>> = rows().into_iter().map(|row| row.line).collect();
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<Option<u8>>(),
    );
    (
        prop::sample::select(rows),
        prop::collection::vec(change, 1..4),
    )
        .prop_map(|(mut line, changes)| {
            for (at, length, byte) in changes {
                if line.is_empty() {
                    break;
                }
                let start = at.index(line.len());
                let end = start + length.index(line.len() - start + 1).min(6);
                line.splice(start..end, byte);
            }
            line
        })
}

proptest! {
    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for parser in parsers() {
            check(&read(parser, &bytes), &bytes);
        }
        let _ = mlst(&bytes);
    }

    #[test]
    fn broken_lines_are_taken(bytes in broken()) {
        for parser in parsers() {
            check(&read(parser, &bytes), &bytes);
        }
        let _ = mlst(&bytes);
    }

    #[test]
    fn any_name_comes_back_from_ls(name in "[^\r\n\0/]{1,30}", size: u32) {
        prop_assume!(name != "." && name != "..");
        let line = format!("-rw-r--r--   1 ftp      ftp      {size:>8} Aug  8 14:14 {name}");
        let entry = one(&line);
        prop_assert_eq!(entry.name(), name);
        prop_assert_eq!(entry.size(), Some(u64::from(size)));
    }

    #[test]
    fn any_name_comes_back_from_mlsd(name in "[^\r\n\0]{1,30}", size in 0..10_u64.pow(18)) {
        prop_assume!(name != "." && name != "..");
        let line = format!("type=file;size={size}; {name}");
        let entry = read(ListingParser::mlsd(), line.as_bytes()).remove(0).entry().unwrap();
        prop_assert_eq!(entry.name(), name);
        prop_assert_eq!((entry.kind(), entry.size()), (Kind::File, Some(size)));
    }
}
