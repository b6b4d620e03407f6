//! Whole sessions with the fake server.

use netspeak_core::sasl::Credentials;
use netspeak_core::tls::{Roots, TlsSettings};
use netspeak_fake::{Builder as FakeBuilder, Fault, Imap, Moment, Server};

use super::*;

const ONE: &str = "Subject: one\r\nFrom: A <a@x.test>\r\n\r\nhello\r\n";
const TWO: &str = "Subject: two\r\n\r\n.\r\nA1 OK done\r\n)\r\n";

fn fake() -> FakeBuilder<Imap> {
    Imap::builder()
        .user("u", "secret")
        .special_mailbox("u", "Sent", &["\\Sent"])
        .message("u", ONE)
        .message("u", TWO)
}

async fn connected(server: &Server<Imap>) -> Result<Client> {
    let url = server.url("imap").replace("//", "//u:secret@");
    Client::builder()
        .tls(Tls::Off)
        .connect(&url.parse().unwrap())
        .await
}

/// With INBOX open, from a server that lacks these.
async fn opened(lacks: &[&str]) -> (Server<Imap>, Client) {
    let builder = lacks
        .iter()
        .fold(fake(), |fake, name| fake.without_capability(name));
    let server = builder.start().await.unwrap();
    let mut client = connected(&server).await.unwrap();
    client.select(&Mailbox::inbox()).await.unwrap();
    (server, client)
}

#[tokio::test]
async fn messages_come_byte_for_byte() {
    for lacks in [
        &[][..],
        &["IMAP4rev2", "LITERAL+", "ESEARCH", "CONDSTORE", "QRESYNC"],
    ] {
        let (_server, mut client) = opened(lacks).await;
        for (uid, text) in [(1, ONE), (2, TWO)] {
            let mut message = client.message(uid).await.unwrap();
            assert_eq!(message.bytes(1000).await.unwrap(), text.as_bytes());
        }
        let section = Section::header_fields(["subject"]).unwrap();
        let mut header = client.section(1, &section).await.unwrap();
        assert_eq!(header.bytes(100).await.unwrap(), b"Subject: one\r\n\r\n");
        let mut part = client.partial(2, &Section::text(), 3, 5).await.unwrap();
        assert_eq!(part.bytes(100).await.unwrap(), b"A1 OK");
        let none = client.message(99).await;
        assert_eq!(kind(none.map(drop)), "work.not_found");
        client.logout().await.unwrap();
    }
}

#[tokio::test]
async fn everything_that_can_be_fetched_is_fetched() {
    let (_server, mut client) = opened(&[]).await;
    let items = Items::new()
        .flags()
        .internal_date()
        .size()
        .envelope()
        .body_structure()
        .modseq()
        .preview()
        .save_date()
        .email_id()
        .thread_id()
        .binary_size(&[1])
        .binary(&[1])
        .header();
    let rows = client.fetch(1, &items).await.unwrap().all(9).await.unwrap();
    let row = &rows[0];
    assert_eq!(
        (row.number, row.uid, row.size),
        (1, Some(1), Some(ONE.len() as u64))
    );
    let envelope = row.envelope.as_ref().unwrap();
    assert_eq!(envelope.subject.as_ref().unwrap(), &"one");
    assert!(row.modseq.is_some() && row.internal_date.is_some() && row.body_structure.is_some());
    assert!(row.preview.is_some() && row.save_date.is_some() && row.email_id.is_some());
    assert_eq!(row.binary_sizes, [(vec![1], 7)]);
    assert_eq!(row.bodies.len(), 2);
    assert!(row.others.is_empty(), "{:?}", row.others);
}

#[tokio::test]
async fn what_is_appended_is_there() {
    for lacks in [&[][..], &["LITERAL+"], &["UIDPLUS", "IMAP4rev2"]] {
        let (server, mut client) = opened(lacks).await;
        let how = Append::new()
            .flags([Flag::Seen, "$Label".parse().unwrap()])
            .date("17-Jul-1996 02:44:25 -0700".parse().unwrap());
        let put = client
            .append(&mailbox("Sent"), &how, ONE.as_bytes())
            .await
            .unwrap();
        assert_eq!(
            put.map(|put| put.uid),
            (!lacks.contains(&"UIDPLUS")).then_some(1)
        );
        let stored = server.mailbox("u", "Sent");
        assert_eq!(stored[0].flags, ["\\Seen", "$Label"]);
        let gone = client.append(&mailbox("Gone"), &Append::new(), b"x").await;
        assert_eq!(kind(gone), "work.not_found");
        client.noop().await.unwrap();
    }
}

#[tokio::test]
async fn messages_are_moved_with_and_without_the_servers_help() {
    for lacks in [
        &[][..],
        &["MOVE", "IMAP4rev2"],
        &["MOVE", "UIDPLUS", "IMAP4rev2"],
    ] {
        let (server, mut client) = opened(lacks).await;
        let moved = client.move_to(1, &mailbox("Sent")).await.unwrap();
        let has_uids = !lacks.contains(&"UIDPLUS");
        assert_eq!(moved.uids, if has_uids { vec![(1, 1)] } else { vec![] });
        assert_eq!(server.mailbox("u", "Sent").len(), 1);
        // Nobody can remove one message alone without UIDPLUS.
        assert_eq!(
            server.mailbox("u", "INBOX").len(),
            if has_uids { 1 } else { 2 }
        );
    }
}

#[tokio::test]
async fn searches_find_the_same_in_either_form() {
    for lacks in [&[][..], &["ESEARCH", "IMAP4rev2"]] {
        let (_server, mut client) = opened(lacks).await;
        let found = client.search(&Search::subject("two")).await.unwrap();
        assert_eq!(found, ids("2"));
        let both = Search::from("a@x.test").or(Search::subject("two"));
        assert_eq!(client.search(&both).await.unwrap(), ids("1:2"));
        let none = Search::seen().and(Search::larger(1 << 20));
        assert!(client.search(&none).await.unwrap().is_empty());
        let other = client.search(&Search::body("Grüße")).await.unwrap();
        assert!(other.is_empty());
    }
    let (_server, mut client) = opened(&[]).await;
    let returns = Returns::new().min().max().count().save();
    let told = client
        .search_return(&Search::all(), &returns)
        .await
        .unwrap();
    assert_eq!(
        (told.min, told.max, told.count),
        (Some(1), Some(2), Some(2))
    );
    assert_eq!(client.search(&Search::saved()).await.unwrap(), ids("1:2"));
}

#[tokio::test]
async fn mailboxes_have_status_and_roles_in_any_server() {
    for lacks in [
        &[][..],
        &["LIST-STATUS", "IMAP4rev2"],
        &["LIST-EXTENDED", "IMAP4rev2"],
    ] {
        let builder = lacks
            .iter()
            .fold(fake(), |fake, name| fake.without_capability(name));
        let server = builder.mailbox("u", "日本語/a&b").start().await.unwrap();
        let mut client = connected(&server).await.unwrap();
        let query = ListQuery::new("*").with_status(StatusItems::basic());
        let listed = client.list(&query).await.unwrap();
        let entry = |name: &str| listed.iter().find(|entry| entry.mailbox.name() == name);
        let status = entry("INBOX").unwrap().status.as_ref().unwrap();
        assert_eq!(
            (status.messages, status.unseen),
            (Some(2), Some(2)),
            "{lacks:?}"
        );
        assert!(entry("日本語/a&b").unwrap().status.is_some(), "{lacks:?}");
        assert!(entry("Sent").unwrap().role().is_some(), "{lacks:?}");
    }
}

#[tokio::test]
async fn sync_finds_the_same_by_every_means() {
    for (lacks, way) in [
        (&[][..], Way::Qresync),
        (&["QRESYNC"], Way::Condstore),
        (&["QRESYNC", "CONDSTORE"], Way::Comparison),
    ] {
        let (server, mut client) = opened(lacks).await;
        let inbox = Mailbox::inbox();
        let first = client.sync(&inbox, Access::ReadOnly, None).await.unwrap();
        assert_eq!(first.new.len(), 2);
        server.deliver("u", "Subject: three\r\n\r\n");
        server.set_flags("u", "INBOX", 2, &["\\Seen"]);
        server.expunge("u", "INBOX", 1);
        let known = Some(&first.state);
        let sync = client.sync(&inbox, Access::ReadOnly, known).await.unwrap();
        assert_eq!(sync.way, way);
        let uids = |rows: &[response::Fetch]| rows.iter().map(|row| row.uid).collect::<Vec<_>>();
        assert_eq!(uids(&sync.new), [Some(3)], "{way:?}");
        assert_eq!(uids(&sync.changed), [Some(2)], "{way:?}");
        assert_eq!(sync.vanished, ids("1"), "{way:?}");
        let known = Some(&sync.state);
        let quiet = client.sync(&inbox, Access::ReadOnly, known).await.unwrap();
        assert!(quiet.new.is_empty() && quiet.changed.is_empty() && quiet.vanished.is_empty());
        server.set_uid_validity("u", "INBOX", 99);
        let reset = client.sync(&inbox, Access::ReadOnly, known).await.unwrap();
        assert!(reset.is_reset && reset.new.len() == 2, "{way:?}");
    }
}

#[tokio::test]
async fn idle_is_woken_by_a_delivery() {
    let (server, mut client) = opened(&[]).await;
    let mut idle = client.idle().await.unwrap();
    server.deliver("u", ONE);
    assert!(matches!(
        idle.next().await.unwrap(),
        Some(Untagged::Exists(3))
    ));
    idle.done().await.unwrap();
    assert_eq!(client.selected().unwrap().exists, 3);
}

#[tokio::test]
async fn credentials_demand_the_upgrade() {
    let server = fake().starttls().start().await.unwrap();
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    let connector = Connector::new().with_tls(settings);
    let url = server.url("imap").replace("//", "//u:secret@");
    let builder = Client::builder().connector(connector).tls(Tls::Required);
    let mut client = builder.connect(&url.parse().unwrap()).await.unwrap();
    assert!(client.conn().is_encrypted());
    client.select(&Mailbox::inbox()).await.unwrap();
    client.logout().await.unwrap();
    // There is no upgrade once a session is let in.
    let server = fake().starttls().preauth("u").start().await.unwrap();
    let target = server.url("imap").parse().unwrap();
    let opened = Client::builder().tls(Tls::Required).connect(&target).await;
    assert_eq!(kind(opened), "starttls.not_offered");
}

#[tokio::test]
async fn every_mechanism_leads_in_and_a_wrong_password_does_not() {
    let server = fake().start().await.unwrap();
    let target = server.url("imap").parse().unwrap();
    for mechanism in ["SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"] {
        let login = Credentials::password("u", "secret".into()).with_mechanism(mechanism);
        let builder = Client::builder().tls(Tls::Off).credentials(login);
        let mut client = builder.connect(&target).await.unwrap();
        client.select(&Mailbox::inbox()).await.unwrap();
    }
    let wrong = Credentials::password("u", "wrong".into());
    let builder = Client::builder().tls(Tls::Off).credentials(wrong);
    assert_eq!(kind(builder.connect(&target).await), "auth.rejected");
}

#[tokio::test]
async fn names_and_words_of_any_kind_come_back() {
    for lacks in [&[][..], &["IMAP4rev2"]] {
        let (server, mut client) = opened(lacks).await;
        client.unselect().await.unwrap();
        if lacks.is_empty() {
            client.enable(&["UTF8=ACCEPT"]).await.unwrap();
        }
        for name in ["日本語", "a&b", "q\"uo\\te", "Grüße & Küsse", "{5}"] {
            let name = mailbox(name);
            client.create(&name).await.unwrap();
            let put = client.append(&name, &Append::new(), ONE.as_bytes()).await;
            put.unwrap();
            let status = client.status(&name, &StatusItems::basic()).await;
            assert_eq!(status.ok().and_then(|it| it.messages), Some(1), "{name}");
            let there = server.mailboxes("u");
            assert!(there.iter().any(|known| known == name.name()), "{there:?}");
            client.delete(&name).await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing() {
    for (moment, expected) in [
        (Moment::Greeting, "greeting.timeout"),
        (Moment::Command("NOOP"), "work.timeout"),
    ] {
        let fake = Imap::builder().fault(Fault::Stall(moment)).build().unwrap();
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(fake.serve(theirs));
        let found = match Client::from_conn(Conn::from_memory(ours)).await {
            Ok(mut client) => kind(client.noop().await),
            Err(error) => error.kind().to_string(),
        };
        assert_eq!(found, expected);
    }
}
