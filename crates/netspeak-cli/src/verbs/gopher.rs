//! What the verbs share about Gopher URLs: how to get there.

use netspeak::core::Target;
use netspeak::gopher::Client;

use crate::args::ConnectArgs;
use crate::failure::Failure;
use crate::output;
use crate::render::talk;

/// A connection for one request; shows the talk if it was asked for, also when something failed.
pub(super) async fn session<T>(
    target: &Target,
    connect: &ConnectArgs,
    work: impl AsyncFnOnce(Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = connect.opening(target)?;
    let trace = opening.trace.clone();
    let done = async {
        let client = Client::builder().opening(opening).connect(target).await?;
        work(client).await
    };
    let done = done.await;
    for line in trace.iter().flat_map(talk::lines) {
        output::say(&line);
    }
    done
}
