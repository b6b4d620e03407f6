//! Many mails over one connection: the next envelope travels behind the end of the mail before, and
//! where the server takes chunks many mails are on their way at once.
//!
//!     cargo run --example send_many -- smtp://mail.example.org ops@example.org you@example.net 1000
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use netspeak_smtp::{Envelope, Mail};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, sender, recipient, rest @ ..] = given.as_slice() else {
        return Err("give a URL, a sender, a recipient and how many".into());
    };
    let count: u32 = rest.first().map_or(Ok(10), |count| count.parse())?;
    let envelope = Envelope::new(sender, [recipient])?;
    let mails = (1..=count).map(|n| {
        let text = format!("From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: {n}\r\n\r\n{n}\r\n");
        Mail::new(envelope.clone(), text)
    });

    let mut client = netspeak_smtp::connect(url).await?;
    let mut batch = client.send_many(mails).await?;
    let (mut accepted, mut refused) = (0, 0);
    while let Some(receipt) = batch.next().await? {
        match receipt.and_then(netspeak_smtp::Receipt::complete) {
            Ok(_) => accepted += 1,
            Err(why) => {
                refused += 1;
                println!("refused: {why}");
            }
        }
    }
    client.quit().await?;
    println!("{accepted} accepted, {refused} refused");
    Ok(())
}
