//! What was typed. What is meant stands in `plan.rs`.

use std::ffi::OsString;

use clap::{
    Args as ClapArgs, Command, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
};

use crate::about::{examples, overview};

mod check;
mod connect;
mod cp;
mod get;
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

pub(crate) use check::{Alarm, CheckArgs, OnRedirect};
pub(crate) use connect::{ConnectArgs, TlsMax, TlsWish};
pub(crate) use cp::CpArgs;
pub(crate) use get::{GetArgs, PartArgs};
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

/// Probe servers of the classic text protocols, transfer by URL.
///
/// The verb `probe` may be left out: `netspeak pop3s://mail.example.org`.
#[derive(Debug, Parser)]
#[command(name = "netspeak", version, disable_help_subcommand = true)]
pub(crate) struct Args {
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
    /// Remove files, folders and pages
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
    /// What to list
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Take { } [ ] in the URL as they are
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

    /// Reads the command line; `probe` is put in where no verb stands.
    pub(crate) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut args: Vec<OsString> = args.into_iter().collect();
        let mut command = Self::command();
        help_first(&mut args);
        if !names_a_verb(&command, &args) {
            args.insert(1.min(args.len()), "probe".into());
        }
        if args.get(1).is_some_and(|verb| verb == "probe") {
            name_the_number(&mut args);
        }
        // What nobody reads is not made.
        command = match args.get(1).and_then(|word| word.to_str()) {
            Some(verb) if command.find_subcommand(verb).is_some() => {
                match args.iter().any(may_ask_for_help) {
                    true => command.mut_subcommand(verb, with_more_help),
                    false => command,
                }
            }
            _ => {
                let text = overview::text(&command);
                command.override_help(text)
            }
        };
        Self::from_arg_matches(&command.try_get_matches_from_mut(args)?)
    }
}

/// The command with all that can be told about its verbs.
pub(crate) fn command() -> Command {
    let command = Args::command();
    let names = command.get_subcommands().map(|verb| verb.get_name());
    let names: Vec<String> = names.map(str::to_owned).collect();
    names.iter().fold(command, |command, verb| {
        command.mut_subcommand(verb, with_more_help)
    })
}

/// The verb with the URLs that it takes, and examples, at the end of its help.
fn with_more_help(verb: Command) -> Command {
    let own = verb.get_after_help().map(ToString::to_string);
    let urls = crate::verbs::urls(verb.get_name());
    let examples = examples::text(verb.get_name());
    let parts = [own, urls, Some(examples)].into_iter().flatten();
    let parts: Vec<String> = parts.map(|part| part.trim_end().to_owned()).collect();
    verb.after_help(parts.join("\n\n"))
}

/// `--help`, or `h` among letters.
fn may_ask_for_help(word: &OsString) -> bool {
    let bytes = word.as_encoded_bytes();
    let are_letters = bytes.starts_with(b"-") && !bytes.starts_with(b"--");
    word == "--help" || (are_letters && bytes.contains(&b'h'))
}

/// `help` and `help VERB` are what others call `--help` and `VERB --help`.
fn help_first(args: &mut Vec<OsString>) {
    if args.get(1).is_some_and(|word| word == "help") {
        args.remove(1);
        args.truncate(2);
        args.push("--help".into());
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
fn names_a_verb(command: &Command, args: &[OsString]) -> bool {
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

    /// The names of all verbs.
    pub(crate) fn verbs() -> Vec<String> {
        let command = Args::command();
        let verbs = command.get_subcommands();
        verbs.map(|verb| verb.get_name().to_owned()).collect()
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
