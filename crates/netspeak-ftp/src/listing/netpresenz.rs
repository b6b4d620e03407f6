//! NetPresenz and other servers of the old Mac OS: like `ls -l`, with the sizes of both forks.
//!
//! ```text
//! -rw-r--r--    78440       49231   127671 Jul 22  2010 Photo with spaces.jpg
//! drwxrwxr-x               folder        2 May 10  1996 Audio Net
//! ```

use crate::listing::mode::mode;
use crate::listing::modified::Present;
use crate::listing::parts::{Parts, Reading};
use crate::listing::unix::size_and_date;
use crate::listing::words::{number, words};

pub(super) fn parse(line: &[u8], present: Present) -> Option<Reading<'_>> {
    let (mode, rest) = mode(line)?;
    let found = size_and_date(rest, present)?;
    let mut columns = words(found.before);
    match (columns.next(), columns.next(), columns.next()) {
        (Some(b"folder"), None, None) => {}
        (Some(resource), Some(data), None) => {
            number(resource)?;
            number(data)?;
        }
        _ => return None,
    }
    let mut parts = Parts::new(mode.kind, found.name);
    parts.size = found.size;
    parts.modified = found.modified;
    parts.mode = Some(mode.bits);
    parts.reading()
}
