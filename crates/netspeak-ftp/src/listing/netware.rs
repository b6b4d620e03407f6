//! NetWare: like `ls -l`, with the owner's rights in brackets for the mode.
//!
//! ```text
//! - [RWCEAFMS] rwin                        19968 Mar 12 15:20 Executive Draft.doc
//! ```

use crate::listing::Kind;
use crate::listing::modified::Present;
use crate::listing::parts::{Parts, Reading};
use crate::listing::unix::size_and_date;
use crate::listing::words::{skip_blanks, trim_end};

pub(super) fn parse(line: &[u8], present: Present) -> Option<Reading<'_>> {
    let (kind, rest) = line.split_first()?;
    let kind = match kind {
        b'-' => Kind::File,
        b'd' => Kind::Dir,
        _ => return None,
    };
    let rest = skip_blanks(rest).strip_prefix(b"[")?;
    let end = memchr::memchr(b']', rest)?;
    let (rights, rest) = rest.split_at_checked(end)?;
    if !rights.iter().all(|right| b"SRWCEMFA-".contains(right)) {
        return None;
    }
    let found = size_and_date(rest.get(1..)?, present)?;
    let mut parts = Parts::new(kind, found.name);
    parts.size = found.size;
    parts.modified = found.modified;
    parts.owner = Some(trim_end(skip_blanks(found.before)));
    parts.reading()
}
