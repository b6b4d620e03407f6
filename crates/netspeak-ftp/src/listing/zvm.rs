//! z/VM (CMS): a file's name and type are two columns, and are asked for with a dot between them.
//!
//! ```text
//! PROFILE  EXEC    V        65      107        2 2005-10-04 15:28:42 060191
//! ```

use std::borrow::Cow;

use crate::listing::Kind;
use crate::listing::date::date;
use crate::listing::modified::Present;
use crate::listing::parts::{Parts, Reading};
use crate::listing::words::{columns, number, skip_blanks};

pub(super) fn parse(line: &[u8], present: Present) -> Option<Reading<'_>> {
    let ([name, kind, format, length, records, blocks], rest) = columns::<6>(line)?;
    let is_directory = format == b"DIR";
    if !is_directory {
        // Records are not octets, so the size is not known.
        let is_format = matches!(format, b"V" | b"F");
        (is_format && [length, records, blocks].into_iter().all(is_number)).then_some(())?;
    }
    let (_, modified) = date(skip_blanks(rest), present).ok()?;
    let mut parts = Parts::new(if is_directory { Kind::Dir } else { Kind::File }, name);
    if !is_directory {
        parts.name = Cow::Owned([name, b".", kind].concat());
    }
    parts.modified = modified;
    parts.reading()
}

fn is_number(word: &[u8]) -> bool {
    number(word).is_some()
}
