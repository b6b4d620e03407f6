//! [`Draft`]: an article in the making (RFC 5536).

use std::io;

use jiff::Timestamp;
use netspeak_core::{Error as CoreError, check_argument, encoded_word};

use crate::types::{GroupName, MessageId};

/// The fields that a draft writes by itself.
const OWN: [&str; 6] = [
    "From",
    "Newsgroups",
    "Subject",
    "Date",
    "Message-ID",
    "References",
];

/// An article in the making: its header is checked, and Date and Message-ID are supplied.
///
/// ```
/// use netspeak_nntp::Draft;
///
/// let draft = Draft::new("Jürgen <j@example.org>", "Grüße", b"Hallo!\n".to_vec())
///     .group("misc.test".parse()?)
///     .header("Organization", "none to speak of");
/// let article = String::from_utf8(draft.build()?).unwrap();
/// assert!(article.starts_with("From: =?UTF-8?B?SsO8cmdlbg==?= <j@example.org>\r\nNewsgroups: misc.test\r\n"));
/// assert!(article.ends_with("\r\n\r\nHallo!\n"));
/// # Ok::<(), netspeak_nntp::CoreError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Draft {
    from: String,
    subject: String,
    body: Vec<u8>,
    groups: Vec<GroupName>,
    references: Vec<MessageId>,
    headers: Vec<(String, String)>,
    date: Option<Timestamp>,
    id: Option<MessageId>,
}

impl Draft {
    /// From whom, such as `Name <user@host>`, about what, and the text. A text that is not ASCII is
    /// declared as UTF-8 if it is that and nothing else is declared.
    pub fn new(from: &str, subject: &str, body: Vec<u8>) -> Self {
        Self {
            from: from.to_owned(),
            subject: subject.to_owned(),
            body,
            groups: Vec::new(),
            references: Vec::new(),
            headers: Vec::new(),
            date: None,
            id: None,
        }
    }

    /// Adds a group to post to.
    #[must_use]
    pub fn group(mut self, group: GroupName) -> Self {
        self.groups.push(group);
        self
    }

    /// Adds an article that this one answers: the first of a discussion first.
    #[must_use]
    pub fn reference(mut self, id: MessageId) -> Self {
        self.references.push(id);
        self
    }

    /// Adds another field. Text that is not ASCII becomes encoded words (RFC 2047).
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// When it was written. Default: when it is built.
    #[must_use]
    pub fn date(mut self, at: Timestamp) -> Self {
        self.date = Some(at);
        self
    }

    /// What it is called. Default: a random id at the author's host.
    #[must_use]
    pub fn message_id(mut self, id: MessageId) -> Self {
        self.id = Some(id);
        self
    }

    /// The article, header and body.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) for a draft without group, author or subject, for a field
    /// whose name is none or is one of those that are written here, and for line ends and NUL in a
    /// field. [`Error::Local`](crate::Error::Local) if the system has no random numbers.
    pub fn build(&self) -> Result<Vec<u8>, CoreError> {
        self.check()?;
        let date = self.date.unwrap_or_else(Timestamp::now);
        let id = match &self.id {
            Some(id) => id.clone(),
            None => random_id(host_of(&self.from))?,
        };
        let groups: Vec<&str> = self.groups.iter().map(GroupName::as_str).collect();
        let mut out = Vec::with_capacity(self.body.len().saturating_add(1024));
        field(&mut out, "From", &author(&self.from));
        field(&mut out, "Newsgroups", &groups.join(","));
        field(&mut out, "Subject", &encoded_word::encode(&self.subject));
        field(
            &mut out,
            "Date",
            &date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
        );
        field(&mut out, "Message-ID", id.as_str());
        if !self.references.is_empty() {
            let ids: Vec<&str> = self.references.iter().map(MessageId::as_str).collect();
            field(&mut out, "References", &ids.join(" "));
        }
        for (name, value) in &self.headers {
            field(&mut out, name, &encoded_word::encode(value));
        }
        if self.declares_charset() {
            field(&mut out, "MIME-Version", "1.0");
            field(&mut out, "Content-Type", "text/plain; charset=UTF-8");
            field(&mut out, "Content-Transfer-Encoding", "8bit");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
        Ok(out)
    }

    fn check(&self) -> Result<(), CoreError> {
        if self.groups.is_empty() {
            return Err(CoreError::usage("an article is posted to a group at least"));
        }
        check_argument("author", self.from.as_bytes())?;
        check_argument("subject", self.subject.as_bytes())?;
        for (name, value) in &self.headers {
            let is_name = |byte: u8| byte.is_ascii_graphic() && byte != b':';
            if name.is_empty() || !name.bytes().all(is_name) {
                return Err(CoreError::usage(format!(
                    "{name:?} is no name of a header field"
                )));
            }
            if OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                return Err(CoreError::usage(format!(
                    "{name} is written by the draft itself"
                )));
            }
            check_argument(name, value.as_bytes())?;
        }
        Ok(())
    }

    fn declares_charset(&self) -> bool {
        let has = |name: &str| {
            let mut names = self.headers.iter().map(|(known, _)| known);
            names.any(|known| known.eq_ignore_ascii_case(name))
        };
        let is_declared = has("Content-Type") || has("MIME-Version");
        !is_declared && !self.body.is_ascii() && std::str::from_utf8(&self.body).is_ok()
    }
}

/// `Name <user@host>`, of which only the name may be encoded.
fn author(from: &str) -> String {
    match from.rsplit_once('<') {
        Some((name, address)) if !name.is_ascii() => {
            format!("{} <{address}", encoded_word::encode(name.trim()))
        }
        _ => from.to_owned(),
    }
}

/// The host of an author's address, if it may stand in a message-id.
fn host_of(from: &str) -> &str {
    let host = from.rsplit_once('@').map_or("", |(_, host)| host);
    let host = host.trim_end_matches('>').trim();
    let is_host = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    if (1..=200).contains(&host.len()) && host.bytes().all(is_host) {
        host
    } else {
        "netspeak.invalid"
    }
}

fn random_id(host: &str) -> Result<MessageId, CoreError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|error| CoreError::Local(io::Error::other(error.to_string())))?;
    let hex: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("<{hex}@{host}>").parse()
}

fn field(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(encoded_word::field(name, value).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::Headers;

    fn draft() -> Draft {
        Draft::new("Me <me@example.org>", "hello", b"text\n".to_vec())
            .group("misc.test".parse().unwrap())
    }

    #[test]
    fn what_is_missing_is_supplied() {
        let article = draft().date(Timestamp::UNIX_EPOCH).build().unwrap();
        let (headers, body) = Headers::parse(&article);
        assert_eq!(
            headers.text("Date").unwrap(),
            "Thu, 01 Jan 1970 00:00:00 +0000"
        );
        let id: MessageId = headers.text("Message-ID").unwrap().parse().unwrap();
        assert!(id.bare().ends_with("@example.org"));
        assert_eq!(body, b"text\n");
        let other = draft().build().unwrap();
        assert_ne!(
            Headers::parse(&other).0.text("Message-ID").unwrap(),
            id.as_str()
        );
        assert_eq!(headers.get("MIME-Version"), None);
    }

    #[test]
    fn text_that_is_not_ascii_is_encoded_and_declared() {
        let subject = "Grüße ".repeat(40);
        let draft = Draft::new("Jürgen <j@x.test>", &subject, "ü\n".into());
        let article = draft.group("a.b".parse().unwrap()).build().unwrap();
        let (headers, _) = Headers::parse(&article);
        assert_eq!(headers.text("From").unwrap(), "Jürgen <j@x.test>");
        assert_eq!(headers.text("Subject").unwrap(), subject);
        assert_eq!(
            headers.text("Content-Type").unwrap(),
            "text/plain; charset=UTF-8"
        );
        for line in article.split(|byte| *byte == b'\n') {
            assert!(line.len() <= 80, "{line:?}");
        }
    }

    #[test]
    fn nothing_is_slipped_into_a_header() {
        let bad = "a\r\nControl: cancel <x@y>";
        for draft in [
            Draft::new(bad, "s", Vec::new()).group("a".parse().unwrap()),
            Draft::new("me", bad, Vec::new()).group("a".parse().unwrap()),
            Draft::new("me", "s", Vec::new()),
            draft().header("X-A", bad),
            draft().header("X A", "b"),
            draft().header("", "b"),
            draft().header("message-id", "<a@b>"),
        ] {
            assert_eq!(draft.build().unwrap_err().kind().to_string(), "usage");
        }
    }
}
