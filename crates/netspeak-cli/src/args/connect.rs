//! How to connect and who logs in: the same for every verb.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use clap::{ArgAction, Args as ClapArgs, ValueEnum};
use netspeak::core::{Detour, Timeouts};
use netspeak::http::Netrc;

use crate::config::Configured;
use crate::input::Remembered;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TlsWish {
    /// If the server offers it
    Auto,
    /// Or fail
    Require,
    /// Never
    Off,
}

/// The newest version of TLS to offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TlsMax {
    /// TLS 1.2
    #[value(name = "1.2")]
    Tls12,
    /// TLS 1.3
    #[value(name = "1.3")]
    Tls13,
}

/// What a limit of its own can be set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Limited {
    Dns,
    Tcp,
    Proxy,
    Tls,
    Greeting,
    Reply,
    Quit,
    Data,
}

impl Limited {
    /// Where it is kept.
    pub(crate) fn of(self, timeouts: &mut Timeouts) -> &mut Option<Duration> {
        match self {
            Self::Dns => &mut timeouts.dns,
            Self::Tcp => &mut timeouts.tcp,
            Self::Proxy => &mut timeouts.proxy,
            Self::Tls => &mut timeouts.tls,
            Self::Greeting => &mut timeouts.greeting,
            Self::Reply => &mut timeouts.reply,
            Self::Quit => &mut timeouts.goodbye,
            Self::Data => &mut timeouts.progress,
        }
    }
}

/// `15`, `0.5`, `15s`
fn seconds(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('s').parse();
    number.map_err(|_| format!("{text:?} is no number of seconds"))
}

/// `greeting=20`
fn phase_timeout(text: &str) -> Result<(Limited, f64), String> {
    let words = || {
        let words = Limited::value_variants().iter();
        let words = words.filter_map(|word| Some(word.to_possible_value()?.get_name().to_owned()));
        words.collect::<Vec<_>>().join(", ")
    };
    let (name, seconds) = text
        .split_once('=')
        .ok_or_else(|| format!("{text:?} is not PHASE=SECONDS"))?;
    let limited = Limited::from_str(name, true)
        .map_err(|_| format!("{name:?} has no limit of its own; there are {}", words()))?;
    Ok((limited, self::seconds(seconds)?))
}

const LOGIN: &str = "Login";
const TLS: &str = "TLS";
const OUTPUT: &str = "Output";

/// How to connect and who logs in. What is seldom needed stands in the long help only.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectArgs {
    /// The user, or user:password; a password that is nowhere is asked for
    #[arg(short, long, value_name = "U[:P]", help_heading = LOGIN)]
    pub(crate) user: Option<String>,
    /// Read the password from this environment variable
    #[arg(long, value_name = "VAR", help_heading = LOGIN, hide_short_help = true)]
    pub(crate) password_env: Option<String>,
    /// Read the password from the first line of this file
    #[arg(long, value_name = "FILE", help_heading = LOGIN)]
    pub(crate) password_file: Option<PathBuf>,
    /// Take the password from the first line that this command prints
    #[arg(long, value_name = "CMD", help_heading = LOGIN)]
    pub(crate) password_cmd: Option<String>,
    /// Take user and password from ~/.netrc, for hosts that stand there
    #[arg(short, long, help_heading = LOGIN)]
    pub(crate) netrc: bool,
    /// Take user and password from this file, which has the form of ~/.netrc
    #[arg(long, value_name = "FILE", help_heading = LOGIN, hide_short_help = true)]
    pub(crate) netrc_file: Option<PathBuf>,
    /// What stands in that file, once it has been read.
    #[arg(skip)]
    pub(crate) netrc_read: OnceLock<Netrc>,
    /// The passwords that were found.
    #[arg(skip)]
    pub(crate) passwords: Remembered,
    /// What nobody typed.
    #[arg(skip)]
    pub(crate) configured: Configured,
    /// Log in with this bearer token
    #[arg(long, value_name = "TOKEN", group = "token", help_heading = LOGIN, hide_short_help = true)]
    pub(crate) oauth2_bearer: Option<String>,
    /// Read the bearer token from this environment variable
    #[arg(long, value_name = "VAR", group = "token", help_heading = LOGIN, hide_short_help = true)]
    pub(crate) oauth2_bearer_env: Option<String>,
    /// Read the bearer token from the first line of this file
    #[arg(long, value_name = "FILE", group = "token", help_heading = LOGIN, hide_short_help = true)]
    pub(crate) oauth2_bearer_file: Option<PathBuf>,
    /// The only login mechanism to use, as in AUTH=SCRAM-SHA-256
    #[arg(long, value_name = "AUTH=MECH", help_heading = LOGIN, hide_short_help = true)]
    pub(crate) login_options: Option<String>,
    /// Let passwords cross clear text
    #[arg(long, help_heading = LOGIN, hide_short_help = true)]
    pub(crate) allow_plaintext_auth: bool,
    /// Whether to begin TLS on ports that start without it
    #[arg(long, value_enum, value_name = "WHEN", help_heading = TLS)]
    pub(crate) tls: Option<TlsWish>,
    /// Same as --tls require
    #[arg(long, alias = "ssl-reqd", conflicts_with = "tls", help_heading = TLS)]
    pub(crate) starttls: bool,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", help_heading = TLS)]
    pub(crate) cacert: Option<PathBuf>,
    /// Trust the certificates in all PEM files of this folder
    #[arg(long, value_name = "DIR", help_heading = TLS, hide_short_help = true)]
    pub(crate) capath: Option<PathBuf>,
    /// Show this certificate of ours, if the server asks for one (PEM)
    #[arg(short = 'E', long, value_name = "FILE", help_heading = TLS)]
    pub(crate) cert: Option<PathBuf>,
    /// The key of our own certificate (PEM)
    #[arg(long, value_name = "FILE", help_heading = TLS, hide_short_help = true)]
    pub(crate) key: Option<PathBuf>,
    /// Accept any certificate
    #[arg(short = 'k', long, help_heading = TLS)]
    pub(crate) insecure: bool,
    /// The peer's public key must have this hash: sha256//BASE64, several joined by ;
    #[arg(long, value_name = "HASHES", help_heading = TLS, hide_short_help = true)]
    pub(crate) pinnedpubkey: Option<String>,
    /// Send and check this name instead of the host's
    #[arg(long, value_name = "NAME", help_heading = TLS, hide_short_help = true)]
    pub(crate) sni: Option<String>,
    /// Speak TLS 1.2 or newer, as it always is
    #[arg(long = "tlsv1.2", conflicts_with = "tls13", help_heading = TLS, hide_short_help = true)]
    pub(crate) tls12: bool,
    /// Speak TLS 1.3, or fail
    #[arg(long = "tlsv1.3", help_heading = TLS, hide_short_help = true)]
    pub(crate) tls13: bool,
    /// Speak nothing newer than this version of TLS
    #[arg(long, value_enum, value_name = "VERSION", help_heading = TLS, hide_short_help = true)]
    pub(crate) tls_max: Option<TlsMax>,
    /// Offer these ALPN ids, joined by commas, instead of the protocol's own
    #[arg(long, value_name = "IDS", conflicts_with = "no_alpn", help_heading = TLS, hide_short_help = true)]
    pub(crate) alpn: Option<String>,
    /// Offer no ALPN, for servers that fail over it
    #[arg(long, help_heading = TLS, hide_short_help = true)]
    pub(crate) no_alpn: bool,
    /// Give up after so many seconds, for everything together
    #[arg(short = 'm', long, alias = "timeout", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) max_time: Option<f64>,
    /// Give up connecting after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds, hide_short_help = true)]
    pub(crate) connect_timeout: Option<f64>,
    /// Seconds for one phase: dns, tcp, proxy, tls, greeting, reply (each of them), quit, data (without progress)
    #[arg(long, value_name = "PHASE=SECONDS", value_parser = phase_timeout, hide_short_help = true)]
    pub(crate) phase_timeout: Vec<(Limited, f64)>,
    /// Send one command at a time, for servers that offer more than they can do
    #[arg(long, hide_short_help = true)]
    pub(crate) no_pipelining: bool,
    /// The name to introduce ourselves by (EHLO)
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) ehlo: Option<String>,
    /// Go through this proxy: socks5h://U:P@host, socks5://, socks4a://, http://, https://
    #[arg(short = 'x', long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Hosts to reach without the proxy: names with their subdomains, addresses, networks, *
    #[arg(long, value_name = "LIST", hide_short_help = true)]
    pub(crate) noproxy: Option<String>,
    /// Send a PROXY header (version 1) about ourselves first
    #[arg(long, hide_short_help = true)]
    pub(crate) haproxy_protocol: bool,
    /// Use IPv4 only
    #[arg(short = '4', long, conflicts_with = "ipv6")]
    pub(crate) ipv4: bool,
    /// Use IPv6 only
    #[arg(short = '6', long)]
    pub(crate) ipv6: bool,
    /// Use these addresses for a host
    #[arg(long, value_name = "HOST:PORT:ADDR[,ADDR]", hide_short_help = true)]
    pub(crate) resolve: Vec<String>,
    /// Connect elsewhere for a host and port; what is left out is any, or the same
    #[arg(long, value_name = "HOST1:PORT1:HOST2:PORT2", hide_short_help = true)]
    pub(crate) connect_to: Vec<Detour>,
    /// Leave by this port of ours
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..), hide_short_help = true)]
    pub(crate) local_port: Option<u16>,
    /// Leave by this interface, or from this address
    #[arg(long, value_name = "NAME|ADDR", hide_short_help = true)]
    pub(crate) interface: Option<String>,
    /// Connect to this Unix socket instead (@name: Linux' abstract namespace)
    #[arg(long, value_name = "PATH", hide_short_help = true)]
    pub(crate) unix_socket: Option<PathBuf>,
    /// Show the talk, without secrets
    #[arg(short, long, action = ArgAction::Count, help_heading = OUTPUT)]
    pub(crate) verbose: u8,
}
