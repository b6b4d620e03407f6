//! What a connection is like for a login: what it protects, and what may be sent over it.

use crate::conn::Conn;
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::policy::{ClearTextAuth, Security};
#[cfg(feature = "tls")]
use crate::sasl::Binding;
use crate::sasl::Channel;

impl Conn {
    /// What this connection is like for a login.
    ///
    /// # Errors
    /// `auth.plaintext_blocked` over TLS with a peer whose certificate did not verify: it may be
    /// anybody, and no mechanism protects against an active man in the middle as TLS does.
    pub fn channel(&self, policy: ClearTextAuth) -> Result<Channel> {
        if self.security() == Security::Unverified {
            return Err(Error::net(
                ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
                "no credentials go to a peer whose certificate does not verify",
            ));
        }
        #[cfg(feature = "tls")]
        let binding = self.channel_binding().map(Binding::tls_exporter);
        #[cfg(not(feature = "tls"))]
        let binding = None;
        Ok(Channel {
            private: self.is_private() || policy == ClearTextAuth::Allowed,
            encrypted: self.is_encrypted(),
            binding,
        })
    }

    /// Makes sure that a password may be sent as it is.
    ///
    /// # Errors
    /// `auth.plaintext_blocked` if the connection protects nothing and the policy does not allow that.
    pub fn check_private(&self, policy: ClearTextAuth) -> Result<()> {
        if self.channel(policy)?.private {
            return Ok(());
        }
        Err(Error::net(
            ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
            "the password would cross the network in clear text; nothing was sent",
        ))
    }
}
