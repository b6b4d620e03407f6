//! POP3 sessions with Dovecot: what is read is what was delivered, and what goes wrong is named.

mod cyrus;
mod deleting;
mod faults;
mod login;
mod reading;
mod tls;

use netspeak::core::{ClearTextAuth, Target, Tls};
use netspeak::pop3::{Builder, Client};

use crate::harness::{connector, target, with_password};

/// A session in the clear with the server that allows it.
fn in_the_clear() -> Builder {
    Client::builder()
        .tls(Tls::Off)
        .clear_text_auth(ClearTextAuth::Allowed)
}

/// The server that insists on TLS, and STLS.
fn upgraded() -> (Target, Builder) {
    let builder = Client::builder().connector(connector()).tls(Tls::Required);
    (target("pop3", "DOVECOT_POP3"), builder)
}

async fn logged_in(user: &str) -> Client {
    let (target, builder) = upgraded();
    builder
        .credentials(with_password(user))
        .connect(&target)
        .await
        .unwrap()
}
