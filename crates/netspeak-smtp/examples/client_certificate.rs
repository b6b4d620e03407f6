//! A login without a password: the server knows us by the certificate that we show in the handshake.
//!
//!     cargo run --example client_certificate -- submissions://mail.example.org ca.pem our.pem our.key
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::fs::read_to_string;

use netspeak_smtp::sasl::Credentials;
use netspeak_smtp::tls::{Identity, Roots, TlsSettings};
use netspeak_smtp::{Client, Connector};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, authority, certificate, key] = given.as_slice() else {
        return Err("give a URL, the authority's file, a certificate and its key".into());
    };
    let mut tls = TlsSettings::default();
    tls.roots = Roots::Files(vec![authority.into()]);
    tls.identity = Some(Identity {
        chain_pem: read_to_string(certificate)?,
        key_pem: read_to_string(key)?.into(),
    });

    let client = Client::builder()
        .connector(Connector::new().with_tls(tls))
        // EXTERNAL: who we are stands in the certificate.
        .credentials(Credentials::external(None))
        .connect(&url.parse()?)
        .await?;
    println!("logged in, {:?}", client.conn().security());
    client.quit().await?;
    Ok(())
}
