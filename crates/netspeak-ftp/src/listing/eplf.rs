//! EPLF, the easily parsed LIST format of D. J. Bernstein's servers.
//!
//! ```text
//! +i8388621.48594,m825718503,r,s280,up644\tnotes.txt
//! ```

use crate::listing::facts::octal_mode;
use crate::listing::modified::Modified;
use crate::listing::parts::{Parts, Reading, Size};
use crate::listing::words::number;
use crate::listing::{Confidence, Kind};

pub(super) fn parse(line: &[u8]) -> Option<Reading<'_>> {
    let text = line.strip_prefix(b"+")?;
    let tab = memchr::memchr(b'\t', text)?;
    let (facts, name) = text.split_at_checked(tab)?;
    let mut parts = Parts::new(Kind::Other, name.get(1..)?);
    parts.confidence = Confidence::Specified;
    for fact in facts.split(|byte| *byte == b',') {
        match fact {
            b"/" => parts.kind = Kind::Dir,
            b"r" => parts.kind = Kind::File,
            [b's', octets @ ..] => parts.size = Size::from(number(octets)),
            [b'm', seconds @ ..] => parts.modified = number(seconds).and_then(Modified::epoch),
            [b'u', b'p', mode @ ..] => parts.mode = octal_mode(mode),
            _ => {}
        }
    }
    parts.reading()
}
