//! Fetches the files of an NZB file into the current folder; what one server has not, the next may have.
//! Without arguments it brings its own servers, and shows the file instead.
//!
//! ```text
//! cargo run --example fetch_nzb -- files.nzb nntps://me:secret@news.example.org nntps://backup.example.org
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::io::Cursor;

use netspeak_fake::{Nntp, Server};
use netspeak_nntp::nzb::{Nzb, Pieces};
use netspeak_nntp::{NameRules, connect, yenc};
use tokio::fs::File;
use tokio::io::{AsyncSeek, AsyncWrite};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const GROUP: &str = "alt.binaries.test";
const TEXT: &[u8] = b"in three parts, from two servers\n";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [file, servers @ ..] = arguments.as_slice() {
        return fetch_all(&Nzb::read(&std::fs::read(file)?)?, servers).await;
    }
    let [a, b, c] = [part(1, 0..11)?, part(2, 11..22)?, part(3, 22..33)?];
    let (one, other) = (server(&[&a, &c]).await?, server(&[&a, &b]).await?);
    let nzb = Nzb::read(
        format!(
            "<nzb><file subject='&quot;parts.txt&quot; yEnc (1/3)'><groups><group>{GROUP}</group></groups><segments>\
            <segment number='1'>part1@x</segment><segment number='2'>part2@x</segment>\
            <segment number='3'>part3@x</segment></segments></file></nzb>"
        )
        .as_bytes(),
    )?;
    let mut pieces = nzb
        .files
        .first()
        .map(Pieces::new)
        .ok_or("there is no file")?;
    let mut sink = Cursor::new(Vec::new());
    fetch(
        &mut pieces,
        &[one.url("nntp"), other.url("nntp")],
        &mut sink,
    )
    .await?;
    print!("{}", String::from_utf8(sink.into_inner())?);
    Ok(())
}

async fn fetch_all(nzb: &Nzb, servers: &[String]) -> Result<()> {
    for (number, file) in nzb.files.iter().enumerate() {
        let mut pieces = Pieces::new(file);
        let part = format!("{number}.part");
        let mut sink = File::create_new(&part).await?;
        fetch(&mut pieces, servers, &mut sink).await?;
        let name = pieces.local_name(NameRules::HERE).ok_or("it has no name")?;
        if std::fs::exists(&name)? {
            return Err(format!("{name} is there already").into());
        }
        std::fs::rename(part, name)?;
    }
    Ok(())
}

async fn fetch(
    pieces: &mut Pieces<'_>,
    servers: &[String],
    sink: &mut (impl AsyncWrite + AsyncSeek + Unpin),
) -> Result<()> {
    for (url, number) in servers.iter().zip(1..) {
        pieces.retry();
        if pieces.waiting() == 0 {
            break;
        }
        let mut client = connect(url).await?;
        client.fetch_pieces(pieces, sink).await?;
        client.quit().await?;
        for (segment, why) in pieces.failed() {
            println!("server {number} has not {}: {why}", segment.message_id);
        }
    }
    Ok(pieces.verify()?)
}

/// An article with a part of the text.
fn part(number: u32, place: std::ops::Range<usize>) -> Result<Vec<u8>> {
    let mut article =
        format!("Message-ID: <part{number}@x>\r\nNewsgroups: {GROUP}\r\n\r\n").into_bytes();
    let data = TEXT.get(place.clone()).unwrap_or_default();
    let (start, end) = (place.start as u64, place.end as u64);
    let size = TEXT.len() as u64;
    let mut encoder = yenc::Encoder::part("parts.txt", size, number, 3, start..end, &mut article)?;
    encoder.encode(data, &mut article)?;
    encoder.finish(&mut article)?;
    Ok(article)
}

async fn server(articles: &[&Vec<u8>]) -> Result<Server<Nntp>> {
    let mut server = Nntp::builder().group(GROUP, "binaries");
    for article in articles {
        server = server.article(article);
    }
    Ok(server.start().await?)
}
