//! MLSD and MLST, the listings for programs (RFC 3659 section 7).

use crate::listing::facts::{Facts, time_value};
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{number, skip_blanks};
use crate::listing::{Confidence, Entry, Kind};

/// A line of MLSD.
///
/// ```text
/// entry = [ facts ] SP pathname                   ; RFC 3659 section 7.2
/// facts = 1*( fact ";" )
/// fact  = factname "=" value
/// ```
/// Servers that leave the last `;` out, or send a tab for the blank, are taken as well.
pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    let end = end_of_facts(line)?;
    let (facts, name) = line.split_at_checked(end)?;
    let mut parts = Parts::new(Kind::Unknown, name.get(1..)?);
    parts.facts = end;
    parts.confidence = Confidence::Specified;
    // Only what nearly everybody asks for; the other facts are read when they are asked for.
    for fact in facts.split(|byte| *byte == b';') {
        match fact.first() {
            Some(b't' | b'T') => match value_of(b"type=", fact).map(kind) {
                Some(Some((kind, target))) => (parts.kind, parts.target) = (kind, target),
                Some(None) => return Some(Reading::Skip),
                None => {}
            },
            Some(b's' | b'S') => {
                if let Some(octets) = value_of(b"size=", fact) {
                    parts.size = Size::from(number(octets));
                }
            }
            Some(b'm' | b'M') => {
                if let Some(time) = value_of(b"modify=", fact) {
                    parts.modified = time_value(time);
                }
            }
            _ => {}
        }
    }
    parts.reading()
}

/// The same among lines of any dialect: only what has all its marks.
pub(super) fn parse_complete(line: &[u8]) -> Option<Reading<'_>> {
    let end = end_of_facts(line)?;
    let facts = line.get(..end)?;
    let is_complete = facts.ends_with(b";") && Facts::new(facts).get("type").is_some();
    is_complete.then(|| parse(line))?
}

/// The entry in an MLST reply: the line between the first and the last, with the blank that begins
/// it (RFC 3659 section 7.2), or more of them.
///
/// `None` if it is no entry. The name is often a whole path.
pub fn mlst(line: &[u8]) -> Option<Entry> {
    let line = skip_blanks(line);
    if super::parser::breaks_off(line) {
        return None;
    }
    let end = end_of_facts(line).filter(|end| *end > 0)?;
    let (_, name) = line.split_at_checked(end)?;
    let mut parts = match parse(line)? {
        Reading::Entry(parts) => parts,
        // The folder itself is what was asked for.
        _ => {
            let mut parts = Parts::new(Kind::Dir, name.get(1..)?);
            parts.facts = end;
            parts.modified = Facts::new(line.get(..end)?)
                .get("modify")
                .and_then(time_value);
            parts
        }
    };
    parts.confidence = Confidence::Specified;
    Entry::new(line, parts)
}

fn value_of<'l>(name: &[u8], fact: &'l [u8]) -> Option<&'l [u8]> {
    let (head, value) = fact.split_at_checked(name.len())?;
    head.eq_ignore_ascii_case(name).then_some(value)
}

/// Where the blank behind the facts stands.
fn end_of_facts(line: &[u8]) -> Option<usize> {
    let mut end = memchr::memchr2(b' ', b'\t', line)?;
    let facts = line.get(..end)?;
    if facts.is_empty() {
        return Some(end);
    }
    memchr::memchr(b'=', facts)?;
    // A blank in the target of a link.
    if !facts.ends_with(b";") && last_fact(facts).is_some_and(|value| link(value).is_some()) {
        end = memchr::memmem::find(line, b"; ").map_or(end, |at| at + 1);
    }
    Some(end)
}

fn last_fact(facts: &[u8]) -> Option<&[u8]> {
    let last = facts.rsplit(|byte| *byte == b';').next()?;
    let at = memchr::memchr(b'=', last)?;
    last.get(at..)?.get(1..)
}

/// What `type` says, and where a link points to; `None` for the listed folder and the one above.
fn kind(value: &[u8]) -> Option<(Kind, Option<&[u8]>)> {
    let found = match value {
        value if value.eq_ignore_ascii_case(b"file") => (Kind::File, None),
        value if value.eq_ignore_ascii_case(b"dir") => (Kind::Dir, None),
        value if value.eq_ignore_ascii_case(b"cdir") || value.eq_ignore_ascii_case(b"pdir") => {
            return None;
        }
        b"" => (Kind::Unknown, None),
        value => match link(value) {
            Some(target) => (Kind::Link, target),
            None => (Kind::Other, None),
        },
    };
    Some(found)
}

/// `OS.unix=slink:target` and `OS.unix=symlink`, as servers write them.
fn link(value: &[u8]) -> Option<Option<&[u8]>> {
    let (system, what) = value.split_at_checked(b"OS.unix=".len())?;
    if !system.eq_ignore_ascii_case(b"OS.unix=") {
        return None;
    }
    let (word, target) = match memchr::memchr(b':', what) {
        Some(at) => (what.get(..at)?, what.get(at..)?.get(1..)),
        None => (what, None),
    };
    let is_link = word.eq_ignore_ascii_case(b"slink") || word.eq_ignore_ascii_case(b"symlink");
    is_link.then_some(target.filter(|target| !target.is_empty()))
}
