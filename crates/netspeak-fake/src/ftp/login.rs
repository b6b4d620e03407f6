//! Who may come in: USER, PASS, ACCT, REIN (RFC 959 section 4.1.1).

use crate::ftp::reply::reply;
use crate::ftp::session::Session;
use crate::ftp::{Anonymous, Ftp};
use crate::wire::Flow;

/// How far a login has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Login {
    #[default]
    Out,
    /// USER has named somebody, and the password is due.
    Named(String),
    /// The password was right, and the account is due.
    Proven(String),
    In,
}

impl Session<'_> {
    pub(super) fn user(&mut self, name: &str) -> Vec<u8> {
        if self.login == Login::In {
            return reply(530, "you are in already");
        }
        if is_anonymous(self.ftp, name) {
            self.login = Login::Named(name.to_owned());
            return reply(331, "any password will do");
        }
        if !self.wire.takes_secrets() {
            return reply(530, "not in clear text");
        }
        if self.ftp.entry.trusted.iter().any(|known| known == name) {
            self.login = Login::In;
            return reply(230, "you are in");
        }
        self.login = Login::Named(name.to_owned());
        reply(331, "and the password?")
    }

    pub(super) async fn pass(&mut self, password: &[u8]) -> Flow<Vec<u8>> {
        let Login::Named(user) = std::mem::take(&mut self.login) else {
            return Ok(reply(503, "USER first"));
        };
        let accounts = &self.wire.settings().accounts;
        let fits = is_anonymous(self.ftp, &user) || accounts.is_password(&user, password);
        self.wire.before_verdict().await?;
        if !fits {
            return Ok(reply(530, "wrong name or password"));
        }
        if self.ftp.entry.accounts.contains_key(&user) {
            self.login = Login::Proven(user);
            return Ok(reply(332, "and the account?"));
        }
        self.login = Login::In;
        Ok(reply(230, "you are in"))
    }

    pub(super) fn acct(&mut self, account: &str) -> Vec<u8> {
        let Login::Proven(user) = std::mem::take(&mut self.login) else {
            return reply(503, "nobody asked");
        };
        if self.ftp.entry.accounts.get(&user).map(String::as_str) != Some(account) {
            return reply(530, "wrong account");
        }
        self.login = Login::In;
        reply(230, "you are in")
    }
}

fn is_anonymous(ftp: &Ftp, name: &str) -> bool {
    ftp.entry.anonymous == Anonymous::Welcome && matches!(name, "anonymous" | "ftp")
}
