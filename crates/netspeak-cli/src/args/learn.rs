//! What the command tells about itself: completions, man pages, schemas, its version.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap_complete::Shell;

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// Whose completions
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ManArgs {
    /// The verb whose page is printed; the page of the command itself without
    #[arg(value_name = "VERB", conflicts_with = "dir")]
    pub(crate) verb: Option<String>,
    /// Write all pages into this folder instead: netspeak.1, netspeak-probe.1, ...
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// Its name (--list shows all)
    #[arg(value_name = "NAME", default_value = "netspeak.probe/1")]
    pub(crate) name: String,
    /// List what there is, and what each is for
    #[arg(long, conflicts_with = "name")]
    pub(crate) list: bool,
}

#[derive(Debug, Default, ClapArgs)]
pub(crate) struct VersionArgs {
    /// All that a bug report needs
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// The same as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
