//! What the verbs share about POP3 URLs: how to get there.

use netspeak::core::{Opening, Target};
use netspeak::pop3::Client;

use super::session::{self, opening_of_owner};
use crate::args::ConnectArgs;
use crate::failure::Failure;

/// A session with the maildrop at this target.
pub(super) async fn session<T>(
    target: &Target,
    args: &ConnectArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    session_by(opening(args, target)?, target, work).await
}

/// How to get to the maildrop at this target.
pub(super) fn opening(args: &ConnectArgs, target: &Target) -> Result<Opening, Failure> {
    opening_of_owner(args, target, "maildrop")
}

/// A session that begins like this.
pub(super) async fn session_by<T>(
    opening: Opening,
    target: &Target,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let connect = async |opening| Client::builder().opening(opening).connect(target).await;
    session::session(opening, connect, work).await
}
