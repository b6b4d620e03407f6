//! Whole mails: one by one, in groups, in chunks, over LMTP.

use netspeak_core::LineEndings;
use netspeak_core::testing::Writes;

use super::*;
use crate::{
    Body, Chunking, MailBody, Notify, Outcome, Pipelining, Receipt, Refusal, Return, State,
};

/// Each recipient as `+`, `-`, `?` (not tried) or `!` (in doubt).
fn results(receipt: &Receipt) -> String {
    let sign = |outcome: &Outcome| match outcome {
        Outcome::Accepted(_) => '+',
        Outcome::Refused(_) => '-',
        Outcome::NotAttempted => '?',
        Outcome::InDoubt(_) => '!',
    };
    receipt
        .deliveries
        .iter()
        .map(|d| sign(&d.outcome))
        .collect()
}

const ENVELOPE: &str = "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\n\
                        C: RCPT TO:<b@y.example>\n";

#[tokio::test]
async fn without_extensions_step_by_step() {
    let script = "C: MAIL FROM:<ops@x.example>\nS: 250 ok\nC: RCPT TO:<a@y.example>\nS: 250 ok\n\
                  C: RCPT TO:<b@y.example>\nS: 550 5.1.1 unknown\nC: DATA\nS: 354 go\n\
                  C: Subject: x\nC: \nC: ..dot\nC: .\nS: 250 2.0.0 Ok: queued as 4Z1X\n\
                  C: NOOP\nS: 250 ok";
    offering("", script, async |client| {
        let receipt = client
            .send(
                &envelope(&["a@y.example", "b@y.example"]),
                "Subject: x\n\n.dot",
            )
            .await
            .unwrap();
        assert_eq!(results(&receipt), "+-");
        assert_eq!(receipt.queue_id().as_deref(), Some("4Z1X"));
        let (recipient, refusal) = receipt.refused().next().unwrap();
        assert_eq!(recipient.as_str(), "b@y.example");
        assert_eq!(refusal.to_string(), "RCPT refused: 550 5.1.1 unknown");
        assert!(!refusal.is_temporary() && !receipt.is_complete());
        assert_eq!(
            receipt.to_string(),
            "a@y.example: accepted; b@y.example: RCPT refused: 550 5.1.1 unknown"
        );
        let error = receipt.complete().unwrap_err();
        assert_eq!(error.kind().to_string(), "work.rejected");
        let message = error.message();
        assert_eq!(message, "RCPT for b@y.example refused: 550 5.1.1 unknown");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn with_pipelining_in_one_group() {
    let script = format!(
        "{ENVELOPE}C: DATA\nS: 250 ok\nS: 451 4.2.0 later\nS: 250 ok\nS: 354 go\n\
         C: x\nC: .\nS: 250 ok"
    );
    offering("PIPELINING", &script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, "x\r\n").await.unwrap();
        assert_eq!(results(&receipt), "-+");
        assert!(receipt.refused().next().unwrap().1.is_temporary());
    })
    .await;
}

#[tokio::test]
async fn a_group_is_one_write() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let server = async {
        theirs.write_all(b"220 x\r\n").await.unwrap();
        let mut got = vec![0; 4096];
        assert!(theirs.read(&mut got).await.unwrap() > 0);
        theirs
            .write_all(b"250-x\r\n250 PIPELINING\r\n")
            .await
            .unwrap();
        let read = theirs.read(&mut got).await.unwrap();
        assert_eq!(
            &got[..read],
            b"MAIL FROM:<ops@x.example>\r\nRCPT TO:<a@y.example>\r\nDATA\r\n"
        );
        theirs
            .write_all(b"250 a\r\n250 b\r\n354 c\r\n")
            .await
            .unwrap();
        let read = theirs.read(&mut got).await.unwrap();
        assert_eq!(&got[..read], b"x\r\n.\r\n");
        theirs.write_all(b"250 ok\r\n").await.unwrap();
    };
    let client = async {
        let mut client = greeted(Conn::from_memory(ours)).await;
        let receipt = client
            .send(&envelope(&["a@y.example"]), "x\n")
            .await
            .unwrap();
        assert!(receipt.is_complete());
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn pipelining_can_be_switched_off() {
    let script = "C: MAIL FROM:<ops@x.example>\nS: 550 no\nC: NOOP\nS: 250 ok";
    offering("PIPELINING", script, async |client| {
        client.set_pipelining(Pipelining::Off);
        let to = envelope(&["a@y.example", "b@y.example", "c@y.example"]);
        let receipt = client.send(&to, "x").await.unwrap();
        assert_eq!(results(&receipt), "???");
        assert_eq!(receipt.refusal().unwrap().verb, "MAIL");
        let error = receipt.complete().unwrap_err();
        assert_eq!(error.kind().to_string(), "work.rejected");
        assert_eq!(
            error.message(),
            "MAIL for a@y.example and 2 more refused: 550 no"
        );
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn data_taken_though_all_recipients_were_refused_gets_a_lone_dot() {
    let script = format!(
        "{ENVELOPE}C: DATA\nS: 250 ok\nS: 550 no\nS: 550 no\nS: 354 go\nC: .\n\
         S: 554 no valid recipients\nC: NOOP\nS: 250 ok"
    );
    offering("PIPELINING", &script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, "secret text").await.unwrap();
        assert_eq!(results(&receipt), "--");
        client.noop().await.unwrap();
    })
    .await;
    // And where DATA is refused, the mail is forgotten before the next.
    let script = format!(
        "{ENVELOPE}C: DATA\nS: 250 ok\nS: 550 no\nS: 550 no\nS: 554 no\nC: NOOP\nS: 250 ok\n\
         C: RSET\n{ENVELOPE}C: DATA\nS: 250 ok\nS: 250 ok\nS: 250 ok\nS: 550 no\nS: 354 go\nC: x\n\
         C: .\nS: 250 ok"
    );
    offering("PIPELINING", &script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        assert_eq!(results(&client.send(&to, "x").await.unwrap()), "--");
        client.noop().await.unwrap();
        assert_eq!(results(&client.send(&to, "x").await.unwrap()), "+-");
    })
    .await;
}

#[tokio::test]
async fn a_refused_text_is_refused_for_all() {
    let script = format!(
        "{ENVELOPE}C: DATA\nS: 250 ok\nS: 250 ok\nS: 550 no\nS: 354 go\nC: x\nC: .\n\
         S: 451 4.3.0 filter is down"
    );
    offering("PIPELINING", &script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, "x").await.unwrap();
        assert_eq!(results(&receipt), "--");
        let verbs: Vec<_> = receipt.refused().map(|(_, refusal)| refusal.verb).collect();
        assert_eq!(verbs, ["DATA", "RCPT"]);
        assert!(receipt.complete().unwrap_err().is_temporary());
    })
    .await;
}

#[tokio::test]
async fn the_whole_mail_in_one_chunk() {
    let script = format!(
        "{ENVELOPE}C: BDAT 8 LAST\nC: .x\nC: y.\nS: 250 ok\nS: 550 no\nS: 250 ok\nS: 250 queued as 1"
    );
    // ".x CR LF y. CR LF" is 8 bytes, dots untouched, line ends made whole.
    offering("PIPELINING,CHUNKING", &script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, ".x\ny.").await.unwrap();
        assert_eq!(results(&receipt), "-+");
    })
    .await;
}

#[tokio::test]
async fn a_chunk_leaves_in_one_write_with_its_command() {
    let text = "y".repeat(300 * 1024) + "\r\n";
    let (_, writes) = swallowed(
        "250-CHUNKING\r\n250-PIPELINING\r\n",
        text.as_str().into(),
        |_| {},
    )
    .await;
    let begun = writes.iter().filter(|write| write.starts_with(b"BDAT "));
    let sizes: Vec<_> = begun.map(Vec::len).collect();
    assert!(
        sizes.len() == 2 && sizes.iter().all(|size| *size > 10_000),
        "{sizes:?}"
    );
}

#[tokio::test]
async fn a_refused_chunk_is_reset_by_the_next_mail() {
    let script = format!(
        "{ENVELOPE}C: BDAT 3 LAST\nC: x\nS: 250 ok\nS: 250 ok\nS: 250 ok\nS: 552 too big\n\
         C: NOOP\nS: 250 ok"
    );
    offering("PIPELINING,CHUNKING", &script, async |client| {
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, "x").await.unwrap();
        assert_eq!(results(&receipt), "--");
        assert_eq!(receipt.refusal().unwrap().verb, "BDAT");
        client.noop().await.unwrap();
    })
    .await;
}

/// What a server receives that takes all, and answers each command at once; and the writes that
/// brought it.
async fn swallowed(
    capabilities: &str,
    body: Body<'_>,
    change: fn(&mut Client),
) -> (Vec<u8>, Vec<Vec<u8>>) {
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = async {
        let mut stream = BufReader::new(theirs);
        stream.write_all(b"220 x\r\n").await.unwrap();
        let (mut text, mut line) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            if stream.read_until(b'\n', &mut line).await.unwrap() == 0 {
                return text;
            }
            let command = String::from_utf8_lossy(&line).trim_end().to_owned();
            if command.starts_with("EHLO") {
                let reply = format!("250-x\r\n{capabilities}250 HELP\r\n");
                stream.write_all(reply.as_bytes()).await.unwrap();
            } else if let Some(size) = command.strip_prefix("BDAT ") {
                let size: usize = size.trim_end_matches(" LAST").parse().unwrap();
                let mut chunk = vec![0; size];
                stream.read_exact(&mut chunk).await.unwrap();
                text.extend_from_slice(&chunk);
                stream.write_all(b"250 ok\r\n").await.unwrap();
            } else if command == "DATA" {
                stream.write_all(b"354 go\r\n").await.unwrap();
                loop {
                    line.clear();
                    stream.read_until(b'\n', &mut line).await.unwrap();
                    assert!(line.ends_with(b"\r\n"), "a lone line feed");
                    if line == b".\r\n" {
                        break;
                    }
                    text.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                }
                stream.write_all(b"250 ok\r\n").await.unwrap();
            } else {
                stream.write_all(b"250 ok\r\n").await.unwrap();
            }
        }
    };
    let (ours, written) = Writes::new(ours);
    let client = async {
        let mut client = greeted(Conn::from_stream(ours)).await;
        change(&mut client);
        let receipt = client
            .send(&envelope(&["a@y.example"]), body)
            .await
            .unwrap();
        assert!(receipt.is_complete());
        drop(client);
    };
    let (text, ()) = tokio::join!(server, client);
    (text, written.take())
}

#[tokio::test]
async fn every_way_brings_the_same_text() {
    let mut text = Vec::new();
    for n in 0..40_000u32 {
        text.extend_from_slice(match n % 4 {
            0 => b".dots and \xe9\r\n",
            1 => b"a lone line feed\n",
            2 => b"\r",
            _ => b"..\r\n",
        });
    }
    let expected = {
        let mut out = Vec::new();
        let mut lines = netspeak_core::DotEncoder::without_dots(LineEndings::Normalize);
        lines.encode(&text, &mut out).unwrap();
        lines.finish(&mut out).unwrap();
        out
    };
    for capabilities in [
        "250-8BITMIME\r\n",
        "250-8BITMIME\r\n250-PIPELINING\r\n",
        "250-8BITMIME\r\n250-CHUNKING\r\n",
        "250-8BITMIME\r\n250-PIPELINING\r\n250-CHUNKING\r\n",
    ] {
        let (found, _) = swallowed(capabilities, (&text).into(), |_| {}).await;
        assert!(found == expected, "{capabilities}: from memory");
        let reader = Body::reader(text.as_slice());
        let (found, _) = swallowed(capabilities, reader, |_| {}).await;
        assert!(found == expected, "{capabilities}: from a reader");
    }
    let all = "250-8BITMIME\r\n250-CHUNKING\r\n250-PIPELINING\r\n";
    let off = |client: &mut Client| client.set_chunking(Chunking::Off);
    assert!(swallowed(all, (&text).into(), off).await.0 == expected);
}

#[tokio::test]
async fn binary_bodies_are_untouched() {
    let body = b"\x00\r.\n\n.\r\n\xff";
    let script = "C: MAIL FROM:<ops@x.example> BODY=BINARYMIME\nC: RCPT TO:<a@y.example>\n\
                  C: BDAT 9 LAST\nS: 250 ok\nS: 250 ok\nS: 250 ok";
    let mut to = envelope(&["a@y.example"]);
    to.parameters.body = Some(MailBody::Binary);
    let offered = "PIPELINING,CHUNKING,BINARYMIME,8BITMIME";
    offering(offered, script, async |client| {
        assert!(client.send(&to, body).await.unwrap().is_complete());
    })
    .await;
    for offered in ["CHUNKING", "BINARYMIME"] {
        let found = offering(offered, "", async |client| {
            kind(client.send(&to, body).await)
        })
        .await;
        assert_eq!(found, "work.not_offered");
    }
}

#[tokio::test]
async fn what_the_server_does_not_offer_is_found_out_before_anything_is_sent() {
    let base = || envelope(&["a@y.example"]);
    let mut dsn = base();
    dsn.recipients[0].parameters.notify = Some(Notify::NEVER);
    let mut ret = base();
    ret.parameters.ret = Some(Return::Headers);
    let mut tls = base();
    tls.parameters.requiretls = true;
    let mut held = base();
    held.parameters.hold_for = Some(1);
    let mut eight = base();
    eight.parameters.body = Some(MailBody::EightBit);
    let utf8 = envelope(&["gr\u{fc}n@y.example"]);
    let nobody = envelope(&[]);
    offering("SIZE 10", "C: NOOP\nS: 250 ok", async |client| {
        for (to, body, expected) in [
            (dsn, "x", "work.not_offered"),
            (ret, "x", "work.not_offered"),
            (tls, "x", "work.not_offered"),
            (held, "x", "work.not_offered"),
            (eight, "x", "work.not_offered"),
            (utf8, "x", "work.not_offered"),
            (nobody, "x", "usage"),
            (base(), "12345678901", "work.too_large"),
        ] {
            assert_eq!(kind(client.send(&to, body).await), expected, "{to:?}");
        }
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn parameters_are_used_where_they_are_needed_and_offered() {
    let script = "C: MAIL FROM:<ops@x.example> SIZE=3 BODY=8BITMIME RET=FULL ENVID=id\n\
                  C: RCPT TO:<a@y.example> NOTIFY=NEVER ORCPT=rfc822;b@y.example\n\
                  C: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: *\nC: .\nS: 250 ok\n\
                  C: MAIL FROM:<ops@x.example> SIZE=3 SMTPUTF8\nC: RCPT TO:<\u{fc}@y.example>\n\
                  C: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 ok";
    let mut to = envelope(&["a@y.example"]);
    to.parameters.ret = Some(Return::Full);
    to.parameters.envid = Some("id".into());
    to.recipients[0].parameters.notify = Some(Notify::NEVER);
    to.recipients[0].parameters.orcpt = Some("b@y.example".parse().unwrap());
    offering(
        "PIPELINING,SIZE,8BITMIME,DSN,SMTPUTF8",
        script,
        async |client| {
            assert!(client.send(&to, b"\xff\r\n").await.unwrap().is_complete());
            let utf8 = envelope(&["\u{fc}@y.example"]);
            assert!(client.send(&utf8, "x").await.unwrap().is_complete());
        },
    )
    .await;
}

#[tokio::test]
async fn declared_limits_are_kept() {
    let script = "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: DATA\n\
                  S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 ok";
    offering(
        "PIPELINING,LIMITS RCPTMAX=1 MAILMAX=1",
        script,
        async |client| {
            let to = envelope(&["a@y.example", "b@y.example"]);
            let receipt = client.send(&to, "x").await.unwrap();
            assert_eq!(results(&receipt), "+?");
            let error = receipt.complete().unwrap_err();
            assert_eq!(error.kind().to_string(), "work.too_large");
            assert!(error.message().contains("left out: b@y.example"), "{error}");
            assert_eq!(kind(client.send(&to, "x").await), "work.too_large");
        },
    )
    .await;
}

#[tokio::test]
async fn lmtp_has_an_answer_for_each_recipient() {
    let hello = "S: 220 x\nC: LHLO localhost\nS: 250-x\nS: 250 PIPELINING\n";
    let script = format!(
        "{hello}C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: RCPT TO:<b@y.example>\n\
         C: RCPT TO:<c@y.example>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 550 no\nS: 250 ok\n\
         S: 354 go\nC: x\nC: .\nS: 250 2.0.0 <a> id1 Saved\nS: 452 4.2.2 full\nC: NOOP\nS: 250 ok"
    );
    dialogue(&script, async |conn| {
        let mut client = lmtp(conn).await;
        let to = envelope(&["a@y.example", "b@y.example", "c@y.example"]);
        let receipt = client.send(&to, "x").await.unwrap();
        assert_eq!(results(&receipt), "+--");
        let verbs: Vec<_> = receipt.refused().map(|(_, refusal)| refusal.verb).collect();
        assert_eq!(verbs, ["RCPT", "DATA"]);
        assert_eq!(receipt.refusal(), None);
        client.noop().await.unwrap();
    })
    .await;
    // Who leaves in between has delivered what he has answered.
    let script = format!(
        "{hello}{ENVELOPE}C: DATA\nS: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\n\
         S: 250 saved\nS: 421 4.3.2 leaving"
    );
    dialogue(&script, async |conn| {
        let mut client = lmtp(conn).await;
        let to = envelope(&["a@y.example", "b@y.example"]);
        let receipt = client.send(&to, "x").await.unwrap();
        assert_eq!(results(&receipt), "+-");
        let left = receipt.refused().next().unwrap().1;
        assert_eq!((left.reply.code(), left.is_temporary()), (421, true));
        assert_eq!(client.state(), State::Closed);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_has_had_enough_is_heard_in_the_middle() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (ours, mut theirs) = tokio::io::duplex(1 << 14);
    let server = async {
        let mut got = vec![0; 1 << 16];
        for said in [
            "220 x\r\n",
            "250 x\r\n",
            "250 ok\r\n",
            "250 ok\r\n",
            "354 go\r\n",
        ] {
            theirs.write_all(said.as_bytes()).await.unwrap();
            assert!(theirs.read(&mut got).await.unwrap() > 0);
        }
        theirs.write_all(b"552 5.3.4 too big\r\n").await.unwrap();
        theirs
    };
    let client = async {
        let mut client = greeted(Conn::from_memory(ours)).await;
        let body = vec![b'x'; 10 << 20];
        let error = client
            .send(&envelope(&["a@y.example"]), &body)
            .await
            .unwrap_err();
        assert_eq!(error.reply().map(crate::Reply::code), Some(552), "{error}");
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn an_answer_before_the_text_is_no_answer_to_it() {
    let script = "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: DATA\n\
                  S: 250 ok\nS: 250 ok\nS- 354 go\\r\\n250 queued\\r\\n";
    let found = offering("PIPELINING", script, async |client| {
        kind(client.send(&envelope(&["a@y.example"]), "x").await)
    })
    .await;
    assert_eq!(found, "proto.malformed");
}

#[tokio::test]
async fn lone_line_ends_can_be_refused_before_anything_is_sent() {
    offering("", "C: NOOP\nS: 250 ok", async |client| {
        client.set_line_endings(LineEndings::Refuse);
        let to = envelope(&["a@y.example"]);
        for text in ["a\nb", "a\rb", "a\r\n.\n", "a\r"] {
            assert_eq!(kind(client.send(&to, text).await), "usage", "{text:?}");
        }
        client.noop().await.unwrap();
    })
    .await;
}

/// Gives so many letters, then fails.
struct Failing(usize);

impl tokio::io::AsyncRead for Failing {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        out: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        let given = self.0.min(out.remaining());
        if given == 0 {
            return std::task::Poll::Ready(Err(std::io::ErrorKind::Other.into()));
        }
        self.0 -= given;
        out.put_slice(&vec![b'x'; given]);
        std::task::Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_failing_reader_is_our_own_fault_and_delivers_nothing() {
    // In what is read before anything is sent.
    offering("", "C: NOOP\nS: 250 ok", async |client| {
        let body = Body::reader(Failing(1000));
        let sent = client.send(&envelope(&["a@y.example"]), body).await;
        assert_eq!(kind(sent), "file.failed");
        client.noop().await.unwrap();
    })
    .await;
    let script = "C: MAIL FROM:<ops@x.example>\nS: 250 ok\nC: RCPT TO:<a@y.example>\nS: 250 ok\n\
                  C: DATA\nS: 354 go";
    offering("", script, async |client| {
        let body = Body::reader(Failing(300_000));
        let sent = client.send(&envelope(&["a@y.example"]), body).await;
        assert_eq!(kind(sent), "file.failed");
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}

/// The same text from memory and from a pipe.
fn both(text: &[u8]) -> [Body<'_>; 2] {
    [text.into(), Body::reader(text)]
}

#[tokio::test]
async fn texts_from_memory_and_from_pipes_are_sent_alike() {
    for (text, parameters) in [
        ("Subject: x\r\n\r\nhello\r\n", ""),
        ("Subject: x\r\n\r\nhell\u{f6}\r\n", " BODY=8BITMIME"),
        (
            "Subject: \u{fc}\r\n\r\nhello\r\n",
            " BODY=8BITMIME SMTPUTF8",
        ),
    ] {
        for body in both(text.as_bytes()) {
            let script = format!(
                "C: MAIL FROM:<ops@x.example>{parameters}\nC: RCPT TO:<a@y.example>\nC: DATA\n\
                 S: 250 ok\nS: 250 ok\nS: 354 go\nC: *\nC: \nC: *\nC: .\nS: 250 ok"
            );
            offering("PIPELINING,8BITMIME,SMTPUTF8", &script, async |client| {
                let to = envelope(&["a@y.example"]);
                assert!(client.send(&to, body).await.unwrap().is_complete());
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_text_that_the_server_cannot_take_is_refused_before_anything_is_sent() {
    for (offered, text, feature) in [
        ("", "Subject: x\r\n\r\nhell\u{f6}\r\n", "8BITMIME"),
        ("SMTPUTF8", "Subject: x\r\n\r\nhell\u{f6}\r\n", "8BITMIME"),
        ("8BITMIME", "Subject: \u{fc}\r\n\r\nhello\r\n", "SMTPUTF8"),
        ("SIZE 10", "Subject: x\n\n", "mails of 14 bytes"),
    ] {
        for body in both(text.as_bytes()) {
            let (kind, shown) = offering(offered, "C: NOOP\nS: 250 ok", async |client| {
                let sent = client.send(&envelope(&["a@y.example"]), body).await;
                client.noop().await.unwrap();
                let error = sent.unwrap_err();
                (error.kind().to_string(), error.to_string())
            })
            .await;
            assert!(["work.not_offered", "work.too_large"].contains(&kind.as_str()));
            assert!(shown.contains(feature), "{shown}");
        }
    }
}

#[tokio::test]
async fn the_size_that_was_said_counts_before_anything_is_read() {
    let found = offering("SIZE 100", "C: NOOP\nS: 250 ok", async |client| {
        let body = Body::reader(tokio::io::empty()).with_size(101);
        let sent = client.send(&envelope(&["a@y.example"]), body).await;
        client.noop().await.unwrap();
        kind(sent)
    })
    .await;
    assert_eq!(found, "work.too_large");
}

#[tokio::test]
async fn bytes_beyond_ascii_that_come_late_end_the_mail() {
    let script = "C: MAIL FROM:<ops@x.example>\nS: 250 ok\nC: RCPT TO:<a@y.example>\nS: 250 ok\n\
                  C: DATA\nS: 354 go";
    let mut text = b"0123456789abcde\n".repeat(20_000);
    text.extend_from_slice(b"caf\xe9\n");
    offering("", script, async |client| {
        let to = envelope(&["a@y.example"]);
        let sent = client.send(&to, Body::reader(text.as_slice())).await;
        assert_eq!(kind(sent), "work.not_offered");
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}

#[tokio::test]
async fn a_size_counts_the_octets_as_they_are_sent() {
    let text = b"Subject: x\n\n.dot\nlast";
    let survey = {
        let mut survey = crate::Survey::new();
        survey.push(text);
        survey
    };
    let wire = "Subject: x\r\n\r\n.dot\r\nlast\r\n".len();
    for (body, size) in [
        (Body::from(text), format!(" SIZE={wire}")),
        (
            Body::reader(&text[..]).surveyed(survey),
            format!(" SIZE={wire}"),
        ),
        // Nobody knows how long a pipe's text is, before it has ended.
        (Body::reader(&text[..]), String::new()),
    ] {
        let script = format!(
            "C: MAIL FROM:<ops@x.example>{size}\nS: 250 ok\nC: RCPT TO:<a@y.example>\nS: 250 ok\n\
             C: DATA\nS: 354 go\nC: Subject: x\nC: \nC: ..dot\nC: last\nC: .\nS: 250 ok"
        );
        offering("SIZE 1000", &script, async |client| {
            let to = envelope(&["a@y.example"]);
            assert!(client.send(&to, body).await.unwrap().is_complete());
        })
        .await;
    }
}

#[tokio::test]
async fn the_verbs_one_by_one() {
    let script = "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<postmaster>\nS: 250 ok\nC: DATA\n\
                  S: 354 go\nC: x\nC: .\nS: 250 queued as 7\nC: MAIL FROM:<>\nS: 452 full\n\
                  C: MAIL FROM:<>\nS: 250 ok\nC: RSET\nS: 250 ok";
    offering("PIPELINING", script, async |client| {
        let (nobody, to) = (Default::default(), "postmaster".parse().unwrap());
        let plain = Default::default();
        client.mail(&nobody, &plain).await.unwrap();
        assert_eq!(kind(client.mail(&nobody, &plain).await), "usage");
        client.rcpt(&to, &Default::default()).await.unwrap();
        assert_eq!(client.data("x").await.unwrap().code(), 250);
        assert!(
            client
                .mail(&nobody, &plain)
                .await
                .unwrap_err()
                .is_temporary()
        );
        client.mail(&nobody, &plain).await.unwrap();
        assert_eq!(kind(client.send(&envelope(&["a@b"]), "x").await), "usage");
        client.rset().await.unwrap();
        assert_eq!(client.state(), State::Ready);
    })
    .await;
}

#[tokio::test]
async fn a_message_of_the_engine() {
    let message = lettre::Message::builder()
        .from("Ops <ops@x.example>".parse().unwrap())
        .to("a@y.example".parse().unwrap())
        .subject("gr\u{fc}n")
        .body("hello\n".to_owned())
        .unwrap();
    let expected = message.formatted();
    let script = "C: MAIL FROM:<ops@x.example>\nC: RCPT TO:<a@y.example>\nC: DATA\n\
                  S: 250 ok\nS: 550 no\nS: 554 no";
    offering("PIPELINING", script, async |client| {
        let receipt = client.send_message(&message).await.unwrap();
        assert_eq!(results(&receipt), "-");
    })
    .await;
    let (found, _) = swallowed("", (&message).into(), |_| {}).await;
    assert_eq!(
        String::from_utf8(found).unwrap(),
        String::from_utf8(expected).unwrap()
    );
}

#[test]
fn refusals_say_what_they_refuse() {
    let reply = crate::Reply::parse([&b"550 5.1.1 no"[..]]).unwrap();
    let refusal = Refusal {
        verb: "RCPT",
        reply,
    };
    assert_eq!(Outcome::Refused(refusal.clone()).refusal(), Some(&refusal));
}
