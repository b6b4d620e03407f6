//! `ls` over POP3.

use std::collections::HashMap;

use netspeak::core::Target;
use netspeak::pop3::{Client, Error, MessageNumber, Pop3Path, ScanListing, UniqueId};
use serde_json::json;

use super::{Ls, Order};
use crate::failure::Failure;
use crate::output::Lines;
use crate::verbs::maildrop;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Ls> = Row {
    protocol: "pop3",
    urls: &[(
        "pop3s://host/",
        "number, size and unique id of each message",
    )],
    run: |order| Box::pin(ls(order)),
};

async fn ls(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.order.refuse("pop3")?;
    let selection = Pop3Path::of(target)?;
    let (sizes, ids) = maildrop::session(target, &args.connect, read).await?;
    let meant = selection.of_those(sizes.iter().map(|listing| listing.number));
    let base = target.clone().with_path("");
    let mut lines = Lines::new();
    for listing in sizes
        .iter()
        .filter(|listing| meant.contains(&listing.number))
    {
        let id = ids.get(&listing.number);
        lines.push(&if args.json {
            json_line(listing, id, &base)
        } else {
            text_line(listing, id)
        })?;
    }
    Ok(lines.finish()?)
}

/// Sizes, and unique ids where the server has them.
async fn read(
    client: &mut Client,
) -> Result<(Vec<ScanListing>, HashMap<MessageNumber, UniqueId>), Failure> {
    let sizes = client.list().await?;
    let ids = match client.uidl().await {
        Ok(ids) => ids
            .into_iter()
            .map(|listing| (listing.number, listing.id))
            .collect(),
        // UIDL is optional, and some servers announce it without having it.
        Err(Error::Refused { .. }) => HashMap::new(),
        Err(error) => return Err(error.into()),
    };
    Ok((sizes, ids))
}

fn text_line(listing: &ScanListing, id: Option<&UniqueId>) -> String {
    let size = listing
        .octets
        .map_or("-".to_owned(), |octets| octets.to_string());
    let id = id.map_or("-", UniqueId::as_str);
    format!("{:>6} {size:>10}  {id}\n", listing.number.get())
}

fn json_line(listing: &ScanListing, id: Option<&UniqueId>, base: &Target) -> String {
    let number = listing.number.get();
    let object = json!({
        "name": number.to_string(),
        "kind": "message",
        "size": listing.octets,
        "modified": null,
        "url": base.clone().with_path(&format!("/{number}")).to_string(),
        "detail": { "number": number, "uid": id.map(UniqueId::as_str) },
    });
    format!("{object}\n")
}
