//! `ls` over FTP.

use jiff::tz::TimeZone;
use netspeak::core::Target;
use netspeak::core::text::printable;
use netspeak::ftp::listing::{Clock, Modified};
use netspeak::ftp::{Client, Entry, Error, FtpPath, Kind, Listed};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::{Map, Value, json};

use super::{Ls, Order};
use crate::failure::Failure;
use crate::output::{self, Lines};
use crate::verbs::ftp;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Ls> = Row {
    protocol: "ftp",
    urls: &[(
        "ftp://host/dir/",
        "size, time and name of each file and folder",
    )],
    run: |order| Box::pin(ls(order)),
};

/// What may stand unescaped in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

async fn ls(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.order.refuse("ftp")?;
    let path = FtpPath::of(target)?;
    let mut lines = Lines::new();
    let show = |entry: &Entry, base: &str| {
        let line = if args.json {
            json_line(entry, &target.clone().with_path(&url_path(entry, base)))
        } else {
            text_line(entry)
        };
        Ok(lines.push(&line)?)
    };
    let done = ftp::session(target, &args.connect, &args.data, async |client| {
        list(client, target, &path, show).await
    });
    done.await.and_then(|()| Ok(lines.finish()?))
}

async fn list(
    client: &mut Client,
    target: &Target,
    path: &FtpPath,
    mut show: impl FnMut(&Entry, &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let base = target.path().split([';', '#']).next().unwrap_or_default();
    let text = path.to_string();
    let mut listing = match client.entries(&text).await {
        Ok(listing) => listing,
        Err(error @ Error::Refused { .. }) if path.name.is_some() => {
            // MLSD takes folders only; this may be a file.
            let Ok(entry) = client.mlst(&text).await else {
                return Err(error.into());
            };
            let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
            return show(&entry, folder);
        }
        Err(error) => return Err(error.into()),
    };
    while let Some(listed) = listing.next().await? {
        match listed {
            Listed::Entry(entry) => show(&entry, base)?,
            Listed::Unparsed(line) => {
                output::say(&format!("not understood: {}", printable(&line)));
            }
        }
    }
    Ok(())
}

fn text_line(entry: &Entry) -> String {
    let size = match (entry.size(), entry.approximate_size()) {
        (Some(size), _) => size.to_string(),
        (None, Some(size)) => format!("~{size}"),
        (None, None) => "-".to_owned(),
    };
    let modified = entry.modified().map_or("-".to_owned(), in_utc);
    let mut name = printable(own_name(entry));
    match entry.kind() {
        Kind::Dir => name.push('/'),
        Kind::Link if entry.target().is_some() => {
            name.push_str(" -> ");
            name.push_str(&printable(entry.target_bytes()));
        }
        _ => {}
    }
    format!("{size:>12}  {modified:<20}  {name}\n")
}

fn json_line(entry: &Entry, url: &Target) -> String {
    let object = json!({
        "name": String::from_utf8_lossy(own_name(entry)),
        "kind": kind(entry.kind()),
        "size": entry.size(),
        "modified": entry.modified().map(in_utc),
        "url": url.to_string(),
        "detail": detail(entry),
    });
    format!("{object}\n")
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::File => "file",
        Kind::Dir => "dir",
        Kind::Link => "link",
        Kind::Other => "other",
        _ => "unknown",
    }
}

/// What is known besides, by name.
fn detail(entry: &Entry) -> Map<String, Value> {
    let facts: Map<String, Value> = entry
        .facts()
        .iter()
        .map(|(name, value)| (printable(name), Value::String(printable(value))))
        .collect();
    [
        (
            "mode",
            entry.mode().map(|mode| json!(format!("{mode:04o}"))),
        ),
        ("owner", entry.owner().map(|owner| json!(owner))),
        ("group", entry.group().map(|group| json!(group))),
        ("target", entry.target().map(|target| json!(target))),
        ("version", entry.version().map(|version| json!(version))),
        ("facts", (!facts.is_empty()).then_some(Value::Object(facts))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}

/// As exact as it is known; in UTC unless only the server knows its zone.
fn in_utc(modified: Modified) -> String {
    match modified.clock {
        Clock::Utc | Clock::Server => modified.to_string(),
        Clock::Offset(_) => modified
            .timestamp(&TimeZone::UTC)
            .map_or_else(|| modified.to_string(), |at| at.to_string()),
    }
}

/// Without the folders: the name in the reply to MLST may be a whole path.
fn own_name(entry: &Entry) -> &[u8] {
    let name = entry.name_bytes().rsplit(|byte| *byte == b'/').next();
    name.unwrap_or_default()
}

/// The path of an entry's URL, in a folder whose path is as written.
fn url_path(entry: &Entry, folder: &str) -> String {
    let name = percent_encode(own_name(entry), SEGMENT);
    let slash = if folder.ends_with('/') { "" } else { "/" };
    let end = if entry.kind() == Kind::Dir { "/" } else { "" };
    format!("{folder}{slash}{name}{end}")
}
