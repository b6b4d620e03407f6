//! Extensions, as the fake server has them.

use netspeak_fake::{Imap, Server};

use super::*;

async fn opened() -> (Server<Imap>, Client) {
    let message = |id: u32, more: &str| {
        format!(
            "Subject: x\r\nMessage-ID: <{id}>\r\nDate: Mon, 1 Jan 2024 10:00:0{id} +0000\r\n{more}\r\n"
        )
    };
    let fake = Imap::builder()
        .user("u", "secret")
        .quota("u", 100)
        .mailbox("u", "Other")
        .message("u", message(1, ""))
        .message("u", message(3, "References: <1>\r\n"))
        .message("u", message(2, ""));
    let server = fake.start().await.unwrap();
    let url = server.url("imap").replace("//", "//u:secret@");
    let builder = Client::builder().tls(Tls::Off);
    let mut client = builder.connect(&url.parse().unwrap()).await.unwrap();
    client.select(&Mailbox::inbox()).await.unwrap();
    (server, client)
}

#[tokio::test]
async fn limits_rights_and_notes_are_set_and_told() {
    let (_server, mut client) = opened().await;
    let inbox = Mailbox::inbox();
    let told = client.get_quota_root(&inbox).await.unwrap();
    assert_eq!(told.resource("STORAGE").unwrap().limit, 100);
    let set = client.set_quota("", &[("STORAGE", 50)]).await.unwrap();
    assert_eq!(set.unwrap().resource("STORAGE").unwrap().limit, 50);
    assert_eq!(kind(client.get_quota("x").await), "work.not_found");
    let rights = "lr".parse().unwrap();
    let change = RightsChange::Replace(rights);
    client.set_acl(&inbox, "ann", change).await.unwrap();
    let acl = client.get_acl(&inbox).await.unwrap();
    assert!(acl.rights.contains(&("ann".into(), rights)));
    client.delete_acl(&inbox, "ann").await.unwrap();
    assert!(client.my_rights(&inbox).await.unwrap().has(Right::Insert));
    let listed = client.list_rights(&inbox, "ann").await.unwrap();
    assert!(listed.required.is_empty() && listed.optional.len() > 10);
    let value = "line\r\nline \u{fc} \"quoted\"".as_bytes();
    for place in [None, Some(&inbox)] {
        let entries = [("/private/a", Some(value)), ("/shared/b", Some(&b""[..]))];
        client.set_metadata(place, &entries).await.unwrap();
        let wanted = ["/private/a", "/shared/b"];
        let notes = client
            .get_metadata(place, &wanted, MetadataReach::new())
            .await;
        let notes = notes.unwrap();
        assert_eq!(notes.value("/private/a").unwrap().as_bytes(), value);
        assert!(notes.value("/shared/b").unwrap().is_empty());
        client
            .set_metadata(place, &[("/private/a", None)])
            .await
            .unwrap();
        let reach = MetadataReach::new().depth(Depth::One);
        let notes = client
            .get_metadata(place, &["/private", "/shared"], reach)
            .await;
        assert_eq!(notes.unwrap().entries.len(), 1);
    }
    client.logout().await.unwrap();
}

#[tokio::test]
async fn messages_are_ordered_gathered_and_replaced() {
    let (server, mut client) = opened().await;
    let all = Search::all();
    let by_date = Sort::date().reverse();
    assert_eq!(client.sort(&by_date, &all).await.unwrap(), [2, 3, 1]);
    let count = Returns::new().count().all();
    let told = client.sort_return(&by_date, &all, &count).await.unwrap();
    assert_eq!(told.all.unwrap().to_string(), "2:3,1");
    let threads = client.thread(&Threading::References, &all).await.unwrap();
    let sizes: Vec<_> = threads
        .iter()
        .map(|thread| thread.messages().len())
        .collect();
    assert_eq!(sizes, [2, 1]);
    let drafts = [Draft::new(b"a\n"), Draft::new(b"b\n").flags([Flag::Seen])];
    let other = mailbox("Other");
    let put = client.append_all(&other, &drafts).await.unwrap();
    assert_eq!(put.iter().map(|put| put.uid).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(server.mailbox("u", "Other")[1].bytes, b"b\r\n");
    let new = Draft::new(b"Subject: new\n\n").flags([Flag::Draft]);
    let put = client.replace(1, &Mailbox::inbox(), &new).await.unwrap();
    assert_eq!(put.unwrap().uid, 4);
    let left = client.search(&Search::all()).await.unwrap();
    assert_eq!(left, ids("2:4"));
    client.logout().await.unwrap();
}

#[tokio::test]
async fn what_happens_elsewhere_wakes_who_idles() {
    let (server, mut client) = opened().await;
    let notify = Notify::new()
        .watch(Watched::Selected, Events::messages())
        .watch(
            Watched::Mailboxes(vec![mailbox("Other")]),
            Events::messages(),
        );
    let told = client.notify(&notify.with_status()).await.unwrap();
    assert_eq!(told[0].messages, Some(0));
    server.append("u", "Other", &[], "x");
    let mut idle = client.idle().await.unwrap();
    server.deliver("u", "y");
    let (mut other, mut inbox) = (None, None);
    while other.is_none() || inbox.is_none() {
        match idle.next().await.unwrap().unwrap() {
            Untagged::MailboxStatus(status) => other = status.messages,
            Untagged::Exists(count) => inbox = Some(count),
            _ => {}
        }
    }
    assert_eq!((other, inbox), (Some(1), Some(4)));
    idle.done().await.unwrap();
    client.notify_none().await.unwrap();
    client.logout().await.unwrap();
}

#[tokio::test]
async fn extensions_run_ahead_where_nothing_is_mistaken() {
    let (_server, mut client) = opened().await;
    let inbox = Mailbox::inbox();
    let (sort, search) = (Sort::date(), Search::all());
    let commands = [
        Command::Acl(AclCommand::MyRights(&inbox)),
        Command::Acl(AclCommand::Get(&inbox)),
        Command::Quota(QuotaCommand::GetRoot(&inbox)),
        Command::Sort {
            uid: true,
            sort: &sort,
            search: &search,
            returns: None,
        },
        Command::Search {
            uid: true,
            search: &search,
            returns: None,
        },
        Command::Thread {
            uid: true,
            threading: &Threading::References,
            search: &search,
        },
    ];
    let answers = client.pipeline(&commands).await.unwrap();
    let counts: Vec<usize> = answers.iter().map(|answer| answer.data.len()).collect();
    assert_eq!(counts, [1, 1, 2, 1, 1, 1]);
    assert_eq!(client.news(), None);
    for command in [
        Command::Compress,
        Command::Notify(None),
        Command::AppendAll(&inbox, &[]),
    ] {
        assert_eq!(kind(client.pipeline(&[command]).await), "usage");
    }
}
