//! DIR of MS-DOS and Windows, as IIS and others send it.
//!
//! ```text
//! 05-26-95  10:57AM               143712 $LOG$
//! 12-05-2016  05:03PM       <DIR>          pictures
//! ```

use jiff::civil::{Date, Time};
use nom::branch::alt;
use nom::bytes::complete::tag_no_case;
use nom::character::complete::{char, one_of, space0, space1};
use nom::combinator::opt;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use crate::listing::date::{at, date_of, digits, full_year, short, time};
use crate::listing::modified::{DayTime, Modified};
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{grouped_number, skip_blanks, trim_end, word};
use crate::listing::{Confidence, Kind};

/// Blanks that IIS puts behind `<DIR>`, up to the column of the names. More of them begin a name.
const BLANKS_BEHIND_DIR: usize = 10;

pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    let (rest, modified) = date_and_time(skip_blanks(line)).ok()?;
    let (column, behind) = word(rest)?;
    let mut parts = match column {
        b"<DIR>" => Parts::new(Kind::Dir, name_of_folder(behind)),
        b"<JUNCTION>" | b"<SYMLINK>" | b"<SYMLINKD>" => link(behind),
        size => {
            let mut parts = Parts::new(Kind::File, behind.get(1..)?);
            parts.size = Size::Exact(grouped_number(size)?);
            parts
        }
    };
    parts.modified = modified;
    if modified.is_none() {
        parts.confidence = Confidence::Guessed;
    }
    parts.reading()
}

fn date_and_time(text: &[u8]) -> IResult<&[u8], Option<Modified>> {
    let (text, date) = terminated(date, space1).parse(text)?;
    let (text, clock) = time(text)?;
    let half = alt((
        tag_no_case("am"),
        tag_no_case("pm"),
        tag_no_case("a"),
        tag_no_case("p"),
    ));
    let (text, half) = opt(preceded(space0, terminated(half, space1))).parse(text)?;
    let (text, _) = match half {
        Some(_) => (text, ()),
        None => space1(text).map(|(text, _)| (text, ()))?,
    };
    let mut clock = clock;
    if let (Some(half), Some(DayTime::Within(time))) = (half, clock.of_day) {
        let is_pm = matches!(half.first(), Some(b'p' | b'P'));
        clock.of_day = in_half(time, is_pm).map(DayTime::Within);
    }
    Ok((text, date.and_then(|date| at(date, clock))))
}

/// The time of a clock of twelve hours, which has 12 for 0.
fn in_half(time: Time, is_pm: bool) -> Option<Time> {
    let hour = match time.hour() {
        12 => 0,
        hour @ 1..12 => hour,
        _ => return None,
    };
    let hour = if is_pm { hour + 12 } else { hour };
    time.with().hour(hour).build().ok()
}

/// Month, day and year; year, month and day; with dots, day, month and year.
fn date(text: &[u8]) -> IResult<&[u8], Option<Date>> {
    let (text, first) = digits(text)?;
    let (text, separator) = one_of("-/.")(text)?;
    let (text, second) = short(text)?;
    let (text, third) = preceded(char(separator), digits).parse(text)?;
    let second = i64::from(second);
    let (year, month, day) = match separator {
        _ if first >= 1000 => (first, second, third),
        '.' => (third, second, first),
        // No month: the day stands first.
        _ if first > 12 => (third, second, first),
        _ => (third, first, second),
    };
    Ok((text, date_of(full_year(year), month, day)))
}

fn name_of_folder(behind: &[u8]) -> &[u8] {
    let name = skip_blanks(behind);
    let blanks = behind.len().saturating_sub(name.len());
    behind.get(blanks.min(BLANKS_BEHIND_DIR)..).unwrap_or(name)
}

/// `<SYMLINKD>     name [C:\target]`
fn link(behind: &[u8]) -> Parts<'_> {
    let text = trim_end(skip_blanks(behind));
    let split = text.strip_suffix(b"]").and_then(|text| {
        let at = memchr::memmem::rfind(text, b" [")?;
        Some((text.get(..at)?, text.get(at..)?.get(2..)?))
    });
    let (name, target) = match split {
        Some((name, target)) => (name, Some(target)),
        None => (text, None),
    };
    let mut parts = Parts::new(Kind::Link, name);
    parts.target = target;
    parts
}
