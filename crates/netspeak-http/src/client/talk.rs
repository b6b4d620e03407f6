//! What a transcript shows of HTTP: the heads of requests and answers, without their secrets.

use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::response::Parts;
use http::{HeaderName, HeaderValue, Request, Version};
use netspeak_core::{Security, Trace, Wire};

use super::settings::Settings;

/// Notes the head of a request.
pub(super) fn note_request<B>(settings: &Settings, request: &Request<B>) {
    let Some(trace) = settings.trace.as_ref().filter(|trace| trace.keeps_talk()) else {
        return;
    };
    let uri = request.uri();
    let security = match uri.scheme_str() {
        Some("https") => Security::Verified,
        _ => Security::Clear,
    };
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let mut wire = Wire::new();
    let line = format!("{} {target} {:?}", request.method(), request.version());
    wire.verb(&line).end();
    let host = uri.authority().map_or("", |authority| authority.as_str());
    wire.verb(&format!("host: {host}")).end();
    for (name, value) in request.headers() {
        wire.verb(&format!("{name}: "));
        if is_secret(name) || value.is_sensitive() {
            wire.hidden(name.as_str(), value.as_bytes());
        } else {
            wire.raw(value.as_bytes());
        }
        wire.end();
    }
    trace.note_sent(&wire, security);
}

/// Notes the head of an answer.
pub(super) fn note_answer(settings: &Settings, head: &Parts, security: Security) {
    let Some(trace) = settings.trace.as_ref().filter(|trace| trace.keeps_talk()) else {
        return;
    };
    let reason = match head.version {
        Version::HTTP_2 => "",
        _ => head.status.canonical_reason().unwrap_or_default(),
    };
    let line = format!("{:?} {} {reason}", head.version, head.status.as_u16());
    trace.note_received(line.trim_end().as_bytes(), security);
    for (name, value) in &head.headers {
        let mut line = format!("{name}: ").into_bytes();
        if name == http::header::SET_COOKIE {
            line.extend_from_slice(b"<redacted>");
        } else {
            line.extend_from_slice(value.as_bytes());
        }
        trace.note_received(&line, security);
    }
}

/// The secrets in a request. They cost nothing to keep, and are looked for only when it fails.
pub(super) fn secrets<B>(request: &Request<B>) -> Vec<HeaderValue> {
    let fields = request.headers().iter();
    let secret = fields.filter(|(name, value)| is_secret(name) || value.is_sensitive());
    secret.map(|(_, value)| value.clone()).collect()
}

/// The same error without these secrets, should the server have repeated them.
pub(super) fn without<R>(
    secrets: &[HeaderValue],
    error: netspeak_core::Error<R>,
) -> netspeak_core::Error<R> {
    if secrets.is_empty() {
        return error;
    }
    let trace = Trace::new();
    for secret in secrets {
        let secret = secret.as_bytes();
        // Behind the name of a scheme, and between the marks of cookies.
        for part in secret.split(|byte| matches!(byte, b' ' | b',' | b';' | b'=' | b'"')) {
            trace.conceal(part);
        }
        trace.conceal(secret);
    }
    trace.scrub_error(error)
}

/// Marks a value that is a secret by its name, so that it is neither shown nor remembered by HTTP/2.
pub(super) fn marked(name: &HeaderName, mut value: HeaderValue) -> HeaderValue {
    if is_secret(name) {
        value.set_sensitive(true);
    }
    value
}

fn is_secret(name: &HeaderName) -> bool {
    [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(name)
}
