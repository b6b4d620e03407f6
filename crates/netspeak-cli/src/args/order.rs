//! In which order mail is listed.

use clap::Args as ClapArgs;
use netspeak::imap::Sort;

use super::http::refuse;
use crate::failure::Failure;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Mail")]
pub(crate) struct OrderArgs {
    /// The messages of a mailbox in this order, by the server: arrival, date, from, to, cc, size, subject, displayfrom,
    /// displayto; a - before one reverses it
    #[arg(
        long,
        value_name = "KEY[,KEY]",
        allow_hyphen_values = true,
        conflicts_with = "thread"
    )]
    pub(crate) sort: Option<Sort>,
    /// The messages of a mailbox in their conversations, by the server
    #[arg(long)]
    pub(crate) thread: bool,
}

impl OrderArgs {
    /// Whether the server is to bring messages into an order.
    pub(crate) fn is_given(&self) -> bool {
        self.sort.is_some() || self.thread
    }

    /// An error where another protocol was told what only IMAP knows.
    pub(crate) fn refuse(&self, protocol: &str) -> Result<(), Failure> {
        let given = [(self.sort.is_some(), "--sort"), (self.thread, "--thread")];
        refuse(&given, "imap", protocol)
    }
}
