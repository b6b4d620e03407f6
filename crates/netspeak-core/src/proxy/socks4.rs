//! SOCKS4 and SOCKS4a: one request, eight bytes of answer.
//!
//! SOCKS4a sends the name behind an address that cannot exist, 0.0.0.1, and the proxy looks it up.

use std::net::{Ipv4Addr, SocketAddr};

use super::dialogue::{Next, failure, malformed};
use crate::address::{Endpoint, Host};
use crate::error::{Error, Reason, Result};
use crate::wire::{Wire, check_text};

#[derive(Clone, Debug)]
pub(super) struct Socks4 {
    request: Wire,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Begin,
    Sent,
    Answer,
}

impl Socks4 {
    pub(super) fn new(
        target: &Endpoint,
        resolved: Option<SocketAddr>,
        user: Option<&str>,
    ) -> Result<Self> {
        let user = user.unwrap_or_default();
        check_text("the proxy's user name", user.as_bytes())?;
        let (address, name) = match (resolved, &target.host) {
            (Some(SocketAddr::V4(v4)), _) => (*v4.ip(), None),
            (None, Host::V4(ip)) => (*ip, None),
            (None, Host::Name(name)) => (Ipv4Addr::new(0, 0, 0, 1), Some(name)),
            (None, Host::Any) => (Ipv4Addr::LOCALHOST, None),
            (Some(SocketAddr::V6(_)), _) | (None, Host::V6(..)) => {
                return Err(Error::usage(
                    "a SOCKS4 proxy cannot connect to an IPv6 address",
                ));
            }
        };
        if user.len() > 255 {
            return Err(Error::usage(
                "the proxy's user name is longer than 255 bytes",
            ));
        }
        let mut request = Wire::new();
        request
            .raw(&[4, 1])
            .raw(&target.port.to_be_bytes())
            .raw(&address.octets());
        request.raw(user.as_bytes()).raw(&[0]);
        if let Some(name) = name {
            check_text("the host", name.as_bytes())?;
            request.raw(name.as_bytes()).raw(&[0]);
        }
        Ok(Self {
            request,
            state: State::Begin,
        })
    }

    pub(super) fn advance(&mut self, received: &[u8]) -> Result<Next> {
        match self.state {
            State::Begin => {
                self.state = State::Sent;
                Ok(Next::Send(std::mem::take(&mut self.request)))
            }
            State::Sent => {
                self.state = State::Answer;
                Ok(Next::Receive(8))
            }
            State::Answer => match received {
                [0, 90, ..] => Ok(Next::Done),
                [0, 91, ..] => Err(failure(
                    Reason::Refused,
                    "the proxy rejects the request or failed",
                )),
                [0, 92, ..] => Err(failure(
                    Reason::Auth,
                    "the proxy could not ask our machine who we are (ident)",
                )),
                [0, 93, ..] => Err(failure(
                    Reason::Auth,
                    "the proxy was told another user name by our machine (ident)",
                )),
                other => Err(malformed("a SOCKS4 answer", other)),
            },
        }
    }
}
