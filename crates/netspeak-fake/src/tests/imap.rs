//! IMAP over the wire. What belongs to a subject of its own is in a file of its own.

mod changes;
mod extensions;
mod faults;
mod fetch;
mod login;
mod mailboxes;
mod search;
mod talk;

use super::client::Client;
use crate::{Builder, Fake, Imap};

const FIRST: &str = "From: Ann <ann@x.test>\r\nTo: ops@x.test\r\nSubject: one\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n\
    Message-ID: <1@x.test>\r\n\r\nhello\r\n";
const SECOND: &str = "From: bob@x.test\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\nIn-Reply-To: <1@x.test>\r\n\r\nsecond body\r\n";

/// A user with two messages in INBOX and two more mailboxes.
fn two() -> Builder<Imap> {
    Imap::builder()
        .user("ops", "secret")
        .message("ops", FIRST)
        .message("ops", SECOND)
        .mailbox("ops", "Archive")
        .special_mailbox("ops", "Sent", &["\\Sent"])
}

/// A client, and the tags that it has used.
struct Talk {
    client: Client,
    tags: usize,
}

impl Talk {
    /// In memory, the greeting read.
    async fn greeted(fake: &Fake<Imap>) -> Self {
        let mut client = Client::of(fake);
        let greeting = client.line().await;
        assert!(
            greeting.starts_with("* OK ") || greeting.starts_with("* PREAUTH "),
            "{greeting}"
        );
        Self { client, tags: 0 }
    }

    /// Logged in as `ops`.
    async fn inside(fake: &Fake<Imap>) -> Self {
        let mut talk = Self::greeted(fake).await;
        assert!(talk.last("LOGIN ops secret").await.starts_with("OK "));
        talk
    }

    /// Logged in, with INBOX open.
    async fn open(fake: &Fake<Imap>) -> Self {
        let mut talk = Self::inside(fake).await;
        assert!(talk.last("SELECT INBOX").await.starts_with("OK "));
        talk
    }

    /// Says this behind a new tag, `t1` and so on.
    async fn say(&mut self, command: &str) -> String {
        self.tags += 1;
        let tag = format!("t{}", self.tags);
        self.client.say(&format!("{tag} {command}")).await;
        tag
    }

    /// All lines of the answer, the last one without its tag.
    async fn ask(&mut self, command: &str) -> Vec<String> {
        let tag = self.say(command).await;
        self.answer(&tag).await
    }

    async fn answer(&mut self, tag: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.client.line().await;
            if let Some(last) = line.strip_prefix(&format!("{tag} ")) {
                lines.push(last.to_owned());
                return lines;
            }
            lines.push(line);
        }
    }

    /// The last line of the answer, without its tag.
    async fn last(&mut self, command: &str) -> String {
        self.ask(command).await.pop().unwrap()
    }

    /// The lines before the last one, which says OK.
    async fn data(&mut self, command: &str) -> Vec<String> {
        let mut lines = self.ask(command).await;
        let last = lines.pop().unwrap();
        assert!(last.starts_with("OK "), "{command}: {last}");
        lines
    }
}
