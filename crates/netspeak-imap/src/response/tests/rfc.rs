//! The examples of the RFCs: each response is what it is called.

use super::*;

/// Responses, and what they are: the name of the variant.
pub(super) const EXAMPLES: &[(&str, &str)] = &[
    // RFC 9051 and RFC 3501, section 7.
    ("* OK IMAP4rev2 server ready", "Status"),
    ("* OK [ALERT] System shutdown in 10 minutes", "Status"),
    ("A001 OK LOGIN Completed", "Tagged"),
    (
        "* NO Disk is 98% full, please delete unnecessary data",
        "Status",
    ),
    ("A222 NO COPY failed: disk is full", "Tagged"),
    ("* BAD Command line too long", "Status"),
    ("* PREAUTH IMAP4rev2 server logged in as Smith", "Status"),
    ("* BYE Autologout; idle for too long", "Status"),
    (
        "* CAPABILITY STARTTLS AUTH=GSSAPI IMAP4rev2 LOGINDISABLED XPIG-LATIN",
        "Capability",
    ),
    (
        "* CAPABILITY IMAP4rev1 STARTTLS AUTH=GSSAPI XPIG-LATIN",
        "Capability",
    ),
    ("* ENABLED CONDSTORE QRESYNC", "Enabled"),
    ("* LIST (\\Noselect) \"/\" ~/Mail/foo", "List"),
    (
        "* LIST (\\NonExistent) \"/\" INBOX/bar (\"CHILDINFO\" (\"SUBSCRIBED\"))",
        "List",
    ),
    ("* LSUB () \".\" #news.comp.mail.misc", "Lsub"),
    (
        "* NAMESPACE ((\"\" \"/\")) ((\"~\" \"/\")) NIL",
        "Namespace",
    ),
    (
        "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)",
        "MailboxStatus",
    ),
    (
        "* STATUS \"blurdybloop\" (MESSAGES 231 UIDNEXT 44292 HIGHESTMODSEQ 7011231777)",
        "MailboxStatus",
    ),
    ("* SEARCH 2 3 6", "Search"),
    (
        "* SEARCH 2 5 6 7 11 12 18 19 20 23 (MODSEQ 917162500)",
        "Search",
    ),
    ("* ESEARCH UID COUNT 17 ALL 4:18,21,28", "Esearch"),
    (
        "* ESEARCH (TAG \"a567\") UID COUNT 17 ALL 4:18,21,28",
        "Esearch",
    ),
    (
        "* ESEARCH (TAG \"A01\") UID PARTIAL (23500:24000 55500:56000)",
        "Esearch",
    ),
    (
        "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
        "Flags",
    ),
    ("* 23 EXISTS", "Exists"),
    ("* 5 RECENT", "Recent"),
    ("* 44 EXPUNGE", "Expunge"),
    ("* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827)", "Fetch"),
    ("* 12 FETCH (BODY[HEADER] {4}\r\na:b\n)", "Fetch"),
    ("* 12 FETCH (BODY[] {5}\r\nhello UID 7)", "Fetch"),
    ("+ Ready for additional command text", "Continuation"),
    (
        "+ YGgGCSqGSIb3EgECAgIAb1kwV6ADAgEFoQMCAQ+iSzBJoAMC",
        "Continuation",
    ),
    // Extensions.
    ("* VANISHED 405,407,410,425", "Vanished"),
    ("* VANISHED (EARLIER) 300:310,405,411", "Vanished"),
    ("* 50 FETCH (MODSEQ (12111230048))", "Fetch"),
    (
        "* 1 FETCH (EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9))",
        "Fetch",
    ),
    ("* 1 FETCH (PREVIEW \"Preview text!\")", "Fetch"),
    ("* 25996 UIDFETCH (FLAGS ($Forwarded))", "Fetch"),
    ("* QUOTA \"\" (STORAGE 10 512)", "Quota"),
    ("* QUOTAROOT INBOX \"\"", "QuotaRoot"),
    ("* ACL INBOX Fred rwipsldexta", "Acl"),
    (
        "* LISTRIGHTS ~/Mail/saved smith la r swicdkxte",
        "ListRights",
    ),
    ("* MYRIGHTS INBOX rwiptsldaex", "MyRights"),
    (
        "* METADATA \"INBOX\" (/private/comment \"My comment\")",
        "Metadata",
    ),
    ("* METADATA \"\" /shared/comment", "Metadata"),
    ("* SORT 2 84 882", "Sort"),
    ("* THREAD (166)(167)(168)(169)(172)((170)(179))", "Thread"),
    (
        "* ID (\"name\" \"Cyrus\" \"version\" \"1.5\" \"os\" \"sunos\")",
        "Id",
    ),
    ("* ID NIL", "Id"),
    // What this crate does not read.
    ("* LANGUAGE (EN DE)", "Unknown"),
    (
        "* GENURLAUTH \"imap://joe@example.com/INBOX/;uid=20\"",
        "Unknown",
    ),
];

pub(super) fn name(response: &Response) -> &'static str {
    match response {
        Response::Tagged { .. } => "Tagged",
        Response::Continuation(_) => "Continuation",
        Response::Untagged(untagged) => match untagged {
            Untagged::Status(_) => "Status",
            Untagged::Capability(_) => "Capability",
            Untagged::Enabled(_) => "Enabled",
            Untagged::Id(_) => "Id",
            Untagged::Flags(_) => "Flags",
            Untagged::Exists(_) => "Exists",
            Untagged::Recent(_) => "Recent",
            Untagged::Expunge(_) => "Expunge",
            Untagged::Vanished { .. } => "Vanished",
            Untagged::List(_) => "List",
            Untagged::Lsub(_) => "Lsub",
            Untagged::Namespace(_) => "Namespace",
            Untagged::MailboxStatus(_) => "MailboxStatus",
            Untagged::Search(_) => "Search",
            Untagged::Esearch(_) => "Esearch",
            Untagged::Sort(_) => "Sort",
            Untagged::Thread(_) => "Thread",
            Untagged::Fetch(fetch) if fetch.others.is_empty() => "Fetch",
            Untagged::Fetch(_) => "Fetch with something unread",
            Untagged::Quota(_) => "Quota",
            Untagged::QuotaRoot(_) => "QuotaRoot",
            Untagged::Acl(_) => "Acl",
            Untagged::ListRights(_) => "ListRights",
            Untagged::MyRights(_) => "MyRights",
            Untagged::Metadata(_) => "Metadata",
            Untagged::Unparsed { .. } => "Unparsed",
            Untagged::Unknown(_) => "Unknown",
        },
    }
}

#[test]
fn the_examples_of_the_rfcs_are_read() {
    for (line, expected) in EXAMPLES {
        assert_eq!(name(&Response::parse(line.as_bytes())), *expected, "{line}");
        // Neither case nor blanks at the end change what it is.
        let in_capitals = line.to_ascii_uppercase() + " ";
        assert_eq!(
            name(&Response::parse(in_capitals.as_bytes())),
            *expected,
            "{in_capitals}"
        );
    }
}

#[test]
fn sessions_that_go_by_uids_alone() {
    let fetch = fetched("* 25996 UIDFETCH (FLAGS (\\Seen))");
    assert_eq!((fetch.number, fetch.uid), (0, Some(25996)));
}

#[test]
fn what_is_no_response() {
    for line in [
        "",
        "*",
        "* ",
        "A1",
        "A1 ",
        "A1 MAYBE x",
        "* 5",
        "* 5 FROBS",
        "* 0 EXPUNGE",
        "* 99999999999 EXISTS",
        "* VANISHED",
        "* VANISHED x",
        "* THREAD (x",
        "* LIST",
        "220 mail.example.test ESMTP",
        "+OK POP3 ready",
        "SSH-2.0-OpenSSH_9.9",
        "[ALERT",
    ] {
        let found = Response::parse(line.as_bytes());
        assert_eq!(
            found,
            Response::Untagged(Untagged::Unknown(line.into())),
            "{line}"
        );
    }
}

#[test]
fn words_of_a_continuation() {
    for (line, text, code) in [
        ("+", "", None),
        ("+ ", "", None),
        ("+ go on", "go on", None),
        ("+  ", " ", None),
        ("+YQ==", "YQ==", None),
        ("+ [ALERT] x", "[ALERT] x", Some(Code::Alert)),
    ] {
        let Response::Continuation(found) = Response::parse(line.as_bytes()) else {
            panic!("{line}");
        };
        assert_eq!((found.text.as_bytes(), found.code), (text.as_bytes(), code));
    }
}
