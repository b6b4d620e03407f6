//! `netspeak send` against a server in the same process.
#![cfg(test)]

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Fault, GREETING, How, MESSAGE, Moment, Server, Smtp};
use tokio::process::Command;

async fn send(server: &Server<Smtp>, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command
        .args(["send", &server.url("smtp"), "--from", "a@example.org"])
        .args(words);
    command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .env_remove("NETSPEAK_PASSWORD");
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    output.await.expect("the command hangs").unwrap()
}

fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn told(output: &Output) -> String {
    let both = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(both).unwrap()
}

#[tokio::test]
async fn without_a_file_a_dated_test_mail_is_sent() {
    let server = Smtp::builder().start().await.unwrap();
    let output = send(
        &server,
        &["--to", "b@example.org", "--subject", "hi\r\nBcc: x@y.z"],
    )
    .await;
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let [mail] = <[_; 1]>::try_from(server.mails()).unwrap();
    assert_eq!(
        (mail.from.as_str(), mail.addresses()),
        ("a@example.org", vec!["b@example.org"])
    );
    let text = String::from_utf8(mail.data).unwrap();
    for header in [
        "Date: ",
        "From: a@example.org\r\n",
        "Message-ID: <",
        "To: b@example.org\r\n",
    ] {
        assert!(text.contains(header), "{header} is missing in {text}");
    }
    // What was typed stays in its header.
    assert!(
        text.contains("Subject: hi\\x0d\\x0aBcc: x@y.z\r\n"),
        "{text}"
    );
}

#[tokio::test]
async fn the_exit_code_tells_whether_all_some_or_none_got_it() {
    let refusing = Smtp::builder().refuse("no@example.org", "550 5.1.1 no such user");
    let server = refusing.start().await.unwrap();
    for (to, code, accepted) in [
        (&["yes@example.org"][..], 0, 1),
        (
            &["yes@example.org", "no@example.org", "also@example.org"],
            18,
            2,
        ),
        (&["no@example.org"], 55, 0),
    ] {
        let output = send(&server, &[&["--to"], to].concat()).await;
        let told = told(&output);
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert_eq!(
            told.contains("FAIL  no@example.org   RCPT refused: 550 5.1.1"),
            code != 0,
            "{told}"
        );
        let recipients: usize = server
            .take_mails()
            .iter()
            .map(|mail| mail.recipients.len())
            .sum();
        assert_eq!(recipients, accepted);
    }
}

#[tokio::test]
async fn programs_are_told_in_json_whatever_comes_of_it() {
    let refusing = Smtp::builder().refuse("no@example.org", "550 5.1.1 no such user");
    let server = refusing.start().await.unwrap();
    let read = |output: &Output| -> Vec<serde_json::Value> {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let read = |line| serde_json::from_str(line).unwrap();
        text.lines().map(read).collect()
    };
    let both = ["--to", "yes@example.org", "no@example.org", "--json"];
    let output = send(&server, &both).await;
    assert_eq!(output.status.code(), Some(18), "{}", told(&output));
    let [mail] = <[_; 1]>::try_from(read(&output)).unwrap();
    assert_eq!(mail["schema"], "netspeak.send/1");
    assert!(mail["queued_as"].is_string(), "{mail}");
    let recipients = &mail["recipients"];
    assert_eq!(recipients[0]["outcome"], "accepted");
    assert_eq!(
        (&recipients[1]["outcome"], &recipients[1]["code"]),
        (&"refused".into(), &550.into())
    );
    let rehearsal = [&both[..], &["--stop-after", "rcpt"]].concat();
    let [mail] = <[_; 1]>::try_from(read(&send(&server, &rehearsal).await)).unwrap();
    assert_eq!(mail["recipients"][0]["outcome"], "would_be_accepted");
    let mbox = "From a Thu Jan  1 00:00:00 2026\nSubject: x\n\nx\n\n".repeat(2);
    let mbox = file("json.mbox", &mbox);
    let output = send(
        &server,
        &["--to", "yes@example.org", "--json", "--mbox", &mbox],
    )
    .await;
    let objects = read(&output);
    assert_eq!(objects.len(), 3, "{}", told(&output));
    assert_eq!(
        (&objects[2]["mails"], &objects[2]["accepted"]),
        (&2.into(), &2.into())
    );
    let closed = Smtp::builder().fault(Fault::reply(GREETING, "554 no\r\n"));
    let closed = closed.start().await.unwrap();
    let output = send(&closed, &["--to", "yes@example.org", "--json"]).await;
    let [mail] = <[_; 1]>::try_from(read(&output)).unwrap();
    assert_eq!(mail["error"]["kind"], "greeting.rejected", "{mail}");
}

#[tokio::test]
async fn a_file_arrives_as_it_is_and_its_line_ends_are_made_right() {
    let server = Smtp::builder().start().await.unwrap();
    let eml = file("send.eml", "Subject: dots\n\n.\n..\r\nFrom here\n");
    let output = send(&server, &["--to", "b@example.org", "--eml", &eml]).await;
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let mails = server.mails();
    assert_eq!(
        mails[0].data,
        b"Subject: dots\r\n\r\n.\r\n..\r\nFrom here\r\n"
    );
}

#[tokio::test]
async fn each_message_of_an_mbox_is_a_mail_over_one_connection_or_several() {
    let text: String = (0..50)
        .map(|n| format!("From x Thu Jan  1 00:00:00 1970\nSubject: {n}\n\n>From me\n.\n\n"))
        .collect();
    let mbox = file("send.mbox", &text);
    for (jobs, hidden) in [
        ("1", None),
        ("3", None),
        ("1", Some("CHUNKING")),
        ("1", Some("PIPELINING")),
    ] {
        let builder = Smtp::builder();
        let builder = match hidden {
            Some(capability) => builder.without_capability(capability),
            None => builder,
        };
        let server = builder.start().await.unwrap();
        let output = send(
            &server,
            &["--to", "b@example.org", "--mbox", &mbox, "--jobs", jobs],
        )
        .await;
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert_eq!(told(&output), "50 mails, 50 accepted, 0 refused\n");
        let mails = server.mails();
        assert_eq!(server.connections().to_string(), jobs);
        let by_chunks = mails.iter().all(|mail| matches!(mail.how, How::Bdat(_)));
        assert_eq!(by_chunks, hidden != Some("CHUNKING"));
        let mut texts: Vec<_> = mails.into_iter().map(|mail| mail.data).collect();
        texts.sort();
        let mut wanted: Vec<_> = (0..50)
            .map(|n| format!("Subject: {n}\r\n\r\nFrom me\r\n.\r\n").into_bytes())
            .collect();
        wanted.sort();
        assert_eq!(texts, wanted);
    }
}

#[tokio::test]
async fn a_rehearsal_sends_no_mail() {
    let server = Smtp::builder()
        .refuse("no@example.org", "550 no")
        .start()
        .await
        .unwrap();
    let to = [
        "--to",
        "yes@example.org",
        "no@example.org",
        "--stop-after",
        "rcpt",
    ];
    let output = send(&server, &to).await;
    assert_eq!(output.status.code(), Some(18), "{}", told(&output));
    assert!(server.mails().is_empty());
    let said = server.said();
    assert!(
        said.ends_with(&["RSET".to_owned(), "QUIT".to_owned()]),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_would_be_a_second_command_is_not_sent() {
    let server = Smtp::builder().start().await.unwrap();
    for bad in [
        "b@example.org>\r\nRCPT TO:<c@example.org",
        "b@example.org\n",
        "",
        "b @example.org",
    ] {
        let output = send(&server, &["--to", bad]).await;
        assert_eq!(output.status.code(), Some(2), "{bad:?}: {}", told(&output));
    }
    assert!(
        server.mails().is_empty() && !server.said().iter().any(|line| line.starts_with("RCPT"))
    );
}

/// An mbox of so many messages, and their texts as they arrive.
fn mailbox(name: &str, count: usize) -> (String, Vec<Vec<u8>>) {
    let text: String = (1..=count)
        .map(|n| format!("From x Thu Jan  1 00:00:00 1970\nSubject: {n}\n\nhello\n\n"))
        .collect();
    let texts = (1..=count).map(|n| format!("Subject: {n}\r\n\r\nhello\r\n").into_bytes());
    (file(name, &text), texts.collect())
}

#[tokio::test]
async fn a_mailbox_goes_on_over_connections_that_end() {
    let (mbox, texts) = mailbox("ends.mbox", 9);
    let server = Smtp::builder()
        .without_capability("CHUNKING")
        .fault(
            Fault::Close(Moment::Command("MAIL"))
                .nth(3)
                .on_connection(1),
        )
        .fault(
            Fault::reply("MAIL", "421 4.3.2 enough\r\n")
                .nth(2)
                .on_connection(2),
        )
        .fault(
            Fault::Reset(Moment::Command("DATA"))
                .nth(2)
                .on_connection(3),
        );
    let server = server.start().await.unwrap();
    let output = send(&server, &["--to", "b@example.org", "--mbox", &mbox]).await;
    let told = told(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("9 mails, 9 accepted, 0 refused\n"), "{told}");
    assert_eq!(told.matches("connecting again").count(), 3, "{told}");
    let arrived: Vec<_> = server.mails().into_iter().map(|mail| mail.data).collect();
    assert_eq!((arrived, server.connections()), (texts, 4));
}

#[tokio::test]
async fn a_server_that_never_takes_a_mail_is_not_asked_for_ever() {
    let (mbox, _) = mailbox("never.mbox", 5);
    let server = Smtp::builder()
        .without_capability("CHUNKING")
        .fault(Fault::Close(Moment::Command("MAIL")));
    let server = server.start().await.unwrap();
    let output = send(&server, &["--to", "b@example.org", "--mbox", &mbox]).await;
    let told = told(&output);
    assert_eq!(output.status.code(), Some(18), "{told}");
    assert!(
        told.contains("0 mails, 0 accepted, 0 refused; 5 mails not sent\n"),
        "{told}"
    );
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn what_the_server_cannot_take_is_named_and_the_rest_is_sent() {
    let text = "From x Thu Jan  1 00:00:00 1970\nSubject: 1\n\n\
                From x Thu Jan  1 00:00:00 1970\nSubject: a longer one\n\n\
                From x Thu Jan  1 00:00:00 1970\nSubject: 3\n\n";
    let mbox = file("large.mbox", text);
    let server = Smtp::builder().capability("SIZE 20");
    let server = server.start().await.unwrap();
    let output = send(&server, &["--to", "b@example.org", "--mbox", &mbox]).await;
    let told = told(&output);
    assert_eq!(output.status.code(), Some(18), "{told}");
    assert!(
        told.contains("message 2: ") && told.contains("limit is 20"),
        "{told}"
    );
    assert!(told.contains("3 mails, 2 accepted, 1 refused\n"), "{told}");
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn a_limit_of_mails_takes_another_connection() {
    let (mbox, texts) = mailbox("mailmax.mbox", 5);
    let server = Smtp::builder()
        .capability("LIMITS MAILMAX=2")
        .start()
        .await
        .unwrap();
    let output = send(&server, &["--to", "b@example.org", "--mbox", &mbox]).await;
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let arrived: Vec<_> = server.mails().into_iter().map(|mail| mail.data).collect();
    assert_eq!((arrived, server.connections()), (texts, 3));
}

#[tokio::test]
async fn what_may_have_been_taken_is_told_and_not_sent_again() {
    let (mbox, _) = mailbox("doubt.mbox", 3);
    for hidden in ["CHUNKING", "NOTHING"] {
        let server = Smtp::builder()
            .without_capability(hidden)
            .without_pipelining()
            .fault(
                Fault::Reset(Moment::Inside(MESSAGE, 0))
                    .nth(2)
                    .on_connection(1),
            );
        let server = server.start().await.unwrap();
        let output = send(&server, &["--to", "b@example.org", "--mbox", &mbox]).await;
        let told = told(&output);
        assert_eq!(output.status.code(), Some(18), "{told}");
        assert!(told.contains("message 2:\nDOUBT b@example.org "), "{told}");
        assert!(
            told.contains("3 mails, 2 accepted, 0 refused, 1 in doubt\n"),
            "{told}"
        );
        assert_eq!(server.mails().len(), 3);
    }
}

#[tokio::test]
async fn one_job_that_cannot_connect_does_not_fail_the_others() {
    let (mbox, _) = mailbox("jobs.mbox", 20);
    let refusing = |number| Fault::reply(GREETING, "421 4.7.0 too many\r\n").on_connection(number);
    let server = Smtp::builder().fault(refusing(2)).fault(refusing(3));
    let server = server.start().await.unwrap();
    let words = ["--to", "b@example.org", "--mbox", &mbox, "--jobs", "3"];
    let output = send(&server, &words).await;
    let told = told(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("20 mails, 20 accepted, 0 refused\n"),
        "{told}"
    );
    assert!(told.contains("warning: "), "{told}");
}
