//! What is called, and with what.

use clap::Args as ClapArgs;

use super::ConnectArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct RpcArgs {
    /// The server: http, https, xmlrpc+http, xmlrpc+https, scgi; scgi+unix:///path for a Unix socket
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// The method, such as system.listMethods
    #[arg(value_name = "METHOD")]
    pub(crate) method: String,
    /// Arguments, typed as they are written: 1, 1.5, true, nil; "text" in quotes, and whatever else, is text
    #[arg(value_name = "ARG", allow_negative_numbers = true)]
    pub(crate) arguments: Vec<String>,
    /// More arguments behind them: a JSON array of arguments, or one argument of another kind
    #[arg(long = "args", alias = "arg-json", value_name = "JSON")]
    pub(crate) more: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}
