//! What is probed, how far, and what is said about it.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args as ClapArgs, ValueEnum};
use netspeak::core::Phase;
use netspeak::core::report::CertDays;

use super::{ConnectArgs, LookArgs};
use crate::config::Groups;
use crate::expect::Expectation;
use crate::output;
use crate::render::Detail;
use crate::template::Template;

#[derive(Debug, ClapArgs)]
pub(crate) struct ProbeArgs {
    /// URLs, or host:port: the port tells the protocol, else the server's greeting does. {a,b}, [1-9] and [a-z]
    /// stand for many; @FILE and - (standard input) hold one a line, with KEY=VALUE labels behind it
    #[arg(required_unless_present = "group", value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// The targets of this group in the configuration file, with what is expected of them
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Vec<String>,
    /// All groups of that file.
    #[arg(skip)]
    pub(crate) groups: Groups,
    /// Take { } [ ] in targets as they are
    #[arg(short, long)]
    pub(crate) globoff: bool,
    /// Stop after this phase
    #[arg(long, value_name = "PHASE", value_parser = until())]
    pub(crate) until: Option<Phase>,
    /// Do one harmless real operation as well: the protocol's usual one, or the one named (see below)
    #[arg(long, value_name = "OP", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) work: Option<String>,
    /// Probe each address of a name by itself
    #[arg(long)]
    pub(crate) all_addresses: bool,
    /// Labels for the report
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = label)]
    pub(crate) labels: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) many: ManyArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

/// What makes a target good or bad, besides what is so anyway.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Judgement")]
pub(crate) struct JudgeArgs {
    /// It fails unless this holds: PATH OP VALUE, such as 'tls.version >= 1.2', 'cert.days >= 21', 'auth has PLAIN',
    /// 'greeting ~ /Dovecot/', 'phases.auth < 300ms', 'caps.before_tls lacks AUTH=PLAIN'. PATH is one of the
    /// report's own (--json)
    #[arg(long, value_name = "EXPR")]
    pub(crate) expect: Vec<Expectation>,
    /// It fails if this holds
    #[arg(long, value_name = "EXPR")]
    pub(crate) reject: Vec<Expectation>,
    /// Fewer days left for a certificate, the server's own or one behind it, are a warning, and a failure
    #[arg(long, value_name = "WARN[,CRIT]", default_value = "21", value_parser = cert_days)]
    pub(crate) cert_days: CertDays,
    #[command(flatten)]
    pub(crate) exit: ExitArgs,
    /// Try this often again when there was no connection to speak over
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) retry: u32,
    /// Seconds before it is tried again
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) retry_delay: Duration,
}

/// How the command ends.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct ExitArgs {
    /// A warning makes the command fail (exit 1)
    #[arg(long)]
    pub(crate) strict: bool,
    /// Exit 0 whatever comes of the targets
    #[arg(long, conflicts_with = "strict")]
    pub(crate) exit_zero: bool,
    /// Whose exit codes: nagios' (0 ok, 1 warn, 2 fail, 3 unknown), or curl's
    #[arg(long, value_enum, value_name = "WHOSE", default_value_t = ExitCodes::Nagios)]
    pub(crate) exit: ExitCodes,
}

/// How many at once.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Many targets")]
pub(crate) struct ManyArgs {
    /// Probes at once
    #[arg(
        short = 'Z',
        long,
        alias = "parallel-max",
        value_name = "N",
        default_value = "50"
    )]
    pub(crate) jobs: NonZeroUsize,
    /// Probes of one host at once
    #[arg(long, value_name = "N", default_value = "8")]
    pub(crate) per_host: NonZeroUsize,
    /// Begin so many probes a second at most; N/m and N/h for a minute and an hour
    #[arg(long, value_name = "N[/s]", value_parser = rate)]
    pub(crate) rate: Option<Duration>,
    /// Show results in the order of the targets, not as they come
    #[arg(long)]
    pub(crate) ordered: bool,
    /// End with a line that counts, also where programs read
    #[arg(long)]
    pub(crate) summary: bool,
}

/// What is shown, and where it is kept.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Output format
    #[arg(long, value_enum, value_name = "F")]
    pub(crate) format: Option<Format>,
    /// Same as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// The verdict line only
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Phases on one line instead of bars
    #[arg(long)]
    pub(crate) compact: bool,
    /// Print this for each target instead: %{PATH} stands for a value of the report, \n for a new line
    #[arg(short = 'w', long, value_name = "TEMPLATE", conflicts_with_all = ["format", "json", "quiet"])]
    pub(crate) write_out: Option<Template>,
    /// Keep the reports in this file as well, for `netspeak show`; with --format prom the metrics. It is replaced
    /// once all is there
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// Write the talk to this file, without secrets
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) look: LookArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ShowArgs {
    /// Reports that --save kept, or that --json printed; - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Bars, and the talk if it was kept
    #[arg(short, long)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExplainArgs {
    /// The kind of an error, such as tls.cert_expired, or the id of a check, such as cert.days; all of them without
    #[arg(value_name = "KIND")]
    pub(crate) kind: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// One line per target
    Line,
    /// One indented JSON document per target
    Json,
    /// One JSON document a line
    Ndjson,
    /// Metrics for Prometheus
    Prom,
    /// What a monitoring plugin says; a warning ends with 1, as under --strict
    Nagios,
}

impl OutputArgs {
    /// The format that was asked for.
    pub(crate) fn chosen(&self) -> Format {
        match (self.json, self.format) {
            (true, _) => Format::Json,
            (false, Some(format)) => format,
            (false, None) => Format::Human,
        }
    }

    /// How much is shown for people: bars for one target, one line of phases for several or for a pipe.
    pub(crate) fn detail(&self, is_verbose: bool, is_many: bool) -> Detail {
        if self.quiet {
            Detail::Line
        } else if is_verbose {
            Detail::Talk
        } else if self.compact || is_many || !output::stdout_is_terminal() {
            Detail::Compact
        } else {
            Detail::Bars
        }
    }
}

impl ProbeArgs {
    /// Whether there may be more than one target.
    pub(crate) fn may_be_many(&self) -> bool {
        let stands_for_many = |target: &String| {
            target.starts_with('@') || target == "-" || target.contains(['{', '['])
        };
        self.targets.len() > 1 || !self.group.is_empty() || self.targets.iter().any(stands_for_many)
    }

    /// Whether there is more to do than to wait: handshakes and logins. For the rest, threads would only wake each other.
    pub(crate) fn has_to_compute(&self) -> bool {
        !matches!(self.until, Some(Phase::Dns | Phase::Tcp | Phase::Greeting))
    }

    /// The same for targets: of crowds the verdict alone.
    pub(crate) fn detail(&self, is_many: bool) -> Detail {
        let from_list = |target: &String| target.starts_with('@') || target == "-";
        let is_crowd = self.targets.iter().any(from_list) || !self.group.is_empty();
        let is_plain = !self.output.compact && self.connect.verbose == 0;
        match is_crowd && is_plain {
            true => Detail::Line,
            false => self.output.detail(self.connect.verbose > 0, is_many),
        }
    }
}

/// Whose exit codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExitCodes {
    #[default]
    Nagios,
    Curl,
}

pub(super) fn until() -> impl clap::builder::TypedValueParser<Value = Phase> {
    let words = [
        "dns", "tcp", "tls", "greeting", "caps", "wait", "body", "auth", "work",
    ];
    PossibleValuesParser::new(words).try_map(|word| word.parse::<Phase>())
}

/// `21`, `30,7`
pub(super) fn cert_days(text: &str) -> Result<CertDays, String> {
    let bad = || format!("{text:?} is not WARN or WARN,CRIT in days");
    let (warn, fail) = text.split_once(',').unwrap_or((text, "0"));
    let days = |text: &str| text.trim().parse::<u32>().map(i64::from);
    let (warn, fail) = (
        days(warn).map_err(|_| bad())?,
        days(fail).map_err(|_| bad())?,
    );
    Ok(CertDays { warn, fail })
}

/// `site=ams`
pub(crate) fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("{text:?} is not KEY=VALUE")),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches('s').parse::<f64>().ok();
    let duration = number.and_then(|number| Duration::try_from_secs_f64(number).ok());
    duration.ok_or_else(|| format!("{text:?} is no number of seconds"))
}

/// `20`, `20/s`, `100/m`, `5/h`: how long from one to the next.
fn rate(text: &str) -> Result<Duration, String> {
    let bad = || format!("{text:?} is no rate: write 20, 20/s, 100/m or 5/h");
    let (number, unit) = text.split_once('/').unwrap_or((text, "s"));
    let seconds = match unit {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(bad()),
    };
    let number: f64 = number.parse().map_err(|_| bad())?;
    Duration::try_from_secs_f64(seconds / number)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_times_from_one_to_the_next() {
        for (text, ms) in [("20", 50), ("2/s", 500), ("120/m", 500), ("0.5", 2000)] {
            assert_eq!(rate(text).unwrap(), Duration::from_millis(ms), "{text}");
        }
        assert_eq!(rate("1/h").unwrap(), Duration::from_secs(3600));
        for bad in ["", "0", "-1", "1/d", "x", "1/", "nan", "inf", "1e99"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn labels_have_a_key() {
        assert_eq!(label("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(label("a="), Ok(("a".to_owned(), String::new())));
        assert!(label("=b").is_err() && label("a").is_err());
    }
}
