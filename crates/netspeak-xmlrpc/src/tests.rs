//! Documents, and dialogues with servers.

#[cfg(feature = "net")]
mod calls;
mod cases;
mod documents;
mod hostile;
#[cfg(feature = "probe")]
mod probes;
mod properties;

use serde::de::DeserializeOwned;

use crate::{Fault, Result, Value, decode_response};

/// An answer with this value.
fn answer(value: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<methodResponse><params><param>{value}</param></params></methodResponse>"
    )
}

/// What an answer with this value says.
fn read<T: DeserializeOwned>(value: &str) -> Result<T> {
    Ok(decode_response(answer(value).as_bytes())?.unwrap())
}
