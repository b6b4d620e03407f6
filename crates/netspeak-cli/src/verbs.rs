//! One file per verb.

pub(crate) mod check;
mod completions;
mod cp;
mod demo;
mod explain;
mod ftp;
mod get;
mod gopher;
mod http;
mod ls;
mod mailbox;
mod maildrop;
mod man;
mod news;
mod post;
mod probe;
mod put;
mod rm;
mod row;
mod rpc;
mod schema;
mod send;
mod session;
mod show;
mod talk;
mod tls;
pub(crate) mod version;

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use netspeak::core::text::printable;
use netspeak::core::{ErrorKind, Phase, Reason};

use crate::advice;
use crate::args::{Args, Verb};
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::interrupt::{Interrupts, Stop};
use crate::output;

/// So long may that take which ends in good order.
const GRACE: Duration = Duration::from_secs(3);

/// Runs the verb until it ends or the user interrupts it.
pub(crate) async fn run(args: Args, mut interrupts: Interrupts) -> Code {
    // A probe tells what it knows when it is interrupted.
    let ends_itself = matches!(args.verb, Verb::Probe(_));
    // Whoever hears of it in the middle of a question to the user takes it for a fault.
    let says_how = ends_itself || matches!(args.verb, Verb::Talk(_));
    let stop = Stop::default();
    let mut work = pin!(async {
        match args.verb {
            Verb::Probe(args) => probe::run(args).await,
            Verb::Check(args) => check::run(args).await,
            Verb::Tls(args) => tls::run(args).await,
            Verb::Show(args) => show::run(args),
            Verb::Explain(args) => explain::run(args),
            Verb::Get(args) => get::run(args).await,
            Verb::Put(args) => put::run(args, &stop).await,
            Verb::Post(args) => post::run(args).await,
            Verb::Ls(args) => ls::run(args).await,
            Verb::Cp(args) => cp::run(args).await,
            Verb::Rm(args) => rm::run(args).await,
            Verb::Send(args) => send::run(args).await,
            Verb::Rpc(args) => rpc::run(args).await,
            Verb::Talk(args) => talk::run(args).await,
            Verb::Demo(args) => demo::run(args).await,
            Verb::Completions(args) => completions::run(&args),
            Verb::Man(args) => man::run(&args),
            Verb::Schema(args) => schema::run(&args),
            Verb::Version(args) => version::run(&args),
        }
    });
    tokio::select! {
        // What ends by itself at the same time, ends as it says.
        biased;
        code = &mut work => match interrupts.have_come() && !says_how {
            true => exit::INTERRUPTED,
            false => code,
        },
        code = interrupts.next(), if !ends_itself => {
            if stop.ask() {
                // Whoever takes too long is left.
                let _ = tokio::time::timeout(GRACE, work).await;
            }
            code
        }
    }
}

/// What works with a protocol.
fn verbs_of(protocol: &str) -> Vec<&'static str> {
    type Takes = fn(&str) -> bool;
    let all: [(&str, Takes); 10] = [
        ("probe", |_| true),
        ("get", get::takes),
        ("put", put::takes),
        ("post", post::takes),
        ("ls", ls::takes),
        ("cp", cp::takes),
        ("rm", rm::takes),
        ("send", send::takes),
        ("rpc", rpc::takes),
        ("talk", talk::takes),
    ];
    let fit = all.into_iter().filter(|(_, takes)| takes(protocol));
    fit.map(|(verb, _)| verb).collect()
}

/// The URLs that a verb takes, for its help; of a probe, the operations.
pub(crate) fn urls(verb: &str) -> Option<String> {
    Some(match verb {
        "probe" => probe::operations(),
        "get" => get::urls(),
        "put" => put::urls(),
        "post" => post::urls(),
        "ls" => ls::urls(),
        "cp" => cp::urls(),
        "rm" => rm::urls(),
        "send" => send::urls(),
        "rpc" => rpc::urls(),
        "talk" => talk::urls(),
        _ => return None,
    })
}

/// Tells why a transfer failed, and gives its code.
fn failed(failure: &Failure) -> Code {
    tell(failure);
    failure.code()
}

/// A local path, fit for a terminal.
fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}

/// The server did not do what was to be done.
fn work_failed(why: impl Into<String>) -> Failure {
    Failure::partial(ErrorKind::new(Phase::Work, Reason::Rejected), why)
}

/// Tells what went wrong, and what to try.
pub(crate) fn tell(failure: &Failure) {
    let kind = failure.kind;
    output::complain(
        &kind.to_string(),
        &failure.to_string(),
        &advice::for_kind(kind),
    );
}
