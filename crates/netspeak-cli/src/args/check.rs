//! What is checked, and what is worth an alarm.

use clap::{ArgAction, Args as ClapArgs, ValueEnum};
use netspeak::core::Phase;
use netspeak::core::report::CertDays;

use super::ConnectArgs;
use super::probe::{cert_days, until};
use crate::alarm::Range;

/// In the place of a report: what a monitoring system is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Alarm {
    Ok,
    #[value(alias = "warning")]
    Warn,
    #[value(alias = "critical")]
    Crit,
}

/// What becomes of an answer that leads elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnRedirect {
    /// It is an answer
    Ok,
    #[value(alias = "warning")]
    Warn,
    #[value(alias = "critical")]
    Crit,
    /// What is there is checked
    Follow,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = LETTERS)]
pub(crate) struct CheckArgs {
    /// A protocol or one of its schemes, such as imap or submission, at the host of -H; or a URL
    #[arg(value_name = "PROTO|URL")]
    pub(crate) what: String,
    /// The host, its address, or the path of a Unix socket
    #[arg(short = 'H', long = "hostname", value_name = "HOST")]
    pub(crate) host: Option<String>,
    /// The port, if it is not the usual one
    #[arg(short, long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// A time (in seconds) outside this range is a warning
    #[arg(short, long, value_name = "RANGE")]
    pub(crate) warning: Option<Range>,
    /// A time (in seconds) outside this range is critical
    #[arg(short, long, value_name = "RANGE")]
    pub(crate) critical: Option<Range>,
    /// Seconds for everything together (30)
    #[arg(short = 't', value_name = "SECONDS", conflicts_with = "max_time")]
    pub(crate) total: Option<f64>,
    /// TLS from the first byte, at the port for that; --starttls is the other way
    #[arg(short = 'S', long = "ssl", conflicts_with_all = ["starttls", "tls"])]
    pub(crate) tls_at_once: bool,
    /// Fewer days left for a certificate than these are a warning (21), and critical (0)
    #[arg(
        short = 'D',
        long = "certificate",
        visible_alias = "cert-days",
        value_name = "WARN[,CRIT]",
        value_parser = cert_days
    )]
    pub(crate) cert_days: Option<CertDays>,
    /// The first words of the server have this in them; of several, one will do
    #[arg(short, long, value_name = "STRING")]
    pub(crate) expect: Vec<String>,
    /// They have all of --expect in them, not only one
    #[arg(short = 'A', long)]
    pub(crate) all: bool,
    /// What it is if they have not
    #[arg(short = 'M', long, value_enum, value_name = "STATE", default_value_t = Alarm::Warn)]
    pub(crate) mismatch: Alarm,
    /// What it is if the connection is refused
    #[arg(short, long, value_enum, value_name = "STATE", default_value_t = Alarm::Crit)]
    pub(crate) refuse: Alarm,
    /// What it is if the server says that the request was wrong (4xx of HTTP)
    #[arg(long, value_enum, value_name = "STATE", default_value_t = Alarm::Crit)]
    pub(crate) client_error: Alarm,
    /// What it is if the answer leads elsewhere; follow goes there
    #[arg(long, value_enum, value_name = "STATE", default_value_t = OnRedirect::Ok)]
    pub(crate) on_redirect: OnRedirect,
    /// What nobody asked about, such as passwords taken in clear text, is told and no alarm
    #[arg(long)]
    pub(crate) only_asked: bool,
    /// Stop after this phase
    #[arg(long, value_name = "PHASE", value_parser = until())]
    pub(crate) until: Option<Phase>,
    /// Do one harmless real operation as well (netspeak probe --help lists them)
    #[arg(long, value_name = "OP", num_args = 0..=1, require_equals = true, default_missing_value = "", action = ArgAction::Set)]
    pub(crate) work: Option<String>,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

const LETTERS: &str = "\
A RANGE is the plugin guidelines': 10 (outside 0 to 10), 10: (below 10),
~:10 (above 10), 10:20 (outside), @10:20 (inside). Exit codes: 0 OK,
1 WARNING, 2 CRITICAL, 3 UNKNOWN.

Linked as check_imap, check_pop, check_smtp, check_http, check_ftp,
check_nntp, check_simap, check_spop, check_ssmtp or check_nntps, the command
takes that plugin's letters: check_imap --help.";
