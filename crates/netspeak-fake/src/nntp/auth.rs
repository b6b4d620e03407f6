//! AUTHINFO (RFC 4643).

use crate::auth::Outcome;
use crate::dialogue::Dialogue;
use crate::nntp::reply::line;
use crate::nntp::session::Session;
use crate::wire::Flow;

impl Session<'_> {
    pub(super) fn name(&mut self, user: &str) -> Vec<u8> {
        if !self.wire.takes_secrets() {
            return line(483, "not in clear text");
        }
        self.user = Some(user.to_owned());
        line(381, "and the password?")
    }

    pub(super) async fn pass(&mut self, password: &str) -> Flow<Vec<u8>> {
        let Some(user) = self.user.take() else {
            return Ok(line(482, "AUTHINFO USER first"));
        };
        let accounts = &self.wire.settings().accounts;
        let fits = accounts.is_password(&user, password.as_bytes());
        self.wire.before_verdict().await?;
        Ok(self.verdict(fits.then_some(user)))
    }

    /// Talks until the exchange is decided and tells the final reply.
    pub(super) async fn sasl(&mut self, name: &str, initial: Option<&str>) -> Flow<Vec<u8>> {
        Ok(match self.log_in(name, initial).await? {
            Outcome::Decided(user) => self.verdict(user),
            Outcome::NotOffered => line(503, "no such mechanism"),
            Outcome::NeedsTls => line(483, "not in clear text"),
            Outcome::Cancelled => line(481, "cancelled"),
            Outcome::Garbled => line(504, "that is no base64"),
            Outcome::Quoted(said) => self.quote("AUTHINFO SASL", &said),
        })
    }

    fn verdict(&mut self, user: Option<String>) -> Vec<u8> {
        match user {
            Some(user) => {
                let welcome = line(281, &format!("welcome, {user}"));
                self.known = true;
                welcome
            }
            None => line(481, "wrong name or password"),
        }
    }
}
