//! What is copied from one server to another.

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::Args as ClapArgs;

use super::ConnectArgs;

/// What is copied, and who logs in at the other end.
#[derive(Debug, ClapArgs)]
pub(crate) struct CpArgs {
    /// What to copy
    #[arg(value_name = "URL")]
    pub(crate) from: String,
    /// Where to; a mailbox that is not there is made
    #[arg(value_name = "TO-URL")]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

/// Who logs in where the copy goes. All else is said once, and holds for both ends.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Login where the copy goes")]
pub(crate) struct TargetArgs {
    /// The user there, or user:password; --user and its like are for where the copy comes from
    #[arg(long, value_name = "U[:P]")]
    to_user: Option<String>,
    /// Read the password there from this environment variable
    #[arg(long, value_name = "VAR")]
    to_password_env: Option<String>,
    /// Read the password there from the first line of this file
    #[arg(long, value_name = "FILE")]
    to_password_file: Option<PathBuf>,
    /// Take the password there from the first line that this command prints
    #[arg(long, value_name = "CMD")]
    to_password_cmd: Option<String>,
    /// Read the bearer token there from this environment variable
    #[arg(long, value_name = "VAR", group = "to_token")]
    to_oauth2_bearer_env: Option<String>,
    /// Read the bearer token there from the first line of this file
    #[arg(long, value_name = "FILE", group = "to_token")]
    to_oauth2_bearer_file: Option<PathBuf>,
    /// The only login mechanism to use there, as in AUTH=SCRAM-SHA-256
    #[arg(long, value_name = "AUTH=MECH")]
    to_login_options: Option<String>,
}

impl CpArgs {
    /// How to connect to where the copy goes.
    pub(crate) fn connect_to_target(&self) -> ConnectArgs {
        let target = &self.target;
        ConnectArgs {
            user: target.to_user.clone(),
            password_env: target.to_password_env.clone(),
            password_file: target.to_password_file.clone(),
            password_cmd: target.to_password_cmd.clone(),
            oauth2_bearer: None,
            oauth2_bearer_env: target.to_oauth2_bearer_env.clone(),
            oauth2_bearer_file: target.to_oauth2_bearer_file.clone(),
            login_options: target.to_login_options.clone(),
            // It is read where it is needed first.
            netrc_read: OnceLock::new(),
            configured: self.connect.configured.of_end("to-"),
            ..self.connect.clone()
        }
    }
}
