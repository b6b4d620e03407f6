//! One mail: a file, or a test mail that says what it is.

use netspeak::smtp::{Body, Client, Envelope, Error};

use super::Order;
use super::smtp::{envelope, session};
use super::tally::Tally;
use super::told::Told;
use super::{eml, opened, test_mail};
use crate::args::SendArgs;
use crate::exit::Code;
use crate::failure::Failure;

pub(super) async fn send(order: Order) -> Result<Code, Failure> {
    let args = &order.args;
    let envelope = envelope(args)?;
    if args.stop_after.is_some() {
        return session(&order, async |client| {
            rehearse(client, &envelope, Told::by(args)).await
        })
        .await;
    }
    // What cannot be read costs the server nothing.
    let body = body(args, &envelope).await?;
    session(&order, async |client| {
        let receipt = client.send(&envelope, body).await?;
        Told::by(args).mail(&receipt);
        let mut tally = Tally::default();
        tally.count(&receipt);
        Ok(tally.code())
    })
    .await
}

async fn body(args: &SendArgs, envelope: &Envelope) -> Result<Body<'static>, Failure> {
    match &args.eml {
        Some(path) => opened(args, eml::body(path, args.strip_bcc)).await,
        None => Ok(test_mail::of(args, envelope).into()),
    }
}

/// MAIL, RCPT, RSET: would they be taken? No mail is sent.
async fn rehearse(client: &mut Client, envelope: &Envelope, told: Told) -> Result<Code, Failure> {
    client.mail(&envelope.sender, &envelope.parameters).await?;
    let mut tally = Tally::default();
    let mut answers = Vec::new();
    for recipient in &envelope.recipients {
        let path = recipient.path.as_str().to_owned();
        match client.rcpt(&recipient.path, &recipient.parameters).await {
            Ok(reply) => {
                tally.accepted += 1;
                answers.push((path, Ok(reply)));
            }
            Err(Error::Refused { reply, .. }) => {
                tally.refused += 1;
                answers.push((path, Err(reply)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    client.rset().await?;
    told.rehearsed(&answers);
    Ok(tally.code())
}
