//! Files and listings over data connections.

use tokio::io::AsyncReadExt;

use super::client::{Talk, ftp};
use crate::{DataEnd, DataTls, Listing};

const TEXT: &[u8] = b"one\ntwo\n";

#[tokio::test]
async fn a_file_goes_up_comes_down_and_grows() {
    let server = ftp().folder("/in").start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    assert_eq!(talk.put("STOR /in/a", b"hello").await, "226 that was all");
    assert_eq!(talk.put("APPE in/a", b" world").await, "226 that was all");
    assert_eq!(talk.get("RETR in/a").await, b"hello world");
    assert_eq!(server.file("/in/a").unwrap(), b"hello world");
    assert_eq!(talk.put("STOR /in/a", b"").await, "226 that was all");
    assert_eq!(server.file("/in/a").unwrap(), b"");
    let verbs: Vec<_> = server
        .transfers()
        .into_iter()
        .map(|transfer| (transfer.verb, transfer.octets, transfer.tls, transfer.end))
        .collect();
    let plain = |verb: &str, octets| (verb.to_owned(), octets, DataTls::None, DataEnd::Orderly);
    assert_eq!(
        verbs,
        [
            plain("STOR", 5),
            plain("APPE", 6),
            plain("RETR", 11),
            plain("STOR", 0)
        ]
    );
}

#[tokio::test]
async fn a_transfer_begins_where_rest_says_and_only_the_next_one() {
    let server = ftp().file("/a", "0123456789").start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    assert_eq!(talk.ask("REST 7").await, "350 from there, then");
    assert_eq!(talk.get("RETR a").await, b"789");
    assert_eq!(talk.get("RETR a").await, b"0123456789");
    talk.ask("REST 4").await;
    assert_eq!(talk.put("STOR a", b"xyz").await, "226 that was all");
    assert_eq!(server.file("/a").unwrap(), b"0123xyz");
    assert_eq!(talk.ask("REST minus").await, "501 that is no offset");
}

#[tokio::test]
async fn stou_finds_a_name_of_its_own() {
    let server = ftp().file("/a.1", "").start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    let port = talk.epsv().await;
    let stream = talk.connect(port).await;
    assert_eq!(talk.ask("STOU a").await, "150 FILE: a.2");
    let mut data = talk.data(stream).await.unwrap();
    data.bytes_out(b"new").await;
    drop(data);
    assert_eq!(talk.control.line().await, "226 that was all");
    assert_eq!(server.file("/a.2").unwrap(), b"new");
}

#[tokio::test]
async fn lines_end_with_cr_lf_in_ascii_only() {
    let server = ftp().file("/a", TEXT).start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    assert_eq!(talk.get("RETR a").await, TEXT);
    assert_eq!(talk.ask("TYPE A").await, "200 so be it");
    assert_eq!(talk.get("RETR a").await, b"one\r\ntwo\r\n");
    assert_eq!(talk.put("STOR b", b"x\r\ny").await, "226 that was all");
    assert_eq!(server.file("/b").unwrap(), b"x\ny");
    assert_eq!(talk.ask("SIZE a").await, "550 SIZE is for TYPE I");
}

#[tokio::test]
async fn mode_z_packs_what_goes_over_the_wire() {
    let server = ftp().file("/a", [b'x'; 10_000]).start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    assert_eq!(talk.ask("MODE Z").await, "200 so be it");
    let packed = talk.get("RETR a").await;
    assert!(packed.len() < 100);
    assert_eq!(talk.put("STOR b", &packed).await, "226 that was all");
    assert_eq!(server.file("/b"), server.file("/a"));
    assert_eq!(
        talk.put("STOR c", b"not zlib").await,
        "426 the data connection broke"
    );
}

#[tokio::test]
async fn listings() {
    let server = ftp()
        .file("/d/b c", "12345")
        .folder("/d/a")
        .file("/elsewhere", "")
        .start()
        .await
        .unwrap();
    let mut talk = Talk::inside(&server).await;
    let unix = "drwxr-xr-x   2 ftp      ftp              4096 Jan  2  2024 a\r\n\
                -rw-r--r--   1 ftp      ftp                 5 Jan  2  2024 b c\r\n";
    assert_eq!(talk.get_text("LIST -la d").await, unix);
    assert_eq!(talk.get_text("NLST d").await, "d/a\r\nd/b c\r\n");
    assert_eq!(
        talk.get_text("MLSD d").await,
        "type=cdir;modify=20240102030405;perm=cdeflmp;UNIX.mode=0755; .\r\n\
         type=pdir;modify=20240102030405;perm=cdeflmp;UNIX.mode=0755; ..\r\n\
         type=dir;modify=20240102030405;perm=cdeflmp;UNIX.mode=0755; a\r\n\
         type=file;size=5;modify=20240102030405;perm=adfrw;UNIX.mode=0644; b c\r\n"
    );
    assert_eq!(
        talk.ask("OPTS MLST Size;nonsense;type;").await,
        "200 MLST OPTS size;type;"
    );
    talk.ask("CWD d").await;
    assert_eq!(talk.get_text("NLST").await, "a\r\nb c\r\n");
    assert_eq!(
        talk.ask_all("MLST b c").await,
        ["250-begin", " size=5;type=file; /d/b c", "250 end"]
    );
    assert_eq!(
        talk.ask_all("STAT /d/b c").await,
        [
            "213-status follows",
            "-rw-r--r--   1 ftp      ftp                 5 Jan  2  2024 /d/b c",
            "213 end of status"
        ]
    );
    talk.epsv().await;
    assert_eq!(talk.ask("LIST nowhere").await, "550 no such file or folder");
    assert_eq!(talk.ask("MLSD b c").await, "550 not a folder");
}

#[tokio::test]
async fn a_listing_is_what_the_test_wants_it_to_be() {
    let server = ftp()
        .file("/a", "1")
        .listing(Listing::Eplf)
        .listing_text("MLSD", "type=file; ../../out\r\n")
        .start()
        .await
        .unwrap();
    let mut talk = Talk::inside(&server).await;
    assert_eq!(talk.get_text("LIST").await, "+m1704164645,r,s1,\ta\r\n");
    assert_eq!(talk.get_text("MLSD").await, "type=file; ../../out\r\n");
}

#[tokio::test]
async fn the_server_calls_the_client_and_nobody_else() {
    for builder in [ftp(), ftp().ipv6()] {
        let server = builder.file("/a", TEXT).start().await.unwrap();
        let mut talk = Talk::inside(&server).await;
        let (listener, command) = talk.listen().await;
        assert_eq!(talk.ask(&command).await, "200 I will call you");
        // The connection is there before the first reply.
        assert_eq!(
            talk.ask("RETR a").await,
            "150 opening data connection for a (8 bytes)"
        );
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes, TEXT);
        assert_eq!(talk.control.line().await, "226 that was all");
        for other in [
            "PORT 127,0,0,2,200,1",
            "PORT 127,0,0,1,0,80",
            "EPRT |1|10.0.0.1|5000|",
            "EPRT |2|2001:db8::1|5000|",
        ] {
            assert_eq!(talk.ask(other).await, "500 that is not you", "{other}");
        }
        assert_eq!(
            talk.ask("PORT 127,0,0,1,300,1").await,
            "501 six numbers, please"
        );
        assert_eq!(talk.ask("RETR a").await, "425 no data connection");
    }
}

#[tokio::test]
async fn pasv_is_for_ipv4_and_epsv_for_both() {
    let server = ftp().file("/a", TEXT).start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    let reply = talk.ask("PASV").await;
    let numbers: Vec<u8> = reply
        .strip_prefix("227 Entering Passive Mode (127,0,0,1,")
        .and_then(|rest| rest.strip_suffix(")."))
        .unwrap()
        .split(',')
        .map(|number| number.parse().unwrap())
        .collect();
    let port = u16::from_be_bytes([numbers[0], numbers[1]]);
    let mut stream = talk.connect(port).await;
    assert!(talk.ask("RETR a").await.starts_with("150 "));
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, TEXT);
    assert_eq!(talk.control.line().await, "226 that was all");
    assert_eq!(
        talk.ask("EPSV 2").await,
        "522 no such network protocol, use (1)"
    );
    assert_eq!(talk.ask("EPSV ALL").await, "200 EPSV and nothing else");
    assert_eq!(talk.ask("PASV").await, "501 EPSV ALL has been said");

    let server = ftp().file("/a", TEXT).ipv6().start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    assert_eq!(talk.ask("PASV").await, "425 no IPv4 here");
    assert_eq!(talk.get("RETR a").await, TEXT);
}

#[tokio::test]
async fn a_stranger_on_the_data_port_is_sent_away() {
    let server = ftp().file("/a", TEXT).start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    let port = talk.epsv().await;
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let address = ([127, 0, 0, 1], port).into();
    let mut stranger = socket.connect(address).await.unwrap();
    let mut mine = talk.connect(port).await;
    assert!(talk.ask("RETR a").await.starts_with("150 "));
    let (mut bytes, mut nothing) = (Vec::new(), Vec::new());
    mine.read_to_end(&mut bytes).await.unwrap();
    stranger.read_to_end(&mut nothing).await.unwrap();
    assert_eq!(
        (bytes.as_slice(), nothing.as_slice()),
        (TEXT, b"".as_slice())
    );
}
