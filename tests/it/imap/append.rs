//! Messages put into mailboxes, small and large.

use std::borrow::Cow;
use std::pin::Pin;
use std::task::{Context, Poll};

use netspeak::imap::response::Code;
use netspeak::imap::{Append, Flag, Items, Section};
use tokio::io::{AsyncRead, ReadBuf};

use crate::harness::{assert_same, kind, user};
use crate::imap::{ROOM, SERVERS, fresh, lacking, logged_in, mailbox, small};

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_message_is_kept_with_its_flags_and_its_date() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_APPENDED).await;
        let there = fresh(&mut client, "flags and date").await;
        let keyword: Flag = "$Forwarded".parse().unwrap();
        let flags = [Flag::Seen, Flag::Flagged, keyword];
        let date = " 5-Apr-2017 14:38:25 +0200".parse().unwrap();
        let how = Append::new().flags(flags.clone()).date(date);
        let message = small("flags").replace("\r\n", "\n");
        let put = client.append(&there, &how, message.as_bytes()).await;
        let put = put.unwrap().unwrap();
        let opened = client.examine(&there).await.unwrap();
        assert_eq!(opened.uid_validity, Some(put.uid_validity), "{server}");
        let items = Items::new().flags().internal_date().message();
        let rows = client.fetch(put.uid, &items).await.unwrap().all(1).await;
        let row = rows.unwrap().pop().unwrap();
        let told = row.flags.as_ref().unwrap();
        assert!(flags.iter().all(|flag| told.contains(flag)), "{told:?}");
        let moment = row.internal_date.unwrap().timestamp();
        assert_eq!(moment, date.timestamp(), "{server}");
        let body = row.body(&Section::whole()).unwrap();
        let got = body.value.as_bytes().unwrap();
        assert_same(got, small("flags").as_bytes(), server);
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn odd_messages_are_kept_byte_for_byte() {
    let long = format!("Subject: long\r\nX-Long: {}\r\n\r\n", "x".repeat(100_000));
    let odd: [&[u8]; 7] = [
        b"Subject: no end",
        b"Subject: raw 8 bit \xfc\xe4\r\nFrom: \xe6\x97\xa5 <a@x.test>\r\n\r\n\xff\xfe\r\n",
        b"Subject: folded\r\n over\r\n\tlines\r\nTo: a@x.test,\r\n b@x.test\r\n\r\n",
        b"no header at all\r\n",
        b"\r\nno header, but its end\r\n",
        b"Subject: )\r\n\r\n* 1 FETCH (UID 7)\r\nA5 OK done\r\n{3}\r\n)\r\n",
        long.as_bytes(),
    ];
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_APPENDED).await;
        let there = fresh(&mut client, "odd").await;
        for message in odd {
            let put = client.append(&there, &Append::new(), message).await;
            let name = String::from_utf8_lossy(&message[..message.len().min(20)]).into_owned();
            if server == "CYRUS" && !is_taken_by_cyrus(message) {
                assert_eq!(kind(&put), "work.rejected", "{name:?}");
                continue;
            }
            let put = put
                .unwrap_or_else(|error| panic!("{server} {name:?}: {error}"))
                .unwrap();
            client.examine(&there).await.unwrap();
            let mut reading = client.message(put.uid).await.unwrap();
            let got = reading.bytes(ROOM).await.unwrap();
            let expected = match server {
                "CYRUS" => Cow::Owned(as_cyrus_keeps(message)),
                _ => Cow::Borrowed(message),
            };
            assert_same(&got, &expected, &format!("{server} {name:?}"));
            let items = Items::new().envelope().body_structure();
            let rows = client.fetch(put.uid, &items).await.unwrap().all(1).await;
            let row = rows.unwrap().pop().unwrap();
            let is_read = row.envelope.is_some() && row.body_structure.is_some();
            assert!(is_read && row.others.is_empty(), "{name:?}: {row:?}");
        }
        client.logout().await.unwrap();
    }
}

/// Cyrus 3.6 refuses a header without an end.
fn is_taken_by_cyrus(message: &[u8]) -> bool {
    message.starts_with(b"\r\n") || message.windows(4).any(|four| four == b"\r\n\r\n")
}

/// Cyrus 3.6 has an X for each octet in a header that is not ASCII (`munge8bit`).
fn as_cyrus_keeps(message: &[u8]) -> Vec<u8> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n");
    let mut kept = message.to_vec();
    for octet in &mut kept[..end.unwrap_or(0)] {
        if !octet.is_ascii() {
            *octet = b'X';
        }
    }
    kept
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_nul_byte_goes_only_where_binary_is_offered() {
    let message =
        b"Subject: nul\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n\
        Content-Transfer-Encoding: binary\r\n\r\nbefore\0behind\r\n";
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_APPENDED).await;
        let there = fresh(&mut client, "nul").await;
        let put = client.append(&there, &Append::new(), message).await;
        let put = put.unwrap().unwrap();
        client.examine(&there).await.unwrap();
        let mut reading = client.binary(put.uid, &[1]).await.unwrap();
        let got = reading.bytes(ROOM).await.unwrap();
        // Both keep it in base64.
        assert_same(&got, b"before\0behind\r\n", server);
        client.logout().await.unwrap();
    }
    let (target, _proxy) = lacking(&["BINARY"]).await;
    let builder = netspeak::imap::Client::builder().tls(netspeak::core::Tls::Off);
    let credentials = crate::harness::with_password(user::IMAP_APPENDED);
    let mut client = builder
        .credentials(credentials)
        .connect(&target)
        .await
        .unwrap();
    let there = mailbox("INBOX");
    let refused = client.append(&there, &Append::new(), message).await;
    assert_eq!(kind(&refused), "usage");
    client.noop().await.unwrap();
    client.logout().await.unwrap();
}

/// A message of so many octets, which nobody holds in memory.
struct Generated {
    at: u64,
    size: u64,
}

const HEADER: &[u8] = b"Subject: large\r\nFrom: Ada <ada@example.org>\r\n\r\n";

impl Generated {
    fn new(size: u64) -> Self {
        Self { at: 0, size }
    }

    /// Lines of 64 octets behind the header.
    fn octet(at: u64) -> u8 {
        let Some(at) = at.checked_sub(HEADER.len() as u64) else {
            return HEADER[at as usize];
        };
        match at % 64 {
            62 => b'\r',
            63 => b'\n',
            // The number of the line, so that none can be taken for another.
            column @ 0..8 => b'a' + (((at / 64) >> (column * 4)) & 15) as u8,
            _ => b'.',
        }
    }

    fn next(&mut self) -> Option<u8> {
        (self.at < self.size).then(|| {
            self.at += 1;
            Self::octet(self.at - 1)
        })
    }
}

impl AsyncRead for Generated {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        for _ in 0..buf.remaining() {
            match self.next() {
                Some(octet) => buf.put_slice(&[octet]),
                None => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn fifty_megabytes_go_and_come_in_small_pieces() {
    let size = HEADER.len() as u64 + 64 * 781_250;
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_LARGE).await;
        let there = fresh(&mut client, "large").await;
        let how = Append::new();
        let put = client
            .append_from(&there, &how, size, &mut Generated::new(size))
            .await;
        let put = put
            .unwrap_or_else(|error| panic!("{server}: {error}"))
            .unwrap();
        client.examine(&there).await.unwrap();
        let mut message = client.message(put.uid).await.unwrap();
        assert_eq!(message.size(), size, "{server}");
        let mut expected = Generated::new(size);
        let mut largest = 0;
        while let Some(chunk) = message.chunk().await.unwrap() {
            largest = largest.max(chunk.len());
            let same = chunk.iter().all(|got| expected.next() == Some(*got));
            assert!(same, "{server}: near {}", expected.at);
        }
        assert_eq!(expected.at, size, "{server}");
        assert!(largest <= 256 * 1024, "{server}: {largest}");

        // What broke off goes on from there.
        let from = size - 100;
        let mut rest = client
            .partial(put.uid, &Section::whole(), from, ROOM as u64)
            .await
            .unwrap();
        let expected: Vec<u8> = (from..size).map(Generated::octet).collect();
        assert_same(&rest.bytes(ROOM).await.unwrap(), &expected, server);
        client.unselect().await.unwrap();
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_full_mailbox_refuses_small_and_large_messages() {
    let user = format!("{}@small.test", user::IMAP_SMALL);
    let mut client = logged_in("DOVECOT", &user).await;
    let there = mailbox("INBOX");
    let how = Append::new();
    for size in [100, 3_000_000] {
        let mut source = Generated::new(size);
        let refused = client.append_from(&there, &how, size, &mut source).await;
        assert_eq!(kind(&refused), "work.quota", "{size}");
        let error = refused.unwrap_err();
        assert_eq!(error.reply().unwrap().code(), Some(&Code::OverQuota));
        assert!(!error.is_temporary(), "{error}");
    }
    // The session goes on.
    assert_eq!(client.examine(&there).await.unwrap().exists, 8);
    let refused = client.copy(1, &mailbox("Drafts")).await;
    assert_eq!(kind(&refused), "work.quota");
    client.logout().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_mailbox_that_is_not_there_takes_nothing() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_APPENDED).await;
        let nowhere = mailbox("nirgends");
        let message = small("lost");
        let refused = client
            .append(&nowhere, &Append::new(), message.as_bytes())
            .await;
        assert_eq!(kind(&refused), "work.not_found", "{server}");
        let error = refused.unwrap_err();
        let code = error.reply().unwrap().code();
        assert_eq!(code, Some(&Code::TryCreate), "{server}");
        client.logout().await.unwrap();
    }
}
