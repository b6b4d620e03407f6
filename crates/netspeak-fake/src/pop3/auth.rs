//! The ways to log in: USER and PASS, APOP (RFC 1939 section 7), AUTH (RFC 5034).

use md5::{Digest, Md5};

use crate::auth::Outcome;
use crate::dialogue::Dialogue;
use crate::nonce::hex;
use crate::pop3::maildrop::Opened;
use crate::pop3::reply::{err, ok};
use crate::pop3::session::Session;
use crate::wire::Flow;

impl Session<'_> {
    pub(super) fn name(&mut self, user: &str) -> Vec<u8> {
        if !self.wire.takes_secrets() {
            return self.refuse("AUTH", "not in clear text");
        }
        self.user = Some(user.to_owned());
        ok("and the password?")
    }

    pub(super) async fn pass(&mut self, password: &str) -> Flow<Vec<u8>> {
        let Some(user) = self.user.take() else {
            return Ok(err("USER first"));
        };
        let accounts = &self.wire.settings().accounts;
        let fits = accounts.is_password(&user, password.as_bytes());
        self.wire.before_verdict().await?;
        Ok(self.verdict(fits.then_some(user)))
    }

    pub(super) async fn apop(&mut self, user: &str, digest: &str) -> Flow<Vec<u8>> {
        let Some(timestamp) = &self.timestamp else {
            return Ok(err("no APOP here"));
        };
        let password = self.wire.settings().accounts.password(user);
        let fits = password.is_some_and(|password| {
            let right = Md5::new()
                .chain_update(timestamp)
                .chain_update(password)
                .finalize();
            hex(&right) == digest
        });
        self.wire.before_verdict().await?;
        Ok(self.verdict(fits.then(|| user.to_owned())))
    }

    /// Talks until the exchange is decided and tells the final reply.
    pub(super) async fn auth(&mut self, name: &str, initial: Option<&str>) -> Flow<Vec<u8>> {
        Ok(match self.log_in(name, initial).await? {
            Outcome::Decided(user) => self.verdict(user),
            Outcome::NotOffered | Outcome::NeedsTls => err("no such mechanism"),
            Outcome::Cancelled => err("cancelled"),
            Outcome::Garbled => err("that is no base64"),
            Outcome::Quoted(said) => self.quote("AUTH", &said),
        })
    }

    /// The last word on a login: opens the maildrop.
    fn verdict(&mut self, user: Option<String>) -> Vec<u8> {
        let Some(user) = user else {
            return self.refuse("AUTH", "wrong name or password");
        };
        self.maildrop = Opened::open(&self.pop3.mail, &user);
        match &self.maildrop {
            Some(maildrop) => ok(&format!(
                "maildrop has {} messages ({} octets)",
                maildrop.count(),
                maildrop.octets()
            )),
            None => self.refuse("IN-USE", "another session holds the maildrop"),
        }
    }
}
