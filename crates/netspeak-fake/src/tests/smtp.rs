//! SMTP and LMTP as they should be.

mod data;
mod faults;
mod lmtp;
mod login;
mod talk;

use super::client::Client;
use crate::{Builder, Fake, Smtp};

/// In memory, the greeting read.
async fn greeted(fake: &Fake<Smtp>) -> Client {
    let mut client = Client::of(fake);
    assert!(client.line().await.starts_with("220 localhost"));
    client
}

/// In memory, and EHLO said.
async fn ready(builder: Builder<Smtp>) -> (Fake<Smtp>, Client) {
    let fake = builder.build().unwrap();
    let mut client = greeted(&fake).await;
    assert!(client.reply("EHLO me").await.starts_with("250"));
    (fake, client)
}

/// One mail to `b@x`, all but its data.
async fn addressed(client: &mut Client) {
    assert_eq!(client.ask("MAIL FROM:<a@x>").await, "250 2.1.0 sender ok");
    assert_eq!(client.ask("RCPT TO:<b@x>").await, "250 2.1.5 recipient ok");
}

impl Client {
    /// A reply, all of its lines.
    async fn reply(&mut self, line: &str) -> String {
        self.say(line).await;
        let mut reply = String::new();
        loop {
            let line = self.line().await;
            reply.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return reply;
            }
            reply.push('\n');
        }
    }

    /// The first words of as many replies of one line.
    async fn codes(&mut self, lines: &str) -> Vec<String> {
        self.say(lines).await;
        let mut codes = Vec::new();
        for _ in 0..lines.lines().count().max(1) {
            codes.push(self.line().await.chars().take(3).collect());
        }
        codes
    }
}
