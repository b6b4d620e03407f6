//! What CAPABILITY lists, and what a server does by it.

use crate::auth::offered;
use crate::imap::session::Session;
use crate::mechanism::Mechanism;

/// What this server lists, besides what depends on the connection.
const LISTED: [&str; 47] = [
    "SASL-IR",
    "LITERAL+",
    "ENABLE",
    "ID",
    "IDLE",
    "NAMESPACE",
    "UIDPLUS",
    "MOVE",
    "UNSELECT",
    "CHILDREN",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "LIST-MYRIGHTS",
    "LIST-METADATA",
    "SPECIAL-USE",
    "CREATE-SPECIAL-USE",
    "STATUS=SIZE",
    "ESEARCH",
    "SEARCHRES",
    "WITHIN",
    "PARTIAL",
    "CONDSTORE",
    "QRESYNC",
    "UTF8=ACCEPT",
    "BINARY",
    "PREVIEW",
    "SAVEDATE",
    "OBJECTID",
    "MULTIAPPEND",
    "REPLACE",
    "SORT",
    "SORT=DISPLAY",
    "ESORT",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "QUOTA",
    "QUOTA=RES-STORAGE",
    "QUOTASET",
    "ACL",
    "RIGHTS=texk",
    "METADATA",
    "NOTIFY",
    "COMPRESS=DEFLATE",
    "UNAUTHENTICATE",
    "UIDONLY",
    "LITERAL-",
    "X-GM-EXT-1",
];

/// What IMAP4rev2 brings without saying so (RFC 9051 appendix E).
const REV2: [&str; 16] = [
    "SASL-IR",
    "LITERAL-",
    "ENABLE",
    "IDLE",
    "NAMESPACE",
    "UIDPLUS",
    "MOVE",
    "UNSELECT",
    "CHILDREN",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "ESEARCH",
    "SEARCHRES",
    "BINARY",
];

/// What only a server lists that was told to.
const ON_DEMAND: [&str; 2] = ["LITERAL-", "X-GM-EXT-1"];

impl Session<'_> {
    /// What is listed on this connection as it is now.
    pub(super) fn capabilities(&self) -> Vec<String> {
        let wire = &self.wire;
        if let (Some(list), Some(_)) = (&self.imap.logged_in, &self.user) {
            return list.clone();
        }
        if let (Some(list), Some(_)) = (&self.imap.under_tls, wire.secured()) {
            return list.clone();
        }
        let mut list = vec!["IMAP4rev1".to_owned(), "IMAP4rev2".to_owned()];
        if self.user.is_none() {
            if wire.offers_upgrade() {
                list.push("STARTTLS".to_owned());
            }
            if !wire.takes_secrets() {
                list.push("LOGINDISABLED".to_owned());
            }
            let mechanisms = offered(wire).into_iter().map(Mechanism::name);
            list.extend(mechanisms.map(|name| format!("AUTH={name}")));
        }
        let rest = LISTED.iter().filter(|name| !ON_DEMAND.contains(name));
        list.extend(rest.map(|name| (*name).to_owned()));
        list.push(format!("APPENDLIMIT={}", self.imap.append_limit));
        let most = self.imap.message_limit;
        list.extend(most.map(|most| format!("MESSAGELIMIT={most}")));
        let offer = &wire.settings().offer;
        let mut list = offer.list(list);
        list.retain(|line| line.split_once('=').is_none_or(|(key, _)| offer.shows(key)));
        list
    }

    /// Whether the server does what this capability stands for: `APPENDLIMIT` with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        let list = self.capabilities();
        let is_listed = |name: &str| {
            list.iter().any(|line| {
                line.eq_ignore_ascii_case(name)
                    || line
                        .split_once('=')
                        .is_some_and(|(key, _)| key.eq_ignore_ascii_case(name))
            })
        };
        is_listed(name)
            || name == "CONDSTORE" && is_listed("QRESYNC")
            || REV2.contains(&name)
                && is_listed("IMAP4rev2")
                && self.wire.settings().offer.shows(name)
    }

    /// The code that lists the capabilities, if the server tells it.
    pub(super) fn capability_code(&self) -> Option<String> {
        let list = self.capabilities().join(" ");
        self.code("CAPABILITY", &list)
    }

    /// A response code, unless the server was told not to tell it.
    pub(super) fn code(&self, name: &str, rest: &str) -> Option<String> {
        let hidden = &self.imap.without_codes;
        if hidden.iter().any(|code| code.eq_ignore_ascii_case(name)) {
            return None;
        }
        Some(format!("{name} {rest}").trim_end().to_owned())
    }
}
