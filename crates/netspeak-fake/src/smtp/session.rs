//! One SMTP or LMTP session (RFC 5321 section 3, RFC 2033).

use crate::fault::{Fault, GREETING, MESSAGE};
use crate::server::Fake;
use crate::smtp::body::Body;
use crate::smtp::capabilities::{self, find, limit, size};
use crate::smtp::envelope::{Refusal, Side, check, parse};
use crate::smtp::mail::{How, Mail, Recipient};
use crate::smtp::{About, Smtp};
use crate::wire::{Flow, Wire};

/// Serves one connection.
pub(super) async fn talk(fake: &Fake<Smtp>, wire: &mut Wire) -> Flow<()> {
    wire.collect_replies();
    if fake.settings().implicit_tls {
        wire.secure().await?;
    }
    let name = if fake.protocol().lmtp {
        "LMTP"
    } else {
        "ESMTP"
    };
    let forced = wire.script().forced(GREETING).unwrap_or_default();
    wire.greet(format!("220 localhost netspeak-fake {name} ready\r\n").into_bytes())
        .await?;
    if forced.starts_with(b"421") {
        return wire.close().await;
    }
    let mut session = Session {
        fake,
        wire,
        hello: None,
        listed: Vec::new(),
        user: None,
        transaction: None,
        mails: 0,
        turned_away: forced.starts_with(b"5"),
    };
    loop {
        session.serve_command().await?;
    }
}

pub(super) struct Session<'a> {
    pub(super) fake: &'a Fake<Smtp>,
    pub(super) wire: &'a mut Wire,
    /// What the client calls itself.
    hello: Option<String>,
    /// What EHLO has listed.
    listed: Vec<String>,
    pub(super) user: Option<String>,
    pub(super) transaction: Option<Transaction>,
    /// How many mails this connection has begun.
    mails: usize,
    /// Whether the greeting was a refusal: nothing but QUIT is obeyed (RFC 5321 section 3.1).
    turned_away: bool,
}

/// A mail under way.
#[derive(Default)]
pub(super) struct Transaction {
    from: String,
    parameters: Vec<String>,
    recipients: Vec<Recipient>,
    refused: usize,
    /// The chunks so far: `Some` since the first BDAT.
    chunks: Option<(Body, Vec<usize>)>,
}

impl Session<'_> {
    async fn serve_command(&mut self) -> Flow<()> {
        let line = self.wire.line_with(is_bdat).await?;
        let (verb, argument) = split(&line);
        // The octets of a chunk follow whatever the verdict is.
        let chunk = self.read_chunk(&verb, argument.as_deref()).await?;
        self.wire.begin(&verb).await?;
        let forced = self.wire.script().forced(&verb);
        let quoting = self
            .wire
            .script()
            .has(|fault| matches!(fault, Fault::Echo(name) if *name == verb) && verb != "AUTH");
        let refusal = forced
            .clone()
            .filter(|reply| is_refusal(reply) || verb == "AUTH");
        let refused = quoting || refusal.is_some();
        let reply = if quoting {
            [b"550 5.7.1 you said ", line.as_slice(), b"\r\n"].concat()
        } else if let Some(refusal) = refusal {
            refusal
        } else {
            self.obey(&verb, argument, chunk.as_ref()).await?
        };
        match verb.as_str() {
            "BDAT" if refused => self.fail_chunks(),
            "BDAT" if reply.is_empty() => return self.finish_chunks(forced).await,
            _ => {}
        }
        let did = reply.get(..3).unwrap_or_default().to_vec();
        self.answer(&verb, forced.unwrap_or(reply)).await?;
        match (verb.as_str(), did.as_slice()) {
            ("QUIT", _) => self.wire.close().await,
            ("STARTTLS", b"220") => {
                (self.hello, self.user, self.transaction) = (None, None, None);
                self.listed.clear();
                self.wire.secure().await
            }
            ("DATA", b"354") => self.data().await,
            _ => Ok(()),
        }
    }

    /// Sends a reply; 421 is the last one.
    async fn answer(&mut self, verb: &str, reply: Vec<u8>) -> Flow<()> {
        let is_last = reply.starts_with(b"421");
        self.wire.answer(verb, reply).await?;
        if is_last {
            return self.wire.close().await;
        }
        Ok(())
    }

    /// Does what was asked and tells the reply; nothing for the last chunk of a mail, whose verdict is another matter.
    async fn obey(
        &mut self,
        verb: &str,
        argument: Option<String>,
        chunk: Option<&Chunk>,
    ) -> Flow<Vec<u8>> {
        let Some(argument) = argument else {
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
        if !self.smtp().knows(verb) {
            return Ok(self.say(502, "5.5.1", "no such command here"));
        }
        if self.smtp().tls_required
            && self.wire.secured().is_none()
            && !matches!(
                verb,
                "EHLO" | "HELO" | "LHLO" | "NOOP" | "QUIT" | "RSET" | "STARTTLS"
            )
        {
            return Ok(self.say(530, "5.7.0", "STARTTLS first"));
        }
        Ok(match (verb, words.as_slice()) {
            ("EHLO" | "HELO", _) if self.smtp().lmtp => self.say(500, "5.5.1", "LHLO, please"),
            ("LHLO", _) if !self.smtp().lmtp => self.say(500, "5.5.1", "EHLO, please"),
            ("EHLO" | "HELO" | "LHLO", [name]) => self.greeted(verb, name),
            ("STARTTLS", []) if !self.fake.settings().upgrade => {
                self.say(502, "5.5.1", "no TLS here")
            }
            ("STARTTLS", []) if self.wire.secured().is_some() => {
                self.say(503, "5.5.1", "that is TLS already")
            }
            ("STARTTLS", []) => self.say(220, "2.0.0", "begin TLS"),
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
            ("BDAT", _) => self.take_chunk(chunk),
            (
                "EHLO" | "HELO" | "LHLO" | "STARTTLS" | "RSET" | "QUIT" | "VRFY" | "EXPN" | "AUTH"
                | "MAIL" | "RCPT" | "DATA",
                _,
            ) => self.say(501, "5.5.4", "what do you mean?"),
            _ => self.say(500, "5.5.1", "unknown command"),
        })
    }

    fn smtp(&self) -> &Smtp {
        self.fake.protocol()
    }

    /// A reply of one line.
    pub(super) fn say(&self, code: u16, enhanced: &str, text: &str) -> Vec<u8> {
        let hidden = &self.smtp().hidden_capabilities;
        if hidden.iter().any(|name| name == "ENHANCEDSTATUSCODES") {
            format!("{code} {text}\r\n").into_bytes()
        } else {
            format!("{code} {enhanced} {text}\r\n").into_bytes()
        }
    }

    fn greeted(&mut self, verb: &str, name: &str) -> Vec<u8> {
        self.hello = Some(name.to_owned());
        self.transaction = None;
        self.listed.clear();
        if verb != "HELO" {
            self.listed = capabilities::list(self.fake, self.wire);
        }
        let mut lines = vec!["localhost"];
        lines.extend(self.listed.iter().map(String::as_str));
        multi(250, &lines)
    }

    fn mail(&mut self, argument: &str) -> Result<Vec<u8>, Refusal> {
        if self.smtp().login_required && self.user.is_none() {
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
        if let Some(reply) = self.smtp().answer(About::Sender, &transaction.from) {
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
        let answer = self.smtp().answer(About::Recipient, &address);
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

    fn may_send_data(&mut self) -> Vec<u8> {
        let Some(transaction) = &self.transaction else {
            return self.say(503, "5.5.1", "MAIL first");
        };
        let is_binary = transaction
            .parameters
            .iter()
            .any(|parameter| parameter.eq_ignore_ascii_case("BODY=BINARYMIME"));
        let allowed = self.smtp().data_without_recipients && !self.smtp().lmtp;
        if is_binary || transaction.chunks.is_some() {
            self.say(503, "5.5.1", "BDAT, please")
        } else if !transaction.recipients.is_empty() || transaction.refused > 0 && allowed {
            b"354 go ahead\r\n".to_vec()
        } else if transaction.refused > 0 {
            self.say(554, "5.5.1", "nobody gets it")
        } else {
            self.say(503, "5.5.1", "RCPT first")
        }
    }

    async fn data(&mut self) -> Flow<()> {
        self.wire.expect(MESSAGE);
        let mut body = Body::new(size(&self.listed));
        body.dotted(self.wire, self.smtp().lenient).await?;
        self.finish(body, How::Data, None).await
    }

    /// Reads the octets of a chunk, after BDAT and a number. They belong to the mail under way, if there is one.
    async fn read_chunk(&mut self, verb: &str, argument: Option<&str>) -> Flow<Option<Chunk>> {
        if verb != "BDAT" || !self.smtp().knows(verb) {
            return Ok(None);
        }
        let words: Vec<&str> = argument.unwrap_or_default().split(' ').collect();
        let (count, is_last) = match words.as_slice() {
            [count] => (count, false),
            [count, last] if last.eq_ignore_ascii_case("LAST") => (count, true),
            _ => return Ok(None),
        };
        let Some(count) = count.parse().ok().filter(|_| is_digits(count)) else {
            return Ok(None);
        };
        let most = size(&self.listed);
        let mut nobody = Body::new(0);
        let body = match &mut self.transaction {
            Some(transaction) => {
                if transaction.chunks.is_none() {
                    self.wire.expect(MESSAGE);
                }
                let (body, chunks) = transaction
                    .chunks
                    .get_or_insert_with(|| (Body::new(most), Vec::new()));
                chunks.push(count);
                body
            }
            None => &mut nobody,
        };
        body.chunk(self.wire, count).await?;
        Ok(Some(Chunk { count, is_last }))
    }

    fn take_chunk(&mut self, chunk: Option<&Chunk>) -> Vec<u8> {
        let Some(chunk) = chunk else {
            return self.say(501, "5.5.4", "how many octets?");
        };
        if find(&self.listed, "CHUNKING").is_none() {
            self.fail_chunks();
            return self.say(502, "5.5.1", "no chunks here");
        }
        let Some(transaction) = &self.transaction else {
            return self.say(503, "5.5.1", "MAIL first");
        };
        if transaction.recipients.is_empty() {
            let was_refused = transaction.refused > 0;
            self.fail_chunks();
            return if was_refused {
                self.say(554, "5.5.1", "nobody gets it")
            } else {
                self.say(503, "5.5.1", "RCPT first")
            };
        }
        let is_too_big = transaction
            .chunks
            .as_ref()
            .is_some_and(|(body, _)| body.is_too_big);
        if chunk.is_last {
            // The verdict is told by `finish`.
            Vec::new()
        } else if is_too_big {
            self.fail_chunks();
            self.say(552, "5.3.4", "that is too big")
        } else {
            self.say(250, "2.0.0", &format!("{} octets", chunk.count))
        }
    }

    /// After a chunk that was refused the mail is over (RFC 3030 section 2).
    fn fail_chunks(&mut self) {
        self.transaction = None;
    }

    async fn finish_chunks(&mut self, forced: Option<Vec<u8>>) -> Flow<()> {
        let chunks = self
            .transaction
            .as_mut()
            .and_then(|transaction| transaction.chunks.take());
        let (body, sizes) = chunks.unwrap_or_default();
        self.finish(body, How::Bdat(sizes), forced).await
    }

    /// All data is there: the verdict.
    async fn finish(&mut self, body: Body, how: How, forced: Option<Vec<u8>>) -> Flow<()> {
        self.wire.due(MESSAGE).await?;
        let forced = forced.or_else(|| self.wire.script().forced(MESSAGE));
        let transaction = self.transaction.take().unwrap_or_default();
        let reply = if let Some(refusal) = forced.clone().filter(|reply| is_refusal(reply)) {
            refusal
        } else if transaction.recipients.is_empty() {
            self.say(554, "5.5.1", "nobody gets it")
        } else if body.is_too_big {
            let refusal = self.say(552, "5.3.4", "that is too big");
            let count = if self.smtp().lmtp {
                transaction.recipients.len()
            } else {
                1
            };
            refusal.repeat(count)
        } else {
            self.deliver(transaction, body.bytes, how)
        };
        self.answer(MESSAGE, forced.unwrap_or(reply)).await
    }

    fn deliver(&mut self, transaction: Transaction, data: Vec<u8>, how: How) -> Vec<u8> {
        let refusals: Vec<Option<Vec<u8>>> = transaction
            .recipients
            .iter()
            .map(|recipient| self.smtp().answer(About::Delivery, &recipient.address))
            .map(|reply| reply.map(<[u8]>::to_vec))
            .collect();
        let recipients: Vec<Recipient> = transaction
            .recipients
            .into_iter()
            .zip(&refusals)
            .filter(|(_, refusal)| refusal.is_none())
            .map(|(recipient, _)| recipient)
            .collect();
        let mut reply = Vec::new();
        if !recipients.is_empty() {
            let number = self.smtp().store(Mail {
                connection: self.wire.number(),
                encrypted: self.wire.secured().is_some(),
                user: self.user.clone(),
                hello: self.hello.clone().unwrap_or_default(),
                from: transaction.from,
                parameters: transaction.parameters,
                recipients,
                data,
                how,
            });
            reply = self.say(250, "2.0.0", &format!("queued as {number:08X}"));
        }
        if self.smtp().lmtp {
            let replies = refusals.into_iter();
            replies
                .flat_map(|refusal| refusal.unwrap_or_else(|| reply.clone()))
                .collect()
        } else if reply.is_empty() {
            refusals.into_iter().flatten().next().unwrap_or_default()
        } else {
            reply
        }
    }

    fn verify(&self, argument: &str) -> Vec<u8> {
        let name = argument.strip_suffix(" SMTPUTF8").unwrap_or(argument);
        let name = name.trim_matches(['<', '>']);
        let user = name.rsplit_once('@').map_or(name, |(user, _)| user);
        let is_list = self.smtp().lists.iter().any(|(list, _)| list == name);
        if let Some(reply) = self.smtp().answer(About::Recipient, name) {
            reply.to_vec()
        } else if is_list || self.fake.settings().accounts.has(user) {
            self.say(250, "2.1.5", &format!("<{name}>"))
        } else {
            self.say(252, "2.5.0", "try and see")
        }
    }

    fn expand(&self, argument: &str) -> Vec<u8> {
        let name = argument.strip_suffix(" SMTPUTF8").unwrap_or(argument);
        let name = name.trim_matches(['<', '>']);
        match self.smtp().lists.iter().find(|(list, _)| list == name) {
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

impl Transaction {
    fn has(&self, flag: &str) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.eq_ignore_ascii_case(flag))
    }
}

/// What BDAT has announced.
struct Chunk {
    count: usize,
    is_last: bool,
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_bdat(line: &[u8]) -> bool {
    line.get(..5)
        .is_some_and(|verb| verb.eq_ignore_ascii_case(b"BDAT "))
}

fn is_refusal(reply: &[u8]) -> bool {
    reply.starts_with(b"4") || reply.starts_with(b"5")
}

/// A reply of several lines.
fn multi(code: u16, lines: &[&str]) -> Vec<u8> {
    let last = lines.len().saturating_sub(1);
    lines
        .iter()
        .enumerate()
        .flat_map(|(index, line)| {
            let mark = if index == last { ' ' } else { '-' };
            format!("{code}{mark}{line}\r\n").into_bytes()
        })
        .collect()
}

/// The verb in capitals and the rest of the line, if that is text.
fn split(line: &[u8]) -> (String, Option<String>) {
    let (verb, argument) = match line.iter().position(|&byte| byte == b' ') {
        Some(at) => line.split_at_checked(at).unwrap_or((line, &[])),
        None => (line, &[][..]),
    };
    let argument = argument.strip_prefix(b" ").unwrap_or(argument);
    (
        String::from_utf8_lossy(verb).to_ascii_uppercase(),
        std::str::from_utf8(argument).ok().map(str::to_owned),
    )
}
