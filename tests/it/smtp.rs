//! Mail to Postfix, and to Dovecot by LMTP: what arrives is what was sent, and each recipient has a result.
//! Postfix hands it to Dovecot, where it is read by POP3.

use lettre::AsyncTransport;
use netspeak::core::report::Report;
use netspeak::core::sasl::{Credentials, TokenRequest};
use netspeak::core::tls::TlsSettings;
use netspeak::core::{Phase, Secret, Side, Target, Tls, Trace};
use netspeak::pop3::{Client as Pop3, MessageNumber};
use netspeak::smtp::interop::Transport;
use netspeak::smtp::message::header::ContentType;
use netspeak::smtp::{
    Body, Builder, Chunking, Client, Envelope, Error, Mail, Message, Notify, Outcome, Pipelining,
    Pool, PoolOptions, Receipt, Return, SizeLimit,
};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::harness::{
    Ran, asking_for, assert_same, at, certificate, connector, container_address, docker, netspeak,
    password, probing, probing_as, target, token, trusting, until, user, variable,
};

/// Postfix' `message_size_limit`.
const LIMIT: u64 = 31_457_280;
/// More than any mail has.
const ROOM: usize = 64 << 20;

/// `user40@netspeak.test`
fn address(user: &str) -> String {
    format!("{user}@netspeak.test")
}

fn with_password(user: &str) -> Credentials {
    Credentials::password(user, password())
}

/// To whom anybody may send.
fn exchanger() -> (Target, Builder) {
    let builder = Client::builder().connector(connector()).tls(Tls::Required);
    (target("smtp", "POSTFIX_SMTP"), builder)
}

/// To whom only those may send who have an account.
fn submission() -> (Target, Builder) {
    let builder = Client::builder().connector(connector()).tls(Tls::Required);
    (target("submission", "POSTFIX_SUBMISSION"), builder)
}

async fn submitting(user: &str, way: &Way) -> Client {
    let (target, builder) = submission();
    builder
        .credentials(with_password(user))
        .chunking(way.chunking)
        .pipelining(way.pipelining)
        .connect(&target)
        .await
        .unwrap()
}

/// How a mail goes over the wire.
struct Way {
    name: &'static str,
    chunking: Chunking,
    pipelining: Pipelining,
}

const DATA: Way = Way {
    name: "DATA",
    chunking: Chunking::Off,
    pipelining: Pipelining::Auto,
};
const BDAT: Way = Way {
    name: "BDAT",
    chunking: Chunking::Auto,
    pipelining: Pipelining::Auto,
};
const DATA_IN_STEPS: Way = Way {
    name: "DATA in steps",
    chunking: Chunking::Off,
    pipelining: Pipelining::Off,
};
const BDAT_IN_STEPS: Way = Way {
    name: "BDAT in steps",
    chunking: Chunking::Auto,
    pipelining: Pipelining::Off,
};
const WAYS: [Way; 4] = [DATA, BDAT, DATA_IN_STEPS, BDAT_IN_STEPS];

/// Whether text went this way, and commands ran ahead of the replies or did not.
fn was_taken(way: &Way, trace: &Trace) -> bool {
    let said = said(trace);
    let has = |verb: &str| said.iter().any(|line| line.starts_with(verb));
    let chunks = way.chunking == Chunking::Auto;
    let entries = trace.transcript();
    let ahead = entries.windows(2).any(|two| {
        two.iter().all(|entry| entry.side == Side::Client)
            && two[0].text.starts_with("MAIL")
            && two[1].text.starts_with("RCPT")
    });
    has("BDAT") == chunks && has("DATA") != chunks && ahead == (way.pipelining == Pipelining::Auto)
}

/// What was said to the server, one line each.
fn said(trace: &Trace) -> Vec<String> {
    let entries = trace.transcript();
    let ours = entries.iter().filter(|entry| entry.side == Side::Client);
    ours.map(|entry| entry.text.clone()).collect()
}

fn kind<T>(outcome: &Result<T, Error>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

/// `accepted`, `RCPT 550`, `RCPT 450 for now`, one for each recipient.
fn outcomes(receipt: &Receipt) -> Vec<String> {
    let words = receipt
        .deliveries
        .iter()
        .map(|delivery| match &delivery.outcome {
            Outcome::Accepted(_) => "accepted".to_owned(),
            Outcome::Refused(refusal) => {
                let later = if refusal.is_temporary() {
                    " for now"
                } else {
                    ""
                };
                format!("{} {}{later}", refusal.verb, refusal.reply.code())
            }
            Outcome::NotAttempted => "not attempted".to_owned(),
        });
    words.collect()
}

async fn mailbox(user: &str) -> Pop3 {
    let builder = Pop3::builder().connector(connector()).tls(Tls::Required);
    let builder = builder.credentials(with_password(user));
    builder
        .connect(&target("pop3", "DOVECOT_POP3"))
        .await
        .unwrap()
}

fn number(number: u32) -> MessageNumber {
    MessageNumber::new(number).unwrap()
}

/// Takes away all that is there, so that what comes is ours.
async fn emptied(user: &str) {
    let mut client = mailbox(user).await;
    let count = client.stat().await.unwrap().messages;
    let all: Vec<MessageNumber> = (1..=count).map(number).collect();
    for result in client.dele_many(&all).await.unwrap() {
        result.unwrap();
    }
    client.quit().await.unwrap();
}

/// So many mails and no more, once they are there.
async fn arrived(user: &str, count: usize) -> Vec<Vec<u8>> {
    let what = format!("{count} mails for {user}");
    let mut client = until(&what, async || {
        let mut client = mailbox(user).await;
        let found = client.stat().await.unwrap().messages as usize;
        if found >= count {
            assert_eq!(found, count, "{user} has more than was sent");
            return Some(client);
        }
        client.quit().await.unwrap();
        None
    })
    .await;
    let mut mails = Vec::new();
    for n in 1..=count {
        let mut reading = client.retr(number(n as u32)).await.unwrap();
        mails.push(reading.bytes(ROOM).await.unwrap().to_vec());
    }
    client.quit().await.unwrap();
    mails
}

/// A text whose first line is its own, and so finds it among others.
fn text(name: &str, rest: &[u8]) -> Vec<u8> {
    [format!("X-Mail: {name}\r\n").as_bytes(), rest].concat()
}

/// The first line.
fn name(text: &[u8]) -> String {
    let end = position(text, b"\r\n").unwrap();
    String::from_utf8(text[..end].to_vec()).unwrap()
}

fn position(all: &[u8], part: &[u8]) -> Option<usize> {
    all.windows(part.len()).position(|window| window == part)
}

/// What stands behind the servers' own header fields. The first line says which mail it is.
#[track_caller]
fn the_one<'a>(mails: &'a [Vec<u8>], expected: &[u8]) -> &'a [u8] {
    let name = name(expected);
    let mark = [b"\r\n", name.as_bytes(), b"\r\n"].concat();
    let found: Vec<(&[u8], &[u8])> = mails
        .iter()
        .filter_map(|mail| {
            let head = &mail[..mail.len().min(4096)];
            Some(mail.split_at(position(head, &mark)? + 2))
        })
        .collect();
    assert_eq!(found.len(), 1, "{name}");
    let (head, tail) = found[0];
    for line in String::from_utf8_lossy(head).lines() {
        let known = ["Return-Path: ", "Delivered-To: ", "Received: ", "\t", " "];
        assert!(
            known.iter().any(|start| line.starts_with(start)),
            "{name}: {line}"
        );
    }
    tail
}

#[track_caller]
fn assert_arrived(mails: &[Vec<u8>], expected: &[u8], what: &str) {
    assert_same(the_one(mails, expected), expected, what);
}

/// Name, what is sent, what must arrive.
fn texts() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let same = |name, text: &[u8]| (name, text.to_vec(), text.to_vec());
    let every_octet: Vec<u8> = (0x01..=0xff)
        .filter(|b| ![b'\r', b'\n'].contains(b))
        .collect();
    vec![
        same("plain", b"Subject: plain\r\n\r\nOne line.\r\n"),
        same(
            "dots",
            b"Subject: dots\r\n\r\n.\r\n..\r\n...\r\n.x\r\n. \r\nx.\r\n\r\n.\r\n.\r\n",
        ),
        same("dot first", b"Subject: dot\r\n\r\n.\r\nQUIT\r\n"),
        same("no body", b"Subject: no body\r\n\r\n"),
        same("empty lines", b"Subject: empty\r\n\r\n\r\n\r\n\r\n"),
        same(
            "every octet",
            &[b"Subject: octets\r\n\r\n", &every_octet[..], b"\r\n"].concat(),
        ),
        same(
            "long line",
            &[
                b"Subject: long\r\n\r\n",
                &b"0123456789".repeat(600)[..],
                b"\r\n",
            ]
            .concat(),
        ),
        (
            "lone line ends",
            b"Subject: lone\n\none\ntwo\rthree\r\r\nfour\n.\n..\r.\r\nlast\n".to_vec(),
            b"Subject: lone\r\n\r\none\r\ntwo\r\nthree\r\n\r\nfour\r\n.\r\n..\r\n.\r\nlast\r\n"
                .to_vec(),
        ),
        (
            "smuggling",
            b"Subject: smuggling\r\n\r\none\n.\nMAIL FROM:<a@b>\r\ntwo\n.\r\nthree\r.\r\n".to_vec(),
            b"Subject: smuggling\r\n\r\none\r\n.\r\nMAIL FROM:<a@b>\r\ntwo\r\n.\r\nthree\r\n.\r\n"
                .to_vec(),
        ),
        (
            "no end",
            b"Subject: no end\r\n\r\nlast".to_vec(),
            b"Subject: no end\r\n\r\nlast\r\n".to_vec(),
        ),
    ]
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn what_arrives_is_what_was_sent() {
    let user = user::MAIL_TEXTS;
    emptied(user).await;
    let envelope = Envelope::new(&address(user), [address(user).as_str()]).unwrap();
    let mut expected = Vec::new();
    for way in &WAYS {
        let trace = Trace::with_transcript();
        let (target, builder) = submission();
        let mut client = builder
            .credentials(with_password(user))
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone())
            .connect(&target)
            .await
            .unwrap();
        for (name, sent, received) in texts() {
            // As bytes, and as a reader that gives little at a time.
            let name = format!("{name} by {}", way.name);
            let receipt = client.send(&envelope, text(&name, &sent)).await.unwrap();
            assert_eq!(outcomes(&receipt), ["accepted"], "{name}");
            assert!(receipt.queue_id().is_some(), "{:?}", receipt.reply());
            expected.push(text(&name, &received));
            let name = format!("{name}, read");
            let sent = text(&name, &sent);
            let reader = BufReader::with_capacity(7, &sent[..]);
            let receipt = client.send(&envelope, Body::reader(reader)).await.unwrap();
            assert_eq!(outcomes(&receipt), ["accepted"], "{name}");
            expected.push(text(&name, &received));
        }
        client.quit().await.unwrap();
        assert!(was_taken(way, &trace), "{}", way.name);
    }
    let mails = arrived(user, expected.len()).await;
    for text in &expected {
        assert_arrived(&mails, text, &name(text));
    }
}

/// Lines of all lengths, some beginning with dots, in bytes of all kinds.
fn large(name: &str, size: usize) -> Vec<u8> {
    let mut all = text(name, b"Subject: large\r\n\r\n");
    let mut seed: u32 = 1;
    while all.len() < size {
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 16
        };
        let dots = random() % 4;
        all.extend((0..dots).map(|_| b'.'));
        let length = random() % 120;
        all.extend((0..length).map(|_| match random() % 250 {
            end @ (0 | 10 | 13) => end as u8 + 64,
            byte => byte as u8,
        }));
        all.extend_from_slice(b"\r\n");
    }
    all
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn twenty_megabytes_arrive_as_they_were_sent() {
    let user = user::MAIL_LARGE;
    emptied(user).await;
    let envelope = Envelope::new(&address(user), [address(user).as_str()]).unwrap();
    let mut expected = Vec::new();
    for way in [DATA, BDAT, DATA_IN_STEPS] {
        let mut client = submitting(user, &way).await;
        let sent = large(way.name, 20_000_000);
        let receipt = client
            .send(
                &envelope,
                Body::reader(&sent[..]).with_size(sent.len() as u64),
            )
            .await
            .unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        client.quit().await.unwrap();
        expected.push(sent);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "20 MB");
    }
    emptied(user).await;
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn addresses_and_headers_in_utf8() {
    let user = user::MAIL_UTF8;
    emptied(user).await;
    let plain = address(user);
    let tagged = format!("{user}+grüße@netspeak.test");
    let header = "Subject: Grüße aus Köln\r\n\r\nおはよう\r\n".as_bytes();
    let mut expected = Vec::new();
    for way in &WAYS {
        let (target, builder) = exchanger();
        let trace = Trace::with_transcript();
        let mut client = builder
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone())
            .connect(&target)
            .await
            .unwrap();
        for (what, sender, recipient, utf8) in [
            ("a recipient", plain.as_str(), tagged.as_str(), true),
            ("a sender", "jürgen@köln.example", plain.as_str(), true),
            ("the header only", plain.as_str(), plain.as_str(), true),
            ("nothing", plain.as_str(), plain.as_str(), false),
        ] {
            let name = format!("{what} by {}", way.name);
            let sent = if utf8 {
                text(&name, header)
            } else {
                text(&name, "Subject: x\r\n\r\nGrüße\r\n".as_bytes())
            };
            let before = said(&trace).len();
            let envelope = Envelope::new(sender, [recipient]).unwrap();
            let receipt = client.send(&envelope, &sent).await.unwrap();
            assert_eq!(outcomes(&receipt), ["accepted"], "{name}: {receipt:?}");
            let mail = said(&trace)[before..]
                .iter()
                .find(|line| line.starts_with("MAIL"))
                .cloned()
                .unwrap();
            assert_eq!(mail.contains("SMTPUTF8"), utf8, "{name}: {mail}");
            assert!(mail.contains("BODY=8BITMIME"), "{name}: {mail}");
            expected.push(sent);
        }
        client.quit().await.unwrap();
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "UTF-8");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn reports_come_as_they_were_asked_for() {
    let user = user::MAIL_DSN;
    emptied(user).await;
    let recipient = format!("{user}+dsn@netspeak.test");
    for (way, notify) in [(DATA, true), (BDAT, true), (DATA_IN_STEPS, false)] {
        let mut client = submitting(user, &way).await;
        let mut envelope = Envelope::new(&address(user), [recipient.as_str()]).unwrap();
        envelope.parameters.ret = Some(Return::Headers);
        envelope.parameters.envid = Some(format!("{}+1=2", way.name));
        let parameters = &mut envelope.recipients[0].parameters;
        parameters.orcpt = Some("somebody+else@example.org".parse().unwrap());
        parameters.notify = Some(if notify {
            Notify {
                success: true,
                failure: true,
                delay: false,
            }
        } else {
            Notify::NEVER
        });
        let body = text(way.name, b"Subject: dsn\r\n\r\nthe body itself\r\n");
        let receipt = client.send(&envelope, body).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        client.quit().await.unwrap();
    }
    // Three mails, and reports about two of them.
    let mails = arrived(user, 5).await;
    let mut reports: Vec<String> = mails
        .iter()
        .map(|mail| String::from_utf8_lossy(mail).into_owned())
        .filter(|mail| mail.contains("report-type=delivery-status"))
        .collect();
    reports.sort_by_key(|report| report.contains("DATA+1=2"));
    assert_eq!(reports.len(), 2);
    for (report, way) in reports.iter().zip([BDAT, DATA]) {
        for part in [
            &format!("Original-Envelope-Id: {}+1=2", way.name),
            "Original-Recipient: rfc822;somebody+else@example.org",
            "Action: relayed",
            &format!("X-Mail: {}\r\n", way.name),
        ] {
            assert!(report.contains(part), "{part} is not in {report}");
        }
        assert!(!report.contains("the body itself"), "RET=HDRS: {report}");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn each_recipient_has_a_result() {
    let user = user::MAIL_PARTLY;
    emptied(user).await;
    let good = address(user);
    let mut expected = Vec::new();
    for way in &WAYS {
        let mut client = submitting(user, way).await;
        let mixed = [
            "refused@netspeak.test",
            good.as_str(),
            "deferred@netspeak.test",
            "nobody-of-that-name@netspeak.test",
            "anybody@discard.test",
        ];
        let envelope = Envelope::new(&good, mixed).unwrap();
        let sent = text(&format!("some by {}", way.name), b"Subject: x\r\n\r\n.\r\n");
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(
            outcomes(&receipt),
            [
                "RCPT 550",
                "accepted",
                "RCPT 450 for now",
                "RCPT 550",
                "accepted"
            ],
            "{}",
            way.name
        );
        let enhanced: Vec<String> = receipt
            .refused()
            .map(|(_, refusal)| refusal.reply.enhanced().unwrap().to_string())
            .collect();
        assert_eq!(enhanced, ["5.1.1", "4.2.1", "5.1.1"], "{}", way.name);
        assert!(!receipt.is_complete() && receipt.queue_id().is_some());
        expected.push(sent);

        // All of them: nothing is delivered, and the session goes on.
        let bad = ["refused@netspeak.test", "deferred@netspeak.test"];
        let envelope = Envelope::new(&good, bad).unwrap();
        let none = text(&format!("none by {}", way.name), b"Subject: x\r\n\r\n");
        let receipt = client.send(&envelope, &none).await.unwrap();
        assert_eq!(
            outcomes(&receipt),
            ["RCPT 550", "RCPT 450 for now"],
            "{}",
            way.name
        );
        assert_eq!(kind(&receipt.complete()), "work.rejected");

        // The sender, whom Postfix refuses when the first recipient comes.
        let envelope = Envelope::new("somebody-else@netspeak.test", [good.as_str()]).unwrap();
        let receipt = client.send(&envelope, &none).await.unwrap();
        assert_eq!(outcomes(&receipt), ["RCPT 553"], "{}", way.name);

        let envelope = Envelope::new(&good, [good.as_str()]).unwrap();
        let sent = text(
            &format!("after by {}", way.name),
            b"Subject: x\r\n\r\n.\r\n",
        );
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        expected.push(sent);
        client.quit().await.unwrap();
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "to one of several");
    }
}

/// Inside TLS; nothing is offered before.
const OFFERED: [&str; 8] = [
    "CRAM-MD5",
    "DIGEST-MD5",
    "LOGIN",
    "OAUTHBEARER",
    "PLAIN",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
];

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn every_mechanism_that_both_sides_know_logs_in() {
    let user = user::MAIL_MECHANISMS;
    let own = address(user).parse().unwrap();
    for (target, mode) in [
        (target("submission", "POSTFIX_SUBMISSION"), Tls::Required),
        (target("smtps", "POSTFIX_SMTPS"), Tls::Implicit),
    ] {
        let connected = async || {
            let builder = Client::builder().connector(connector()).tls(mode);
            builder.connect(&target).await.unwrap()
        };
        let mut used = Vec::new();
        for mechanism in OFFERED {
            let mut client = connected().await;
            let mut offered = client.capabilities().unwrap().auth();
            offered.sort();
            assert_eq!(offered, OFFERED, "{target}");
            let right = match mechanism {
                "OAUTHBEARER" | "XOAUTH2" => Credentials::token(user, token("VALID", user)),
                _ => with_password(user),
            };
            let right = right.with_mechanism(mechanism);
            // RFC 6331 ended it.
            if mechanism == "DIGEST-MD5" {
                assert_eq!(kind(&client.auth(&right).await), "usage");
                client.quit().await.unwrap();
                continue;
            }
            let wrong = match mechanism {
                "OAUTHBEARER" | "XOAUTH2" => Credentials::token(user, token("FORGED", user)),
                _ => Credentials::password(user, Secret::from("wrong")),
            };
            let outcome = client.auth(&wrong.with_mechanism(mechanism)).await;
            assert_eq!(kind(&outcome), "auth.rejected", "{mechanism}");
            // Nor may anybody send who has not logged in.
            let outcome = client.mail(&own, &Default::default()).await;
            let outcome = match outcome {
                Ok(_) => {
                    let to = "anybody@discard.test".parse().unwrap();
                    client.rcpt(&to, &Default::default()).await
                }
                refused => refused,
            };
            assert_eq!(kind(&outcome), "work.rejected", "{mechanism}");
            client.rset().await.unwrap();
            let outcome = client.auth(&right).await;
            assert_eq!(
                outcome.unwrap_or_else(|error| panic!("{mechanism}: {error}")),
                mechanism
            );
            client.mail(&own, &Default::default()).await.unwrap();
            client.rset().await.unwrap();
            client.quit().await.unwrap();
            used.push(mechanism);
        }
        assert_eq!(used.len(), 7, "{used:?}");
        let mut client = connected().await;
        let strongest = client.auth(&with_password(user)).await.unwrap();
        assert_eq!(strongest, "SCRAM-SHA-256");
        client.quit().await.unwrap();
    }
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let (target, builder) = submission();
        let provider = move |why| {
            std::future::ready(Ok(match why {
                TokenRequest::First => token("EXPIRED", user),
                _ => token("VALID", user),
            }))
        };
        let credentials = Credentials::token(user, provider).with_mechanism(mechanism);
        let client = builder.credentials(credentials).connect(&target).await;
        client.unwrap().quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn nothing_is_submitted_without_starttls() {
    let user = user::MAIL_DECEIVED;
    let target = target("submission", "POSTFIX_SUBMISSION");
    let trace = Trace::with_transcript();
    let builder = Client::builder().connector(connector()).tls(Tls::Off);
    let mut client = builder.trace(trace.clone()).connect(&target).await.unwrap();
    let capabilities = client.capabilities().unwrap();
    assert!(capabilities.starttls() && capabilities.auth().is_empty());
    for mechanism in [None, Some("PLAIN"), Some("SCRAM-SHA-256")] {
        let credentials = with_password(user);
        let credentials = match mechanism {
            Some(mechanism) => credentials.with_mechanism(mechanism),
            None => credentials,
        };
        let outcome = client.auth(&credentials).await;
        assert_eq!(kind(&outcome), "auth.no_mechanism", "{mechanism:?}");
    }
    assert_eq!(said(&trace).len(), 1, "{:?}", said(&trace));
    // The server says the same.
    let sender = address(user).parse().unwrap();
    let error = client.mail(&sender, &Default::default()).await.unwrap_err();
    assert_eq!(error.reply().unwrap().code(), 530, "{error}");
    client.quit().await.unwrap();
    // Also to a client that asks it to take a password in the clear.
    #[expect(
        clippy::disallowed_methods,
        reason = "on loopback; our client would not say it"
    )]
    let stream = TcpStream::connect(variable("NETSPEAK_POSTFIX_SUBMISSION"));
    let mut stream = BufReader::new(stream.await.unwrap());
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    for (command, expected) in [
        ("HELO [127.0.0.1]", "250 "),
        ("AUTH PLAIN AGEAYg==", "530 "),
        ("QUIT", "221 "),
    ] {
        let command = format!("{command}\r\n");
        stream.write_all(command.as_bytes()).await.unwrap();
        line.clear();
        stream.read_line(&mut line).await.unwrap();
        assert!(line.starts_with(expected), "{command}{line}");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn a_bad_certificate_is_named_and_gets_neither_credentials_nor_mail() {
    let situations: [(&str, TlsSettings); 4] = [
        ("tls.cert_untrusted", trusting("other-ca.pem")),
        ("tls.cert_name", asking_for("wrong-name.test")),
        ("tls.cert_expired", asking_for("expired.test")),
        ("tls.cert_untrusted", asking_for("incomplete.test")),
    ];
    for (expected, settings) in situations {
        for (target, mode, verbs) in [
            (
                target("submission", "POSTFIX_SUBMISSION"),
                Tls::Required,
                &["EHLO", "STARTTLS"][..],
            ),
            (
                target("smtp", "POSTFIX_SMTP"),
                Tls::Opportunistic,
                &["EHLO", "STARTTLS"],
            ),
            (target("smtps", "POSTFIX_SMTPS"), Tls::Implicit, &[]),
        ] {
            let trace = Trace::with_transcript();
            let outcome = Client::builder()
                .connector(connector().with_tls(settings.clone()))
                .tls(mode)
                .trace(trace.clone())
                .credentials(with_password(user::MAIL_DECEIVED))
                .connect(&target)
                .await;
            assert_eq!(kind(&outcome), expected, "{target} {mode:?}");
            let said = said(&trace);
            let first: Vec<&str> = said
                .iter()
                .filter_map(|line| line.split_whitespace().next())
                .collect();
            assert_eq!(first, verbs, "{target}: nothing else may be said");
            assert_eq!(trace.tls().unwrap().verified, Some(false));
        }
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn over_tls_from_the_first_byte() {
    let user = user::MAIL_SMTPS;
    emptied(user).await;
    let envelope = Envelope::new(&address(user), [address(user).as_str()]).unwrap();
    let mut expected = Vec::new();
    for scheme in ["smtps", "submissions"] {
        let builder = Client::builder().connector(connector());
        let mut client = builder
            .credentials(with_password(user))
            .connect(&target(scheme, "POSTFIX_SMTPS"))
            .await
            .unwrap();
        assert!(client.conn().is_encrypted());
        let sent = text(scheme, b"Subject: x\r\n\r\n.\r\n");
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{scheme}");
        client.quit().await.unwrap();
        expected.push(sent);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "by TLS");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn a_mail_that_is_too_large_is_refused_before_and_after() {
    let user = user::MAIL_TOO_LARGE;
    emptied(user).await;
    let envelope = Envelope::new(&address(user), [address(user).as_str()]).unwrap();
    let huge = large("huge", LIMIT as usize + 1_000_000);
    let mut expected = Vec::new();
    for way in &WAYS {
        let trace = Trace::with_transcript();
        let (target, builder) = submission();
        let builder = builder
            .credentials(with_password(user))
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone());
        let mut client = builder.connect(&target).await.unwrap();
        let size = client.capabilities().unwrap().size();
        assert_eq!(size, Some(SizeLimit::Bytes(LIMIT)));
        let before = said(&trace).len();
        // Nobody has to read it to know.
        let body = Body::reader(tokio::io::empty()).with_size(LIMIT + 1);
        let outcome = client.send(&envelope, body).await;
        assert_eq!(kind(&outcome), "work.too_large", "{}", way.name);
        assert_eq!(said(&trace).len(), before, "{}", way.name);

        // Told about its size the server says no to MAIL.
        let mut declared = envelope.parameters.clone();
        declared.size = Some(LIMIT + 1);
        let outcome = client.mail(&envelope.sender, &declared).await;
        assert_eq!(outcome.unwrap_err().reply().unwrap().code(), 552);

        // Not told, it finds out, and the session goes on.
        let receipt = client
            .send(&envelope, Body::reader(&huge[..]))
            .await
            .unwrap();
        let refusal = receipt.refusal().unwrap();
        let code = refusal.reply.code();
        assert_eq!((code, refusal.is_temporary()), (552, false), "{}", way.name);
        assert_eq!(receipt.accepted().count(), 0);
        let sent = text(way.name, b"Subject: small\r\n\r\n");
        let receipt = client.send(&envelope, &sent).await.unwrap();
        assert_eq!(outcomes(&receipt), ["accepted"], "{}", way.name);
        client.quit().await.unwrap();
        expected.push(sent);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "after one that was too large");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn lmtp_has_a_result_for_each_recipient() {
    let (one, two) = (user::MAIL_LMTP, user::MAIL_LMTP_TOO);
    emptied(one).await;
    emptied(two).await;
    let mut expected = Vec::new();
    for way in &WAYS {
        let trace = Trace::with_transcript();
        let mut client = Client::builder()
            .connector(connector())
            .chunking(way.chunking)
            .pipelining(way.pipelining)
            .trace(trace.clone())
            .connect(&target("lmtp", "DOVECOT_LMTP"))
            .await
            .unwrap();
        for (name, sent, received) in texts() {
            let name = format!("{name} by {}", way.name);
            // Dovecot takes any name, but not with such characters.
            let (first, last) = (address(one), address(two));
            let recipients = [first.as_str(), "no#body@netspeak.test", last.as_str()];
            let envelope = Envelope::new("sender@example.org", recipients).unwrap();
            let receipt = client.send(&envelope, text(&name, &sent)).await.unwrap();
            let found = outcomes(&receipt);
            assert_eq!(found[0], "accepted", "{name}: {receipt:?}");
            assert_eq!(found[1], "RCPT 550", "{name}: {receipt:?}");
            assert_eq!(found[2], "accepted", "{name}: {receipt:?}");
            // These are the answers after the text, not those to RCPT.
            for who in [0, 2] {
                let Outcome::Accepted(reply) = &receipt.deliveries[who].outcome else {
                    unreachable!();
                };
                let recipient = receipt.deliveries[who].recipient.as_str();
                assert!(reply.text().contains(recipient), "{name}: {reply}");
                assert!(reply.text().contains("Saved"), "{name}: {reply}");
            }
            expected.push(text(&name, &received));
        }
        client.quit().await.unwrap();
        let said = said(&trace);
        assert!(said[0].starts_with("LHLO "), "{}", said[0]);
        assert!(was_taken(way, &trace), "{}", way.name);
    }
    for user in [one, two] {
        let mails = arrived(user, expected.len()).await;
        for text in &expected {
            assert_arrived(&mails, text, &name(text));
        }
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn two_hundred_mails_over_one_connection() {
    let user = user::MAIL_MANY;
    emptied(user).await;
    let (good, sender) = (address(user), address(user));
    let mut expected = Vec::new();
    for way in [BDAT, DATA] {
        let mut client = submitting(user, &way).await;
        let texts: Vec<Vec<u8>> = (0..200)
            .map(|n| {
                text(
                    &format!("{n} by {}", way.name),
                    b"Subject: x\r\n\r\n.\r\n..\r\n",
                )
            })
            .collect();
        let mails = (0..).zip(&texts).map(|(n, text)| {
            // Some have a recipient who is refused: the others' replies stay where they belong.
            let recipients = match n % 10 {
                3 => vec!["refused@netspeak.test", &good],
                7 => vec![good.as_str(), "deferred@netspeak.test"],
                _ => vec![good.as_str()],
            };
            Mail::new(Envelope::new(&sender, recipients).unwrap(), text)
        });
        let mails: Vec<Mail<'_>> = mails.collect();
        let mut ids = Vec::new();
        let mut batch = client.send_many(mails).await.unwrap();
        while let Some(receipt) = batch.next().await.unwrap() {
            let receipt = receipt.unwrap();
            let expected = match ids.len() % 10 {
                3 => vec!["RCPT 550", "accepted"],
                7 => vec!["accepted", "RCPT 450 for now"],
                _ => vec!["accepted"],
            };
            assert_eq!(
                outcomes(&receipt),
                expected,
                "{} by {}",
                ids.len(),
                way.name
            );
            ids.push(receipt.queue_id().unwrap());
        }
        drop(batch);
        assert_eq!(client.mails(), 200);
        client.quit().await.unwrap();
        assert_eq!(ids.len(), 200);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 200, "each has an id of its own");
        expected.extend(texts);
    }
    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "one of many");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn the_engines_door_and_ours_send_the_same_mail() {
    let user = user::MAIL_ENGINE;
    emptied(user).await;
    let message = |name: &str| {
        Message::builder()
            .message_id(Some(format!("<{name}@example.org>")))
            .from(format!("Jürgen <{}>", address(user)).parse().unwrap())
            .to(address(user).parse().unwrap())
            .subject("Grüße, in the engine's words")
            .header(ContentType::TEXT_PLAIN)
            .body(".\r\n..\r\nGrüße\r\n.x\n".repeat(50))
            .unwrap()
    };
    let (target, builder) = submission();
    let builder = builder.credentials(with_password(user));
    let mut client = builder.clone().connect(&target).await.unwrap();
    let one = message("client");
    let receipt = client.send_message(&one).await.unwrap();
    assert_eq!(outcomes(&receipt), ["accepted"]);
    let two = message("transport");
    let transport = Transport::new(client);
    let receipt = transport.send(two.clone()).await.unwrap();
    assert!(receipt.complete().unwrap().queue_id().is_some());
    transport.shutdown().await;
    let three = message("pool");
    let pool = Pool::new(builder, target, PoolOptions::default()).unwrap();
    let receipt = AsyncTransport::send(&pool, three.clone()).await.unwrap();
    assert_eq!(outcomes(&receipt), ["accepted"]);
    pool.shutdown().await;

    let mails = arrived(user, 3).await;
    let mut without_ids = Vec::new();
    for (name, message) in [("client", one), ("transport", two), ("pool", three)] {
        // The engine leaves the last line open.
        let expected = [&message.formatted()[..], b"\r\n"].concat();
        let got = the_one(&mails, &expected);
        assert_same(got, &expected, name);
        let text = String::from_utf8(got.to_vec()).unwrap();
        without_ids.push(text.replace(&format!("<{name}@"), "<id@"));
    }
    // The dates may differ by a second.
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("Date: "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(lines(&without_ids[0]), lines(&without_ids[1]));
    assert_eq!(lines(&without_ids[0]), lines(&without_ids[2]));
}

/// The command with the servers' authority: `send`, or a probe.
async fn run<S: AsRef<str>>(verb: Option<&str>, words: &[S]) -> Ran {
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    let mut all: Vec<&str> = verb.into_iter().collect();
    all.extend(["--cacert", &authority]);
    all.extend(words.iter().map(AsRef::as_ref));
    netspeak(&all).await
}

fn file(name: &str, content: &[u8]) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("send");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn the_command_sends() {
    let user = user::MAIL_CLI;
    emptied(user).await;
    let own = address(user);
    let (submission, _) = submission();
    let submission = submission.to_string();
    let smtps = target("smtps", "POSTFIX_SMTPS").to_string();
    let lmtp = target("lmtp", "DOVECOT_LMTP").to_string();
    let from = ["-u", user, "--from", &own];
    let send = async |url: &str, rest: &[&str]| {
        let words = [&[url][..], &from[..], rest].concat();
        run(Some("send"), &words).await
    };

    // A mail that it makes itself.
    let ran = send(&submission, &["--to", &own, "--subject", "made by itself"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    assert!(
        ran.text().contains(&format!("OK    {own}   250 ")),
        "{}",
        ran.text()
    );
    assert!(ran.text().contains("queued as "), "{}", ran.text());
    let mails = arrived(user, 1).await;
    let made = String::from_utf8(mails[0].clone()).unwrap();
    for part in [
        "\r\nSubject: made by itself\r\n",
        "\r\nDate: ",
        "\r\nMessage-ID: <",
    ] {
        assert!(made.contains(part), "{part}: {made}");
    }
    emptied(user).await;

    // Files, and one that has what must be repaired.
    let mut expected = Vec::new();
    for url in [&submission, &smtps] {
        for (name, sent, received) in texts() {
            let name = format!("{name} to {url}");
            let eml = file("one.eml", &text(&name, &sent));
            let ran = send(url, &["--to", &own, "--eml", &eml]).await;
            assert_eq!(ran.code, 0, "{name}: {}{}", ran.text(), ran.stderr);
            expected.push(text(&name, &received));
        }
    }
    // By LMTP nobody logs in.
    let sent = text("by LMTP", b"Subject: x\r\n\r\n.\r\n");
    let eml = file("lmtp.eml", &sent);
    let words = [&lmtp, "--from", &own, "--to", &own, "--eml", &eml];
    let ran = run(Some("send"), &words).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    expected.push(sent);

    // Each message of an mbox.
    for jobs in ["1", "3"] {
        let mut mbox = Vec::new();
        for n in 0..20 {
            let name = format!("{n} of an mbox, {jobs} jobs");
            let sent = text(
                &name,
                b"Subject: x\r\n\r\nFrom here\r\n>From there\r\n.\r\n\r\n",
            );
            let quoted = format!(
                "From somebody Thu Jan  1 00:00:00 2026\n\
                 X-Mail: {name}\nSubject: x\n\n>From here\n>>From there\n.\n\n\n"
            );
            mbox.extend_from_slice(quoted.as_bytes());
            expected.push(sent);
        }
        let mbox = file(&format!("{jobs}.mbox"), &mbox);
        let ran = send(
            &submission,
            &["--to", &own, "--mbox", &mbox, "--jobs", jobs],
        )
        .await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        assert_eq!(ran.text(), "20 mails, 20 accepted, 0 refused\n");
    }

    // Some are refused; all are; nothing is sent at all.
    let (refused, deferred) = ("refused@netspeak.test", "deferred@netspeak.test");
    let sent = text("to one of two", b"Subject: x\r\n\r\n");
    let eml = file("partly.eml", &sent);
    let ran = send(&submission, &["--to", &own, refused, "--eml", &eml]).await;
    assert_eq!(ran.code, 18, "{}{}", ran.text(), ran.stderr);
    assert!(
        ran.text()
            .contains(&format!("FAIL  {refused}   RCPT refused: 550"))
    );
    expected.push(sent);
    let ran = send(&submission, &["--to", refused, deferred]).await;
    assert_eq!(ran.code, 55, "{}{}", ran.text(), ran.stderr);
    for (code, to) in [
        (0, vec![own.as_str()]),
        (18, vec![&own, deferred]),
        (55, vec![refused]),
    ] {
        let words = [&["--stop-after", "rcpt", "--to"][..], &to].concat();
        let ran = send(&submission, &words).await;
        assert_eq!(ran.code, code, "{}{}", ran.text(), ran.stderr);
    }
    let words = [
        "send",
        &submission,
        "-u",
        user,
        "--from",
        &own,
        "--to",
        &own,
    ];
    let ran = netspeak(&words).await;
    assert_eq!(ran.code, 60, "{}{}", ran.text(), ran.stderr);
    assert!(
        ran.stderr.contains("error[tls.cert_untrusted]"),
        "{}",
        ran.stderr
    );
    let login = format!("{user}:wrong");
    let words = [&submission, "-u", &login, "--from", &own, "--to", &own];
    let ran = run(Some("send"), &words).await;
    assert_eq!(ran.code, 67, "{}{}", ran.text(), ran.stderr);

    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "by the command");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn the_command_probes() {
    const UPGRADED: &str = "dns tcp greeting caps starttls tls caps quit";
    let smtp = target("smtp", "POSTFIX_SMTP").to_string();
    let (submission, _) = submission();
    let submission = submission.to_string();
    let smtps = target("smtps", "POSTFIX_SMTPS").to_string();
    let lmtp = target("lmtp", "DOVECOT_LMTP").to_string();
    let to = format!("--work={}", address(user::MAIL_POLITE));
    for (url, options, expected) in [
        (&smtp, &[][..], UPGRADED),
        (&smtp, &["--starttls"], UPGRADED),
        (&smtp, &["--tls", "off"], "dns tcp greeting caps quit"),
        (
            &smtp,
            &[&to],
            "dns tcp greeting caps starttls tls caps work quit",
        ),
        (&submission, &["--starttls"], UPGRADED),
        (
            &submission,
            &["-u", user::MAIL_POLITE, &to],
            "dns tcp greeting caps starttls tls caps auth work quit",
        ),
        (&smtps, &[], "dns tcp tls greeting caps quit"),
        (&lmtp, &["--tls", "off"], "dns tcp greeting caps quit"),
    ] {
        let words = [&["--json", url.as_str()][..], options].concat();
        let ran = run(None, &words).await;
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.text(), ran.stderr);
        let report = ran.json();
        let phases: Vec<&str> = report["phases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|phase| phase["name"].as_str().unwrap())
            .collect();
        assert_eq!(phases.join(" "), expected, "{words:?}");
        assert_eq!(report["target"]["protocol"], "smtp", "{words:?}");
        if url != &lmtp {
            assert_eq!(report["greeting"]["software"], "Postfix", "{words:?}");
            assert_eq!(report["greeting"]["host"], "postfix.test", "{words:?}");
            let limit = &report["capabilities"]["limits"]["size"];
            assert_eq!(limit, LIMIT, "{words:?}");
        }
    }
    let before = run(None, &["--json", &submission]).await.json();
    let auth = &before["auth"];
    assert_eq!(auth["offered_before_tls"], serde_json::json!([]));
    let offered = auth["offered"].as_array().unwrap();
    assert_eq!(offered.len(), OFFERED.len(), "{auth}");
}

/// What Postfix logged about the session that came from this port of ours, once it is over.
async fn record(port: u16) -> Vec<String> {
    let mark = format!("]:{port}");
    let what = format!("Postfix' record of {mark}");
    let container = variable("NETSPEAK_POSTFIX_CONTAINER");
    until(&what, async || {
        let log = docker(&["logs", &container]).await;
        let of_ours = |line: &&str| {
            let behind = line.split_once(&mark).map(|(_, behind)| behind);
            behind.is_some_and(|behind| !behind.starts_with(|c: char| c.is_ascii_digit()))
        };
        let lines: Vec<&str> = log.lines().filter(of_ours).collect();
        // From the last time that somebody came: a port may have been used before.
        let connected = |line: &&str| line.contains(": connect from");
        let begin = lines.iter().rposition(connected)?;
        let ours: Vec<String> = lines[begin..].iter().map(|&line| line.to_owned()).collect();
        let is_over = ours.iter().any(|line| line.contains("disconnect from"));
        is_over.then_some(ours)
    })
    .await
}

fn ended_by_quit(lines: &[String]) -> bool {
    let last = lines.iter().rfind(|line| line.contains("disconnect from"));
    let all = lines.join("\n");
    last.is_some_and(|line| line.contains(" quit=1 "))
        && !["lost connection", "timeout after", "improper command"]
            .iter()
            .any(|words| all.contains(words))
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn every_probe_says_goodbye() {
    assert!(!container_address("POSTFIX").is_loopback());
    let login = || probing_as(user::MAIL_POLITE);
    let wrong = || {
        let mut options = login();
        options.password = Some(Secret::from("not the password"));
        options
    };
    let to = |name: &str| {
        let mut options = login();
        options.work = Some(format!("{name}@netspeak.test"));
        options
    };
    let until = |phase| {
        let mut options = probing();
        options.until = Some(phase);
        options
    };
    let clear = || {
        let mut options = probing();
        options.tls = Some(Tls::Off);
        options
    };
    for (scheme, options, kind) in [
        ("smtp", until(Phase::Greeting), ""),
        ("smtp", clear(), ""),
        ("smtp", probing(), ""),
        ("submission", probing(), ""),
        ("submission", login(), ""),
        ("submission", to(user::MAIL_POLITE), ""),
        ("submission", to("refused"), "work.rejected"),
        ("submission", wrong(), "auth.rejected"),
        ("smtps", probing(), ""),
        ("smtps", until(Phase::Greeting), ""),
        ("smtps", to(user::MAIL_POLITE), ""),
        ("smtps", wrong(), "auth.rejected"),
    ] {
        let report: Report = netspeak::probe(&at(scheme, "postfix"), &options).await;
        let found = report.error.as_ref().map(|error| error.kind.to_string());
        assert_eq!(found.unwrap_or_default(), kind, "{scheme}");
        let last = report.phases.last().unwrap();
        assert_eq!((last.name, last.ok), ("quit", true), "{scheme}");
        let lines = record(report.local.port.unwrap()).await;
        assert!(ended_by_quit(&lines), "{scheme} {kind}: {lines:#?}");
    }
    // That this can fail at all.
    let builder = Client::builder().connector(connector()).tls(Tls::Off);
    let client = builder.connect(&at("smtp", "postfix")).await.unwrap();
    let port = client.conn().local_addr().unwrap().port();
    drop(client);
    let lines = record(port).await;
    assert!(!ended_by_quit(&lines), "{lines:#?}");
}
