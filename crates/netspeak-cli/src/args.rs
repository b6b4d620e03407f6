//! What was typed. What is meant stands in `plan.rs`.

use std::ffi::OsString;

use clap::{Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

mod check;
mod connect;
mod cp;
mod get;
mod http;
mod mail;
mod news;
mod order;
pub(crate) mod plugin;
mod post;
mod probe;
mod put;
mod rpc;
mod send;
mod tls;
mod transfer;

pub(crate) use check::{Alarm, CheckArgs, OnRedirect};
pub(crate) use connect::{ConnectArgs, TlsMax, TlsWish};
pub(crate) use cp::CpArgs;
pub(crate) use get::{GetArgs, PartArgs};
pub(crate) use http::HttpArgs;
pub(crate) use mail::MailArgs;
pub(crate) use news::{NewsArgs, PartsArgs};
pub(crate) use order::OrderArgs;
pub(crate) use post::{BodyArgs, PostArgs};
pub(crate) use probe::{
    ExitArgs, ExitCodes, ExplainArgs, Format, OutputArgs, ProbeArgs, ShowArgs, label,
};
pub(crate) use put::{PutArgs, RmArgs};
pub(crate) use rpc::RpcArgs;
pub(crate) use send::{ChunkingWish, SendArgs, Switch};
pub(crate) use tls::TlsArgs;
pub(crate) use transfer::{ActiveAddress, ContinueAt, DataArgs, PaceArgs};

/// Probe servers of the classic text protocols, transfer by URL.
///
/// The verb `probe` may be left out: `netspeak pop3s://mail.example.org`.
#[derive(Debug, Parser)]
#[command(name = "netspeak", version, disable_help_subcommand = true, after_help = DIFFERENCES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const DIFFERENCES: &str = "\
Letters are curl's. Three things differ on purpose:
  --json is an output format; passwords do not cross clear text unless the peer is local or
  --allow-plaintext-auth is given; a transcript shows no secrets.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Is it alive, what does it say, how fast is it? (the default verb)
    Probe(ProbeArgs),
    /// Is it as it should be? One line for a monitoring system, and its exit code
    Check(CheckArgs),
    /// Whose certificates does it show, until when, and what does it agree on?
    Tls(TlsArgs),
    /// Fetch by URL
    Get(GetArgs),
    /// Store by URL
    Put(PutArgs),
    /// Hand something over to be processed, and show the answer
    Post(PostArgs),
    /// List what is there
    Ls(LsArgs),
    /// Copy from one server to another what is not there yet
    Cp(CpArgs),
    /// Remove by URL
    Rm(RmArgs),
    /// Send a mail: a dated test mail, a file, or every message of an mbox
    Send(SendArgs),
    /// Call a method by XML-RPC, and show what comes back
    Rpc(RpcArgs),
    /// Speak by hand, after TLS and login: a terminal for Telnet, lines for the others
    Talk(TalkArgs),
    /// Show reports again that --save kept
    Show(ShowArgs),
    /// Tell what the kind of an error means, and what to do
    Explain(ExplainArgs),
    /// Start servers in this process, healthy and broken ones, and probe them
    Demo(DemoArgs),
    /// Print the version
    Version,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LsArgs {
    /// What to list, one after the other
    #[arg(required = true, value_name = "URL")]
    pub(crate) urls: Vec<String>,
    /// Take { } [ ] in URLs as they are
    #[arg(short, long)]
    pub(crate) globoff: bool,
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TalkArgs {
    /// Whom to speak to
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// What terminal this is, where a server asks (XTERM, then VT100)
    #[arg(long, value_name = "NAME")]
    pub(crate) term: Option<String>,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// Keep the servers running until Ctrl-C
    #[arg(long)]
    pub(crate) keep: bool,
    #[command(flatten)]
    pub(crate) look: LookArgs,
}

/// How things look.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct LookArgs {
    /// No characters beyond ASCII
    #[arg(long)]
    pub(crate) ascii: bool,
    /// Colour: auto, always, never (NO_COLOR counts under auto)
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub(crate) color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

impl Args {
    /// Whether there is enough to do for more than one thread.
    pub(crate) fn takes_threads(&self) -> bool {
        match &self.verb {
            Verb::Probe(args) => args.may_be_many() && args.has_to_compute(),
            _ => false,
        }
    }

    /// Reads the command line; `probe` is put in where no verb stands.
    pub(crate) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut args: Vec<OsString> = args.into_iter().collect();
        let mut command = Self::command();
        for (verb, urls) in crate::verbs::urls() {
            command = command.mut_subcommand(verb, |verb| verb.after_help(urls));
        }
        if !names_a_verb(&command, &args) {
            args.insert(1.min(args.len()), "probe".into());
        }
        if args.get(1).is_some_and(|verb| verb == "probe") {
            name_the_number(&mut args);
        }
        Self::from_arg_matches(&command.try_get_matches_from_mut(args)?)
    }
}

/// `-Z` alone is curl's word for side by side; a number behind it is how many.
fn name_the_number(args: &mut [OsString]) {
    let is_number = |arg: &OsString| {
        let text = arg.to_str().unwrap_or_default();
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    for at in 0..args.len() {
        let next = args.get(at.saturating_add(1));
        let is_alone = !next.is_some_and(is_number);
        if let Some(arg) = args.get_mut(at).filter(|arg| is_alone && *arg == "-Z") {
            *arg = "-Z50".into();
        }
    }
}

/// Whether the first word is a verb, or a question about the command itself.
fn names_a_verb(command: &clap::Command, args: &[OsString]) -> bool {
    let Some(first) = args.get(1).and_then(|arg| arg.to_str()) else {
        return true;
    };
    ["-h", "--help", "-V", "--version"].contains(&first)
        || command
            .get_subcommands()
            .any(|verb| verb.get_name() == first)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// How a probe ends, with these words on the command line.
    pub(crate) fn ends(words: &str) -> ExitArgs {
        match read(format!("netspeak probe {words} pop3://h").trim())
            .unwrap()
            .verb
        {
            Verb::Probe(args) => args.judge.exit,
            other => panic!("{other:?}"),
        }
    }

    fn read(line: &str) -> Result<Args, clap::Error> {
        Args::read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn probe_is_the_default_verb() {
        for line in [
            "netspeak pop3://h",
            "netspeak probe pop3://h",
            "netspeak --json --tls require pop3://h",
            "netspeak -v pop3://h --until greeting",
        ] {
            assert!(matches!(read(line).unwrap().verb, Verb::Probe(_)), "{line}");
        }
        assert!(matches!(
            read("netspeak get pop3://h/1").unwrap().verb,
            Verb::Get(_)
        ));
        assert!(read("netspeak").is_err() && read("netspeak probe").is_err());
        assert!(read("netspeak pop3://h --tls require --starttls").is_err());
    }

    #[test]
    fn work_may_name_its_operation() {
        let work = |line| match read(line).unwrap().verb {
            Verb::Probe(args) => args.work,
            _ => None,
        };
        assert_eq!(work("netspeak pop3://h"), None);
        assert_eq!(work("netspeak --work pop3://h").as_deref(), Some(""));
        assert_eq!(
            work("netspeak pop3://h --work=stat").as_deref(),
            Some("stat")
        );
    }
}
