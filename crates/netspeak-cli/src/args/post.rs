//! What is handed over to be processed.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{ConnectArgs, HttpArgs, PaceArgs, PartsArgs};

#[derive(Debug, ClapArgs)]
pub(crate) struct PostArgs {
    /// Where to send it
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Write the answer here instead of to standard output; an existing file is overwritten
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) body: BodyArgs,
    #[command(flatten)]
    pub(crate) parts: PartsArgs,
    #[command(flatten)]
    pub(crate) http: HttpArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

/// The body. The parts of a form are joined by &, those of one flag after those of another.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Body")]
pub(crate) struct BodyArgs {
    /// Send this as a form; of a file, without its line ends (@- is standard input)
    #[arg(short, long, value_name = "DATA|@FILE")]
    pub(crate) data: Vec<String>,
    /// Send this as a form; of a file, as it is
    #[arg(long, value_name = "DATA|@FILE")]
    pub(crate) data_binary: Vec<String>,
    /// Send this as a form, escaped: VALUE, NAME=VALUE, @FILE, NAME@FILE
    #[arg(long, value_name = "DATA")]
    pub(crate) data_urlencode: Vec<String>,
    /// Send a form with files: NAME=VALUE, NAME=@FILE, NAME=<FILE; ;type=TYPE and ;filename=NAME behind it
    #[arg(short = 'F', long, value_name = "NAME=VALUE", conflicts_with_all = ["data", "data_binary", "data_urlencode", "upload_file"])]
    pub(crate) form: Vec<String>,
    /// Send this file (- for standard input) as it is; several of them one after the other, each for itself
    #[arg(short = 'T', long, alias = "file", value_name = "FILE", conflicts_with_all = ["data", "data_binary", "data_urlencode"])]
    pub(crate) upload_file: Vec<PathBuf>,
}
