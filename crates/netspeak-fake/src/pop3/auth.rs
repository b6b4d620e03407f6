//! AUTH (RFC 5034): a SASL exchange over POP3's lines.

use crate::auth::{Outcome, converse};
use crate::pop3::session::{Session, err};
use crate::wire::Flow;

impl Session<'_> {
    /// Talks until the exchange is decided and tells the final reply.
    pub(super) async fn auth(&mut self, name: &str, initial: Option<&str>) -> Flow<Vec<u8>> {
        let Some(mechanism) = self
            .offered()
            .into_iter()
            .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
        else {
            return Ok(err("no such mechanism"));
        };
        let settings = self.fake.settings();
        match converse(settings, self.wire, mechanism, initial, "+ ").await? {
            Outcome::Decided(user) => self.verdict(user).await,
            Outcome::Cancelled => Ok(err("cancelled")),
            Outcome::Garbled => Ok(err("that is no base64")),
            Outcome::Quoted(said) => Ok([b"-ERR you said ", said.as_slice(), b"\r\n"].concat()),
        }
    }
}
