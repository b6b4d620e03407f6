//! POP3 through a SOCKS5 proxy: the proxy resolves the name, and what goes through it is inside
//! TLS from the first byte.
//!
//!     cargo run --example through_proxy
//!     cargo run --example through_proxy -- socks5h://me:secret@proxy.example.org pop3s://ops:pw@mail.example.org
//!
//! Without arguments it brings its own proxy and server.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use netspeak_fake::{Certificate, Pop3, Socks5};
use netspeak_pop3::tls::{Roots, TlsSettings};
use netspeak_pop3::{Client, Connector, Target};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [proxy, url] = given.as_slice() {
        return count(Connector::new().with_proxy(proxy.parse()?), &url.parse()?).await;
    }
    let server = Pop3::builder()
        .user("ops", "hunter2")
        .message("ops", *b"Subject: hello\r\n\r\n")
        .tls(Certificate::Good)
        .implicit_tls()
        .start()
        .await?;
    let proxy = Socks5::start("me", "secret").await?;

    let mut tls = TlsSettings::default();
    tls.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    let connector = Connector::new()
        .with_proxy(proxy.url().parse()?)
        .with_tls(tls);
    let url = format!("pop3s://ops:hunter2@localhost:{}", server.port());
    count(connector, &url.parse()?).await?;

    println!("the proxy was asked for {}", proxy.targets().join(", "));
    Ok(())
}

async fn count(connector: Connector, target: &Target) -> Result<(), Box<dyn std::error::Error>> {
    let mut client = Client::builder()
        .connector(connector)
        .connect(target)
        .await?;
    println!("{} messages", client.stat().await?.messages);
    client.quit().await?;
    Ok(())
}
