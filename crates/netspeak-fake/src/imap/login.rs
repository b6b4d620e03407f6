//! Who the client is: LOGIN, AUTHENTICATE, ID; and what it wants switched on: ENABLE (RFC 9051 sections 6.2 and 6.3.1, RFC 2971).

use crate::auth::Outcome;
use crate::dialogue::Dialogue;
use crate::imap::arguments::{Arg, words};
use crate::imap::fault::ImapFault;
use crate::imap::reply::{Done, Verdict, bad, no, ok, syntax};
use crate::imap::session::{Enabled, Session};
use crate::wire::Flow;

impl Session<'_> {
    pub(super) async fn login(&mut self, name: &str, password: &[u8]) -> Flow<Done> {
        if !self.wire.takes_secrets() || self.has("LOGINDISABLED") {
            return Ok(Err(self.not_in_clear_text()));
        }
        let accounts = &self.wire.settings().accounts;
        let fits = accounts.is_password(name, password);
        self.wire.before_verdict().await?;
        Ok(self.verdict(fits.then(|| name.to_owned())))
    }

    /// Talks until the exchange is decided.
    pub(super) async fn authenticate(&mut self, name: &str, initial: Option<&str>) -> Flow<Done> {
        if initial.is_some() && !self.has("SASL-IR") {
            return Ok(Err(bad("no initial responses here")));
        }
        Ok(match self.log_in(name, initial).await? {
            Outcome::Decided(user) => self.verdict(user),
            Outcome::NotOffered => Err(no("no such mechanism")),
            Outcome::NeedsTls => Err(self.not_in_clear_text()),
            Outcome::Cancelled => Err(bad("cancelled")),
            Outcome::Garbled => Err(bad("that is no base64")),
            Outcome::Quoted(said) => {
                Err(no(&format!("you said {}", String::from_utf8_lossy(&said))))
            }
        })
    }

    fn not_in_clear_text(&self) -> Verdict {
        let code = self.code("PRIVACYREQUIRED", "");
        no("not in clear text").code_if(code)
    }

    /// The last word on a login.
    fn verdict(&mut self, user: Option<String>) -> Done {
        if user.is_none() {
            let code = self.code("AUTHENTICATIONFAILED", "");
            return Err(no("wrong name or password").code_if(code));
        }
        self.user = user;
        Ok(ok("welcome").code_if(self.capability_code()))
    }

    pub(super) fn identify(&mut self, arg: &Arg) -> Done {
        let is_pairs = match arg {
            Arg::List(fields) => {
                fields.len() % 2 == 0
                    && fields.chunks(2).all(|pair| match pair {
                        [Arg::Text(_), value] => value.nstring().is_some(),
                        _ => false,
                    })
            }
            other => other.is("NIL"),
        };
        if !is_pairs {
            return Err(syntax());
        }
        self.identified = true;
        self.data
            .line("ID (\"name\" \"netspeak-fake\" \"vendor\" \"netspeak\")");
        Ok(ok("nice to meet you"))
    }

    /// RFC 8437: who comes next knows nothing of who was here.
    pub(super) fn unauthenticate(&mut self) -> Done {
        (self.user, self.selected, self.notify) = (None, None, None);
        self.enabled = Enabled::default();
        Ok(ok("who is next?"))
    }

    /// RFC 4978.
    pub(super) fn may_compress(&mut self, method: &Arg) -> Done {
        if !method.is("DEFLATE") {
            return Err(bad("DEFLATE is all there is"));
        }
        match self.compressed {
            true => {
                let code = self.code("COMPRESSIONACTIVE", "");
                Err(no("it is on already").code_if(code))
            }
            false => Ok(ok("begin to compress")),
        }
    }

    pub(super) fn enable(&mut self, arguments: &[Arg]) -> Done {
        if self.selected.is_some() && self.fails_by(&ImapFault::NotWhileOpen) {
            return Err(bad("not while a mailbox is open"));
        }
        let words = words(arguments).ok_or_else(syntax)?;
        let mut list = String::new();
        for word in words {
            let is_known = match word.as_str() {
                "CONDSTORE" => self.has("CONDSTORE"),
                "QRESYNC" => self.has("QRESYNC"),
                "UTF8=ACCEPT" => self.has("UTF8=ACCEPT"),
                "IMAP4REV2" => self.has("IMAP4rev2"),
                "UIDONLY" => self.has("UIDONLY"),
                _ => false,
            };
            if !is_known {
                continue;
            }
            match word.as_str() {
                "CONDSTORE" => self.enabled.condstore = true,
                "QRESYNC" => (self.enabled.condstore, self.enabled.qresync) = (true, true),
                "UTF8=ACCEPT" => self.enabled.utf8 = true,
                "UIDONLY" => self.enabled.uid_only = true,
                _ => self.enabled.rev2 = true,
            }
            list.push(' ');
            list.push_str(if word == "IMAP4REV2" {
                "IMAP4rev2"
            } else {
                &word
            });
        }
        self.data.line(&format!("ENABLED{list}"));
        Ok(ok("enabled"))
    }
}
