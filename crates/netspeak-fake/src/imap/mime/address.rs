//! Lists of addresses (RFC 5322 section 3.4), as an ENVELOPE tells them.

/// One address, or the beginning or the end of a group: then there is no host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::imap) struct Address {
    pub(in crate::imap) name: Option<String>,
    /// The local part, or the name of a group that begins.
    pub(in crate::imap) mailbox: Option<String>,
    pub(in crate::imap) host: Option<String>,
}

/// What has been read of an address.
#[derive(Default)]
struct Reading {
    words: String,
    comment: String,
    angle: Option<String>,
    /// Whether there was a quoted string among the words, which may be empty.
    quoted: bool,
}

/// The addresses of a field's value. What makes no sense is taken for a local part.
pub(in crate::imap) fn addresses(value: &[u8]) -> Vec<Address> {
    let text = String::from_utf8_lossy(value);
    let mut chars = text.chars();
    let mut found = Vec::new();
    let mut reading = Reading::default();
    let mut in_group = false;
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let quoted = until(&mut chars, '"', '"');
                reading.quoted = true;
                reading.words.push_str(&quoted);
            }
            '(' => reading.comment = until(&mut chars, '(', ')'),
            '<' => reading.angle = Some(until(&mut chars, '<', '>')),
            ',' => found.extend(std::mem::take(&mut reading).done()),
            ':' if !in_group => {
                in_group = true;
                let name = std::mem::take(&mut reading).words;
                found.push(Address {
                    mailbox: Some(name.trim().to_owned()),
                    ..Address::default()
                });
            }
            ';' => {
                found.extend(std::mem::take(&mut reading).done());
                if std::mem::take(&mut in_group) {
                    found.push(Address::default());
                }
            }
            c => reading.words.push(c),
        }
    }
    found.extend(reading.done());
    if in_group {
        found.push(Address::default());
    }
    found
}

/// All up to the end of a quoted string, a comment or an angle bracket; comments lie in one another.
fn until(chars: &mut std::str::Chars<'_>, open: char, close: char) -> String {
    let (mut text, mut depth) = (String::new(), 1_usize);
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                text.extend(chars.next());
                continue;
            }
            c if c == close => depth -= 1,
            c if c == open && open == '(' => depth += 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        text.push(c);
    }
    text
}

impl Reading {
    fn done(self) -> Option<Address> {
        let words = self.words.split_whitespace().collect::<Vec<_>>().join(" ");
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (name, spec) = match &self.angle {
            Some(spec) => (filled(&words), spec.trim()),
            None if words.is_empty() && !self.quoted => return None,
            None => (filled(&self.comment), words.as_str()),
        };
        // A route, `@a,@b:`, is nothing that anybody wants.
        let spec = match spec.strip_prefix('@') {
            Some(route) => route.split_once(':').map_or(spec, |(_, spec)| spec),
            None => spec,
        };
        let (mailbox, host) = match spec.rsplit_once('@') {
            Some((mailbox, host)) => (mailbox, host),
            None => (spec, ""),
        };
        Some(Address {
            name,
            mailbox: Some(mailbox.trim().trim_matches('"').to_owned()),
            host: Some(host.trim().to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "NIL".to_owned());
        addresses(value.as_bytes())
            .iter()
            .map(|it| {
                format!(
                    "{}|{}|{}",
                    text(&it.name),
                    text(&it.mailbox),
                    text(&it.host)
                )
            })
            .collect()
    }

    #[test]
    fn addresses_are_taken_apart() {
        for (value, expected) in [
            ("a@x.test", &["NIL|a|x.test"][..]),
            (
                "\"Doe, John\" <j@x.test>, b@y.test (Bob (B.))",
                &["Doe, John|j|x.test", "Bob (B.)|b|y.test"],
            ),
            ("Tim  T. <@r.test:t@x.test>", &["Tim T.|t|x.test"]),
            (
                "team: a@x.test, B <b@x.test>;",
                &["NIL|team|NIL", "NIL|a|x.test", "B|b|x.test", "NIL|NIL|NIL"],
            ),
            ("nobody:;", &["NIL|nobody|NIL", "NIL|NIL|NIL"]),
            ("root", &["NIL|root|"]),
            ("", &[]),
            (" , ,", &[]),
            ("<>", &["NIL||"]),
            ("\"open", &["NIL|open|"]),
            ("\"a b\" @ x.test", &["NIL|a b|x.test"]),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
    }
}
