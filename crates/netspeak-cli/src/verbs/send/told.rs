//! [`Told`]: what became of mails, for people or for programs.

use netspeak::core::text::printable;
use netspeak::smtp::{Outcome, Receipt, Refusal, Reply};
use serde_json::{Value, json};

use super::tally::Tally;
use crate::args::SendArgs;
use crate::failure::Failure;
use crate::output;

/// The schema of what programs are told.
const SCHEMA: &str = "netspeak.send/1";

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A line for each recipient.
    People,
    /// A JSON object for each mail, one a line.
    Programs,
}

impl Told {
    pub(super) fn by(args: &SendArgs) -> Self {
        match args.json {
            true => Self::Programs,
            false => Self::People,
        }
    }

    /// The one mail that there is.
    pub(super) fn mail(self, receipt: &Receipt) {
        match self {
            Self::People => show(receipt),
            Self::Programs => object(1, receipt),
        }
    }

    /// One mail of many; for people only if something is wrong with it.
    pub(super) fn mail_of_many(self, number: u64, receipt: &Receipt) {
        match self {
            Self::People if receipt.is_complete() => {}
            Self::People => {
                output::print(&format!("message {number}:\n"));
                show(receipt);
            }
            Self::Programs => object(number, receipt),
        }
    }

    /// One mail of many that could not even be tried.
    pub(super) fn failed(self, number: u64, failure: &Failure) {
        match self {
            Self::People => output::print(&format!("message {number}: {failure}\n")),
            Self::Programs => print(json!({
                "schema": SCHEMA,
                "mail": number,
                "queued_as": null,
                "recipients": [],
                "error": error(failure),
            })),
        }
    }

    /// Whether the recipients would be taken; no mail was sent.
    pub(super) fn rehearsed(self, answers: &[(String, Result<Reply, Reply>)]) {
        match self {
            Self::People => {
                for (recipient, answer) in answers {
                    match answer {
                        Ok(reply) => line("OK", recipient, &reply.to_string()),
                        Err(reply) => line("FAIL", recipient, &reply.to_string()),
                    }
                }
                output::say("stopped after RCPT: no mail was sent");
            }
            Self::Programs => {
                let answers = answers.iter().map(|(recipient, answer)| match answer {
                    Ok(reply) => of_reply(recipient, "would_be_accepted", reply),
                    Err(reply) => of_reply(recipient, "refused", reply),
                });
                print(json!({
                    "schema": SCHEMA,
                    "mail": null,
                    "queued_as": null,
                    "recipients": answers.collect::<Vec<_>>(),
                    "error": null,
                }));
            }
        }
    }

    /// All of an mbox.
    pub(super) fn total(self, total: &Tally, left: u64) {
        match self {
            Self::People => {
                let mut text = format!(
                    "{} mails, {} accepted, {} refused",
                    total.mails, total.accepted, total.refused
                );
                if total.in_doubt > 0 {
                    text.push_str(&format!(", {} in doubt", total.in_doubt));
                }
                if left > 0 {
                    text.push_str(&format!("; {left} mails not sent"));
                }
                output::print(&(text + "\n"));
            }
            Self::Programs => print(json!({
                "schema": "netspeak.send.summary/1",
                "mails": total.mails,
                "accepted": total.accepted,
                "refused": total.refused,
                "in_doubt": total.in_doubt,
                "not_sent": left,
            })),
        }
    }

    /// It came to nothing: programs are told on standard output, too.
    pub(super) fn nothing(self, failure: &Failure) {
        if self == Self::Programs {
            print(json!({
                "schema": SCHEMA,
                "mail": null,
                "queued_as": null,
                "recipients": [],
                "error": error(failure),
            }));
        }
    }
}

fn error(failure: &Failure) -> Value {
    json!({"kind": failure.kind.to_string(), "message": failure.to_string()})
}

fn print(object: Value) {
    output::print(&format!("{object}\n"));
}

fn object(number: u64, receipt: &Receipt) {
    let recipients = receipt.deliveries.iter().map(|delivery| {
        let recipient = delivery.recipient.as_str();
        match &delivery.outcome {
            Outcome::Accepted(reply) => of_reply(recipient, "accepted", reply),
            Outcome::Refused(refusal) => of_reply(recipient, "refused", &refusal.reply),
            Outcome::NotAttempted => without_reply(recipient, "not_attempted", Value::Null),
            Outcome::InDoubt(doubt) => {
                without_reply(recipient, "in_doubt", doubt.message.as_str().into())
            }
        }
    });
    let queued_as = receipt.queue_id().map(|id| printable(id.as_bytes()));
    print(json!({
        "schema": SCHEMA,
        "mail": number,
        "queued_as": queued_as,
        "recipients": recipients.collect::<Vec<_>>(),
        "error": null,
    }));
}

fn of_reply(recipient: &str, outcome: &str, reply: &Reply) -> Value {
    json!({
        "recipient": recipient,
        "outcome": outcome,
        "code": reply.code(),
        "reply": reply.to_string(),
    })
}

fn without_reply(recipient: &str, outcome: &str, why: Value) -> Value {
    json!({"recipient": recipient, "outcome": outcome, "code": null, "reply": why})
}

/// Who got it, who did not, and why.
fn show(receipt: &Receipt) {
    for delivery in &receipt.deliveries {
        let (word, why) = match &delivery.outcome {
            Outcome::Accepted(reply) => ("OK", reply.to_string()),
            Outcome::Refused(refusal) => ("FAIL", refusal.to_string()),
            Outcome::NotAttempted => ("FAIL", "not attempted".to_owned()),
            Outcome::InDoubt(doubt) => ("DOUBT", doubt.to_string()),
        };
        line(word, delivery.recipient.as_str(), &why);
    }
    if receipt
        .refused()
        .any(|(_, refusal)| knows_no_chunks(refusal))
    {
        output::say(
            "  try    --chunking off   sends by DATA; what is behind this server does not know BDAT",
        );
    }
    if let Some(id) = receipt.queue_id() {
        output::print(&format!("queued as {}\n", printable(id.as_bytes())));
    }
}

/// The command itself was refused, though it is offered.
fn knows_no_chunks(refusal: &Refusal) -> bool {
    refusal.verb == "BDAT" && (500..=504).contains(&refusal.reply.code())
}

fn line(word: &str, recipient: &str, why: &str) {
    let (recipient, why) = (printable(recipient.as_bytes()), printable(why.as_bytes()));
    output::print(&format!("{word:<5} {recipient}   {why}\n"));
}
