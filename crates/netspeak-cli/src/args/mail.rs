//! Mail that is taken over from a server.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::http::refuse;
use crate::failure::Failure;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Mail")]
pub(crate) struct MailArgs {
    /// Fetch only what is new by its unique id, and note in this file what was fetched, once it is safely where it
    /// goes. A file of --dir has the id for its name; that of -o must not be there yet
    #[arg(long, value_name = "STATE", conflicts_with = "force")]
    pub(crate) new: Option<PathBuf>,
    /// Delete from the server, by unique id, what this run has fetched, once it is safely in the folder of --dir or in
    /// the file of -o, which must not be there yet. What was refused stays, and what an earlier run fetched as well
    #[arg(long, conflicts_with_all = ["force", "headers_only"])]
    pub(crate) delete: bool,
    /// Fetch only the headers
    #[arg(id = "headers_only", long = "headers")]
    pub(crate) headers: bool,
}

impl MailArgs {
    /// Whether messages are known by their unique ids: their numbers mean nothing in the next session.
    pub(crate) fn goes_by_id(&self) -> bool {
        self.new.is_some() || self.delete
    }

    /// An error where what would be deleted is not kept in a file.
    pub(crate) fn check(&self, output: Option<&Path>, dir: Option<&Path>) -> Result<(), Failure> {
        let is_kept = match output {
            Some(path) if path == Path::new("-") || path == Path::new("/dev/stdout") => false,
            Some(path) => path.metadata().is_ok_and(|found| found.is_file()) || !path.exists(),
            None => dir.is_some(),
        };
        if self.delete && !is_kept {
            return Err(Failure::usage(
                "--delete wants --dir DIR or -o FILE: what goes to a pipe, a device or standard output is not kept",
            ));
        }
        Ok(())
    }

    /// An error where another protocol was told what only mailboxes know.
    pub(crate) fn refuse(&self, protocol: &str) -> Result<(), Failure> {
        let given = [
            (self.new.is_some(), "--new"),
            (self.delete, "--delete"),
            (self.headers, "--headers"),
        ];
        refuse(&given, "pop3 and imap", protocol)
    }
}
