//! OS/400, later IBM i.
//!
//! ```text
//! MYUSR              3 06/12/21 12:00:00 *STMF      report.txt
//! QPGMR                                  *MEM       SOURCE.FILE/MAIN.MBR
//! ```
//! The date is in the job's format, which may be any order of year, month and day: it is not read.

use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::{number, skip_blanks, word};
use crate::listing::{Confidence, Kind};

pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    let (owner, mut rest) = word(line)?;
    if line.first()? == &b' ' {
        return None;
    }
    let mut size = Size::Unknown;
    for column in 0..=3 {
        let (found, behind) = word(rest)?;
        if found.starts_with(b"*") {
            // Owner and type, or owner, size, date, time and type.
            return match column {
                0 | 3 => entry(owner, size, found, skip_blanks(behind)),
                _ => None,
            };
        }
        if column == 0 {
            size = Size::Exact(number(found)?);
        }
        rest = behind;
    }
    None
}

fn entry<'l>(owner: &'l [u8], size: Size, kind: &[u8], name: &'l [u8]) -> Option<Reading<'l>> {
    let kind = match kind {
        b"*DIR" | b"*DDIR" | b"*LIB" | b"*FLR" => Kind::Dir,
        // A physical file is a folder of members; a save file is one file.
        b"*FILE" if name.ends_with(b".SAVF") => Kind::File,
        b"*FILE" => Kind::Dir,
        b"*STMF" | b"*DSTMF" | b"*MEM" | b"*DOC" => Kind::File,
        b"*SYMLNK" => Kind::Link,
        kind if kind.len() > 1 && kind.iter().skip(1).all(u8::is_ascii_uppercase) => Kind::Other,
        _ => return None,
    };
    let mut parts = Parts::new(kind, name);
    parts.size = size;
    parts.owner = Some(owner);
    parts.confidence = Confidence::Clear;
    parts.without_slash().reading()
}
