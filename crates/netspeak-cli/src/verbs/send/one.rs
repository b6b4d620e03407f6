//! One mail: a file, or a test mail that says what it is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;

use jiff::Zoned;
use netspeak::core::text::printable;
use netspeak::smtp::{Body, Client, Envelope, Error, Receipt};

use super::Order;
use super::smtp::{envelope, session};
use super::tally::{Tally, line, show};
use crate::args::SendArgs;
use crate::exit::Code;
use crate::failure::Failure;
use crate::mailbox::Regular;
use crate::output;

pub(super) async fn send(order: Order) -> Result<Code, Failure> {
    let args = &order.args;
    let envelope = envelope(args)?;
    session(&order, async |client| {
        if args.stop_after.is_some() {
            return rehearse(client, &envelope).await;
        }
        let receipt = mail(client, &envelope, args).await?;
        show(&receipt);
        let mut tally = Tally::default();
        tally.count(&receipt);
        Ok(tally.code())
    })
    .await
}

async fn mail(
    client: &mut Client,
    envelope: &Envelope,
    args: &SendArgs,
) -> Result<Receipt, Failure> {
    let body: Body<'_> = match &args.eml {
        Some(path) if path.as_os_str() != "-" => {
            let file = File::open(path)?;
            let size = file.metadata()?.len();
            Body::reader(Regular(file)).with_size(size)
        }
        Some(_) => io::read_to_string(io::stdin())?.into(),
        None => test_mail(args).into(),
    };
    Ok(client.send(envelope, body).await?)
}

/// MAIL, RCPT, RSET: would they be taken? No mail is sent.
async fn rehearse(client: &mut Client, envelope: &Envelope) -> Result<Code, Failure> {
    client.mail(&envelope.sender, &envelope.parameters).await?;
    let mut tally = Tally::default();
    for recipient in &envelope.recipients {
        let path = recipient.path.as_str();
        match client.rcpt(&recipient.path, &recipient.parameters).await {
            Ok(reply) => {
                tally.accepted += 1;
                line("OK", path, &reply.to_string());
            }
            Err(Error::Refused { reply, .. }) => {
                tally.refused += 1;
                line("FAIL", path, &reply.to_string());
            }
            Err(error) => return Err(error.into()),
        }
    }
    client.rset().await?;
    output::say("stopped after RCPT: no mail was sent");
    Ok(tally.code())
}

/// A mail that says what it is, with everything that RFC 5322 wants.
fn test_mail(args: &SendArgs) -> String {
    let now = Zoned::now();
    let date = jiff::fmt::rfc2822::to_string(&now).unwrap_or_default();
    let id = ulid::Ulid::generate();
    let domain = args
        .from
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain);
    let subject = args
        .subject
        .clone()
        .unwrap_or_else(|| format!("netspeak test {id}"));
    let headers = BTreeMap::from([
        ("Date", date),
        ("From", args.from.clone()),
        ("Message-ID", format!("<{id}@{domain}>")),
        ("MIME-Version", "1.0".to_owned()),
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Subject", subject),
        ("To", args.to.join(", ")),
    ]);
    let mut text = String::new();
    for (name, value) in headers {
        // What was typed goes into one header and no further.
        text.push_str(&format!("{name}: {}\r\n", printable(value.as_bytes())));
    }
    text.push_str("\r\nThis is a test mail, sent by netspeak.\r\n");
    text
}
