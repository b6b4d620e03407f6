//! Binary files in news.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::http::refuse;
use crate::failure::Failure;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "News")]
pub(crate) struct NewsArgs {
    /// Undo yEnc or uuencode: what comes is the file in the article
    #[arg(long, conflicts_with = "continue_at")]
    pub(crate) decode: bool,
    /// Fetch the files of this NZB file from the server of the URL; --jobs tells over how many sessions
    #[arg(long, value_name = "FILE", conflicts_with_all = ["decode", "output", "continue_at"])]
    pub(crate) nzb: Option<PathBuf>,
    /// Fetch what is missing from this server; may be given several times
    #[arg(long, value_name = "URL", requires = "nzb")]
    pub(crate) backup: Vec<String>,
}

impl NewsArgs {
    /// An error where another protocol was told what only news know.
    pub(crate) fn refuse(&self, protocol: &str) -> Result<(), Failure> {
        let given = [(self.decode, "--decode"), (self.nzb.is_some(), "--nzb")];
        refuse(&given, "nntp", protocol)
    }
}
