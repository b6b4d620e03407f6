//! Who may log in during this run: names are always the same, secrets never.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::servers::{endpoints, token};
use crate::{Outcome, workspace};

/// Enough for each test to have a mailbox of its own.
pub(super) const USERS: usize = 80;

pub(super) struct Accounts {
    pub(super) password: String,
    pub(super) proxy_user: String,
    pub(super) proxy_password: String,
    pub(super) tokens: PathBuf,
    pub(super) token_key: PathBuf,
}

/// Makes the secrets and writes what the servers read: `dovecot/passwd`, `dovecot/keys`, and `tokens.env` for tests.
pub(super) fn make(run: &Path) -> Outcome<Accounts> {
    let accounts = Accounts {
        password: secret()?,
        proxy_user: "traveller".into(),
        proxy_password: secret()?,
        tokens: run.join("tokens.env"),
        // Where Dovecot looks for the key of a token without `azp` and `kid`.
        token_key: run.join("dovecot/keys/default/HS256/default"),
    };
    workspace::write(&run.join("dovecot/passwd"), passwd(&accounts.password))?;

    let key = random()?;
    workspace::write(&accounts.token_key, STANDARD.encode(key))?;
    let forged = random()?;
    let mut tokens = String::new();
    for user in names() {
        let now = token::now()?;
        // Writing into a String cannot fail.
        let _ = writeln!(
            tokens,
            "VALID_{user}={}",
            token::make(&user, now, now + 86_400, &key)
        );
        let _ = writeln!(
            tokens,
            "EXPIRED_{user}={}",
            token::make(&user, now - 7_200, now - 3_600, &key)
        );
        let _ = writeln!(
            tokens,
            "FORGED_{user}={}",
            token::make(&user, now, now + 86_400, &forged)
        );
    }
    workspace::write(&accounts.tokens, tokens)?;
    Ok(accounts)
}

/// The tokens of the running servers, by name.
pub(super) fn tokens(environment: &[(String, String)]) -> Outcome<Vec<(String, String)>> {
    let file = environment
        .iter()
        .find(|(name, _)| name == "NETSPEAK_TOKENS");
    let (_, file) = file.ok_or("endpoints.env names no tokens")?;
    Ok(endpoints::pairs(&workspace::read(Path::new(file))?))
}

/// The password itself, not a hash: the mechanisms with a challenge need it.
fn passwd(password: &str) -> String {
    names()
        .map(|user| format!("{user}:{{PLAIN}}{password}::::::\n"))
        .collect()
}

fn names() -> impl Iterator<Item = String> {
    (1..=USERS)
        .map(|number| format!("user{number:02}"))
        .chain(["many".into(), "empty".into()])
}

/// Letters and digits only: it stands in files of several formats.
fn secret() -> Outcome<String> {
    Ok(random()?
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

fn random() -> Outcome<[u8; 32]> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| "no random bytes from the system".to_owned())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_passwd_is_what_dovecot_reads() {
        let text = passwd("pw");
        assert_eq!(text.lines().next(), Some("user01:{PLAIN}pw::::::"));
        assert_eq!(text.lines().count(), USERS + 2);
    }

    #[test]
    fn secrets_need_no_quoting_and_differ() {
        let (one, two) = (secret().unwrap(), secret().unwrap());
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric()) && one.len() == 24);
        assert_ne!(one, two);
    }
}
