//! Connect:Enterprise: ten flags with `FTP` behind them, then columns like those of `ls -l`.
//!
//! ```text
//! -C--E-----FTP B QUA2I1      18128       41 Aug 12 13:56 QUADT2
//! ```

use crate::listing::Kind;
use crate::listing::modified::Present;
use crate::listing::parts::{Parts, Reading};
use crate::listing::unix::size_and_date;
use crate::listing::words::{word, words};

pub(super) fn parse(line: &[u8], present: Present) -> Option<Reading<'_>> {
    let (flags, rest) = line.split_at_checked(10)?;
    let is_flag = |flag: &u8| *flag == b'-' || flag.is_ascii_uppercase();
    if !flags.iter().all(is_flag) {
        return None;
    }
    let (_way, rest) = word(rest.strip_prefix(b"FTP").map(|_| rest)?)?;
    let found = size_and_date(rest, present)?;
    let mut parts = Parts::new(Kind::File, found.name);
    parts.size = found.size;
    parts.modified = found.modified;
    parts.owner = words(found.before).nth(1);
    parts.reading()
}
