//! Makes a local folder like one of a server, over four sessions. Without arguments it brings its own
//! server.
//!
//! ```text
//! cargo run --example mirror -- ftp://ops:secret@ftp.example.org pub /tmp/pub
//! ```

use std::path::Path;

use netspeak_ftp::mirror::{Event, Mirror};
use netspeak_ftp::{Client, Error, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [url, from, to] = arguments.as_slice() {
        return mirror(url, from, Path::new(to)).await;
    }
    let server = netspeak_fake::Ftp::builder()
        .anonymous()
        .file("/pub/one", "hello\n")
        .file("/pub/more/two", "again\n");
    let server = server.start().await.map_err(Error::Local)?;
    let to = std::env::temp_dir().join(format!("netspeak-mirror-{}", std::process::id()));
    // The second time there is nothing to do.
    mirror(&server.url("ftp"), "pub", &to).await?;
    mirror(&server.url("ftp"), "pub", &to).await?;
    std::fs::remove_dir_all(to).map_err(Error::Local)
}

#[expect(clippy::print_stdout, reason = "an example prints")]
async fn mirror(url: &str, from: &str, to: &Path) -> Result<()> {
    let report = Mirror::download(from, to)
        .jobs(4)
        .on_event(|event| {
            if let Event::Failed(failure) = event {
                println!("{}: {}", failure.path, failure.error);
            }
        })
        .run(&Client::builder(), &url.parse()?)
        .await?;
    println!(
        "{} transferred, {} unchanged, {} failed",
        report.transferred, report.unchanged, report.failed
    );
    Ok(())
}
