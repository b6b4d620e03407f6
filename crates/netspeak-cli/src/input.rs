//! What comes from outside the command line: files, variables, commands.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use netspeak::core::text::printable;
use netspeak::core::{Error, ErrorKind, Host, Result, Secret};

use crate::args::ConnectArgs;
use crate::output;

/// Passwords that were found once: whoever asks for many targets is not asked again for each of them.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    named: OnceLock<Option<Secret>>,
    typed: Mutex<Vec<(String, Secret)>>,
}

/// What was found belongs to one end of a transfer: a copy of the arguments is for another.
impl Clone for Remembered {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Remembered {
    /// What the command line names.
    pub(crate) fn named(
        &self,
        find: impl FnOnce() -> Result<Option<Secret>>,
    ) -> Result<Option<Secret>> {
        match self.named.get() {
            Some(found) => Ok(found.clone()),
            None => {
                let found = find()?;
                Ok(self.named.get_or_init(|| found).clone())
            }
        }
    }

    /// What was typed for this user.
    pub(crate) fn typed(&self, user: &str, ask: impl FnOnce() -> Result<Secret>) -> Result<Secret> {
        let mut typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, password)) = typed.iter().find(|(known, _)| known == user) {
            return Ok(password.clone());
        }
        let password = ask()?;
        typed.push((user.to_owned(), password.clone()));
        Ok(password)
    }
}

/// The password, from the first source that was named on the command line.
pub(crate) fn named_password(args: &ConnectArgs) -> Result<Option<Secret>> {
    if let Some(file) = &args.password_file {
        return secret_in_file(file).map(Some);
    }
    if let Some(command) = &args.password_cmd {
        return secret_of_command(command, "--password-cmd").map(Some);
    }
    if let Some(name) = &args.password_env {
        return secret_in_variable(name, "--password-env").map(Some);
    }
    Ok(None)
}

/// The bearer token, if one was named on the command line.
pub(crate) fn token(args: &ConnectArgs) -> Result<Option<Secret>> {
    if let Some(token) = &args.oauth2_bearer {
        return Ok(Some(Secret::from(token.as_str())));
    }
    if let Some(name) = &args.oauth2_bearer_env {
        return secret_in_variable(name, "--oauth2-bearer-env").map(Some);
    }
    if let Some(file) = &args.oauth2_bearer_file {
        return secret_in_file(file).map(Some);
    }
    Ok(None)
}

/// The password that is there for all commands, or what the person at the terminal types.
pub(crate) fn password_of(user: &str, host: &Host) -> Result<Secret> {
    if let Ok(password) = std::env::var("NETSPEAK_PASSWORD") {
        return Ok(Secret::new(password));
    }
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Error::usage(format!(
            "no password for {user}: use --password-file, --password-cmd, --password-env or NETSPEAK_PASSWORD"
        )));
    }
    rpassword::prompt_password(format!("Password of {user} at {host}: "))
        .map(Secret::new)
        .map_err(|error| Error::io(ErrorKind::CONFIG, "reading the password", error))
}

/// The first line of a file.
pub(crate) fn secret_in_file(path: &Path) -> Result<Secret> {
    Ok(first_line(&text_file(path)?))
}

/// The value of a variable that `flag` names.
pub(crate) fn secret_in_variable(name: &str, flag: &str) -> Result<Secret> {
    let value = std::env::var(name);
    value
        .map(Secret::new)
        .map_err(|_| Error::usage(format!("{flag}: {name} is not set")))
}

/// A whole text file.
pub(crate) fn text_file(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        Error::io(
            ErrorKind::CONFIG,
            format!("reading {}", path.display()),
            error,
        )
    })
}

/// The folder of the user's own configurations (XDG).
pub(crate) fn own_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.is_absolute());
    folder.or_else(|| std::env::home_dir().map(|home| home.join(".config")))
}

/// All of standard input as text.
pub(crate) fn standard_input() -> Result<String> {
    std::io::read_to_string(std::io::stdin())
        .map_err(|error| Error::io(ErrorKind::CONFIG, "reading standard input", error))
}

/// How wide the terminal is that standard output goes to, or that the caller speaks of (`COLUMNS`).
pub(crate) fn columns() -> Option<usize> {
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let seen = || {
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
        Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
    };
    seen().or_else(told)
}

/// The files of a folder, in the order of their names.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    };
    let doing = || format!("reading {}", folder.display());
    read().map_err(|error| Error::io(ErrorKind::CONFIG, doing(), error))
}

/// The text of a netrc file: of this one, or of the user's own, which need not be there. Others who may
/// read it are worth a warning.
pub(crate) fn netrc(named: Option<&Path>) -> Result<String> {
    let Some(home) = named.map(Path::to_owned).or_else(own_netrc) else {
        return Ok(String::new());
    };
    match home.metadata() {
        Ok(found) => warn_if_open(&home, &found),
        Err(_) if named.is_none() => return Ok(String::new()),
        Err(_) => {}
    }
    text_file(&home)
}

fn own_netrc() -> Option<PathBuf> {
    let named = std::env::var_os("NETRC").map(PathBuf::from);
    named.or_else(|| std::env::home_dir().map(|home| home.join(".netrc")))
}

/// Says so if others may read a file with passwords.
pub(crate) fn warn_if_open(path: &Path, found: &std::fs::Metadata) {
    use std::os::unix::fs::PermissionsExt as _;
    if found.permissions().mode() & 0o077 != 0 {
        let name = printable(path.as_os_str().as_encoded_bytes());
        output::say(&format!(
            "warning: others may read {name} and the passwords in it: chmod 600 closes it"
        ));
    }
}

/// Where session keys go, if the user wants them (`SSLKEYLOGFILE`).
pub(crate) fn key_log() -> Option<PathBuf> {
    std::env::var_os("SSLKEYLOGFILE")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// Whether the user wants no colour (no-color.org).
pub(crate) fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The first line that a command prints; `flag` names it.
pub(crate) fn secret_of_command(command: &str, flag: &str) -> Result<Secret> {
    let output = Command::new("sh")
        .args(["-c", command])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Error::io(ErrorKind::CONFIG, format!("running {flag}"), error))?;
    if !output.status.success() {
        return Err(Error::usage(format!("{flag} failed ({})", output.status)));
    }
    let text = Secret::new(output.stdout);
    let line = std::str::from_utf8(text.expose())
        .map_err(|_| Error::usage(format!("{flag} did not print UTF-8")))?;
    Ok(first_line(line))
}

fn first_line(text: &str) -> Secret {
    Secret::from(text.lines().next().unwrap_or_default())
}
