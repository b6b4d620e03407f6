//! POP3 sessions with Dovecot: what is read is what was delivered, and what goes wrong is named.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use netspeak::core::sasl::{Credentials, TokenRequest};
use netspeak::core::tls::{Identity, TlsSettings};
use netspeak::core::{ClearTextAuth, ErrorKind, Secret, Side, Target, Tls, Trace};
use netspeak::pop3::{Builder, Client, Error, Fetch, MessageNumber, ScanListing};
use tokio::time::Instant;

use crate::harness::{
    Faulty, Seeded, asking_for, assert_same, at, certificate, connector, container_address,
    impatient, password, seed, target, tls, token, trusting, user,
};

/// More than any message has.
const ROOM: usize = 1 << 20;

fn number(number: u32) -> MessageNumber {
    MessageNumber::new(number).unwrap()
}

fn with_password(user: &str) -> Credentials {
    Credentials::password(user, password())
}

/// A session in the clear with the server that allows it.
fn in_the_clear() -> Builder {
    Client::builder()
        .tls(Tls::Off)
        .clear_text_auth(ClearTextAuth::Allowed)
}

/// The server that insists on TLS, and STLS.
fn upgraded() -> (Target, Builder) {
    let builder = Client::builder().connector(connector()).tls(Tls::Required);
    (target("pop3", "DOVECOT_POP3"), builder)
}

async fn logged_in(user: &str) -> Client {
    let (target, builder) = upgraded();
    builder
        .credentials(with_password(user))
        .connect(&target)
        .await
        .unwrap()
}

async fn unique_ids(user: &str) -> Vec<String> {
    let mut client = logged_in(user).await;
    let listed = client.uidl().await.unwrap();
    client.quit().await.unwrap();
    listed.iter().map(|one| one.id.to_string()).collect()
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

/// Reads everything in every way and leaves it there.
async fn read_everything(mut client: Client) {
    let seed = seed();
    let total: usize = seed.iter().map(|message| message.bytes.len()).sum();
    let stat = client.stat().await.unwrap();
    assert_eq!(
        (stat.messages as usize, stat.octets),
        (seed.len(), Some(total as u64))
    );

    let listed: Vec<ScanListing> = client.list().await.unwrap();
    let expected: Vec<ScanListing> = (1..)
        .zip(&seed)
        .map(|(n, message)| ScanListing {
            number: number(n),
            octets: Some(message.bytes.len() as u64),
        })
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(client.list_one(number(8)).await.unwrap(), expected[7]);

    let ids = client.uidl().await.unwrap();
    let ids: Vec<&str> = ids.iter().map(|listing| listing.id.as_str()).collect();
    let names: Vec<&str> = seed.iter().map(|message| message.name.as_str()).collect();
    assert_eq!(ids, names);
    assert_eq!(
        client.uidl_one(number(3)).await.unwrap().as_str(),
        seed[2].name
    );

    for (n, message) in (1..).zip(&seed) {
        let mut reading = client.retr(number(n)).await.unwrap();
        let got = reading.bytes(ROOM).await.unwrap();
        assert_same(&got, &message.bytes, &message.name);
        for lines in [0, 1, 5] {
            let mut reading = client.top(number(n), lines).await.unwrap();
            let got = reading.bytes(ROOM).await.unwrap();
            let what = format!("TOP {lines} of {}", message.name);
            assert_same(&got, top(&message.bytes, lines), &what);
        }
    }
    // Also in another order, and some of them twice.
    let order: Vec<u32> = [8, 1, 2, 2, 3, 8, 4, 5, 6, 7].repeat(20);
    let fetched = fetch(&mut client, &order, Fetch::Whole).await.unwrap();
    for (n, got) in fetched {
        let Seeded { name, bytes } = &seed[n as usize - 1];
        assert_same(&got, bytes, name);
    }
    let fetched = fetch(&mut client, &order, Fetch::Top(2)).await.unwrap();
    assert_eq!(fetched.len(), order.len());
    for (n, got) in fetched {
        let Seeded { name, bytes } = &seed[n as usize - 1];
        assert_same(&got, top(bytes, 2), name);
    }
    client.noop().await.unwrap();
    client.quit().await.unwrap();
}

/// The header, the empty line and so many lines.
fn top(message: &[u8], lines: u32) -> &[u8] {
    let head = message.windows(4).position(|four| four == b"\r\n\r\n");
    let body = head.unwrap() + 4;
    let ends = message[body..].iter().enumerate();
    let mut ends = ends.filter(|(_, byte)| **byte == b'\n');
    let end = match lines {
        0 => Some(body),
        more => ends.nth(more as usize - 1).map(|(at, _)| body + at + 1),
    };
    &message[..end.unwrap_or(message.len())]
}

async fn fetch(
    client: &mut Client,
    numbers: &[u32],
    what: Fetch,
) -> Result<Vec<(u32, Vec<u8>)>, Error> {
    let mut found = Vec::new();
    let mut batch = client.fetch(numbers.iter().copied().map(number).collect(), what)?;
    while let Some((number, answer)) = batch.next().await? {
        answer?;
        let mut bytes = Vec::new();
        while let Some(piece) = batch.chunk().await? {
            bytes.extend_from_slice(piece);
        }
        found.push((number.get(), bytes));
    }
    assert!(found.iter().map(|(number, _)| number).eq(numbers));
    Ok(found)
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn in_the_clear_every_message_is_what_was_delivered() {
    let target = target("pop3", "DOVECOT_PLAIN_POP3");
    let builder = in_the_clear().credentials(with_password(user::PLAIN).with_mechanism("USER"));
    let client = builder.connect(&target).await.unwrap();
    assert!(!client.conn().is_encrypted());
    read_everything(client).await;
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn after_stls_every_message_is_what_was_delivered() {
    let client = logged_in(user::STLS).await;
    assert!(client.conn().is_encrypted());
    read_everything(client).await;
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn over_pop3s_every_message_is_what_was_delivered() {
    let builder = Client::builder().connector(connector());
    let client = builder
        .credentials(with_password(user::POP3S))
        .connect(&target("pop3s", "DOVECOT_POP3S"))
        .await
        .unwrap();
    assert!(client.conn().is_encrypted());
    read_everything(client).await;
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_thousand_messages_come_pipelined() {
    let seed = seed();
    let mut client = logged_in(user::MANY).await;
    client.capa().await.unwrap();
    assert!(client.capabilities().unwrap().pipelining());
    let ids = client.uidl().await.unwrap();
    let expected = (1..=1000).map(|n| format!("many-{n:04}"));
    assert!(
        ids.iter()
            .map(|one| one.id.as_str().to_owned())
            .eq(expected)
    );
    let numbers: Vec<u32> = (1..=1000).collect();
    for (n, got) in fetch(&mut client, &numbers, Fetch::Whole).await.unwrap() {
        assert_same(&got, &seed[0].bytes, &format!("message {n}"));
    }
    // What is not there is refused by itself and holds nothing up.
    let numbers = vec![number(1), number(1001), number(2)];
    let mut batch = client.fetch(numbers, Fetch::Whole).unwrap();
    let mut answers = Vec::new();
    while let Some((number, answer)) = batch.next().await.unwrap() {
        answers.push((number.get(), kind(&answer)));
    }
    let expected = [(1, "ok"), (1001, "work.rejected"), (2, "ok")];
    assert!(
        answers
            .iter()
            .map(|(n, word)| (*n, word.as_str()))
            .eq(expected),
        "{answers:?}"
    );
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn an_empty_maildrop_is_no_error() {
    let mut client = logged_in(user::EMPTY).await;
    assert_eq!(client.stat().await.unwrap().messages, 0);
    assert!(client.list().await.unwrap().is_empty());
    assert!(client.uidl().await.unwrap().is_empty());
    assert!(
        fetch(&mut client, &[], Fetch::Whole)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(kind(&client.retr(number(1)).await), "work.rejected");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn quit_commits_what_dele_marked() {
    let mut client = logged_in(user::COMMITTED).await;
    let before = client.stat().await.unwrap().messages;
    assert_eq!(
        before, 8,
        "used up by an earlier run: `cargo xtask servers up`"
    );
    client.dele(number(1)).await.unwrap();
    assert_eq!(kind(&client.dele(number(1)).await), "work.rejected");
    let results = client
        .dele_many(&[number(3), number(99), number(8)])
        .await
        .unwrap();
    let words: Vec<String> = results.iter().map(kind).collect();
    assert_eq!(words, ["ok", "work.rejected", "ok"]);
    assert_eq!(client.stat().await.unwrap().messages, 5);
    client.quit().await.unwrap();
    let left: Vec<String> = seed()
        .into_iter()
        .map(|message| message.name)
        .filter(|name| {
            !["0001", "0003", "0008"]
                .iter()
                .any(|gone| name.starts_with(gone))
        })
        .collect();
    assert_eq!(unique_ids(user::COMMITTED).await, left);
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_dropped_session_deletes_nothing() {
    let before = unique_ids(user::DROPPED).await;
    let mut client = logged_in(user::DROPPED).await;
    let all: Vec<MessageNumber> = (1..=8).map(number).collect();
    for result in client.dele_many(&all).await.unwrap() {
        result.unwrap();
    }
    drop(client);
    assert_eq!(unique_ids(user::DROPPED).await, before);
    assert_eq!(before.len(), 8);
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn rset_takes_the_marks_back() {
    let mut client = logged_in(user::RESET).await;
    client.dele(number(2)).await.unwrap();
    assert_eq!(kind(&client.retr(number(2)).await), "work.rejected");
    client.rset().await.unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 8);
    client.quit().await.unwrap();
    assert_eq!(unique_ids(user::RESET).await.len(), 8);
}

/// All that take a password.
const BY_PASSWORD: [&str; 7] = [
    "USER",
    "APOP",
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
];

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_wrong_password_is_rejected_and_the_session_goes_on() {
    let target = target("pop3", "DOVECOT_PLAIN_POP3");
    for mechanism in BY_PASSWORD {
        // Without STLS: the timestamp that APOP needs is forgotten with all that came before it.
        let mut client = in_the_clear().connect(&target).await.unwrap();
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        let wrong = Credentials::password(user::REJECTED, Secret::from("wrong"));
        let outcome = client.login(&wrong.with_mechanism(mechanism)).await;
        assert_eq!(kind(&outcome), "auth.rejected", "{mechanism}");
        let error = outcome.unwrap_err();
        assert!(!error.is_temporary());
        assert!(
            error.reply().unwrap().to_string().starts_with("-ERR"),
            "{error}"
        );
        let right = with_password(user::REJECTED).with_mechanism(mechanism);
        assert_eq!(client.login(&right).await.unwrap(), mechanism);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_bad_certificate_is_named_and_gets_no_credentials() {
    let situations: [(&str, TlsSettings, &str); 4] = [
        (
            "unknown authority",
            trusting("other-ca.pem"),
            "tls.cert_untrusted",
        ),
        (
            "for another host",
            asking_for("wrong-name.test"),
            "tls.cert_name",
        ),
        ("expired", asking_for("expired.test"), "tls.cert_expired"),
        (
            "without its intermediate",
            asking_for("incomplete.test"),
            "tls.cert_untrusted",
        ),
    ];
    let places = [
        (target("pop3", "DOVECOT_POP3"), Tls::Required, 2),
        (target("pop3", "DOVECOT_POP3"), Tls::Opportunistic, 2),
        (target("pop3s", "DOVECOT_POP3S"), Tls::Implicit, 0),
    ];
    for (what, settings, expected) in situations {
        for (target, mode, commands) in &places {
            let trace = Trace::with_transcript();
            let outcome = Client::builder()
                .connector(connector().with_tls(settings.clone()))
                .tls(*mode)
                .trace(trace.clone())
                .credentials(with_password(user::DECEIVED))
                .connect(target)
                .await;
            assert_eq!(kind(&outcome), expected, "{what}, {mode:?}");
            let said = said(&trace);
            assert_eq!(
                said,
                ["CAPA", "STLS"][..*commands],
                "{what}, {mode:?}: nothing else may be said"
            );
            let facts = trace.tls().unwrap();
            assert_eq!(facts.verified, Some(false), "{what}");
            assert!(
                !facts.chain.is_empty(),
                "{what}: the chain is told all the same"
            );
        }
    }
    // Whoever looks for the right name gets in: it was the certificate, not the test.
    let (target, builder) = upgraded();
    let settings = {
        let mut settings = tls();
        settings.sni = netspeak::core::tls::Sni::Name("localhost".to_owned());
        settings
    };
    let builder = builder.connector(connector().with_tls(settings));
    builder
        .connect(&target)
        .await
        .unwrap()
        .quit()
        .await
        .unwrap();
}

/// The container's own address, which is not loopback.
fn remote(container: &str) -> Target {
    at("pop3", &container_address(container).to_string())
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn no_password_goes_out_in_the_clear_to_another_machine() {
    // Also not to a server that would take it.
    for container in ["DOVECOT", "DOVECOT_PLAIN"] {
        for mechanism in ["USER", "PLAIN", "LOGIN", "user_pass"] {
            let trace = Trace::with_transcript();
            let builder = Client::builder().tls(Tls::Off).trace(trace.clone());
            let mut client = builder.connect(&remote(container)).await.unwrap();
            assert!(!client.conn().peer_addr().unwrap().ip().is_loopback());
            let outcome = match mechanism {
                "user_pass" => client
                    .user_pass(user::REMOTE, &password())
                    .await
                    .map(|()| "USER"),
                mechanism => {
                    let credentials = with_password(user::REMOTE).with_mechanism(mechanism);
                    client.login(&credentials).await
                }
            };
            let expected = match (container, mechanism) {
                // The strict server does not even offer them.
                ("DOVECOT", "PLAIN" | "LOGIN") => "auth.no_mechanism",
                _ => "auth.plaintext_blocked",
            };
            assert_eq!(kind(&outcome), expected, "{container} {mechanism}");
            let said = said(&trace);
            assert!(said.iter().all(|line| line == "CAPA"), "{said:?}");
            client.quit().await.unwrap();
        }
        // What proves the password without sending it is allowed.
        let builder = Client::builder().tls(Tls::Off);
        let mut client = builder.connect(&remote(container)).await.unwrap();
        let used = client.login(&with_password(user::REMOTE)).await.unwrap();
        assert_eq!(used, "SCRAM-SHA-256");
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn without_a_wish_only_what_stays_here_stays_in_the_clear() {
    let services = [
        (target("pop3", "DOVECOT_PLAIN_POP3"), false),
        // The same container by its own address.
        (at("pop3", "dovecot-plain"), true),
    ];
    for (target, encrypted) in services {
        let builder = Client::builder().connector(connector());
        let builder = builder.credentials(with_password(user::REMOTE));
        let mut client = builder.connect(&target).await.unwrap();
        assert_eq!(client.conn().is_encrypted(), encrypted, "{target}");
        assert_eq!(client.stat().await.unwrap().messages, 8);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_strict_server_refuses_a_password_in_the_clear() {
    // To us it is loopback; to Dovecot, in its container, we come from elsewhere.
    for target in [target("pop3", "DOVECOT_POP3"), remote("DOVECOT")] {
        let mut client = in_the_clear().connect(&target).await.unwrap();
        client.capa().await.unwrap();
        let capabilities = client.capabilities().unwrap();
        assert!(!capabilities.has("USER"));
        let outcome = client.user_pass(user::REMOTE, &password()).await;
        assert_eq!(kind(&outcome), "auth.rejected");
        let text = outcome.unwrap_err().to_string();
        assert!(
            text.contains("USER refused") && text.to_lowercase().contains("plaintext"),
            "{text}"
        );
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn without_tls_when_tls_is_required_nothing_is_said() {
    // A POP3S port asked for STLS: it waits for a hello, we wait for a greeting.
    let target = target("pop3", "DOVECOT_POP3S");
    let trace = Trace::with_transcript();
    let outcome = Client::builder()
        .connector(connector().with_timeouts(impatient()))
        .tls(Tls::Required)
        .trace(trace.clone())
        .credentials(with_password(user::DECEIVED))
        .connect(&target)
        .await;
    assert_eq!(kind(&outcome), "greeting.timeout");
    assert!(said(&trace).is_empty());
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_stalled_server_is_given_up_in_time() {
    let faulty = Faulty::take().await;
    let target = faulty.target("pop3", 110).await;
    let builder = || in_the_clear().timeouts(impatient());
    let mut client = builder()
        .credentials(with_password(user::STALLED))
        .connect(&target)
        .await
        .unwrap();
    let paused = faulty.pause().await;

    let began = Instant::now();
    let error = builder().connect(&target).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "greeting.timeout");
    let took = began.elapsed();
    assert!(
        (Duration::from_secs(1)..Duration::from_millis(1500)).contains(&took),
        "{took:?}"
    );

    let began = Instant::now();
    let error = client.stat().await.unwrap_err();
    assert_eq!(error.kind().to_string(), "work.timeout");
    assert!(began.elapsed() < Duration::from_millis(1500));
    drop(paused);
    // The late reply is never taken for the answer to another command.
    assert_eq!(kind(&client.noop().await), "conn.poisoned");
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_server_killed_in_mid_message_is_an_error() {
    let faulty = Faulty::take().await;
    // More than all buffers on the way can hold.
    let script = format!(
        "cd /srv/mail/{0}/Maildir/cur && line=$(printf '%076d' 0) && \
         {{ printf 'Subject: big\\r\\n\\r\\n'; yes \"$line\"$'\\r' | head -c 67108864; printf '\\r\\n'; }} >big:2, && \
         chown vmail:vmail big:2, && ls -l >&2",
        user::KILLED
    );
    faulty.run(&script).await;
    let target = faulty.target("pop3", 110).await;
    let builder = in_the_clear().credentials(with_password(user::KILLED));
    let mut client = builder.connect(&target).await.unwrap();
    let listed = client.list().await.unwrap();
    let big = listed.last().unwrap();
    let size = big.octets.unwrap();
    assert!(size > 60_000_000, "{listed:?}");

    let mut message = client.retr(big.number).await.unwrap();
    assert!(message.chunk().await.unwrap().is_some());
    let killed = faulty.kill().await;
    let mut read = 0;
    let outcome = loop {
        match message.chunk().await {
            Ok(Some(piece)) => read += piece.len() as u64,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let word = kind(&outcome);
    assert!(
        ["proto.closed", "tcp.reset"].contains(&word.as_str()),
        "{word} after {read} of {size} bytes"
    );
    assert!(read < size);
    assert_eq!(kind(&client.noop().await), "conn.poisoned");
    drop(killed);
}

/// In clear text and inside TLS.
const OFFERED: [&str; 10] = [
    "ANONYMOUS",
    "CRAM-MD5",
    "DIGEST-MD5",
    "EXTERNAL",
    "LOGIN",
    "OAUTHBEARER",
    "PLAIN",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
];

#[tokio::test]
#[ignore = "needs dovecot"]
async fn dovecot_offers_these_mechanisms() {
    let mut client = logged_out().await;
    client.capa().await.unwrap();
    let mut offered = client.capabilities().unwrap().sasl();
    offered.sort();
    assert_eq!(offered, OFFERED);
    client.quit().await.unwrap();

    // Those that would send a secret are not offered before TLS.
    let mut client = in_the_clear()
        .connect(&target("pop3", "DOVECOT_POP3"))
        .await
        .unwrap();
    client.capa().await.unwrap();
    let mut offered = client.capabilities().unwrap().sasl();
    offered.sort();
    let expected: Vec<&str> = OFFERED
        .into_iter()
        .filter(|name| !["LOGIN", "PLAIN", "OAUTHBEARER", "XOAUTH2"].contains(name))
        .collect();
    assert_eq!(offered, expected);
    client.quit().await.unwrap();
}

async fn logged_out() -> Client {
    let (target, builder) = upgraded();
    builder.connect(&target).await.unwrap()
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn every_mechanism_that_both_sides_know_logs_in() {
    let mut used = Vec::new();
    for mechanism in OFFERED {
        let user = user::MECHANISMS;
        let credentials = match mechanism {
            // RFC 6331 ended it; the next test shows that it is refused.
            "DIGEST-MD5" => continue,
            // Takes a certificate of our own.
            "EXTERNAL" => continue,
            "ANONYMOUS" => Credentials::anonymous("guest@example.org"),
            "OAUTHBEARER" | "XOAUTH2" => Credentials::token(user, token("VALID", user)),
            _ => with_password(user),
        };
        let mut client = logged_out().await;
        let credentials = credentials.with_mechanism(mechanism);
        let outcome = client.auth(&credentials).await;
        assert_eq!(
            outcome.unwrap_or_else(|e| panic!("{mechanism}: {e}")),
            mechanism
        );
        let expected = if mechanism == "ANONYMOUS" { 0 } else { 8 };
        let stat = client.stat().await.unwrap();
        assert_eq!(stat.messages, expected, "{mechanism}");
        client.quit().await.unwrap();
        used.push(mechanism);
    }
    assert_eq!(used.len(), 8);

    let mut client = logged_out().await;
    client
        .user_pass(user::MECHANISMS, &password())
        .await
        .unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 8);
    client.quit().await.unwrap();

    // APOP, with the timestamp of a greeting that nobody could forge: POP3S.
    let builder = Client::builder().connector(connector());
    let mut client = builder
        .connect(&target("pop3s", "DOVECOT_POP3S"))
        .await
        .unwrap();
    assert!(client.timestamp().is_some(), "{:?}", client.greeting());
    client.apop(user::MECHANISMS, &password()).await.unwrap();
    assert_eq!(client.stat().await.unwrap().messages, 8);
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn the_strongest_mechanism_is_chosen_and_digest_md5_never() {
    let mut client = logged_out().await;
    let used = client.login(&with_password(user::MECHANISMS)).await;
    assert_eq!(used.unwrap(), "SCRAM-SHA-256");
    client.quit().await.unwrap();

    let mut client = logged_out().await;
    let credentials = with_password(user::MECHANISMS).with_mechanism("DIGEST-MD5");
    assert_eq!(kind(&client.login(&credentials).await), "usage");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn an_expired_token_is_asked_for_again() {
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        let provider = move |why| {
            counter.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok(match why {
                TokenRequest::First => token("EXPIRED", user::RENEWED),
                _ => token("VALID", user::RENEWED),
            }))
        };
        let mut client = logged_out().await;
        let credentials = Credentials::token(user::RENEWED, provider).with_mechanism(mechanism);
        assert_eq!(client.login(&credentials).await.unwrap(), mechanism);
        assert_eq!(asked.load(Ordering::Relaxed), 2, "{mechanism}");
        assert_eq!(client.stat().await.unwrap().messages, 8);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_token_that_will_not_do_is_rejected() {
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        for what in ["EXPIRED", "FORGED"] {
            let mut client = logged_out().await;
            let credentials = Credentials::token(user::RENEWED, token(what, user::RENEWED));
            let outcome = client.login(&credentials.with_mechanism(mechanism)).await;
            assert_eq!(kind(&outcome), "auth.rejected", "{mechanism} {what}");
            let text = outcome.unwrap_err().to_string();
            let secret = token(what, user::RENEWED);
            assert!(!text.contains(secret.expose().as_str()), "{text}");
            client.quit().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_client_certificate_logs_in_by_external() {
    let mut settings = tls();
    settings.identity = Some(Identity {
        chain_pem: std::fs::read_to_string(certificate("client.chain.pem")).unwrap(),
        key_pem: Secret::from(std::fs::read_to_string(certificate("client.key")).unwrap()),
    });
    let external = Credentials::external(Some(user::CERTIFIED.to_owned()));
    for (target, mode) in [
        (target("pop3", "DOVECOT_POP3"), Tls::Required),
        (target("pop3s", "DOVECOT_POP3S"), Tls::Implicit),
    ] {
        let builder = Client::builder()
            .connector(connector().with_tls(settings.clone()))
            .tls(mode)
            .credentials(external.clone());
        let mut client = builder.connect(&target).await.unwrap();
        assert_eq!(client.stat().await.unwrap().messages, 8);
        client.quit().await.unwrap();
    }
    // Without the certificate the name alone is nothing.
    let mut client = logged_out().await;
    assert_eq!(kind(&client.login(&external).await), "auth.rejected");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn what_must_not_be_said_is_not_sent() {
    let trace = Trace::with_transcript();
    let (target, builder) = upgraded();
    let mut client = builder.trace(trace.clone()).connect(&target).await.unwrap();
    let before = said(&trace).len();
    for bad in ["user13\r\nQUIT", "user13\nQUIT", "user\0"] {
        let outcome = client.user_pass(bad, &password()).await;
        assert_eq!(kind(&outcome), ErrorKind::USAGE.to_string(), "{bad:?}");
    }
    let outcome = client
        .user_pass("user13", &Secret::from("a\r\nDELE 1"))
        .await;
    assert_eq!(kind(&outcome), "usage");
    // Nor what has no place before the login.
    assert_eq!(kind(&client.stat().await), "usage");
    assert_eq!(said(&trace).len(), before);
    client.quit().await.unwrap();
}
