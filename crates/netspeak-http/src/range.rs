//! Ranges (RFC 9110 section 14), and going on with a transfer that broke off.

use std::fmt;

use http::header::{ACCEPT_ENCODING, CONTENT_RANGE, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};
use netspeak_core::text::digits;

use crate::conditional::{Same, Validators};
use crate::field::trim;
use crate::{Error, Result};

/// A range of bytes to ask for (RFC 9110 section 14.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteRange {
    /// From this byte (the first is 0) to the end.
    From(u64),
    /// From `first` to `last`, both of them included.
    Within {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// So many at the end.
    Last(u64),
}

impl ByteRange {
    /// The value of Range.
    ///
    /// # Errors
    /// [`Error::Usage`] for a range that holds nothing.
    pub fn value(self) -> Result<HeaderValue> {
        match self {
            Self::Within { first, last } if last < first => {
                Err(Error::usage("the range ends before it begins"))
            }
            Self::Last(0) => Err(Error::usage("the range holds no byte")),
            _ => HeaderValue::try_from(self.to_string())
                .map_err(|_| Error::usage("the range cannot be sent")),
        }
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From(first) => write!(f, "bytes={first}-"),
            Self::Within { first, last } => write!(f, "bytes={first}-{last}"),
            Self::Last(count) => write!(f, "bytes=-{count}"),
        }
    }
}

/// Which part of the content an answer has (RFC 9110 section 14.4).
///
/// ```text
/// Content-Range = "bytes" SP ( first-pos "-" last-pos "/" ( complete-length / "*" ) / "*/" complete-length )
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentRange {
    /// From `first` to `last`, both included.
    Within {
        /// The first byte; 0 is the first of the content.
        first: u64,
        /// The last byte, never before the first.
        last: u64,
        /// How many bytes the content has, if the server knows.
        total: Option<u64>,
    },
    /// The range that was asked for is not within the content.
    Unsatisfied {
        /// How many bytes the content has.
        total: u64,
    },
}

impl ContentRange {
    /// Reads the value of Content-Range.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is none, or another unit than bytes.
    pub fn new(value: &[u8]) -> Result<Self> {
        Self::read(trim(value)).ok_or_else(|| Error::malformed("a Content-Range in bytes", value))
    }

    fn read(value: &[u8]) -> Option<Self> {
        let (unit, range) = std::str::from_utf8(value).ok()?.split_once(' ')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (range, total) = range.trim().split_once('/')?;
        if range == "*" {
            return digits(total).map(|total| Self::Unsatisfied { total });
        }
        let total = match total {
            "*" => None,
            total => Some(digits(total)?),
        };
        let (first, last) = range.split_once('-')?;
        let (first, last): (u64, u64) = (digits(first)?, digits(last)?);
        let fits = first <= last && total.is_none_or(|total| last < total);
        fits.then_some(Self::Within { first, last, total })
    }
}

/// Goes on with a transfer that broke off: what to ask for, and what the answer means.
///
/// ```
/// use http::{HeaderMap, HeaderValue, StatusCode, header};
/// use netspeak_http::{Resume, Resumed, Validators};
///
/// # fn main() -> netspeak_http::Result<()> {
/// let first = HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static("\"v1\""))]);
/// let resume = Resume::new(500, Validators::of(&first));
///
/// let mut request = HeaderMap::new();
/// resume.ask(&mut request);
/// assert_eq!(request[header::RANGE], "bytes=500-");
/// assert_eq!(request[header::IF_RANGE], "\"v1\"");
///
/// let mut answer = first.clone();
/// answer.insert(header::CONTENT_RANGE, HeaderValue::from_static("bytes 500-1233/1234"));
/// let meaning = resume.read(StatusCode::PARTIAL_CONTENT, &answer)?;
/// assert_eq!(meaning, Resumed::Continue { first: 500, total: Some(1234) });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    held: u64,
    validators: Validators,
    check: Check,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Strict,
    Trusting,
}

/// What an answer means for a transfer that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resumed {
    /// The body goes on where the transfer broke off.
    Continue {
        /// The place of its first byte: as many as are held.
        first: u64,
        /// How many there are in all, if the server knows.
        total: Option<u64>,
    },
    /// The body is the whole content: ranges were not asked for, or the server has none.
    StartOver,
    /// The body is the whole content, which is another than that which is held.
    Changed,
    /// All of it is held already.
    Complete,
    /// What is held does not fit what the server has now, and this body is of no use: ask again, for
    /// the whole.
    AskAgain,
    /// The answer says nothing about ranges: a redirect, a refusal.
    Unrelated,
}

impl Resume {
    /// So many bytes are held, of the content with these validators.
    ///
    /// Without a strong one among them ([`Validators::strong`]; weak ETags never are) the whole content
    /// is asked for: parts of two versions would make a file that never was.
    pub fn new(held: u64, validators: Validators) -> Self {
        Self {
            held,
            validators,
            check: Check::Strict,
        }
    }

    /// So many bytes are held of whatever it was. The rest is asked for without a check, as
    /// `curl -C -` does; the caller answers for it.
    pub fn unchecked(held: u64) -> Self {
        Self {
            held,
            validators: Validators::default(),
            check: Check::Trusting,
        }
    }

    /// Adds what the request needs: Range and If-Range, and `Accept-Encoding: identity`, since bytes
    /// are counted as they are stored.
    pub fn ask(&self, headers: &mut HeaderMap) {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let Ok(range) = ByteRange::From(self.held).value() else {
            return;
        };
        if self.asks_for_range() {
            headers.insert(RANGE, range);
            if let Some(strong) = self.validators.strong() {
                headers.insert(IF_RANGE, strong.clone());
            }
        }
    }

    fn asks_for_range(&self) -> bool {
        let is_sure = self.check == Check::Trusting || self.validators.strong().is_some();
        self.held > 0 && is_sure
    }

    /// What the answer to such a request means.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a 206 that was not asked for, that begins elsewhere, or that does not
    /// say where it begins.
    pub fn read(&self, status: StatusCode, headers: &HeaderMap) -> Result<Resumed> {
        let same = self.validators.are_same(&Validators::of(headers));
        Ok(match status {
            StatusCode::PARTIAL_CONTENT => {
                let found = self.part(headers)?;
                if same == Some(Same::No) {
                    Resumed::AskAgain
                } else {
                    found
                }
            }
            StatusCode::RANGE_NOT_SATISFIABLE if self.asks_for_range() => {
                self.nothing_left(headers, same)
            }
            StatusCode::OK if same == Some(Same::No) && self.held > 0 => Resumed::Changed,
            StatusCode::OK => Resumed::StartOver,
            _ => Resumed::Unrelated,
        })
    }

    fn part(&self, headers: &HeaderMap) -> Result<Resumed> {
        let value = content_range(headers).unwrap_or_default();
        match ContentRange::new(value)? {
            ContentRange::Within { first, total, .. }
                if first == self.held && self.asks_for_range() =>
            {
                Ok(Resumed::Continue { first, total })
            }
            _ => Err(Error::malformed(
                format!("the range from byte {}", self.held),
                value,
            )),
        }
    }

    /// 416: all is held if the content is as long as that, and the server does not say that it is
    /// another.
    fn nothing_left(&self, headers: &HeaderMap, same: Option<Same>) -> Resumed {
        let range = content_range(headers).map(ContentRange::new);
        match range {
            Some(Ok(ContentRange::Unsatisfied { total }))
                if total == self.held && same != Some(Same::No) =>
            {
                Resumed::Complete
            }
            _ => Resumed::AskAgain,
        }
    }
}

fn content_range(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get(CONTENT_RANGE).map(HeaderValue::as_bytes)
}

#[cfg(test)]
mod tests;
