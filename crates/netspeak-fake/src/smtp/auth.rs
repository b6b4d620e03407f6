//! AUTH (RFC 4954): a SASL exchange over SMTP's lines.

use crate::auth::Outcome;
use crate::dialogue::Dialogue;
use crate::smtp::session::Session;
use crate::wire::Flow;

impl Session<'_> {
    /// Talks until the exchange is decided and tells the final reply.
    pub(super) async fn auth(&mut self, name: &str, initial: Option<&str>) -> Flow<Vec<u8>> {
        if self.user.is_some() || self.transaction.is_some() {
            return Ok(self.say(503, "5.5.1", "not now"));
        }
        Ok(match self.log_in(name, initial).await? {
            Outcome::Decided(user) => {
                self.user = user;
                match self.user {
                    Some(_) => self.say(235, "2.7.0", "welcome"),
                    None => self.say(535, "5.7.8", "wrong name or password"),
                }
            }
            Outcome::NotOffered => self.say(504, "5.5.4", "no such mechanism"),
            Outcome::NeedsTls => self.say(538, "5.7.11", "not in clear text"),
            Outcome::Cancelled => self.say(501, "5.7.0", "cancelled"),
            Outcome::Garbled => self.say(501, "5.5.2", "that is no base64"),
            Outcome::Quoted(said) => self.quote("AUTH", &said),
        })
    }
}
