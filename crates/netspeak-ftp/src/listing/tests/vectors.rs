//! The rows of `tests/vectors/listings.txt`.

use netspeak_core::testing::unescape;

use super::*;

const ROWS: &str = include_str!("../../../tests/vectors/listings.txt");

/// One row: with which hint, what comes, what is right.
pub(super) struct Row {
    pub(super) dialect: &'static str,
    pub(super) line: Vec<u8>,
    right: &'static str,
}

pub(super) fn rows() -> Vec<Row> {
    let mut found = Vec::new();
    let mut lines = ROWS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    while let Some(row) = lines.next() {
        let (dialect, line) = row
            .split_once(" | ")
            .unwrap_or((row.trim_end_matches(" |"), ""));
        found.push(Row {
            dialect,
            line: unescape(line),
            right: lines.next().unwrap().trim_start(),
        });
    }
    found
}

fn escape(bytes: &[u8]) -> String {
    let escaped = bytes.iter().map(|byte| match byte {
        b'\\' => "\\\\".to_owned(),
        b'\t' => "\\t".to_owned(),
        b'"' => "\\\"".to_owned(),
        b' '..=b'~' => char::from(*byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    });
    escaped.collect()
}

fn parser(dialect: &str) -> Option<ListingParser> {
    Some(match dialect {
        "mlsd" => ListingParser::mlsd(),
        "any" => ListingParser::list(&now()),
        "nlst" => ListingParser::nlst(""),
        name => ListingParser::list(&now()).with_hint(hint(name)?),
    })
}

fn hint(name: &str) -> Option<Dialect> {
    Some(match name {
        "unix" => Dialect::Unix,
        "dos" => Dialect::Dos,
        "eplf" => Dialect::Eplf,
        "vms" => Dialect::Vms,
        "os400" => Dialect::Os400,
        "mvs" => Dialect::Mvs,
        "zvm" => Dialect::Zvm,
        "os2" => Dialect::Os2,
        "netware" => Dialect::NetWare,
        "mac" => Dialect::NetPresenz,
        "nonstop" => Dialect::NonStop,
        _ => return None,
    })
}

/// An entry in the words of the rows; fields that `right` does not check are shown as it has them.
fn shown(listed: &[Listed], right: &str) -> String {
    let entry = match listed {
        [] => return "skip".into(),
        [Listed::Entry(entry)] => entry,
        [Listed::Unparsed(_)] => return "unparsed".into(),
        more => return format!("{} things: {more:?}", more.len()),
    };
    let checked: Vec<&str> = right.splitn(4, ' ').collect();
    let size = match (checked[1], entry.size(), entry.approximate_size()) {
        ("?", ..) => "?".into(),
        (_, Some(size), _) => size.to_string(),
        (_, None, Some(about)) => format!("~{about}"),
        (_, None, None) => "-".into(),
    };
    let modified = match (checked[2], entry.modified()) {
        ("?", _) => "?".into(),
        (_, Some(modified)) => modified.to_string(),
        (_, None) => "-".into(),
    };
    let kind = match entry.kind() {
        Kind::File => "file",
        Kind::Dir => "dir",
        Kind::Link => "link",
        Kind::Other => "other",
        Kind::Unknown => "unknown",
    };
    let mut text = format!(
        "{kind} {size} {modified} \"{}\"",
        escape(entry.name_bytes())
    );
    if entry.kind() == Kind::Link {
        match entry.target_bytes() {
            b"" => text += " -",
            target => text += &format!(" \"{}\"", escape(target)),
        }
    }
    if let Some(version) = entry.version() {
        text += &format!(" ;{version}");
    }
    text
}

#[test]
fn every_line_of_the_collection_is_read_rightly() {
    let rows = rows();
    assert!(rows.len() >= 108, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let found = match row.dialect {
            "mlst" => mlst(&row.line).map(Listed::Entry).into_iter().collect(),
            dialect => read(parser(dialect).unwrap(), &row.line),
        };
        let found = shown(&found, row.right);
        if found != row.right {
            let line = escape(&row.line);
            wrong.push(format!(
                "{} | {line}\n    {found}\n    {}",
                row.dialect, row.right
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// All are read without a hint but what any word could be.
#[test]
fn a_hint_is_rarely_needed() {
    let mut needed = Vec::new();
    for row in rows() {
        if hint(row.dialect).is_none() {
            continue;
        }
        let found = shown(&read(parser("any").unwrap(), &row.line), row.right);
        if found != row.right {
            assert_eq!(found, "unparsed", "{}", escape(&row.line));
            needed.push(row.right.rsplit(' ').next().unwrap());
        }
    }
    assert_eq!(needed, ["\"SOME.OLD.SET\"", "\"SAVE06\"", "\"EAGKCPU\""]);
}
