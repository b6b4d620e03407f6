//! [`Config`]: what stands in the configuration file. [`read`]: the command line with it.
//!
//! ```toml
//! [defaults]                     # every long flag is a key
//! max-time = 15
//!
//! [group.prod]                   # targets that belong together
//! expect  = ["tls.version >= 1.2"]
//! targets = ["imaps://mail.example.org site=ams", "smtp://mx{1,2}.example.org"]
//!
//! [[credentials]]                # who logs in where
//! host = "*.example.org"
//! user = "mon"
//! password-cmd = "pass show mon"
//! ```

mod credentials;
mod file;
mod group;
mod line;
mod owner;
mod reading;
mod setting;
mod shown;
mod source;
mod table;
mod variables;

use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

pub(crate) use credentials::{Login, Logins};
pub(crate) use group::{Group, Groups};
pub(crate) use reading::{Read, Unread, read};

use crate::failure::Failure;
use crate::input;
use file::{Text, Which};
use setting::{Setting, Value};
use table::{Document, Table, kind};

/// What the file says, in all its parts.
#[derive(Clone, Debug, Default)]
struct Config {
    defaults: Vec<Setting>,
    groups: Groups,
    logins: Logins,
}

/// What a command line does not say: it has been put in, or it waits until it is needed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configured {
    pub(crate) logins: Logins,
    /// The long names of the flags that were put in. Whoever says something about one target counts more.
    general: Arc<[String]>,
}

impl Configured {
    /// Whether nobody typed this flag, and it was put in.
    pub(crate) fn has_put_in(&self, long: &str) -> bool {
        self.general.iter().any(|name| name == long)
    }

    /// The same for the other end of a transfer, whose flags begin with this.
    pub(crate) fn of_end(&self, prefix: &str) -> Self {
        let own = self.general.iter();
        let own = own.filter_map(|name| name.strip_prefix(prefix).map(str::to_owned));
        Self {
            logins: self.logins.clone(),
            general: own.collect(),
        }
    }
}

impl Config {
    /// Reads the file that was named, else the user's own, which need not be there.
    fn read(named: Option<&Path>, command: &clap::Command) -> Result<Self, Failure> {
        let Some(text) = Which::of(named).read()? else {
            return Ok(Self::default());
        };
        let config = Self::of(&text.name, text.text.expose(), command)?;
        config.warn_if_open(&text);
        Ok(config)
    }

    fn of(name: &str, text: &str, command: &clap::Command) -> Result<Self, Failure> {
        let document = Document {
            name: name.into(),
            text,
        };
        let parsed = DeTable::parse(text).map_err(|error| {
            // Without the line itself: there may be a password in it.
            let span = error.span().unwrap_or_default();
            let why = netspeak::core::text::printable(error.message().as_bytes());
            document.wrong(&span, format!("no TOML: {why}"))
        })?;
        let root_span = parsed.span();
        let root = Table {
            document: &document,
            title: "the file",
            entries: parsed.get_ref(),
            span: &root_span,
        };
        root.only(&["defaults", "group", "credentials"])?;
        let mut config = Self::default();
        config.groups.file = Some(name.to_owned());
        if let Some((value, span)) = root.get("defaults") {
            let table = Table::of(&document, "[defaults]", value, &span)?;
            config.defaults = Setting::all_of(&table, command)?;
        }
        if let Some((value, span)) = root.get("group") {
            let groups = Table::of(&document, "[group]", value, &span)?;
            for (name, value) in groups.entries {
                let (name, span) = (name.get_ref(), name.span());
                let title = netspeak::core::text::printable(name.as_bytes());
                let title = format!("[group.{title}]");
                let table = Table::of(&document, &title, value, &span)?;
                let group = Group::of(&table)?;
                config.groups.all.insert(name.to_string(), group);
            }
        }
        if let Some((value, span)) = root.get("credentials") {
            let entries = match value.get_ref() {
                DeValue::Array(entries) => entries,
                other => {
                    let what = format!(
                        "credentials is {}: write [[credentials]], once for each",
                        kind(other)
                    );
                    return Err(document.wrong(&span, what));
                }
            };
            let logins = entries.iter().map(|entry| {
                let span = entry.span();
                Login::of(&Table::of(&document, "[[credentials]]", entry, &span)?)
            });
            config.logins = Logins::new(logins.collect::<Result<_, _>>()?);
        }
        Ok(config)
    }

    /// Others who may read passwords are worth a warning.
    fn warn_if_open(&self, text: &Text) {
        let is_secret = |setting: &Setting| match &setting.value {
            Value::One(value) => match setting.key.as_str() {
                "user" | "to-user" => value.as_encoded_bytes().contains(&b':'),
                "oauth2-bearer" => true,
                _ => false,
            },
            _ => false,
        };
        let has_passwords =
            self.logins.0.iter().any(Login::is_open) || self.defaults.iter().any(is_secret);
        if has_passwords {
            input::warn_if_open(&text.path, &text.found);
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Args;

    fn config(text: &str) -> Result<Config, String> {
        let read = Config::of("config.toml", text, &Args::command());
        read.map_err(|failure| failure.to_string())
    }

    #[test]
    fn groups_are_read_and_others_are_told() {
        let text =
            "[group.prod]\nexpect = [\"cert.days >= 21\"]\ntargets = [\"imaps://h site=ams\"]\n";
        let config = config(text).unwrap();
        let group = config.groups.find("prod").unwrap();
        assert_eq!(group.targets, ["imaps://h site=ams"]);
        let error = config.groups.find("test").unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no group test in config.toml: there is prod"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, told) in [
            (
                "[group.a]\ntarget = []\n",
                "config.toml:2: [group.a] has no key target; did you mean targets?",
            ),
            (
                "[groups.a]\n",
                "config.toml:1: the file has no key groups; did you mean group?",
            ),
            ("[group.a]\n", "config.toml:1: [group.a] has no targets"),
            (
                "[group]\na = 1\n",
                "config.toml:2: group.a is a number, not the table [group.a]",
            ),
            (
                "\n[defaults]\nmax_time = 1\n",
                "config.toml:3: [defaults] has no key max_time: no verb has the flag --max_time; did you mean max-time?",
            ),
            (
                "[defaults]\nconfig = \"x\"\n",
                "config.toml:2: config can't be a default: a file does not name another one",
            ),
            (
                "[defaults]\ntargets = \"x\"\n",
                "config.toml:2: targets can't be a default: it stands on the command line, and is no flag",
            ),
            (
                "[defaults]\nehlo = 2020-01-01\n",
                "config.toml:2: ehlo in [defaults] takes no date",
            ),
            (
                "defaults = 1\n",
                "config.toml:1: defaults is a number, not the table [defaults]",
            ),
            (
                "[credentials]\nhost = \"h\"\n",
                "config.toml:1: credentials is a table: write [[credentials]], once for each",
            ),
            (
                "[[credentials]]\nuser = \"u\"\n",
                "config.toml:1: credentials without host",
            ),
            (
                "[[credentials]]\nhost = \"h\"\n",
                "config.toml:1: credentials without user",
            ),
            (
                "[[credentials]]\nhost = \"h.*\"\nuser = \"u\"\n",
                "config.toml:2: host takes",
            ),
            (
                "[[credentials]]\nhost = \"h\"\nuser = \"u\"\nprotocol = \"imapp\"\n",
                "config.toml:4: protocol imapp is not known here; did you mean imap?",
            ),
            (
                "[[credentials]]\nhost = \"h\"\nuser = \"u\"\npassword = \"marker\"\npassword-cmd = \"marker\"\n",
                "config.toml:4: credentials with password-cmd and password: one of them is enough",
            ),
            (
                "[[credentials]]\nhost = \"h\"\nuser = \"u\"\npasswort = \"marker\"\n",
                "config.toml:4: [[credentials]] has no key passwort; did you mean password?",
            ),
            (
                "[[credentials]]\nhost = \"h\"\nuser = \"u\"\nlogin-options = \"PLAIN\"\n",
                "config.toml:4: login-options takes AUTH=MECHANISM",
            ),
            (
                "[[credentials]]\nhost = 7\n",
                "config.toml:2: host is a number, not a string",
            ),
            (
                "[[credentials]]\nhost = \"h\"\npassword = [\"marker\"]\n",
                "config.toml:3: password is an array, not a string",
            ),
            (
                "[[credentials]]\npassword = \"marker\n",
                "config.toml:2: no TOML: ",
            ),
        ] {
            let found = config(text).unwrap_err();
            assert!(found.starts_with(told), "{text}: {found}");
            assert!(!found.contains("marker"), "{text}: {found}");
        }
    }

    #[test]
    fn nothing_of_it_panics() {
        for text in [
            "",
            "\u{feff}",
            "[",
            "a.b.c=1",
            "[[group]]",
            "[defaults]\n\"\" = 1",
            "group = {}",
        ] {
            let _ = config(text);
        }
    }
}
