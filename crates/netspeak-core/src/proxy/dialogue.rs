//! [`Dialogue`]: what is said to a proxy and what must be read of its answer, as a pure machine.

use std::net::SocketAddr;

use super::connect::Connect;
use super::server::{Kind, Proxy};
use super::socks4::Socks4;
use super::socks5::Socks5;
use crate::address::Endpoint;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::wire::Wire;

/// What the driver of a [`Dialogue`] has to do next.
#[derive(Clone, Debug)]
pub enum Next {
    /// Send these bytes, then go on with nothing received.
    Send(Wire),
    /// Receive exactly this many bytes, not one more, then go on with them.
    Receive(usize),
    /// The tunnel stands: the next byte comes from the target.
    Done,
}

/// The conversation with a proxy, without I/O.
///
/// The machine says how many bytes its next step certainly needs, and never asks for a byte that
/// could be the target's: what a server says first follows the proxy's answer at once, and whoever
/// reads ahead swallows it.
///
/// ```
/// use netspeak_core::proxy::{Dialogue, Proxy, Next};
///
/// # fn main() -> netspeak_core::Result<()> {
/// let proxy: Proxy = "socks5h://localhost".parse()?;
/// let mut dialogue = Dialogue::new(&proxy, &"mail.example.org:110".parse()?, None)?;
/// let Next::Send(greeting) = dialogue.advance(b"")? else { panic!() };
/// assert_eq!(greeting.bytes(), [5, 1, 0]);
/// assert!(matches!(dialogue.advance(b"")?, Next::Receive(2)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Dialogue(Machine);

#[derive(Clone, Debug)]
enum Machine {
    Socks4(Socks4),
    Socks5(Socks5),
    Connect(Connect),
}

impl Dialogue {
    /// Prepares to ask for a tunnel to `target`. `resolved` is its address, where the proxy wants
    /// one instead of a name ([`Proxy::wants_address`]).
    ///
    /// # Errors
    /// [`Error::Usage`] for names and credentials that this kind of proxy cannot be told.
    pub fn new(proxy: &Proxy, target: &Endpoint, resolved: Option<SocketAddr>) -> Result<Self> {
        let machine = match proxy.kind {
            Kind::Socks4 | Kind::Socks4a => {
                Machine::Socks4(Socks4::new(target, resolved, proxy.user.as_deref())?)
            }
            Kind::Socks5 | Kind::Socks5h => {
                Machine::Socks5(Socks5::new(target, resolved, proxy.credentials())?)
            }
            Kind::Http => Machine::Connect(Connect::new(target, proxy.credentials())?),
            #[cfg(feature = "tls")]
            Kind::Https => Machine::Connect(Connect::new(target, proxy.credentials())?),
        };
        Ok(Self(machine))
    }

    /// Goes on: with nothing at first and after sending, else with exactly the bytes asked for.
    ///
    /// # Errors
    /// `proxy.refused`, `proxy.auth`, `proxy.malformed`, `proxy.too_large`. The machine is not used
    /// again after an error.
    pub fn advance(&mut self, received: &[u8]) -> Result<Next> {
        match &mut self.0 {
            Machine::Socks4(machine) => machine.advance(received),
            Machine::Socks5(machine) => machine.advance(received),
            Machine::Connect(machine) => machine.advance(received),
        }
    }
}

/// The proxy failed in one of the ways that have a word.
pub(super) fn failure(reason: Reason, message: impl Into<String>) -> Error {
    Error::net(ErrorKind::new(Phase::Proxy, reason), message)
}

pub(super) fn malformed(expected: &str, got: &[u8]) -> Error {
    let got = crate::text::excerpt(got);
    failure(
        Reason::Malformed,
        format!("the proxy broke its protocol: expected {expected}, got {got:?}"),
    )
}
