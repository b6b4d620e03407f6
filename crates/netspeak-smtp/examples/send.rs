//! One mail, and what became of it for each recipient.
//!
//!     cargo run --example send -- submission://ops:secret@mail.example.org ops@example.org you@example.net
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use netspeak_smtp::{Envelope, Message};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, sender, recipients @ ..] = given.as_slice() else {
        return Err("give a URL, a sender and recipients".into());
    };
    let first = recipients.first().ok_or("give at least one recipient")?;
    let message = Message::builder()
        .from(sender.parse()?)
        .to(first.parse()?)
        .subject("Hello from netspeak")
        .body("It works.\n".to_owned())?;

    let mut client = netspeak_smtp::connect(url).await?;
    let envelope = Envelope::new(sender, recipients)?;
    let receipt = client.send(&envelope, &message).await?;
    client.quit().await?;

    for delivery in &receipt.deliveries {
        println!("{delivery}");
    }
    println!("queue id: {}", receipt.queue_id().unwrap_or_default());
    Ok(())
}
