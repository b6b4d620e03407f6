//! VxWorks: size, date, time, name, and `<DIR>` behind directories.
//!
//! ```text
//!     2048    Feb-28-1998  05:23:30   nortel dir two <DIR>
//! ```

use nom::character::complete::{char, space1};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use crate::listing::Kind;
use crate::listing::date::{at, date_of, digits, month_name, short, time};
use crate::listing::modified::Modified;
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{number, skip_blanks, trim_end, word, words};

pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    if words(line).eq([&b"size"[..], b"date", b"time", b"name"]) {
        return Some(Reading::Heading);
    }
    if words(line).count() == 4 && line.iter().all(|byte| matches!(byte, b'-' | b' ')) {
        return Some(Reading::Skip);
    }
    let (size, rest) = word(line)?;
    let size = number(size)?;
    let (rest, modified) = date_and_time(skip_blanks(rest)).ok()?;
    let name = skip_blanks(rest);
    let (kind, name) = match trim_end(name).strip_suffix(b"<DIR>") {
        Some(name) => (Kind::Dir, trim_end(name)),
        None => (Kind::File, name),
    };
    let mut parts = Parts::new(kind, name);
    parts.size = Size::Exact(size);
    parts.modified = modified;
    parts.reading()
}

fn date_and_time(text: &[u8]) -> IResult<&[u8], Option<Modified>> {
    let (text, month) = month_name(text)?;
    let (text, day) = preceded(char('-'), short).parse(text)?;
    let (text, year) = preceded(char('-'), digits).parse(text)?;
    let (text, clock) = preceded(space1, time).parse(text)?;
    let date = date_of(year, month.into(), day.into());
    Ok((text, date.and_then(|date| at(date, clock))))
}
