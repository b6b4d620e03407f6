//! DELE, RSET and QUIT: what is deleted, and when.

use netspeak_fake::{Fault, Moment};

use super::*;

#[tokio::test(start_paused = true)]
async fn quit_deletes_what_is_marked() {
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    client.dele(number(1)).await.unwrap();
    client.dele(number(3)).await.unwrap();
    assert_eq!(fake.maildrop("ops").len(), 3, "a mark is no deletion");
    let reply = client.quit().await.unwrap().said().unwrap();
    assert_eq!(reply.text(), "bye, 1 messages left");
    assert_eq!(fake.maildrop("ops"), [b"Subject: 2\r\n\r\n.two\r\n..\r\n"]);
}

#[tokio::test(start_paused = true)]
async fn rset_takes_the_marks_back() {
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    client.dele(number(1)).await.unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 2);
    client.rset().await.unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 3);
    client.quit().await.unwrap();
    assert_eq!(fake.maildrop("ops").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn dropping_deletes_nothing_and_says_nothing() {
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    client.dele(number(1)).await.unwrap();
    drop(client);
    fake.idle().await;
    assert_eq!(fake.maildrop("ops").len(), 3);
    assert_eq!(fake.said().last().unwrap(), "DELE 1");
}

#[tokio::test(start_paused = true)]
async fn a_quit_that_does_not_commit_is_an_error() {
    let fake = server()
        .fault(Fault::reply("QUIT", "-ERR some not removed\r\n"))
        .build()
        .unwrap();
    let mut client = logged_in(over(&fake)).await;
    client.dele(number(1)).await.unwrap();
    let error = client.quit().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "QUIT (1 to delete) refused: -ERR some not removed"
    );
    assert_eq!(error.kind().to_string(), "quit.rejected");
}

#[tokio::test(start_paused = true)]
async fn a_quit_without_an_answer_undoes_nothing_unless_messages_are_marked() {
    let answers: [fn() -> Fault; 5] = [
        || Fault::Close(Moment::Command("QUIT")),
        || Fault::Reset(Moment::Command("QUIT")),
        || Fault::Stall(Moment::Command("QUIT")),
        || Fault::reply("QUIT", "what?\r\n"),
        || Fault::reply("QUIT", "-ERR no\r\n"),
    ];
    for fault in answers {
        let client = async || logged_in(over(&server().fault(fault()).build().unwrap())).await;
        let goodbye = client().await.quit().await.unwrap();
        assert!(goodbye.reply().is_none(), "{goodbye:?}");
        let mut unmarked = client().await;
        unmarked.dele(number(1)).await.unwrap();
        unmarked.rset().await.unwrap();
        assert!(unmarked.quit().await.unwrap().said().is_err());
        let mut marked = client().await;
        marked.dele_many(&[number(1), number(9)]).await.unwrap();
        let error = marked.quit().await.unwrap_err();
        assert!(error.to_string().contains("(1"), "{error}");
        assert!(matches!(
            error.kind().to_string().as_str(),
            "quit.in_doubt" | "quit.rejected"
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn many_at_once_each_with_its_result() {
    let fake = server().build().unwrap();
    let mut client = greeted(over(&fake)).await;
    client.capa().await.unwrap();
    client.user_pass("ops", &password()).await.unwrap();
    let numbers = [number(3), number(7), number(1), number(3)];
    let results = client.dele_many(&numbers).await.unwrap();
    let texts: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().map_err(ToString::to_string))
        .collect();
    assert_eq!(
        texts,
        [
            Ok(&()),
            Err("DELE 7 refused: -ERR no such message".to_owned()),
            Ok(&()),
            Err("DELE 3 refused: -ERR no such message".to_owned()),
        ]
    );
    assert!(fake.log().last().unwrap().pipelined);
    assert!(client.dele_many(&[]).await.unwrap().is_empty());
    client.quit().await.unwrap();
    assert_eq!(fake.maildrop("ops").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn more_than_a_window_of_marks() {
    let builder = (0..250).fold(Pop3::builder().user("ops", "secret"), |b, n| {
        b.message("ops", format!("{n}\r\n"))
    });
    let fake = builder.build().unwrap();
    let mut client = greeted(over(&fake)).await;
    client.capa().await.unwrap();
    client.user_pass("ops", &password()).await.unwrap();
    let numbers: Vec<_> = (1..=250).map(number).collect();
    let results = client.dele_many(&numbers).await.unwrap();
    assert!(results.len() == 250 && results.iter().all(Result::is_ok));
    client.quit().await.unwrap();
    assert!(fake.maildrop("ops").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_cut_among_many_marks_deletes_nothing() {
    let fake = server()
        .fault(Fault::Close(Moment::Inside("DELE", 4)).nth(2))
        .build()
        .unwrap();
    let mut client = greeted(over(&fake)).await;
    client.capa().await.unwrap();
    client.user_pass("ops", &password()).await.unwrap();
    let outcome = client.dele_many(&[number(1), number(2), number(3)]).await;
    assert_eq!(kind(outcome), "proto.closed");
    assert_poisoned(client.quit().await);
    fake.idle().await;
    assert_eq!(fake.maildrop("ops").len(), 3);
}
