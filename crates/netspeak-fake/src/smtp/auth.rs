//! AUTH (RFC 4954): a SASL exchange over SMTP's lines.

use crate::auth::{Outcome, converse, offered};
use crate::sasl::Mechanism;
use crate::smtp::session::Session;
use crate::wire::Flow;

impl Session<'_> {
    /// Talks until the exchange is decided and tells the final reply.
    pub(super) async fn auth(&mut self, name: &str, initial: Option<&str>) -> Flow<Vec<u8>> {
        if self.user.is_some() || self.transaction.is_some() {
            return Ok(self.say(503, "5.5.1", "not now"));
        }
        let settings = self.fake.settings();
        let is_meant = |mechanism: &&Mechanism| mechanism.name().eq_ignore_ascii_case(name);
        let Some(&mechanism) = offered(settings, self.wire).iter().find(is_meant) else {
            let needs_tls = self.wire.secured().is_none()
                && settings.mechanisms.iter().find(is_meant).is_some();
            return Ok(if needs_tls {
                self.say(538, "5.7.11", "not in clear text")
            } else {
                self.say(504, "5.5.4", "no such mechanism")
            });
        };
        match converse(settings, self.wire, mechanism, initial, "334 ").await? {
            Outcome::Decided(user) => {
                self.wire.before_verdict().await?;
                self.user = user;
                Ok(match self.user {
                    Some(_) => self.say(235, "2.7.0", "welcome"),
                    None => self.say(535, "5.7.8", "wrong name or password"),
                })
            }
            Outcome::Cancelled => Ok(self.say(501, "5.7.0", "cancelled")),
            Outcome::Garbled => Ok(self.say(501, "5.5.2", "that is no base64")),
            Outcome::Quoted(said) => Ok([
                self.say(535, "5.7.8", "you said ").trim_ascii_end(),
                b" ",
                &said,
                b"\r\n",
            ]
            .concat()),
        }
    }
}
