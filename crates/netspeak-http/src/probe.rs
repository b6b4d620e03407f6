//! What is HTTP's own in a probe. The way is:
//!
//! 1. dns, tcp, and for `https` tls
//! 2. wait: `GET` of the URL, up to the end of the answer's head; redirects are shown, not followed
//! 3. body: the rest of the answer, up to a MiB
//! 4. auth: the same again, with the login that the server asked for
//! 5. work: all of the body, measured; `find:TEXT` wants this text to be in it
//!
//! A status of 400 and above is a failure: whoever probes a URL wants to have what is there.

use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, SERVER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use netspeak_core::protocol::{
    Advice, Argument, Inquiry, Operation, Probe, ProbeOptions, Protocol,
};
use netspeak_core::report::{Check, CheckStatus, GreetingFacts, WorkFacts};
use netspeak_core::text::printable;
use netspeak_core::{Conn, ErrorKind, Phase, Reason, Target, Timeouts, Tls};
use serde_json::json;

mod search;

use search::Search;

use crate::client::{Client, Response, Way};
use crate::error::{Error, Reply, Result};
use crate::redirect::{Hop, Redirects};
use crate::types::{Decoding, Versions};
use crate::{RULES, auth};

/// HTTP as the registry knows it.
pub static PROTOCOL: Protocol = Protocol {
    name: "http",
    rules: &RULES,
    greets_with: None,
    stops: &[
        Phase::Dns,
        Phase::Tcp,
        Phase::Tls,
        Phase::Wait,
        Phase::Body,
        Phase::Auth,
        Phase::Work,
    ],
    usual_stop: Phase::Body,
    operations: &[
        Operation {
            name: "get",
            argument: Argument::None,
            what: "GET of all of the body",
            takes_login: false,
        },
        Operation {
            name: "find",
            argument: Argument::Required("TEXT"),
            what: "GET, and this text has to be in the body",
            takes_login: false,
        },
    ],
    probe_timeouts: Timeouts::UNSET.with_reply(std::time::Duration::from_secs(10)),
    advice: Advice {
        clear_text: "nginx: return 301 https://...; Apache: Redirect permanent",
        upgrade: "",
    },
    probe: |target, options| Box::pin(probe(target, options)),
};

/// So much of a body is read to see that it comes.
const ENOUGH: u64 = 1024 * 1024;

struct Get;

async fn probe(target: &Target, options: &ProbeOptions) -> netspeak_core::report::Report {
    Probe::inquire::<Get>(&PROTOCOL, target, options).await
}

impl Inquiry for Get {
    type Reply = Reply;

    async fn ask(probe: &mut Probe<'_>, target: &Target) -> Result<()> {
        let Some((conn, way)) = connect(probe).await? else {
            return Ok(());
        };
        let trace = probe.prepared().trace.clone();
        let mut client = Client::builder()
            .timeouts(*probe.prepared().connector.timeouts())
            .trace(trace.clone())
            .redirects(Redirects::None)
            .decoding(Decoding::Off)
            .clear_text_auth(probe.prepared().clear_text_auth);
        if conn.alpn() != Some(b"h2") {
            client = client.versions(Versions::Http11);
        }
        let client = client.over_way(conn, way)?;
        let target = target.clone().with_scheme(probe.prepared().scheme);
        let request = || client.request_target(Method::GET, &target);
        let first = request().without_credentials().send();
        let mut answer = trace.stamped(Phase::Wait, first).await?;
        note_answer(probe, &answer);
        let mut read_already = 0;
        let mut search = search(probe.options());
        if probe.wants(Phase::Body) {
            let reading = read(&mut answer, ENOUGH, &mut search);
            read_already = trace.stamped(Phase::Body, reading).await?;
            let detail = &mut probe.report_mut().protocol_detail;
            detail.insert("body_bytes".into(), json!(read_already));
        }
        let credentials = probe.prepared().credentials.clone();
        let is_asked = answer.status() == StatusCode::UNAUTHORIZED;
        if credentials.is_some() && probe.wants(Phase::Auth) && !is_asked {
            let message = "no login was asked for, so that none was tried";
            let check = Check::new(
                "http.login",
                CheckStatus::Note,
                answer.status().as_u16(),
                message,
            );
            probe.report_mut().checks.push(check);
        }
        if let Some(credentials) = credentials.filter(|_| is_asked && probe.wants(Phase::Auth)) {
            client.learn_from(&answer, &credentials)?;
            let asked = request().credentials(&credentials).send();
            let letting_in = async {
                let answer = asked.await?;
                answer.refusal().map_or(Ok(answer), Err)
            };
            let let_in = trace.stamped(Phase::Auth, letting_in).await;
            let facts = &mut probe.report_mut().auth;
            facts.ok = Some(let_in.is_ok());
            (answer, read_already) = (let_in?, 0);
            facts.used = client.used_scheme();
            search = self::search(probe.options());
        }
        if let Some(refusal) = answer.refusal() {
            return Err(refusal);
        }
        if probe.wants(Phase::Work) {
            work(probe, &mut answer, read_already, search).await?;
        }
        Ok(())
    }
}

/// To the server, or to an HTTP proxy that reads along.
async fn connect(probe: &mut Probe<'_>) -> netspeak_core::Result<Option<(Conn, Way)>> {
    let prepared = probe.prepared();
    if prepared.tls == Tls::Off && probe.wants(Phase::Wait) {
        let (host, trace) = (&prepared.endpoint.host, &prepared.trace);
        if let Some(conn) = prepared.connector.connect_to_proxy(host, trace).await? {
            probe.check_proxy(&conn);
            return Ok(Some((conn, Way::Forwarded)));
        }
    }
    let conn = probe.connect().await?;
    Ok(conn.map(|conn| (conn, Way::Straight)))
}

fn note_answer(probe: &mut Probe<'_>, answer: &Response) {
    let headers = answer.headers();
    let field = |name: &HeaderName| {
        let value = headers.get(name)?;
        Some(printable(value.as_bytes()))
    };
    let status = answer.status();
    let own = printable(answer.reason());
    let words = match own.as_str() {
        "" => status.canonical_reason().unwrap_or_default(),
        own => own,
    };
    let line = format!("{:?} {} {words}", answer.version(), status.as_str());
    let schemes = offered(headers);
    let hop = Hop::of(status, answer.method(), answer.url(), headers);
    let report = probe.report_mut();
    report.greeting = Some(GreetingFacts {
        raw: line.trim_end().to_owned(),
        code: Some(status.as_str().to_owned()),
        software: field(&SERVER),
        host: None,
    });
    report.auth.offered = schemes;
    let detail = &mut report.protocol_detail;
    detail.insert("version".into(), json!(format!("{:?}", answer.version())));
    detail.insert("status".into(), json!(status.as_u16()));
    for (key, name) in [
        ("content_type", CONTENT_TYPE),
        ("content_encoding", CONTENT_ENCODING),
        ("allow", ALLOW),
        ("location", LOCATION),
    ] {
        detail.insert(key.into(), json!(field(&name)));
    }
    if let Ok(Some(hop)) = hop {
        let message = format!("it redirects to {}", hop.url);
        let check = Check::new(
            "http.redirect",
            CheckStatus::Note,
            hop.url.as_str(),
            message,
        );
        report.checks.push(check);
    }
}

fn offered(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(WWW_AUTHENTICATE).iter();
    let challenges = auth::challenges(values.map(http::HeaderValue::as_bytes));
    let schemes = challenges.iter().map(|challenge| {
        let scheme = printable(challenge.scheme().as_bytes());
        match challenge.parameter("algorithm") {
            Some(algorithm) => format!("{scheme}-{}", printable(algorithm)),
            None => scheme,
        }
    });
    schemes.collect()
}

/// The text that is to be in the body, if there is one.
fn search(options: &ProbeOptions) -> Option<Search> {
    options.argument_of("find").map(Search::new)
}

/// Reads up to so many bytes, and lets them be searched; how many there were.
async fn read(answer: &mut Response, most: u64, search: &mut Option<Search>) -> Result<u64> {
    let mut bytes = 0u64;
    while bytes < most {
        let Some(piece) = answer.chunk().await? else {
            break;
        };
        bytes = bytes.saturating_add(piece.len() as u64);
        if let Some(search) = search {
            search.look(&piece);
        }
    }
    Ok(bytes)
}

/// The rest of the body, and how large it all was.
async fn work(
    probe: &mut Probe<'_>,
    answer: &mut Response,
    before: u64,
    mut search: Option<Search>,
) -> Result<()> {
    let trace = probe.prepared().trace.clone();
    let reading = async {
        let rest = read(answer, u64::MAX, &mut search).await?;
        match &search {
            Some(search) if !search.is_found => Err(Error::net(
                ErrorKind::new(Phase::Work, Reason::NotFound),
                format!("{search} is not in the page"),
            )),
            _ => Ok(rest),
        }
    };
    let rest = trace.stamped(Phase::Work, reading).await;
    let mut facts = WorkFacts {
        name: "GET".to_owned(),
        ok: rest.is_ok(),
        detail: Default::default(),
    };
    if let Ok(rest) = &rest {
        let bytes = before.saturating_add(*rest);
        facts.detail.insert("bytes".into(), json!(bytes));
    }
    probe.report_mut().work = Some(facts);
    rest.map(drop)
}
