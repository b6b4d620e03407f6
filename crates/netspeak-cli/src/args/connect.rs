//! How to connect and who logs in: the same for every verb.

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{ArgAction, Args as ClapArgs, ValueEnum};
use netspeak::http::Netrc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TlsWish {
    /// If the server offers it
    Auto,
    /// Or fail
    Require,
    /// Never
    Off,
}

/// How to connect and who logs in.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectArgs {
    /// The user, or user:password; a password that is nowhere is asked for
    #[arg(short, long, value_name = "U[:P]")]
    pub(crate) user: Option<String>,
    /// Read the password from this environment variable
    #[arg(long, value_name = "VAR")]
    pub(crate) password_env: Option<String>,
    /// Read the password from the first line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Take the password from the first line that this command prints
    #[arg(long, value_name = "CMD")]
    pub(crate) password_cmd: Option<String>,
    /// Take user and password from ~/.netrc, for hosts that stand there
    #[arg(short, long)]
    pub(crate) netrc: bool,
    /// Take them from this file of the same form
    #[arg(long, value_name = "FILE")]
    pub(crate) netrc_file: Option<PathBuf>,
    /// What stands in that file, once it has been read.
    #[arg(skip)]
    pub(crate) netrc_read: OnceLock<Netrc>,
    /// Log in with this bearer token
    #[arg(long, value_name = "TOKEN", group = "token")]
    pub(crate) oauth2_bearer: Option<String>,
    /// Read the bearer token from this environment variable
    #[arg(long, value_name = "VAR", group = "token")]
    pub(crate) oauth2_bearer_env: Option<String>,
    /// Read the bearer token from the first line of this file
    #[arg(long, value_name = "FILE", group = "token")]
    pub(crate) oauth2_bearer_file: Option<PathBuf>,
    /// The only login mechanism to use, as in AUTH=SCRAM-SHA-256
    #[arg(long, value_name = "AUTH=MECH")]
    pub(crate) login_options: Option<String>,
    /// Let passwords cross clear text
    #[arg(long)]
    pub(crate) allow_plaintext_auth: bool,
    /// TLS on plain ports
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(crate) tls: Option<TlsWish>,
    /// Same as --tls require
    #[arg(long, alias = "ssl-reqd", conflicts_with = "tls")]
    pub(crate) starttls: bool,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Our own certificate (PEM)
    #[arg(short = 'E', long, value_name = "FILE")]
    pub(crate) cert: Option<PathBuf>,
    /// The key of our own certificate (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Accept any certificate
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
    /// The peer's public key must have this hash: sha256//BASE64, several joined by ;
    #[arg(long, value_name = "HASHES")]
    pub(crate) pinnedpubkey: Option<String>,
    /// Send and check this name instead of the host's
    #[arg(long, value_name = "NAME")]
    pub(crate) sni: Option<String>,
    /// TLS 1.3 or fail
    #[arg(long = "tlsv1.3")]
    pub(crate) tls13: bool,
    /// Seconds for everything together
    #[arg(short = 'm', long, alias = "timeout", value_name = "SECONDS")]
    pub(crate) max_time: Option<f64>,
    /// Seconds for connecting
    #[arg(long, value_name = "SECONDS")]
    pub(crate) connect_timeout: Option<f64>,
    /// Go through this proxy: socks5h://U:P@host, socks5://, socks4a://, http://, https://
    #[arg(short = 'x', long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Hosts to reach without the proxy: names with their subdomains, addresses, networks, *
    #[arg(long, value_name = "LIST")]
    pub(crate) noproxy: Option<String>,
    /// Send a PROXY header (version 1) about ourselves first
    #[arg(long)]
    pub(crate) haproxy_protocol: bool,
    /// IPv4 only
    #[arg(short = '4', long, conflicts_with = "ipv6")]
    pub(crate) ipv4: bool,
    /// IPv6 only
    #[arg(short = '6', long)]
    pub(crate) ipv6: bool,
    /// Use these addresses for a host
    #[arg(long, value_name = "HOST:PORT:ADDR[,ADDR]")]
    pub(crate) resolve: Vec<String>,
    /// Leave by this interface, or from this address
    #[arg(long, value_name = "NAME|ADDR")]
    pub(crate) interface: Option<String>,
    /// Connect to this Unix socket instead (@name: Linux' abstract namespace)
    #[arg(long, value_name = "PATH")]
    pub(crate) unix_socket: Option<PathBuf>,
    /// Show the talk, without secrets
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}
