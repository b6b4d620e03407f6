//! Searches: for text of every kind, for days, sizes and flags, and what is told of the result.

use netspeak::core::Tls;
use netspeak::imap::{Append, Client, Date, Flag, IdSet, Returns, Search};

use crate::harness::{kind, user, with_password};
use crate::imap::{SERVERS, fresh, lacking, logged_in};

fn ids(text: &str) -> IdSet {
    text.parse().unwrap()
}

const MESSAGES: [&str; 4] = [
    "From: Ada <ada@example.org>\r\nSubject: plain words\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\n\r\nnothing odd\r\n",
    "From: =?UTF-8?Q?J=C3=BCrgen?= <j@example.org>\r\nSubject: =?UTF-8?B?5pel5pys6Kqe?=\r\n\
     Date: Fri, 02 Jan 2026 00:00:00 +0000\r\n\r\nencoded words\r\n",
    "From: c@example.org\r\nSubject: \"quoted\\\" and (parentheses)\r\nMIME-Version: 1.0\r\n\
     Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\
     X-Odd: yes {3}\r\n\r\nGrüße aus Köln, 東京\r\n",
    "From: d@example.org\r\nSubject: large\r\nDate: Sat, 03 Jan 2026 00:00:00 +0000\r\n\r\n",
];

/// A mailbox with these messages, open.
async fn filled(client: &mut Client) {
    let there = fresh(client, "searched").await;
    for (n, text) in (1..).zip(MESSAGES) {
        let mut text = text.to_owned();
        if n == 4 {
            text += &"x".repeat(70).replacen('x', "line x", 1);
            text += &"\r\nanother line of many".repeat(200);
        }
        let date = format!("0{n}-Feb-2026 12:00:00 +0000").parse().unwrap();
        let flags = [Flag::Seen, "$Work".parse().unwrap()];
        let how = Append::new()
            .date(date)
            .flags(flags.into_iter().take(n % 3));
        client.append(&there, &how, text.as_bytes()).await.unwrap();
    }
    client.select(&there).await.unwrap();
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Searches, and what they find.
fn searches() -> Vec<(Search, &'static str)> {
    let work: Flag = "$Work".parse().unwrap();
    vec![
        (Search::all(), "1:4"),
        (Search::subject("PLAIN"), "1"),
        (Search::subject("日本"), "2"),
        (Search::from("Jürgen"), "2"),
        (Search::body("Grüße aus Köln"), "3"),
        (Search::text("東京"), "3"),
        (Search::subject("\"quoted\\\" and ("), "3"),
        (Search::header("X-Odd", "{3}").unwrap(), "3"),
        (Search::header("X-Odd", "").unwrap(), "3"),
        (Search::header("Date", "").unwrap(), "1:2,4"),
        (Search::larger(3000), "4"),
        (Search::smaller(3000), "1:3"),
        (Search::since(day("3-Feb-2026")), "3:4"),
        (Search::before(day("2-Feb-2026")), "1"),
        (Search::on(day("2-Feb-2026")), "2"),
        (Search::sent_on(day("2-Jan-2026")), "2"),
        (Search::seen(), "1:2,4"),
        (Search::unseen(), "3"),
        (Search::flag(&work), "2"),
        (Search::without_flag(&work), "1,3:4"),
        (Search::uid(2..=3), "2:3"),
        (Search::numbers([1, 4]), "1,4"),
        (Search::seen().and(Search::larger(3000)), "4"),
        (Search::subject("plain").or(Search::subject("日本")), "1:2"),
        (Search::seen().not(), "3"),
        (Search::subject("nowhere to be found"), ""),
        (
            Search::raw("SINCE 1-Feb-2026 (OR SUBJECT plain LARGER 3000)").unwrap(),
            "1,4",
        ),
    ]
}

fn found(expected: &str) -> IdSet {
    match expected {
        "" => IdSet::new(),
        text => ids(text),
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn searches_find_what_is_there() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SEARCHED).await;
        filled(&mut client).await;
        for (search, expected) in searches() {
            let uids = client.search(&search).await;
            let uids = uids.unwrap_or_else(|error| panic!("{server} {search:?}: {error}"));
            assert_eq!(uids, found(expected), "{server} {search:?}");
            // In a new mailbox they are the same.
            let numbers = client.search_numbers(&search).await.unwrap();
            assert_eq!(numbers, found(expected), "{server} {search:?}");
        }
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn searches_find_the_same_in_the_old_way() {
    let (target, _proxy) = lacking(&["ESEARCH", "SEARCHRES", "LITERAL+"]).await;
    let builder = Client::builder().tls(Tls::Off);
    let builder = builder.credentials(with_password(user::IMAP_SEARCHED));
    let mut client = builder.connect(&target).await.unwrap();
    let there = fresh(&mut client, "searched of old").await;
    for text in MESSAGES {
        client
            .append(&there, &Append::new(), text.as_bytes())
            .await
            .unwrap();
    }
    client.select(&there).await.unwrap();
    for (search, expected) in [
        (Search::subject("日本"), "2"),
        (Search::body("Grüße aus Köln"), "3"),
        (Search::subject("nowhere"), ""),
        (Search::all(), "1:4"),
    ] {
        assert_eq!(client.search(&search).await.unwrap(), found(expected));
    }
    let returns = Returns::new().count();
    let outcome = client.search_return(&Search::all(), &returns).await;
    assert_eq!(kind(&outcome), "work.not_offered");
    client.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn what_a_search_tells_is_a_matter_of_choice() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_SEARCHED).await;
        filled(&mut client).await;
        let returns = Returns::new().min().max().count().all();
        let seen = Search::seen();
        let told = client.search_return(&seen, &returns).await.unwrap();
        assert_eq!(
            (told.min, told.max, told.count),
            (Some(1), Some(4), Some(3)),
            "{server}"
        );
        assert_eq!(told.all.unwrap().to_set(), ids("1:2,4"), "{server}");
        let saving = Returns::new().save().count();
        let saved = client.search_return(&seen, &saving).await;
        if server == "CYRUS" {
            assert_eq!(kind(&saved), "work.not_offered");
        } else {
            saved.unwrap();
            let again = Search::saved().and(Search::larger(3000));
            assert_eq!(client.search(&again).await.unwrap(), ids("4"));
        }
        // Neither server has pages.
        let page = Returns::new().partial(1, 2);
        let outcome = client.search_return(&Search::all(), &page).await;
        assert_eq!(kind(&outcome), "work.not_offered", "{server}");
        client.logout().await.unwrap();
    }
}
