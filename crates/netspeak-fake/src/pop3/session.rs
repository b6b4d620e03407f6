//! One POP3 session: AUTHORIZATION, TRANSACTION, UPDATE (RFC 1939 section 3).

use crate::auth::offered;
use crate::fault::Fault;
use crate::pop3::maildrop::{Message, Opened};
use crate::pop3::{Pop3, Timestamp};
use crate::sasl::{Mechanism, hex, nonce};
use crate::server::Fake;
use crate::wire::{Flow, Wire};

/// Serves one connection.
pub(super) async fn talk(fake: &Fake<Pop3>, wire: &mut Wire) -> Flow<()> {
    if fake.settings().implicit_tls {
        wire.secure().await?;
    }
    let timestamp = match &fake.protocol().timestamp {
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
    let mut session = Session {
        fake,
        wire,
        timestamp,
        user: None,
        maildrop: None,
    };
    loop {
        session.serve_command().await?;
    }
}

pub(super) struct Session<'a> {
    pub(super) fake: &'a Fake<Pop3>,
    pub(super) wire: &'a mut Wire,
    pub(super) timestamp: Option<String>,
    /// Whom USER named.
    user: Option<String>,
    /// The open maildrop: `Some` is the TRANSACTION state.
    maildrop: Option<Opened>,
}

impl Session<'_> {
    async fn serve_command(&mut self) -> Flow<()> {
        let line = self.wire.line().await?;
        let (verb, arguments) = split(&line);
        self.wire.begin(&verb).await?;
        let forced = self.wire.script().forced(&verb);
        let reply = if self
            .wire
            .script()
            .has(|fault| matches!(fault, Fault::Echo(name) if *name == verb) && verb != "AUTH")
        {
            [b"-ERR you said ", line.as_slice(), b"\r\n"].concat()
        } else if let Some(refusal) = forced
            .clone()
            .filter(|reply| reply.starts_with(b"-") || verb == "AUTH")
        {
            refusal
        } else {
            self.obey(&verb, &arguments).await?
        };
        let accepted = reply.starts_with(b"+OK");
        self.wire.answer(&verb, forced.unwrap_or(reply)).await?;
        match verb.as_str() {
            "QUIT" => self.wire.close().await,
            "STLS" if accepted => {
                self.user = None;
                self.wire.secure().await
            }
            _ => Ok(()),
        }
    }

    /// Does what was asked and tells the reply.
    async fn obey(&mut self, verb: &str, arguments: &[String]) -> Flow<Vec<u8>> {
        if !self.pop3().knows(verb) {
            return Ok(err("unknown command"));
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let numbers: Vec<Option<usize>> = arguments
            .iter()
            .map(|argument| argument.parse().ok())
            .collect();
        Ok(
            match (verb, arguments.as_slice(), self.maildrop.is_some()) {
                ("CAPA", [], _) => self.capa(),
                ("LANG", arguments, _) => self.lang(arguments),
                ("STLS", [], false)
                    if self.fake.settings().upgrade && self.wire.secured().is_none() =>
                {
                    ok("begin TLS")
                }
                ("UTF8", [], false) => ok("UTF8 enabled"),
                ("USER", [user], false) => self.name(user),
                ("PASS", [_, ..], false) => return self.pass(&arguments.join(" ")).await,
                ("APOP", [user, digest], false) => return self.apop(user, digest).await,
                ("AUTH", [], false) => multi(
                    "mechanisms follow",
                    self.offered()
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
                    Some(maildrop) => transaction(
                        maildrop,
                        verb,
                        &numbers,
                        self.wire
                            .script()
                            .has(|fault| matches!(fault, Fault::Unstuffed)),
                    ),
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

    pub(super) fn pop3(&self) -> &Pop3 {
        self.fake.protocol()
    }

    /// A refusal with a response code (RFC 2449, 3206), if those are spoken.
    pub(super) fn refuse(&self, code: &str, text: &str) -> Vec<u8> {
        if self.pop3().shows("RESP-CODES") {
            err(&format!("[{code}] {text}"))
        } else {
            err(text)
        }
    }

    /// Whether passwords may be sent in the clear on this connection.
    fn takes_secrets(&self) -> bool {
        self.wire.secured().is_some() || !self.fake.settings().tls_for_secrets
    }

    /// The mechanisms on offer on this connection.
    pub(super) fn offered(&self) -> Vec<Mechanism> {
        offered(self.fake.settings(), self.wire)
    }

    fn capa(&self) -> Vec<u8> {
        let pop3 = self.pop3();
        if let Some(fixed) = &pop3.capabilities {
            return multi("capabilities follow", fixed.iter().cloned());
        }
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
            if self.takes_secrets() {
                list.push("USER".to_owned());
            }
            let mechanisms: Vec<&str> = self.offered().into_iter().map(Mechanism::name).collect();
            if !mechanisms.is_empty() {
                list.push(format!("SASL {}", mechanisms.join(" ")));
            }
            if self.fake.settings().upgrade && self.wire.secured().is_none() {
                list.push("STLS".to_owned());
            }
        }
        list.retain(|line| line.split(' ').next().is_some_and(|name| pop3.shows(name)));
        list.extend(pop3.extra_capabilities.iter().cloned());
        multi("capabilities follow", list)
    }

    fn lang(&self, arguments: &[&str]) -> Vec<u8> {
        let languages = &self.pop3().languages;
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

    fn name(&mut self, user: &str) -> Vec<u8> {
        if !self.takes_secrets() {
            return self.refuse("AUTH", "not in clear text");
        }
        self.user = Some(user.to_owned());
        ok("and the password?")
    }

    async fn pass(&mut self, password: &str) -> Flow<Vec<u8>> {
        let Some(user) = self.user.take() else {
            return Ok(err("USER first"));
        };
        let fits = self
            .fake
            .settings()
            .accounts
            .is_password(&user, password.as_bytes());
        self.verdict(fits.then_some(user)).await
    }

    async fn apop(&mut self, user: &str, digest: &str) -> Flow<Vec<u8>> {
        use md5::{Digest, Md5};

        let Some(timestamp) = &self.timestamp else {
            return Ok(err("no APOP here"));
        };
        let fits = self
            .fake
            .settings()
            .accounts
            .password(user)
            .is_some_and(|password| {
                let right = Md5::new()
                    .chain_update(timestamp)
                    .chain_update(password)
                    .finalize();
                hex(&right) == digest
            });
        self.verdict(fits.then(|| user.to_owned())).await
    }

    /// The last word on a login: opens the maildrop.
    pub(super) async fn verdict(&mut self, user: Option<String>) -> Flow<Vec<u8>> {
        self.wire.before_verdict().await?;
        let Some(user) = user else {
            return Ok(self.refuse("AUTH", "wrong name or password"));
        };
        self.maildrop = self.pop3().maildrops.open(&user);
        Ok(match &self.maildrop {
            Some(maildrop) => ok(&format!(
                "maildrop has {} messages ({} octets)",
                maildrop.count(),
                maildrop.octets()
            )),
            None => self.refuse("IN-USE", "another session holds the maildrop"),
        })
    }

    fn quit(&mut self) -> Vec<u8> {
        match self.maildrop.take() {
            Some(mut maildrop) => ok(&format!("bye, {} messages left", maildrop.commit())),
            None => ok("bye"),
        }
    }
}

/// The commands of the TRANSACTION state. A number that is none is `None`.
fn transaction(
    maildrop: &mut Opened,
    verb: &str,
    numbers: &[Option<usize>],
    unstuffed: bool,
) -> Vec<u8> {
    let message = numbers
        .first()
        .copied()
        .flatten()
        .and_then(|number| Some((number, maildrop.get(number)?.clone())));
    match (verb, numbers, message) {
        ("STAT", [], _) => ok(&format!("{} {}", maildrop.count(), maildrop.octets())),
        ("LIST", [], _) => {
            let head = format!(
                "{} messages ({} octets)",
                maildrop.count(),
                maildrop.octets()
            );
            multi(
                &head,
                maildrop
                    .list()
                    .map(|(number, message)| format!("{number} {}", message.bytes.len())),
            )
        }
        ("LIST", [_], Some((number, message))) => ok(&format!("{number} {}", message.bytes.len())),
        ("UIDL", [], _) => multi(
            "unique ids follow",
            maildrop
                .list()
                .map(|(number, message)| format!("{number} {}", message.uid)),
        ),
        ("UIDL", [_], Some((number, message))) => ok(&format!("{number} {}", message.uid)),
        ("RETR", [_], Some((_, message))) => text(&message, None, unstuffed),
        ("TOP", [_, Some(lines)], Some((_, message))) => text(&message, Some(*lines), unstuffed),
        ("DELE", [_], Some((number, _))) => {
            maildrop.delete(number);
            ok(&format!("message {number} deleted"))
        }
        ("LIST" | "UIDL" | "RETR" | "DELE", [_], None) | ("TOP", [_, Some(_)], None) => {
            err("no such message")
        }
        ("RSET", [], _) => {
            maildrop.reset();
            ok(&format!(
                "maildrop has {} messages ({} octets)",
                maildrop.count(),
                maildrop.octets()
            ))
        }
        _ => err("what do you mean?"),
    }
}

pub(super) fn ok(text: &str) -> Vec<u8> {
    format!("+OK {text}\r\n").into_bytes()
}

pub(super) fn err(text: &str) -> Vec<u8> {
    format!("-ERR {text}\r\n").into_bytes()
}

fn multi(head: &str, lines: impl IntoIterator<Item = String>) -> Vec<u8> {
    let mut reply = ok(head);
    for line in lines {
        reply.extend_from_slice(line.as_bytes());
        reply.extend_from_slice(b"\r\n");
    }
    reply.extend_from_slice(b".\r\n");
    reply
}

/// A message as it goes to the wire: with `lines`, the header and so many lines of the body. Lines end with CR LF and nothing else, so a
/// bare LF in front of a dot is no reason to double it.
fn text(message: &Message, lines: Option<usize>, unstuffed: bool) -> Vec<u8> {
    let mut reply = ok(&format!("{} octets", message.bytes.len()));
    let mut body_lines_left = None;
    for line in crlf_lines(&message.bytes) {
        match &mut body_lines_left {
            Some(0) => break,
            Some(left) => *left -= 1,
            None if line.is_empty() => body_lines_left = lines,
            None => {}
        }
        if line.starts_with(b".") && !unstuffed {
            reply.push(b'.');
        }
        reply.extend_from_slice(line);
        reply.extend_from_slice(b"\r\n");
    }
    reply.extend_from_slice(b".\r\n");
    reply
}

/// The lines of a text, split at CR LF only, without an empty one after the last CR LF.
fn crlf_lines(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let end = text.windows(2).position(|pair| pair == b"\r\n");
        let (line, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
        text = rest.get(2..).unwrap_or_default();
        Some(line)
    })
}

/// The verb in capitals and its arguments.
fn split(line: &[u8]) -> (String, Vec<String>) {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ').map(str::to_owned);
    (
        words.next().unwrap_or_default().to_ascii_uppercase(),
        words.collect(),
    )
}
