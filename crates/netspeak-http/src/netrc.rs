//! [`Netrc`]: logins by host, as the file `.netrc` of ftp, curl and others has them.

use netspeak_core::Secret;

use crate::{Error, Result};

/// The largest file, in bytes, as in curl.
const MOST: usize = 128 * 1024;

/// The longest word, in bytes, as in curl.
const LONGEST_WORD: usize = 4096;

/// The logins of a netrc file. Nothing here reads one: the text is an argument.
///
/// ```text
/// machine NAME | default   begins an entry
/// login NAME, password WORD, account WORD
/// macdef NAME              a macro of ftp, left out up to the next empty line
/// ```
/// A word may stand between double quotes, with `\n`, `\r`, `\t`, `\"` and `\\` in it. A `#` where a
/// keyword is due begins a comment. Words that are no keywords are ignored.
///
/// ```
/// use netspeak_http::Netrc;
///
/// # fn main() -> netspeak_http::Result<()> {
/// let netrc: Netrc = "machine h.example login ops password \"two words\"".parse()?;
/// let entry = netrc.find("H.example", None).unwrap();
/// assert_eq!(entry.login(), Some("ops"));
/// assert_eq!(entry.password().unwrap().expose(), "two words");
/// assert!(netrc.find("other.example", None).is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Netrc {
    entries: Vec<NetrcEntry>,
}

/// One entry: a host, and who logs in there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetrcEntry {
    machine: Option<String>,
    login: Option<String>,
    password: Option<Secret>,
    account: Option<Secret>,
}

impl NetrcEntry {
    /// The host; `None` for the default.
    pub fn machine(&self) -> Option<&str> {
        self.machine.as_deref()
    }

    /// The user.
    pub fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }

    /// The password.
    pub fn password(&self) -> Option<&Secret> {
        self.password.as_ref()
    }

    /// The second password, which FTP knows.
    pub fn account(&self) -> Option<&Secret> {
        self.account.as_ref()
    }
}

impl Netrc {
    /// The entry for a host, and for this user there if one is named: the first that fits. Case of the
    /// host does not count. The default is for hosts that have no entry at all, so that a password is
    /// never sent to a host that was given another user's.
    pub fn find(&self, host: &str, user: Option<&str>) -> Option<&NetrcEntry> {
        let is_host = |entry: &&NetrcEntry| {
            let machine = entry.machine.as_deref();
            machine.is_some_and(|machine| machine.eq_ignore_ascii_case(host))
        };
        let is_default = |entry: &&NetrcEntry| entry.machine.is_none();
        let fits = |entry: &&NetrcEntry| match (user, entry.login()) {
            (Some(user), Some(login)) => user == login,
            _ => true,
        };
        if self.entries.iter().any(|entry| is_host(&entry)) {
            self.entries.iter().filter(is_host).find(fits)
        } else {
            self.entries.iter().filter(is_default).find(fits)
        }
    }

    /// All entries in their order.
    pub fn entries(&self) -> &[NetrcEntry] {
        &self.entries
    }
}

impl std::str::FromStr for Netrc {
    type Err = Error;

    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`Error::Usage`] for more than 128 KiB, a word of more than 4 KiB, a quote that does not end, or
    /// a keyword without its word. No error shows what stands in the file.
    fn from_str(text: &str) -> Result<Self> {
        if text.len() > MOST {
            return Err(Error::usage("the netrc file is longer than 128 KiB"));
        }
        let mut words = Words { rest: text };
        let mut entries: Vec<NetrcEntry> = Vec::new();
        while let Some(keyword) = words.keyword()? {
            match keyword {
                "machine" => entries.push(NetrcEntry {
                    machine: Some(words.value("machine")?),
                    ..NetrcEntry::default()
                }),
                "default" => entries.push(NetrcEntry::default()),
                "login" | "password" | "account" => {
                    let value = words.value(keyword)?;
                    if let Some(entry) = entries.last_mut() {
                        entry.set(keyword, value);
                    }
                }
                "macdef" => words.skip_macro(),
                _ => {}
            }
        }
        Ok(Self { entries })
    }
}

impl NetrcEntry {
    /// Of several, the last counts.
    fn set(&mut self, keyword: &str, value: String) {
        match keyword {
            "login" => self.login = Some(value),
            "password" => self.password = Some(value.into()),
            _ => self.account = Some(value.into()),
        }
    }
}

struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    /// The next word that is no comment.
    fn keyword(&mut self) -> Result<Option<&'t str>> {
        loop {
            self.rest = self.rest.trim_start();
            if !self.rest.starts_with('#') {
                break;
            }
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
        let word = self.bare();
        if word.len() > LONGEST_WORD {
            return Err(too_long());
        }
        Ok(Some(word).filter(|word| !word.is_empty()))
    }

    /// The word that belongs to a keyword.
    fn value(&mut self, keyword: &str) -> Result<String> {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('"') {
            self.rest = rest;
            return self.quoted();
        }
        match self.bare() {
            "" => Err(Error::usage(format!(
                "the netrc file has no word after {keyword:?}"
            ))),
            word if word.len() > LONGEST_WORD => Err(too_long()),
            word => Ok(word.to_owned()),
        }
    }

    fn bare(&mut self) -> &'t str {
        let end = self.rest.find(char::is_whitespace);
        let end = end.unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }

    fn quoted(&mut self) -> Result<String> {
        let mut word = zeroize::Zeroizing::new(String::new());
        let mut letters = self.rest.chars();
        loop {
            let letter = match letters.next() {
                Some('"') => {
                    self.rest = letters.as_str();
                    return Ok(std::mem::take(&mut *word));
                }
                Some('\\') => match letters.next() {
                    Some('n') => Some('\n'),
                    Some('r') => Some('\r'),
                    Some('t') => Some('\t'),
                    other => other,
                },
                other => other,
            };
            let Some(letter) = letter else {
                return Err(Error::usage("a quote in the netrc file does not end"));
            };
            if word.len() >= LONGEST_WORD {
                return Err(too_long());
            }
            word.push(letter);
        }
    }

    fn skip_macro(&mut self) {
        let mut lines = self.rest.split_inclusive('\n');
        let body = lines
            .by_ref()
            .take_while(|line| !line.trim().is_empty())
            .map(str::len);
        let end = body.fold(0_usize, usize::saturating_add);
        self.rest = self.rest.get(end..).unwrap_or_default();
    }
}

fn too_long() -> Error {
    Error::usage("a word in the netrc file is longer than 4 KiB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Netrc {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// User and password for a host.
    fn found(netrc: &Netrc, host: &str, user: Option<&str>) -> Option<(String, String)> {
        let entry = netrc.find(host, user)?;
        let password = entry.password().map(|password| password.expose().clone());
        Some((
            entry.login().unwrap_or_default().to_owned(),
            password.unwrap_or_default(),
        ))
    }

    #[test]
    fn entries_are_found_by_host_and_user() {
        let netrc = read(
            "# comment machine x login y\n\
             machine a.test login one password 1\n\
             machine a.test\n\tlogin two # not a name\n\tpassword #2 account acc\n\
             macdef init\nmachine m.test login evil\n\
             \n\
             machine b.test login \"three \\\"3\\\"\" password \"a\\tb\\\\c\\n\\x\" port 21\n\
             machine none.test\n\
             default login anon password d",
        );
        let pair = |login: &str, password: &str| Some((login.to_owned(), password.to_owned()));
        for (host, user, wanted) in [
            ("a.test", None, pair("one", "1")),
            ("A.TEST", Some("two"), pair("two", "#2")),
            ("a.test", Some("nobody"), None),
            ("a.test", Some("anon"), None),
            ("b.test", None, pair("three \"3\"", "a\tb\\c\nx")),
            ("m.test", None, pair("anon", "d")),
            ("none.test", None, pair("", "")),
            ("other.test", None, pair("anon", "d")),
            ("other.test", Some("ops"), None),
            ("xa.test", Some("anon"), pair("anon", "d")),
        ] {
            assert_eq!(found(&netrc, host, user), wanted, "{host} {user:?}");
        }
        assert_eq!(netrc.entries()[1].account().unwrap().expose(), "acc");
        assert_eq!(netrc.entries().len(), 5);
    }

    #[test]
    fn nothing_is_read_into_odd_files() {
        for text in [
            "",
            "\n\n",
            "login x password y",
            "# only",
            "macdef x",
            "macdef x\nmachine a",
            "nonsense",
        ] {
            assert!(read(text).entries().is_empty(), "{text:?}");
        }
        assert_eq!(
            read("machine\n\n a\r\nlogin\tb\r\n")
                .find("a", None)
                .unwrap()
                .login(),
            Some("b")
        );
        assert_eq!(
            read("machine a login \"\" password x")
                .find("a", None)
                .unwrap()
                .login(),
            Some("")
        );
    }

    #[test]
    fn broken_files_are_refused_without_showing_them() {
        let long = format!("machine a password marker{}", "x".repeat(LONGEST_WORD));
        let large = format!("machine a password marker\n{}", "#\n".repeat(MOST));
        let quoted = format!("machine a password \"marker{}\"", "x".repeat(LONGEST_WORD));
        for text in [
            "machine",
            "machine a password",
            "machine a password \"marker",
            "machine a password \"marker\\",
            &long,
            &large,
            &quoted,
        ] {
            let error = text.parse::<Netrc>().unwrap_err();
            assert!(matches!(error, Error::Usage { .. }));
            assert!(!error.to_string().contains("marker"), "{error}");
        }
        let shown = format!("{:?}", read("machine a password marker account marker"));
        assert!(!shown.contains("marker"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(machine|default|login|password|macdef|[ \n\"#\\\\]|\\PC){0,40}") {
            let _ = text.parse::<Netrc>();
        }

        #[test]
        fn any_word_can_be_quoted(word in "[ -~é\t\n]{0,30}") {
            let quoted = word.replace('\\', "\\\\").replace('"', "\\\"");
            let netrc = read(&format!("machine a password \"{quoted}\" login x"));
            prop_assert_eq!(found(&netrc, "a", None), Some(("x".to_owned(), word)));
        }
    }
}
