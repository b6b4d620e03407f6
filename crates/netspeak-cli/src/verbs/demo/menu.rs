//! A menu is read, and the first text in it fetched.

use netspeak::core::Target;
use netspeak::gopher::{Answer, Client, Encoding, MenuLine};

use super::cast::Servers;
use super::scene::told;

/// What the cast's server has under its first item.
pub(super) const TEXT: &str = "A menu has lines, and each line leads somewhere.\r\n";

/// More than any text here has.
const MOST: usize = 64 * 1024;

pub(super) async fn walk(servers: &Servers) -> Result<String, String> {
    let here: Target = servers.menus.url("gopher").parse().map_err(told)?;
    let Answer::Menu(mut menu) = Client::builder().fetch(&here).await.map_err(told)? else {
        return Err("this is no menu".to_owned());
    };
    let mut found = None;
    while let Some(line) = menu.next().await.map_err(told)? {
        if let MenuLine::Item(item) = line {
            found = found.or(item.target(&here));
        }
    }
    let url = found.ok_or("nothing in the menu leads anywhere")?;
    let target = url.parse().map_err(told)?;
    let Answer::Body(body) = Client::builder().fetch(&target).await.map_err(told)? else {
        return Err(format!("{url} is no text"));
    };
    let text = body
        .string(MOST, Some(Encoding::Utf8))
        .await
        .map_err(told)?;
    if text.trim_end() != TEXT.trim_end() {
        return Err(format!("{url} came otherwise: {text:?}"));
    }
    Ok("  a Gopher menu read, and the text fetched that its first item leads to\n".to_owned())
}
