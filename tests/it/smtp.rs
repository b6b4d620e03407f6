//! Mail to Postfix, and to Dovecot by LMTP: what arrives is what was sent, and each recipient has a result.
//! Postfix hands it to Dovecot, where it is read by POP3.

mod command;
mod content;
mod engine;
mod login;
mod mailbox;
pub(crate) mod polite;
mod recipients;
mod size;
mod texts;
mod tls;
mod way;

use netspeak::core::{Target, Tls};
use netspeak::smtp::{Builder, Client, Outcome, Receipt};

use crate::harness::{connector, target, with_password};
use crate::smtp::way::Way;

/// Postfix' `message_size_limit`.
const LIMIT: u64 = 31_457_280;

/// `user40@netspeak.test`
fn address(user: &str) -> String {
    format!("{user}@netspeak.test")
}

/// To whom anybody may send.
fn exchanger() -> (Target, Builder) {
    let builder = Client::builder().connector(connector()).tls(Tls::Required);
    (target("smtp", "POSTFIX_SMTP"), builder)
}

/// To whom only those may send who have an account.
fn submission() -> (Target, Builder) {
    let builder = Client::builder().connector(connector()).tls(Tls::Required);
    (target("submission", "POSTFIX_SUBMISSION"), builder)
}

async fn submitting(user: &str, way: &Way) -> Client {
    let (target, builder) = submission();
    builder
        .credentials(with_password(user))
        .chunking(way.chunking)
        .pipelining(way.pipelining)
        .connect(&target)
        .await
        .unwrap()
}

/// `accepted`, `RCPT 550`, `RCPT 450 for now`, one for each recipient.
fn outcomes(receipt: &Receipt) -> Vec<String> {
    let words = receipt
        .deliveries
        .iter()
        .map(|delivery| match &delivery.outcome {
            Outcome::Accepted(_) => "accepted".to_owned(),
            Outcome::Refused(refusal) => {
                let later = if refusal.is_temporary() {
                    " for now"
                } else {
                    ""
                };
                format!("{} {}{later}", refusal.verb, refusal.reply.code())
            }
            Outcome::NotAttempted => "not attempted".to_owned(),
            Outcome::InDoubt(_) => "in doubt".to_owned(),
        });
    words.collect()
}
