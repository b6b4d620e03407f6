//! What is fetched, and where to.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::http::refuse;
use super::{ConnectArgs, ContinueAt, DataArgs, HttpArgs, MailArgs, NewsArgs, PaceArgs};
use crate::failure::Failure;
use crate::output::{Beginning, Overwrite};

#[derive(Debug, ClapArgs)]
pub(crate) struct GetArgs {
    /// URLs to fetch; {a,b}, [1-100], [01-10:2] and [a-z] in them stand for many
    #[arg(required = true, value_name = "URL")]
    pub(crate) urls: Vec<String>,
    /// Write here instead of to standard output; an existing file is replaced once all is there, and so is
    /// a link. - is standard output as it is, also on a terminal, which else gets text. Several URLs go
    /// there one after the other, each whole, unless #1 stands for the first pattern in the URL
    #[arg(short, long, value_name = "FILE", conflicts_with = "dir")]
    pub(crate) output: Option<PathBuf>,
    /// Write into the current folder, under the name in the URL, or that the server suggests
    #[arg(short = 'O', long, conflicts_with_all = ["output", "dir"])]
    pub(crate) remote_name: bool,
    /// Write one file for each message, file or URL into this folder. Messages that are there already are
    /// left alone, and are no fault if they are the same
    #[arg(long, alias = "output-dir", value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Let -O and --dir overwrite existing files
    #[arg(long)]
    pub(crate) force: bool,
    /// Go on with NAME.part, which an interrupted transfer left. Over HTTP only if it is the same version for certain;
    /// what is not is fetched anew
    #[arg(short = 'C', long, value_name = "-", allow_hyphen_values = true)]
    pub(crate) continue_at: Option<ContinueAt>,
    /// Take { } [ ] in URLs as they are
    #[arg(short, long)]
    pub(crate) globoff: bool,
    #[command(flatten)]
    pub(crate) part: PartArgs,
    #[command(flatten)]
    pub(crate) mail: MailArgs,
    #[command(flatten)]
    pub(crate) news: NewsArgs,
    #[command(flatten)]
    pub(crate) http: HttpArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

/// What of it is fetched, and whether.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "HTTP")]
pub(crate) struct PartArgs {
    /// Fetch the head only, and show it
    #[arg(short = 'I', long, conflicts_with_all = ["range", "continue_at"])]
    pub(crate) head: bool,
    /// Fetch these bytes only: 0-499, 500-, or -500 for the last ones
    #[arg(
        short,
        long,
        value_name = "RANGE",
        conflicts_with = "continue_at",
        allow_hyphen_values = true
    )]
    pub(crate) range: Option<String>,
    /// Only if it is newer than this date or file; with - in front, only if it is not
    #[arg(
        short = 'z',
        long,
        value_name = "DATE|FILE",
        allow_hyphen_values = true
    )]
    pub(crate) time_cond: Option<String>,
    /// Keep the ETag in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) etag_save: Option<PathBuf>,
    /// Only if the ETag is not the one in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) etag_compare: Option<PathBuf>,
}

impl GetArgs {
    /// May files be replaced whose names the user has not typed?
    pub(crate) fn overwrite(&self) -> Overwrite {
        match (self.force, self.mail.goes_by_id()) {
            (true, _) => Overwrite::Yes,
            (false, true) => Overwrite::Never,
            (false, false) => Overwrite::No,
        }
    }

    /// What becomes of the unfinished data of an earlier transfer.
    pub(crate) fn beginning(&self) -> Beginning {
        match self.continue_at {
            Some(ContinueAt::End) => Beginning::Continued,
            None => Beginning::Anew,
        }
    }

    /// Whether each URL has a file of its own, under its own name.
    pub(crate) fn has_own_names(&self) -> bool {
        self.remote_name || self.dir.is_some()
    }

    /// An error where another protocol was told what only HTTP knows.
    pub(crate) fn refuse_http(&self, protocol: &str) -> Result<(), Failure> {
        self.refuse_part(protocol)?;
        self.http.refuse(protocol)
    }

    /// The same for a protocol that can compress.
    pub(crate) fn refuse_http_but_compressed(&self, protocol: &str) -> Result<(), Failure> {
        self.refuse_part(protocol)?;
        self.http.refuse_but_compressed(protocol)
    }

    fn refuse_part(&self, protocol: &str) -> Result<(), Failure> {
        let part = &self.part;
        let given = [
            (part.head, "-I"),
            (part.range.is_some(), "-r"),
            (part.time_cond.is_some(), "-z"),
            (part.etag_save.is_some(), "--etag-save"),
            (part.etag_compare.is_some(), "--etag-compare"),
        ];
        refuse(&given, "http", protocol)
    }
}
