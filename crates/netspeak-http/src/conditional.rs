//! Conditional requests (RFC 9110 sections 8.8 and 13): the same as what is held already, or not?

use std::fmt;

use http::header::{
    DATE, ETAG, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use netspeak_core::ErrorKind;

use crate::field::trim;
use crate::{Error, Phase, Reason, Result, date};

/// An entity tag (RFC 9110 section 8.8.3).
///
/// ```text
/// entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ETag {
    value: HeaderValue,
}

impl ETag {
    /// Reads one; `None` if it is none. A missing pair of quotes is no tag.
    pub fn new(value: &[u8]) -> Option<Self> {
        let value = trim(value);
        let quoted = value.strip_prefix(b"W/").unwrap_or(value);
        let inside = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let fits = |byte: &u8| matches!(byte, b'!' | b'#'..=b'~' | 0x80..);
        if !inside.iter().all(fits) {
            return None;
        }
        let value = HeaderValue::from_bytes(value).ok()?;
        Some(Self { value })
    }

    /// Whether it stands for the very bytes, and not only for what they mean.
    pub fn is_strong(&self) -> bool {
        !self.value.as_bytes().starts_with(b"W/")
    }
}

/// As it is sent; bytes that are not ASCII are made printable.
impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&netspeak_core::text::printable(self.value.as_bytes()))
    }
}

/// What tells one version of a resource from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    etag: Option<ETag>,
    /// As the server wrote it: many compare letter by letter.
    last_modified: Option<HeaderValue>,
    date: Option<Timestamp>,
}

impl Validators {
    /// Those of an answer: ETag, Last-Modified, and Date, which tells how good that is. What is
    /// malformed is as good as missing.
    pub fn of(headers: &HeaderMap) -> Self {
        let stamp = |value: &&HeaderValue| date::parse(value.as_bytes()).is_some();
        Self {
            etag: headers
                .get(ETAG)
                .and_then(|value| ETag::new(value.as_bytes())),
            last_modified: headers.get(LAST_MODIFIED).filter(stamp).cloned(),
            date: headers
                .get(DATE)
                .and_then(|value| date::parse(value.as_bytes())),
        }
    }

    /// What [`strong`](Self::strong) gave for an earlier answer, and was kept since: it is as strong as
    /// then. `None` if it is neither a strong tag nor a date.
    pub fn from_strong(value: &[u8]) -> Option<Self> {
        if let Some(etag) = ETag::new(value) {
            return etag.is_strong().then(|| Self::default().with_etag(etag));
        }
        let time = date::parse(value)?;
        Some(Self {
            etag: None,
            last_modified: HeaderValue::from_bytes(trim(value)).ok(),
            date: time.checked_add(SignedDuration::from_secs(1)).ok(),
        })
    }

    /// An entity tag that was kept from an earlier answer.
    #[must_use]
    pub fn with_etag(mut self, etag: ETag) -> Self {
        self.etag = Some(etag);
        self
    }

    /// A time, such as a file's, for [`if_changed`](Self::if_changed). It is never strong.
    #[must_use]
    pub fn with_last_modified(mut self, time: Timestamp) -> Self {
        self.last_modified = HeaderValue::try_from(date::imf_fixdate(time)).ok();
        self.date = None;
        self
    }

    /// The entity tag.
    pub fn etag(&self) -> Option<&ETag> {
        self.etag.as_ref()
    }

    /// The time of the last change.
    pub fn last_modified(&self) -> Option<Timestamp> {
        date::parse(self.last_modified.as_ref()?.as_bytes())
    }

    /// The value that stands for the very bytes, if there is one: a strong ETag, or else
    /// Last-Modified if it is older than the answer by a second (RFC 9110 section 8.8.2.2).
    pub fn strong(&self) -> Option<&HeaderValue> {
        match &self.etag {
            Some(etag) => Some(&etag.value).filter(|_| etag.is_strong()),
            None => {
                let age = self.date?.duration_since(self.last_modified()?);
                self.last_modified.as_ref().filter(|_| age.as_secs() >= 1)
            }
        }
    }

    /// Whether these say that the bytes are the same. `None` if they do not tell.
    pub fn are_same(&self, other: &Self) -> Option<Same> {
        let (ours, theirs) = match (&self.etag, &other.etag) {
            (Some(ours), Some(theirs)) => (&ours.value, &theirs.value),
            _ => (self.last_modified.as_ref()?, other.last_modified.as_ref()?),
        };
        Some(if ours == theirs { Same::Yes } else { Same::No })
    }

    /// Asks for the content only if it is another than this: If-None-Match, and If-Modified-Since for
    /// servers that know no tags. The answer is 304 otherwise.
    pub fn if_changed(&self, headers: &mut HeaderMap) {
        if let Some(etag) = &self.etag {
            headers.insert(IF_NONE_MATCH, etag.value.clone());
        }
        if let Some(time) = &self.last_modified {
            headers.insert(IF_MODIFIED_SINCE, time.clone());
        }
    }

    /// Asks for a change only if nobody has changed it since: If-Match, or If-Unmodified-Since. The
    /// answer is 412 otherwise.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there is no strong ETag and no Last-Modified: the server could not
    /// tell.
    pub fn if_unchanged(&self, headers: &mut HeaderMap) -> Result<()> {
        match (&self.etag, &self.last_modified) {
            (Some(etag), _) if etag.is_strong() => headers.insert(IF_MATCH, etag.value.clone()),
            (_, Some(time)) => headers.insert(IF_UNMODIFIED_SINCE, time.clone()),
            _ => {
                return Err(Error::unsupported(
                    "a strong ETag or Last-Modified",
                    ErrorKind::new(Phase::Work, Reason::NotOffered),
                ));
            }
        };
        Ok(())
    }
}

/// Whether two versions are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Same {
    /// They are.
    Yes,
    /// They are not.
    No,
}

/// Asks for a change only if there is nothing yet: `If-None-Match: *`. The answer is 412 otherwise.
pub fn if_absent(headers: &mut HeaderMap) {
    headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validators(fields: &[(&'static str, &'static str)]) -> Validators {
        Validators::of(&headers(fields))
    }

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let fields = fields.iter().map(|(name, value)| {
            (
                http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        fields.collect()
    }

    const EARLY: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    #[test]
    fn tags_are_strong_or_weak_or_none() {
        for (value, strong) in [
            ("\"a-1\"", true),
            ("\"\"", true),
            ("W/\"x\"", false),
            (" \"a\" ", true),
        ] {
            let etag = ETag::new(value.as_bytes()).unwrap();
            assert_eq!(etag.is_strong(), strong, "{value}");
            assert_eq!(etag.to_string(), value.trim());
        }
        for bad in [
            "", "\"", "a", "'a'", "w/\"a\"", "W/", "\"a", "\"a\"b\"", "\"a b\"", "*",
        ] {
            assert_eq!(ETag::new(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn only_strong_validators_stand_for_bytes() {
        for (fields, strong) in [
            (&[("etag", "\"a\"")][..], Some("\"a\"")),
            (&[("etag", "W/\"a\"")], None),
            // A weak tag says that the server's times do not tell either.
            (
                &[
                    ("etag", "W/\"a\""),
                    ("last-modified", EARLY),
                    ("date", LATER),
                ],
                None,
            ),
            (&[("last-modified", EARLY), ("date", LATER)], Some(EARLY)),
            (&[("last-modified", EARLY), ("date", EARLY)], None),
            (&[("last-modified", EARLY)], None),
            (&[("last-modified", "yesterday"), ("date", LATER)], None),
            (&[], None),
        ] {
            let validators = validators(fields);
            let found = validators.strong().map(|value| value.to_str().unwrap());
            assert_eq!(found, strong, "{fields:?}");
            if let Some(kept) = validators.strong() {
                let again = Validators::from_strong(kept.as_bytes()).unwrap();
                assert_eq!(again.strong(), Some(kept));
            }
        }
    }

    #[test]
    fn what_was_kept_and_is_not_strong_is_nothing() {
        for bad in ["", "W/\"a\"", "yesterday", "a"] {
            assert_eq!(Validators::from_strong(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn a_request_gets_its_conditions() {
        let both = validators(&[("etag", "\"a\""), ("last-modified", EARLY)]);
        let weak = validators(&[("etag", "W/\"a\"")]);
        let time =
            Validators::default().with_last_modified("1994-11-06T08:49:37Z".parse().unwrap());

        let mut sent = HeaderMap::new();
        both.if_changed(&mut sent);
        assert_eq!(
            sent,
            headers(&[("if-none-match", "\"a\""), ("if-modified-since", EARLY)])
        );
        let mut sent = HeaderMap::new();
        time.if_changed(&mut sent);
        weak.if_changed(&mut sent);
        assert_eq!(
            sent,
            headers(&[("if-none-match", "W/\"a\""), ("if-modified-since", EARLY)])
        );
        let mut sent = HeaderMap::new();
        both.if_unchanged(&mut sent).unwrap();
        assert_eq!(sent, headers(&[("if-match", "\"a\"")]));
        let mut sent = HeaderMap::new();
        time.if_unchanged(&mut sent).unwrap();
        assert_eq!(sent, headers(&[("if-unmodified-since", EARLY)]));
        let error = weak.if_unchanged(&mut sent).unwrap_err();
        assert_eq!(error.kind().to_string(), "work.not_offered");
        let mut sent = HeaderMap::new();
        if_absent(&mut sent);
        assert_eq!(sent, headers(&[("if-none-match", "*")]));
    }

    #[test]
    fn versions_are_compared_by_the_best_that_both_have() {
        let tag = validators(&[("etag", "\"a\""), ("last-modified", EARLY)]);
        let other = validators(&[("etag", "\"b\""), ("last-modified", EARLY)]);
        let early = validators(&[("last-modified", EARLY)]);
        let later = validators(&[("last-modified", LATER)]);
        assert_eq!(tag.are_same(&tag), Some(Same::Yes));
        assert_eq!(tag.are_same(&other), Some(Same::No));
        assert_eq!(tag.are_same(&early), Some(Same::Yes));
        assert_eq!(early.are_same(&later), Some(Same::No));
        assert_eq!(tag.are_same(&Validators::default()), None);
    }
}
