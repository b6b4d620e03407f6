//! Who may log in: users, their passwords and their access tokens.

use std::collections::BTreeMap;

/// Who may log in, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts {
    users: BTreeMap<String, Account>,
}

#[derive(Clone, Default)]
struct Account {
    password: Option<String>,
    tokens: Vec<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

impl Accounts {
    pub(crate) fn add_password(&mut self, name: &str, password: &str) {
        self.users.entry(name.to_owned()).or_default().password = Some(password.to_owned());
    }

    pub(crate) fn add_token(&mut self, name: &str, token: &str) {
        self.users
            .entry(name.to_owned())
            .or_default()
            .tokens
            .push(token.to_owned());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.users.contains_key(name)
    }

    /// All users, by name.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.users.keys().map(String::as_str)
    }

    /// The first user by name, for clients that show a certificate and do not say who they are.
    pub(crate) fn first(&self) -> Option<&str> {
        self.names().next()
    }

    pub(crate) fn password(&self, name: &str) -> Option<&str> {
        self.users.get(name)?.password.as_deref()
    }

    pub(crate) fn is_password(&self, name: &str, password: &[u8]) -> bool {
        self.password(name)
            .is_some_and(|right| right.as_bytes() == password)
    }

    /// Whose token this is, for clients that do not say.
    pub(crate) fn owner(&self, token: &str) -> Option<&str> {
        self.names().find(|name| self.is_token(name, token))
    }

    pub(crate) fn is_token(&self, name: &str, token: &str) -> bool {
        self.users
            .get(name)
            .is_some_and(|account| account.tokens.iter().any(|right| right == token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let mut accounts = Accounts::default();
        accounts.add_password("tim", "tanstaaf");
        accounts.add_token("tim", "ya29");
        let shown = format!("{accounts:?}");
        assert!(shown.contains("tim"), "{shown}");
        assert!(
            !shown.contains("tanstaaf") && !shown.contains("ya29"),
            "{shown}"
        );
    }
}
