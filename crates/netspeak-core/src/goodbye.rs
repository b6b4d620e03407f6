//! [`Goodbye`]: how a session ended.

use crate::conn::Conn;
use crate::error::{Error, Reply};

/// How a session ended whose work is done: whatever the server makes of our goodbye, nothing of it is
/// undone.
#[derive(Debug)]
pub enum Goodbye<R> {
    /// With the server's answer.
    Said(R),
    /// Without one that means anything; why.
    Missing(Error<R>),
    /// In silence: the protocol has no goodbye, and the connection was closed.
    Unspoken,
}

impl<R: Reply> Goodbye<R> {
    /// What became of a QUIT; the connection is closed behind its answer.
    ///
    /// # Errors
    /// What was wrong before it was said: [`Error::Poisoned`], [`Error::Usage`].
    pub async fn after(conn: Conn, answer: Result<R, Error<R>>) -> Result<Self, Error<R>> {
        match answer {
            Ok(reply) => {
                // Whether the server also says goodbye in TLS changes nothing.
                let _ = conn.close().await;
                Ok(Self::Said(reply))
            }
            Err(error @ (Error::Poisoned | Error::Usage { .. })) => Err(error),
            Err(error) => Ok(Self::Missing(error)),
        }
    }

    /// The server's answer.
    pub fn reply(&self) -> Option<&R> {
        match self {
            Self::Said(reply) => Some(reply),
            Self::Missing(_) | Self::Unspoken => None,
        }
    }

    /// The server's answer, for who insists on one.
    ///
    /// # Errors
    /// Why there is none.
    pub fn said(self) -> Result<R, Error<R>> {
        match self {
            Self::Said(reply) => Ok(reply),
            Self::Missing(error) => Err(error),
            Self::Unspoken => Err(Error::usage("this protocol has no goodbye")),
        }
    }
}
