//! Code written for lettre's `AsyncTransport` sends over our sessions: our TLS, our proxies, our
//! deadlines, a pool.
//!
//!     cargo run --features interop --example lettre_transport -- smtp://mail.example.org ops@example.org you@example.net
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lettre::{AsyncTransport, Message};
use netspeak_smtp::{Client, Pool, PoolOptions};

/// It knows lettre only.
async fn greet<T>(
    transport: &T,
    sender: &str,
    recipient: &str,
) -> Result<T::Ok, Box<dyn std::error::Error>>
where
    T: AsyncTransport + Sync,
    T::Error: std::error::Error + 'static,
{
    let message = Message::builder()
        .from(sender.parse()?)
        .to(recipient.parse()?)
        .subject("Hello from lettre")
        .body("It works.\n".to_owned())?;
    Ok(transport.send(message).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, sender, recipient] = given.as_slice() else {
        return Err("give a URL, a sender and a recipient".into());
    };
    let pool = Pool::new(Client::builder(), url.parse()?, PoolOptions::default())?;
    let receipt = greet(&pool, sender, recipient).await?;
    println!("queue id: {}", receipt.queue_id().unwrap_or_default());
    pool.close().await;
    Ok(())
}
