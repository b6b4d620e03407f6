//! What is sent, and to whom.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::ConnectArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct SendArgs {
    /// The server that takes it
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// The sender; empty for none
    #[arg(long, alias = "mail-from", value_name = "ADDRESS")]
    pub(crate) from: String,
    /// The recipients
    #[arg(long, alias = "mail-rcpt", required = true, num_args = 1.., value_name = "ADDRESS")]
    pub(crate) to: Vec<String>,
    /// Send this file (- for standard input) instead of a test mail
    #[arg(long, alias = "file", value_name = "FILE", conflicts_with = "mbox")]
    pub(crate) eml: Option<PathBuf>,
    /// Send each message of this mbox (- for standard input)
    #[arg(long, value_name = "FILE")]
    pub(crate) mbox: Option<PathBuf>,
    /// Leave Bcc out of the header of what --eml and --mbox send; =off sends it as well
    #[arg(
        long,
        value_enum,
        value_name = "on|off",
        num_args = 0..=1,
        require_equals = true,
        default_value_t = Switch::On,
        default_missing_value = "on",
        hide_possible_values = true
    )]
    pub(crate) strip_bcc: Switch,
    /// Connections at once, for an mbox
    #[arg(long, alias = "parallel-max", value_name = "N", default_value_t = 1)]
    pub(crate) jobs: usize,
    /// One JSON object a line: for each mail what became of it, and in the end for all
    #[arg(long)]
    pub(crate) json: bool,
    /// The subject of the test mail
    #[arg(long, value_name = "TEXT")]
    pub(crate) subject: Option<String>,
    /// Stop after this step, with RSET: no mail is sent
    #[arg(long, value_enum, value_name = "STEP")]
    pub(crate) stop_after: Option<StopAfter>,
    /// Send texts in chunks (BDAT) where the server offers it
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ChunkingWish::Auto)]
    pub(crate) chunking: ChunkingWish,
    /// Same as --chunking off
    #[arg(long, conflicts_with = "chunking")]
    pub(crate) no_chunking: bool,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

impl SendArgs {
    pub(crate) fn wish_for_chunks(&self) -> ChunkingWish {
        match self.no_chunking {
            true => ChunkingWish::Off,
            false => self.chunking,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StopAfter {
    /// After the recipients
    Rcpt,
}

/// Something that is done or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChunkingWish {
    /// If it is offered
    Auto,
    /// Never: some servers offer it for one behind them that does not know it
    Off,
}
