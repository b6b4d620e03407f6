//! One Imap session.

use crate::auth::Framing;
use crate::dialogue::{Command, Dialogue};
use crate::imap::Imap;
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};

impl Speak for Imap {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        wire.greet(ok("imap ready")).await?;
        Session { wire }.serve().await
    }
}

struct Session<'a> {
    wire: &'a mut Wire,
}

impl Dialogue for Session<'_> {
    const UPGRADE: Option<&'static str> = None;
    const SASL: Option<Framing> = None;

    fn wire(&mut self) -> &mut Wire {
        self.wire
    }

    async fn obey(&mut self, command: &Command) -> Flow<Option<Vec<u8>>> {
        Ok(Some(self.reply(command)))
    }

    fn quote(&self, _verb: &str, said: &[u8]) -> Vec<u8> {
        [b"NO you said ", said, b"\r\n"].concat()
    }

    fn is_refusal(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"NO")
    }

    fn forget(&mut self) {}
}

impl Session<'_> {
    fn reply(&self, command: &Command) -> Vec<u8> {
        let verb = command.verb.as_str();
        if !self.wire.settings().offer.knows(verb) {
            return no("unknown command");
        }
        match (verb, command.argument()) {
            ("NOOP", None) => ok(""),
            ("QUIT", None) => ok("bye"),
            ("SAY", Some(text)) => [b"OK ", text, b"\r\n"].concat(),
            ("NOOP" | "QUIT" | "SAY", _) => no("what do you mean?"),
            _ => no("unknown command"),
        }
    }
}

fn ok(text: &str) -> Vec<u8> {
    format!("{}\r\n", format!("OK {text}").trim_end()).into_bytes()
}

fn no(text: &str) -> Vec<u8> {
    format!("NO {text}\r\n").into_bytes()
}
