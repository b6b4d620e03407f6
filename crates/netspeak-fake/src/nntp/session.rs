//! One NNTP session: who may say what when.

use crate::auth::{Framing, capability, offered};
use crate::body::Body;
use crate::dialogue::{Command, Dialogue};
use crate::nntp::reply::{line, multi};
use crate::nntp::{Mode, Nntp, Posting, Readers};
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};

/// The largest article that is taken.
const LARGEST: usize = 16 * 1024 * 1024;

impl Speak for Nntp {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        let session = Session {
            nntp: self,
            wire,
            user: None,
            known: false,
            mode: self.mode,
            group: None,
            current: 0,
            body: None,
        };
        let greeting = session.greeting();
        session.wire.greet(greeting).await?;
        session.serve().await
    }
}

pub(super) struct Session<'a> {
    pub(super) nntp: &'a Nntp,
    pub(super) wire: &'a mut Wire,
    /// Whom AUTHINFO USER named.
    pub(super) user: Option<String>,
    /// Whether the client has logged in.
    pub(super) known: bool,
    mode: Mode,
    /// The selected group and article; 0 is none.
    pub(super) group: Option<String>,
    pub(super) current: u64,
    /// What came with TAKETHIS.
    pub(super) body: Option<Body>,
}

impl Dialogue for Session<'_> {
    const SASL: Option<Framing> = Some(Framing {
        verb: "AUTHINFO SASL",
        challenge: "383 ",
    });

    fn wire(&mut self) -> &mut Wire {
        self.wire
    }

    async fn command(&mut self) -> Flow<Command> {
        let mut command = Command::new(self.wire.line().await?);
        // These are told apart by their second word.
        if matches!(command.verb.as_str(), "AUTHINFO" | "MODE") {
            let line = String::from_utf8_lossy(&command.line).to_ascii_uppercase();
            let words: Vec<&str> = line.split(' ').take(2).collect();
            command.verb = words.join(" ");
        }
        if command.verb == "TAKETHIS" {
            let mut body = Body::new(LARGEST);
            body.dotted(self.wire, false).await?;
            self.body = Some(body);
        }
        Ok(command)
    }

    async fn obey(&mut self, command: &Command) -> Flow<Option<Vec<u8>>> {
        self.reply(command).await.map(Some)
    }

    async fn then(&mut self, command: &Command, did: Option<&[u8]>) -> Flow<()> {
        let goes_on = did.is_some_and(|did| did.starts_with(b"340") || did.starts_with(b"335"));
        if !goes_on {
            return Ok(());
        }
        let mut body = Body::new(LARGEST);
        body.dotted(self.wire, false).await?;
        let verdict = self.judged(&command.verb, &body);
        self.wire.answer(crate::fault::MESSAGE, verdict).await
    }

    fn quote(&self, verb: &str, said: &[u8]) -> Vec<u8> {
        let code = if verb.starts_with("AUTHINFO") {
            481
        } else {
            500
        };
        [format!("{code} you said ").as_bytes(), said, b"\r\n"].concat()
    }

    fn is_last(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"400")
    }

    fn forget(&mut self) {
        (self.user, self.group, self.current) = (None, None, 0);
    }
}

impl Session<'_> {
    fn greeting(&self) -> Vec<u8> {
        match self.nntp.posting {
            Posting::Allowed => line(200, "netspeak-fake NNTP ready, posting allowed"),
            Posting::Forbidden => line(201, "netspeak-fake NNTP ready, no posting"),
        }
    }

    /// Does what was asked and tells the reply.
    async fn reply(&mut self, command: &Command) -> Flow<Vec<u8>> {
        let verb = command.verb.as_str();
        if !self.wire.settings().offer.knows(verb) {
            return Ok(line(500, "unknown command"));
        }
        let text = String::from_utf8_lossy(&command.line).into_owned();
        let after = text.get(verb.len()..).unwrap_or_default();
        let argument = after.strip_prefix(' ').unwrap_or(after);
        let words: Vec<&str> = argument
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect();
        Ok(match (verb, words.as_slice()) {
            ("CAPABILITIES", _) => self.capabilities(),
            ("QUIT", []) => line(205, "bye"),
            ("DATE", []) => line(111, "20261125235959"),
            ("HELP", []) => multi(100, "help follows", ["this server is a fake".to_owned()]),
            ("MODE READER", []) => {
                self.mode = Mode::Reader;
                self.greeting()
            }
            ("MODE STREAM", []) => line(203, "stream away"),
            ("STARTTLS", []) if self.wire.offers_upgrade() => line(382, "begin TLS"),
            ("AUTHINFO USER" | "AUTHINFO PASS" | "AUTHINFO SASL", _) if self.known => {
                line(502, "you are known already")
            }
            ("AUTHINFO USER", [_, ..]) => self.name(argument),
            ("AUTHINFO PASS", [_, ..]) => return self.pass(argument).await,
            ("AUTHINFO SASL", [mechanism]) => return self.sasl(mechanism, None).await,
            ("AUTHINFO SASL", [mechanism, initial]) => {
                return self.sasl(mechanism, Some(initial)).await;
            }
            ("IHAVE", [id]) => self.ihave(id),
            ("CHECK", [id]) => self.check(id),
            ("TAKETHIS", [id]) => self.takethis(id),
            _ if self.mode == Mode::Transit => line(401, "MODE-READER"),
            _ if self.nntp.readers == Readers::Known && !self.known => line(480, "log in first"),
            ("POST", []) => self.post(),
            (verb, words) => self.read(verb, words),
        })
    }

    fn capabilities(&self) -> Vec<u8> {
        let mut list: Vec<String> = [
            "VERSION 2",
            "IMPLEMENTATION netspeak-fake",
            "IHAVE",
            "STREAMING",
        ]
        .map(str::to_owned)
        .to_vec();
        if self.mode == Mode::Transit {
            list.push("MODE-READER".to_owned());
        } else {
            let reader = ["READER", "OVER MSGID", "HDR", "NEWNEWS"];
            list.extend(reader.map(str::to_owned));
            list.push("LIST ACTIVE NEWSGROUPS COUNTS OVERVIEW.FMT HEADERS".to_owned());
            if self.nntp.posting == Posting::Allowed {
                list.push("POST".to_owned());
            }
        }
        if !self.known {
            let sasl = capability("SASL", &offered(self.wire));
            let takes = self.wire.takes_secrets();
            list.extend(match (takes, &sasl) {
                (true, Some(_)) => Some("AUTHINFO USER SASL".to_owned()),
                (true, None) => Some("AUTHINFO USER".to_owned()),
                (false, Some(_)) => Some("AUTHINFO SASL".to_owned()),
                (false, None) => None,
            });
            list.extend(sasl);
        }
        if self.wire.offers_upgrade() {
            list.push("STARTTLS".to_owned());
        }
        multi(
            101,
            "capabilities follow",
            self.wire.settings().offer.list(list),
        )
    }
}
