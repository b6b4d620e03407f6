//! Posts an article.
//!
//!     cargo run --example post
//!     cargo run --example post -- nntps://me:hunter2@news.example.org misc.test "Me <me@example.org>" "A subject" < text
//!
//! Without arguments it brings its own server.

use std::io::{self, Read, Write};

use netspeak_fake::Nntp;
use netspeak_nntp::Draft;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, group, from, subject, ..] = given.as_slice() else {
        return demonstration().await;
    };
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    let draft = Draft::new(from, subject, text).group(group.parse()?);
    post(url, &draft).await
}

async fn post(url: &str, draft: &Draft) -> Result<(), Box<dyn std::error::Error>> {
    let mut client = netspeak_nntp::connect(url).await?;
    let posted = client.post(&draft.build()?).await;
    match posted {
        Ok(posted) => writeln!(io::stdout(), "{}", posted.reply)?,
        Err(error)
            if error
                .reply()
                .is_some_and(netspeak_nntp::Reply::is_duplicate) =>
        {
            writeln!(io::stdout(), "it was there already")?;
        }
        Err(error) => return Err(error.into()),
    }
    client.quit().await?;
    Ok(())
}

async fn demonstration() -> Result<(), Box<dyn std::error::Error>> {
    let server = Nntp::builder().group("misc.test", "tests").start().await?;
    let draft = Draft::new("Me <me@example.org>", "Grüße", b"Hello!\n".to_vec())
        .group("misc.test".parse()?)
        .message_id("<1@example.org>".parse()?);
    post(&server.url("nntp"), &draft).await?;
    post(&server.url("nntp"), &draft).await?;
    let there = server.articles("misc.test").len();
    writeln!(io::stdout(), "{there} article")?;
    Ok(())
}
