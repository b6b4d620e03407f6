//! NonStop Guardian: name, code, octets, date, owner, security.
//!
//! ```text
//! FILE7        101            16354 14-Mar-14 15:09:12 244, 10 "oooo"
//! ```

use nom::character::complete::{char, space1};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use crate::listing::Kind;
use crate::listing::date::{at, date_of, digits, full_year, month_name, short, time};
use crate::listing::modified::Modified;
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{number, skip_blanks, trim_end, word, words};

pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    let mut heading = words(line);
    if [b"File", b"Code"]
        .into_iter()
        .all(|word| heading.next() == Some(word))
        && heading.next() == Some(b"EOF")
    {
        return Some(Reading::Heading);
    }
    let (name, rest) = word(line)?;
    let (mut code, mut rest) = word(rest)?;
    if code == b"O" {
        // Open.
        (code, rest) = word(rest)?;
    }
    number(code)?;
    let (octets, rest) = word(rest)?;
    let octets = number(octets)?;
    let (rest, modified) = date_and_time(skip_blanks(rest)).ok()?;
    let quote = memchr::memchr(b'"', rest)?;
    let mut parts = Parts::new(Kind::File, name);
    parts.size = Size::Exact(octets);
    parts.modified = modified;
    parts.owner = rest.get(..quote).map(|owner| trim_end(skip_blanks(owner)));
    parts.reading()
}

fn date_and_time(text: &[u8]) -> IResult<&[u8], Option<Modified>> {
    let (text, day) = short(text)?;
    let (text, month) = preceded(char('-'), month_name).parse(text)?;
    let (text, year) = preceded(char('-'), digits).parse(text)?;
    let (text, clock) = preceded(space1, time).parse(text)?;
    let date = date_of(full_year(year), month.into(), day.into());
    Ok((text, date.and_then(|date| at(date, clock))))
}
