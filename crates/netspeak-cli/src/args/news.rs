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

/// What of it is posted.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "News")]
pub(crate) struct PartsArgs {
    /// Post this file in yEnc, in as many articles as it takes
    #[arg(long, value_name = "FILE", requires_all = ["group", "from"], conflicts_with_all = ["upload_file", "form", "data", "data_binary", "data_urlencode"])]
    pub(crate) yenc: Option<PathBuf>,
    /// The group to post it to; may be given several times
    #[arg(long, value_name = "GROUP", requires = "yenc")]
    pub(crate) group: Vec<String>,
    /// Who posts it: NAME <USER@HOST>
    #[arg(long, value_name = "AUTHOR", requires = "yenc")]
    pub(crate) from: Option<String>,
}

impl PartsArgs {
    /// An error where another protocol was told what only news know.
    pub(crate) fn refuse(&self, protocol: &str) -> Result<(), Failure> {
        refuse(&[(self.yenc.is_some(), "--yenc")], "nntp", protocol)
    }
}
