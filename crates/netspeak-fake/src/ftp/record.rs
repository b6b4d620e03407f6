//! What is remembered of transfers: the server's own record, for assertions.

use std::sync::{Arc, Mutex, PoisonError};

use crate::tls::Resumption;

/// One transfer that had a data connection, and TLS on it if that was due.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transfer {
    /// Which control connection, the first being 1.
    pub connection: usize,
    /// The verb, in capitals.
    pub verb: String,
    /// The octets that went over the data connection, below TLS.
    pub octets: usize,
    /// What TLS there was.
    pub tls: DataTls,
    /// How the client ended an upload; for a download, how the server did.
    pub end: DataEnd,
}

/// The TLS of a data connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataTls {
    /// None: in the clear.
    None,
    /// A session of its own.
    New,
    /// The session of its control connection, resumed.
    Resumed,
    /// A session that began on another control connection.
    Foreign,
}

/// How a data connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataEnd {
    /// In good order: a FIN, under TLS after a close_notify.
    Orderly,
    /// Under TLS with a FIN and no close_notify.
    Truncated,
    /// Before all was through: an RST, an ABOR, a TLS session that was not to be.
    Broken,
}

impl From<Resumption> for DataTls {
    fn from(resumption: Resumption) -> Self {
        match resumption {
            Resumption::None => Self::New,
            Resumption::Own => Self::Resumed,
            Resumption::Foreign => Self::Foreign,
        }
    }
}

/// The record, shared by all connections of a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Records(Arc<Mutex<Vec<Transfer>>>);

impl Records {
    pub(super) fn add(&self, transfer: Transfer) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(transfer);
    }

    pub(super) fn all(&self) -> Vec<Transfer> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
