//! What is meant: how to connect, made from what was typed. Who logs in stands in `login.rs`.

use std::time::Duration;

use netspeak::core::proxy::{Behind, ProxyHeader};
use netspeak::core::tls::{
    Identity, MaxVersion, MinVersion, Roots, Sni, TlsSettings, Verify, parse_pin,
};
use netspeak::core::{
    ClearTextAuth, Connector, Dialer, Error, Family, Limits, Opening, Result, Secret, Target,
    Timeouts, Tls, Trace,
};

use crate::args::{ConnectArgs, TlsMax, TlsWish};
use crate::input;

impl ConnectArgs {
    /// How to connect to this target, and who logs in.
    pub(crate) fn opening(&self, target: &Target) -> Result<Opening> {
        let mut opening = self.opening_for_anybody()?;
        opening.credentials = self.credentials(target)?;
        Ok(opening)
    }

    /// How to connect to any target, with nobody who logs in.
    pub(crate) fn opening_for_anybody(&self) -> Result<Opening> {
        let mut opening = Opening::default();
        opening.connector = self.connector()?;
        opening.tls = self.tls_wish();
        opening.clear_text_auth = self.clear_text_auth();
        opening.own_name = self.ehlo.clone();
        opening.alpn = match (&self.alpn, self.no_alpn) {
            (_, true) => Some(Vec::new()),
            (Some(ids), _) => Some(ids.split(',').map(|id| id.as_bytes().to_vec()).collect()),
            (None, false) => None,
        };
        opening.trace = Some(self.trace());
        Ok(opening)
    }

    /// How to connect once more, as the same one.
    pub(crate) fn once_more(&self, mut opening: Opening) -> Opening {
        opening.trace = Some(self.trace());
        opening
    }

    fn trace(&self) -> Trace {
        match self.verbose {
            0 => Trace::new(),
            _ => Trace::with_transcript(),
        }
    }

    fn connector(&self) -> Result<Connector> {
        let mut connector = Connector::new()
            .with_timeouts(self.timeouts()?)
            .with_family(self.family())
            .with_dialer(self.dialer()?)
            .with_tls(self.tls_settings()?);
        for text in &self.resolve {
            let (host, port, addresses) = parse_resolve(text)?;
            connector = connector.with_address_of(host, Some(port), addresses);
        }
        for detour in &self.connect_to {
            connector = connector.with_detour(detour.clone());
        }
        if self.no_pipelining {
            let mut limits = Limits::default();
            limits.ahead = 1;
            connector = connector.with_limits(limits);
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
    fn tls_wish(&self) -> Option<Tls> {
        match (self.starttls, self.tls) {
            (true, _) | (_, Some(TlsWish::Require)) => Some(Tls::Required),
            (_, Some(TlsWish::Auto)) => Some(Tls::Opportunistic),
            (_, Some(TlsWish::Off)) => Some(Tls::Off),
            (false, None) => None,
        }
    }

    fn clear_text_auth(&self) -> ClearTextAuth {
        if self.allow_plaintext_auth {
            ClearTextAuth::Allowed
        } else {
            ClearTextAuth::LocalOnly
        }
    }

    /// How long everything may take, if that was said.
    pub(crate) fn total(&self) -> Result<Option<Duration>> {
        let total = self.max_time.map(|total| seconds("--max-time", total));
        total.transpose()
    }

    fn timeouts(&self) -> Result<Timeouts> {
        let mut timeouts = Timeouts::default();
        timeouts.total = self.total()?;
        if let Some(limit) = self.connect_timeout {
            timeouts.tcp = Some(seconds("--connect-timeout", limit)?);
        }
        for (limited, limit) in &self.phase_timeout {
            *limited.of(&mut timeouts) = Some(seconds("--phase-timeout", *limit)?);
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
        dialer.source_port = self.local_port.unwrap_or_default();
        Ok(dialer)
    }

    fn tls_settings(&self) -> Result<TlsSettings> {
        let mut settings = TlsSettings::default();
        let mut files: Vec<_> = self.cacert.iter().cloned().collect();
        if let Some(folder) = &self.capath {
            files.extend(input::files_in(folder)?);
        }
        if !files.is_empty() {
            settings.roots = Roots::Files(files);
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
        if self.tls_max == Some(TlsMax::Tls12) {
            settings.max_version = MaxVersion::Tls12;
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
