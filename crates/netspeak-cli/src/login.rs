//! Who logs in at a target, and with what.

use netspeak::core::sasl::Credentials;
use netspeak::core::{Error, Host, Phase, Result, Secret, Target};
use netspeak::http::{Error as HttpError, Netrc, NetrcEntry};

use crate::args::ConnectArgs;
use crate::config::Login;
use crate::input;

/// Flags that name a password.
const PASSWORDS: [&str; 3] = ["password-file", "password-cmd", "password-env"];

/// Flags that name a bearer token.
const TOKENS: [&str; 3] = ["oauth2-bearer", "oauth2-bearer-env", "oauth2-bearer-file"];

impl ConnectArgs {
    /// Who logs in at this target. Somebody without anything to prove it is an error, since a success would look as if
    /// he had logged in.
    ///
    /// Whoever says something about one target counts more than who says it for all: `--user`, the URL, netrc, an entry
    /// of `[[credentials]]`, then a user of a variable or of `[defaults]`.
    pub(crate) fn credentials(&self, target: &Target) -> Result<Option<Credentials>> {
        self.find_credentials(target, true)
    }

    /// The same for a visit that ends after this phase: nobody is asked for a password that is not needed, unless
    /// somebody was named.
    pub(crate) fn credentials_until(
        &self,
        target: &Target,
        until: Option<Phase>,
    ) -> Result<Option<Credentials>> {
        let goes_so_far = until.is_none_or(|phase| matches!(phase, Phase::Auth | Phase::Work));
        self.find_credentials(target, goes_so_far)
    }

    fn find_credentials(&self, target: &Target, goes_so_far: bool) -> Result<Option<Credentials>> {
        let own = self.user.as_deref().map(split);
        let general = own.clone().filter(|_| self.configured.has_put_in("user"));
        let named = match &general {
            Some(_) => None,
            None => own,
        };
        let (user, typed) = match named {
            Some((user, password)) => (Some(user), password),
            None => (target.user(), target.password().cloned()),
        };
        let entry = self.netrc_entry(target.host(), user)?;
        let user = user.or(entry.as_ref().and_then(NetrcEntry::login));
        let typed = typed.or(entry.as_ref().and_then(NetrcEntry::password).cloned());
        let logins = &self.configured.logins;
        let login = Some(logins).filter(|_| goes_so_far);
        let login = login.and_then(|logins| logins.find(target, user));
        let user = user.or(login.and_then(Login::user));
        let general = general.filter(|(name, _)| user.is_none_or(|user| user == *name));
        let general = general.filter(|_| goes_so_far);
        let user = user.or(general.as_ref().map(|(name, _)| *name));
        let mechanism = self.mechanism(target, login)?;
        let is = |name: &str| mechanism.is_some_and(|found| found.eq_ignore_ascii_case(name));
        let put_in = |flags: &[&str]| flags.iter().any(|flag| self.configured.has_put_in(flag));
        let is_token_general = put_in(&TOKENS);
        let token = match is_token_general && !goes_so_far {
            true => None,
            false => input::token(self)?,
        };
        let credentials = if let Some(token) = token.clone().filter(|_| !is_token_general) {
            Credentials::token(user.unwrap_or_default(), token)
        } else if is("EXTERNAL") {
            Credentials::external(user.map(str::to_owned))
        } else if is("ANONYMOUS") {
            Credentials::anonymous(user.unwrap_or_default())
        } else {
            let is_general = put_in(&PASSWORDS);
            let found = || self.passwords.named(|| input::named_password(self));
            let mut password = match is_general || user.is_none() {
                true => typed,
                false => found()?.or(typed),
            };
            if password.is_none() {
                password = match login {
                    Some(login) if login.has_token() => {
                        let token = login.secret()?.unwrap_or_else(|| Secret::from(""));
                        let found = Credentials::token(user.unwrap_or_default(), token);
                        return Ok(Some(by(mechanism, found)));
                    }
                    Some(login) => login.secret()?,
                    None => None,
                };
            }
            if let Some(token) = token.filter(|_| password.is_none()) {
                let found = Credentials::token(user.unwrap_or_default(), token);
                return Ok(Some(by(mechanism, found)));
            }
            let Some(user) = user else {
                return Ok(None);
            };
            if password.is_none() && is_general {
                password = found()?;
            }
            let password = password.or(general.and_then(|(_, password)| password));
            let password = match password {
                Some(password) => password,
                None => self.ask(user, target)?,
            };
            Credentials::password(user, password)
        };
        Ok(Some(by(mechanism, credentials)))
    }

    /// The password that is there for all, or what the person at the terminal types.
    fn ask(&self, user: &str, target: &Target) -> Result<Secret> {
        // Who is named once is the same everywhere; in URLs each host has its own.
        let whose = match &self.user {
            Some(_) => user.to_owned(),
            None => format!("{user}@{}", target.host()),
        };
        let ask = || input::password_of(user, target.host());
        self.passwords.typed(&whose, ask)
    }

    /// The only mechanism to use: what was typed, else what the URL says, else the entry.
    fn mechanism<'a>(
        &'a self,
        target: &'a Target,
        login: Option<&'a Login>,
    ) -> Result<Option<&'a str>> {
        let is_general = self.configured.has_put_in("login-options");
        let own = self.login_options.as_deref();
        let options = match (own.filter(|_| !is_general), target.mechanism()) {
            (Some(options), _) => Some(options),
            (None, Some(mechanism)) => return Ok(Some(mechanism).filter(|name| *name != "*")),
            (None, None) => login.and_then(Login::login_options).or(own),
        };
        let Some(options) = options else {
            return Ok(None);
        };
        match options.strip_prefix("AUTH=") {
            Some("*") => Ok(None),
            Some(mechanism) => Ok(Some(mechanism.trim_start_matches('+'))),
            None => Err(Error::usage("--login-options takes AUTH=MECHANISM")),
        }
    }

    /// What the netrc file says about a host, if it was asked for.
    fn netrc_entry(&self, host: &Host, user: Option<&str>) -> Result<Option<NetrcEntry>> {
        if !self.netrc && self.netrc_file.is_none() {
            return Ok(None);
        }
        let netrc = match self.netrc_read.get() {
            Some(netrc) => netrc,
            None => {
                let netrc: Result<Netrc, HttpError> =
                    input::netrc(self.netrc_file.as_deref())?.parse();
                let netrc = netrc.map_err(|error| Error::usage(error.message()))?;
                self.netrc_read.get_or_init(|| netrc)
            }
        };
        Ok(netrc.find(&host.to_string(), user).cloned())
    }

    /// Whether somebody may log in, even if the URL names nobody.
    pub(crate) fn names_a_login(&self) -> bool {
        let has_token = self.oauth2_bearer.is_some()
            || self.oauth2_bearer_env.is_some()
            || self.oauth2_bearer_file.is_some();
        let has_netrc = self.netrc || self.netrc_file.is_some();
        let is_named = self.user.is_some() || has_token || has_netrc;
        is_named || self.login_options.is_some() || !self.configured.logins.is_empty()
    }
}

/// `user:password`
fn split(text: &str) -> (&str, Option<Secret>) {
    match text.split_once(':') {
        Some((user, password)) => (user, Some(Secret::from(password))),
        None => (text, None),
    }
}

fn by(mechanism: Option<&str>, credentials: Credentials) -> Credentials {
    match mechanism {
        Some(name) => credentials.with_mechanism(name),
        None => credentials,
    }
}
