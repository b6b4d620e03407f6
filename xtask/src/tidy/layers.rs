//! Who may know whom: the sans-I/O rooms know no runtime, core knows no protocol, protocols know core only, and the
//! fake servers know none of the protocol crates, so that no bug can hide on both sides.

use crate::manifest;
use crate::tidy::{File, Finding, source};

/// Crates that are not a protocol.
const COMMON: [&str; 4] = ["netspeak-core", "netspeak-fake", "netspeak", "netspeak-cli"];
/// Rooms of a protocol that only turn bytes into values and back.
const SANS_IO: [&str; 4] = ["command", "response", "codec", "types"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let protocols = protocols(files);
    let mut found = Vec::new();
    for file in files {
        let Some(name) = file.crate_name() else {
            continue;
        };
        if file.is_rust() && is_sans_io(file) {
            found.extend(runtime(file));
        }
        let forbidden = |other: &str| {
            // XML-RPC is HTTP with a body: the one sideways dependency.
            let sideways =
                protocols.contains(&name) && (name, other) != ("netspeak-xmlrpc", "netspeak-http");
            let below = ["netspeak-core", "netspeak-fake"].contains(&name);
            protocols.contains(&other) && other != name && (sideways || below)
        };
        if file.is_rust() && name == "netspeak-core" && file.path.contains("/src/") {
            for protocol in protocols.iter().filter(|protocol| forbidden(protocol)) {
                found.extend(named(file, protocol));
            }
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

fn protocols(files: &[File]) -> Vec<&str> {
    let mut names: Vec<&str> = files
        .iter()
        .filter(|file| file.name() == "Cargo.toml")
        .filter_map(File::crate_name)
        .collect();
    names.retain(|name| !COMMON.contains(name));
    names
}

fn is_sans_io(file: &File) -> bool {
    let Some((_, inside)) = file.path.split_once("/src/") else {
        return false;
    };
    let room = inside
        .split('/')
        .next()
        .unwrap_or(inside)
        .trim_end_matches(".rs");
    SANS_IO.contains(&room) || room == "sasl"
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

fn named(file: &File, protocol: &str) -> Vec<Finding> {
    let word = protocol.replace('-', "_");
    source::lines(file)
        .iter()
        .filter(|line| line.mentions(&word))
        .map(|line| {
            file.finding(
                line.number,
                format!("core names {protocol}: it knows no protocol"),
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
}
