//! What sessions of every protocol are asked.

use netspeak::core::sasl::Credentials;
use netspeak::core::{Error, Side, Trace};
use netspeak::pop3::MessageNumber;

use crate::harness::password;

pub(crate) fn number(number: u32) -> MessageNumber {
    MessageNumber::new(number).unwrap()
}

pub(crate) fn with_password(user: &str) -> Credentials {
    Credentials::password(user, password())
}

/// What was said to the server, one line each.
pub(crate) fn said(trace: &Trace) -> Vec<String> {
    let entries = trace.transcript();
    let ours = entries.iter().filter(|entry| entry.side == Side::Client);
    ours.map(|entry| entry.text.clone()).collect()
}

/// `ok`, or the error's kind.
pub(crate) fn kind<T, R>(outcome: &Result<T, Error<R>>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}
