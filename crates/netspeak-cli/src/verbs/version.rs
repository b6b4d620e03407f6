//! `netspeak version`, and all that a bug report needs.

use std::ffi::OsString;

use netspeak::registry::PROTOCOLS;
use serde_json::json;

use crate::args::VersionArgs;
use crate::exit::{self, Code};
use crate::output;

/// What people and their scripts look for.
const LINE: &str = concat!("netspeak ", env!("CARGO_PKG_VERSION"), "\n");

/// The library that TLS comes from, with its line of versions, and what does the cryptography.
const TLS: &str = "rustls 0.23 on ring";

/// The answer, if nothing but the version was asked for: the tree of options is not needed then.
pub(crate) fn at_once(typed: &[OsString]) -> Option<Code> {
    let [_, word] = typed else { return None };
    let words = ["version", "-V", "--version"];
    words.iter().find(|known| *known == word)?;
    output::print(LINE);
    Some(exit::OK)
}

pub(super) fn run(args: &VersionArgs) -> Code {
    output::print(&match (args.json, args.verbose) {
        (true, _) => json(),
        (false, true) => format!("{LINE}{}", more()),
        (false, false) => LINE.to_owned(),
    });
    exit::OK
}

fn more() -> String {
    let protocols: Vec<&str> = PROTOCOLS.iter().map(|protocol| protocol.name).collect();
    format!(
        "tls        {TLS}, TLS 1.3 and 1.2\n\
         protocols  {}\n\
         target     {}\n\
         profile    {}, panic {}\n",
        protocols.join(" "),
        target(),
        profile(),
        panic(),
    )
}

fn json() -> String {
    let protocols = PROTOCOLS.iter().map(|protocol| {
        let schemes = protocol.rules.schemes.iter().map(|scheme| scheme.name);
        json!({"name": protocol.name, "schemes": schemes.collect::<Vec<_>>()})
    });
    let document = json!({
        "schema": "netspeak.version/1",
        "version": env!("CARGO_PKG_VERSION"),
        "tls": {"library": TLS, "versions": ["1.3", "1.2"]},
        "protocols": protocols.collect::<Vec<_>>(),
        "target": target(),
        "profile": profile(),
        "panic": panic(),
    });
    format!("{document:#}\n")
}

/// What it was compiled for, as far as the compiler tells without a build script: such as `x86_64-unknown-linux-gnu`.
fn target() -> String {
    let vendor = match (cfg!(target_vendor = "apple"), cfg!(target_vendor = "pc")) {
        (true, _) => "apple",
        (_, true) => "pc",
        _ => "unknown",
    };
    let system = match cfg!(target_vendor = "apple") {
        true => "darwin",
        false => std::env::consts::OS,
    };
    let runtime = match (cfg!(target_env = "gnu"), cfg!(target_env = "musl")) {
        (true, _) => "-gnu",
        (_, true) => "-musl",
        _ => "",
    };
    format!("{}-{vendor}-{system}{runtime}", std::env::consts::ARCH)
}

const fn profile() -> &'static str {
    match cfg!(debug_assertions) {
        true => "debug",
        false => "release",
    }
}

const fn panic() -> &'static str {
    match cfg!(panic = "abort") {
        true => "abort",
        false => "unwind",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_the_one_that_is_built_in() {
        let manifest = include_str!("../../../../Cargo.toml");
        let (name, rest) = TLS.split_once(' ').unwrap();
        let (version, _) = rest.split_once(' ').unwrap();
        let wanted = format!("{name} = {{ version = \"{version}\"");
        assert!(manifest.contains(&wanted), "{wanted}");
    }

    #[test]
    fn only_the_version_alone_is_answered_at_once() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        for line in [
            "netspeak",
            "netspeak version -v",
            "netspeak -v",
            "netspeak demo",
        ] {
            assert_eq!(at_once(&words(line)), None, "{line}");
        }
        assert_eq!(at_once(&words("netspeak -V")), Some(exit::OK));
    }
}
