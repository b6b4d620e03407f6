//! The names of mailboxes in responses of a session that writes them in UTF-8 (RFC 6855, RFC 9051).

use super::Untagged;
use crate::types::Mailbox;

impl Untagged {
    /// Reads the names of mailboxes anew: they came in UTF-8, not in modified UTF-7.
    pub(crate) fn take_names_for_utf8(&mut self) {
        match self {
            Self::List(listed) | Self::Lsub(listed) => {
                listed.mailbox.take_for_utf8();
                listed.old_name.iter_mut().for_each(Mailbox::take_for_utf8);
            }
            Self::MailboxStatus(status) => status.mailbox.take_for_utf8(),
            Self::Esearch(esearch) => {
                esearch.mailbox.iter_mut().for_each(Mailbox::take_for_utf8);
            }
            Self::Namespace(namespaces) => {
                let personal = namespaces.personal.iter_mut();
                let rest = namespaces.others.iter_mut().chain(&mut namespaces.shared);
                personal
                    .chain(rest)
                    .for_each(|it| it.prefix.take_for_utf8());
            }
            Self::QuotaRoot(root) => root.mailbox.take_for_utf8(),
            Self::Acl(acl) => acl.mailbox.take_for_utf8(),
            Self::ListRights(rights) => rights.mailbox.take_for_utf8(),
            Self::MyRights(rights) => rights.mailbox.take_for_utf8(),
            Self::Metadata(metadata) => metadata.mailbox.take_for_utf8(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Response;
    use super::*;

    #[test]
    fn an_ampersand_is_a_character_like_others() {
        for name in ["a&b", "a&-b", "&ZeVnLIqe-", "\u{65e5}", "R&D", "x"] {
            let line = format!("* STATUS \"{name}\" (MESSAGES 1)");
            let Response::Untagged(mut untagged) = Response::parse(line.as_bytes()) else {
                panic!("no data");
            };
            untagged.take_names_for_utf8();
            let Untagged::MailboxStatus(status) = untagged else {
                panic!("no status");
            };
            assert_eq!(status.mailbox, Mailbox::new(name).unwrap());
        }
    }
}
