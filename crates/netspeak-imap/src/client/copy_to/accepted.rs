//! [`Accepted`]: which flags a mailbox takes.

use crate::state::Selected;
use crate::types::Flag;

/// Which flags messages may be given in a mailbox.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    known: Vec<Flag>,
    takes_any: bool,
}

impl Accepted {
    /// By what is told when it is opened. A server that does not tell which flags stay lets all of them stay (RFC 9051
    /// section 7.1).
    pub(super) fn of(selected: Option<&Selected>) -> Self {
        let flags = selected.map(|it| it.permanent_flags.as_ref().unwrap_or(&it.flags));
        let known = flags.cloned().unwrap_or_default();
        Self {
            takes_any: known.contains(&Flag::Any),
            known,
        }
    }

    /// Those of a message that go along. Nobody may set `\Recent`.
    pub(super) fn of_message(&self, flags: Option<Vec<Flag>>) -> Vec<Flag> {
        let mut flags = flags.unwrap_or_default();
        flags.retain(|flag| self.takes(flag) && flag.check().is_ok());
        flags
    }

    fn takes(&self, flag: &Flag) -> bool {
        match flag {
            Flag::Recent | Flag::Any => false,
            Flag::Keyword(_) => self.takes_any || self.known.contains(flag),
            Flag::Extension(_) => self.known.contains(flag),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Access;
    use crate::types::Mailbox;

    fn accepted(flags: &str, permanent: Option<&str>) -> Accepted {
        let list = |text: &str| {
            text.split_whitespace()
                .map(|it| it.parse().unwrap())
                .collect()
        };
        let mut selected = Selected::new(Mailbox::inbox(), Access::ReadWrite);
        selected.flags = list(flags);
        selected.permanent_flags = permanent.map(list);
        Accepted::of(Some(&selected))
    }

    #[test]
    fn flags_go_along_where_they_are_taken() {
        let all = ["\\Seen", "\\Recent", "\\Deleted", "$Work", "\\Odd"];
        for (flags, permanent, taken) in [
            ("\\Seen", Some("\\Seen \\*"), "\\Seen \\Deleted $Work"),
            ("\\Seen $Work", Some("\\Seen"), "\\Seen \\Deleted"),
            ("", Some("$work"), "\\Seen \\Deleted $Work"),
            ("$Work \\Odd", None, "\\Seen \\Deleted $Work \\Odd"),
            ("", None, "\\Seen \\Deleted"),
        ] {
            let given = all.map(|flag| Flag::from_wire(flag.as_bytes())).to_vec();
            let went = accepted(flags, permanent).of_message(Some(given));
            let went: Vec<String> = went.iter().map(ToString::to_string).collect();
            assert_eq!(went.join(" "), taken, "{flags} {permanent:?}");
        }
    }
}
