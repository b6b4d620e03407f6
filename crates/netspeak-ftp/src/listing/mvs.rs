//! z/OS (MVS): data sets, members of a partitioned data set, load modules, and jobs.
//!
//! ```text
//! Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname
//! SAVE09 3390   2004/06/23  1    1  FB     128  6144  PS    INCOMING.RPT
//!
//!  Name     VV.MM   Created       Changed      Size  Init   Mod   Id
//! SAVE05    01.03 2002/09/12 2002/10/11 09:37    11    11     0 KIL002
//! ```

use jiff::civil::Date;
use nom::character::complete::char;
use nom::sequence::{preceded, separated_pair};
use nom::{IResult, Parser};

use crate::listing::date::{at, date_of, digits, short, time};
use crate::listing::parts::{Known, Parts, Reading, Size};
use crate::listing::words::{columns, number, trim_end, words};
use crate::listing::{Confidence, Kind};
pub(super) fn parse(line: &[u8], known: Known) -> Option<Reading<'_>> {
    if is_heading(line) {
        return Some(Reading::Heading);
    }
    let parts = member(line)
        .or_else(|| data_set(line))
        .or_else(|| job(line));
    let parts = match known {
        Known::Told => parts
            .or_else(|| load_module(line))
            .or_else(|| elsewhere(line))
            .or_else(|| bare_member(line)),
        Known::Untold => parts,
    };
    parts?.reading()
}

fn is_heading(line: &[u8]) -> bool {
    let mut words = words(line);
    let head = [words.next(), words.next()];
    match head.map(Option::unwrap_or_default) {
        [b"Volume", b"Unit"] | [b"Name", b"VV.MM"] | [b"JOBNAME", b"JOBID"] => true,
        [b"Name", b"Size"] => words.next() == Some(b"TTR"),
        _ => false,
    }
}

/// Volume, unit, last reference, extents, tracks, format, lengths, organisation, name. Columns that
/// overflow run together, so it is the last two words that count.
fn data_set(line: &[u8]) -> Option<Parts<'_>> {
    let ([_volume, _unit, referred], _) = columns::<3>(line)?;
    let is_date = referred.len() == 10 && referred.get(4) == Some(&b'/');
    if !is_date && referred != b"**NONE**" {
        return None;
    }
    let (mut organisation, mut name, mut count) = (&b""[..], &b""[..], 0_usize);
    for found in words(line) {
        (organisation, name) = (name, found);
        count += 1;
    }
    let kind = match organisation {
        b"PO" | b"PO-E" => Kind::Dir,
        b"PS" | b"PS-E" | b"PS-L" | b"DA" | b"IS" => Kind::File,
        b"VS" | b"VSAM" => Kind::Other,
        _ => Kind::Unknown,
    };
    (count >= 6 && is_data_set_name(name)).then(|| Parts::new(kind, name))
}

/// Data sets that are not on a disk at hand: `Migrated`, `VSAM`, `Tape` and the like, and the name.
fn elsewhere(line: &[u8]) -> Option<Parts<'_>> {
    let name = words(line).last()?;
    let first = words(line).next()?;
    let is_kind = match first {
        b"Migrated" | b"MIGRAT" | b"ARCIVE" | b"VSAM" | b"Tape" | b"Pseudo" | b"Error"
        | b"User" | b"GDG" => true,
        volume => {
            is_data_set_name(volume) && words(line).any(|word| matches!(word, b"Tape" | b"VSAM"))
        }
    };
    let kind = match first {
        b"Pseudo" => Kind::Dir,
        _ => Kind::Unknown,
    };
    (is_kind && name != first && is_data_set_name(name)).then(|| Parts::new(kind, name))
}

fn member(line: &[u8]) -> Option<Parts<'_>> {
    let ([name, version, created, changed, clock], _) = columns::<5>(line)?;
    whole(separated_pair(short, char('.'), short).parse(version))?;
    whole(day(created))?;
    let date = whole(day(changed))?;
    let clock = whole(time(clock))?;
    let mut parts = Parts::new(Kind::File, member_name(name)?);
    parts.modified = date.and_then(|date| at(date, clock));
    Some(parts)
}

/// Name, size and place on the disk, both in hexadecimal.
fn load_module(line: &[u8]) -> Option<Parts<'_>> {
    let ([name, size, place], _) = columns::<3>(line)?;
    let hexadecimal = |word: &[u8]| {
        let text = std::str::from_utf8(word).ok()?;
        let is_one = text.len() >= 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| u64::from_str_radix(text, 16).ok())?
    };
    hexadecimal(place)?;
    let mut parts = Parts::new(Kind::File, member_name(name)?);
    parts.size = Size::Exact(hexadecimal(size)?);
    Some(parts)
}

/// A member without statistics is its name and nothing else.
fn bare_member(line: &[u8]) -> Option<Parts<'_>> {
    let mut parts = Parts::new(Kind::File, member_name(trim_end(line))?);
    parts.confidence = Confidence::Guessed;
    Some(parts)
}

/// A job of JES: its name, id, owner and status. It is retrieved by its id.
fn job(line: &[u8]) -> Option<Parts<'_>> {
    let ([_name, id, owner, status], _) = columns::<4>(line)?;
    let number_at = id.iter().position(u8::is_ascii_digit)?;
    let (prefix, digits) = id.split_at_checked(number_at)?;
    let is_id = matches!(prefix, b"JOB" | b"TSU" | b"STC" | b"J" | b"T" | b"S")
        && digits.len() >= 5
        && number(digits).is_some();
    let is_status = [status, owner]
        .iter()
        .any(|word| matches!(*word, b"INPUT" | b"HELD" | b"ACTIVE" | b"OUTPUT"));
    (is_id && is_status).then(|| Parts::new(Kind::File, id))
}

fn is_data_set_name(name: &[u8]) -> bool {
    let is_letter =
        |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b".$#@-'".contains(byte);
    !name.is_empty() && name.iter().all(is_letter)
}

/// One to eight letters, digits and national characters, no digit first.
fn member_name(name: &[u8]) -> Option<&[u8]> {
    let is_letter = |byte: &u8| byte.is_ascii_uppercase() || b"$#@".contains(byte);
    let (first, rest) = name.split_first()?;
    let is_name = is_letter(first)
        && rest.len() < 8
        && rest
            .iter()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit());
    is_name.then_some(name)
}

fn day(text: &[u8]) -> IResult<&[u8], Option<Date>> {
    let (text, year) = digits(text)?;
    let (text, month) = preceded(char('/'), short).parse(text)?;
    let (text, day) = preceded(char('/'), short).parse(text)?;
    Ok((text, date_of(year, month.into(), day.into())))
}

fn whole<T>(parsed: IResult<&[u8], T>) -> Option<T> {
    parsed
        .ok()
        .and_then(|(rest, value)| rest.is_empty().then_some(value))
}
