//! Logging in, as a person would: by what is asked.

use std::time::Duration;

use netspeak_core::{ClearTextAuth, ErrorKind, Phase, Reason, Secret};

use super::expect::first;
use super::{Client, Pattern};
use crate::error::{Error, Result};
use crate::response::Refusal;

/// A prompt is one once nothing has come behind it for so long.
const SETTLED: Duration = Duration::from_millis(250);

/// How the server asks, and how it says no. As it is made it knows Unix, routers and switches.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prompts {
    /// Asks for the user.
    pub user: Pattern,
    /// Asks for the password.
    pub password: Pattern,
    /// Says no.
    pub refusal: Pattern,
    /// Is ready for commands.
    pub ready: Pattern,
}

/// How a login ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Login {
    /// All text from the beginning to the prompt: the banner, and what is said after the login.
    pub text: Vec<u8>,
    /// The prompt, without escape sequences and blanks around it.
    pub prompt: Vec<u8>,
}

impl Default for Prompts {
    fn default() -> Self {
        // Such texts end with a colon, and the cursor waits behind it.
        let known = |pattern: &str| Pattern::regex(pattern).unwrap_or_else(|_| Pattern::text(":"));
        Self {
            user: known(r"(?i)(?:log ?in|user ?name|user|account)(?: name)?\s*:[ \t]*$"),
            password: known(r"(?i)pass(?:word|wd|code|phrase)?[^\r\n]{0,40}:[ \t]*$"),
            refusal: known(
                r"(?i)(?:login incorrect|incorrect (?:login|password)|authentication (?:failed|failure)|login (?:failed|invalid)|access denied|permission denied|bad (?:password|secrets)|invalid (?:login|password|user)|not authorized)",
            ),
            ready: known(
                r"(?:^|[\r\n])[^\r\n]{0,200}[#>$%\]][ \t]*(?:\x1b\[[0-9;?]*[a-zA-Z])*[ \t]*$",
            ),
        }
    }
}

impl Client {
    /// Logs in by the server's prompts: user, password, and then the prompt for commands.
    ///
    /// # Errors
    /// As [`login_with`](Self::login_with).
    pub async fn login(&mut self, user: &str, password: &Secret) -> Result<Login> {
        self.login_with(user, password, &Prompts::default()).await
    }

    /// Logs in where the prompts are others. A server that asks for no user is not told one, and
    /// one that asks for no password either.
    ///
    /// # Errors
    /// `auth.plaintext_blocked` unless the connection is private or [`ClearTextAuth::Allowed`] is set;
    /// `auth.rejected` with the server's words; `auth.timeout` if it neither asks nor lets in;
    /// [`Error::Usage`] for CR, LF or NUL in user or password.
    pub async fn login_with(
        &mut self,
        user: &str,
        password: &Secret,
        prompts: &Prompts,
    ) -> Result<Login> {
        if self.clear_text_auth == ClearTextAuth::LocalOnly && !self.conn.is_private() {
            return Err(Error::unsupported(
                "an encrypted connection, without which the password would be sent in clear text",
                ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
            ));
        }
        netspeak_core::check_text("the user", user.as_bytes())?;
        netspeak_core::check_text("the password", password.expose().as_bytes())?;
        let Prompts {
            user: user_prompt,
            password: password_prompt,
            refusal,
            ready,
        } = prompts;
        let trace = self.trace().clone();
        let asking = async {
            let mut text = Vec::new();
            let asks = [user_prompt, password_prompt, ready];
            let mut asked = self.prompt(&asks, None, &mut text).await?;
            if asked == 0 {
                self.write_line(user).await?;
                let asks = [password_prompt, ready];
                asked = 1 + self.prompt(&asks, Some(refusal), &mut text).await?;
            }
            if asked == 1 {
                self.write_secret(password).await?;
                // Being asked again is a no as well.
                let asks = [user_prompt, password_prompt, ready];
                if self.prompt(&asks, Some(refusal), &mut text).await? < 2 {
                    return Err(refused(&text, password));
                }
            }
            let prompt = prompt_of(&text);
            Ok(Login { text, prompt })
        };
        trace.stamped(Phase::Auth, asking).await
    }

    /// Waits for one of the prompts with nothing behind it; what came goes to `text`. Which one it was.
    async fn prompt(
        &mut self,
        prompts: &[&Pattern],
        refusal: Option<&Pattern>,
        text: &mut Vec<u8>,
    ) -> Result<usize> {
        let deadlines = self.conn.deadlines();
        let limit = self.timeout.or(deadlines.timeouts().reply);
        let deadline = deadlines.within(Phase::Auth, limit.unwrap_or(Duration::MAX));
        let patterns: Vec<Pattern> = prompts.iter().copied().cloned().collect();
        let no: Vec<Pattern> = refusal.into_iter().cloned().collect();
        loop {
            let found = first(&patterns, &self.text, 0);
            let refused_by = first(&no, &self.text, 0);
            if found.is_some() || refused_by.is_some() {
                let settled = self.conn.deadlines().within(Phase::Auth, SETTLED);
                if self.fill(&settled).await? {
                    continue;
                }
                text.append(&mut self.text);
                return match (refused_by, found) {
                    (None, Some((index, _))) => Ok(index),
                    _ => Err(refused(text, &Secret::from(""))),
                };
            }
            if !self.fill(&deadline).await? {
                return Err(match self.ended {
                    // A server that hangs up on a login lets nobody in.
                    true if refusal.is_some() => refused(&self.text, &Secret::from("")),
                    true => super::read::closed(),
                    false => deadline.expired("waiting for a prompt").into(),
                });
            }
        }
    }
}

/// The server's no, without the password that it may have repeated.
fn refused(text: &[u8], password: &Secret) -> Error {
    let shown = String::from_utf8_lossy(text);
    let shown = match password.expose().is_empty() {
        true => shown.into_owned(),
        false => shown.replace(password.expose().as_str(), "***"),
    };
    Error::refused("the login", Phase::Auth, Refusal::new(shown.as_bytes()))
}

/// The last line, without escape sequences.
fn prompt_of(text: &[u8]) -> Vec<u8> {
    let line = text.rsplit(|byte| matches!(byte, b'\r' | b'\n')).next();
    let mut plain = Vec::new();
    let mut rest = line.unwrap_or_default();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte == 0x1b {
            let end = rest.iter().position(u8::is_ascii_alphabetic);
            rest = rest
                .get(end.map_or(rest.len(), |end| end + 1)..)
                .unwrap_or_default();
        } else if !byte.is_ascii_control() {
            plain.push(byte);
        }
    }
    plain.trim_ascii().to_vec()
}
