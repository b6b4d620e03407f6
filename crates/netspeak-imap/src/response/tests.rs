//! Whole responses: those of real servers, those of the RFCs, and whatever else may come.

mod cases;
mod differential;
mod hostile;
mod properties;
mod rfc;

use super::*;

/// The responses in a stream: a line end behind a literal's size is part of its response, and so is one
/// with a blank behind it, which servers leave when they count a literal too short.
fn responses(mut stream: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while !stream.is_empty() {
        let mut end = 0;
        let whole = loop {
            let rest = &stream[end..];
            let Some(line_end) = memchr::memmem::find(rest, b"\r\n") else {
                break stream.len();
            };
            let line = &rest[..line_end];
            end += line_end + 2;
            let size = line.strip_suffix(b"}").and_then(|line| {
                let digits = &line[memchr::memrchr(b'{', line)? + 1..];
                let digits = std::str::from_utf8(digits).ok()?.trim_end_matches('+');
                digits.parse::<usize>().ok()
            });
            match size {
                Some(size) => end += size,
                None if stream.get(end) == Some(&b' ') => {}
                None => break end - 2,
            }
        };
        found.push(&stream[..whole]);
        stream = stream.get(whole + 2..).unwrap_or_default();
    }
    found
}

fn fetched(line: &str) -> Fetch {
    match Response::parse(line.as_bytes()) {
        Response::Untagged(Untagged::Fetch(fetch)) => *fetch,
        other => panic!("{line}: {other:?}"),
    }
}
