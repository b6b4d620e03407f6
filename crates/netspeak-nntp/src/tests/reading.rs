//! Groups, articles, overviews and lists.

use super::*;

#[tokio::test]
async fn the_verbs_of_rfc_3977() {
    let script = "
        C: GROUP misc.test
        S: 211 3 1 3 misc.test
        C: STAT
        S: 223 1 <1@x>
        C: NEXT
        S: 223 2 <2@x>
        C: LAST
        S: 223 1 <1@x>
        C: LAST
        S: 422 none before
        C: ARTICLE 2
        S: 220 2 <2@x>
        S: Subject: two
        S:
        S: ..dot
        S: .
        C: HEAD <2@x>
        S: 221 0 <2@x>
        S: Subject: two
        S: .
        C: BODY
        S: 222 2 <2@x>
        S: .
        C: LISTGROUP misc.test 2-
        S: 211 3 1 3 misc.test
        S: 2
        S: 3
        S: .
        C: NEWGROUPS 19700101 000000 GMT
        S: 231 new
        S: misc.test 3 1 y
        S: .
        C: NEWNEWS misc.* 19700101 000000 GMT
        S: 230 new
        S: <1@x>
        S: odd
        S: .
        C: DATE
        S: 111 20261125235959
        C: HELP
        S: 100 help
        S: we are
        S: .
        C: GROUP misc.none
        S: 411 no such group
        C: QUIT
        S: 205 bye
    ";
    let script = format!("S: 200 ready\n{script}");
    dialogue(&script, async |conn| {
        let mut client = greeted(conn).await;
        let group = client.group(&name("misc.test")).await.unwrap();
        assert_eq!((group.count, group.low, group.high), (3, 1, 3));
        assert_eq!(client.selected(), Some(&name("misc.test")));
        assert_eq!(client.stat(Which::Current).await.unwrap().number, Some(1));
        assert_eq!(
            client.next_article().await.unwrap().unwrap().id,
            Some(id("2@x"))
        );
        assert_eq!(
            client.last_article().await.unwrap().unwrap().number,
            Some(1)
        );
        assert_eq!(client.last_article().await.unwrap(), None);
        let mut article = client.article(2).await.unwrap();
        assert_eq!(article.found().number, Some(2));
        assert_eq!(
            article.bytes(100).await.unwrap(),
            b"Subject: two\r\n\r\n.dot\r\n"
        );
        let head = client.head(id("2@x")).await.unwrap();
        assert_eq!(head.text("subject").unwrap(), "two");
        client
            .body(Which::Current)
            .await
            .unwrap()
            .skip()
            .await
            .unwrap();
        let range = Some(ArticleRange::From(2));
        assert_eq!(
            client.listgroup(&name("misc.test"), range).await.unwrap(),
            [2, 3]
        );
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        assert_eq!(client.newgroups(epoch).await.unwrap().entries.len(), 1);
        let news = client.newnews("misc.*", epoch).await.unwrap();
        assert_eq!(
            (news.entries, news.unparsed),
            (vec![id("1@x")], vec!["odd".to_owned()])
        );
        client.date().await.unwrap();
        assert_eq!(client.help().await.unwrap(), ["we are"]);
        assert_eq!(
            kind(client.group(&name("misc.none")).await),
            "work.not_found"
        );
        assert!(client.quit().await.unwrap().reply().is_some());
    })
    .await;
}

#[tokio::test]
async fn the_lists_of_rfc_3977_and_6048() {
    let script = "
        C: LIST COUNTS misc.*
        S: 215 list
        S: misc.test 3 1 3 y
        S: .
        C: LIST ACTIVE.TIMES
        S: 215 list
        S: misc.test 930445408 <me@x>
        S: .
        C: LIST SUBSCRIPTIONS
        S: 215 list
        S: misc.test
        S: .
        C: LIST HEADERS
        S: 215 list
        S: :
        S: :lines
        S: .
        C: LIST DISTRIB.PATS
        S: 215 list
        S: 10:misc.*:world
        S: .
        C: LIST DISTRIBUTIONS
        S: 215 list
        S: world everybody
        S: .
        C: LIST MODERATORS
        S: 215 list
        S: misc.*:%s@x
        S: .
        C: LIST MOTD
        S: 215 motd
        S: ..be kind
        S: .
        C: LIST MOTD
        S: 503 none
    ";
    talk(script, async |client| {
        assert_eq!(
            client.list_counts(Some("misc.*")).await.unwrap().entries[0].count,
            3
        );
        assert_eq!(
            client.list_active_times(None).await.unwrap().entries[0].creator,
            "<me@x>"
        );
        assert_eq!(
            client.list_subscriptions(None).await.unwrap().entries,
            [name("misc.test")]
        );
        assert_eq!(
            client.list_headers().await.unwrap().entries,
            [":", ":lines"]
        );
        assert_eq!(
            client.list_distrib_pats().await.unwrap().entries[0].weight,
            10
        );
        let distributions = client.list_distributions().await.unwrap().entries;
        assert_eq!(
            distributions,
            [("world".to_owned(), "everybody".to_owned())]
        );
        assert_eq!(
            client.list_moderators().await.unwrap().entries[0].address,
            "%s@x"
        );
        assert_eq!(client.list_motd().await.unwrap().entries, [".be kind"]);
        assert_eq!(kind(client.list_motd().await), "work.rejected");
    })
    .await;
}

#[tokio::test]
async fn older_servers_know_overviews_by_another_name() {
    let script = "
        C: OVER 1-2
        S: 500 what?
        C: XOVER 1-2
        S: 224 rows
        S: 1\ta
        S: no row
        S: 2\tb
        S: .
        C: XHDR Subject 1-2
        S: 221 Header follows
        S: 1 a
        S: .
        C: XPAT Subject 1-2 *a* b
        S: 221 Header follows
        S: 1 a
        S: .
        C: LIST OVERVIEW.FMT
        S: 500 what?
    ";
    talk(script, async |client| {
        let mut rows = client.over(1..=2).await.unwrap();
        assert_eq!(
            rows.next().await.unwrap().unwrap().subject(),
            Some(&b"a"[..])
        );
        assert_eq!(rows.next().await.unwrap().unwrap().number(), 2);
        assert!(rows.next().await.unwrap().is_none());
        assert!(rows.next().await.unwrap().is_none());
        assert_eq!(
            client.hdr("Subject", 1..=2).await.unwrap().entries[0].text(),
            "a"
        );
        let found = client.xpat("Subject", 1..=2, &["*a*", "b"]).await.unwrap();
        assert_eq!(found.entries.len(), 1);
        assert_eq!(kind(client.xpat("Subject", 1..=2, &[]).await), "usage");
        assert_eq!(
            client.overview_format().await.unwrap(),
            OverviewFormat::default()
        );
    })
    .await;
}

#[tokio::test]
async fn an_overview_by_message_id() {
    let script = "
        C: OVER <1@x>
        S: 224 rows
        S: 0\ta
        S: .
        C: OVER <2@x>
        S: 430 no such article
    ";
    talk(script, async |client| {
        let rows = client.over(&id("1@x")).await.unwrap().all().await.unwrap();
        assert_eq!((rows[0].number, rows[0].subject.as_str()), (0, "a"));
        assert_eq!(kind(client.over(&id("2@x")).await), "work.not_found");
    })
    .await;
}

#[tokio::test]
async fn a_tail_tells_what_is_new_and_fills_its_gaps() {
    let script = "
        C: GROUP g
        S: 211 3 1 3 g
        C: GROUP g
        S: 211 5 1 6 g
        C: OVER 4-6
        S: 224 rows
        S: 4\tfour
        S: 6\tsix
        S: .
        C: GROUP g
        S: 211 6 1 6 g
        C: OVER 5-6
        S: 224 rows
        S: 5\tfive
        S: 6\tsix
        S: .
        C: GROUP g
        S: 211 6 1 6 g
        C: GROUP g
        S: 211 1 1 1 g
        C: OVER 1-1
        S: 423 nothing yet
    ";
    talk(script, async |client| {
        let mut tail = Tail::since(name("g"), 3);
        let mut poll = async |tail: &mut Tail| {
            let new = tail.poll(client).await.unwrap();
            new.iter().map(|row| row.number).collect::<Vec<_>>()
        };
        assert!(poll(&mut tail).await.is_empty());
        assert_eq!(poll(&mut tail).await, [4, 6]);
        assert_eq!((tail.mark(), tail.gaps().collect()), (6, vec![5]));
        assert_eq!(poll(&mut tail).await, [5]);
        assert_eq!(tail.gaps().count(), 0);
        assert!(poll(&mut tail).await.is_empty());
        // Made anew.
        assert!(poll(&mut tail).await.is_empty());
        assert_eq!((tail.mark(), tail.gaps().collect()), (1, vec![1]));
    })
    .await;
}
