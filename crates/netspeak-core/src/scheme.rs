//! [`Scheme`]: what the name in a URL means, and [`Tls`]: when the encryption begins.

#[cfg(feature = "net")]
use crate::{
    address::{Endpoint, Transport},
    error::{Error, Result},
    target::Target,
};

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tls {
    /// Never.
    Off,
    /// After asking in clear text, if the server offers it. No credentials go out if it does not,
    /// or if its certificate does not verify.
    Opportunistic,
    /// After asking in clear text; it is an error if the server does not offer it.
    Required,
    /// From the first byte.
    Implicit,
}

/// A URL scheme: what its name means before anything is said about port and TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The scheme's name, lower case.
    pub name: &'static str,
    /// The port it means.
    pub port: u16,
    /// When TLS begins, unless the caller says otherwise.
    pub tls: Tls,
}

impl Scheme {
    /// A scheme.
    pub const fn new(name: &'static str, port: u16, tls: Tls) -> Self {
        Self { name, port, tls }
    }

    /// Where a target of one of these schemes is, and when TLS begins there. A target without
    /// scheme has the first one.
    ///
    /// `wish` is the caller's; without one, a scheme that would upgrade if it can must upgrade as
    /// soon as there are credentials.
    ///
    /// # Errors
    /// [`Error::Usage`] for another protocol's scheme, an unknown service name, and for going
    /// without TLS where the scheme means TLS.
    #[cfg(feature = "net")]
    pub(crate) fn endpoint(
        schemes: &[Self],
        target: &Target,
        wish: Option<Tls>,
        with_credentials: bool,
    ) -> Result<(Endpoint, Tls)> {
        let scheme = match target.scheme() {
            None => schemes.first(),
            Some(name) => schemes.iter().find(|scheme| scheme.name == name),
        };
        let scheme = scheme.ok_or_else(|| {
            Error::usage(format!(
                "{} is not a scheme of this protocol",
                target.scheme().unwrap_or("")
            ))
        })?;
        let port = match target.port() {
            Some(port) => port.number(Transport::Tcp)?,
            None => scheme.port,
        };
        let tls = match (scheme.tls, wish) {
            (Tls::Implicit, Some(Tls::Off)) => {
                let name = scheme.name;
                return Err(Error::usage(format!(
                    "{name} means TLS from the first byte, which cannot be left out"
                )));
            }
            (Tls::Implicit, _) => Tls::Implicit,
            (_, Some(wish)) => wish,
            (Tls::Opportunistic, None) if with_credentials => Tls::Required,
            (default, None) => default,
        };
        Ok((Endpoint::new(target.host().clone(), port), tls))
    }
}
