//! Whole listings: what the first lines teach about the others, headings, waiting lines, details.

use netspeak_core::testing::{Piece, assert_every_split};
use netspeak_core::{Codec, Error, Limits, Step};

use super::*;

/// Names of the entries, and the lines that nobody understood in brackets.
fn names(parser: ListingParser, text: &str) -> Vec<String> {
    let shown = |listed| match listed {
        Listed::Entry(entry) => entry.name().into_owned(),
        Listed::Unparsed(line) => format!("<{}>", String::from_utf8_lossy(&line)),
    };
    read(parser, text.as_bytes())
        .into_iter()
        .map(shown)
        .collect()
}

fn list(text: &str) -> Vec<String> {
    names(ListingParser::list(&now()), text)
}

#[test]
fn the_first_clear_line_decides_for_the_others() {
    let unix = "-rw-r--r--   1 ftp      ftp          1187 Aug  8 14:14 a";
    let dos = "05-26-95  10:57AM               143712 b";
    assert_eq!(
        list(&format!("{unix}\n{dos}")),
        ["a".to_owned(), format!("<{dos}>")]
    );
    assert_eq!(
        list(&format!("{dos}\n{unix}")),
        ["b".to_owned(), format!("<{unix}>")]
    );
    // A hint is only tried first.
    let hinted = ListingParser::list(&now()).with_hint(Dialect::Vms);
    assert_eq!(names(hinted, &format!("{dos}\n{dos}")), ["b", "b"]);
    // A guess decides nothing.
    let dateless = "drwxr-xr-x 3 slop devlab 512 c";
    assert_eq!(list(&format!("{dateless}\n{dos}")), ["c", "b"]);
}

#[test]
fn headings_of_zos_make_bare_members_known() {
    let members = " Name     VV.MM   Created       Changed      Size  Init   Mod   Id   \n\
                   SAVE05    01.03 2002/09/12 2002/10/11 09:37    11    11     0 KIL002\n\
                   SAVE06                                                              ";
    assert_eq!(list(members), ["SAVE05", "SAVE06"]);
    let sets = "Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname\n\
                Migrated                                                OLD.SET\n\
                SAVE09 3390   2004/06/23  1    1  FB     128  6144  PS    INCOMING.RPT\n\
                V43525 Tape                                             TAPE.SET\n\
                what is this";
    assert_eq!(
        list(sets),
        ["OLD.SET", "INCOMING.RPT", "TAPE.SET", "<what is this>"]
    );
    let jobs = "JOBNAME  JOBID    OWNER    STATUS CLASS\n\
                IBMUSER1 JOB01906 IBMUSER  OUTPUT A        RC=0000 3 spool files";
    assert_eq!(list(jobs), ["JOB01906"]);
}

#[test]
fn a_listing_of_vms_with_all_its_lines() {
    let text = "\n\
                Directory USER1:[TEMP]\n\
                \n\
                A.TXT;3     1/9   2-JUN-1998 07:32:04.12  [GROUP,OWNER]  (RWED,,,)\n\
                QUITE_A_LONG_NAME_FOR_A_FILE.TXT;1\n\
                \x20            14/15  24-JUL-2002 14:35:40  [OWNER]  (RWE,RWE,RWE,RE)\n\
                LOCKED.DAT;1   %RMS-E-PRV, insufficient privilege\n\
                LEFT_ALONE.TXT;1\n\
                B.DIR;1     1/9   2-JUN-1998 07:32:04  [GROUP,OWNER]  (RWED,,,)\n\
                LAST.TXT;1\n\
                \n\
                Total of 6 files, 17 blocks.";
    assert_eq!(
        list(text),
        [
            "A.TXT",
            "QUITE_A_LONG_NAME_FOR_A_FILE.TXT",
            "LOCKED.DAT",
            "<LEFT_ALONE.TXT;1>",
            "B.DIR",
            "<LAST.TXT;1>"
        ]
    );
    let entry = one("A.TXT;3     1/9   2-JUN-1998 07:32:04.12  [GROUP,OWNER]  (RWED,,,)");
    assert_eq!((entry.version(), entry.size()), (Some(3), Some(512)));
    assert_eq!(entry.owner().as_deref(), Some("OWNER"));
    assert_eq!(entry.group().as_deref(), Some("GROUP"));
}

#[test]
fn mlsd_takes_its_own_lines_and_no_others() {
    let ls = "-rw-r--r--   1 ftp      ftp          1187 Aug  8 14:14 a";
    let text = format!("type=cdir; /\n{ls}\ntype=file;size=1; b\nno facts here\n");
    assert_eq!(
        names(ListingParser::mlsd(), &text),
        [format!("<{ls}>"), "b".into(), "<no facts here>".into()]
    );
}

#[test]
fn the_reply_to_stat_is_a_listing() {
    let ls = "-rw-r--r--   1 ftp      ftp          1187 Aug  8 14:14 a";
    let text = format!("211-Status of /pub:\n {ls}\n211-{ls}\n211-total 4\n211 End of status");
    assert_eq!(list(&text), ["a", "a"]);
}

#[test]
fn names_of_nlst_lose_the_folder_before_them() {
    let text = "/pub/a\n/pub/sub/\n./b\n/public\nc d\n.\n..\n\n";
    assert_eq!(
        names(ListingParser::nlst("/pub"), text),
        ["a", "sub", "b", "/public", "c d"]
    );
    assert_eq!(names(ListingParser::nlst("/"), "/a\n/b/c"), ["a", "b/c"]);
    assert_eq!(names(ListingParser::nlst(""), "/pub/a"), ["/pub/a"]);
}

#[test]
fn the_columns_of_ls_and_those_it_may_leave_out() {
    for (line, name, owner, group) in [
        (
            "-rw-r--r-- 1 jo staff 5 Aug 8 14:14 a",
            "a",
            Some("jo"),
            Some("staff"),
        ),
        ("-rw-r--r-- 1 jo 5 Aug 8 14:14 a", "a", Some("jo"), None),
        ("-rw-r--r-- 1 5 Aug 8 14:14 a", "a", None, None),
        ("-rw-r--r-- 5 Aug 8 14:14 a", "a", None, None),
        (
            "-rw-r--r-- jo staff 5 Aug 8 14:14 a",
            "a",
            Some("jo"),
            Some("staff"),
        ),
        (
            "drwx------ 4 jo Domain Users 512 Oct 2 10:59 d",
            "d",
            Some("jo"),
            Some("Domain Users"),
        ),
        (
            "drwx------ 2 jo smith     test group   4096 Mar  2 15:13 d",
            "d",
            Some("jo smith"),
            Some("test group"),
        ),
        // ls -i, ls -s, ls -is
        (
            "1234567 -rw-r--r-- 1 jo staff 5 Aug 8 14:14 a",
            "a",
            Some("jo"),
            Some("staff"),
        ),
        (
            "1234567   8 -rw-r--r-- 1 jo staff 5 Aug 8 14:14 a",
            "a",
            Some("jo"),
            Some("staff"),
        ),
        // ls -F, ls -T
        (
            "drwxr-xr-x 2 jo staff 64 Aug  8 14:14 sub/",
            "sub",
            Some("jo"),
            Some("staff"),
        ),
        (
            "-rw-r--r-- 1 jo staff 5 Aug  8 14:14:15 2020 a",
            "a",
            Some("jo"),
            Some("staff"),
        ),
        (
            "brw-rw---- 1 root disk 8,0 Aug 8 14:14 sda",
            "sda",
            Some("root"),
            Some("disk"),
        ),
        (
            "brw-rw---- 1 root disk 8, 16 Aug 8 14:14 sdb",
            "sdb",
            Some("root"),
            Some("disk"),
        ),
    ] {
        let entry = one(line);
        assert_eq!(entry.name(), name, "{line}");
        assert_eq!(entry.owner().as_deref(), owner, "{line}");
        assert_eq!(entry.group().as_deref(), group, "{line}");
    }
    assert_eq!(
        one("-rwsr-x--- 1 jo staff 5 Aug 8 14:14 a").mode(),
        Some(0o4750)
    );
}

#[test]
fn dates_of_ls_in_all_their_orders() {
    for (date, modified) in [
        ("Aug  8 14:14", Some("2026-08-08T14:14")),
        ("Nov 26 11:00", Some("2026-11-26T11:00")),
        ("Nov 27 11:00", Some("2025-11-27T11:00")),
        ("Feb 29 11:00", Some("2024-02-29T11:00")),
        ("Feb 30 11:00", None),
        ("Feb 29  2023", None),
        ("Aug  8 14:14:15 2020", Some("2020-08-08T14:14:15")),
        ("2005-04-08", Some("2005-04-08")),
        ("03-12 15:20", Some("2026-03-12T15:20")),
        (
            "2024-02-29 23:59:58.250000000 -0930",
            Some("2024-02-29T23:59:58.25-09:30"),
        ),
        ("15-07-2004", Some("2004-07-15")),
        ("07-15-2004 10:02", Some("2004-07-15T10:02")),
        // Day and month, or month and day: nobody can tell.
        ("07-08-2004", None),
        (
            "2003\u{5e74}3\u{6708}20\u{65e5} 10:10",
            Some("2003-03-20T10:10"),
        ),
        ("12\u{c6d4} 2\u{c77c} 2001", Some("2001-12-02")),
        ("mars 12 2001", Some("2001-03-12")),
        ("12 Marras 2001", Some("2001-11-12")),
    ] {
        let entry = one(&format!("-rw-r--r--   1 jo  staff  5 {date} a name"));
        assert_eq!(entry.name(), "a name", "{date}");
        assert_eq!(entry.size(), Some(5), "{date}");
        let found = entry.modified().map(|modified| modified.to_string());
        assert_eq!(found.as_deref(), modified, "{date}");
    }
}

#[test]
fn links_of_windows_and_days_first() {
    let link = one("03-10-21 11:12       <SYMLINKD>     docs [C:\\data\\docs]");
    assert_eq!((link.kind(), link.name()), (Kind::Link, "docs".into()));
    assert_eq!(link.target().as_deref(), Some("C:\\data\\docs"));
    for (line, modified) in [
        ("26-05-95  10:57AM  1 a", Some("1995-05-26T10:57")),
        ("05-26-69  10:57AM  1 a", Some("2069-05-26T10:57")),
        ("05-26-70  10:57AM  1 a", Some("1970-05-26T10:57")),
        ("26.05.1995  22:57  1 a", Some("1995-05-26T22:57")),
        ("05/26/1995  12:57 PM  1,024 a", Some("1995-05-26T12:57")),
        ("13-13-95  10:57AM  1 a", None),
        ("05-26-95  13:57PM  1 a", None),
    ] {
        let found = one(line).modified().map(|modified| modified.to_string());
        assert_eq!(found.as_deref(), modified, "{line}");
    }
}

#[test]
fn blanks_beyond_the_column_of_windows_begin_a_name() {
    for (line, name) in [
        ("12-05-16  05:03PM       <DIR>            two", "  two"),
        ("12-05-16  05:03PM       <DIR>          none", "none"),
        ("12-05-16  05:03PM       <DIR>   near", "near"),
    ] {
        assert_eq!(one(line).name(), name, "{line}");
    }
}

#[test]
fn facts_are_typed_and_the_unknown_ones_kept() {
    let line = "Type=file;Size=5;Perm=adfr;Unique=8x1;Create=20200101000000.5;Media-Type=text/plain;\
                X.odd=a=b;novalue;UNIX.mode=0640;UNIX.ownername=jo;UNIX.uid=7;UNIX.gid=8; a;b c";
    let entry = read(ListingParser::mlsd(), line.as_bytes())
        .remove(0)
        .entry()
        .unwrap();
    assert_eq!(entry.name(), "a;b c");
    let facts = entry.facts();
    assert!(facts.permissions().unwrap().allows(Permission::Retrieve));
    assert!(!facts.permissions().unwrap().allows(Permission::Write));
    assert_eq!(facts.unique().as_deref(), Some("8x1"));
    assert_eq!(facts.media_type().as_deref(), Some("text/plain"));
    assert_eq!(
        facts.created().unwrap().to_string(),
        "2020-01-01T00:00:00.5Z"
    );
    assert_eq!(facts.get("x.ODD"), Some(&b"a=b"[..]));
    assert_eq!(
        (
            entry.mode(),
            entry.owner().as_deref(),
            entry.group().as_deref()
        ),
        (Some(0o640), Some("jo"), Some("8"))
    );
    assert_eq!(facts.iter().count(), 11);
}

#[test]
fn mlst_names_the_thing_that_was_asked_for() {
    let entry = mlst(b" type=cdir;modify=20200101000000;perm=el; /pub/here").unwrap();
    assert_eq!(
        (entry.kind(), entry.name()),
        (Kind::Dir, "/pub/here".into())
    );
    assert_eq!(
        entry.modified().unwrap().to_string(),
        "2020-01-01T00:00:00Z"
    );
    for line in [&b"250 End"[..], b" no facts", b"", b" type=file; a\rb"] {
        assert_eq!(mlst(line), None, "{line:?}");
    }
}

#[test]
fn time_values_are_checked() {
    for (text, shown) in [
        ("20181025120459", Some("2018-10-25T12:04:59Z")),
        ("20181025120459.123", Some("2018-10-25T12:04:59.123Z")),
        ("20161231235960", Some("2016-12-31T23:59:59Z")),
        ("19681105165215", Some("1968-11-05T16:52:15Z")),
        ("191240229101112", Some("2024-02-29T10:11:12Z")),
        ("00000000000000", None),
        ("20181325120459", None),
        ("2018102512045", None),
        ("20181025120459.", None),
        ("2018102512045x", None),
        ("+2018102512045", None),
        ("", None),
    ] {
        let found = time_value(text.as_bytes()).map(|time| time.to_string());
        assert_eq!(found.as_deref(), shown, "{text}");
    }
}

#[test]
fn what_cannot_be_sent_back_is_no_name() {
    let parser = || ListingParser::mlsd();
    for line in ["type=file; a\rb", "type=file; a\0b"] {
        assert_eq!(names(parser(), line), [format!("<{line}>")]);
    }
}

#[test]
fn a_listing_is_the_same_in_every_split() {
    let text = "total 2\r\n\
                drwxr-xr-x   2 www      www          4096 Dec 24 00:03 attic\n\
                -rw-r--r--   1 ftp      ftp          1187 Aug  8 14:14 a \r\n\
                what\r\n";
    let pieces = ["", "attic", "a ", "<what>"].map(|name| Piece::Event(name.to_owned()));
    assert_every_split(
        || ListingCodec::new(ListingParser::list(&now()), &Limits::default()),
        |event, _| {
            let (ListingEvent::Line(found) | ListingEvent::End(found)) = event;
            let names = found.map(|listed| match listed {
                Listed::Entry(entry) => entry.name().into_owned(),
                Listed::Unparsed(line) => format!("<{}>", String::from_utf8_lossy(&line)),
            });
            Some(Piece::Event(names.collect()))
        },
        text.as_bytes(),
        &pieces,
    );
}

#[test]
fn a_last_line_needs_no_end_and_none_is_lost() {
    let mut codec = ListingCodec::new(ListingParser::list(&now()), &Limits::default());
    assert!(matches!(codec.decode(b"A.TXT;1"), Ok(Step::Need)));
    let Ok(ListingEvent::End(found)) = codec.eof(b"A.TXT;1") else {
        panic!("no end");
    };
    assert_eq!(
        found.collect::<Vec<_>>(),
        [Listed::Unparsed(b"A.TXT;1"[..].into())]
    );
    let Ok(ListingEvent::End(found)) = codec.eof(b"") else {
        panic!("no end");
    };
    assert_eq!(found.count(), 0);
}

#[test]
fn listings_and_lines_without_end_stop_at_their_limit() {
    let mut limits = Limits::default();
    limits.listing_entries = 2;
    limits.line = Some(10);
    let codec = || ListingCodec::new(ListingParser::mlsd(), &limits);
    let mut listing = codec();
    for _ in 0..2 {
        assert!(matches!(
            listing.decode(b" a\n"),
            Ok(Step::Event { consumed: 3, .. })
        ));
    }
    let error = listing.decode(b" a\n").unwrap_err();
    assert!(matches!(error, Error::Limit { max: 2, .. }), "{error}");
    let error = codec().decode(&[b'a'; 12]).unwrap_err();
    assert!(matches!(error, Error::Limit { max: 10, .. }), "{error}");
}

#[test]
fn syst_gives_a_hint() {
    for (text, dialect) in [
        ("UNIX Type: L8", Some(Dialect::Unix)),
        ("Windows_NT", Some(Dialect::Dos)),
        ("VMS OpenVMS V8.3", Some(Dialect::Vms)),
        (
            "OS/400 is the remote operating system. The TCP/IP version is \"V7R1M0\".",
            Some(Dialect::Os400),
        ),
        (
            "MVS is the operating system of this server. FTP Server is running on z/OS.",
            Some(Dialect::Mvs),
        ),
        ("z/VM Version 5", Some(Dialect::Zvm)),
        ("MACOS Peter's Server", Some(Dialect::NetPresenz)),
        ("NETWARE Type: L8", Some(Dialect::NetWare)),
        ("Nucleus", None),
    ] {
        assert_eq!(Dialect::from_syst(text), dialect, "{text}");
    }
}

#[test]
fn debug_output_shows_no_control_characters() {
    let entry = one("-rw-r--r-- 1 jo staff 5 Aug 8 14:14 \u{1b}[2Jx");
    let shown = format!("{entry:?}");
    assert!(
        shown.contains("\\x1b") || shown.contains("\\\\x1b"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'));
}
