//! POP3 to a server whose certificate was signed by an authority of one's own: a file that is trusted
//! beside what the system trusts.
//!
//!     cargo run --example own_authority
//!     cargo run --example own_authority -- our-own.pem pop3s://ops:secret@mail.example.org
//!
//! Without arguments it brings its own authority and server.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use netspeak_fake::Pop3;
use netspeak_pop3::tls::{Roots, TlsSettings};
use netspeak_pop3::{Client, Connector};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [file, url] = given.as_slice() {
        return count(file, url).await;
    }
    let server = Pop3::builder()
        .user("ops", "hunter2")
        .message("ops", *b"Subject: hello\r\n\r\n")
        .implicit_tls()
        .start()
        .await?;
    let name = format!("netspeak-example-{}.pem", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, server.ca_pem())?;
    let url = server.url("pop3s").replace("//", "//ops:hunter2@");
    let counted = count(&file.display().to_string(), &url).await;
    std::fs::remove_file(file)?;
    counted
}

async fn count(file: &str, url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut tls = TlsSettings::default();
    tls.roots = Roots::System.and(Roots::Files(vec![file.into()]));
    let mut client = Client::builder()
        .connector(Connector::new().with_tls(tls))
        .connect(&url.parse()?)
        .await?;
    println!("{} messages", client.stat().await?.messages);
    client.quit().await?;
    Ok(())
}
