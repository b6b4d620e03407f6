//! `netspeak [probe] TARGET...`

use std::collections::BTreeMap;

use netspeak::core::protocol::{ProbeOptions, Talk};
use netspeak::core::report::{Report, TargetFacts};
use netspeak::core::{Error, Phase, Result, Target};

use crate::args::ProbeArgs;
use crate::exit::{self, Code, Strictness};
use crate::glob::Glob;
use crate::render::Renderer;
use crate::{advice, output, typed};

pub(super) async fn run(args: ProbeArgs) -> Code {
    let renderer = Renderer::new(&args);
    let strictness = if args.strict {
        Strictness::Strict
    } else {
        Strictness::Lenient
    };
    let mut worst = exit::OK;
    for pattern in &args.targets {
        // What is no pattern is not meant as one: whoever reads the target says what is wrong with it.
        let glob = Glob::wished(pattern, args.globoff).unwrap_or_else(|_| Glob::literal(pattern));
        for input in glob.urls() {
            let report = probe(&input, &args).await;
            output::print(&renderer.render(&report));
            worst = worst.max(exit::of_report(&report, strictness));
        }
    }
    worst
}

async fn probe(input: &str, args: &ProbeArgs) -> Report {
    let mut report = match input.parse::<Target>() {
        Ok(target) => match options(&target, args) {
            Ok(options) => netspeak::probe(&target, &options).await,
            Err(error) => Report::not_run(facts_of(&target), &error),
        },
        Err(error) => {
            let input = typed::without_login(input);
            let url = input.clone();
            Report::not_run(
                TargetFacts {
                    input,
                    url,
                    ..TargetFacts::default()
                },
                &error,
            )
        }
    };
    report.target.labels = labels(&args.labels);
    finish(report)
}

/// What is known of a target that was not probed.
fn facts_of(target: &Target) -> TargetFacts {
    let found = netspeak::registry::resolve(target).ok().flatten();
    let protocol = found.map(|(protocol, _)| protocol.name);
    TargetFacts {
        input: target.to_string(),
        url: target.to_string(),
        protocol: protocol.unwrap_or_default().to_owned(),
        host: target.host().to_string(),
        ..TargetFacts::default()
    }
}

/// What only the command knows: an id, its own name, what to try.
pub(super) fn finish(mut report: Report) -> Report {
    report.id = ulid::Ulid::from_datetime(std::time::SystemTime::from(report.time)).to_string();
    report.tool = concat!("netspeak ", env!("CARGO_PKG_VERSION")).to_owned();
    report.vantage = Some(netspeak::core::socket::host_name());
    let hint = advice::for_report(&report).first().map(ToString::to_string);
    if let Some(error) = &mut report.error {
        error.hint = hint;
    }
    report
}

fn options(target: &Target, args: &ProbeArgs) -> Result<ProbeOptions> {
    let mut options = ProbeOptions::default();
    options.opening = args.connect.opening(target)?;
    options.until = args.until.as_deref().map(phase).transpose()?;
    options.work = args.work.clone();
    options.cert_days = args.cert_days;
    if args.connect.verbose > 0 {
        options.talk = Talk::Kept;
    }
    Ok(options)
}

fn phase(word: &str) -> Result<Phase> {
    word.parse()
        .map_err(|_| Error::usage(format!("--until: {word} is not a phase")))
}

fn labels(texts: &[String]) -> BTreeMap<String, String> {
    texts
        .iter()
        .filter_map(|text| text.split_once('='))
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect()
}
