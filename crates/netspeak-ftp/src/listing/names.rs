//! NLST: names alone, often with the path that was asked for (RFC 959 section 4.1.3).

use crate::listing::parts::{Parts, Reading};
use crate::listing::{Confidence, Kind};

/// A name without the `./` or the folder in front of it. A slash behind it marks a directory.
pub(super) fn parse<'l>(line: &'l [u8], folder: &[u8]) -> Option<Reading<'l>> {
    let below = line
        .strip_prefix(folder)
        .filter(|_| !folder.is_empty())
        .and_then(|name| match folder.last() {
            Some(b'/') => Some(name),
            _ => name.strip_prefix(b"/"),
        });
    let name = below.or_else(|| line.strip_prefix(b"./")).unwrap_or(line);
    let mut parts = Parts::new(Kind::Unknown, name).without_slash();
    parts.confidence = Confidence::Clear;
    parts.reading()
}
