//! Lists the articles of a group, and fetches their bodies, pipelined.
//!
//!     cargo run --example read_group
//!     cargo run --example read_group -- nntps://me:hunter2@news.example.org misc.test
//!
//! Without arguments it brings its own server.

use std::io::{self, Write};

use netspeak_fake::Nntp;
use netspeak_nntp::{Client, GroupName, Part, Target, Which};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [url, group, ..] => read(&url.parse()?, &group.parse()?).await,
        _ => demonstration().await,
    }
}

async fn read(target: &Target, name: &GroupName) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout();
    let mut client = Client::builder().connect(target).await?;
    let group = client.group(name).await?;
    writeln!(out, "{name} has about {} articles", group.count)?;
    let rows = client.over(group.low..=group.high).await?.all().await?;
    let mut batch = client.fetch(rows.iter().map(|row| row.number), Part::Body)?;
    while let Some((which, answer)) = batch.next().await? {
        let row = rows.iter().find(|row| Which::Number(row.number) == which);
        let subject = row.map_or("", |row| &row.subject);
        writeln!(out, "{which}: {subject}")?;
        if let Err(refusal) = answer {
            writeln!(io::stderr(), "{refusal}")?;
        }
        while let Some(piece) = batch.chunk().await? {
            out.write_all(piece)?;
        }
    }
    client.quit().await?;
    Ok(())
}

async fn demonstration() -> Result<(), Box<dyn std::error::Error>> {
    let article = |number: u32, subject: &str| {
        format!(
            "Message-ID: <{number}@x>\r\nNewsgroups: misc.test\r\nSubject: {subject}\r\n\r\n.{number}\r\n"
        )
    };
    let server = Nntp::builder()
        .group("misc.test", "tests")
        .article(article(1, "one"))
        .article(article(2, "=?utf-8?q?zw=C3=B6lf?="))
        .start()
        .await?;
    read(&server.url("nntp").parse()?, &"misc.test".parse()?).await
}
