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

/// Who logs in, as far as he was named.
#[derive(Debug, Default)]
struct Who<'a> {
    user: Option<&'a str>,
    /// What was said together with the name.
    password: Option<Secret>,
    /// The entry that is about him.
    login: Option<&'a Login>,
    /// A user of a variable or of `[defaults]`, who counts where nobody else was named.
    general: Option<(&'a str, Option<Secret>)>,
    /// Whether he is the same one everywhere.
    is_for_all: bool,
}

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
        let entry;
        let mut who = match self.user.as_deref().map(split) {
            Some((user, password)) if !self.configured.has_put_in("user") => Who {
                user: Some(user),
                password,
                is_for_all: true,
                ..Who::default()
            },
            own => Who {
                user: target.user(),
                password: target.password().cloned(),
                general: own.filter(|_| goes_so_far),
                ..Who::default()
            },
        };
        entry = self.netrc_entry(target.host(), who.user)?;
        let login = entry.as_ref().and_then(NetrcEntry::login);
        let password = entry.as_ref().and_then(NetrcEntry::password);
        who.user = who.user.or(login);
        who.password = who.password.or(password.cloned());
        if goes_so_far {
            who.login = self.configured.logins.find(target, who.user);
            who.user = who.user.or(who.login.and_then(Login::user));
        }
        if let Some((name, _)) = who.general.as_ref().filter(|_| who.user.is_none()) {
            who.user = Some(name);
            who.is_for_all = true;
        }
        let mechanism = self.mechanism(target, who.login)?;
        let found = self.proven(&who, mechanism, target, goes_so_far)?;
        Ok(found.map(|credentials| match mechanism {
            Some(name) => credentials.with_mechanism(name),
            None => credentials,
        }))
    }

    /// Somebody with what proves it; nobody if there is neither.
    fn proven(
        &self,
        who: &Who<'_>,
        mechanism: Option<&str>,
        target: &Target,
        goes_so_far: bool,
    ) -> Result<Option<Credentials>> {
        let name = who.user.unwrap_or_default();
        let put_in = |flags: &[&str]| flags.iter().any(|flag| self.configured.has_put_in(flag));
        let is_token_general = put_in(&TOKENS);
        if !is_token_general && let Some(token) = input::token(self)? {
            return Ok(Some(Credentials::token(name, token)));
        }
        let is = |name: &str| mechanism.is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is("EXTERNAL") {
            return Ok(Some(Credentials::external(who.user.map(str::to_owned))));
        }
        if is("ANONYMOUS") {
            return Ok(Some(Credentials::anonymous(name)));
        }
        let named = || self.passwords.named(|| input::named_password(self));
        let is_general = put_in(&PASSWORDS);
        if who.user.is_some()
            && !is_general
            && let Some(password) = named()?
        {
            return Ok(Some(Credentials::password(name, password)));
        }
        if let Some(password) = who.password.clone().filter(|_| who.user.is_some()) {
            return Ok(Some(Credentials::password(name, password)));
        }
        if let Some(login) = who.login
            && let Some(secret) = login.secret()?
        {
            return Ok(Some(match login.has_token() {
                true => Credentials::token(name, secret),
                false => Credentials::password(name, secret),
            }));
        }
        if is_token_general
            && goes_so_far
            && let Some(token) = input::token(self)?
        {
            return Ok(Some(Credentials::token(name, token)));
        }
        let Some(user) = who.user else {
            return Ok(None);
        };
        let named = if is_general { named()? } else { None };
        let own = who.general.as_ref().filter(|(name, _)| *name == user);
        let password = match named.or(own.and_then(|(_, password)| password.clone())) {
            Some(password) => password,
            None => self.ask(user, who.is_for_all, target)?,
        };
        Ok(Some(Credentials::password(user, password)))
    }

    /// The password that is there for all, or what the person at the terminal types.
    fn ask(&self, user: &str, is_for_all: bool, target: &Target) -> Result<Secret> {
        // Who is named once is the same everywhere; in URLs each host has its own.
        let whose = match is_for_all {
            true => user.to_owned(),
            false => format!("{user}@{}", target.host()),
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
