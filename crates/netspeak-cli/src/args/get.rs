//! What is fetched, and where to.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{ConnectArgs, ContinueAt, DataArgs, PaceArgs};
use crate::output::{Beginning, Overwrite};

#[derive(Debug, ClapArgs)]
pub(crate) struct GetArgs {
    /// URLs to fetch; {a,b}, [1-100], [01-10:2] and [a-z] in them stand for many
    #[arg(required = true, value_name = "URL")]
    pub(crate) urls: Vec<String>,
    /// Write here instead of to standard output; an existing file is overwritten. Several URLs go
    /// there one after the other, each whole, unless #1 stands for the first pattern in the URL
    #[arg(short, long, value_name = "FILE", conflicts_with = "dir")]
    pub(crate) output: Option<PathBuf>,
    /// Write into the current folder, under the name in the URL
    #[arg(short = 'O', long, conflicts_with_all = ["output", "dir"])]
    pub(crate) remote_name: bool,
    /// Write one file for each message, file or URL into this folder
    #[arg(long, alias = "output-dir", value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Let -O and --dir overwrite existing files
    #[arg(long)]
    pub(crate) force: bool,
    /// Go on with NAME.part, which an interrupted transfer left
    #[arg(short = 'C', long, value_name = "-", allow_hyphen_values = true)]
    pub(crate) continue_at: Option<ContinueAt>,
    /// Take { } [ ] in URLs as they are
    #[arg(short, long)]
    pub(crate) globoff: bool,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

impl GetArgs {
    /// May files be replaced whose names the user has not typed?
    pub(crate) fn overwrite(&self) -> Overwrite {
        if self.force {
            Overwrite::Yes
        } else {
            Overwrite::No
        }
    }

    /// What becomes of the unfinished data of an earlier transfer.
    pub(crate) fn beginning(&self) -> Beginning {
        match self.continue_at {
            Some(ContinueAt::End) => Beginning::Continued,
            None => Beginning::Anew,
        }
    }
}
