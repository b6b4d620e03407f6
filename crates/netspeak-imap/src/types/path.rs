//! [`ImapPath`]: what a URL means (RFC 5092).

use netspeak_core::text::printable;
use netspeak_core::{Error as CoreError, Result, Target, percent_decode};

use super::{IdSet, Mailbox, Section};

/// What an `imap` URL means: a server, a mailbox, messages of it, a part of them (RFC 5092).
///
/// ```
/// use netspeak_imap::ImapPath;
///
/// # fn main() -> netspeak_imap::Result<()> {
/// let url = "imaps://h/Sent%20Items;UIDVALIDITY=7/;UID=20/;SECTION=1.2/;PARTIAL=0.1024".parse()?;
/// let path = ImapPath::of(&url)?;
/// assert_eq!(path.mailbox.unwrap().name(), "Sent Items");
/// assert_eq!(path.uids.unwrap().to_string(), "20");
/// # Ok(())
/// # }
/// ```
///
/// Beyond the RFC, `;UID=` takes a set of UIDs, and the slash before it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImapPath {
    /// Which mailbox; `None` is the server.
    pub mailbox: Option<Mailbox>,
    /// For which UIDVALIDITY the URL was made.
    pub uid_validity: Option<u32>,
    /// Which messages; `None` is all of them.
    pub uids: Option<IdSet>,
    /// Which part of them; `None` is all of it.
    pub section: Option<Section>,
    /// From which octet on, and how many.
    pub partial: Option<(u64, Option<u64>)>,
    /// Which messages: a program of SEARCH, as it is sent.
    pub search: Option<String>,
}

impl ImapPath {
    /// What a URL means.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) for a parameter that is unknown, or has no meaning.
    pub fn of(target: &Target) -> Result<Self> {
        let (written, search) = match target.path().split_once('?') {
            Some((path, search)) => (path, Some(percent_decode("search", search)?)),
            None => (target.path(), None),
        };
        let mut parts = written.split(';');
        let name = parts.next().unwrap_or_default();
        let name = name.strip_prefix('/').unwrap_or(name);
        // A slash belongs to the name only in between: what stands before a parameter separates.
        let name = percent_decode("mailbox", name.strip_suffix('/').unwrap_or(name))?;
        let mut path = Self {
            search,
            ..Self::default()
        };
        if !name.is_empty() {
            path.mailbox = Some(Mailbox::new(&name)?);
        }
        for part in parts {
            path.parameter(part.trim_end_matches('/'))?;
        }
        let is_message = path.uids.is_some() || path.section.is_some();
        if path.mailbox.is_none() && (is_message || path.search.is_some()) {
            return Err(CoreError::usage(
                "the URL names messages and no mailbox: write imap://host/INBOX;UID=7",
            ));
        }
        Ok(path)
    }

    /// Whether the UIDs of the URL are those of the mailbox as it was opened
    /// ([`Selected::uid_validity`](crate::Selected::uid_validity)), if the URL says for which UIDVALIDITY it was made.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) if the mailbox has another UIDVALIDITY, and if the server tells none: nobody knows
    /// then which messages are meant.
    pub fn check_uid_validity(&self, now: Option<u32>) -> Result<()> {
        let Some(meant) = self.uid_validity.filter(|meant| now != Some(*meant)) else {
            return Ok(());
        };
        let name = self.mailbox.as_ref().map_or("", Mailbox::name);
        let mailbox = printable(name.as_bytes());
        Err(CoreError::usage(match now {
            Some(now) => format!(
                "the UIDs of {mailbox} are other ones now: its UIDVALIDITY is {now}, not {meant}"
            ),
            None => format!(
                "the server tells no UIDVALIDITY of {mailbox}, and the URL is for {meant}: nobody knows which messages \
                 it means"
            ),
        }))
    }

    fn parameter(&mut self, part: &str) -> Result<()> {
        let wrong = || {
            CoreError::usage(format!(
                "{part:?} means nothing in an imap URL: it takes ;UID=, ;UIDVALIDITY=, ;SECTION= and ;PARTIAL="
            ))
        };
        let (name, value) = part.split_once('=').ok_or_else(wrong)?;
        let value = percent_decode("parameter", value)?;
        match name.to_ascii_uppercase().as_str() {
            "UIDVALIDITY" => self.uid_validity = Some(value.parse().map_err(|_| wrong())?),
            "UID" => self.uids = Some(value.parse().map_err(|_| wrong())?),
            "SECTION" => self.section = Some(value.parse().map_err(|_| wrong())?),
            "PARTIAL" => {
                let (first, count) = match value.split_once('.') {
                    Some((first, count)) => (first, Some(count)),
                    None => (value.as_str(), None),
                };
                let first = first.parse().map_err(|_| wrong())?;
                let count = count.map(str::parse).transpose().map_err(|_| wrong())?;
                self.partial = Some((first, count));
            }
            // Logins are the business of whoever connects.
            "AUTH" => {}
            _ => return Err(wrong()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Result<ImapPath> {
        ImapPath::of(&format!("imap://h{path}").parse().unwrap())
    }

    #[test]
    fn urls_name_mailboxes_messages_and_parts() {
        assert_eq!(of("").unwrap(), ImapPath::default());
        assert_eq!(of("/").unwrap(), ImapPath::default());
        let mailbox = |name: &str| Some(Mailbox::new(name).unwrap());
        for (path, name) in [
            ("/INBOX", "INBOX"),
            ("/INBOX/", "INBOX"),
            ("/a/b", "a/b"),
            ("/%E6%97%A5%E6%9C%AC%E8%AA%9E", "日本語"),
            ("/a%3Bb", "a;b"),
            ("/~peter/x%20y", "~peter/x y"),
        ] {
            let expected = ImapPath {
                mailbox: mailbox(name),
                ..ImapPath::default()
            };
            assert_eq!(of(path).unwrap(), expected, "{path}");
        }
        for path in ["/INBOX;UID=7", "/INBOX/;UID=7", "/INBOX;uid=7/"] {
            assert_eq!(of(path).unwrap().uids, Some(IdSet::from(7)), "{path}");
        }
        let path = of("/x;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2/;PARTIAL=0.1024").unwrap();
        assert_eq!(path.uid_validity, Some(385_759_045));
        assert_eq!(path.section.unwrap().to_string(), "1.2");
        assert_eq!(path.partial, Some((0, Some(1024))));
        assert_eq!(of("/x;UID=3:*").unwrap().uids.unwrap().to_string(), "3:*");
        let search = of("/gray%20council?SUBJECT%20shadows").unwrap();
        assert_eq!(search.mailbox, mailbox("gray council"));
        assert_eq!(search.search.as_deref(), Some("SUBJECT shadows"));
    }

    #[test]
    fn uids_are_those_that_were_meant_or_an_error() {
        for (path, now, says) in [
            ("/INBOX;UID=7", None, None),
            ("/INBOX;UID=7", Some(9), None),
            ("/INBOX;UIDVALIDITY=9;UID=7", Some(9), None),
            (
                "/INBOX;UIDVALIDITY=9;UID=7",
                Some(8),
                Some("UIDVALIDITY is 8, not 9"),
            ),
            (
                "/INBOX;UIDVALIDITY=9;UID=7",
                None,
                Some("tells no UIDVALIDITY of INBOX"),
            ),
        ] {
            let checked = of(path).unwrap().check_uid_validity(now);
            let error = checked.err().map(|error| error.to_string());
            match (says, &error) {
                (None, None) => {}
                (Some(says), Some(error)) => assert!(error.contains(says), "{error}"),
                _ => panic!("{path} {now:?}: {error:?}"),
            }
        }
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for path in [
            "/;UID=7",
            "/INBOX;UID=0",
            "/INBOX;UID=",
            "/INBOX;UID=x",
            "/INBOX;UIDVALIDITY=-1",
            "/INBOX;SECTION=x%20y",
            "/INBOX;PARTIAL=a.b",
            "/INBOX;FOO=1",
            "/INBOX;",
            "/a%0D%0Ab",
            "/a%00",
        ] {
            let error = of(path).unwrap_err();
            assert_eq!(error.kind().to_string(), "usage", "{path}");
        }
    }
}
