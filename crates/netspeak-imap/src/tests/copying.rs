//! `copy_to` between two fake servers, and with scripted ones.

use netspeak_core::testing::{FaultyStream, StreamFault, assert_cancellable};
use netspeak_fake::{Builder as FakeBuilder, Fake, Fault, Imap, ImapFault, LITERAL, Moment};

use super::*;

fn fake() -> FakeBuilder<Imap> {
    Imap::builder().preauth("u").mailbox("u", "Box")
}

/// A message with a Message-ID of its own.
fn message(number: usize) -> String {
    format!("Message-ID: <{number}@x.test>\r\nSubject: {number}\r\n\r\nnumber {number}\r\n")
}

/// A server with so many messages in INBOX.
fn filled(count: usize) -> FakeBuilder<Imap> {
    let flags = ["\\Seen", "$Work"];
    (1..=count).fold(fake(), |fake, number| {
        fake.message_in("u", "INBOX", &flags[..number % 3], message(number))
            .received("u", "INBOX", number as u32, 1_000_000_000 + number as i64)
    })
}

async fn session(fake: &Fake<Imap>, fault: StreamFault, room: usize) -> Client {
    let (ours, theirs) = tokio::io::duplex(room);
    tokio::spawn(fake.serve(theirs));
    greeted(Conn::from_stream(FaultyStream::new(ours, fault))).await
}

/// Copies INBOX of one into Box of the other; the fates that are worth telling.
async fn copy(from: &Fake<Imap>, to: &Fake<Imap>) -> (Result<CopyTally>, Vec<String>) {
    let mut source = session(from, StreamFault::None, 1 << 16).await;
    let mut target = session(to, StreamFault::None, 1 << 16).await;
    let done = copy_over(&mut source, &mut target).await;
    if done.0.is_ok() {
        source.logout().await.unwrap();
        target.logout().await.unwrap();
    }
    done
}

async fn copy_over(source: &mut Client, target: &mut Client) -> (Result<CopyTally>, Vec<String>) {
    let mut fates = Vec::new();
    source.examine(&Mailbox::inbox()).await.unwrap();
    let (all, there) = (IdSet::all(), mailbox("Box"));
    let copied = source.copy_to(&all, target, &there, |told| {
        if let Copying::Message { uid, fate } = told {
            match fate {
                Fate::Copied(_) | Fate::There => {}
                Fate::Refused(error) => fates.push(format!("{uid} {}", error.kind())),
                Fate::Gone => fates.push(format!("{uid} gone")),
            }
        }
    });
    (copied.await, fates)
}

/// Texts, flags and dates, in the order of UIDs.
fn stored(fake: &Fake<Imap>, mailbox: &str) -> Vec<(String, Vec<String>, String)> {
    let stored = fake.mailbox("u", mailbox).into_iter();
    stored
        .map(|it| (String::from_utf8(it.bytes).unwrap(), it.flags, it.received))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_is_copied_with_flags_and_dates_and_once_only() {
    for lacks in [
        &[][..],
        &["LITERAL+"],
        &["LITERAL+", "LITERAL-", "IMAP4rev2", "UNSELECT", "UIDPLUS"],
    ] {
        let from = filled(300).build().unwrap();
        let to = lacks
            .iter()
            .fold(fake(), |fake, name| fake.without_capability(name));
        let to = to.build().unwrap();
        let (tally, fates) = copy(&from, &to).await;
        let tally = tally.unwrap();
        assert_eq!((tally.copied, tally.there, fates.len()), (300, 0, 0));
        let octets: usize = stored(&from, "INBOX").iter().map(|it| it.0.len()).sum();
        assert_eq!(tally.octets, octets as u64);
        assert_eq!(stored(&to, "Box"), stored(&from, "INBOX"), "{lacks:?}");
        // Once more, with two that came meanwhile.
        for number in 301..=302 {
            from.deliver("u", message(number));
        }
        let tally = copy(&from, &to).await.0.unwrap();
        assert_eq!((tally.copied, tally.there), (2, 300), "{lacks:?}");
        assert_eq!(stored(&to, "Box").len(), 302);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_told_and_nothing_of_it_is_fetched() {
    let (from, to) = (filled(3).build().unwrap(), fake().build().unwrap());
    to.append("u", "Box", &[], message(2));
    let mut source = session(&from, StreamFault::None, 1 << 16).await;
    let mut target = session(&to, StreamFault::None, 1 << 16).await;
    source.select(&Mailbox::inbox()).await.unwrap();
    let (mut told, mut moved) = (Vec::new(), 0);
    let (some, there) = (ids("2:3"), mailbox("Box"));
    let copied = source.copy_to(&some, &mut target, &there, |it| match it {
        Copying::Moved(octets) => moved += octets,
        it => told.push(format!("{it:?}")),
    });
    let tally = copied.await.unwrap();
    assert_eq!((tally.copied, tally.there), (1, 1));
    assert_eq!(moved, message(3).len() as u64);
    let octets = message(3).len();
    assert_eq!(
        told[0],
        format!("Planned {{ messages: 1, octets: {octets} }}")
    );
    assert_eq!(told[1], "Message { uid: 2, fate: There }");
    assert!(
        told[2].contains("uid: 3, fate: Copied(Some(Appended"),
        "{told:?}"
    );
    let bodies = from.said();
    assert!(
        bodies
            .iter()
            .any(|line| line.ends_with("UID FETCH 3 (UID BODY.PEEK[])")),
        "{bodies:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_one_server_refuses_is_told_and_the_others_go_on() {
    let large = format!("{}{}", message(9), "x".repeat(500));
    let from = filled(3).message("u", &large).build().unwrap();
    // Known beforehand: it is not even fetched.
    let to = fake().append_limit(400).build().unwrap();
    let (tally, fates) = copy(&from, &to).await;
    assert_eq!(
        (tally.unwrap().copied, fates),
        (3, vec!["4 work.quota".to_owned()])
    );
    assert!(
        from.said()
            .iter()
            .any(|line| line.contains("UID FETCH 1:3 (UID BODY.PEEK[])"))
    );
    // Told before the text, or behind it; of a batch, in which nobody knows who is meant; of each alone.
    let full = || Fault::reply("APPEND", "{tag} NO [OVERQUOTA] no\r\n");
    let too_big = Fault::reply(LITERAL, "{tag} NO [TOOBIG] no\r\n");
    for (lacks, faults) in [
        (
            &["LITERAL+", "LITERAL-", "IMAP4rev2"][..],
            [too_big.nth(2)].to_vec(),
        ),
        (&["MULTIAPPEND"], [full().nth(2)].to_vec()),
        (&[], [full().nth(1), full().nth(3)].to_vec()),
    ] {
        let to = lacks
            .iter()
            .fold(fake(), |fake, name| fake.without_capability(name));
        let to = faults
            .into_iter()
            .fold(to, FakeBuilder::fault)
            .build()
            .unwrap();
        let (tally, fates) = copy(&from, &to).await;
        assert_eq!(fates, ["2 work.quota"], "{lacks:?}");
        assert_eq!(tally.unwrap().copied, 3, "{lacks:?}");
        let (tally, fates) = copy(&from, &to).await;
        assert_eq!((tally.unwrap().copied, fates.len()), (1, 0));
        assert_eq!(stored(&to, "Box").len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn small_messages_go_together_where_the_server_takes_several() {
    let from = filled(100).build().unwrap();
    for (lacks, appends, asked) in [
        (&[][..], 100_usize.div_ceil(32), 0),
        (&["LITERAL+"], 100_usize.div_ceil(32), 0),
        (&["MULTIAPPEND"], 100, 0),
        (&["LITERAL+", "LITERAL-", "IMAP4rev2"], 100, 100),
    ] {
        let to = lacks
            .iter()
            .fold(fake(), |fake, name| fake.without_capability(name));
        let to = to.build().unwrap();
        let mut places = Vec::new();
        let mut source = session(&from, StreamFault::None, 1 << 16).await;
        let mut target = session(&to, StreamFault::None, 1 << 16).await;
        source.examine(&Mailbox::inbox()).await.unwrap();
        let (all, there) = (IdSet::all(), mailbox("Box"));
        let copied = source.copy_to(&all, &mut target, &there, |told| {
            if let Copying::Message {
                uid,
                fate: Fate::Copied(Some(place)),
            } = told
            {
                places.push((uid, place.uid));
            }
        });
        assert_eq!(copied.await.unwrap().copied, 100);
        assert!(places.iter().all(|(was, is)| was == is), "{places:?}");
        assert_eq!(places.len(), 100, "{lacks:?}");
        assert_eq!(stored(&to, "Box"), stored(&from, "INBOX"), "{lacks:?}");
        let said = to.said();
        let begun = said.iter().filter(|line| line.contains(" APPEND "));
        assert_eq!(begun.count(), appends, "{lacks:?}");
        let waits = said.iter().filter(|line| {
            line.contains(" APPEND ") && line.ends_with('}') && !line.ends_with("+}")
        });
        assert_eq!(waits.count(), asked, "{lacks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_know_what_it_offers_gets_each_message_alone() {
    let from = filled(200).build().unwrap();
    let unknown = Fault::reply("APPEND", "{tag} BAD one message at a time\r\n");
    let to = (1..=4).fold(fake(), |fake, nth| fake.fault(unknown.clone().nth(nth)));
    let to = to.build().unwrap();
    let (tally, fates) = copy(&from, &to).await;
    assert_eq!((tally.unwrap().copied, fates.len()), (200, 0));
    assert_eq!(stored(&to, "Box").len(), 200);
    let said = to.said();
    let begun = said.iter().filter(|line| line.contains(" APPEND ")).count();
    assert!(begun > 150, "{begun}");
}

#[test]
fn a_copy_may_be_spawned() {
    fn may_be<T: Send>(_: T) {}
    let all = IdSet::all();
    may_be(async move |mut one: Client, mut other: Client| {
        let there = mailbox("Box");
        may_be(one.copy_to(&all, &mut other, &there, drop));
    });
    may_be(async move |mut watch: Watch| may_be(watch.next()));
}

#[tokio::test(start_paused = true)]
async fn keywords_go_along_where_they_are_taken() {
    let from = filled(2).build().unwrap();
    let narrow = "* FLAGS (\\Seen)\r\n* 0 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen)] few\r\n\
                  * OK [UIDVALIDITY 1]\r\n{tag} OK [READ-WRITE] done\r\n";
    let to = fake()
        .fault(Fault::reply("SELECT", narrow))
        .build()
        .unwrap();
    let (mut source, mut target) = (
        session(&from, StreamFault::None, 1 << 16).await,
        session(&to, StreamFault::None, 1 << 16).await,
    );
    let _ = copy_over(&mut source, &mut target).await;
    let said = to.said();
    let appends: Vec<&String> = said.iter().filter(|it| it.contains("APPEND")).collect();
    assert!(appends.iter().all(|it| !it.contains("$Work")), "{said:?}");
    assert!(appends[0].contains("(\\Seen)"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn texts_in_quotes_and_uids_behind_them_make_no_difference() {
    let from = filled(5)
        .fault(Fault::imap("UID FETCH", ImapFault::Quoted).nth(3))
        .build()
        .unwrap();
    let to = fake().build().unwrap();
    assert_eq!(copy(&from, &to).await.0.unwrap().copied, 5);
    assert_eq!(stored(&to, "Box"), stored(&from, "INBOX"));
    let text = "Message-ID: <1>\\r\\n\\r\\n";
    let script = format!("
        S: * PREAUTH [CAPABILITY IMAP4rev1] ready
        C: A1 EXAMINE \"INBOX\"
        S: * 1 EXISTS
        S: A1 OK
        C: A2 UID FETCH 1:* (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM TO CC SUBJECT)])
        S: * 1 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {{19}}
        S- {text} RFC822.SIZE 19 UID 7)\\r\\n
        S: A2 OK
        C: A3 UID FETCH 7 (UID FLAGS INTERNALDATE)
        S: * 1 FETCH (FLAGS (\\\\Seen \\\\Recent) UID 7)
        S: A3 OK
        C: A4 UID FETCH 7 (UID BODY.PEEK[])
        S: * 1 FETCH (BODY[] {{19}}
        S- {text} UID 7)\\r\\n
        S: A4 OK
        C: A5 UID FETCH 7 (UID BODY.PEEK[])
        S: * 1 FETCH (BODY[] {{19}}
        S- {text} UID 7)\\r\\n
        S: A5 NO behind the text it means nothing
        ...
    ");
    let to = fake().build().unwrap();
    let mut target = session(&to, StreamFault::None, 1 << 16).await;
    dialogue(&script, async |conn| {
        let mut source = greeted(conn).await;
        let (tally, fates) = copy_over(&mut source, &mut target).await;
        assert_eq!((tally.unwrap().copied, fates.len()), (1, 0));
    })
    .await;
    assert_eq!(stored(&to, "Box")[0].0, "Message-ID: <1>\r\n\r\n");
    assert_eq!(stored(&to, "Box")[0].1, ["\\Seen"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_or_withheld_meanwhile_is_told() {
    let to = fake().build().unwrap();
    let from = filled(4)
        .fault(Fault::imap("UID FETCH", ImapFault::ExpungeBetween(3)).nth(2))
        .build()
        .unwrap();
    let (tally, fates) = copy(&from, &to).await;
    assert_eq!(
        (tally.unwrap().copied, fates),
        (3, vec!["3 gone".to_owned()])
    );
    // Refused in the middle: the others are asked for one by one.
    for (nth, what) in [(2, "UID FETCH"), (3, "UID FETCH")] {
        let to = fake().build().unwrap();
        let from = filled(4)
            .fault(Fault::reply(what, "{tag} NO [SERVERBUG] cannot read it\r\n").nth(nth))
            .fault(Fault::reply(what, "{tag} NO [SERVERBUG] cannot read it\r\n").nth(nth + 2))
            .build()
            .unwrap();
        let (tally, fates) = copy(&from, &to).await;
        assert_eq!(tally.unwrap().copied, 3, "{nth}: {fates:?}");
        assert_eq!(fates, ["2 work.rejected"], "{nth}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_was_cut_off_is_made_whole_by_the_next() {
    let large = format!("{}{}", message(9), "0123456789\r\n".repeat(20_000));
    for (at, lacks) in [0, 40, 5_000, 60_000, 200_000]
        .into_iter()
        .flat_map(|at| [(at, ""), (at, "MULTIAPPEND")])
    {
        for (ours, theirs) in [
            (
                Some(Fault::Reset(Moment::Inside("UID FETCH", at)).nth(3)),
                None,
            ),
            (
                None,
                Some(Fault::Reset(Moment::Command("APPEND")).nth(1 + at / 20_000)),
            ),
            (
                None,
                Some(Fault::Reset(Moment::Inside("APPEND", 0)).nth(1 + at / 20_000)),
            ),
        ] {
            let with = |fake: FakeBuilder<Imap>, fault: &Option<Fault>| match fault {
                Some(fault) => fake.fault(fault.clone().on_connection(1)),
                None => fake,
            };
            let from = with(filled(4).message("u", &large), &ours).build().unwrap();
            let to = with(fake().without_capability(lacks), &theirs)
                .build()
                .unwrap();
            let (tally, _) = copy(&from, &to).await;
            let error = tally.map(drop);
            assert_ne!(kind(error), "work.rejected");
            let (tally, fates) = copy(&from, &to).await;
            let tally = tally.unwrap();
            assert_eq!(tally.copied + tally.there, 5, "{at} {ours:?} {theirs:?}");
            assert!(fates.is_empty(), "{fates:?}");
            assert_eq!(
                stored(&to, "Box"),
                stored(&from, "INBOX"),
                "{at} {ours:?} {theirs:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_of_any_size_flows_through_a_small_pipe() {
    let large = format!("{}{}", message(9), "0123456789\r\n".repeat(200_000));
    let from = fake().message("u", &large).build().unwrap();
    let to = fake().build().unwrap();
    let mut source = session(&from, StreamFault::None, 1000).await;
    let mut target = session(&to, StreamFault::None, 1000).await;
    assert_eq!(
        copy_over(&mut source, &mut target).await.0.unwrap().copied,
        1
    );
    assert_eq!(stored(&to, "Box"), stored(&from, "INBOX"));
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_is_still_being_filled_is_waited_for() {
    let from = filled(3).build().unwrap();
    let to = fake().build().unwrap();
    to.append("u", "Box", &[], message(1));
    let mut source = session(&from, StreamFault::None, 1 << 16).await;
    // What an earlier copy sent is taken while this one looks around.
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(to.serve(theirs));
    let mut target = greeted(Conn::from_memory(ours)).await;
    let late = async {
        let looked = || to.said().iter().any(|line| line.contains("UID FETCH 1:*"));
        while !looked() {
            tokio::task::yield_now().await;
        }
        to.append("u", "Box", &[], message(2));
    };
    let (copied, ()) = tokio::join!(copy_over(&mut source, &mut target), late);
    let tally = copied.0.unwrap();
    assert_eq!((tally.copied, tally.there), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn mistakes_are_told_before_anything_is_copied() {
    let (from, to) = (filled(1).build().unwrap(), fake().build().unwrap());
    let mut source = session(&from, StreamFault::None, 1 << 16).await;
    let mut target = session(&to, StreamFault::None, 1 << 16).await;
    let all = IdSet::all();
    let copied = source
        .copy_to(&all, &mut target, &mailbox("Box"), drop)
        .await;
    assert_eq!(kind(copied), "usage");
    source.examine(&Mailbox::inbox()).await.unwrap();
    let copied = source
        .copy_to(&all, &mut target, &mailbox("Gone"), drop)
        .await;
    assert_eq!(kind(copied), "work.not_found");
    // Both are as good as before.
    assert_eq!(
        copy_over(&mut source, &mut target).await.0.unwrap().copied,
        1
    );
    source.noop().await.unwrap();
    target.noop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_is_dropped_leaves_no_answers_behind() {
    let from = filled(2).build().unwrap();
    let lacks = std::cell::Cell::new("");
    // So small a pipe that there are many places to be dropped at.
    let fresh = async || {
        let to = fake().without_capability(lacks.get()).build().unwrap();
        let mut source = session(&from, StreamFault::None, 7).await;
        source.examine(&Mailbox::inbox()).await.unwrap();
        (source, session(&to, StreamFault::None, 7).await)
    };
    let there = mailbox("Box");
    for name in ["", "MULTIAPPEND", "LITERAL+"] {
        lacks.set(name);
        let polls = assert_cancellable(
            &fresh,
            async |(source, target): &mut (Client, Client)| {
                let all = IdSet::all();
                let copied = source.copy_to(&all, target, &there, drop).await;
                assert_eq!(copied.unwrap().copied, 2);
            },
            async |(source, target): &mut (Client, Client)| {
                for client in [source, target] {
                    let items = StatusItems::new().messages();
                    match client.status(&mailbox("Box"), &items).await {
                        Ok(found) => assert!(found.messages.is_some_and(|count| count <= 2)),
                        Err(error) => assert_eq!(error.kind().to_string(), "conn.poisoned"),
                    }
                }
            },
        )
        .await;
        assert!(polls > 100, "{polls}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_given_up() {
    for (ours, theirs) in [
        (
            Some(Fault::Stall(Moment::Inside("UID FETCH", 30)).nth(3)),
            None,
        ),
        (None, Some(Fault::Stall(Moment::Command("APPEND")).nth(1))),
        (None, Some(Fault::Deaf(Moment::Command("APPEND")).nth(1))),
    ] {
        let with = |fake: FakeBuilder<Imap>, fault: Option<Fault>| match fault {
            Some(fault) => fake.fault(fault),
            None => fake,
        };
        let from = with(filled(9), ours).build().unwrap();
        let to = with(fake(), theirs).build().unwrap();
        let mut source = session(&from, StreamFault::None, 1 << 10).await;
        let mut target = session(&to, StreamFault::None, 1 << 10).await;
        assert_eq!(
            kind(copy_over(&mut source, &mut target).await.0),
            "work.timeout"
        );
    }
}
