//! What is stored on a server, and what is taken away there.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{ConnectArgs, ContinueAt, DataArgs, HttpArgs, PaceArgs};

#[derive(Debug, ClapArgs)]
pub(crate) struct PutArgs {
    /// What to send: files, - for standard input, or a folder
    #[arg(required = true, num_args = 1.., value_name = "FILE|DIR")]
    pub(crate) sources: Vec<PathBuf>,
    /// Where to; behind a last / files keep their names
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Go on where an interrupted transfer ended
    #[arg(short = 'C', long, value_name = "-", allow_hyphen_values = true)]
    pub(crate) continue_at: Option<ContinueAt>,
    /// Send under NAME.part, and give the file its name once it is whole
    #[arg(long)]
    pub(crate) temp_name: bool,
    /// For a folder: delete there what is not here
    #[arg(long)]
    pub(crate) delete: bool,
    /// For a folder: show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) http: HttpArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RmArgs {
    /// What to remove
    #[arg(required = true, value_name = "URL")]
    pub(crate) urls: Vec<String>,
    /// Remove folders, with all that is in them
    #[arg(short, long)]
    pub(crate) recursive: bool,
    /// Take { } [ ] in URLs as they are
    #[arg(short, long)]
    pub(crate) globoff: bool,
    #[command(flatten)]
    pub(crate) http: HttpArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}
