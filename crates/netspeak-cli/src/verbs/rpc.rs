//! `netspeak rpc URL METHOD [ARG...]`

mod argument;
mod result;

use std::path::PathBuf;

use netspeak::core::{Phase, Target, Trace};
use netspeak::xmlrpc::{Dialect, Error, Reply, ServerProxy, Value};

use crate::args::RpcArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::output;
use crate::render::columns::rows;
use crate::render::talk;

pub(super) fn takes(protocol: &str) -> bool {
    protocol == "xmlrpc"
}

pub(super) fn urls() -> String {
    let urls = [
        ("https://host/path", "over HTTP; without a path, at /RPC2"),
        ("xmlrpc+https://host/path", "the same"),
        ("scgi://host:port", "over SCGI, such as rTorrent's"),
        ("scgi+unix:///path", "over SCGI, at a Unix socket"),
    ];
    format!("URLs:\n{}", rows(urls, 28).trim_end())
}

pub(super) async fn run(args: RpcArgs) -> Code {
    match rpc(&args).await {
        Ok(()) => exit::OK,
        Err(failure) => super::failed(&failure),
    }
}

async fn rpc(args: &RpcArgs) -> Result<(), Failure> {
    let arguments = argument::all(args)?;
    let (target, socket) = target(&args.url)?;
    let mut opening = args.connect.opening(&target)?;
    if let Some(path) = socket {
        opening.connector = opening.connector.with_unix_socket(path);
    }
    let trace = opening.trace.take().filter(|_| args.connect.verbose > 0);
    opening.trace.clone_from(&trace);
    let server = ServerProxy::builder()
        .opening(opening)
        // Who types nil or a large number knows the server.
        .dialect(Dialect::default().with_i8().with_nil());
    let server = server.build(&target).map_err(failed)?;
    let outcome = server.call::<Value>(&args.method, arguments).await;
    show_talk(trace.as_ref());
    let value = outcome.map_err(failed)?;
    output::print(&match args.json {
        true => result::json(&value),
        false => result::text(&value),
    });
    Ok(())
}

/// Where to, and by which Unix socket.
fn target(url: &str) -> Result<(Target, Option<PathBuf>), Failure> {
    match url.strip_prefix("scgi+unix://") {
        Some(path) if path.starts_with('/') => {
            // The port is a name only, as the host is.
            Ok(("scgi://localhost:1".parse()?, Some(path.into())))
        }
        Some(_) => Err(Failure::usage(
            "write scgi+unix:///path, with three strokes",
        )),
        None => Ok((url.parse()?, None)),
    }
}

fn show_talk(trace: Option<&Trace>) {
    for line in trace.into_iter().flat_map(talk::lines) {
        output::say(&line);
    }
}

/// A fault has a code of its own, and so has a status that says no.
fn failed(error: Error) -> Failure {
    let code = match &error {
        Error::Refused { reply, .. } if reply.fault().is_some() => Some(exit::FAULT),
        Error::Refused { .. } if error.kind().phase() == Phase::Auth => Some(exit::LOGIN),
        Error::Refused {
            reply: Reply::Status { .. },
            ..
        } => Some(exit::STATUS),
        _ => None,
    };
    Failure::from(error).with_code(code)
}
