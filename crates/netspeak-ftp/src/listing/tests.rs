//! What servers really send, against what is right; and whatever else may come.

mod differential;
mod listings;
mod properties;
mod vectors;

use super::*;

fn now() -> Zoned {
    "2026-11-25T12:00+00:00[+00:00]".parse().unwrap()
}

/// All that comes of these lines.
fn read(mut parser: ListingParser, bytes: &[u8]) -> Vec<Listed> {
    let mut found = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        found.extend(parser.push(line));
    }
    found.extend(parser.finish());
    found
}

/// The one entry that a line is.
fn one(line: &str) -> Entry {
    let found = read(ListingParser::list(&now()), line.as_bytes());
    match <[Listed; 1]>::try_from(found) {
        Ok([Listed::Entry(entry)]) => entry,
        other => panic!("{line}: {other:?}"),
    }
}
