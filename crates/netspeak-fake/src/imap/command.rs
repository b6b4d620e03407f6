//! How a command comes in: lines, and the literals between them (RFC 9051 section 4.3).

use crate::body::Body;
use crate::dialogue::{Command, Dialogue};
use crate::fault::LITERAL;
use crate::imap::arguments::{Arg, announced, parse};
use crate::imap::reply::{Verdict, bad, no};
use crate::imap::session::Session;
use crate::wire::{Flow, Stop};

/// The most octets in a literal.
const LARGEST: usize = 256 << 20;

/// The most octets in a literal that comes at once where only LITERAL- is spoken (RFC 7888 section 5).
const LARGEST_AT_ONCE: usize = 4096;

impl Session<'_> {
    /// The next command that comes in whole. One whose literal is refused is answered at once.
    pub(super) async fn read_command(&mut self) -> Flow<Command> {
        loop {
            if let Some(command) = self.try_command().await? {
                return Ok(command);
            }
        }
    }

    async fn try_command(&mut self) -> Flow<Option<Command>> {
        let mut line = self.line_with_news(has_literal).await?;
        let mut text = line.clone();
        self.tag = first_word(&text);
        let tag = self.tag.clone();
        self.wire.name("{tag}", tag.as_bytes());
        let verb = verb(&text);
        let mut refused = None;
        while let Some((size, at_once)) = announced(&line) {
            let refusal = refused
                .take()
                .or_else(|| self.refused_literal(&verb, &text, size, at_once));
            if at_once && size > LARGEST {
                return Err(Stop);
            }
            if at_once {
                // It comes all the same, and perhaps others after it.
                refused = refusal;
            } else if !self.grant_literal(&verb, refusal.as_ref()).await? {
                return Ok(None);
            }
            let mut literal = Body::new(LARGEST);
            literal.chunk(self.wire, size).await?;
            text.extend_from_slice(b"\r\n");
            text.extend_from_slice(&literal.bytes);
            line = self.wire.line_with(has_literal).await?;
            text.extend_from_slice(&line);
        }
        if let Some(refusal) = refused {
            self.refuse(&verb, &refusal).await?;
            return Ok(None);
        }
        Ok(Some(Command { verb, line: text }))
    }

    /// Tells the client to go on, unless that is refused; whether it goes on.
    async fn grant_literal(&mut self, verb: &str, refusal: Option<&Verdict>) -> Flow<bool> {
        if let Some(refusal) = refusal {
            self.refuse(verb, refusal).await?;
            return Ok(false);
        }
        self.wire.begin(LITERAL).await?;
        let forced = self.wire.script().forced(LITERAL);
        let leave = forced.unwrap_or_else(|| b"+ go on\r\n".to_vec());
        let is_refused = self.is_refusal(&leave);
        self.wire.answer(LITERAL, leave).await?;
        Ok(!is_refused)
    }

    async fn refuse(&mut self, verb: &str, refusal: &Verdict) -> Flow<()> {
        self.wire.begin(verb).await?;
        let forced = self.wire.script().forced(verb);
        let line = forced.unwrap_or_else(|| refusal.line(&self.tag));
        self.answer(verb, line).await
    }

    /// Why this literal is not taken.
    fn refused_literal(
        &self,
        verb: &str,
        text: &[u8],
        size: usize,
        at_once: bool,
    ) -> Option<Verdict> {
        let plus = self.has("LITERAL+");
        if at_once && !plus && !(self.has("LITERAL-") && size <= LARGEST_AT_ONCE) {
            return Some(bad("no such literals here"));
        }
        if verb == "APPEND" {
            let limit = self.imap.append_limit;
            if size > limit.min(LARGEST) {
                let code = self.code("TOOBIG", "");
                return Some(no("that is too much").code_if(code));
            }
            return self.refused_append(text);
        }
        (size > LARGEST).then(|| bad("that is too much"))
    }

    /// Why a message is not even asked for: it has nowhere to go.
    fn refused_append(&self, text: &[u8]) -> Option<Verdict> {
        let behind = text.get(self.tag.len() + 1 + "APPEND".len()..)?;
        // The announcement has no space in it.
        let end = behind.iter().rposition(|&byte| byte == b' ')?;
        let arguments = parse(behind.get(..end)?)?;
        let user = self.user.as_ref()?;
        let name = self.mailbox_name(arguments.first()?).ok()?;
        let exists = self.imap.mail.account(user, |account| {
            account
                .mailboxes
                .get(&name)
                .is_some_and(|mailbox| mailbox.selectable)
        });
        (!exists).then(|| no("no such mailbox").code_if(self.code("TRYCREATE", "")))
    }
}

fn has_literal(line: &[u8]) -> bool {
    announced(line).is_some()
}

fn first_word(line: &[u8]) -> String {
    let word = line.split(|&byte| byte == b' ').next();
    String::from_utf8_lossy(word.unwrap_or_default()).into_owned()
}

/// The verb in capitals, `UID` with the one behind it.
fn verb(line: &[u8]) -> String {
    let line = line.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|&byte| byte == b' ').skip(1);
    let mut word = || {
        let word = words.next().unwrap_or_default();
        String::from_utf8_lossy(word).to_ascii_uppercase()
    };
    match word().as_str() {
        "UID" => format!("UID {}", word()).trim_end().to_owned(),
        verb => verb.to_owned(),
    }
}

/// What stands behind the tag and the verb.
pub(super) fn arguments(command: &Command) -> Option<Vec<Arg>> {
    let tag = command.line.iter().position(|&byte| byte == b' ')?;
    parse(command.line.get(tag + 1 + command.verb.len()..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs() {
        for (line, expected) in [
            ("a1 noop", "NOOP"),
            ("a1 uid fetch 1 FLAGS", "UID FETCH"),
            ("a1 UID", "UID"),
            ("a1", ""),
            ("", ""),
        ] {
            assert_eq!(verb(line.as_bytes()), expected, "{line}");
        }
    }
}
