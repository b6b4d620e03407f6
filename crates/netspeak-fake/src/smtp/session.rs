//! One SMTP or LMTP session (RFC 5321 section 3, RFC 2033): who may say what when, and the envelope.

use crate::auth::Framing;
use crate::dialogue::{Command, Dialogue};
use crate::offer::find;
use crate::protocol::Speak;
use crate::smtp::capabilities::{self, limit};
use crate::smtp::envelope::{Refusal, Side, check, parse};
use crate::smtp::mail::Recipient;
use crate::smtp::reply::multi;
use crate::smtp::transaction::{Chunk, Transaction};
use crate::smtp::{About, Smtp};
use crate::wire::{Flow, Wire};

impl Speak for Smtp {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        wire.collect_replies();
        let protocol = if self.lmtp { "LMTP" } else { "ESMTP" };
        let name = wire.settings().name();
        let greeting = format!("220 {name} netspeak-fake {protocol} ready\r\n");
        let greeting = wire.greet(greeting.into_bytes()).await?;
        let session = Session {
            smtp: self,
            wire,
            hello: None,
            listed: Vec::new(),
            user: None,
            transaction: None,
            mails: 0,
            chunk: None,
            turned_away: greeting.starts_with(b"5"),
        };
        if session.is_last(&greeting) {
            return session.wire.close().await;
        }
        session.serve().await
    }
}

pub(super) struct Session<'a> {
    pub(super) smtp: &'a Smtp,
    pub(super) wire: &'a mut Wire,
    /// What the client calls itself.
    pub(super) hello: Option<String>,
    /// What EHLO has listed.
    pub(super) listed: Vec<String>,
    pub(super) user: Option<String>,
    pub(super) transaction: Option<Transaction>,
    /// How many mails this connection has begun.
    mails: usize,
    /// What came with the command under way.
    pub(super) chunk: Option<Chunk>,
    /// Whether the greeting was a refusal: nothing but QUIT is obeyed (RFC 5321 section 3.1).
    turned_away: bool,
}

impl Dialogue for Session<'_> {
    const SASL: Option<Framing> = Some(Framing {
        verb: "AUTH",
        challenge: "334 ",
    });

    fn wire(&mut self) -> &mut Wire {
        self.wire
    }

    async fn command(&mut self) -> Flow<Command> {
        let command = Command::new(self.wire.line_with(is_bdat).await?);
        // The octets of a chunk follow whatever the verdict is.
        self.chunk = self.read_chunk(&command).await?;
        Ok(command)
    }

    async fn obey(&mut self, command: &Command) -> Flow<Option<Vec<u8>>> {
        let reply = self.reply(command).await?;
        if command.verb == "BDAT" && reply.is_empty() {
            self.finish_chunks().await?;
            return Ok(None);
        }
        Ok(Some(reply))
    }

    async fn then(&mut self, command: &Command, did: Option<&[u8]>) -> Flow<()> {
        match (command.verb.as_str(), did) {
            ("BDAT", None) => self.fail_chunks(),
            ("DATA", Some(reply)) if reply.starts_with(b"354") => self.data().await?,
            _ => {}
        }
        Ok(())
    }

    fn quote(&self, verb: &str, said: &[u8]) -> Vec<u8> {
        let (code, enhanced) = if verb == "AUTH" {
            (535, "5.7.8")
        } else {
            (550, "5.7.1")
        };
        let head = self.say(code, enhanced, "you said");
        [head.trim_ascii_end(), b" ", said, b"\r\n"].concat()
    }

    fn is_last(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"421")
    }

    fn forget(&mut self) {
        (self.hello, self.user, self.transaction) = (None, None, None);
        self.listed.clear();
    }
}

impl Session<'_> {
    /// Does what was asked and tells the reply; nothing for the last chunk of a mail.
    async fn reply(&mut self, command: &Command) -> Flow<Vec<u8>> {
        let verb = command.verb.as_str();
        let Ok(argument) = std::str::from_utf8(command.argument().unwrap_or_default()) else {
            return Ok(self.say(501, "5.5.2", "that is neither ASCII nor UTF-8"));
        };
        if argument.contains(|c: char| c.is_ascii_control()) {
            return Ok(self.say(501, "5.5.2", "control characters"));
        }
        let argument = argument.trim_end_matches(' ');
        let words: Vec<&str> = argument
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect();
        if self.turned_away && verb != "QUIT" {
            return Ok(self.say(503, "5.5.1", "nobody is served here"));
        }
        if !self.wire.settings().offer.knows(verb) {
            return Ok(self.say(502, "5.5.1", "no such command here"));
        }
        if self.smtp.tls_required
            && self.wire.secured().is_none()
            && !matches!(
                verb,
                "EHLO" | "HELO" | "LHLO" | "NOOP" | "QUIT" | "RSET" | "STARTTLS"
            )
        {
            return Ok(self.say(530, "5.7.0", "STARTTLS first"));
        }
        Ok(match (verb, words.as_slice()) {
            ("EHLO" | "HELO", _) if self.smtp.lmtp => self.say(500, "5.5.1", "LHLO, please"),
            ("LHLO", _) if !self.smtp.lmtp => self.say(500, "5.5.1", "EHLO, please"),
            ("EHLO" | "HELO" | "LHLO", [name]) => self.greeted(verb, name),
            ("STARTTLS", []) if self.wire.offers_upgrade() => self.say(220, "2.0.0", "begin TLS"),
            ("STARTTLS", []) if !self.wire.settings().upgrade => {
                self.say(502, "5.5.1", "no TLS here")
            }
            ("STARTTLS", []) => self.say(503, "5.5.1", "that is TLS already"),
            ("NOOP", _) => self.say(250, "2.0.0", "still here"),
            ("HELP", _) => [
                b"214-2.0.0 EHLO HELO LHLO STARTTLS AUTH MAIL RCPT DATA BDAT\r\n".as_slice(),
                b"214 2.0.0 RSET NOOP VRFY EXPN HELP QUIT\r\n",
            ]
            .concat(),
            ("RSET", []) => {
                self.transaction = None;
                self.say(250, "2.0.0", "forgotten")
            }
            ("QUIT", []) => self.say(221, "2.0.0", "bye"),
            ("VRFY", [_, ..]) => self.verify(argument),
            ("EXPN", [_, ..]) => self.expand(argument),
            ("AUTH" | "MAIL" | "RCPT" | "DATA" | "BDAT", _) if self.hello.is_none() => {
                self.fail_chunks();
                self.say(503, "5.5.1", "EHLO first")
            }
            ("AUTH", _) if find(&self.listed, "AUTH").is_none() => {
                self.say(503, "5.5.1", "no logins here")
            }
            ("AUTH", [mechanism]) => return self.auth(mechanism, None).await,
            ("AUTH", [mechanism, initial]) => return self.auth(mechanism, Some(initial)).await,
            ("MAIL", [_, ..]) => match self.mail(argument) {
                Ok(reply) => reply,
                Err((code, enhanced, text)) => self.say(code, enhanced, text),
            },
            ("RCPT", [_, ..]) => match self.recipient(argument) {
                Ok(reply) => reply,
                Err((code, enhanced, text)) => {
                    if let Some(transaction) = &mut self.transaction {
                        transaction.refused += 1;
                    }
                    self.say(code, enhanced, text)
                }
            },
            ("DATA", []) => self.may_send_data(),
            ("BDAT", _) => self.take_chunk(),
            (
                "EHLO" | "HELO" | "LHLO" | "STARTTLS" | "RSET" | "QUIT" | "VRFY" | "EXPN" | "AUTH"
                | "MAIL" | "RCPT" | "DATA",
                _,
            ) => self.say(501, "5.5.4", "what do you mean?"),
            _ => self.say(500, "5.5.1", "unknown command"),
        })
    }

    /// A reply of one line.
    pub(super) fn say(&self, code: u16, enhanced: &str, text: &str) -> Vec<u8> {
        if self.wire.settings().offer.shows("ENHANCEDSTATUSCODES") {
            format!("{code} {enhanced} {text}\r\n").into_bytes()
        } else {
            format!("{code} {text}\r\n").into_bytes()
        }
    }

    fn greeted(&mut self, verb: &str, name: &str) -> Vec<u8> {
        self.hello = Some(name.to_owned());
        self.transaction = None;
        self.listed.clear();
        if verb != "HELO" {
            self.listed = capabilities::list(self.wire);
        }
        let mut lines = vec![self.wire.settings().name()];
        lines.extend(self.listed.iter().map(String::as_str));
        multi(250, &lines)
    }

    fn mail(&mut self, argument: &str) -> Result<Vec<u8>, Refusal> {
        if self.smtp.login_required && self.user.is_none() {
            return Err((530, "5.7.0", "log in first"));
        }
        if self.transaction.is_some() {
            return Err((503, "5.5.1", "one mail after the other"));
        }
        let (from, parameters) = parse(argument, Side::Mail)?;
        check(&parameters, Side::Mail, &self.listed)?;
        let transaction = Transaction {
            from,
            parameters,
            ..Transaction::default()
        };
        if !transaction.from.is_ascii() && !transaction.has("SMTPUTF8") {
            return Err((553, "5.6.7", "SMTPUTF8 is needed for that address"));
        }
        if self.mails >= limit(&self.listed, "MAILMAX") {
            return Err((452, "4.5.3", "no more mails on this connection"));
        }
        if let Some(reply) = self.smtp.answer(About::Sender, &transaction.from) {
            return Ok(reply.to_vec());
        }
        self.mails += 1;
        self.transaction = Some(transaction);
        Ok(self.say(250, "2.1.0", "sender ok"))
    }

    fn recipient(&mut self, argument: &str) -> Result<Vec<u8>, Refusal> {
        let most = limit(&self.listed, "RCPTMAX");
        let Some(transaction) = &self.transaction else {
            return Err((503, "5.5.1", "MAIL first"));
        };
        if transaction.chunks.is_some() {
            return Err((503, "5.5.1", "the data has begun"));
        }
        let (address, parameters) = parse(argument, Side::Rcpt)?;
        check(&parameters, Side::Rcpt, &self.listed)?;
        if !address.is_ascii() && !transaction.has("SMTPUTF8") {
            return Err((553, "5.6.7", "SMTPUTF8 is needed for that address"));
        }
        if transaction.recipients.len() >= most {
            return Err((452, "4.5.3", "too many recipients"));
        }
        let answer = self.smtp.answer(About::Recipient, &address);
        let reply = answer.map_or_else(|| self.say(250, "2.1.5", "recipient ok"), <[u8]>::to_vec);
        if let Some(transaction) = &mut self.transaction {
            if reply.starts_with(b"2") {
                transaction.recipients.push(Recipient {
                    address,
                    parameters,
                });
            } else {
                transaction.refused += 1;
            }
        }
        Ok(reply)
    }

    fn verify(&self, argument: &str) -> Vec<u8> {
        let name = argument.strip_suffix(" SMTPUTF8").unwrap_or(argument);
        let name = name.trim_matches(['<', '>']);
        let user = name.rsplit_once('@').map_or(name, |(user, _)| user);
        let is_list = self.smtp.lists.iter().any(|(list, _)| list == name);
        if let Some(reply) = self.smtp.answer(About::Recipient, name) {
            reply.to_vec()
        } else if is_list || self.wire.settings().accounts.has(user) {
            self.say(250, "2.1.5", &format!("<{name}>"))
        } else {
            self.say(252, "2.5.0", "try and see")
        }
    }

    fn expand(&self, argument: &str) -> Vec<u8> {
        let name = argument.strip_suffix(" SMTPUTF8").unwrap_or(argument);
        let name = name.trim_matches(['<', '>']);
        match self.smtp.lists.iter().find(|(list, _)| list == name) {
            Some((_, members)) if !members.is_empty() => {
                let lines: Vec<String> = members
                    .iter()
                    .map(|member| format!("2.1.5 <{member}>"))
                    .collect();
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                multi(250, &lines)
            }
            _ => self.say(550, "5.1.1", "no such list"),
        }
    }
}

fn is_bdat(line: &[u8]) -> bool {
    line.get(..5)
        .is_some_and(|verb| verb.eq_ignore_ascii_case(b"BDAT "))
}
