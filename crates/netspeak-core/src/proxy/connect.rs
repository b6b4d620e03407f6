//! HTTP CONNECT (RFC 9110 section 9.3.6) with Basic credentials (RFC 7617).
//!
//! The answer's header has no length in front, and what follows it is the target's. Peeking does not
//! work through TLS, so the machine asks for as many bytes as must still come for the header to end:
//! two (the shortest end is LF LF), or one when an LF stands already.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::dialogue::{Next, failure, malformed};
use crate::address::{Endpoint, Host};
use crate::error::{Error, Reason, Result};
use crate::secret::Secret;
use crate::trace::Needles;
use crate::wire::{Wire, check_text};

/// All headers of one answer together, interim answers included.
const MOST: usize = 16 * 1024;

#[derive(Clone, Debug)]
pub(super) struct Connect {
    request: Option<Wire>,
    header: Vec<u8>,
    total: usize,
    /// The login, in case the proxy repeats it.
    secrets: Needles,
}

impl Connect {
    pub(super) fn new(target: &Endpoint, credentials: Option<(&str, &Secret)>) -> Result<Self> {
        let authority = match &target.host {
            // A zone means something on this machine only.
            Host::V6(ip, _) => format!("[{ip}]:{}", target.port),
            Host::Any => format!("localhost:{}", target.port),
            host => format!("{host}:{}", target.port),
        };
        if !authority.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::usage(
                "the host holds what cannot stand in a request line",
            ));
        }
        let mut secrets = Needles::default();
        let mut wire = Wire::new();
        wire.verb("CONNECT")
            .arg("the host", &authority)?
            .verb(" HTTP/1.1")
            .end();
        wire.verb("Host:").arg("the host", &authority)?.end();
        if let Some((user, password)) = credentials {
            check_text("the proxy's user name", user.as_bytes())?;
            check_text("the proxy's password", password.expose().as_bytes())?;
            if user.contains(':') {
                return Err(Error::usage(
                    "a user name with a colon cannot be told to an HTTP proxy",
                ));
            }
            let both = Zeroizing::new(format!("{user}:{}", password.expose()));
            let coded = Zeroizing::new(STANDARD.encode(both.as_bytes()));
            secrets.learn(password.expose().as_bytes());
            secrets.learn(both.as_bytes());
            wire.verb("Proxy-Authorization: Basic ")
                .hidden("proxy login", coded.as_bytes())
                .end();
        }
        wire.end();
        Ok(Self {
            request: Some(wire),
            header: Vec::new(),
            total: 0,
            secrets,
        })
    }

    pub(super) fn advance(&mut self, received: &[u8]) -> Result<Next> {
        if let Some(request) = self.request.take() {
            return Ok(Next::Send(request));
        }
        self.header.extend_from_slice(received);
        self.total = self.total.saturating_add(received.len());
        let beginning = b"HTTP/1.".iter().zip(&self.header);
        if beginning.clone().any(|(wanted, got)| wanted != got) {
            return Err(malformed("an HTTP answer", &self.header));
        }
        if !ends(&self.header) {
            if self.total >= MOST {
                return Err(failure(
                    Reason::TooLarge,
                    format!("the proxy's answer is longer than {MOST} bytes"),
                ));
            }
            return Ok(Next::Receive(self.missing()));
        }
        let header = std::mem::take(&mut self.header);
        // Read as it came, and shown without the login.
        let shown = self.secrets.hide(&header);
        let shown = shown.as_deref().unwrap_or(&header);
        match status(&header, shown)? {
            // Interim answers come before the real one.
            (100..=199, _) => Ok(Next::Receive(2)),
            // Whatever length the header states: a tunnel has no body.
            (200..=299, _) => Ok(Next::Done),
            // tinyproxy 1.11 answers 401 to a wrong login for CONNECT, where RFC 9110 has 407.
            (401 | 407, words) => Err(failure(
                Reason::Auth,
                format!("the proxy asks for a login: {words:?}{}", challenge(shown)),
            )),
            (_, words) => Err(failure(
                Reason::Refused,
                format!("the proxy says no: {words:?}"),
            )),
        }
    }

    /// How many bytes must still come at least.
    fn missing(&self) -> usize {
        match self.header.as_slice() {
            [.., b'\n'] | [.., b'\n', b'\r'] => 1,
            _ => 2,
        }
    }
}

/// Whether an empty line stands at the end. Bare LF is tolerated: the header is the proxy's own.
fn ends(header: &[u8]) -> bool {
    header.ends_with(b"\n\r\n") || header.ends_with(b"\n\n")
}

/// What the proxy wants for a login, for people; empty if it does not say.
fn challenge(header: &[u8]) -> String {
    const NAME: &[u8] = b"proxy-authenticate:";
    let values = header.split(|&b| b == b'\n').filter_map(|line| {
        let (name, value) = line.split_at_checked(NAME.len())?;
        let value = crate::text::excerpt(value.trim_ascii());
        name.eq_ignore_ascii_case(NAME).then_some(value)
    });
    match values.collect::<Vec<_>>() {
        values if values.is_empty() => String::new(),
        values => format!(", by {}", values.join(", ")),
    }
}

/// The code of the status line, and the line for people from the header that may be shown.
fn status(header: &[u8], shown: &[u8]) -> Result<(u16, String)> {
    let first = |header: &'_ [u8]| header.iter().take_while(|&&b| b != b'\n').count();
    let line = header.get(..first(header)).unwrap_or_default();
    let shown = shown.get(..first(shown)).unwrap_or_default();
    let code = line
        .strip_suffix(b"\r")
        .unwrap_or(line)
        .get(b"HTTP/1.x".len()..);
    let digits = match code {
        Some(
            [b' ', a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9']
            | [
                b' ',
                a @ b'1'..=b'9',
                b @ b'0'..=b'9',
                c @ b'0'..=b'9',
                b' ',
                ..,
            ],
        ) => [*a, *b, *c],
        _ => return Err(malformed("an HTTP status line", shown)),
    };
    let code = digits.iter().fold(0u16, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u16::from(digit.saturating_sub(b'0')))
    });
    Ok((code, crate::text::excerpt(shown)))
}
