//! `endpoints.env`: all that a test, or a person with another program, needs to reach the servers.

use std::path::PathBuf;

use crate::servers::accounts::{self, Accounts};
use crate::servers::catalog::{SERVICES, Sign};
use crate::servers::{compose, engine};
use crate::{Outcome, process, workspace};

/// As in the files of `tests/servers/postfix`.
const MAIL_DOMAIN: &str = "netspeak.test";

pub(super) struct Endpoints {
    /// Variable, address on the host, and what is to be seen there.
    pub(super) ports: Vec<(String, String, &'static Sign)>,
    values: Vec<(String, String)>,
}

pub(super) fn file() -> PathBuf {
    workspace::run_folder().join("endpoints.env")
}

pub(super) fn collect(accounts: &Accounts) -> Outcome<Endpoints> {
    let mut found = Endpoints {
        ports: Vec::new(),
        values: Vec::new(),
    };
    for service in SERVICES {
        let prefix = service.variable();
        let container = compose::container(service.name)?
            .ok_or_else(|| format!("{} did not start", service.name))?;
        let published = published(&container)?;
        for port in service.ports {
            let name = if port.key.is_empty() {
                prefix.clone()
            } else {
                format!("{prefix}_{}", port.key)
            };
            let host = published
                .iter()
                .find(|candidate| candidate.inside == port.number);
            let host = host.ok_or_else(|| {
                format!("{}: port {} is not published", service.name, port.number)
            })?;
            found
                .ports
                .push((name.clone(), host.host.clone(), &port.sign));
            found.set(&name, &host.host);
        }
        found.set(&format!("{prefix}_IP"), &engine::address(&container)?);
        found.set(&format!("{prefix}_IPV6"), &engine::address_v6(&container)?);
        found.set(&format!("{prefix}_CONTAINER"), &container);
    }
    let run = workspace::run_folder();
    found.set("NETSPEAK_PASSWORD", &accounts.password);
    found.set("NETSPEAK_MAIL_DOMAIN", MAIL_DOMAIN);
    found.set("NETSPEAK_USERS", &accounts::USERS.to_string());
    found.set("NETSPEAK_PROXY_USER", &accounts.proxy_user);
    found.set("NETSPEAK_PROXY_PASSWORD", &accounts.proxy_password);
    found.set("NETSPEAK_TOKENS", &accounts.tokens.to_string_lossy());
    found.set("NETSPEAK_TOKEN_KEY", &accounts.token_key.to_string_lossy());
    found.set("NETSPEAK_SEED", &run.join("seed").to_string_lossy());
    found.set("NETSPEAK_MANY", &run.join("many").to_string_lossy());
    for (name, socket) in [
        ("NETSPEAK_NGINX_SOCKET", "nginx.sock"),
        ("NETSPEAK_SUPERVISOR_SOCKET", "supervisor.sock"),
        ("NETSPEAK_RTORRENT_SOCKET", "rtorrent.sock"),
    ] {
        found.set(name, &super::sockets().join(socket).to_string_lossy());
    }
    found.set("NETSPEAK_CERTS", &run.join("certs").to_string_lossy());
    found.set(
        "NETSPEAK_TEST_CA",
        &run.join("certs/ca.pem").to_string_lossy(),
    );
    Ok(found)
}

impl Endpoints {
    pub(super) fn save(&self) -> Outcome {
        let text: String = self
            .values
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        workspace::write(&file(), text)
    }

    fn set(&mut self, name: &str, value: &str) {
        self.values.push((name.to_owned(), value.to_owned()));
    }
}

pub(super) fn load() -> Outcome<Vec<(String, String)>> {
    Ok(pairs(&workspace::read(&file())?))
}

pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

#[derive(Debug, PartialEq)]
pub(super) struct Published {
    pub(super) inside: u16,
    /// `127.0.0.1:32768`
    pub(super) host: String,
}

pub(super) fn published(container: &str) -> Outcome<Vec<Published>> {
    Ok(mappings(&process::output(
        engine::docker().args(["port", container]),
    )?))
}

/// Reads lines such as `110/tcp -> 127.0.0.1:32768`.
fn mappings(text: &str) -> Vec<Published> {
    text.lines()
        .filter_map(|line| {
            let (inside, host) = line.split_once("/tcp -> ")?;
            Some(Published {
                inside: inside.parse().ok()?,
                host: host.trim().to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_port_is_understood() {
        let found = mappings(
            "110/tcp -> 127.0.0.1:32768\n53/udp -> 127.0.0.1:5353\n995/tcp -> 127.0.0.1:32769\n",
        );
        let expected = [(110, "127.0.0.1:32768"), (995, "127.0.0.1:32769")];
        assert_eq!(found.len(), expected.len());
        for (one, (inside, host)) in found.iter().zip(expected) {
            assert_eq!((one.inside, one.host.as_str()), (inside, host));
        }
    }

    #[test]
    fn a_value_may_contain_an_equals_sign() {
        assert_eq!(pairs("A=b=c\n\n"), [("A".to_owned(), "b=c".to_owned())]);
    }
}
