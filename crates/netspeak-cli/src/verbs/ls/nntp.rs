//! `ls` over NNTP.

use netspeak::core::Target;
use netspeak::core::text::printable;
use netspeak::nntp::response::ActiveGroup;
use netspeak::nntp::{ArticleRange, Client, GroupName, MessageId, NntpPath, Overview};
use serde_json::json;

use super::{Ls, Order};
use crate::args::LsArgs;
use crate::failure::Failure;
use crate::output::Lines;
use crate::verbs::news;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Ls> = Row {
    protocol: "nntp",
    urls: &[
        ("nntps://host/", "the groups of a news server"),
        (
            "nntps://host/group",
            "number, size, author and subject of each article",
        ),
        ("nntps://host/group/3-9", "of articles 3 to 9"),
    ],
    run: |order| Box::pin(ls(order)),
};

async fn ls(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.order.refuse("nntp")?;
    let selection = NntpPath::of(target)?;
    news::session(target, &args.connect, async |client| match selection {
        NntpPath::Groups => groups(client, target, args).await,
        NntpPath::Group(name, range) => articles(client, target, args, &name, range).await,
        NntpPath::Article(_) => Err(Failure::usage("an article has no listing: get fetches it")),
    })
    .await
}

async fn groups(client: &mut Client, target: &Target, args: &LsArgs) -> Result<(), Failure> {
    let mut lines = Lines::new();
    for group in client.list_active(None).await? {
        lines.push(&if args.json {
            group_json(&group, target)
        } else {
            let count = count(&group);
            format!(
                "{count:>10} {} {}\n",
                group.status,
                printable(group.name.as_str().as_bytes())
            )
        })?;
    }
    Ok(lines.finish()?)
}

/// About how many articles there are, by their numbers.
fn count(group: &ActiveGroup) -> u64 {
    let behind = group.high.saturating_add(1);
    behind.saturating_sub(group.low.max(1))
}

fn group_json(group: &ActiveGroup, base: &Target) -> String {
    let name = group.name.as_str();
    let object = json!({
        "name": name,
        "kind": "group",
        "size": null,
        "modified": null,
        "url": base.clone().with_path(&format!("/{name}")).to_string(),
        "detail": { "low": group.low, "high": group.high, "status": group.status.to_string() },
    });
    format!("{object}\n")
}

async fn articles(
    client: &mut Client,
    target: &Target,
    args: &LsArgs,
    name: &GroupName,
    range: Option<ArticleRange>,
) -> Result<(), Failure> {
    let group = client.group(name).await?;
    if range.is_none() && group.is_empty() {
        return Ok(());
    }
    let range = range.unwrap_or(ArticleRange::Between(group.low, group.high));
    let mut rows = client.over(range).await?;
    let mut lines = Lines::new();
    while let Some(row) = rows.next().await? {
        let row = Overview::from(row);
        lines.push(&if args.json {
            article_json(&row, target)
        } else {
            text_line(&row)
        })?;
    }
    Ok(lines.finish()?)
}

fn text_line(row: &Overview) -> String {
    let size = row.bytes.map_or("-".to_owned(), |bytes| bytes.to_string());
    let shown = |text: &str| printable(text.as_bytes());
    format!(
        "{:>10} {size:>9}  {:<30}  {}\n",
        row.number,
        shown(&row.from),
        shown(&row.subject)
    )
}

fn article_json(row: &Overview, base: &Target) -> String {
    let id = row.message_id.as_ref();
    let url = id.map(|id| {
        base.clone()
            .with_path(&format!("/{}", id.bare()))
            .to_string()
    });
    let object = json!({
        "name": row.number.to_string(),
        "kind": "article",
        "size": row.bytes,
        "modified": row.sent().map(|time| time.to_string()),
        "url": url,
        "detail": {
            "number": row.number,
            "subject": row.subject,
            "from": row.from,
            "message_id": id.map(MessageId::as_str),
            "references": row.references,
            "lines": row.lines,
        },
    });
    format!("{object}\n")
}
