//! What the verbs share about NNTP URLs: how to get there.

use netspeak::core::Target;
use netspeak::nntp::Client;

use crate::args::ConnectArgs;
use crate::failure::Failure;

/// A session with the news server at this target.
pub(super) async fn session<T>(
    target: &Target,
    args: &ConnectArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = args.opening(target)?;
    let connect = async |opening| Client::builder().opening(opening).connect(target).await;
    super::session::session(opening, connect, work).await
}
