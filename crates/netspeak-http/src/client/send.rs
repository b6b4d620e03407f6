//! From a request to its final answer: redirects, logins, connections that had gone stale.

use std::time::Duration;

use http::header::{ACCEPT_ENCODING, COOKIE, EXPECT, Entry, SET_COOKIE};
use http::response::Parts;
use http::{HeaderValue, Method, Request, StatusCode, Version};
use hyper::body::Incoming;
use jiff::Timestamp;
use netspeak_core::{Deadlines, Pace, Phase};

use super::Client;
use super::authorize::Said;
use super::exchange::{Answer, Fate, Unanswered};
use super::expect::{Gate, HeldBack};
use super::link::Link;
use super::outgoing::{Gone, Outgoing, Paced};
use super::peer;
use super::reading::{Reading, Terms};
use super::request::Draft;
use super::response::{Meeting, Response};
use super::talk;
use crate::auth::Signed;
use crate::decode::Decoder;
use crate::error::{Error, Result};
use crate::redirect::{Hop, Trail};
use crate::types::{Decoding, Versions};
use crate::{ACCEPT_ENCODING as CODINGS, uri};

/// So much of an answer that nobody will see is read, to keep the connection.
const DISCARD: u64 = 64 * 1024;

/// And for so long.
const DISCARDING: Duration = Duration::from_secs(1);

/// The pool may have more than one connection that has gone stale.
const REPEATS: u32 = 3;

/// Sends a request, and again where its answer says so.
pub(super) async fn send(client: &Client, draft: Draft) -> Result<Response> {
    let settings = client.settings();
    let mut timeouts = *settings.connector.timeouts();
    timeouts.total = draft.deadline.or(timeouts.total);
    let mut sending = Sending {
        client,
        deadlines: Deadlines::start(timeouts),
        trail: Trail::new(settings.redirects),
        draft,
        logins: 0,
        signed: None,
        said: Said::Nothing,
    };
    sending.prepare()?;
    loop {
        let answer = sending.exchange().await?;
        sending.keep_cookies(&answer.head);
        if sending.is_challenged(&answer.head, &answer.unread.link)? {
            sending.discard(answer).await;
            continue;
        }
        let Some(hop) = sending.hop(&answer)? else {
            return sending.finish(answer);
        };
        sending.discard(answer).await;
        sending.go(hop)?;
    }
}

/// A request under way to its final answer.
pub(super) struct Sending<'a> {
    pub(super) client: &'a Client,
    pub(super) draft: Draft,
    deadlines: Deadlines,
    trail: Trail,
    /// How often the server has been told who it is.
    pub(super) logins: u32,
    /// What the server's own proof is compared with.
    pub(super) signed: Option<Signed>,
    /// What the last request said of who sends it.
    pub(super) said: Said,
}

/// An answer whose body has not been read.
struct Answered {
    head: Parts,
    unread: Unread,
}

struct Unread {
    body: Incoming,
    link: Link,
    uses: u64,
    waited: Duration,
    /// What still holds the body of the request back.
    held: Option<HeldBack>,
    /// What of the request is not to be shown.
    secrets: Vec<HeaderValue>,
}

impl Sending<'_> {
    /// The fields that are sent unless others were given.
    fn prepare(&mut self) -> Result<()> {
        let settings = self.client.settings();
        super::check_scheme(&self.draft.url, settings)?;
        for (name, value) in &settings.headers {
            if !self.draft.headers.contains_key(name) {
                self.draft.headers.append(name, value.clone());
            }
        }
        if self.draft.decoding(settings.decoding) == Decoding::On {
            let codings = HeaderValue::from_static(CODINGS);
            self.draft.headers.insert(ACCEPT_ENCODING, codings);
            self.draft.decoding = Some(Decoding::On);
        }
        Ok(())
    }

    /// One request and its answer. A connection that had gone stale is no reason to fail where asking
    /// twice does no harm (RFC 9110 section 9.2.2).
    async fn exchange(&mut self) -> Result<Answered> {
        for _ in 0..REPEATS {
            match self.exchange_once().await {
                Ok(answered) => return Ok(answered),
                Err(unanswered) if self.may_repeat(unanswered.fate) => {}
                Err(unanswered) => return Err(unanswered.error),
            }
        }
        self.exchange_once().await.map_err(|failed| failed.error)
    }

    fn may_repeat(&self, fate: Fate) -> bool {
        let is_harmless = match fate {
            Fate::Untouched => true,
            Fate::Stale => self.draft.method.is_idempotent(),
            Fate::Unknown => false,
        };
        is_harmless && self.draft.payload.is_there()
    }

    async fn exchange_once(&mut self) -> Result<Answered, Unanswered> {
        let settings = self.client.settings();
        let (request, gone, held) = self.request()?;
        let engine = self.client.engine();
        talk::note_request(settings, &request);
        let secrets = talk::secrets(&request);
        let exchange = engine.exchange(request, &gone, settings, &self.deadlines);
        let answer = exchange.await.map_err(|failed| Unanswered {
            error: talk::without(&secrets, failed.error).at(&peer(&self.draft.url)),
            ..failed
        })?;
        let Answer {
            head,
            body,
            link,
            uses,
            waited,
        } = answer;
        talk::note_answer(settings, &head, link.security());
        let unread = Unread {
            body,
            link,
            uses,
            waited,
            held,
            secrets,
        };
        Ok(Answered { head, unread })
    }

    fn request(&mut self) -> Result<(Request<Outgoing>, Gone, Option<HeldBack>), Unanswered> {
        let settings = self.client.settings();
        let is_empty = self.draft.payload.is_empty();
        let body = self.draft.payload.take().map_err(Error::Local)?;
        let gone = Gone::default();
        let mut outgoing = Outgoing::new(body, gone.clone());
        if self.draft.rate.is_some() || self.draft.watcher.is_some() {
            let mut pace = Pace::default();
            self.draft
                .rate
                .into_iter()
                .for_each(|rate| pace.limit(rate));
            self.draft
                .watcher
                .take()
                .into_iter()
                .for_each(|told| pace.watch(told));
            outgoing = outgoing.paced(Some(Paced::new(pace, self.deadlines.clone())));
        }
        let mut held = None;
        if self.draft.headers.contains_key(EXPECT) && !is_empty {
            let (gate, back) = Gate::new(&self.deadlines);
            outgoing = outgoing.behind(gate);
            held = Some(back);
        }
        let mut request = Request::new(outgoing);
        *request.method_mut() = self.draft.method.clone();
        *request.uri_mut() = uri::http_uri(&self.draft.url)?;
        *request.headers_mut() = self.draft.headers.clone();
        if settings.versions == Versions::Http10 {
            *request.version_mut() = Version::HTTP_10;
        }
        self.bring_cookies(&mut request);
        self.authorize(&mut request)?;
        self.hear(&mut request, held.as_ref());
        Ok((request, gone, held))
    }

    /// Who is told of informational answers: the gate of the body, and whoever asked.
    fn hear(&self, request: &mut Request<Outgoing>, held: Option<&HeldBack>) {
        let told = self.draft.on_informational.clone();
        let opener = held.map(HeldBack::opener);
        if opener.is_none() && told.is_none() {
            return;
        }
        hyper::ext::on_informational(request, move |answer| {
            if let Some(opener) = &opener
                && answer.status() == StatusCode::CONTINUE
            {
                opener.open();
            }
            if let Some(told) = &told {
                told(answer.status(), answer.headers());
            }
        });
    }

    /// The caller's own cookies come first.
    fn bring_cookies(&self, request: &mut Request<Outgoing>) {
        let jar = self.client.cookies();
        let Some(kept) = jar.and_then(|jar| jar.header(&self.draft.url, Timestamp::now())) else {
            return;
        };
        match request.headers_mut().entry(COOKIE) {
            Entry::Vacant(place) => {
                place.insert(kept);
            }
            Entry::Occupied(mut place) => {
                let both = [place.get().as_bytes(), kept.as_bytes()].join(&b"; "[..]);
                if let Ok(both) = HeaderValue::from_bytes(&both) {
                    place.insert(both);
                }
            }
        }
    }

    fn keep_cookies(&self, head: &Parts) {
        let set = head.headers.get_all(SET_COOKIE);
        if head.headers.contains_key(SET_COOKIE)
            && let Some(mut jar) = self.client.cookies()
        {
            let set = set.iter().map(HeaderValue::as_bytes);
            jar.store(&self.draft.url, set, Timestamp::now());
        }
    }

    /// Where the answer sends us.
    fn hop(&mut self, answered: &Answered) -> Result<Option<Hop>> {
        let head = &answered.head;
        let (method, url) = (&self.draft.method, &self.draft.url);
        self.trail.follow(head.status, method, url, &head.headers)
    }

    fn go(&mut self, hop: Hop) -> Result<()> {
        hop.strip(&mut self.draft.headers, &[]);
        if !hop.same_origin {
            self.draft.credentials = None;
        }
        self.logins = 0;
        if hop.drops_body {
            self.draft.payload = Default::default();
        }
        self.draft.url = hop.url;
        self.draft.method = hop.method;
        super::check_scheme(&self.draft.url, self.client.settings())
    }

    /// Reads a little of what nobody will see, so that the connection can be used again.
    async fn discard(&mut self, answered: Answered) {
        let Answered { head, unread } = answered;
        let Ok(mut reading) = self.reading(&head, unread, Decoding::Off) else {
            return;
        };
        let mut left = DISCARD;
        let rest = async {
            while let Ok(Some(piece)) = reading.chunk().await {
                left = left.saturating_sub(piece.len() as u64);
                if left == 0 {
                    break;
                }
            }
        };
        let patience = self.deadlines.within(Phase::Body, DISCARDING);
        // What takes longer is worth a new connection.
        let _ = patience.run("", rest).await;
    }

    fn finish(self, answered: Answered) -> Result<Response> {
        let Answered { head, mut unread } = answered;
        let secrets = std::mem::take(&mut unread.secrets);
        let meeting = Meeting {
            uses: unread.uses,
            waited: unread.waited,
        };
        let decoding = self.draft.decoding.unwrap_or(Decoding::Off);
        let reading = self.reading(&head, unread, decoding)?;
        Ok(Response {
            hops: self.trail.hops().to_vec(),
            method: self.draft.method,
            url: self.draft.url,
            head,
            reading,
            meeting,
            secrets,
        })
    }

    fn reading(&self, head: &Parts, unread: Unread, decoding: Decoding) -> Result<Reading> {
        let settings = self.client.settings();
        let has_body = self.draft.method != Method::HEAD
            && !matches!(
                head.status,
                StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
            );
        let total = has_body.then(|| content_length(head)).flatten();
        let decoder = match decoding {
            Decoding::On if has_body && head.status != StatusCode::PARTIAL_CONTENT => {
                Decoder::of(&head.headers, settings.connector.limits())?
            }
            _ => None,
        };
        if let (Some(total), Some(most), None) = (total, settings.body_bytes, &decoder)
            && total > most
        {
            return Err(Error::limit("bytes in a body", most));
        }
        let terms = Terms {
            deadlines: self.deadlines.clone(),
            low_speed: self.draft.low_speed.or(settings.low_speed),
            decoder,
            total,
            most: settings.body_bytes,
            held: unread.held,
        };
        let tasks = self.client.engine().tasks().clone();
        Ok(Reading::new(unread.body, unread.link, tasks, terms))
    }
}

fn content_length(head: &Parts) -> Option<u64> {
    let is_chunked = head.headers.contains_key(http::header::TRANSFER_ENCODING);
    let length = head.headers.get(http::header::CONTENT_LENGTH)?;
    let length = length.to_str().ok()?.trim().parse().ok()?;
    (!is_chunked).then_some(length)
}

impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        Self {
            error,
            fate: Fate::Unknown,
        }
    }
}
