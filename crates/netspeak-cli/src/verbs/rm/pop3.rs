//! `rm` over POP3.

use netspeak::core::{ErrorKind, Phase, Reason};
use netspeak::pop3::{Client, MessageNumber, Pop3Path};

use super::{Order, Rm};
use crate::failure::Failure;
use crate::output;
use crate::verbs::maildrop;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Rm> = Row {
    protocol: "pop3",
    urls: &[
        ("pop3s://host/7", "message 7"),
        ("pop3s://host/3-9", "messages 3 to 9"),
    ],
    run: |order| Box::pin(rm(order)),
};

async fn rm(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.data.refuse("pop3")?;
    args.http.refuse("pop3")?;
    if args.recursive {
        return Err(Failure::usage("-r is for folders: messages go by number"));
    }
    let selection = Pop3Path::of(target)?;
    if selection == Pop3Path::All {
        return Err(Failure::usage(
            "name what is to be removed, as in pop3://host/7 or /3-9: the whole maildrop is not",
        ));
    }
    maildrop::session(target, &args.connect, async |client| {
        let numbers = numbers(client, selection).await?;
        mark(client, &numbers).await
    })
    .await
}

/// Which numbers are there, of those that are meant.
async fn numbers(client: &mut Client, selection: Pop3Path) -> Result<Vec<MessageNumber>, Failure> {
    let there = client.list().await?;
    let numbers = selection.of_those(there.into_iter().map(|listing| listing.number));
    match numbers.is_empty() {
        true => Err(Failure::partial(
            ErrorKind::new(Phase::Work, Reason::NotFound),
            "no message there has this number: nothing was removed",
        )),
        false => Ok(numbers),
    }
}

/// The session's end removes what is marked. What the server refuses keeps no other back.
async fn mark(client: &mut Client, numbers: &[MessageNumber]) -> Result<(), Failure> {
    let mut marked = Ok(());
    for (number, answer) in numbers.iter().zip(client.dele_many(numbers).await?) {
        if let Err(error) = answer {
            output::say(&format!("message {number}: {error}"));
            marked = Err(Failure::from(error));
        }
    }
    marked
}
