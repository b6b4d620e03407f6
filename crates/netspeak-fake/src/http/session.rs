//! One connection: hyper reads the requests and writes the answers, and what hyper would not do is done by hand.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use bytes::Bytes;
use http::Method;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::fault::{GREETING, LOGIN, MESSAGE};
use crate::http::call::{Arrival, Call, Caller};
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::site::{Answer, headless};
use crate::http::{Ending, Http, guard, proxy};
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};

/// What a client of HTTP/2 says first (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

impl Speak for Http {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        wire.begin(GREETING).await?;
        let unasked = wire.script().forced(GREETING).unwrap_or_default();
        wire.answer(GREETING, unasked).await?;
        let mut session = Session {
            http: self,
            served: 0,
        };
        if self.is_http2(wire).await? {
            return session.http2(wire).await;
        }
        loop {
            session.http1(wire).await?;
        }
    }
}

impl Http {
    /// Under TLS by ALPN, in the clear by the client's first words.
    async fn is_http2(&self, wire: &mut Wire) -> Flow<bool> {
        if let Some(secured) = wire.secured() {
            return Ok(secured.alpn.as_deref() == Some(b"h2"));
        }
        if !self.prior_knowledge {
            return Ok(false);
        }
        let mut first = Vec::new();
        while first.len() < PREFACE.len() && PREFACE.starts_with(&first) {
            first.extend(wire.octets().await?);
        }
        let is_http2 = first.starts_with(PREFACE);
        wire.give_back(&first);
        Ok(is_http2)
    }

    fn caller(&self, wire: &Wire) -> (Caller, mpsc::Receiver<Call>) {
        let (calls, inbox) = mpsc::channel(1);
        let caller = Caller {
            http: self.clone(),
            log: Arc::clone(wire.log()),
            number: wire.number(),
            encrypted: wire.secured().is_some(),
            open: Arc::default(),
            calls,
        };
        (caller, inbox)
    }

    /// What this request comes to.
    fn answer(&self, wire: &Wire, request: &Request, body: Arrival) -> Answer {
        let accounts = &wire.settings().accounts;
        let forced = wire.script().forced(request.method.as_str());
        if let Some(bytes) = &forced
            && is_refusal(bytes)
        {
            return kept_open(bytes);
        }
        if let Some(door) = &self.door
            && proxy::concerns(request)
        {
            let refusal = door.refusal(request, accounts).map(Answer::Reply);
            return refusal
                .or_else(|| forced.as_deref().map(kept_open))
                .unwrap_or(Answer::Pass);
        }
        let access = match guard::judge(&self.guards, accounts, request) {
            guard::Verdict::In(access) => access,
            guard::Verdict::Out(challenges) => {
                let reply = Reply::text(401, "who are you?");
                return Answer::Reply(headless(self.challenge(reply, challenges), request));
            }
        };
        if body == Arrival::Refused {
            return Answer::Reply(Reply::text(417, "just send it"));
        }
        let answer = self.site.answer(request);
        match (forced, answer) {
            (Some(bytes), _) => kept_open(&bytes),
            (None, Answer::Reply(mut reply)) => {
                if let Some(info) = access.and_then(|access| access.info(&reply.body)) {
                    reply = reply.with("authentication-info", info);
                }
                Answer::Reply(reply)
            }
            (None, other) => other,
        }
    }

    fn challenge(&self, mut reply: Reply, challenges: Vec<String>) -> Reply {
        if self.one_line {
            return reply.with("www-authenticate", challenges.join(", "));
        }
        for challenge in challenges {
            reply = reply.with("www-authenticate", challenge);
        }
        reply
    }
}

fn is_refusal(bytes: &[u8]) -> bool {
    matches!(bytes.get(..10), Some([.., b'4' | b'5'])) && bytes.starts_with(b"HTTP/1.")
}

fn kept_open(bytes: &[u8]) -> Answer {
    Answer::Raw {
        bytes: bytes.to_vec(),
        ending: Ending::KeepOpen,
    }
}

/// Why hyper has to let go of a connection.
enum Handover {
    /// The body has grown from the first to the second number of bytes, and something is due.
    Received(usize, usize),
    /// This is to be answered so.
    Answer(Box<Request>, Answer),
    /// The body of this request comes unasked.
    Unasked(Box<Request>, usize),
}

struct Session<'a> {
    http: &'a Http,
    /// How many requests have come.
    served: usize,
}

impl Session<'_> {
    /// Lets hyper serve until there is something to be done by hand, and does that.
    async fn http1(&mut self, wire: &mut Wire) -> Flow<()> {
        let (caller, mut inbox) = self.http.caller(wire);
        let service = service_fn(move |request| caller.clone().serve(request));
        let mut connection = http1::Builder::new()
            .half_close(true)
            .serve_connection(TokioIo::new(wire.lend()), service);
        let mut handover = None;
        while let Some(call) = next(&mut connection, &mut inbox).await {
            handover = self.http1_call(wire, call);
            if handover.is_some() {
                break;
            }
        }
        let parts = connection.into_parts();
        drop(parts.io);
        wire.reclaim(&parts.read_buf);
        match handover {
            Some(handover) => self.by_hand(wire, handover).await,
            // What hyper has left unread would make an RST of the end.
            None => wire.close().await,
        }
    }

    fn http1_call(&mut self, wire: &mut Wire, call: Call) -> Option<Handover> {
        let (request, body, hyper) = match call {
            Call::Received { before, now, reply } => return received(wire, before, now, reply),
            Call::Ready {
                request,
                body,
                reply,
            } => (request, body, reply),
        };
        let verb = request.method.to_string();
        wire.expect(&verb);
        if let Arrival::Unasked(length) = body {
            return Some(Handover::Unasked(request, length));
        }
        let answer = self.answer(wire, &request, body);
        let is_faulty = wire.is_slowed() || concerns(wire, &request, &verb);
        match answer {
            Answer::Reply(reply) if reply.is_streamed() || !(is_faulty || reply.is_for_hand()) => {
                if !wire.script().before(&verb).is_empty() {
                    return Some(Handover::Answer(request, Answer::Reply(reply)));
                }
                // Nobody waits where the client has left.
                let _ = hyper.send(reply.into_response());
                None
            }
            answer => Some(Handover::Answer(request, answer)),
        }
    }

    /// What this request comes to on this connection.
    fn answer(&mut self, wire: &Wire, request: &Request, body: Arrival) -> Answer {
        self.served += 1;
        let is_last = self.http.closes_after == Some(self.served) && request.is_http1();
        let answer = match body {
            Arrival::TooLong => Answer::Reply(Reply::text(413, "too much")),
            _ => self.http.answer(wire, request, body),
        };
        let unread = matches!(body, Arrival::Refused | Arrival::TooLong);
        match answer {
            Answer::Reply(reply) if is_last || (unread && request.is_http1()) => {
                Answer::Reply(reply.with("connection", "close"))
            }
            answer => answer,
        }
    }

    async fn by_hand(&mut self, wire: &mut Wire, handover: Handover) -> Flow<()> {
        match handover {
            Handover::Received(before, now) => {
                wire.received(before, now).await?;
                // hyper has lost its place in the body.
                wire.close().await
            }
            Handover::Answer(request, answer) => deliver(wire, &request, answer).await,
            Handover::Unasked(mut request, length) => {
                request.body = body(wire, length).await?;
                self.http.seen.keep(&request);
                let answer = self.answer(wire, &request, Arrival::Whole);
                deliver(wire, &request, answer).await
            }
        }
    }

    async fn http2(&mut self, wire: &mut Wire) -> Flow<()> {
        let (caller, mut inbox) = self.http.caller(wire);
        let service = service_fn(move |request| caller.clone().serve(request));
        let mut connection = Box::pin(
            http2::Builder::new(Streams::default())
                .serve_connection(TokioIo::new(wire.lend()), service),
        );
        let mut handover = None;
        while let Some(call) = next(&mut connection, &mut inbox).await {
            handover = self.http2_call(wire, call);
            if handover.is_some() {
                break;
            }
            if self
                .http
                .closes_after
                .is_some_and(|most| self.served >= most)
            {
                connection.as_mut().graceful_shutdown();
            }
        }
        drop(connection);
        wire.reclaim(&[]);
        match handover {
            Some(Handover::Received(before, now)) => wire.received(before, now).await?,
            Some(Handover::Answer(request, Answer::Raw { bytes, ending })) => {
                let raw = Answer::Raw { bytes, ending };
                deliver(wire, &request, raw).await?;
            }
            Some(Handover::Answer(request, _)) => wire.due(request.method.as_str()).await?,
            _ => {}
        }
        wire.close().await
    }

    fn http2_call(&mut self, wire: &mut Wire, call: Call) -> Option<Handover> {
        let (request, body, hyper) = match call {
            Call::Received { before, now, reply } => return received(wire, before, now, reply),
            Call::Ready {
                request,
                body,
                reply,
            } => (request, body, reply),
        };
        let verb = request.method.to_string();
        wire.expect(&verb);
        match self.answer(wire, &request, body) {
            Answer::Reply(reply) if wire.script().before(&verb).is_empty() => {
                // Nobody waits where the stream was reset.
                let _ = hyper.send(reply.into_response());
                None
            }
            answer => Some(Handover::Answer(request, answer)),
        }
    }
}

/// Whether a fault is due with this request or with its login.
fn concerns(wire: &Wire, request: &Request, verb: &str) -> bool {
    let logs_in = request.headers.contains_key("authorization");
    wire.script().concerns(verb) || (logs_in && wire.script().concerns(LOGIN))
}

fn received(
    wire: &mut Wire,
    before: usize,
    now: usize,
    reply: oneshot::Sender<()>,
) -> Option<Handover> {
    if before == 0 {
        wire.expect(MESSAGE);
    }
    if !wire.script().received(before, now).is_empty() {
        return Some(Handover::Received(before, now));
    }
    // Nobody waits where the client has left.
    let _ = reply.send(());
    None
}

async fn deliver(wire: &mut Wire, request: &Request, answer: Answer) -> Flow<()> {
    let verb = request.method.as_str();
    if request.headers.contains_key("authorization") {
        wire.before_verdict().await?;
    }
    wire.due(verb).await?;
    let (bytes, ending) = match answer {
        Answer::Raw { bytes, ending } => (bytes, ending),
        Answer::Reply(reply) => written(request, &reply),
        Answer::Pass => match proxy::connect(request).await {
            Ok(server) => return pass_on(wire, request, server).await,
            Err(reply) => written(request, &headless(reply, request)),
        },
    };
    wire.answer(verb, bytes).await?;
    end(wire, ending).await
}

/// This reply as it goes out, and what follows it.
fn written(request: &Request, reply: &Reply) -> (Vec<u8>, Ending) {
    let asked = request.list("connection");
    let closes = reply.closes() || asked.iter().any(|it| it.eq_ignore_ascii_case("close"));
    let ending = if closes {
        Ending::Close
    } else {
        Ending::KeepOpen
    };
    (reply.render(), ending)
}

async fn end(wire: &mut Wire, ending: Ending) -> Flow<()> {
    match ending {
        Ending::Close => wire.close().await,
        Ending::Truncate => wire.truncate().await,
        Ending::Reset => wire.reset().await,
        Ending::Stall => wire.stall().await,
        Ending::KeepOpen => Ok(()),
    }
}

async fn pass_on(wire: &mut Wire, request: &Request, server: TcpStream) -> Flow<()> {
    let verb = request.method.as_str();
    if request.method == Method::CONNECT {
        let leave = b"HTTP/1.1 200 Connection established\r\n\r\n";
        wire.answer(verb, leave.to_vec()).await?;
        return wire.join(server).await;
    }
    let answer = proxy::forward(request, server).await;
    let answer = answer.unwrap_or_else(|_| Reply::text(502, "hung up").render());
    wire.answer(verb, answer).await?;
    wire.close().await
}

/// A body of this length that nobody has asked for.
async fn body(wire: &mut Wire, length: usize) -> Flow<Bytes> {
    let mut body = Vec::new();
    while body.len() < length {
        body.extend(wire.octets().await?);
    }
    let rest = body.split_off(length);
    wire.give_back(&rest);
    Ok(body.into())
}

/// Drives hyper until it has a call for us, or is through with the connection.
async fn next<C>(connection: &mut C, inbox: &mut mpsc::Receiver<Call>) -> Option<Call>
where
    C: Future<Output = hyper::Result<()>> + Unpin,
{
    poll_fn(|context| {
        // However hyper is through, it is through: the log and the client know more.
        let ended = Pin::new(&mut *connection).poll(context).is_ready();
        match inbox.poll_recv(context) {
            _ if ended => Poll::Ready(None),
            Poll::Ready(call) => Poll::Ready(call),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The tasks of the streams of one connection. They end with it.
#[derive(Clone, Default)]
struct Streams(Arc<Mutex<JoinSet<()>>>);

impl<F> hyper::rt::Executor<F> for Streams
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while streams.try_join_next().is_some() {}
        streams.spawn(async move { drop(stream.await) });
    }
}
