//! VShell without modes: size, date with year and time, name.
//!
//! ```text
//! 0  Dec 12, 2002 02:13 old things/
//! ```

use crate::listing::Kind;
use crate::listing::date::date;
use crate::listing::modified::Present;
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{number, skip_blanks, word};

pub(super) fn parse(line: &[u8], present: Present) -> Option<Reading<'_>> {
    let (size, rest) = word(line)?;
    let size = number(size)?;
    let text = skip_blanks(rest);
    text.first().filter(|byte| byte.is_ascii_alphabetic())?;
    let (rest, modified) = date(text, present).ok()?;
    let mut parts = Parts::new(Kind::Unknown, rest.get(1..)?).without_slash();
    if parts.kind == Kind::Unknown {
        parts.kind = Kind::File;
    }
    parts.size = Size::Exact(size);
    parts.modified = modified;
    parts.reading()
}
