//! Against the parsers of suppaftp: what it reads rightly is read to the same values.

use std::time::UNIX_EPOCH;

use proptest::prelude::*;
use suppaftp::list::{File, ListParser};

use super::vectors::rows;
use super::*;

/// Kind, name, size of a file, seconds since 1970.
type Values = (Kind, String, Option<u64>, Option<i64>);

fn theirs(file: &File) -> Values {
    let kind = match () {
        () if file.is_directory() => Kind::Dir,
        () if file.is_symlink() => Kind::Link,
        () => Kind::File,
    };
    let size = (kind == Kind::File).then_some(file.size() as u64);
    let modified = match file.modified().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap(),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap(),
    };
    (kind, file.name().to_owned(), size, Some(modified))
}

fn ours(entry: &Entry) -> Values {
    let modified = entry
        .modified()
        .and_then(|time| time.timestamp(&TimeZone::UTC));
    let seconds = modified.map(|time| time.as_second());
    (
        entry.kind(),
        entry.name().into_owned(),
        entry.size(),
        seconds,
    )
}

/// An entry of MLSD.
fn of_mlsd(line: &str) -> Entry {
    let found = read(ListingParser::mlsd(), line.as_bytes());
    found.into_iter().next().unwrap().entry().unwrap()
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_.()é-]([A-Za-z0-9 _.()é-]{0,20}[A-Za-z0-9_()é-])?"
        .prop_filter("a folder itself", |name| {
            !matches!(name.as_str(), "." | "..")
        })
}

fn month() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][..],
    )
}

proptest! {
    #[test]
    fn lines_of_ls_with_a_year(
        kind in prop::sample::select(&["-", "d"][..]),
        owner in "[a-z][a-z0-9]{0,7}",
        size in 0..u32::MAX,
        month in month(),
        day in 1..29,
        year in 1971..2026,
        name in name(),
    ) {
        let line = format!("{kind}rw-r-xr--   2 {owner:<8} staff {size:>10} {month} {day:>2}  {year} {name}");
        let file = ListParser::parse_posix(&line).unwrap();
        prop_assert_eq!(ours(&one(&line)), theirs(&file), "{}", line);
    }

    #[test]
    fn lines_of_dir(month in 1..13, day in 1..29, year in 70..100, hour in 1..13, minute in 0..60, half in "[AP]M", size: Option<u32>, name in name()) {
        // It takes `<DIR>` and a size for one another where a name begins with digits.
        prop_assume!(!name.starts_with(|first: char| first.is_ascii_digit()));
        let column = size.map_or("<DIR>         ".to_owned(), |size| format!("{size:>14}"));
        let line = format!("{month:02}-{day:02}-{year:02}  {hour:02}:{minute:02}{half}       {column} {name}");
        let file = ListParser::parse_dos(&line).unwrap();
        prop_assert_eq!(ours(&one(&line)), theirs(&file), "{}", line);
    }

    #[test]
    fn lines_of_mlsd(kind in prop::sample::select(&["file", "dir"][..]), size: u32, time in 0..2_000_000_000_i64, name in name()) {
        let time = Timestamp::from_second(time).unwrap().strftime("%Y%m%d%H%M%S").to_string();
        let line = format!("type={kind};size={size};modify={time}; {name}");
        let file = ListParser::parse_mlsd(&line).unwrap();
        prop_assert_eq!(ours(&of_mlsd(&line)), theirs(&file), "{}", line);
    }
}

/// Of the collection it takes a part, and of that part it has some wrong: blanks around names are
/// lost, and dates without a year are reckoned from today. All else must be the same.
#[test]
fn the_collections_lines_that_it_reads_rightly() {
    let mut compared = 0;
    for row in rows() {
        let Ok(line) = std::str::from_utf8(&row.line) else {
            continue;
        };
        let (file, entry) = match row.dialect {
            "unix" => (
                ListParser::parse_posix(line),
                one_or_none(ListingParser::list(&now()), line),
            ),
            "dos" => (
                ListParser::parse_dos(line),
                one_or_none(ListingParser::list(&now()), line),
            ),
            "mlsd" => (
                ListParser::parse_mlsd(line),
                one_or_none(ListingParser::mlsd(), line),
            ),
            _ => continue,
        };
        let (Ok(file), Some(entry)) = (file, entry) else {
            continue;
        };
        let (theirs, ours) = (theirs(&file), ours(&entry));
        assert_eq!(theirs.1.trim(), ours.1.trim(), "{line}");
        let is_known = matches!(entry.kind(), Kind::File | Kind::Dir | Kind::Link);
        if is_known && (theirs.1 == ours.1) {
            assert_eq!(
                (theirs.0, theirs.2),
                (ours.0, ours.2.or(theirs.2)),
                "{line}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 25, "{compared} lines compared");
}

fn one_or_none(parser: ListingParser, line: &str) -> Option<Entry> {
    read(parser, line.as_bytes()).into_iter().next()?.entry()
}
