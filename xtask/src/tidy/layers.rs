//! Who may know whom: the sans-I/O rooms know no runtime, core knows no protocol, protocols know core only, one list
//! names them all, and the fake servers know none of our crates, so that no bug can hide on both sides.

use crate::manifest;
use crate::tidy::{File, Finding, source};

/// Crates that are not a protocol.
const COMMON: [&str; 4] = ["netspeak-core", "netspeak-fake", "netspeak", "netspeak-cli"];
const FAKE: &str = "netspeak-fake";
/// The one list of protocols.
const REGISTRY: &str = "crates/netspeak/src/registry.rs";
/// Rooms of a protocol that only turn bytes into values and back.
const SANS_IO: [&str; 4] = ["command", "response", "codec", "types"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let crates = crates(files);
    let protocols: Vec<&str> = crates.iter().copied().filter(is_protocol).collect();
    let mut found = Vec::new();
    for file in files {
        let Some(name) = file.crate_name() else {
            continue;
        };
        if file.is_rust() && is_sans_io(file) {
            found.extend(runtime(file));
        }
        let forbidden = |other: &str| {
            let protocol = protocols.contains(&other);
            // XML-RPC is HTTP with a body: the one sideways dependency.
            let sideways = protocol
                && protocols.contains(&name)
                && (name, other) != ("netspeak-xmlrpc", "netspeak-http");
            let upwards = protocol && name == "netspeak-core";
            let across = name == FAKE && crates.contains(&other);
            other != name && (sideways || upwards || across)
        };
        if file.is_rust() && (name == FAKE || name == "netspeak-core" && file.room().is_some()) {
            for other in crates.iter().filter(|other| forbidden(other)) {
                found.extend(named(file, name, other));
            }
        }
        if file.is_rust() && file.room().is_some() && !protocols.contains(&name) {
            found.extend(listed(file));
        }
        if file.name() == "Cargo.toml" {
            let dependencies = manifest::entries(&file.text)
                .into_iter()
                .filter(|entry| entry.section.ends_with("dependencies"));
            found.extend(
                dependencies
                    .filter(|entry| forbidden(entry.key))
                    .map(|entry| {
                        file.finding(
                            entry.line,
                            format!("{name} may not depend on {}", entry.key),
                        )
                    }),
            );
        }
    }
    found
}

fn crates(files: &[File]) -> Vec<&str> {
    files
        .iter()
        .filter(|file| file.name() == "Cargo.toml")
        .filter_map(File::crate_name)
        .collect()
}

pub(super) fn is_protocol(name: &&str) -> bool {
    !COMMON.contains(name)
}

fn is_sans_io(file: &File) -> bool {
    file.room()
        .is_some_and(|room| SANS_IO.contains(&room) || room == "sasl")
}

fn runtime(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    for line in source::lines(file).iter().filter(|line| !line.in_tests) {
        for word in ["tokio", "Conn"] {
            if line.mentions(word) {
                found.push(file.finding(
                    line.number,
                    format!("`{word}` in a room without I/O: bytes and values only"),
                ));
            }
        }
    }
    found
}

fn named(file: &File, name: &str, other: &str) -> Vec<Finding> {
    let word = other.replace('-', "_");
    source::lines(file)
        .iter()
        .filter(|line| line.mentions(&word))
        .map(|line| {
            file.finding(
                line.number,
                format!("{name} names {other}, of which it may know nothing"),
            )
        })
        .collect()
}

/// Protocols that are picked by hand, beside the registry.
fn listed(file: &File) -> Vec<Finding> {
    let lines = source::lines(file);
    lines
        .iter()
        .filter(|line| !line.in_tests && file.path != REGISTRY && line.mentions("PROTOCOL"))
        .map(|line| {
            file.finding(
                line.number,
                "`PROTOCOL`: the registry alone lists the protocols",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn a_codec_may_not_do_io_but_its_tests_may() {
        let files = sample(&[
            (
                "crates/netspeak-pop3/src/codec.rs",
                "use tokio::x;\n#[cfg(test)]\nmod tests { use tokio::x; }",
            ),
            (
                "crates/netspeak-pop3/src/response/list.rs",
                "// tokio\nfn f(c: &Conn) {}",
            ),
            (
                "crates/netspeak-core/src/sasl/plain.rs",
                "use crate::conn::Conn;",
            ),
            ("crates/netspeak-pop3/src/client.rs", "use tokio::x;"),
        ]);
        assert_eq!(
            places(&check(&files)),
            [
                "crates/netspeak-pop3/src/codec.rs:1",
                "crates/netspeak-pop3/src/response/list.rs:2",
                "crates/netspeak-core/src/sasl/plain.rs:1"
            ]
        );
    }

    #[test]
    fn protocols_do_not_know_each_other_and_core_and_fake_know_none() {
        let pop3 = "[dependencies]\nnetspeak-core.workspace = true\nnetspeak-imap.workspace = true";
        let files = sample(&[
            ("crates/netspeak-pop3/Cargo.toml", pop3),
            (
                "crates/netspeak-imap/Cargo.toml",
                "[dev-dependencies]\nnetspeak-fake.workspace = true",
            ),
            ("crates/netspeak-http/Cargo.toml", ""),
            (
                "crates/netspeak-xmlrpc/Cargo.toml",
                "[dependencies]\nnetspeak-http.workspace = true",
            ),
            (
                "crates/netspeak-fake/Cargo.toml",
                "[dev-dependencies]\nnetspeak-pop3.workspace = true",
            ),
            (
                "crates/netspeak/Cargo.toml",
                "[dependencies]\nnetspeak-pop3.workspace = true",
            ),
            (
                "crates/netspeak-core/src/lib.rs",
                "//! netspeak_pop3\nuse netspeak_pop3::x;",
            ),
        ]);
        assert_eq!(
            places(&check(&files)),
            [
                "crates/netspeak-pop3/Cargo.toml:3",
                "crates/netspeak-fake/Cargo.toml:2",
                "crates/netspeak-core/src/lib.rs:2"
            ]
        );
    }

    #[test]
    fn the_fake_servers_know_none_of_our_crates() {
        let manifest = "\
[dependencies]
tokio.workspace = true
netspeak-core.workspace = true
[dev-dependencies]
netspeak = { workspace = true }
netspeak-fake = { path = \".\" }";
        let files = sample(&[
            (
                "crates/netspeak-core/Cargo.toml",
                "[dev-dependencies]\nnetspeak-fake.workspace = true",
            ),
            ("crates/netspeak/Cargo.toml", ""),
            ("crates/netspeak-fake/Cargo.toml", manifest),
            (
                "crates/netspeak-fake/src/sasl.rs",
                "//! Not netspeak_core.\nuse netspeak_core::sasl;\nlet x = \"netspeak\";",
            ),
            (
                "crates/netspeak-fake/tests/serve.rs",
                "use netspeak_fake::Server;\nuse netspeak::probe;",
            ),
            (
                "crates/netspeak-core/tests/dial.rs",
                "use netspeak_fake::Server;",
            ),
        ]);
        assert_eq!(
            places(&check(&files)),
            [
                "crates/netspeak-fake/Cargo.toml:3",
                "crates/netspeak-fake/Cargo.toml:5",
                "crates/netspeak-fake/src/sasl.rs:2",
                "crates/netspeak-fake/tests/serve.rs:2"
            ]
        );
    }

    #[test]
    fn protocols_are_listed_in_one_place() {
        let text = "fn f() { g(&netspeak_pop3::PROTOCOL); }";
        let files = sample(&[
            ("crates/netspeak-pop3/Cargo.toml", ""),
            (
                "crates/netspeak-pop3/src/probe.rs",
                "pub static PROTOCOL: Protocol = x;",
            ),
            ("crates/netspeak/src/registry.rs", text),
            ("crates/netspeak/src/probe.rs", text),
            (
                "crates/netspeak-cli/src/plan.rs",
                "for p in registry::PROTOCOLS {}",
            ),
            ("crates/netspeak-cli/src/tests.rs", text),
        ]);
        assert_eq!(places(&check(&files)), ["crates/netspeak/src/probe.rs:1"]);
    }
}
