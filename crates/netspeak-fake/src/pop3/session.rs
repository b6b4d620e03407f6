//! One POP3 session: AUTHORIZATION, TRANSACTION, UPDATE (RFC 1939 section 3).

use crate::auth::{capability, offered};
use crate::dialogue::{Command, Dialogue};
use crate::nonce::nonce;
use crate::pop3::maildrop::Opened;
use crate::pop3::reply::{err, multi, ok};
use crate::pop3::transaction::transaction;
use crate::pop3::{Pop3, Timestamp};
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};

impl Speak for Pop3 {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        let timestamp = match &self.timestamp {
            Timestamp::None => None,
            Timestamp::Fresh => Some(format!("<{}.{}@localhost>", nonce()?, wire.number())),
            Timestamp::Fixed(text) => Some(text.clone()),
        };
        let greeting = timestamp
            .iter()
            .fold("netspeak-fake POP3 ready".to_owned(), |text, stamp| {
                format!("{text} {stamp}")
            });
        wire.greet(ok(&greeting)).await?;
        let session = Session {
            pop3: self,
            wire,
            timestamp,
            user: None,
            maildrop: None,
        };
        session.serve().await
    }
}

pub(super) struct Session<'a> {
    pub(super) pop3: &'a Pop3,
    pub(super) wire: &'a mut Wire,
    pub(super) timestamp: Option<String>,
    /// Whom USER named.
    pub(super) user: Option<String>,
    /// The open maildrop: `Some` is the TRANSACTION state.
    pub(super) maildrop: Option<Opened>,
}

impl Dialogue for Session<'_> {
    const UPGRADE: Option<&'static str> = Some("STLS");

    fn wire(&mut self) -> &mut Wire {
        self.wire
    }

    async fn obey(&mut self, command: &Command) -> Flow<Option<Vec<u8>>> {
        self.reply(command).await.map(Some)
    }

    fn quote(&self, _verb: &str, said: &[u8]) -> Vec<u8> {
        [b"-ERR you said ", said, b"\r\n"].concat()
    }

    fn is_refusal(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"-")
    }

    fn forget(&mut self) {
        self.user = None;
    }
}

impl Session<'_> {
    /// Does what was asked and tells the reply.
    async fn reply(&mut self, command: &Command) -> Flow<Vec<u8>> {
        let verb = command.verb.as_str();
        if !self.wire.settings().offer.knows(verb) {
            return Ok(err("unknown command"));
        }
        let argument = command.argument().map(String::from_utf8_lossy);
        let arguments: Vec<&str> = argument.iter().flat_map(|text| text.split(' ')).collect();
        let numbers: Vec<Option<usize>> = arguments
            .iter()
            .map(|argument| argument.parse().ok())
            .collect();
        Ok(
            match (verb, arguments.as_slice(), self.maildrop.is_some()) {
                ("CAPA", [], _) => self.capa(),
                ("LANG", arguments, _) => self.lang(arguments),
                ("STLS", [], false) if self.wire.offers_upgrade() => ok("begin TLS"),
                ("UTF8", [], false) => ok("UTF8 enabled"),
                ("USER", [user], false) => self.name(user),
                ("PASS", [_, ..], false) => return self.pass(&arguments.join(" ")).await,
                ("APOP", [user, digest], false) => return self.apop(user, digest).await,
                ("AUTH", [], false) => multi(
                    "mechanisms follow",
                    offered(self.wire)
                        .into_iter()
                        .map(|mechanism| mechanism.name().to_owned()),
                ),
                ("AUTH", [mechanism], false) => return self.auth(mechanism, None).await,
                ("AUTH", [mechanism, initial], false) => {
                    return self.auth(mechanism, Some(initial)).await;
                }
                ("QUIT", [], _) => self.quit(),
                ("NOOP", [], true) => ok("still here"),
                (_, _, true) => match self.maildrop.as_mut() {
                    Some(maildrop) => {
                        transaction(maildrop, verb, &numbers, self.wire.script().stuffs())
                    }
                    None => err("log in first"),
                },
                (
                    "STAT" | "LIST" | "UIDL" | "RETR" | "TOP" | "DELE" | "RSET" | "NOOP",
                    _,
                    false,
                ) => err("log in first"),
                _ => err("what do you mean?"),
            },
        )
    }

    /// A refusal with a response code (RFC 2449, 3206), if those are spoken.
    pub(super) fn refuse(&self, code: &str, text: &str) -> Vec<u8> {
        if self.wire.settings().offer.shows("RESP-CODES") {
            err(&format!("[{code}] {text}"))
        } else {
            err(text)
        }
    }

    fn capa(&self) -> Vec<u8> {
        let mut list: Vec<String> = [
            "TOP",
            "UIDL",
            "PIPELINING",
            "RESP-CODES",
            "AUTH-RESP-CODE",
            "UTF8 USER",
            "LANG",
        ]
        .map(str::to_owned)
        .to_vec();
        if self.maildrop.is_none() {
            if self.wire.takes_secrets() {
                list.push("USER".to_owned());
            }
            list.extend(capability("SASL", &offered(self.wire)));
            if self.wire.offers_upgrade() {
                list.push("STLS".to_owned());
            }
        }
        multi("capabilities follow", self.wire.settings().offer.list(list))
    }

    fn lang(&self, arguments: &[&str]) -> Vec<u8> {
        let languages = &self.pop3.languages;
        match arguments {
            [] => multi(
                "languages follow",
                languages.iter().map(|(tag, name)| format!("{tag} {name}")),
            ),
            ["*"] => ok("en back to English"),
            [tag] => match languages
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(tag))
            {
                Some((tag, name)) => ok(&format!("{tag} {name}")),
                None => err("no such language"),
            },
            _ => err("one language, please"),
        }
    }

    fn quit(&mut self) -> Vec<u8> {
        match self.maildrop.take() {
            Some(mut maildrop) => ok(&format!("bye, {} messages left", maildrop.commit())),
            None => ok("bye"),
        }
    }
}
