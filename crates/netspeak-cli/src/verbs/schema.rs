//! `netspeak schema [NAME]`: what stands in the JSON that the command prints, as JSON Schema.

use crate::args::SchemaArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::output;
use crate::render::columns::rows;

/// A schema: its name, who prints what it describes, and the document.
type Schema = (&'static str, &'static str, &'static str);

/// All of them, the most usual one first.
const SCHEMAS: &[Schema] = &[
    (
        "netspeak.probe/1",
        "a report: probe, show, --save",
        include_str!("../../schema/probe.json"),
    ),
    (
        "netspeak.summary/1",
        "how many came out how: probe --summary",
        include_str!("../../schema/summary.json"),
    ),
    (
        "netspeak.tls/1",
        "certificates: tls --json",
        include_str!("../../schema/tls.json"),
    ),
    (
        "netspeak.ls/1",
        "a row of a listing: ls --json",
        include_str!("../../schema/ls.json"),
    ),
    (
        "netspeak.send/1",
        "what became of a mail: send --json",
        include_str!("../../schema/send.json"),
    ),
    (
        "netspeak.send.summary/1",
        "what became of all of them: send --mbox --json",
        include_str!("../../schema/send.summary.json"),
    ),
    (
        "netspeak.version/1",
        "what this netspeak is: version --json",
        include_str!("../../schema/version.json"),
    ),
];

pub(super) fn run(args: &SchemaArgs) -> Code {
    if args.list {
        let list = SCHEMAS.iter().map(|(name, what, _)| (name, what));
        output::print(&rows(list, 24));
        return exit::OK;
    }
    match find(&args.name) {
        Some(document) => {
            output::print(document);
            exit::OK
        }
        None => {
            let name = &args.name;
            super::tell(&Failure::usage(format!(
                "there is no schema {name:?}: netspeak schema --list shows all (rpc --json prints what the server says)"
            )));
            exit::UNKNOWN
        }
    }
}

/// The names of all.
pub(super) fn names() -> Vec<String> {
    let names = SCHEMAS.iter().map(|(name, _, _)| (*name).to_owned());
    names.collect()
}

/// By its name: as it stands in documents, or without what all names have in common.
fn find(name: &str) -> Option<&'static str> {
    let short = |full: &'static str| full.strip_prefix("netspeak.")?.strip_suffix("/1");
    let mut schemas = SCHEMAS.iter();
    let found = schemas.find(|(full, _, _)| *full == name || short(full) == Some(name));
    found.map(|(_, _, document)| *document)
}

#[cfg(test)]
mod tests;
