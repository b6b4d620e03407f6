//! `ls -l`, with what its many versions add, leave out or write differently.
//!
//! Columns may be missing and names of owners may have blanks, so columns are not counted: the
//! size and the date behind it are looked for, and the first such pair is taken. What is before
//! them is links, owner and group; what is behind them is the name, after exactly one blank.

use crate::listing::date::date;
use crate::listing::facts::octal_mode;
use crate::listing::mode::{Mode, mode};
use crate::listing::modified::{Modified, Present};
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{columns, is_blank, number, skip_blanks, trim_end, word};
use crate::listing::{Confidence, Kind};

/// How many words may stand before the date. Owners and groups with blanks make for a few more
/// than usual.
const WORDS_BEFORE_DATE: usize = 16;

pub(super) fn parse(line: &[u8], present: Present) -> Option<Reading<'_>> {
    let text = skip_blanks(line);
    let Some((mode, rest)) = first_mode(text) else {
        return in_numbers(text)?.without_slash().reading();
    };
    let found = size_and_date(rest, present)
        .or_else(|| glued_size(rest, present))
        .or_else(|| without_date(rest))?;
    let mut parts = Parts::new(mode.kind, found.name);
    if mode.kind == Kind::Link {
        (parts.name, parts.target) = split_link(found.name, found.size);
    }
    parts.size = found.size;
    parts.modified = found.modified;
    parts.mode = Some(mode.bits);
    (parts.owner, parts.group) = owner_and_group(found.before);
    parts.confidence = found.confidence;
    let mut parts = parts.without_slash();
    if parts.modified.is_none() {
        parts.confidence = Confidence::Guessed;
    }
    parts.reading()
}

/// What stands behind the mode.
pub(super) struct Columns<'l> {
    /// Links, owner and group, or some of them.
    pub(super) before: &'l [u8],
    pub(super) size: Size,
    pub(super) modified: Option<Modified>,
    pub(super) name: &'l [u8],
    pub(super) confidence: Confidence,
}

/// The mode, behind the columns that `ls -i` and `ls -s` put before it.
fn first_mode(text: &[u8]) -> Option<(Mode, &[u8])> {
    let mut text = text;
    for _ in 0..2 {
        if !text.first()?.is_ascii_digit() {
            break;
        }
        let (first, rest) = word(text)?;
        number(first)?;
        text = skip_blanks(rest);
    }
    mode(text)
}

/// The first size with a date behind it.
pub(super) fn size_and_date(text: &[u8], present: Present) -> Option<Columns<'_>> {
    let (mut previous, mut rest) = word(text)?;
    for _ in 0..WORDS_BEFORE_DATE {
        let here = skip_blanks(rest);
        if let Some(size) = size(previous)
            && let Ok((after, modified)) = date(here, present)
        {
            let before = text.get(..offset(text, previous)?)?;
            let (before, size) = match device(before) {
                Some(before) => (before, Size::Unknown),
                None => (before, size),
            };
            return Some(Columns {
                before,
                size,
                modified,
                name: after.get(1..)?,
                confidence: match size {
                    Size::About(_) => Confidence::Guessed,
                    _ => Confidence::Clear,
                },
            });
        }
        (previous, rest) = word(rest)?;
    }
    None
}

/// Where a piece of a text begins in it.
fn offset(text: &[u8], piece: &[u8]) -> Option<usize> {
    piece.as_ptr().addr().checked_sub(text.as_ptr().addr())
}

/// A size in octets, or rounded with a unit of 1024 (`33.5k`).
fn size(word: &[u8]) -> Option<Size> {
    let (last, head) = word.split_last()?;
    if last.is_ascii_digit() {
        return match number(word) {
            Some(octets) => Some(Size::Exact(octets)),
            // "0,27": a device's numbers without a blank.
            None => device(word).map(|_| Size::Unknown),
        };
    }
    let shift = match last.to_ascii_uppercase() {
        b'K' => 10,
        b'M' => 20,
        b'G' => 30,
        b'T' => 40,
        b'B' => 0,
        _ => return None,
    };
    let (whole, fraction) = match memchr::memchr2(b'.', b',', head) {
        Some(at) => (head.get(..at)?, number(head.get(at..)?.get(1..)?)?),
        None => (head, 0),
    };
    let tenths = if fraction > 9 { return None } else { fraction };
    let tenths = number(whole)?.checked_mul(10)?.checked_add(tenths)?;
    let octets = tenths.checked_mul(1 << shift)? / 10;
    Some(Size::About(octets))
}

/// What is before a device's first number, where its two stand in the place of the size:
/// `0, 27`.
fn device(before: &[u8]) -> Option<&[u8]> {
    let comma = memchr::memrchr(b',', before)?;
    let (before, after) = before.split_at_checked(comma)?;
    if !after
        .get(1..)?
        .iter()
        .all(|byte| is_blank(byte) || byte.is_ascii_digit())
    {
        return None;
    }
    let start = before.iter().rposition(|byte| !byte.is_ascii_digit());
    let start = start.map_or(0, |at| at + 1);
    (start < before.len()).then(|| before.get(..start))?
}

/// A size that has run into the column before it.
fn glued_size(text: &[u8], present: Present) -> Option<Columns<'_>> {
    let mut rest = text;
    for _ in 0..WORDS_BEFORE_DATE {
        let (glued, after) = word(rest)?;
        if glued.last()?.is_ascii_digit()
            && let Ok((after, modified)) = date(skip_blanks(after), present)
        {
            let start = glued.iter().rposition(|byte| !byte.is_ascii_digit())? + 1;
            let before = text.get(..offset(text, glued)?.checked_add(start)?)?;
            return Some(Columns {
                before,
                size: number(glued.get(start..)?).into(),
                modified,
                name: after.get(1..)?,
                confidence: Confidence::Guessed,
            });
        }
        rest = after;
    }
    None
}

/// Links, owner, group and size, and no date.
fn without_date(text: &[u8]) -> Option<Columns<'_>> {
    let ([links, _, group, size], after) = columns::<4>(text)?;
    number(links)?;
    let size = number(size)?;
    Some(Columns {
        before: text.get(..offset(text, group)?.checked_add(group.len())?)?,
        size: Size::Exact(size),
        modified: None,
        name: after.get(1..)?,
        confidence: Confidence::Guessed,
    })
}

/// Name and target. The size of a link is its target's length, which tells one arrow from another.
fn split_link(name: &[u8], size: Size) -> (std::borrow::Cow<'_, [u8]>, Option<&[u8]>) {
    const ARROW: &[u8] = b" -> ";
    let target_of = |at: usize| name.get(at..)?.get(ARROW.len()..);
    let arrows = || memchr::memmem::find_iter(name, ARROW);
    let told = arrows()
        .find(|at| target_of(*at).is_some_and(|target| size == Size::Exact(target.len() as u64)));
    let at = told.or_else(|| arrows().next());
    match at.and_then(|at| Some((name.get(..at)?, target_of(at)?))) {
        Some((name, target)) => (name.into(), Some(target)),
        None => (name.into(), None),
    }
}

/// Owner and group behind the number of links. Where they have blanks, two of them in a row stand
/// between the columns; where there are none, the owner is one word.
fn owner_and_group(before: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
    let Some((links, rest)) = word(before) else {
        return (None, None);
    };
    let names = match number(links) {
        Some(_) => rest,
        None => before,
    };
    let names = trim_end(skip_blanks(names));
    let between = memchr::memmem::find(names, b"  ").or_else(|| names.iter().position(is_blank));
    match between.and_then(|at| names.split_at_checked(at)) {
        Some((owner, group)) => (Some(owner), Some(skip_blanks(group))),
        None => (Some(names).filter(|names| !names.is_empty()), None),
    }
}

/// Everything in numbers: mode in octal, owner, group, size, seconds since 1970.
fn in_numbers(text: &[u8]) -> Option<Parts<'_>> {
    let ([mode, owner, group, size, seconds], name) = columns::<5>(text)?;
    if mode.len() < 5 || seconds.len() < 8 {
        return None;
    }
    let bits = octal_mode(mode)?;
    // The digits above the permissions are the type of the file (POSIX `st_mode`).
    let kind = match mode.get(..mode.len().checked_sub(4)?)? {
        b"010" | b"10" => Kind::File,
        b"04" | b"4" => Kind::Dir,
        b"012" | b"12" => Kind::Link,
        _ => Kind::Other,
    };
    number(owner)?;
    number(group)?;
    let mut parts = Parts::new(kind, skip_blanks(name));
    parts.size = Size::Exact(number(size)?);
    parts.modified = Some(Modified::epoch(number(seconds)?)?);
    parts.mode = Some(bits);
    (parts.owner, parts.group) = (Some(owner), Some(group));
    Some(parts)
}
