//! [`ListQuery`]: which mailboxes, and what to tell of them.

use netspeak_core::Result;

use super::{Parts, StatusItems};
use crate::types::{Mailbox, Text8};

/// What LIST is asked (RFC 9051 section 6.3.9; RFC 5258, RFC 5819, RFC 6154).
///
/// ```
/// use netspeak_imap::{ListQuery, StatusItems};
///
/// let query = ListQuery::new("*").with_status(StatusItems::new().messages().unseen());
/// assert!(query.is_extended());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    reference: String,
    patterns: Vec<String>,
    selections: Vec<&'static str>,
    returns: Vec<&'static str>,
    status: Option<StatusItems>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self::new("*")
    }
}

impl ListQuery {
    /// The mailboxes that match: `*` stands for anything, `%` for anything within a level.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self {
            reference: String::new(),
            patterns: vec![pattern.into()],
            selections: Vec::new(),
            returns: Vec::new(),
            status: None,
        }
    }

    /// Below this name; the delimiter belongs to it, as in `INBOX.`.
    #[must_use]
    pub fn below(mut self, reference: impl Into<String>) -> Self {
        self.reference = reference.into();
        self
    }

    /// Also those that match this pattern (LIST-EXTENDED).
    #[must_use]
    pub fn or(mut self, pattern: impl Into<String>) -> Self {
        self.patterns.push(pattern.into());
        self
    }

    /// Only subscribed ones (LIST-EXTENDED).
    #[must_use]
    pub fn subscribed(mut self) -> Self {
        self.selections.push("SUBSCRIBED");
        self
    }

    /// Also those on other servers (LIST-EXTENDED).
    #[must_use]
    pub fn remote(mut self) -> Self {
        self.selections.push("REMOTE");
        self
    }

    /// Also those above a match whose own names do not match (LIST-EXTENDED).
    #[must_use]
    pub fn recursive_match(mut self) -> Self {
        self.selections.push("RECURSIVEMATCH");
        self
    }

    /// Only those with a role: `\Sent`, `\Trash`, ... (SPECIAL-USE).
    #[must_use]
    pub fn special_use(mut self) -> Self {
        self.selections.push("SPECIAL-USE");
        self
    }

    /// Tells whether they are subscribed.
    #[must_use]
    pub fn with_subscribed(mut self) -> Self {
        self.returns.push("SUBSCRIBED");
        self
    }

    /// Tells whether there are mailboxes below them.
    #[must_use]
    pub fn with_children(mut self) -> Self {
        self.returns.push("CHILDREN");
        self
    }

    /// Tells their roles.
    #[must_use]
    pub fn with_special_use(mut self) -> Self {
        self.returns.push("SPECIAL-USE");
        self
    }

    /// Tells their status (LIST-STATUS).
    #[must_use]
    pub fn with_status(mut self, items: StatusItems) -> Self {
        self.status = Some(items);
        self
    }

    /// Whether it needs LIST-EXTENDED.
    pub fn is_extended(&self) -> bool {
        self.patterns.len() > 1
            || !self.selections.is_empty()
            || !self.returns.is_empty()
            || self.status.is_some()
    }

    /// What status is asked for.
    #[cfg(feature = "net")]
    pub(crate) fn status(&self) -> Option<&StatusItems> {
        self.status.as_ref()
    }

    /// The same question without what only some servers know.
    #[cfg(feature = "net")]
    pub(crate) fn plain(&self) -> Vec<Self> {
        let alone = |pattern: &String| Self {
            reference: self.reference.clone(),
            ..Self::new(pattern.clone())
        };
        self.patterns.iter().map(alone).collect()
    }

    /// The reference and the first pattern.
    #[cfg(feature = "net")]
    pub(crate) fn parts(&self) -> (&str, &str) {
        let pattern = self.patterns.first().map_or("", String::as_str);
        (&self.reference, pattern)
    }

    /// Whether only mailboxes with a role are wanted.
    #[cfg(feature = "net")]
    pub(crate) fn wants_special_use(&self) -> bool {
        self.selections.contains(&"SPECIAL-USE")
    }

    /// Whether only subscribed mailboxes are wanted.
    #[cfg(feature = "net")]
    pub(crate) fn wants_subscribed(&self) -> bool {
        self.selections.contains(&"SUBSCRIBED")
    }

    /// Whether it is to be told which mailboxes are subscribed.
    #[cfg(feature = "net")]
    pub(crate) fn tells_subscribed(&self) -> bool {
        self.returns.contains(&"SUBSCRIBED")
    }

    /// The same question without its status, for servers that know LIST-EXTENDED and not LIST-STATUS.
    #[cfg(feature = "net")]
    pub(crate) fn without_status(&self) -> Self {
        Self {
            status: None,
            ..self.clone()
        }
    }

    pub(super) fn encode(&self, parts: &mut Parts) -> Result<()> {
        if !self.selections.is_empty() {
            parts.word("(").raw(&self.selections.join(" ")).raw(")");
        }
        name(parts, "reference", &self.reference)?;
        match self.patterns.as_slice() {
            [pattern] => name(parts, "pattern", pattern)?,
            patterns => {
                parts.word("(");
                for (at, pattern) in patterns.iter().enumerate() {
                    if at > 0 {
                        parts.raw(" ");
                    }
                    let wire = written(parts, pattern)?;
                    parts.bare_string("pattern", &wire)?;
                }
                parts.raw(")");
            }
        }
        if !self.returns.is_empty() || self.status.is_some() {
            parts.word("RETURN (").raw(&self.returns.join(" "));
            if let Some(items) = &self.status {
                if !self.returns.is_empty() {
                    parts.raw(" ");
                }
                parts.raw("STATUS ");
                items.encode_bare(parts);
            }
            parts.raw(")");
        }
        Ok(())
    }
}

/// A name or a pattern, which is written as a mailbox's name is.
pub(super) fn name(parts: &mut Parts, what: &str, name: &str) -> Result<()> {
    let wire = written(parts, name)?;
    parts.string(what, &wire)?;
    Ok(())
}

fn written(parts: &Parts, name: &str) -> Result<Vec<u8>> {
    if name.is_empty() || parts.form().text == Text8::Utf8 {
        return Ok(name.as_bytes().to_vec());
    }
    Ok(Mailbox::new(name)?.wire(Text8::Utf7).into_owned())
}
