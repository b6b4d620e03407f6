//! One session for one piece of work.

use netspeak::core::{Error, Goodbye, Opening, Session, Target};

use crate::args::ConnectArgs;
use crate::failure::Failure;
use crate::output;
use crate::render::talk;

/// How to connect to what belongs to somebody: `what`, a maildrop or such.
pub(super) fn opening_of_owner(
    args: &ConnectArgs,
    target: &Target,
    what: &str,
) -> Result<Opening, Failure> {
    let opening = args.opening(target)?;
    if opening.credentials.is_none() {
        return Err(Failure::usage(format!(
            "the {what}'s owner is missing: give --user"
        )));
    }
    Ok(opening)
}

/// Connects, works, says goodbye; shows the talk if it was asked for, also when something failed.
pub(super) async fn session<S: Session, T>(
    opening: Opening,
    connect: impl AsyncFnOnce(Opening) -> Result<S, Error<S::Reply>>,
    work: impl AsyncFnOnce(&mut S) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let trace = opening.trace.clone();
    let done = talk(opening, connect, work).await;
    for line in trace.iter().flat_map(talk::lines) {
        output::say(&line);
    }
    done
}

async fn talk<S: Session, T>(
    opening: Opening,
    connect: impl AsyncFnOnce(Opening) -> Result<S, Error<S::Reply>>,
    work: impl AsyncFnOnce(&mut S) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut session = connect(opening).await?;
    let done = work(&mut session).await;
    // A session that ended half-way cannot be quit from.
    if session.conn().is_busy() {
        return done;
    }
    match session.quit().await {
        Ok(Goodbye::Missing(error)) if done.is_ok() => {
            output::say(&format!(
                "warning: the work is done, but QUIT failed: {error}"
            ));
        }
        Err(error) if done.is_ok() => return Err(error.into()),
        _ => {}
    }
    done
}
