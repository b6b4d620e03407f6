//! [`GopherPath`]: the path of a `gopher://` URL.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use netspeak_core::{Error, Result, Target};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};

use super::{ItemType, Selector};
use crate::command::Request;

/// The path of a `gopher://` URL (RFC 4266 section 2).
///
/// ```text
/// gopher-path = "/" gophertype selector [ "%09" search [ "%09" gopher+_string ] ]
/// ```
/// All behind the type is the selector, and not even a slash is added to it. It is decoded once, to
/// bytes. A `?` is a letter like any other; what follows a `#` is never sent.
///
/// ```
/// use netspeak_gopher::{GopherPath, ItemType};
///
/// let path: GopherPath = "/7/v2/vs%09two%20words".parse().unwrap();
/// assert_eq!(path.item_type, ItemType::SEARCH);
/// assert_eq!(path.request.selector().as_bytes(), b"/v2/vs");
/// assert_eq!(path.request.words(), Some(&b"two words"[..]));
/// assert_eq!(path.to_string(), "/7/v2/vs%09two%20words");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GopherPath {
    /// What is there; a menu if the URL says nothing.
    pub item_type: ItemType,
    /// What is sent.
    pub request: Request,
}

/// What is escaped in a path: whatever a URL cannot hold, and what would end the path.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl GopherPath {
    /// A thing of this type under a selector.
    pub fn new(item_type: ItemType, selector: Selector) -> Self {
        Self {
            item_type,
            request: Request::new(selector),
        }
    }

    /// The path of a target.
    ///
    /// # Errors
    /// As [`from_str`](Self::from_str).
    pub fn of(target: &Target) -> Result<Self> {
        target.path().parse()
    }

    /// Adds it to a URL. Most selectors need no escapes.
    pub(crate) fn push_to(&self, url: &mut String) {
        url.push('/');
        let item_type = [self.item_type.as_byte()];
        url.extend(percent_encode(&item_type, PATH));
        if self.request.words().is_none() && self.request.plus_part().is_none() {
            url.extend(percent_encode(self.request.selector().as_bytes(), PATH));
        } else {
            url.extend(percent_encode(&self.request.line(), PATH));
        }
    }

    /// The last part of the selector, which may be the name of a file; `None` if there is none.
    pub fn name(&self) -> Option<&[u8]> {
        let selector = self.request.selector().as_bytes();
        let name = selector.rsplit(|byte| *byte == b'/').next();
        name.filter(|name| !name.is_empty())
    }
}

impl FromStr for GopherPath {
    type Err = Error;

    /// # Errors
    /// [`Error::Usage`] for CR, LF or NUL in any part, more TABs than Gopher+ has, and a type that is
    /// no printable character.
    fn from_str(path: &str) -> Result<Self> {
        let path = path.split('#').next().unwrap_or_default();
        let path = path.strip_prefix('/').unwrap_or(path);
        let decoded: Cow<'_, [u8]> = percent_decode_str(path).into();
        let Some((&item_type, rest)) = decoded.split_first() else {
            return Ok(Self::new(ItemType::MENU, Selector::ROOT));
        };
        if !item_type.is_ascii_graphic() {
            return Err(Error::usage("the URL's type is no printable character"));
        }
        let mut parts = rest.split(|byte| *byte == b'\t');
        let selector = Selector::new(parts.next().unwrap_or_default())?;
        let mut request = Request::new(selector);
        if let Some(words) = parts.next() {
            request = request.search(words)?;
        }
        if let Some(plus) = parts.next() {
            request = request.plus(plus)?;
        }
        if parts.next().is_some() {
            return Err(Error::usage("the URL has more than two TABs"));
        }
        Ok(Self {
            item_type: ItemType::new(item_type),
            request,
        })
    }
}

impl fmt::Display for GopherPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut path = String::new();
        self.push_to(&mut path);
        f.write_str(&path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_as_it_was() {
        for path in [
            "/1",
            "/0/docs/readme.txt",
            "/0/a%20b%25c",
            "/0/caf%C3%A9",
            "/0/cgi?x=1&y=2",
            "/7/v2/vs%09two%20words",
            "/0/f%09%09+",
            "/hURL:https://h.test/",
        ] {
            let found: GopherPath = path.parse().unwrap();
            assert_eq!(found.to_string(), path);
        }
        assert_eq!("".parse::<GopherPath>().unwrap().to_string(), "/1");
        assert_eq!("/".parse::<GopherPath>().unwrap().to_string(), "/1");
    }

    #[test]
    fn what_could_be_two_requests_is_none() {
        for bad in [
            "/0/a%0D%0AHELO%20x",
            "/0/a%00b",
            "/7/a%09b%0A",
            "/0a%09%09+%09",
            "/%00",
            "/%0a",
        ] {
            let error = bad.parse::<GopherPath>().unwrap_err();
            assert_eq!(error.kind().to_string(), "usage", "{bad}");
        }
    }

    #[test]
    fn the_name_is_what_stands_behind_the_last_slash() {
        for (path, name) in [
            ("/9/pub/a.zip", Some("a.zip")),
            ("/9a.zip", Some("a.zip")),
            ("/1/pub/", None),
            ("", None),
        ] {
            let path: GopherPath = path.parse().unwrap();
            assert_eq!(path.name(), name.map(str::as_bytes));
        }
    }
}
