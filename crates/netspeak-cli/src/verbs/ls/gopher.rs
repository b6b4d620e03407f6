//! `ls` over Gopher.

use netspeak::core::text::printable;
use netspeak::gopher::{Client, Content, Encoding, GopherPath, Item, MenuLine, Targets};
use serde_json::json;

use super::{Ls, Order};
use crate::failure::Failure;
use crate::output::{self, Lines};
use crate::verbs::gopher;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Ls> = Row {
    protocol: "gopher",
    urls: &[
        (
            "gopher://host/1/dir",
            "type, text and URL of each item of a menu",
        ),
        ("gopher://host/7/find%09words", "what a search finds"),
    ],
    run: |order| Box::pin(ls(order)),
};

async fn ls(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.order.refuse("gopher")?;
    let path = GopherPath::of(target)?;
    if path.item_type.content() != Content::Menu {
        let name = path.item_type.name();
        return Err(Failure::usage(format!(
            "type {} ({name}) is no menu: get fetches it",
            path.item_type
        )));
    }
    let listing = async |client: Client| {
        let mut lines = Lines::new();
        let mut menu = client.menu(&path.request).await?;
        let mut text = String::new();
        let mut targets = Targets::new(target.clone());
        while let Some(line) = menu.next().await? {
            match line {
                MenuLine::Item(item) => {
                    text.clear();
                    if args.json {
                        json_line(&item, &mut targets, &mut text);
                    } else {
                        text_line(&item, &mut targets, &mut text);
                    }
                    lines.push(&text)?;
                }
                MenuLine::Malformed(line) if line.is_empty() => {}
                MenuLine::Malformed(line) => {
                    output::say(&format!("not understood: {}", printable(&line)));
                }
            }
        }
        Ok(lines.finish()?)
    };
    gopher::session(target, &args.connect, listing).await
}

/// The width of the texts, so that the URLs stand below each other.
const TEXT: usize = 40;
const BLANKS: &str = "                                          ";

/// `0  About this server                       gopher://h.test:70/0/about.txt`
fn text_line(item: &Item<'_>, targets: &mut Targets, line: &mut String) {
    push_type(item, line);
    line.push_str("  ");
    let text = item.text(Encoding::guess(&item.display));
    line.push_str(&text);
    if let Some(url) = targets.of(item) {
        let width = if text.is_ascii() {
            text.len()
        } else {
            text.chars().count()
        };
        let blanks = (TEXT + 2).saturating_sub(width).max(2);
        line.push_str(BLANKS.get(..blanks).unwrap_or(BLANKS));
        // A link's address is the server's own words.
        if url.bytes().all(|byte| byte.is_ascii_graphic()) {
            line.push_str(url);
        } else {
            line.push_str(&printable(url.as_bytes()));
        }
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
}

fn push_type(item: &Item<'_>, line: &mut String) {
    line.push(char::from(item.item_type.as_byte()));
}

fn json_line(item: &Item<'_>, targets: &mut Targets, line: &mut String) {
    let text = |bytes: &[u8]| printable(bytes);
    let object = json!({
        "name": item.text(Encoding::guess(&item.display)),
        "kind": item.item_type.name(),
        "size": null,
        "modified": null,
        "url": targets.of(item).map(|url| printable(url.as_bytes())),
        "detail": {
            "type": item.item_type.to_string(),
            "selector": text(&item.selector),
            "host": item.host.as_deref().map(text),
            "port": item.port,
            "plus": item.plus.as_deref().map(text),
        },
    });
    line.push_str(&object.to_string());
    line.push('\n');
}
