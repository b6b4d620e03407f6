//! What was typed. What is meant stands in `plan.rs`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

mod check;
mod connect;
mod cp;
mod get;
mod help;
mod http;
mod learn;
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
mod words;

pub(crate) use check::{Alarm, CheckArgs, OnRedirect};
pub(crate) use connect::{ConnectArgs, TlsMax, TlsWish};
pub(crate) use cp::CpArgs;
pub(crate) use get::{GetArgs, PartArgs};
pub(crate) use help::{command, helpful};
pub(crate) use http::HttpArgs;
pub(crate) use learn::{CompletionsArgs, ManArgs, SchemaArgs, VersionArgs};
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
pub(crate) use words::Words;

/// Probe servers of the classic text protocols, transfer by URL.
///
/// The verb `probe` may be left out: `netspeak pop3s://mail.example.org`.
#[derive(Debug, Parser)]
#[command(name = "netspeak", version, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// The configuration file, instead of the usual one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Show what counts, and where it comes from: all of it, or for the words behind this one
    #[arg(long)]
    print_config: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Is it alive, what does it say, how fast is it? (the default verb)
    Probe(ProbeArgs),
    /// Is it as it should be? A line and an exit code for monitoring
    Check(CheckArgs),
    /// Whose certificates does it show, and until when are they good?
    Tls(TlsArgs),
    /// Fetch files, pages, messages and articles
    Get(GetArgs),
    /// Store files, folders and messages
    Put(PutArgs),
    /// Hand over a form, a file or an article, and show the answer
    Post(PostArgs),
    /// List files, mailboxes, messages, groups and menus
    Ls(LsArgs),
    /// Copy from one server to another what is not there yet
    Cp(CpArgs),
    /// Remove files, folders, pages and messages
    Rm(RmArgs),
    /// Send a mail: a test mail, a file, or every message of an mbox
    Send(SendArgs),
    /// Call a method by XML-RPC, and show what comes back
    Rpc(RpcArgs),
    /// Speak by hand, after TLS and login; Telnet is a terminal
    Talk(TalkArgs),
    /// Show reports again that --save kept
    Show(ShowArgs),
    /// Tell what an error or a check means, and what to do
    Explain(ExplainArgs),
    /// Probe servers in this process, healthy and broken ones: the tour
    Demo(DemoArgs),
    /// Print what a shell needs to complete what is typed
    Completions(CompletionsArgs),
    /// Print the manual as a man page, or write all pages
    Man(ManArgs),
    /// Print the JSON Schema of what is printed as JSON
    Schema(SchemaArgs),
    /// Print the version; with -v what a bug report needs
    Version(VersionArgs),
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
#[command(next_help_heading = "Output")]
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
}

impl Verb {
    /// How it connects and who logs in, if it does.
    pub(crate) fn connection(&mut self) -> Option<&mut ConnectArgs> {
        match self {
            Self::Probe(args) => Some(&mut args.connect),
            Self::Check(args) => Some(&mut args.connect),
            Self::Tls(args) => Some(&mut args.connect),
            Self::Get(args) => Some(&mut args.connect),
            Self::Put(args) => Some(&mut args.connect),
            Self::Post(args) => Some(&mut args.connect),
            Self::Ls(args) => Some(&mut args.connect),
            Self::Cp(args) => Some(&mut args.connect),
            Self::Rm(args) => Some(&mut args.connect),
            Self::Send(args) => Some(&mut args.connect),
            Self::Rpc(args) => Some(&mut args.connect),
            Self::Talk(args) => Some(&mut args.connect),
            Self::Show(_)
            | Self::Explain(_)
            | Self::Demo(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::Schema(_)
            | Self::Version(_) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::ffi::OsString;

    use clap::{CommandFactory as _, FromArgMatches as _};

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

    /// The names of all verbs.
    pub(crate) fn verbs() -> Vec<String> {
        let command = Args::command();
        let verbs = command.get_subcommands();
        verbs.map(|verb| verb.get_name().to_owned()).collect()
    }

    fn read(line: &str) -> Result<Args, clap::Error> {
        read_words(line.split_whitespace().map(OsString::from))
    }

    /// What is meant by these words, with nothing from elsewhere.
    pub(crate) fn read_words(
        words: impl IntoIterator<Item = OsString>,
    ) -> Result<Args, clap::Error> {
        let command = Args::command();
        let words = Words::of(words, &command);
        let mut command = helpful(command, &words);
        Args::from_arg_matches(&command.try_get_matches_from_mut(words.list())?)
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
    fn help_may_come_first() {
        for (asked, meant) in [
            ("netspeak help", "netspeak --help"),
            ("netspeak help get", "netspeak get --help"),
        ] {
            let text = |line| read(line).unwrap_err().to_string();
            assert_eq!(text(asked), text(meant));
        }
        for line in ["netspeak help get", "netspeak get -gh", "netspeak get x -h"] {
            let text = read(line).unwrap_err().to_string();
            assert!(
                text.contains("URLs:") && text.contains("Examples:"),
                "{text}"
            );
        }
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
