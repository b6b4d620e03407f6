//! An article is posted, found in the overview, read, compared.

use netspeak::core::Target;
use netspeak::nntp::{Client, Draft, GroupName};

use super::cast::Servers;
use super::scene::{logged_in, told};

/// The group of the cast's server.
pub(super) const GROUP: &str = "misc.test";

const SUBJECT: &str = "Grüße";
const TEXT: &str = "A line.\n.\n..and one with two dots\n";

pub(super) async fn round_trip(servers: &Servers) -> Result<String, String> {
    let server = &servers.news;
    let target: Target = server.url("nntp").parse().map_err(told)?;
    let mut client = Client::builder()
        .opening(logged_in(server.ca_pem()))
        .connect(&target)
        .await
        .map_err(told)?;
    let group: GroupName = GROUP.parse().map_err(told)?;
    let draft = Draft::new("Ops <ops@example.org>", SUBJECT, TEXT.as_bytes().to_vec());
    let draft = draft.group(group.clone());
    client
        .post(&draft.build().map_err(told)?)
        .await
        .map_err(told)?;
    let group = client.group(&group).await.map_err(told)?;
    let mut rows = client.over(group.low..=group.high).await.map_err(told)?;
    let rows = rows.all().await.map_err(told)?;
    let [row] = rows.as_slice() else {
        return Err(format!("the overview has {} articles", rows.len()));
    };
    let subject = &row.subject;
    if subject != SUBJECT {
        return Err(format!("the overview has another subject: {subject}"));
    }
    let mut text = client.body(group.high).await.map_err(told)?;
    let mut got = Vec::new();
    while let Some(piece) = text.chunk().await.map_err(told)? {
        got.extend_from_slice(piece);
    }
    if got != TEXT.replace('\n', "\r\n").as_bytes() {
        return Err("the article came back changed".to_owned());
    }
    client.quit().await.map_err(told)?;
    Ok("  article posted over NNTP, found by its encoded subject, read: the same\n".to_owned())
}
