//! [`RequestBuilder`]: a request being put together.

use std::fs::File;
use std::num::NonZeroU64;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, EXPECT, RANGE, TE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use netspeak_core::{Progress, Watcher};
use url::Url;

use super::Client;
use super::logins::of_core;
use super::payload::Payload;
use super::response::Response;
use super::settings::LowSpeed;
use super::talk::marked;
use crate::auth;
use crate::conditional::Validators;
use crate::error::{Error, Result};
use crate::range::{ByteRange, Resume};
use crate::types::Decoding;

/// A request being put together (RFC 9110 section 9); [`send`](Self::send) sends it.
///
/// What is wrong with its parts is told when it is sent, and nothing has gone out then.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder {
    client: Client,
    draft: Result<Draft>,
}

/// Told of each informational answer.
pub(super) type OnInformational = Arc<dyn Fn(StatusCode, &HeaderMap) + Send + Sync>;

/// A request as it will be sent.
pub(super) struct Draft {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) payload: Payload,
    pub(super) credentials: Option<auth::Credentials>,
    /// The only scheme to log in by.
    pub(super) scheme: Option<String>,
    pub(super) deadline: Option<Duration>,
    pub(super) decoding: Option<Decoding>,
    pub(super) low_speed: Option<LowSpeed>,
    pub(super) rate: Option<NonZeroU64>,
    pub(super) watcher: Option<Watcher>,
    pub(super) on_informational: Option<OnInformational>,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("method", &self.method)
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

impl RequestBuilder {
    pub(super) fn new(client: Client, method: Method, url: Result<Url>) -> Self {
        let draft = url.map(|url| Draft {
            method,
            url,
            headers: HeaderMap::new(),
            payload: Payload::Empty,
            credentials: client.settings().credentials.as_ref().and_then(of_core),
            scheme: client.settings().credentials.as_ref().and_then(scheme_of),
            deadline: None,
            decoding: None,
            low_speed: None,
            rate: None,
            watcher: None,
            on_informational: None,
        });
        Self { client, draft }
    }

    fn change(mut self, change: impl FnOnce(&mut Draft) -> Result<()>) -> Self {
        if let Ok(draft) = &mut self.draft
            && let Err(error) = change(draft)
        {
            self.draft = Err(error);
        }
        self
    }

    pub(super) fn failed(mut self, error: Error) -> Self {
        self.draft = Err(error);
        self
    }

    /// Logs in, if the server asks for it: a password by Digest or Basic, a token by Bearer. They are sent to
    /// the origin of this request and to no other, whatever redirects say, and where others may read along
    /// only as the client's [`clear_text_auth`](super::Builder::clear_text_auth) allows.
    pub fn credentials(self, credentials: &netspeak_core::sasl::Credentials) -> Self {
        self.change(|draft| {
            let none = || Error::usage("HTTP has no login of this kind: a password or a token");
            draft.credentials = Some(of_core(credentials).ok_or_else(none)?);
            draft.scheme = scheme_of(credentials);
            Ok(())
        })
    }

    /// Logs nobody in, whatever the URL and the client say.
    pub fn without_credentials(self) -> Self {
        self.change(|draft| {
            draft.credentials = None;
            Ok(())
        })
    }

    /// Adds a field, beside others of this name.
    pub fn header(self, name: impl TryInto<HeaderName>, value: impl TryInto<HeaderValue>) -> Self {
        self.change(|draft| {
            let name = name.try_into().map_err(|_| not_a_name())?;
            let value = value.try_into().map_err(|_| not_a_value(&name))?;
            let value = marked(&name, value);
            draft.headers.append(name, value);
            Ok(())
        })
    }

    /// Sets these fields, in place of others of the same names.
    pub fn headers(self, headers: HeaderMap) -> Self {
        self.change(|draft| {
            let mut last = None;
            for (name, value) in headers {
                match (name, &last) {
                    (Some(name), _) => {
                        let value = marked(&name, value);
                        draft.headers.insert(name.clone(), value);
                        last = Some(name);
                    }
                    (None, Some(name)) => {
                        let value = marked(name, value);
                        draft.headers.append(name, value);
                    }
                    (None, None) => {}
                }
            }
            Ok(())
        })
    }

    /// Asks for a part of it (RFC 9110 section 14.2), as it is stored: without content codings. The answer is 206 if
    /// the server gives it.
    pub fn range(self, range: ByteRange) -> Self {
        self.change(|draft| {
            draft.headers.insert(RANGE, range.value()?);
            draft.decoding = Some(Decoding::Off);
            Ok(())
        })
    }

    /// Asks for what is missing of something that was begun, if it is still the same;
    /// [`Resume::read`] says what the answer means.
    pub fn resume(self, resume: &Resume) -> Self {
        self.change(|draft| {
            resume.ask(&mut draft.headers);
            draft.decoding = Some(Decoding::Off);
            Ok(())
        })
    }

    /// Asks only if it has changed since (RFC 9110 section 13.1): else the answer is 304, without a body.
    pub fn if_changed(self, since: &Validators) -> Self {
        self.change(|draft| {
            since.if_changed(&mut draft.headers);
            Ok(())
        })
    }

    /// Does it only if it has not changed since (RFC 9110 section 13.1): else the answer is 412.
    pub fn if_unchanged(self, since: &Validators) -> Self {
        self.change(|draft| since.if_unchanged(&mut draft.headers))
    }

    /// Adds parameters to the query of the URL, encoded as forms are.
    pub fn query<K: AsRef<str>, V: AsRef<str>>(
        self,
        parameters: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.change(|draft| {
            draft.url.query_pairs_mut().extend_pairs(parameters);
            Ok(())
        })
    }

    /// Sends this body. A stream goes in chunks (HTTP/1.1) or frames, and cannot be sent a second time,
    /// as a redirect or a login may want it.
    pub fn body(self, body: impl Into<reqwest::Body>) -> Self {
        let body = body.into();
        self.change(|draft| {
            draft.payload = body.into();
            Ok(())
        })
    }

    /// Sends a part of a file, read as it goes.
    pub fn file(self, file: File, part: Range<u64>) -> Self {
        self.change(|draft| {
            draft.payload = Payload::File(Arc::new(file), part);
            Ok(())
        })
    }

    /// Sends a form, as `application/x-www-form-urlencoded`.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(
        self,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(fields);
        let body = encoded.finish();
        self.body(body).change(|draft| {
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            draft.headers.entry(CONTENT_TYPE).or_insert(kind);
            Ok(())
        })
    }

    /// Sends a form with files in it, as `multipart/form-data` (RFC 7578).
    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        self.change(|draft| {
            let (kind, body) = super::multipart::encode(form)?;
            draft.headers.insert(CONTENT_TYPE, kind);
            draft.payload = body.into();
            Ok(())
        })
    }

    /// Asks before the body goes (`Expect: 100-continue`, RFC 9110 section 10.1.1): an answer that does not
    /// want it saves sending it. After a second without an answer it goes all the same.
    pub fn expect_continue(self) -> Self {
        self.change(|draft| {
            let value = HeaderValue::from_static("100-continue");
            draft.headers.insert(EXPECT, value);
            Ok(())
        })
    }

    /// Takes fields behind the body (RFC 9110 section 6.5.1): [`Response::trailers`]. Servers of HTTP/1.1 send none
    /// unless they are told so.
    pub fn accept_trailers(self) -> Self {
        self.change(|draft| {
            let headers = &mut draft.headers;
            headers.insert(TE, HeaderValue::from_static("trailers"));
            headers.insert(CONNECTION, HeaderValue::from_static("te"));
            Ok(())
        })
    }

    /// A total over all of it, redirects and the body of the answer included, in place of the client's.
    pub fn deadline(self, total: Duration) -> Self {
        self.change(|draft| {
            draft.deadline = Some(total);
            Ok(())
        })
    }

    /// Whether content codings are asked for and undone, in place of what the client was told.
    pub fn decoding(self, decoding: Decoding) -> Self {
        self.change(|draft| {
            draft.decoding = Some(decoding);
            Ok(())
        })
    }

    /// Sends so many bytes of the body a second at most, on average.
    pub fn limit_rate(self, bytes_per_second: NonZeroU64) -> Self {
        self.change(|draft| {
            draft.rate = Some(bytes_per_second);
            Ok(())
        })
    }

    /// Gives up an answer that brings fewer bytes a second than this for so long.
    pub fn low_speed(self, bytes_per_second: NonZeroU64, window: Duration) -> Self {
        self.change(|draft| {
            let rate = bytes_per_second;
            draft.low_speed = Some(LowSpeed { rate, window });
            Ok(())
        })
    }

    /// Calls this after each piece of the body that was handed to the connection.
    pub fn on_progress(self, watcher: impl FnMut(Progress) + Send + 'static) -> Self {
        self.change(|draft| {
            draft.watcher = Some(Box::new(watcher));
            Ok(())
        })
    }

    /// Calls this for each informational answer, such as 103 with its hints (RFC 8297).
    pub fn on_informational(
        self,
        told: impl Fn(StatusCode, &HeaderMap) + Send + Sync + 'static,
    ) -> Self {
        self.change(|draft| {
            draft.on_informational = Some(Arc::new(told));
            Ok(())
        })
    }

    /// Sends it, and waits for the head of the answer; redirects are followed as the client was told.
    ///
    /// # Errors
    /// [`Error::Usage`] for what cannot be sent; `dns.*`, `tcp.*`, `proxy.*`, `tls.*` on the way there;
    /// `wait.timeout`, `wait.closed`, `wait.reset`, `wait.other_protocol` where an answer was due;
    /// [`Error::Malformed`] and [`Error::Limit`] for what came instead of one. A status that says no is no
    /// error: [`Response::error_for_status`] makes one of it.
    pub async fn send(self) -> Result<Response> {
        let Self { client, draft } = self;
        super::send::send(&client, draft?).await
    }
}

impl Draft {
    /// Whether codings are undone. Who asks for codings is given them.
    pub(super) fn decoding(&self, usual: Decoding) -> Decoding {
        match self.decoding {
            Some(decoding) => decoding,
            None if self.headers.contains_key(ACCEPT_ENCODING) => Decoding::Off,
            None => usual,
        }
    }
}

fn scheme_of(credentials: &netspeak_core::sasl::Credentials) -> Option<String> {
    credentials.mechanism().map(str::to_owned)
}

fn not_a_name() -> Error {
    Error::usage("this is no name of a field")
}

fn not_a_value(name: &HeaderName) -> Error {
    Error::usage(format!("the value of {name} has bytes that end a field"))
}
