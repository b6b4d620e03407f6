//! [`Opening`]: how to connect and log in, said once for every protocol's builder, for probes and for
//! the command; and [`Prepared`]: the same for one target.

use crate::address::Endpoint;
use crate::conn::Conn;
use crate::connect::{Connector, PoolKey};
use crate::deadline::Timeouts;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::policy::ClearTextAuth;
#[cfg(feature = "sasl")]
use crate::sasl::Credentials;
use crate::scheme::{Scheme, Tls};
use crate::target::Target;
use crate::trace::Trace;

/// What a protocol lays down for its connections.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Its schemes; the first is the plain one.
    pub schemes: &'static [Scheme],
    /// Its ALPN ids; no other is ever offered for it.
    pub alpn: &'static [&'static [u8]],
    /// Its command for the upgrade to TLS, such as `STARTTLS`; empty if it has none.
    pub upgrade: &'static str,
    /// How long its peers may take, where that is not as [`Timeouts::USUAL`] has it.
    pub timeouts: Timeouts,
    /// Whether the connections of one client resume each other's TLS sessions.
    pub sessions: TlsSessions,
}

/// Whether the connections of one client resume each other's TLS sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsSessions {
    /// Each begins its own.
    #[default]
    Apart,
    /// They do: data connections resume the session of their control connection.
    Shared,
}

/// How to connect and log in.
///
/// ```
/// use netspeak_core::{Opening, Tls};
///
/// let mut opening = Opening::default();
/// opening.tls = Some(Tls::Required);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Opening {
    /// Proxies, roots, addresses, limits, time-outs.
    pub connector: Connector,
    /// When TLS begins; `None`: as the scheme says, and to this machine not at all.
    pub tls: Option<Tls>,
    /// Who logs in; `None`: who stands in the URL.
    #[cfg(feature = "sasl")]
    pub credentials: Option<Credentials>,
    /// Whether secrets may cross a connection that protects nothing.
    pub clear_text_auth: ClearTextAuth,
    /// ALPN ids instead of the protocol's own; none for a handshake without ALPN, for servers that fail over it.
    pub alpn: Option<Vec<Vec<u8>>>,
    /// The name by which we introduce ourselves, where a protocol has a word for it (SMTP's EHLO); `None`:
    /// as the protocol finds it.
    pub own_name: Option<String>,
    /// The record of the connection; `None`: a new one.
    pub trace: Option<Trace>,
}

/// An [`Opening`] for one target of one protocol.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prepared {
    /// The scheme's name; that of the first one where the target has none.
    pub scheme: &'static str,
    /// Where to connect.
    pub endpoint: Endpoint,
    /// When TLS begins.
    pub tls: Tls,
    /// How to connect: with the protocol's ALPN ids and time-outs.
    pub connector: Connector,
    /// Who logs in.
    #[cfg(feature = "sasl")]
    pub credentials: Option<Credentials>,
    /// Whether secrets may cross a connection that protects nothing.
    pub clear_text_auth: ClearTextAuth,
    /// The name by which we introduce ourselves, if one was given.
    pub own_name: Option<String>,
    /// The record of the connection.
    pub trace: Trace,
    upgrade: &'static str,
    is_wish: bool,
}

/// What a peer offers that counts for the upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpgradeOffer {
    /// Whether it offers the upgrade; `None` if it cannot be asked.
    pub upgrade: Option<bool>,
    /// Whether it lets anybody log in without.
    pub login: bool,
}

impl Opening {
    /// Reads a target: where to go, when TLS begins, who logs in.
    ///
    /// # Errors
    /// [`Error::Usage`] for another protocol's scheme, an unknown service name, a user without a
    /// password, and for going without TLS where the scheme means TLS.
    pub fn prepare(&self, rules: &Rules, target: &Target) -> Result<Prepared> {
        #[cfg(feature = "sasl")]
        let credentials = match &self.credentials {
            Some(credentials) => Some(credentials.clone().for_target(target)),
            None => Credentials::of_target(target)?,
        };
        #[cfg(feature = "sasl")]
        let has_login = credentials.is_some();
        #[cfg(not(feature = "sasl"))]
        let has_login = target.password().is_some();
        let (endpoint, tls) = Scheme::endpoint(rules.schemes, target, self.tls, has_login)?;
        let timeouts = self.connector.timeouts().or(&rules.timeouts);
        let connector = self.connector.clone().with_timeouts(timeouts);
        #[cfg(feature = "tls")]
        let connector = match tls {
            // Encryption to anybody is better than none (RFC 7435).
            Tls::Opportunistic if !has_login => connector.noting_certificates(),
            _ => connector,
        }
        .with_alpn(&self.alpn_ids(rules))
        .sharing_sessions(rules.sessions);
        let named = rules
            .schemes
            .iter()
            .find(|scheme| Some(scheme.name) == target.scheme());
        let scheme = named.or(rules.schemes.first());
        Ok(Prepared {
            scheme: scheme.map_or("", |scheme| scheme.name),
            endpoint,
            tls,
            connector,
            #[cfg(feature = "sasl")]
            credentials,
            clear_text_auth: self.clear_text_auth,
            own_name: self.own_name.clone(),
            trace: self.trace.clone().unwrap_or_default(),
            upgrade: rules.upgrade,
            is_wish: self.tls.is_some(),
        })
    }
}

#[cfg(feature = "tls")]
impl Opening {
    fn alpn_ids<'a>(&'a self, rules: &Rules) -> Vec<&'a [u8]> {
        match &self.alpn {
            Some(ids) => ids.iter().map(Vec::as_slice).collect(),
            None => rules.alpn.to_vec(),
        }
    }
}

impl Prepared {
    /// Connects; with [`Tls::Implicit`] it also does the handshake.
    ///
    /// # Errors
    /// As [`Connector::connect`].
    pub async fn connect(&self) -> Result<Conn> {
        self.connector
            .connect(&self.endpoint, self.tls, &self.trace)
            .await
    }

    /// Whether somebody logs in.
    pub fn has_login(&self) -> bool {
        #[cfg(feature = "sasl")]
        return self.credentials.is_some();
        #[cfg(not(feature = "sasl"))]
        false
    }

    /// Whether an upgrade may come into question on this connection, so that the peer is to be asked
    /// what it offers.
    pub fn may_upgrade(&self, conn: &Conn) -> bool {
        matches!(self.tls, Tls::Opportunistic | Tls::Required) && !conn.is_encrypted()
    }

    /// Whether to upgrade this connection. Without a wish, what stays on this machine is private
    /// enough as it is, unless somebody is to log in whom the peer lets in inside TLS only.
    ///
    /// # Errors
    /// `starttls.not_offered` if the upgrade is demanded and not offered.
    pub fn upgrades(&self, conn: &Conn, offer: UpgradeOffer) -> Result<bool> {
        let can_stay = !self.has_login() || offer.login || offer.upgrade != Some(true);
        if !self.is_wish && conn.is_private() && can_stay {
            return Ok(false);
        }
        self.upgrades_anywhere(conn, offer)
    }

    /// As [`upgrades`](Self::upgrades), also to this machine: for probes, which want to know.
    ///
    /// # Errors
    /// As [`upgrades`](Self::upgrades).
    pub fn upgrades_anywhere(&self, conn: &Conn, offer: UpgradeOffer) -> Result<bool> {
        match (self.tls, offer.upgrade) {
            _ if !self.may_upgrade(conn) => Ok(false),
            // Nobody demanded it, and what stays on this machine is private enough.
            (_, Some(false)) if !self.is_wish && conn.is_private() => Ok(false),
            (Tls::Required, Some(false)) => Err(Error::unsupported(
                format!("{}, which is required here", self.upgrade),
                ErrorKind::new(Phase::Starttls, Reason::NotOffered),
            )),
            // A peer that cannot be asked may still know it: when TLS is required, try.
            (Tls::Required, None) => Ok(true),
            (_, offered) => Ok(offered == Some(true)),
        }
    }

    /// The key under which a pool may keep this connection.
    pub fn pool_key(&self) -> PoolKey {
        #[cfg(feature = "sasl")]
        let user = self.credentials.as_ref().map(Credentials::user);
        #[cfg(not(feature = "sasl"))]
        let user = None;
        self.connector.pool_key(&self.endpoint, self.tls, user)
    }
}

/// The setters that every builder has, for an `opening: Opening` in it.
#[doc(hidden)]
#[macro_export]
macro_rules! opening_setters {
    () => {
        $crate::opening_setters!("A total over everything that this client will ever do");
    };
    ($total:literal) => {
        /// Connects with this connector: proxies, roots, limits, and its time-outs in place of those that
        /// were set before.
        #[must_use]
        pub fn connector(mut self, connector: $crate::Connector) -> Self {
            self.opening.connector = connector;
            self
        }

        /// When TLS begins. Default: as the scheme says. A scheme that upgrades where it can must
        /// upgrade as soon as somebody logs in; to a peer on this machine (a loopback address, a Unix
        /// socket) it does not, unless the peer lets nobody log in otherwise.
        #[must_use]
        pub fn tls(mut self, tls: $crate::Tls) -> Self {
            self.opening.tls = Some(tls);
            self
        }

        #[doc = concat!($total, ": the [`Timeouts::total`] of its time-outs, and the `--max-time` of the command.")]
        ///
        /// [`Timeouts::total`]: crate::Timeouts::total
        #[must_use]
        pub fn deadline(mut self, total: ::std::time::Duration) -> Self {
            self.opening.connector = self.opening.connector.with_total(total);
            self
        }

        /// How long each part may take; what is not said is as the protocol has it. A
        /// [`deadline`](Self::deadline) that was set before stays unless there is a total here.
        #[must_use]
        pub fn timeouts(mut self, mut timeouts: $crate::Timeouts) -> Self {
            timeouts.total = timeouts.total.or(self.opening.connector.timeouts().total);
            self.opening.connector = self.opening.connector.with_timeouts(timeouts);
            self
        }

        /// Records into this trace.
        #[must_use]
        pub fn trace(mut self, trace: $crate::Trace) -> Self {
            self.opening.trace = Some(trace);
            self
        }

        /// All of it at once.
        #[must_use]
        pub fn opening(mut self, opening: $crate::Opening) -> Self {
            self.opening = opening;
            self
        }
    };
}

/// The setters of builders whose clients log in.
#[doc(hidden)]
#[macro_export]
macro_rules! login_setters {
    () => {
        /// Who logs in; a URL's own user and password count otherwise.
        #[must_use]
        pub fn credentials(mut self, credentials: $crate::sasl::Credentials) -> Self {
            self.opening.credentials = Some(credentials);
            self
        }

        /// Whether secrets may cross a connection that protects nothing. Default: only to this
        /// machine.
        #[must_use]
        pub fn clear_text_auth(mut self, policy: $crate::ClearTextAuth) -> Self {
            self.opening.clear_text_auth = policy;
            self
        }
    };
}

#[cfg(test)]
#[cfg(all(feature = "sasl", feature = "tls"))]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use std::time::Duration;

    const RULES: Rules = Rules {
        schemes: &[
            Scheme {
                name: "talk",
                port: 7,
                tls: Tls::Opportunistic,
            },
            Scheme {
                name: "talks",
                port: 8,
                tls: Tls::Implicit,
            },
        ],
        alpn: &[b"talk"],
        upgrade: "STARTTLS",
        timeouts: Timeouts {
            greeting: Some(Duration::from_secs(30)),
            ..Timeouts::UNSET
        },
        sessions: TlsSessions::Apart,
    };

    fn prepare(opening: &Opening, url: &str) -> Result<Prepared> {
        opening.prepare(&RULES, &url.parse().unwrap())
    }

    #[test]
    fn who_logs_in() {
        let none = Opening::default();
        for (url, who) in [
            ("talk://h", Ok(None)),
            ("talk://ops:pw@h", Ok(Some(("ops", None)))),
            (
                "talk://ops;AUTH=PLAIN:pw@h",
                Ok(Some(("ops", Some("PLAIN")))),
            ),
            ("talk://ops;AUTH=*:pw@h", Ok(Some(("ops", None)))),
            (
                "talk://ops;AUTH=EXTERNAL@h",
                Ok(Some(("ops", Some("EXTERNAL")))),
            ),
            (
                "talk://;AUTH=ANONYMOUS@h",
                Ok(Some(("", Some("ANONYMOUS")))),
            ),
            // Nobody is to believe that this logged in.
            ("talk://ops@h", Err("usage")),
        ] {
            let found = prepare(&none, url).map(|prepared| prepared.credentials);
            let found = match &found {
                Ok(found) => Ok(found.as_ref().map(|c| (c.user(), c.mechanism()))),
                Err(error) => Err(error.kind().to_string()),
            };
            assert_eq!(found, who.map_err(str::to_owned), "{url}");
        }
        let given = Opening {
            credentials: Some(Credentials::token("me", Secret::from("abc"))),
            ..Opening::default()
        };
        let prepared = prepare(&given, "talk://ops;AUTH=XOAUTH2@h").unwrap();
        let credentials = prepared.credentials.unwrap();
        assert_eq!(
            (credentials.user(), credentials.mechanism()),
            ("me", Some("XOAUTH2"))
        );
    }

    #[tokio::test]
    async fn one_decision_whether_to_upgrade() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let offer = |upgrade, login| UpgradeOffer { upgrade, login };
        let all = offer(Some(true), true);
        let inside = offer(Some(true), false);
        let nothing = offer(Some(false), true);
        let mute = offer(None, true);
        let (y, n) = (Ok(true), Ok(false));
        let e = Err("starttls.not_offered".to_owned());
        for (wish, login, far, here) in [
            // All, inside, nothing, mute: to a stranger, and to this machine.
            (None, false, [&y, &y, &n, &n], [&n, &n, &n, &n]),
            (None, true, [&y, &y, &e, &y], [&n, &y, &n, &n]),
            (
                Some(Tls::Opportunistic),
                true,
                [&y, &y, &n, &n],
                [&y, &y, &n, &n],
            ),
            (
                Some(Tls::Required),
                false,
                [&y, &y, &e, &y],
                [&y, &y, &e, &y],
            ),
            (Some(Tls::Off), true, [&n; 4], [&n; 4]),
        ] {
            let opening = Opening {
                tls: wish,
                ..Opening::default()
            };
            let url = if login {
                "talk://u:p@127.0.0.1"
            } else {
                "talk://127.0.0.1"
            };
            let prepared = prepare(&opening, &format!("{url}:{port}")).unwrap();
            let (memory, _peer) = tokio::io::duplex(9);
            let far_conn = Conn::from_memory(memory);
            let here_conn = prepared.connect().await.unwrap();
            for (conn, expected) in [(&far_conn, far), (&here_conn, here)] {
                for (offer, expected) in [all, inside, nothing, mute].into_iter().zip(expected) {
                    let found = prepared.upgrades(conn, offer);
                    let found = found.map_err(|error| error.kind().to_string());
                    assert_eq!(&found, expected, "{wish:?} {login} {offer:?}");
                }
            }
            let anywhere = |offer| prepared.upgrades_anywhere(&here_conn, offer);
            assert_eq!(anywhere(all).unwrap(), wish != Some(Tls::Off));
            // Whoever may log in here may do so in a probe as well.
            assert_eq!(anywhere(nothing).is_err(), wish == Some(Tls::Required));
        }
    }

    #[test]
    fn the_protocols_time_is_its_own_and_what_was_said_counts() {
        let mut opening = Opening::default();
        let greeting = |opening: &Opening| {
            let prepared = prepare(opening, "talk://h").unwrap();
            prepared.connector.timeouts().greeting
        };
        assert_eq!(greeting(&opening), Some(Duration::from_secs(30)));
        let said = Timeouts::UNSET.with_greeting(Duration::from_secs(10));
        opening.connector = opening.connector.with_timeouts(said);
        assert_eq!(greeting(&opening), Some(Duration::from_secs(10)));
    }
}
