//! What is meant: a connector, credentials, options, made from what was typed.

use std::time::Duration;

use netspeak::core::proxy::{Behind, ProxyHeader};
use netspeak::core::sasl::Credentials;
use netspeak::core::tls::{Identity, MinVersion, Roots, Sni, TlsSettings, Verify, parse_pin};
use netspeak::core::{
    ClearTextAuth, Connector, Dialer, Error, Family, Result, Secret, Target, Timeouts, Tls,
};

use crate::args::{ConnectArgs, TlsWish};
use crate::input;

/// A user and what proves it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Login {
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
}

impl ConnectArgs {
    /// How to connect.
    pub(crate) fn connector(&self) -> Result<Connector> {
        let mut connector = Connector::new()
            .with_timeouts(self.timeouts()?)
            .with_family(self.family())
            .with_dialer(self.dialer()?)
            .with_tls(self.tls_settings()?);
        for text in &self.resolve {
            let (host, port, addresses) = parse_resolve(text)?;
            connector = connector.with_address_of(host, Some(port), addresses);
        }
        if let Some(proxy) = &self.proxy {
            connector = connector.with_proxy(proxy.parse()?);
        }
        if let Some(list) = &self.noproxy {
            connector = connector.with_no_proxy(list.parse()?);
        }
        if self.haproxy_protocol {
            connector = connector.with_proxy_header(ProxyHeader::V1(Behind::Ourselves));
        }
        if let Some(path) = &self.unix_socket {
            connector = connector.with_unix_socket(path);
        }
        Ok(connector)
    }

    /// When TLS begins, if the user has a wish.
    pub(crate) fn tls_wish(&self) -> Option<Tls> {
        match (self.starttls, self.tls) {
            (true, _) | (_, Some(TlsWish::Require)) => Some(Tls::Required),
            (_, Some(TlsWish::Auto)) => Some(Tls::Opportunistic),
            (_, Some(TlsWish::Off)) => Some(Tls::Off),
            (false, None) => None,
        }
    }

    /// The policy on clear text.
    pub(crate) fn clear_text_auth(&self) -> ClearTextAuth {
        if self.allow_plaintext_auth {
            ClearTextAuth::Allowed
        } else {
            ClearTextAuth::LocalOnly
        }
    }

    /// The only mechanism to use.
    pub(crate) fn mechanism(&self) -> Result<Option<String>> {
        let Some(text) = &self.login_options else {
            return Ok(None);
        };
        match text.strip_prefix("AUTH=") {
            Some("*") => Ok(None),
            Some(mechanism) => Ok(Some(mechanism.trim_start_matches('+').to_owned())),
            None => Err(Error::usage("--login-options takes AUTH= and a mechanism")),
        }
    }

    /// Who logs in at this target. Without `--user` the URL's own user counts.
    pub(crate) fn login(&self, target: &Target) -> Result<Login> {
        let (user, inline) = match &self.user {
            Some(text) => match text.split_once(':') {
                Some((user, password)) => (Some(user.to_owned()), Some(Secret::from(password))),
                None => (Some(text.clone()), None),
            },
            None => (target.user().map(str::to_owned), target.password().cloned()),
        };
        if user.is_none() {
            return Ok(Login::default());
        }
        let password = input::named_password(self)?
            .or(inline)
            .or_else(input::usual_password);
        Ok(Login { user, password })
    }

    /// Credentials for a transfer; a user without password is an error.
    pub(crate) fn credentials(&self, target: &Target) -> Result<Option<Credentials>> {
        let login = self.login(target)?;
        let Some(user) = login.user else {
            return Ok(None);
        };
        let password = login.password.ok_or_else(|| {
            Error::usage(format!(
                "no password for {user}: use --password-file, --password-cmd, --password-env or NETSPEAK_PASSWORD"
            ))
        })?;
        let mut credentials = Credentials::password(user, password);
        let from_url = target.mechanism().filter(|m| *m != "*").map(str::to_owned);
        if let Some(mechanism) = self.mechanism()?.or(from_url) {
            credentials = credentials.with_mechanism(mechanism.trim_start_matches('+'));
        }
        Ok(Some(credentials))
    }

    fn timeouts(&self) -> Result<Timeouts> {
        let mut timeouts = Timeouts::default();
        if let Some(total) = self.max_time {
            timeouts.total = Some(seconds("--max-time", total)?);
        }
        if let Some(limit) = self.connect_timeout {
            timeouts.tcp = seconds("--connect-timeout", limit)?;
        }
        Ok(timeouts)
    }

    fn family(&self) -> Family {
        match (self.ipv4, self.ipv6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            _ => Family::Any,
        }
    }

    fn dialer(&self) -> Result<Dialer> {
        let mut dialer = Dialer::default();
        match self.interface.as_deref().map(|text| (text, text.parse())) {
            Some((_, Ok(address))) => dialer.source = Some(address),
            Some((name, Err(_))) => dialer.interface = Some(name.to_owned()),
            None => {}
        }
        Ok(dialer)
    }

    fn tls_settings(&self) -> Result<TlsSettings> {
        let mut settings = TlsSettings::default();
        if let Some(file) = &self.cacert {
            settings.roots = Roots::Files(vec![file.clone()]);
        }
        if self.insecure {
            settings.verify = Verify::Nothing;
        }
        if let Some(name) = &self.sni {
            settings.sni = Sni::Name(name.clone());
        }
        if self.tls13 {
            settings.min_version = MinVersion::Tls13;
        }
        if let Some(pins) = &self.pinnedpubkey {
            settings.pins = pins.split(';').map(parse_pin).collect::<Result<_>>()?;
        }
        if let Some(cert) = &self.cert {
            let chain_pem = input::text_file(cert)?;
            let key_pem = match &self.key {
                Some(key) => Secret::from(input::text_file(key)?),
                None => Secret::from(chain_pem.clone()),
            };
            settings.identity = Some(Identity { chain_pem, key_pem });
        }
        settings.key_log = input::key_log();
        Ok(settings)
    }
}

fn seconds(flag: &str, value: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(value)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            Error::usage(format!(
                "{flag} takes a positive number of seconds, not {value}"
            ))
        })
}

/// `host:port:address[,address]`, as curl has it.
fn parse_resolve(text: &str) -> Result<(&str, u16, Vec<std::net::IpAddr>)> {
    let bad = || Error::usage(format!("--resolve takes host:port:address, not {text:?}"));
    let mut parts = text.splitn(3, ':');
    let (Some(host), Some(port), Some(addresses)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(bad());
    };
    let parse = |address: &str| {
        address
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .map_err(|_| bad())
    };
    let addresses = addresses
        .split(',')
        .map(parse)
        .collect::<Result<Vec<_>>>()?;
    Ok((host, port.parse().map_err(|_| bad())?, addresses))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolve_is_curls() {
        let (host, port, addresses) = parse_resolve("h:110:127.0.0.1,[::1]").unwrap();
        assert_eq!((host, port, addresses.len()), ("h", 110, 2));
        for bad in ["", "h", "h:110", "h:x:127.0.0.1", "h:1:nonsense"] {
            assert!(parse_resolve(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hosts_need_not_be_ascii() {
        let target: Target = "pop3://bücher.example".parse().unwrap();
        assert_eq!(target.host().name(), Some("xn--bcher-kva.example"));
    }

    #[test]
    fn times_are_positive_and_finite() {
        assert_eq!(seconds("-m", 0.5).unwrap(), Duration::from_millis(500));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(seconds("-m", bad).is_err(), "{bad}");
        }
    }
}
