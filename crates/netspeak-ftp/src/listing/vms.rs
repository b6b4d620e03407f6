//! DIRECTORY of VMS. An entry whose name is long stands on two lines.
//!
//! ```text
//! REPORT.TXT;1    118/126  14-APR-1997 12:45:27  [GROUP,OWNER]  (RWED,,RWED,RE)
//! ```

use nom::character::complete::char;
use nom::combinator::opt;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use crate::listing::date::{at, date_of, digits, full_year, month_name, short, time};
use crate::listing::modified::Modified;
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{number, skip_blanks, trim_end, word};
use crate::listing::{Confidence, Kind};

/// What a block is on all VMS disks.
const OCTETS_PER_BLOCK: u64 = 512;

pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    if line.starts_with(b"Directory ") && line.ends_with(b"]") {
        return Some(Reading::Heading);
    }
    if line.starts_with(b"Total of ") || line.starts_with(b"Grand total of ") {
        return Some(Reading::Skip);
    }
    let (file, rest) = word(line)?;
    let semicolon = memchr::memrchr(b';', file)?;
    let (name, version) = file.split_at_checked(semicolon)?;
    let version = u32::try_from(number(version.get(1..)?)?).ok()?;
    if name.is_empty() || line.first()? == &b' ' {
        return None;
    }
    let rest = skip_blanks(rest);
    if rest.is_empty() {
        return Some(Reading::Wrapped);
    }
    let is_directory = name
        .last_chunk::<4>()
        .is_some_and(|end| end.eq_ignore_ascii_case(b".DIR"));
    let kind = if is_directory { Kind::Dir } else { Kind::File };
    let mut parts = Parts::new(kind, name);
    parts.version = Some(version);
    if rest.starts_with(b"%") || rest.starts_with(b"no privilege") || rest.starts_with(b"***") {
        // The file is there, and may not be looked at.
        parts.confidence = Confidence::Guessed;
        return parts.reading();
    }
    let (blocks, rest) = word(rest)?;
    parts.size = Size::Exact(used(blocks)?.checked_mul(OCTETS_PER_BLOCK)?);
    let (rest, modified) = date_and_time(skip_blanks(rest)).ok()?;
    parts.modified = modified;
    (parts.owner, parts.group) = owner(skip_blanks(rest));
    parts.reading()
}

/// The used blocks of `used/allocated`.
fn used(column: &[u8]) -> Option<u64> {
    let mut numbers = column.split(|byte| *byte == b'/').map(number);
    let used = numbers.next()??;
    match numbers.next() {
        Some(allocated) => allocated.map(|_| used),
        None => Some(used),
    }
}

fn date_and_time(text: &[u8]) -> IResult<&[u8], Option<Modified>> {
    let (text, day) = short(text)?;
    let (text, month) = preceded(char('-'), month_name).parse(text)?;
    let (text, year) = preceded(char('-'), digits).parse(text)?;
    let date = date_of(full_year(year), month.into(), day.into());
    let (text, _) = nom::character::complete::space1(text)?;
    let (text, clock) = time(text)?;
    let (text, _) = opt(preceded(char('.'), digits)).parse(text)?;
    Ok((text, date.and_then(|date| at(date, clock))))
}

/// `[GROUP,OWNER]` or `[OWNER]`
fn owner(text: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
    let inside = text
        .strip_prefix(b"[")
        .and_then(|text| text.get(..memchr::memchr(b']', text)?));
    let Some(inside) = inside.map(trim_end).filter(|inside| !inside.is_empty()) else {
        return (None, None);
    };
    match memchr::memchr(b',', inside) {
        Some(at) => (
            inside.get(at..).and_then(|owner| owner.get(1..)),
            inside.get(..at),
        ),
        None => (Some(inside), None),
    }
}
