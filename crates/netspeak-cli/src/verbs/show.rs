//! `netspeak show FILE`

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use netspeak::core::report::Report;
use serde::Deserialize;
use serde_json::Value;

use crate::args::{ExitArgs, ShowArgs};
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::render::outlet::Outlet;

pub(super) fn run(args: ShowArgs) -> Code {
    match show(&args) {
        Ok(code) => code,
        Err(failure) => {
            super::tell(&failure);
            exit::UNKNOWN
        }
    }
}

fn show(args: &ShowArgs) -> Result<Code, Failure> {
    let name = args.file.display();
    let input: Box<dyn Read> = match args.file == Path::new("-") {
        true => Box::new(std::io::stdin().lock()),
        false => {
            let file = File::open(&args.file);
            Box::new(file.map_err(|error| Failure::from(error).about(&name))?)
        }
    };
    let mut reports = serde_json::Deserializer::from_reader(BufReader::new(input))
        .into_iter::<Value>()
        .enumerate()
        .peekable();
    let mut outlet: Option<Outlet> = None;
    while let Some((at, value)) = reports.next() {
        let place = |why: &dyn std::fmt::Display| {
            Failure::usage(format!("{name}: document {}: {why}", at.saturating_add(1)))
        };
        let value = value.map_err(|error| place(&error))?;
        // What counts the reports is none.
        if value.get("schema").and_then(Value::as_str) == Some("netspeak.summary/1") {
            continue;
        }
        let report = Report::deserialize(value)
            .map_err(|error| place(&format!("it is no report: {error}")))?;
        let outlet = match &mut outlet {
            Some(outlet) => outlet,
            None => {
                let is_many = reports.peek().is_some();
                let detail = args.output.detail(args.verbose, is_many);
                outlet.insert(Outlet::new(&args.output, detail, is_many, false)?)
            }
        };
        if !outlet.show(&report) {
            break;
        }
    }
    match outlet {
        Some(outlet) => Ok(outlet.end(&ExitArgs::default())),
        None => Err(Failure::usage(format!("{name}: there is no report in it"))),
    }
}
