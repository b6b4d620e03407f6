//! OS/2: size, attributes, `DIR`, month, day and year, time, name.
//!
//! ```text
//!      0           DIR   05-12-97   16:52  Maintenance Desk
//!  36611      A          04-23-103  10:57  third file
//! ```

use jiff::civil::Date;
use nom::character::complete::char;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use crate::listing::Kind;
use crate::listing::date::{at, date_of, digits, full_year, short, time};
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{number, skip_blanks, word};

pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    let (size, mut rest) = word(line)?;
    let size = number(size)?;
    let mut kind = Kind::File;
    // Attributes may be missing; the date ends them.
    let date = loop {
        let (column, behind) = word(rest)?;
        rest = behind;
        match column {
            b"DIR" => kind = Kind::Dir,
            column if column.first()?.is_ascii_digit() => break column,
            column if column.iter().all(|byte| b"ARSHD-".contains(byte)) => {}
            _ => return None,
        }
    };
    let (left, date) = day(date).ok()?;
    left.is_empty().then_some(())?;
    let (rest, clock) = time(skip_blanks(rest)).ok()?;
    let mut parts = Parts::new(kind, skip_blanks(rest));
    parts.size = Size::Exact(size);
    parts.modified = date.and_then(|date| at(date, clock));
    parts.reading()
}

/// Month, day and year; 103 is 2003.
fn day(text: &[u8]) -> IResult<&[u8], Option<Date>> {
    let (text, month) = short(text)?;
    let (text, day) = preceded(char('-'), short).parse(text)?;
    let (text, year) = preceded(char('-'), digits).parse(text)?;
    Ok((text, date_of(full_year(year), month.into(), day.into())))
}
