//! POP3 over a Unix socket: nothing leaves the machine, so a login without TLS is allowed.
//!
//!     cargo run --example unix_socket
//!     cargo run --example unix_socket -- /run/dovecot/pop3 ops hunter2
//!
//! Without arguments it brings its own server.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use netspeak_fake::Pop3;
use netspeak_pop3::sasl::Credentials;
use netspeak_pop3::{Client, Connector, Secret, Tls};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [path, user, password] = given.as_slice() {
        return count(path, user, password).await;
    }
    let name = format!("netspeak-example-{}.sock", std::process::id());
    let path = std::env::temp_dir().join(name);
    let server = Pop3::builder()
        .user("ops", "hunter2")
        .message("ops", *b"Subject: hello\r\n\r\n")
        .start_unix(&path)?;
    count(&server.path().display().to_string(), "ops", "hunter2").await
}

async fn count(path: &str, user: &str, password: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut client = Client::builder()
        .connector(Connector::new().with_unix_socket(path))
        .tls(Tls::Off)
        .credentials(Credentials::password(user, Secret::from(password)))
        // Only the name in a certificate; the socket's path says where to go.
        .connect(&"pop3://localhost".parse()?)
        .await?;
    println!("{} messages", client.stat().await?.messages);
    client.quit().await?;
    Ok(())
}
