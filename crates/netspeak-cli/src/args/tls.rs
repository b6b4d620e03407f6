//! Whose certificates are shown, and how.

use clap::Args as ClapArgs;
use netspeak::core::report::CertDays;

use super::probe::cert_days;
use super::{ConnectArgs, LookArgs};

#[derive(Debug, ClapArgs)]
pub(crate) struct TlsArgs {
    /// URLs, or host:port where the port tells the protocol; TLS begins as the scheme says
    #[arg(required = true, value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// Print the certificates as they were sent, and nothing else
    #[arg(long, conflicts_with = "json")]
    pub(crate) pem: bool,
    /// One indented JSON document per target
    #[arg(long)]
    pub(crate) json: bool,
    /// A warning makes the command fail (exit 1)
    #[arg(long)]
    pub(crate) strict: bool,
    /// Take { } [ ] in targets as they are
    #[arg(short, long)]
    pub(crate) globoff: bool,
    /// Fewer days left for a certificate than these are a warning, and a failure
    #[arg(long, value_name = "WARN[,CRIT]", default_value = "21", value_parser = cert_days)]
    pub(crate) cert_days: CertDays,
    #[command(flatten)]
    pub(crate) look: LookArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}
