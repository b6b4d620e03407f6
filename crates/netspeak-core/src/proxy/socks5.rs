//! SOCKS5 (RFC 1928) with user name and password (RFC 1929).

use std::net::{IpAddr, SocketAddr};

use super::dialogue::{Next, failure, malformed};
use crate::address::{Endpoint, Host};
use crate::error::{Error, Reason, Result};
use crate::secret::Secret;
use crate::wire::{Wire, check_argument, check_text};

/// The methods of RFC 1928 section 3.
const NO_AUTHENTICATION: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NONE_WILL_DO: u8 = 0xff;

#[derive(Clone, Debug)]
pub(super) struct Socks5 {
    login: Option<Wire>,
    request: Wire,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Begin,
    GreetingSent,
    Method,
    LoginSent,
    LoginAnswer,
    RequestSent,
    /// Version, reply, reserved, type of address.
    Answer,
    /// The length of the name to which the proxy is bound.
    NameLength,
    /// The proxy's own address, which nobody needs.
    Address,
}

impl Socks5 {
    pub(super) fn new(
        target: &Endpoint,
        resolved: Option<SocketAddr>,
        credentials: Option<(&str, &Secret)>,
    ) -> Result<Self> {
        let login = credentials
            .map(|(user, password)| login(user, password))
            .transpose()?;
        let mut request = Wire::new();
        request.raw(&[5, 1, 0]);
        let ip = resolved.map(|address| address.ip()).or(target.host.ip());
        match (ip, &target.host) {
            (Some(IpAddr::V4(ip)), _) => request.raw(&[1]).raw(&ip.octets()),
            (Some(IpAddr::V6(ip)), _) => request.raw(&[4]).raw(&ip.octets()),
            (None, Host::Name(name)) => {
                check_argument("the host", name.as_bytes())?;
                request
                    .raw(&[3, length("the host", name)?])
                    .raw(name.as_bytes())
            }
            (None, _) => request.raw(&[1, 127, 0, 0, 1]),
        };
        request.raw(&target.port.to_be_bytes());
        Ok(Self {
            login,
            request,
            state: State::Begin,
        })
    }

    pub(super) fn advance(&mut self, received: &[u8]) -> Result<Next> {
        let (state, step) = match self.state {
            State::Begin => (State::GreetingSent, Next::Send(self.greeting())),
            State::GreetingSent => (State::Method, Next::Receive(2)),
            State::Method => self.method(received)?,
            State::LoginSent => (State::LoginAnswer, Next::Receive(2)),
            State::LoginAnswer => match received {
                [1, 0] => self.ask(),
                [1, _] => {
                    return Err(failure(
                        Reason::Auth,
                        "the proxy refuses user name and password",
                    ));
                }
                other => return Err(malformed("an answer to the login", other)),
            },
            State::RequestSent => (State::Answer, Next::Receive(4)),
            State::Answer => answer(received)?,
            State::NameLength => match received {
                // A name and the port behind it.
                [length] => (
                    State::Address,
                    Next::Receive(usize::from(*length).saturating_add(2)),
                ),
                other => return Err(malformed("the length of a name", other)),
            },
            State::Address => (State::Address, Next::Done),
        };
        self.state = state;
        Ok(step)
    }

    fn greeting(&self) -> Wire {
        let mut wire = Wire::new();
        match self.login {
            None => wire.raw(&[5, 1, NO_AUTHENTICATION]),
            Some(_) => wire.raw(&[5, 2, NO_AUTHENTICATION, USER_AND_PASSWORD]),
        };
        wire
    }

    fn method(&mut self, received: &[u8]) -> Result<(State, Next)> {
        match (received, self.login.take()) {
            ([5, NO_AUTHENTICATION], _) => Ok(self.ask()),
            ([5, USER_AND_PASSWORD], Some(login)) => Ok((State::LoginSent, Next::Send(login))),
            ([5, NONE_WILL_DO], None) => Err(failure(Reason::Auth, "the proxy asks for a login")),
            ([5, NONE_WILL_DO], Some(_)) => Err(failure(
                Reason::Auth,
                "the proxy accepts no login by user name and password",
            )),
            ([5, method], _) => Err(failure(
                Reason::Malformed,
                format!("the proxy chose login method {method}, which was not offered"),
            )),
            (other, _) => Err(malformed("a SOCKS5 greeting", other)),
        }
    }

    fn ask(&mut self) -> (State, Next) {
        (
            State::RequestSent,
            Next::Send(std::mem::take(&mut self.request)),
        )
    }
}

/// RFC 1929: version 1, then each with its length before it.
fn login(user: &str, password: &Secret) -> Result<Wire> {
    let password = password.expose();
    check_argument("the proxy's user name", user.as_bytes())?;
    check_text("the proxy's password", password.as_bytes())?;
    let user_length = length("the proxy's user name", user)?;
    let password_length = length("the proxy's password", password)?;
    let mut wire = Wire::new();
    wire.raw(&[1, user_length])
        .raw(user.as_bytes())
        .raw(&[password_length]);
    wire.hidden("proxy password", password.as_bytes());
    Ok(wire)
}

fn length(what: &str, text: &str) -> Result<u8> {
    u8::try_from(text.len()).map_err(|_| Error::usage(format!("{what} is longer than 255 bytes")))
}

fn answer(received: &[u8]) -> Result<(State, Next)> {
    match received {
        [5, 0, _, 1] => Ok((State::Address, Next::Receive(4 + 2))),
        [5, 0, _, 4] => Ok((State::Address, Next::Receive(16 + 2))),
        [5, 0, _, 3] => Ok((State::NameLength, Next::Receive(1))),
        [5, 0, ..] => Err(malformed("an address in a SOCKS5 answer", received)),
        [5, code, ..] => Err(failure(
            Reason::Refused,
            format!("the proxy says no: {}", words(*code)),
        )),
        other => Err(malformed("a SOCKS5 answer", other)),
    }
}

/// RFC 1928 section 6.
fn words(code: u8) -> String {
    let words = match code {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        other => return format!("code {other}"),
    };
    words.to_owned()
}
