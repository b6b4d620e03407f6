//! Logging in: USER, PASS, ACCT.

use netspeak_core::sasl::Credentials;
use netspeak_core::{Conn, Denied, LoginAnswer, LoginTalk, Phase, Refusal, Secret, log_in};

use super::Client;
use crate::codec::State;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;

/// The only way in, by the name that it has in `--login-options`.
const USER: &str = "USER";

/// Who has no account, by the custom of RFC 1635.
const ANONYMOUS: &str = "anonymous";

impl Client {
    /// Logs in with a user and a password; the name of the way, which is `USER`. Only over verified
    /// TLS or to this machine, unless the caller [allows](Self::set_clear_text_auth) more.
    ///
    /// # Errors
    /// `auth.rejected`; `auth.temporary` (too many users, closing); `auth.plaintext_blocked` if the
    /// connection protects nothing: nothing was sent then. [`Error::Usage`] if the server wants an
    /// account and there is none.
    pub async fn login(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.check_state(&Command::User(credentials.user()))?;
        let (trace, policy) = (self.trace().clone(), self.clear_text_auth);
        let trying = log_in(self, &[], credentials, policy);
        trace.stamped(Phase::Auth, trying).await
    }

    /// The account that ACCT is answered with, for servers that ask for one.
    pub fn set_account(&mut self, account: Option<Secret>) {
        self.settings.account = account;
    }

    /// Logs in as `anonymous`. The password is no secret, and goes over any connection.
    ///
    /// # Errors
    /// `auth.rejected`, `auth.temporary`.
    pub async fn login_anonymously(&mut self) -> Result<Reply> {
        let trace = self.trace().clone();
        let password = Secret::from("anonymous@");
        let trying = self.enter_as(ANONYMOUS, &password);
        trace.stamped(Phase::Auth, trying).await
    }

    /// USER and PASS, and ACCT if the server asks for it (RFC 959 section 4.1.1): what the server says
    /// to whom it lets in.
    ///
    /// # Errors
    /// `auth.plaintext_blocked` before anything is sent if the connection protects nothing;
    /// `auth.rejected`, `auth.temporary`.
    pub async fn user_pass(&mut self, user: &str, password: &Secret) -> Result<Reply> {
        self.control.conn.check_private(self.clear_text_auth)?;
        self.control.conn.conceal(password);
        self.enter_as(user, password).await
    }

    async fn enter_as(&mut self, user: &str, password: &Secret) -> Result<Reply> {
        // All are checked before the first is sent.
        Command::Pass(password).check()?;
        let mut reply = self.ask(&Command::User(user), Phase::Auth).await?;
        let mut verb = USER;
        // 232 lets in whom TLS has made known (RFC 2228), 230 whom nobody asks for a password.
        if reply.code() == 331 {
            self.state = State::Named;
            reply = self.ask(&Command::Pass(password), Phase::Auth).await?;
            verb = "PASS";
        }
        if reply.code() == 332 {
            self.state = State::Named;
            let Some(account) = self.settings.account.clone() else {
                self.state = State::Greeted;
                return Err(Error::refused(verb, Phase::Auth, reply));
            };
            self.control.conn.conceal(&account);
            reply = self.ask(&Command::Acct(&account), Phase::Auth).await?;
            verb = "ACCT";
        }
        if reply.is_positive() {
            self.state = State::LoggedIn;
            Ok(reply)
        } else {
            self.state = State::Greeted;
            Err(Error::refused(verb, Phase::Auth, reply))
        }
    }
}

impl LoginTalk for Client {
    type Reply = Reply;

    fn conn(&mut self) -> &mut Conn {
        &mut self.control.conn
    }

    fn room(&self, _: &str) -> usize {
        0
    }

    async fn ask(&mut self, _: &str, _: Option<&Secret>) -> Result<()> {
        Err(Error::usage("FTP has no SASL"))
    }

    async fn answer(&mut self) -> Result<LoginAnswer<Reply>> {
        Err(Error::usage("FTP has no SASL"))
    }

    fn own_ways(&self) -> Vec<&'static str> {
        vec![USER]
    }

    fn own_way(&self, name: &str) -> Option<&'static str> {
        (name == USER).then_some(USER)
    }

    async fn enter(
        &mut self,
        way: &'static str,
        credentials: &Credentials,
    ) -> Result<(), Denied<Reply>> {
        let password = credentials
            .secret()
            .ok_or_else(|| Error::usage(format!("{way} needs a password")))?;
        let entered = self.user_pass(credentials.user(), &password).await;
        entered.map(drop).map_err(|error| Denied {
            refusal: match error.reply() {
                Some(reply) if !reply.is_temporary() => Refusal::Proof,
                _ => Refusal::Final,
            },
            error,
        })
    }
}
