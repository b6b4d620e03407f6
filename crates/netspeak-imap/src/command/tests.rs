use netspeak_core::{Secret, Wire};

use super::*;
use crate::types::{Literals, Text8};

fn form(literals: Literals, text: Text8) -> Form {
    Form { literals, text }
}

/// The parts, joined by `|`.
fn encoded(command: &Command<'_>, form: Form) -> Result<String> {
    let mut parts = Parts::new("A1", form);
    command.encode(&mut parts)?;
    let wires = parts.into_wires();
    let texts: Vec<_> = wires
        .iter()
        .map(|wire| String::from_utf8_lossy(wire.bytes()).into_owned())
        .collect();
    Ok(texts.join("|"))
}

fn said(command: &Command<'_>) -> String {
    encoded(command, form(Literals::Plus, Text8::Utf7)).unwrap()
}

fn mailbox(name: &str) -> Mailbox {
    Mailbox::new(name).unwrap()
}

fn ids(text: &str) -> Ids {
    Ids::Uid(text.parse().unwrap())
}

#[test]
fn commands_as_they_are_sent() {
    let secret = Secret::from("pass word");
    let (inbox, sent) = (mailbox("INBOX"), mailbox("Sent Items"));
    let resync = Opened::Qresync(Resync {
        uid_validity: 7,
        modseq: 99,
        known: Some("1:5".parse().unwrap()),
    });
    let set = ids("9,3:5");
    let numbers = Ids::Number("*".parse().unwrap());
    let roles = ["\\Sent".parse().unwrap()];
    let query = ListQuery::new("*")
        .special_use()
        .with_children()
        .with_status(StatusItems::new().messages().size());
    let two = ListQuery::new("a").or("b").below("x/");
    let items = Items::new().flags().message();
    let seen = FlagChange::add([Flag::Seen]).silent().unchanged_since(12);
    let labels = FlagChange::set([]).as_gmail_labels();
    let search = Search::unseen();
    let returns = Returns::new().min().count();
    for (command, line) in [
        (Command::Capability, "CAPABILITY"),
        (Command::Noop, "NOOP"),
        (Command::Logout, "LOGOUT"),
        (Command::Id(&[]), "ID NIL"),
        (
            Command::Id(&[("name", "x"), ("version", "1 \"a\"")]),
            r#"ID ("name" "x" "version" "1 \"a\"")"#,
        ),
        (Command::StartTls, "STARTTLS"),
        (
            Command::Authenticate {
                mechanism: "PLAIN",
                initial: None,
            },
            "AUTHENTICATE PLAIN",
        ),
        (Command::Login("me", &secret), r#"LOGIN "me" "pass word""#),
        (
            Command::Enable(&["CONDSTORE", "QRESYNC"]),
            "ENABLE CONDSTORE QRESYNC",
        ),
        (Command::Namespace, "NAMESPACE"),
        (Command::Select(&inbox, &Opened::Plain), r#"SELECT "INBOX""#),
        (
            Command::Examine(&sent, &Opened::Condstore),
            r#"EXAMINE "Sent Items" (CONDSTORE)"#,
        ),
        (
            Command::Select(&inbox, &resync),
            r#"SELECT "INBOX" (QRESYNC (7 99 1:5))"#,
        ),
        (Command::Unselect, "UNSELECT"),
        (Command::Close, "CLOSE"),
        (Command::Create(&sent, &[]), r#"CREATE "Sent Items""#),
        (
            Command::Create(&sent, &roles),
            r#"CREATE "Sent Items" (USE (\Sent))"#,
        ),
        (Command::Delete(&sent), r#"DELETE "Sent Items""#),
        (
            Command::Rename(&sent, &inbox),
            r#"RENAME "Sent Items" "INBOX""#,
        ),
        (Command::Subscribe(&inbox), r#"SUBSCRIBE "INBOX""#),
        (Command::Unsubscribe(&inbox), r#"UNSUBSCRIBE "INBOX""#),
        (
            Command::List(&query),
            r#"LIST (SPECIAL-USE) "" "*" RETURN (CHILDREN STATUS (MESSAGES SIZE))"#,
        ),
        (Command::List(&two), r#"LIST "x/" ("a" "b")"#),
        (Command::Lsub("", "日*"), r#"LSUB "" "&ZeU-*""#),
        (
            Command::Status(&inbox, &StatusItems::basic()),
            r#"STATUS "INBOX" (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)"#,
        ),
        (Command::Idle, "IDLE"),
        (
            Command::Search {
                uid: true,
                search: &search,
                returns: Some(&returns),
            },
            "UID SEARCH RETURN (MIN COUNT) UNSEEN",
        ),
        (
            Command::Search {
                uid: false,
                search: &search,
                returns: None,
            },
            "SEARCH UNSEEN",
        ),
        (
            Command::Fetch {
                ids: &set,
                items: &items,
                changed_since: Some(5),
                vanished: true,
            },
            "UID FETCH 3:5,9 (UID FLAGS BODY.PEEK[]) (CHANGEDSINCE 5 VANISHED)",
        ),
        (
            Command::Fetch {
                ids: &numbers,
                items: &items,
                changed_since: None,
                vanished: false,
            },
            "FETCH * (UID FLAGS BODY.PEEK[])",
        ),
        (
            Command::Store(&set, &seen),
            r"UID STORE 3:5,9 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\Seen)",
        ),
        (
            Command::Store(&set, &labels),
            "UID STORE 3:5,9 X-GM-LABELS ()",
        ),
        (Command::Copy(&set, &inbox), r#"UID COPY 3:5,9 "INBOX""#),
        (Command::Move(&numbers, &inbox), r#"MOVE * "INBOX""#),
        (Command::Expunge, "EXPUNGE"),
        (Command::UidExpunge(set.set()), "UID EXPUNGE 3:5,9"),
        (Command::Unauthenticate, "UNAUTHENTICATE"),
        (Command::Raw("XYZZY 1"), "XYZZY 1"),
    ] {
        assert_eq!(said(&command), format!("A1 {line}\r\n"));
    }
}

#[test]
fn literals_wait_unless_the_server_is_content_without() {
    let long = mailbox(&"x".repeat(1200));
    let delete = Command::Delete(&long);
    let x = "x".repeat(1200);
    for (literals, text) in [
        (Literals::Plus, format!("A1 DELETE {{1200+}}\r\n{x}\r\n")),
        (Literals::Minus, format!("A1 DELETE {{1200+}}\r\n{x}\r\n")),
        (
            Literals::Synchronising,
            format!("A1 DELETE {{1200}}\r\n|{x}\r\n"),
        ),
    ] {
        assert_eq!(encoded(&delete, form(literals, Text8::Utf7)).unwrap(), text);
    }
    let append = |size| Command::Append {
        mailbox: &INBOX_FOR_TESTS,
        flags: &[Flag::Seen],
        date: None,
        size,
        body: AppendBody::Literal,
    };
    let minus = form(Literals::Minus, Text8::Utf7);
    assert_eq!(
        encoded(&append(4096), minus).unwrap(),
        "A1 APPEND \"INBOX\" (\\Seen) {4096+}\r\n"
    );
    assert_eq!(
        encoded(&append(4097), minus).unwrap(),
        "A1 APPEND \"INBOX\" (\\Seen) {4097}\r\n|"
    );
}

static INBOX_FOR_TESTS: std::sync::LazyLock<Mailbox> = std::sync::LazyLock::new(Mailbox::inbox);

#[test]
fn no_argument_becomes_a_second_command() {
    let form = form(Literals::Plus, Text8::Utf7);
    let evil = "a\r\nX1 DELETE INBOX";
    let secret = Secret::from(evil);
    // A line end is carried by a literal, where one may stand.
    for command in [
        Command::Login(evil, &Secret::from("x")),
        Command::Login("me", &secret),
        Command::Id(&[("name", evil)]),
        Command::Search {
            uid: true,
            search: &Search::subject(evil),
            returns: None,
        },
    ] {
        let text = encoded(&command, form).unwrap();
        assert!(
            text.contains(&format!("{{{}+}}\r\n{evil}", evil.len())),
            "{text:?}"
        );
    }
    for command in [
        Command::Raw(evil),
        Command::Raw("APPEND x {5}"),
        Command::Raw(" "),
        Command::Login("a\0b", &secret),
        Command::Enable(&[evil]),
        Command::Enable(&[]),
        Command::Authenticate {
            mechanism: evil,
            initial: None,
        },
        Command::Fetch {
            ids: &ids("1"),
            items: &Items::new().other(evil),
            changed_since: None,
            vanished: false,
        },
        Command::Fetch {
            ids: &Ids::Uid(IdSet::default()),
            items: &Items::new(),
            changed_since: None,
            vanished: false,
        },
        Command::Status(&INBOX_FOR_TESTS, &StatusItems::new()),
    ] {
        let error = encoded(&command, form).unwrap_err();
        assert_eq!(error.kind().to_string(), "usage", "{command:?}");
    }
    assert!(Mailbox::new(evil).is_err());
    assert!(Search::header(evil, "").is_err());
    assert!(Search::email_id(evil).is_err());
}

#[test]
fn no_password_is_shown_however_it_is_written() {
    for password in ["hunter2", "hun\"ter2\\", "hunter2\r\n", "hünter2"] {
        let secret = Secret::from(password);
        let mut parts = Parts::new("A1", Form::default());
        Command::Login("me", &secret).encode(&mut parts).unwrap();
        let shown: Vec<u8> = parts.into_wires().iter().flat_map(Wire::redacted).collect();
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains("<redacted: password>"), "{shown}");
        assert!(!shown.contains("nter2"), "{shown}");
    }
}

#[test]
fn a_search_by_hand_stays_one() {
    let search = Search::raw(" OR (SUBJECT \"a (\" SEEN) DELETED ").unwrap_err();
    assert_eq!(search.kind().to_string(), "usage");
    let search = Search::raw("SUBJECT shadows").unwrap();
    assert_eq!(search.not().to_string(), "NOT SUBJECT shadows");
    for bad in [
        "",
        " ",
        "ALL\r\nA9 EXPUNGE",
        "SUBJECT {3}",
        "(ALL",
        "ALL)(",
        "SUBJECT \"x",
        "ü",
    ] {
        assert!(Search::raw(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn searches_as_they_are_sent() {
    let day = "1-Feb-2026".parse().unwrap();
    for (search, text) in [
        (Search::all(), "ALL"),
        (
            Search::from("a").and(Search::to("b")).not(),
            r#"NOT (ALL FROM "a" TO "b")"#,
        ),
        (
            Search::seen().or(Search::flagged().and(Search::draft())),
            "OR SEEN (ALL FLAGGED DRAFT)",
        ),
        (Search::since(day), "SINCE 1-Feb-2026"),
        (
            Search::header("X-Spam", "").unwrap(),
            r#"HEADER "X-Spam" """#,
        ),
        (Search::uid(5..=9), "UID 5:9"),
        (Search::flag(&Flag::Seen), "SEEN"),
        (
            Search::without_flag(&"$Junk".parse().unwrap()),
            "UNKEYWORD $Junk",
        ),
        (Search::subject("x").fuzzy(), r#"FUZZY SUBJECT "x""#),
        (
            Search::older(60).and(Search::modseq(7)),
            "OLDER 60 MODSEQ 7",
        ),
    ] {
        assert_eq!(search.to_string(), text);
    }
    let other = Search::subject("Grüße");
    let command = Command::Search {
        uid: false,
        search: &other,
        returns: None,
    };
    assert_eq!(
        said(&command),
        "A1 SEARCH CHARSET UTF-8 SUBJECT {7+}\r\nGrüße\r\n"
    );
    let rev2 = encoded(&command, form(Literals::Minus, Text8::Utf8)).unwrap();
    assert_eq!(rev2, "A1 SEARCH SUBJECT \"Grüße\"\r\n");
}

#[test]
fn commands_of_extensions_as_they_are_sent() {
    let (inbox, list) = (mailbox("INBOX"), mailbox("Lists & more"));
    let root = crate::types::Text::from("User quota");
    let (sort, search) = (Sort::date().reverse(), Search::unseen());
    let words = Search::subject("ü");
    let returns = Returns::new().partial(1, 9);
    let lr = "lr".parse().unwrap();
    let drafts = [
        Draft::new(b"a\n").flags([Flag::Seen]),
        Draft::new(b"b\0"),
        Draft::catenate([DraftPart::Url("/x\"y"), DraftPart::Text(b"")]),
    ];
    let notify = Notify::new()
        .with_status()
        .watch(Watched::Inboxes, Events::none())
        .watch(
            Watched::Subscribed,
            Events::messages().flags().names().subscriptions(),
        )
        .watch(
            Watched::Mailboxes(vec![inbox.clone(), list.clone()]),
            Events::none().mailbox_metadata().server_metadata(),
        )
        .watch(Watched::Subtree(vec![list.clone()]), Events::messages())
        .watch(
            Watched::Selected,
            Events::messages().fetching(&Items::new().flags()),
        );
    for (command, line) in [
        (Command::Compress, "COMPRESS DEFLATE"),
        (Command::Notify(None), "NOTIFY NONE"),
        (
            Command::Notify(Some(&notify)),
            "NOTIFY SET STATUS (inboxes NONE) \
             (subscribed (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)) \
             (mailboxes (\"INBOX\" \"Lists &- more\") (MailboxMetadataChange ServerMetadataChange)) \
             (subtree \"Lists &- more\" (MessageNew MessageExpunge)) \
             (selected (MessageNew (UID FLAGS) MessageExpunge))",
        ),
        (
            Command::Quota(QuotaCommand::Get(&root)),
            "GETQUOTA \"User quota\"",
        ),
        (
            Command::Quota(QuotaCommand::GetRoot(&inbox)),
            "GETQUOTAROOT \"INBOX\"",
        ),
        (
            Command::Quota(QuotaCommand::Set(&root, &[("STORAGE", 1), ("MESSAGE", 2)])),
            "SETQUOTA \"User quota\" (STORAGE 1 MESSAGE 2)",
        ),
        (
            Command::Quota(QuotaCommand::Set(&root, &[])),
            "SETQUOTA \"User quota\" ()",
        ),
        (Command::Acl(AclCommand::Get(&inbox)), "GETACL \"INBOX\""),
        (
            Command::Acl(AclCommand::Set(&inbox, "-ann", RightsChange::Remove(lr))),
            "SETACL \"INBOX\" \"-ann\" \"-lr\"",
        ),
        (
            Command::Acl(AclCommand::Delete(&inbox, "a \"b\"")),
            "DELETEACL \"INBOX\" \"a \\\"b\\\"\"",
        ),
        (
            Command::Acl(AclCommand::ListRights(&inbox, "ann")),
            "LISTRIGHTS \"INBOX\" \"ann\"",
        ),
        (
            Command::Acl(AclCommand::MyRights(&inbox)),
            "MYRIGHTS \"INBOX\"",
        ),
        (
            Command::Metadata(MetadataCommand::Get {
                mailbox: None,
                entries: &["/shared/a"],
                reach: MetadataReach::new().depth(Depth::One),
            }),
            "GETMETADATA (DEPTH 1) \"\" (\"/shared/a\")",
        ),
        (
            Command::Metadata(MetadataCommand::Set {
                mailbox: Some(&inbox),
                entries: &[("/shared/a", Some(b"\0")), ("/private/b", Some(b"x\r\ny"))],
            }),
            "SETMETADATA \"INBOX\" (\"/shared/a\" ~{1+}\r\n\0 \"/private/b\" {4+}\r\nx\r\ny)",
        ),
        (
            Command::Sort {
                uid: true,
                sort: &sort,
                search: &search,
                returns: Some(&returns),
            },
            "UID SORT RETURN (PARTIAL 1:9) (REVERSE DATE) US-ASCII UNSEEN",
        ),
        (
            Command::Thread {
                uid: false,
                threading: &Threading::OrderedSubject,
                search: &words,
            },
            "THREAD ORDEREDSUBJECT UTF-8 SUBJECT {2+}\r\nü",
        ),
        (
            Command::AppendAll(&inbox, &drafts),
            "APPEND \"INBOX\" (\\Seen) {3+}\r\na\r\n ~{2+}\r\nb\0 CATENATE (URL \"/x\\\"y\" TEXT {0+}\r\n)",
        ),
        (
            Command::Replace(7, &list, &drafts[0]),
            "UID REPLACE 7 \"Lists &- more\" (\\Seen) {3+}\r\na\r\n",
        ),
    ] {
        assert_eq!(said(&command), format!("A1 {line}\r\n"));
    }
    let waits = form(Literals::Synchronising, Text8::Utf7);
    let cut = encoded(&Command::AppendAll(&inbox, &drafts[..2]), waits).unwrap();
    assert_eq!(
        cut,
        "A1 APPEND \"INBOX\" (\\Seen) {3}\r\n|a\r\n ~{2}\r\n|b\0\r\n"
    );
}
