//! [`PoolKey`]: which connections may stand in for one another.

#[cfg(any(feature = "tls", feature = "proxy"))]
use std::fmt;
use std::hash::{Hash, Hasher};
#[cfg(unix)]
use std::path::PathBuf;

use super::{Connector, Detour, Tls};
use crate::address::Endpoint;
use crate::dial::Dialer;
use crate::resolve::Resolver;

#[cfg(feature = "proxy")]
use crate::proxy::{Kind, NoProxy, Proxy, ProxyHeader};
#[cfg(feature = "tls")]
use crate::tls::{MaxVersion, MinVersion, Roots, Sni, TlsSettings, Verify};

/// What two connections must have in common for one to be used instead of the other: the endpoint,
/// the user, and every setting by which they would be other connections (TLS, ALPN, proxy, source
/// address, the address of a name). How long to wait and how much to take is not part of it.
///
/// Secrets are not kept in it, only SHA-256 fingerprints of them, which `Debug` does not show.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PoolKey {
    endpoint: Endpoint,
    tls: Tls,
    user: Option<String>,
    dialer: Dialer,
    resolver: Unhashed<Resolver>,
    detours: Vec<Detour>,
    #[cfg(unix)]
    unix_socket: Option<PathBuf>,
    #[cfg(feature = "tls")]
    tls_settings: TlsKey,
    #[cfg(feature = "proxy")]
    proxy: Option<ProxyKey>,
    #[cfg(feature = "proxy")]
    direct: (NoProxy, Option<ProxyHeader>),
}

impl Connector {
    /// The key under which a pool may keep a connection to `endpoint` with `user` logged in.
    pub fn pool_key(&self, endpoint: &Endpoint, tls: Tls, user: Option<&str>) -> PoolKey {
        PoolKey {
            endpoint: endpoint.clone(),
            tls,
            user: user.map(str::to_owned),
            dialer: self.dialer.clone(),
            resolver: Unhashed(self.resolver.clone()),
            detours: self.detours.clone(),
            #[cfg(unix)]
            unix_socket: self.unix_socket.clone(),
            #[cfg(feature = "tls")]
            tls_settings: TlsKey::of(&self.tls),
            #[cfg(feature = "proxy")]
            proxy: self.via.proxy.as_ref().map(ProxyKey::of),
            #[cfg(feature = "proxy")]
            direct: (self.via.no_proxy.clone(), self.via.header),
        }
    }
}

/// Counts for equality only: what has no hash of its own and seldom tells keys apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Unhashed<T>(T);

impl<T> Hash for Unhashed<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// Stands for a secret.
#[cfg(any(feature = "tls", feature = "proxy"))]
#[derive(Clone, PartialEq, Eq, Hash)]
struct Fingerprint([u8; 32]);

#[cfg(any(feature = "tls", feature = "proxy"))]
impl Fingerprint {
    fn of(secret: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(secret).into())
    }
}

#[cfg(any(feature = "tls", feature = "proxy"))]
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(feature = "tls")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct TlsKey {
    roots: Roots,
    verify: Verify,
    sni: Sni,
    alpn: Vec<Vec<u8>>,
    min_version: MinVersion,
    max_version: MaxVersion,
    pins: Vec<[u8; 32]>,
    identity: Option<(String, Fingerprint)>,
    key_log: Option<PathBuf>,
}

#[cfg(feature = "tls")]
impl TlsKey {
    fn of(settings: &TlsSettings) -> Self {
        // Named one by one, so that a new setting cannot be forgotten here.
        let TlsSettings {
            roots,
            verify,
            sni,
            alpn,
            min_version,
            max_version,
            pins,
            identity,
            key_log,
        } = settings.clone();
        let identity = identity.map(|identity| {
            (
                identity.chain_pem,
                Fingerprint::of(identity.key_pem.expose().as_bytes()),
            )
        });
        Self {
            roots,
            verify,
            sni,
            alpn,
            min_version,
            max_version,
            pins,
            identity,
            key_log,
        }
    }
}

#[cfg(feature = "proxy")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ProxyKey {
    kind: Kind,
    endpoint: Endpoint,
    user: Option<String>,
    password: Option<Fingerprint>,
    #[cfg(feature = "tls")]
    tls: TlsKey,
}

#[cfg(feature = "proxy")]
impl ProxyKey {
    fn of(proxy: &Proxy) -> Self {
        Self {
            kind: proxy.kind,
            endpoint: proxy.endpoint.clone(),
            user: proxy.user.clone(),
            password: proxy
                .password
                .as_ref()
                .map(|p| Fingerprint::of(p.expose().as_bytes())),
            #[cfg(feature = "tls")]
            tls: TlsKey::of(&proxy.tls),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::resolve::Family;
    use crate::secret::Secret;
    use crate::socket::Options;
    use crate::tls::Identity;

    /// One change of one setting.
    type Change = fn(Connector) -> Connector;

    fn tls(connector: Connector, change: fn(&mut TlsSettings)) -> Connector {
        let mut settings = connector.tls_settings().clone();
        change(&mut settings);
        connector.with_tls(settings)
    }

    fn dialer(connector: Connector, change: fn(&mut Dialer)) -> Connector {
        let mut changed = connector.dialer.clone();
        change(&mut changed);
        connector.with_dialer(changed)
    }

    fn proxy(url: &str) -> Proxy {
        url.parse().unwrap()
    }

    fn identity(key: &str) -> Option<Identity> {
        Some(Identity {
            chain_pem: "chain".into(),
            key_pem: Secret::from(key),
        })
    }

    /// Values of each setting, the first being another than the default; no two are alike.
    const CHANGES: &[&[Change]] = &[
        &[
            |c| tls(c, |t| t.verify = Verify::Note),
            |c| tls(c, |t| t.verify = Verify::Nothing),
        ],
        &[
            |c| tls(c, |t| t.roots = Roots::Pem(vec!["x".into()])),
            |c| {
                let mine =
                    |t: &mut TlsSettings| t.roots = Roots::System.and(Roots::Pem(vec!["x".into()]));
                tls(c, mine)
            },
        ],
        &[
            |c| tls(c, |t| t.sni = Sni::Off),
            |c| tls(c, |t| t.sni = Sni::Name("x.example".into())),
        ],
        &[|c| c.with_alpn(&[b"imap"]), |c| c.with_alpn(&[b"pop3"])],
        &[|c| tls(c, |t| t.min_version = MinVersion::Tls13)],
        &[|c| tls(c, |t| t.max_version = MaxVersion::Tls12)],
        &[|c| tls(c, |t| t.pins = vec![[1; 32]])],
        &[
            |c| tls(c, |t| t.identity = identity("marker-one")),
            |c| tls(c, |t| t.identity = identity("marker-two")),
        ],
        &[|c| tls(c, |t| t.key_log = Some("/tmp/keys".into()))],
        &[
            |c| c.with_proxy(proxy("socks5://h")),
            |c| c.with_proxy(proxy("socks5h://h")),
            |c| c.with_proxy(proxy("socks5h://h:1")),
            |c| c.with_proxy(proxy("socks5h://i")),
            |c| c.with_proxy(proxy("socks5h://u:marker-one@h")),
            |c| c.with_proxy(proxy("socks5h://u:marker-two@h")),
            |c| c.with_proxy(proxy("socks5h://v:marker-one@h")),
            |c| c.with_proxy(proxy("https://h")),
            |c| c.with_proxy(proxy("https://h").with_tls(TlsSettings::default())),
        ],
        &[|c| c.with_no_proxy("*".parse().unwrap())],
        &[
            |c| c.with_proxy_header(ProxyHeader::V1(crate::proxy::Behind::Nobody)),
            |c| c.with_proxy_header(ProxyHeader::V2(crate::proxy::Behind::Nobody)),
        ],
        &[
            |c| c.with_unix_socket("/run/one"),
            |c| c.with_unix_socket("/run/two"),
        ],
        &[|c| dialer(c, |d| d.source = Some([127, 0, 0, 2].into()))],
        &[|c| dialer(c, |d| d.source_port = 7)],
        &[|c| dialer(c, |d| d.interface = Some("eth0".into()))],
        &[|c| dialer(c, |d| d.options = Options::new().tos(4))],
        &[|c| dialer(c, |d| d.stagger = Duration::from_secs(1))],
        &[|c| c.with_family(Family::V4), |c| c.with_family(Family::V6)],
        &[|c| c.with_address_of("h", None, vec![[127, 0, 0, 1].into()])],
        &[|c| c.with_detour("h:1:i:2".parse().unwrap())],
    ];

    fn endpoint() -> Endpoint {
        "mail.example.org:143".parse().unwrap()
    }

    /// For each setting: 0 is the default, n the n-th value.
    fn built(choice: &[usize]) -> Connector {
        CHANGES.iter().zip(choice).fold(
            Connector::new(),
            |connector, (values, chosen)| match chosen.checked_sub(1).and_then(|at| values.get(at))
            {
                Some(change) => change(connector),
                None => connector,
            },
        )
    }

    proptest! {
        #[test]
        fn keys_are_equal_exactly_when_all_settings_are(
            one in prop::collection::vec(0usize..4, CHANGES.len()),
            at in 0..CHANGES.len(),
            other in 0usize..4,
        ) {
            let clamp = |choice: &[usize]| -> Vec<usize> {
                choice.iter().zip(CHANGES).map(|(chosen, values)| (*chosen).min(values.len())).collect()
            };
            let mut two = one.clone();
            two[at] = other;
            let (one, two) = (clamp(&one), clamp(&two));
            let key = |choice: &[usize]| built(choice).pool_key(&endpoint(), Tls::Required, Some("u"));
            prop_assert_eq!(key(&one) == key(&two), one == two);
            let both: HashSet<PoolKey> = [key(&one), key(&two), key(&one)].into();
            prop_assert_eq!(both.len(), if one == two { 1 } else { 2 });
        }
    }

    #[test]
    fn patience_and_limits_do_not_separate_connections() {
        let limits = crate::limits::Limits {
            reply_lines: 7,
            ..Default::default()
        };
        let other = Connector::new()
            .with_total(Duration::from_secs(1))
            .with_limits(limits);
        let key = |connector: &Connector| connector.pool_key(&endpoint(), Tls::Required, None);
        assert_eq!(key(&other), key(&Connector::new()));
    }

    #[test]
    fn every_single_change_gives_another_key() {
        let mut keys = HashSet::new();
        keys.insert(Connector::new().pool_key(&endpoint(), Tls::Required, Some("u")));
        let mut count = 1;
        for change in CHANGES.iter().copied().flatten() {
            keys.insert(change(Connector::new()).pool_key(&endpoint(), Tls::Required, Some("u")));
            count += 1;
        }
        let plain = Connector::new();
        for (other, tls, user) in [
            ("mail.example.org:144", Tls::Required, Some("u")),
            ("imap.example.org:143", Tls::Required, Some("u")),
            ("mail.example.org:143", Tls::Opportunistic, Some("u")),
            ("mail.example.org:143", Tls::Required, Some("v")),
            ("mail.example.org:143", Tls::Required, None),
        ] {
            keys.insert(plain.pool_key(&other.parse().unwrap(), tls, user));
            count += 1;
        }
        assert_eq!(keys.len(), count);
        assert!(!format!("{keys:?}").contains("marker"), "a secret is shown");
    }
}
