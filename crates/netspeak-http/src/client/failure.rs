//! What hyper's errors mean.

use std::error::Error as StdError;
use std::io;

use netspeak_core::text::excerpt;
use netspeak_core::{ErrorKind, Phase, Reason};

use super::dial::Undialled;
use super::link::Link;
use crate::error::Error;

/// The largest head of an answer, in bytes, where the connection's own limit is reached.
pub(super) const BUFFER: usize = 256 * 1024;

/// Why there was no answer.
pub(super) fn unanswered(
    error: &hyper_util::client::legacy::Error,
    link: Option<&Link>,
    gone: u64,
) -> Error {
    if let Some(undialled) = cause::<Undialled>(error).and_then(Undialled::take) {
        return undialled.into();
    }
    let error = match cause::<hyper::Error>(error) {
        Some(hyper) => of_hyper(hyper, Phase::Wait, link),
        None => closed(
            Phase::Wait,
            "the connection ended before the request was sent",
        ),
    };
    if gone == 0 {
        return error;
    }
    match error {
        Error::Net(mut net) => {
            net.message = format!("{} ({gone} bytes of the body had gone)", net.message);
            Error::Net(net)
        }
        other => other,
    }
}

/// What went wrong in an answer or on the way to it.
pub(super) fn of_hyper(error: &hyper::Error, phase: Phase, link: Option<&Link>) -> Error {
    if error.is_user() {
        return of_our_body(error);
    }
    if let Some(io) = cause::<io::Error>(error) {
        return of_io(io, phase);
    }
    if error.is_parse() && error.to_string().contains("too large") {
        return Error::limit("bytes or fields in the head of an answer", BUFFER as u64);
    }
    let heard = link.map(Link::heard).unwrap_or_default();
    if error.is_parse() || error.is_parse_status() {
        return no_answer(&heard, &error.to_string());
    }
    if error.is_incomplete_message() {
        return match phase {
            Phase::Body => cut_off("the connection ended within the body"),
            phase => closed(phase, "the server closed the connection before it answered"),
        };
    }
    if let Some(h2) = cause::<h2::Error>(error) {
        return of_h2(h2, phase, &heard);
    }
    closed(phase, &format!("the connection failed: {error}"))
}

/// The body that was to be sent could not be read.
fn of_our_body(error: &hyper::Error) -> Error {
    let own = cause::<io::Error>(error);
    let message = error.source().map_or_else(String::new, ToString::to_string);
    let kind = own.map_or(io::ErrorKind::Other, io::Error::kind);
    Error::Local(io::Error::new(
        kind,
        own.map_or(message, ToString::to_string),
    ))
}

/// What it means that a server said this before it was asked; nothing, if it said nothing.
pub(super) fn spoke_first(early: &[u8]) -> Option<Error> {
    (!early.is_empty()).then(|| other_protocol("HTTP", early))
}

/// What hyper finds wrong with heads, and what should stand there.
const WANTED: [(&str, &str); 5] = [
    ("status", "a status line"),
    ("content-length", "one number as Content-Length"),
    (
        "transfer-encoding",
        "a Transfer-Encoding that belongs there",
    ),
    ("version", "a version of HTTP"),
    ("", "fields of a head"),
];

fn no_answer(heard: &[u8], why: &str) -> Error {
    if !heard.starts_with(b"HTTP/") && !heard.is_empty() {
        return other_protocol("HTTP", heard);
    }
    let wanted = WANTED.iter().find(|(word, _)| why.contains(word));
    Error::malformed(wanted.map_or("", |(_, wanted)| wanted), heard)
}

fn other_protocol(wanted: &str, heard: &[u8]) -> Error {
    let heard = heard.split(|byte| *byte == b'\n').next().unwrap_or(heard);
    Error::net(
        ErrorKind::new(Phase::Wait, Reason::OtherProtocol),
        format!("this is not {wanted}: {:?}", excerpt(heard)),
    )
}

fn of_h2(error: &h2::Error, phase: Phase, heard: &[u8]) -> Error {
    if heard.starts_with(b"HTTP/1") {
        return other_protocol("HTTP/2", heard);
    }
    let reason = match error.reason() {
        _ if !error.is_remote() => Reason::Malformed,
        Some(h2::Reason::REFUSED_STREAM) => Reason::Refused,
        _ => Reason::Aborted,
    };
    let who = if error.is_remote() {
        "the server ended it"
    } else {
        "what the server sent is no HTTP/2"
    };
    let kind = ErrorKind::new(phase, reason);
    Error::net(kind, format!("{who}: {error}"))
}

/// Whether the server has said that it did nothing about a request (RFC 9113 section 8.7).
pub(super) fn is_undone(error: &hyper_util::client::legacy::Error) -> bool {
    let Some(h2) = cause::<h2::Error>(error).filter(|h2| h2.is_remote()) else {
        return false;
    };
    let is_gone = h2.is_go_away() && h2.reason() == Some(h2::Reason::NO_ERROR);
    is_gone || h2.reason() == Some(h2::Reason::REFUSED_STREAM)
}

/// A failure of the stream below.
pub(super) fn of_io(error: &io::Error, phase: Phase) -> Error {
    let text = error.to_string();
    if let Some(reason) = netspeak_core::tls::stream_reason(error) {
        let message = format!("TLS was ended by the server: {text}");
        return Error::net(ErrorKind::new(Phase::Tls, reason), message);
    }
    let (reason, message) = match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            return cut_off(&format!("the connection was cut off: {text}"));
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            (Reason::Reset, "the server reset the connection".to_owned())
        }
        io::ErrorKind::BrokenPipe => (Reason::Closed, "the server closed the connection".into()),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => (
            Reason::Malformed,
            format!("the body is not in chunks as it should be: {text}"),
        ),
        _ => (Reason::Failed, format!("the connection failed: {text}")),
    };
    Error::net(ErrorKind::new(phase, reason), message)
}

fn closed(phase: Phase, message: &str) -> Error {
    Error::net(ErrorKind::new(phase, Reason::Closed), message)
}

fn cut_off(message: &str) -> Error {
    Error::net(ErrorKind::new(Phase::Body, Reason::Truncated), message)
}

/// The first error of this kind behind another.
pub(super) fn cause<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
