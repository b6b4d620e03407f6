//! What lies at each path, and what a request for it comes to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Method;

use crate::http::Ending;
use crate::http::coding;
use crate::http::condition::{self, Outcome, Validators, Wanted, http_date};
use crate::http::page::{Page, field};
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::rpc;
use crate::xmlrpc::Xmlrpc;

/// What a page can be asked for.
const ALLOWED: &str = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

/// The path that answers with the request.
const ECHO: &str = "/echo";

/// What lies at a path.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Page(Page),
    Redirect { status: u16, location: Vec<u8> },
    Raw { bytes: Vec<u8>, ending: Ending },
    Rpc(Xmlrpc),
}

/// What a request comes to.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Reply(Reply),
    /// These bytes and nothing else.
    Raw {
        bytes: Vec<u8>,
        ending: Ending,
    },
    /// It is for another server, and passed on.
    Pass,
}

/// All that lies on a server, shared by its connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Site(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    entries: BTreeMap<String, Entry>,
    /// What is answered first, once each.
    once: BTreeMap<String, VecDeque<Page>>,
}

impl Site {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, path: &str, entry: Entry) {
        self.state().entries.insert(path.to_owned(), entry);
    }

    pub(super) fn put_once(&self, path: &str, page: Page) {
        let mut state = self.state();
        state
            .once
            .entry(path.to_owned())
            .or_default()
            .push_back(page);
    }

    /// Changes the page at this path, an empty one if there is none.
    pub(super) fn change(&self, path: &str, change: impl FnOnce(Page) -> Page) {
        let page = self
            .page(path)
            .unwrap_or_else(|| Page::new("text/plain", ""));
        self.put(path, Entry::Page(change(page)));
    }

    pub(super) fn page(&self, path: &str) -> Option<Page> {
        match self.state().entries.get(path)? {
            Entry::Page(page) => Some(page.clone()),
            _ => None,
        }
    }

    fn entry(&self, path: &str) -> Option<Entry> {
        let mut state = self.state();
        let first = state.once.get_mut(path).and_then(VecDeque::pop_front);
        first
            .map(Entry::Page)
            .or_else(|| state.entries.get(path).cloned())
    }

    pub(super) fn answer(&self, request: &Request) -> Answer {
        if request.path() == ECHO {
            return Answer::Reply(echo(request));
        }
        if request.method == Method::OPTIONS {
            return Answer::Reply(Reply::empty(204).with("allow", ALLOWED));
        }
        let page = match self.entry(request.path()) {
            Some(Entry::Raw { bytes, ending }) => return Answer::Raw { bytes, ending },
            Some(Entry::Redirect { status, location }) => {
                let reply = Reply::text(status, "elsewhere").with("location", location);
                return Answer::Reply(headless(reply, request));
            }
            Some(Entry::Rpc(rpc)) => return Answer::Reply(rpc::answer(request, &rpc)),
            Some(Entry::Page(page)) => Some(page),
            None => None,
        };
        let reply = match request.method {
            Method::PUT => self.store(request, page),
            Method::DELETE => self.remove(request, page),
            Method::GET | Method::HEAD | Method::POST => {
                page.map_or_else(|| Reply::text(404, "not here"), |it| show(request, &it))
            }
            _ => Reply::text(405, "not like this").with("allow", ALLOWED),
        };
        Answer::Reply(headless(reply, request))
    }

    fn store(&self, request: &Request, old: Option<Page>) -> Reply {
        if condition::judge(request, validators(old.as_ref())) != Outcome::Perform {
            return Reply::text(412, "changed meanwhile");
        }
        if request.headers.contains_key("content-range") {
            return Reply::text(400, "all or nothing");
        }
        let kind = request.header("content-type");
        let page = Page::new(kind.unwrap_or("application/octet-stream"), &request.body)
            .modified(jiff::Timestamp::now().as_second());
        let status = if old.is_some() { 204 } else { 201 };
        let etag = page.etag.clone().unwrap_or_default();
        self.put(request.path(), Entry::Page(page));
        Reply::empty(status).with("etag", etag)
    }

    fn remove(&self, request: &Request, old: Option<Page>) -> Reply {
        if old.is_none() {
            return Reply::text(404, "not here");
        }
        if condition::judge(request, validators(old.as_ref())) != Outcome::Perform {
            return Reply::text(412, "changed meanwhile");
        }
        self.state().entries.remove(request.path());
        Reply::empty(204)
    }
}

fn validators(page: Option<&Page>) -> Validators<'_> {
    Validators {
        exists: page.is_some(),
        etag: page.and_then(|page| page.etag.as_deref()),
        modified: page.and_then(|page| page.modified),
    }
}

/// A page as this request has it.
fn show(request: &Request, page: &Page) -> Reply {
    let mut reply = Reply {
        status: page.status,
        headers: page.headers.clone(),
        body: page.body.clone(),
        bare: matches!(page.status, 204 | 304),
        delivery: page.delivery.clone(),
    };
    let mut etag = page.etag.clone();
    if page.encodes
        && let Some((coding, body)) = coding::encode(request, &page.body)
    {
        reply.headers.push(field("content-encoding", coding));
        reply.body = body;
        // Another representation has another strong entity tag.
        etag = etag.map(|tag| tag.replacen('"', &format!("\"{coding}-"), 1));
    }
    if let Some(etag) = &etag {
        reply.headers.push(field("etag", etag));
    }
    if let Some(modified) = page.modified.and_then(http_date) {
        reply.headers.push(field("last-modified", modified));
    }
    if page.status != 200 || request.method == Method::POST {
        return reply;
    }
    let current = Validators {
        exists: true,
        etag: etag.as_deref(),
        modified: page.modified,
    };
    match condition::judge(request, current) {
        Outcome::Perform => part(request, current, reply),
        Outcome::Failed => Reply::text(412, "changed meanwhile"),
        Outcome::NotModified => {
            reply.headers.retain(|(name, _)| name != "content-type");
            Reply {
                status: 304,
                body: Bytes::new(),
                bare: true,
                ..reply
            }
        }
    }
}

/// The range of this answer that the request is for.
fn part(request: &Request, current: Validators<'_>, mut reply: Reply) -> Reply {
    let length = reply.body.len();
    reply.headers.push(field("accept-ranges", "bytes"));
    if request.method != Method::GET {
        return reply;
    }
    match condition::wanted(request, current, length) {
        Wanted::All => reply,
        Wanted::Unsatisfiable => {
            Reply::text(416, "no such part").with("content-range", format!("bytes */{length}"))
        }
        Wanted::Part(range) => {
            let last = range.end.saturating_sub(1);
            let told = format!("bytes {}-{last}/{length}", range.start);
            reply.status = 206;
            // The range lies within the body.
            reply.body = reply.body.slice(range);
            reply.with("content-range", told)
        }
    }
}

/// The request as a page of text, its body last.
fn echo(request: &Request) -> Reply {
    let mut text = format!("{}\r\n", request.line()).into_bytes();
    for (name, value) in &request.headers {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(&request.body);
    let mut reply = Reply::text(200, "");
    reply.body = text.into();
    headless(reply, request)
}

/// To HEAD, only the head.
pub(super) fn headless(mut reply: Reply, request: &Request) -> Reply {
    reply.bare |= request.method == Method::HEAD;
    reply
}
