//! Conditions (RFC 9110 section 13) and ranges (section 14) of a request.

use std::ops::Range;

use jiff::Timestamp;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};

use crate::http::request::Request;

/// What a representation is compared by.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Validators<'a> {
    /// Whether there is a representation at all.
    pub(super) exists: bool,
    pub(super) etag: Option<&'a str>,
    pub(super) modified: Option<Timestamp>,
}

/// What the conditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Perform,
    NotModified,
    Failed,
}

/// Which part of a body a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    Part(Range<usize>),
    Unsatisfiable,
}

/// The conditions, in the order of RFC 9110 section 13.2.2.
pub(super) fn judge(request: &Request, current: Validators<'_>) -> Outcome {
    let reads = matches!(request.method.as_str(), "GET" | "HEAD");
    let tags = |name| {
        request
            .headers
            .contains_key(name)
            .then(|| request.list(name))
    };
    let since = |name| request.header(name).and_then(date);
    if let Some(tags) = tags("if-match") {
        if !tags
            .iter()
            .any(|tag| current.matches(tag, Strength::Strong))
        {
            return Outcome::Failed;
        }
    } else if let (Some(limit), Some(modified)) = (since("if-unmodified-since"), current.modified)
        && modified > limit
    {
        return Outcome::Failed;
    }
    if let Some(tags) = tags("if-none-match") {
        if tags.iter().any(|tag| current.matches(tag, Strength::Weak)) {
            return if reads {
                Outcome::NotModified
            } else {
                Outcome::Failed
            };
        }
    } else if let (true, Some(limit), Some(modified)) =
        (reads, since("if-modified-since"), current.modified)
        && modified <= limit
    {
        return Outcome::NotModified;
    }
    Outcome::Perform
}

/// The range that is asked for, if the representation is still the one that the request means.
pub(super) fn wanted(request: &Request, current: Validators<'_>, length: usize) -> Wanted {
    let Some(spec) = request.header("range") else {
        return Wanted::All;
    };
    if let Some(state) = request.header("if-range") {
        let same = match date(state) {
            Some(date) => current.modified == Some(date),
            None => current.matches(state, Strength::Strong),
        };
        if !same {
            return Wanted::All;
        }
    }
    // Several ranges, other units and what is no range at all are ignored, as a server may.
    parse(spec, length).unwrap_or(Wanted::All)
}

fn parse(spec: &str, length: usize) -> Option<Wanted> {
    let (first, last) = spec.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first, last) {
        ("", last) => length.saturating_sub(last.parse().ok()?)..length,
        (first, "") => first.parse().ok()?..length,
        (first, last) => {
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    if range.is_empty() {
        return Some(Wanted::Unsatisfiable);
    }
    Some(Wanted::Part(range))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Strong,
    Weak,
}

impl Validators<'_> {
    fn matches(&self, tag: &str, strength: Strength) -> bool {
        if tag == "*" {
            return self.exists;
        }
        let Some(own) = self.etag else { return false };
        match strength {
            Strength::Strong => own == tag && !own.starts_with("W/"),
            Strength::Weak => opaque(own) == opaque(tag),
        }
    }
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

fn date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// A time as HTTP writes it (RFC 9110 section 5.6.7).
pub(super) fn http_date(time: Timestamp) -> Option<String> {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .ok()
}
