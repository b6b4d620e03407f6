//! A message of many parts: its structure is told, and each part is read, as it is sent and as it is meant.

use netspeak::imap::response::BodyStructure;
use netspeak::imap::{Append, Client, Items, Section};

use crate::harness::{assert_same, user};
use crate::imap::{ROOM, SERVERS, fresh, logged_in};

const MESSAGE: &str = "From: =?UTF-8?Q?J=C3=BCrgen?= <j@example.org>\r
To: \"Quoted, \\\"Name\\\"\" <q@example.org>, undisclosed:;, Group: a@x.test, B <b@x.test>;\r
Subject: =?UTF-8?B?5pel5pys?= =?UTF-8?B?6Kqe?= and more\r
Date: Thu, 01 Jan 2026 00:00:00 +0000\r
Message-ID: <parts@example.org>\r
In-Reply-To: <before@example.org>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=\"out er\"\r
\r
a preamble that nobody reads\r
--out er\r
Content-Type: multipart/alternative; boundary=inner\r
\r
--inner\r
Content-Type: text/plain; charset=utf-8; format=flowed\r
Content-Transfer-Encoding: quoted-printable\r
Content-Language: de\r
\r
Gr=C3=BC=C3=9Fe, =\r
lang\r
--inner\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
<p>Grüße</p>\r
--inner--\r
--out er\r
Content-Type: application/octet-stream\r
Content-Transfer-Encoding: base64\r
Content-Disposition: attachment; filename*=UTF-8''%E6%97%A5%E6%9C%AC.bin\r
Content-ID: <part@example.org>\r
Content-Description: all octets\r
\r
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v\r
DQoNCi4NCg==\r
--out er\r
Content-Type: message/rfc822\r
\r
From: inner@example.org\r
Subject: inside\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=deep\r
\r
--deep\r
Content-Type: text/plain\r
\r
deep text\r
--deep--\r
an epilogue within\r
--out er--\r
an epilogue\r
";

fn attached() -> Vec<u8> {
    let mut octets: Vec<u8> = (0..48).collect();
    octets.extend(b"\r\n\r\n.\r\n");
    octets
}

async fn read(client: &mut Client, uid: u32, section: &Section) -> Vec<u8> {
    let mut reading = client.section(uid, section).await.unwrap();
    reading.bytes(ROOM).await.unwrap()
}

async fn decoded(client: &mut Client, uid: u32, part: &[u32]) -> Vec<u8> {
    let mut reading = client.binary(uid, part).await.unwrap();
    reading.bytes(ROOM).await.unwrap()
}

/// What is told of the message without reading it.
async fn is_described(client: &mut Client, uid: u32, server: &str) {
    let items = Items::new().envelope().body_structure().binary_size(&[2]);
    let rows = client.fetch(uid, &items).await.unwrap().all(1).await;
    let row = rows.unwrap().pop().unwrap();
    assert!(row.others.is_empty(), "{server}: {row:?}");
    assert_eq!(row.binary_sizes, [(vec![2], attached().len() as u64)]);
    let envelope = row.envelope.unwrap();
    assert_eq!(envelope.decoded_subject(), "日本語 and more", "{server}");
    assert_eq!(envelope.from[0].addressees()[0].decoded_name(), "Jürgen");
    let to: Vec<(String, String)> = envelope
        .to
        .iter()
        .flat_map(|address| address.addressees())
        .map(|one| (one.decoded_name(), one.address()))
        .collect();
    let expected = [
        ("Quoted, \"Name\"", "q@example.org"),
        ("", "a@x.test"),
        ("B", "b@x.test"),
    ]
    .map(|(name, address)| (name.to_owned(), address.to_owned()));
    assert_eq!(to, expected, "{server}: {:?}", envelope.to);

    let structure = row.body_structure.unwrap();
    let told: Vec<(Vec<u32>, String)> = structure
        .parts()
        .into_iter()
        .map(|(path, part)| (path, part.media_type()))
        .collect();
    let types = [
        (&[][..], "multipart/mixed"),
        (&[1], "multipart/alternative"),
        (&[1, 1], "text/plain"),
        (&[1, 2], "text/html"),
        (&[2], "application/octet-stream"),
        (&[3], "message/rfc822"),
        (&[3, 1], "text/plain"),
    ];
    for (path, name) in types {
        let found = told
            .iter()
            .any(|(at, kind)| at == path && kind.eq_ignore_ascii_case(name));
        assert!(found || path.is_empty(), "{server}: {path:?} in {told:?}");
    }
    let BodyStructure::Multipart(whole) = &*structure else {
        panic!("{server}: {structure:?}");
    };
    let file = &whole.parts[1];
    let disposition = file.disposition().unwrap();
    assert_eq!(disposition.kind(), "attachment", "{server}");
    let name = &disposition.parameters[0];
    assert!(name.name.is("filename*"), "{server}: {file:?}");
    assert_eq!(name.value.to_str_lossy(), "UTF-8''%E6%97%A5%E6%9C%AC.bin");
    let BodyStructure::Single(nested) = &whole.parts[2] else {
        panic!("{server}: {structure:?}");
    };
    let inside = nested.message.as_ref().unwrap().envelope.as_ref().unwrap();
    assert_eq!(inside.decoded_subject(), "inside", "{server}");
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn each_part_of_a_message_is_told_and_read() {
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_APPENDED).await;
        let there = fresh(&mut client, "parts").await;
        let put = client
            .append(&there, &Append::new(), MESSAGE.as_bytes())
            .await;
        let uid = put.unwrap().unwrap().uid;
        client.examine(&there).await.unwrap();
        is_described(&mut client, uid, server).await;
        let nested = MESSAGE.split("message/rfc822\r\n\r\n").nth(1).unwrap();
        let nested = nested.split("\r\n--out er--").next().unwrap();
        let (header, text) = nested.split_at(nested.find("\r\n\r\n").unwrap() + 4);
        for (section, expected) in [
            (Section::whole(), MESSAGE),
            (Section::part(&[1, 1]), "Gr=C3=BC=C3=9Fe, =\r\nlang"),
            (Section::part(&[1, 2]), "<p>Grüße</p>"),
            (
                Section::mime(&[1, 2]),
                "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            ),
            (Section::part(&[3]), nested),
            (Section::header().of_part(&[3]), header),
            (Section::text().of_part(&[3]), text),
            (Section::part(&[3, 1]), "deep text"),
        ] {
            let got = read(&mut client, uid, &section).await;
            assert_same(&got, expected.as_bytes(), &format!("{server} {section}"));
        }
        for (part, expected) in [
            (&[1, 1][..], "Grüße, lang".as_bytes()),
            (&[1, 2], "<p>Grüße</p>".as_bytes()),
            (&[2], &attached()),
            (&[3, 1], b"deep text"),
        ] {
            let got = decoded(&mut client, uid, part).await;
            assert_same(&got, expected, &format!("{server} BINARY {part:?}"));
        }
        // Dovecot has nothing in a part that is not there, and Cyrus has no such part.
        match client.section(uid, &Section::part(&[9])).await {
            Ok(mut nothing) => {
                assert_eq!(server, "DOVECOT");
                assert_eq!(nothing.bytes(ROOM).await.unwrap(), b"");
            }
            Err(error) => {
                assert_eq!(server, "CYRUS", "{error}");
                assert_eq!(error.kind().to_string(), "work.not_found");
            }
        }
        client.noop().await.unwrap();
        client.logout().await.unwrap();
    }
}
