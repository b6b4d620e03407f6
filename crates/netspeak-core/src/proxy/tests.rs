use super::*;
use crate::deadline::{Deadlines, Timeouts};
use crate::error::Phase;
use crate::stream::Stream;
use crate::testing::{FaultyStream, StreamFault};
use crate::trace::Trace;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn endpoint(text: &str) -> Endpoint {
    text.parse().unwrap()
}

fn dialogue(proxy: &str, target: &str) -> Result<Dialogue> {
    Dialogue::new(&proxy.parse()?, &endpoint(target), None)
}

/// Runs the machine against an answer: what it said, and what it left of the answer unread.
fn talk(mut dialogue: Dialogue, answer: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let (mut said, mut received, mut left) = (Vec::new(), Vec::new(), answer);
    loop {
        match dialogue.advance(&received)? {
            Next::Send(wire) => {
                said.extend_from_slice(wire.bytes());
                received.clear();
            }
            Next::Receive(count) => {
                assert!(count > 0 && count <= 257, "{count} bytes are asked for");
                let Some((head, tail)) = left.split_at_checked(count) else {
                    return Err(crate::codec::closed_early(left));
                };
                (received, left) = (head.to_vec(), tail);
            }
            Next::Done => return Ok((said, left.to_vec())),
        }
    }
}

fn said(proxy: &str, target: &str, answer: &[u8]) -> Vec<u8> {
    let greeting = b"220 ready\r\n";
    let (said, left) = talk(
        dialogue(proxy, target).unwrap(),
        &[answer, greeting].concat(),
    )
    .unwrap();
    assert_eq!(left, greeting, "the target's bytes were touched");
    said
}

fn kind(proxy: &str, answer: &[u8]) -> String {
    let error = talk(dialogue(proxy, "h.example:110").unwrap(), answer).unwrap_err();
    error.kind().to_string()
}

const BOUND_V4: &[u8] = &[5, 0, 0, 1, 192, 0, 2, 9, 0x1f, 0x90];

#[test]
fn known_answers_of_rfc_1928_and_1929() {
    // A name is told to the proxy; its length stands before it.
    let answer = [&[5, 0][..], BOUND_V4].concat();
    assert_eq!(
        said("socks5h://p", "h.example:110", &answer),
        [&[5, 1, 0, 5, 1, 0, 3, 9][..], b"h.example", &[0, 110]].concat()
    );
    // Addresses of both families, answers with every type of address.
    let bound_v6 = [&[5, 0, 5, 0, 0, 4][..], &[7; 18]].concat();
    assert_eq!(
        said("socks5://p", "192.0.2.1:258", &bound_v6),
        [5, 1, 0, 5, 1, 0, 1, 192, 0, 2, 1, 1, 2]
    );
    let bound_name = [&[5, 0, 5, 0, 0, 3, 255][..], &[b'x'; 257]].concat();
    let v6 = said("socks5h://p", "[2001:db8::1]:1", &bound_name);
    assert_eq!(
        v6[3..],
        [&[5, 1, 0, 4, 0x20, 1, 0xd, 0xb8][..], &[0; 11], &[1, 0, 1]].concat()
    );
    let bound_empty_name = [5, 0, 5, 0, 0, 3, 0, 0, 0];
    said("socks5h://p", "h.example:1", &bound_empty_name);
    // The login; a proxy that wants none of it gets none.
    let with_login = [&[5, 2, 1, 0][..], BOUND_V4].concat();
    assert_eq!(
        said("socks5h://me:s3cret@p", "h:1", &with_login),
        [
            &[5, 2, 0, 2, 1, 2][..],
            b"me",
            &[6],
            b"s3cret",
            &[5, 1, 0, 3, 1, b'h', 0, 1]
        ]
        .concat()
    );
    let without = said("socks5h://me:s3cret@p", "h:1", &answer);
    assert!(!without.windows(6).any(|w| w == b"s3cret"));
    // Resolved on our side.
    let proxy: Proxy = "socks5://p".parse().unwrap();
    let resolved = Some("198.51.100.7:110".parse().unwrap());
    let (said, _) = talk(
        Dialogue::new(&proxy, &endpoint("h.example:110"), resolved).unwrap(),
        &answer,
    )
    .unwrap();
    assert_eq!(said[3..], [5, 1, 0, 1, 198, 51, 100, 7, 0, 110]);
}

#[test]
fn known_answers_of_socks4_and_4a() {
    let granted = [0, 90, 1, 2, 3, 4, 5, 6];
    assert_eq!(
        said("socks4://me@p", "192.0.2.1:80", &granted),
        b"\x04\x01\x00\x50\xc0\x00\x02\x01me\0"
    );
    assert_eq!(
        said("socks4a://p", "h.example:80", &granted),
        b"\x04\x01\x00\x50\x00\x00\x00\x01\0h.example\0"
    );
    for (code, word) in [
        (91, "proxy.refused"),
        (92, "proxy.auth"),
        (93, "proxy.auth"),
        (94, "proxy.malformed"),
    ] {
        assert_eq!(kind("socks4a://p", &[0, code, 0, 0, 0, 0, 0, 0]), word);
    }
    // The version of an answer is 0; a SOCKS5 proxy says 5.
    assert_eq!(
        kind("socks4a://p", &[5, 0xff, 0, 0, 0, 0, 0, 0]),
        "proxy.malformed"
    );
    assert_eq!(
        kind("socks4a://p", &[4, 90, 0, 0, 0, 0, 0, 0]),
        "proxy.malformed"
    );
    for v6 in ["socks4://p", "socks4a://p"] {
        assert_eq!(
            dialogue(v6, "[::1]:1").unwrap_err().kind().to_string(),
            "usage"
        );
    }
}

#[test]
fn connect_stops_at_the_end_of_the_header() {
    for answer in [
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 200 Connection established\r\nVia: x\r\nA: b\r\n\r\n",
        "HTTP/1.1 204\r\n\r\n",
        "HTTP/1.1 200 \r\nContent-Length: 11\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 bare\nline: ends\n\n",
        "HTTP/1.1 200 mixed\r\na: b\n\r\n",
        "HTTP/1.1 200 odd\r\n\r \r\n\r\r\na: \r\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let said = said("http://p", "h.example:110", answer.as_bytes());
        assert_eq!(
            said,
            b"CONNECT h.example:110 HTTP/1.1\r\nHost: h.example:110\r\n\r\n"
        );
    }
    let ok = b"HTTP/1.1 200 OK\r\n\r\n";
    let wanted = "CONNECT [fe80::1]:1 HTTP/1.1\r\nHost: [fe80::1]:1\r\n\
                  Proxy-Authorization: Basic bWU6czNjcmV0\r\n\r\n";
    assert_eq!(
        said("http://me:s3cret@p", "[fe80::1%eth0]:1", ok),
        wanted.as_bytes()
    );
}

#[test]
fn what_follows_the_header_belongs_to_the_tunnel() {
    for (answer, left) in [
        (
            "HTTP/1.0 200 Connection established\r\nProxy-agent: x\r\n\r\n",
            "* OK IMAP ready\r\n",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "220 hi\r\n",
        ),
    ] {
        let dialogue = dialogue("http://p", "h.example:143").unwrap();
        let (_, found) = talk(dialogue, [answer, left].concat().as_bytes()).unwrap();
        assert_eq!(found, left.as_bytes(), "{answer:?}");
    }
}

#[test]
fn a_proxy_that_wants_a_login_says_which() {
    let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\n\
        Proxy-Authenticate: Basic realm=\"p\"\r\nproxy-authenticate:NTLM\x1b\r\n\
        Content-Length: 4\r\n\r\nnope";
    let error = talk(dialogue("http://p", "h:1").unwrap(), answer).unwrap_err();
    assert_eq!(error.kind().to_string(), "proxy.auth");
    assert_eq!(
        error.message(),
        "the proxy asks for a login: \"HTTP/1.1 407 Proxy Authentication Required\", \
         by Basic realm=\"p\", NTLM\\x1b"
    );
}

#[test]
fn refusals_are_told_in_the_proxys_words() {
    for (code, words) in [
        (1, "general failure"),
        (2, "not allowed"),
        (5, "connection refused"),
        (77, "code 77"),
    ] {
        let error = talk(
            dialogue("socks5h://p", "h:1").unwrap(),
            &[5, 0, 5, code, 0, 1],
        )
        .unwrap_err();
        assert_eq!(error.kind().to_string(), "proxy.refused");
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(kind("socks5h://p", &[5, 0xff]), "proxy.auth");
    assert_eq!(kind("socks5h://u:p@p", &[5, 0xff]), "proxy.auth");
    assert_eq!(kind("socks5h://u:p@p", &[5, 2, 1, 1]), "proxy.auth");
    for (status, word) in [
        ("407 Login", "proxy.auth"),
        ("401 Unauthorized", "proxy.auth"),
        ("503 Busy", "proxy.refused"),
        ("302 Go", "proxy.refused"),
    ] {
        let answer = format!("HTTP/1.1 {status} \x1b[2J\r\nContent-Length: 0\r\n\r\n");
        let error = talk(dialogue("http://p", "h:1").unwrap(), answer.as_bytes()).unwrap_err();
        assert_eq!(error.kind().to_string(), word);
        let text = error.to_string();
        assert!(text.contains(status) && !text.contains('\x1b'), "{text:?}");
    }
}

#[test]
fn hostile_answers_are_named_errors() {
    for (proxy, answer) in [
        // Wrong versions, methods that were not offered, unknown types of address.
        ("socks5h://p", &b"\x04\x00"[..]),
        ("socks5h://p", b"HT"),
        ("socks5h://p", b"\x05\x02"),
        ("socks5h://p", b"\x05\x01"),
        ("socks5h://u:p@p", b"\x05\x01"),
        ("socks5h://u:p@p", b"\x05\x02\x05\x00"),
        ("socks5h://p", b"\x05\x00\x04\x00\x00\x01"),
        ("socks5h://p", b"\x05\x00\x05\x00\x00\x02"),
        ("socks5h://p", b"\x05\x00\x05\x00\x00\xff"),
        ("http://p", b"SSH-2.0-x\r\n"),
        ("http://p", b"220 mail.example ESMTP\r\n"),
        ("http://p", b"HTTP/2 200\r\n\r\n"),
        ("http://p", b"HTTP/1.1 2000 OK\r\n\r\n"),
        ("http://p", b"HTTP/1.1 +20 OK\r\n\r\n"),
        ("http://p", b"HTTP/1.1 099 OK\r\n\r\n"),
        ("http://p", b"HTTP/1.1\r\n\r\n"),
        ("http://p", b"HTTP/1.1 20\r\n\r\n"),
    ] {
        assert_eq!(kind(proxy, answer), "proxy.malformed", "{proxy} {answer:?}");
    }
    let endless = [&b"HTTP/1.1 200 OK\r\n"[..], &b"a: b\r\n".repeat(100_000)].concat();
    assert_eq!(kind("http://p", &endless), "proxy.too_large");
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000);
    assert_eq!(kind("http://p", &interim), "proxy.too_large");
    let one_line = [&b"HTTP/1.1 200 "[..], &[b'x'; 1 << 20]].concat();
    assert_eq!(kind("http://p", &one_line), "proxy.too_large");
    let noisy = talk(dialogue("socks5h://p", "h:1").unwrap(), b"\x1b]").unwrap_err();
    assert!(!noisy.to_string().contains('\x1b'), "{noisy}");
}

#[test]
fn what_could_break_out_is_refused_before_a_byte_is_sent() {
    for bad in [
        "http://u%0d%0aX:p@h",
        "http://u:p%0a@h",
        "socks5://u%00:p@h",
        "socks4://u%00@h",
        "http://h/path",
        "ftp://h",
        "h:1080",
        "socks5://:p@h",
        "socks4://u:p@h",
        "http://a%3Ab:p@h",
        "socks5://",
    ] {
        assert_eq!(
            bad.parse::<Proxy>().unwrap_err().kind().to_string(),
            "usage",
            "{bad}"
        );
    }
    let long = "x".repeat(256);
    for url in [
        format!("socks5://{long}@h"),
        format!("socks5://u:{long}@h"),
        format!("socks4://{long}@h"),
    ] {
        assert!(url.parse::<Proxy>().is_err());
    }
    // Values that did not come from a URL.
    for kind in ["http://p", "socks5h://p", "socks4a://p"] {
        let proxy: Proxy = kind.parse().unwrap();
        for (user, password) in [("a\r\nb", "p"), ("a\0", "p"), ("u", "p\n"), ("u", "p\0")] {
            assert!(
                proxy
                    .clone()
                    .with_login(user, Secret::from(password))
                    .is_err(),
                "{kind} {user:?}"
            );
        }
        for host in ["a\r\nX: y", "a\0b", "a\nb"] {
            let target = Endpoint::new(Host::Name(host.into()), 1);
            assert!(
                Dialogue::new(&proxy, &target, None).is_err(),
                "{kind} {host:?}"
            );
        }
        let target = Endpoint::new(Host::Name("a b".into()), 1);
        let blank = Dialogue::new(&"http://p".parse().unwrap(), &target, None);
        assert!(blank.is_err(), "a blank would end the request's target");
    }
    let name = Endpoint::new(Host::Name(long), 1);
    assert!(Dialogue::new(&"socks5h://p".parse().unwrap(), &name, None).is_err());
}

#[test]
fn a_proxy_is_shown_without_its_password() {
    for (url, shown) in [
        ("socks5://p", "socks5://p:1080"),
        ("SOCKS5H://me:marker-pw@p:9", "socks5h://me@p:9"),
        ("socks4a://me@[::1]/", "socks4a://me@[::1]:1080"),
        ("http://p", "http://p:80"),
        ("https://a%40b:marker-pw@p", "https://a%40b@p:443"),
    ] {
        let proxy: Proxy = url.parse().unwrap();
        assert_eq!(proxy.to_string(), shown);
        let dialogue = Dialogue::new(&proxy, &endpoint("h:1"), None);
        let debug = format!("{proxy:?} {dialogue:?}");
        assert!(
            !debug.contains("marker") && !debug.contains("bWFya2Vy"),
            "{debug}"
        );
    }
}

/// Plays a proxy's side over memory: `answers` in pieces, each after what it answers.
async fn through(stream: Stream, proxy: &str, trace: &Trace) -> Result<Stream> {
    let proxy: Proxy = proxy.parse()?;
    let dialogue = Dialogue::new(&proxy, &endpoint("h.example:110"), None)?;
    let deadline = Deadlines::start(Timeouts::default()).phase(Phase::Proxy);
    open_tunnel(stream, &proxy, dialogue, trace, deadline).await
}

const CONVERSATIONS: [(&str, &[u8]); 4] = [
    (
        "socks5h://me:s3cret@p",
        b"\x05\x02\x01\x00\x05\x00\x00\x03\x05bound\x00\x01",
    ),
    (
        "socks5h://p",
        b"\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01",
    ),
    ("socks4a://p", b"\x00\x5a\x00\x00\x00\x00\x00\x00"),
    ("http://p", b"HTTP/1.1 200 OK\r\nVia: p\r\n\r\n"),
];

#[tokio::test]
async fn every_split_of_an_answer_means_the_same() {
    for (proxy, answer) in CONVERSATIONS {
        let all = [answer, b"+OK greeting\r\n"].concat();
        for cut in 0..=all.len() {
            let (ours, mut theirs) = tokio::io::duplex(1024);
            let (head, tail) = all.split_at(cut);
            let (tail, head) = (tail.to_vec(), head.to_vec());
            let play = async move {
                theirs.write_all(&head).await.unwrap();
                tokio::task::yield_now().await;
                theirs.write_all(&tail).await.unwrap();
                theirs
            };
            let trace = Trace::new();
            let (tunnel, _theirs) =
                tokio::join!(through(Stream::Memory(ours), proxy, &trace), play);
            let mut greeting = [0; 14];
            tunnel.unwrap().read_exact(&mut greeting).await.unwrap();
            assert_eq!(&greeting, b"+OK greeting\r\n", "{proxy} cut at {cut}");
        }
        let (ours, mut theirs) = tokio::io::duplex(1024);
        theirs.write_all(&all).await.unwrap();
        let slow = FaultyStream::new(ours, StreamFault::OneByte);
        let mut tunnel = through(Stream::Other(Box::new(slow)), proxy, &Trace::new())
            .await
            .unwrap();
        let mut greeting = [0; 14];
        tunnel.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"+OK greeting\r\n", "{proxy} byte by byte");
    }
}

#[tokio::test(start_paused = true)]
async fn every_failure_at_every_position_is_a_named_error() {
    for (proxy, answer) in CONVERSATIONS {
        for at in 0..answer.len() {
            for (fault, wanted) in [
                (StreamFault::ReadEnds(at), "proxy.closed"),
                (StreamFault::ReadFails(at), "proxy.reset"),
                (StreamFault::ReadStalls(at), "proxy.timeout"),
            ] {
                let (ours, mut theirs) = tokio::io::duplex(1024);
                theirs.write_all(answer).await.unwrap();
                let stream = Stream::Other(Box::new(FaultyStream::new(ours, fault)));
                let error = through(stream, proxy, &Trace::new()).await.unwrap_err();
                assert_eq!(error.kind().to_string(), wanted, "{proxy} {fault:?}");
                assert!(error.to_string().contains("p:"), "{error}");
            }
        }
        let (ours, _theirs) = tokio::io::duplex(1024);
        let stream = Stream::Other(Box::new(FaultyStream::new(
            ours,
            StreamFault::WriteFails(1),
        )));
        let error = through(stream, proxy, &Trace::new()).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "proxy.closed", "{proxy}");
    }
}

#[test]
fn a_proxys_words_are_read_as_they_came_and_shown_without_the_login() {
    for (password, kind) in [
        ("qu\"ote", "proxy.auth"),
        ("back\\slash", "proxy.auth"),
        ("ta\tb12", "proxy.auth"),
        // What stands in the status line itself.
        ("407 ", "proxy.auth"),
        ("HTTP/1.1", "proxy.auth"),
    ] {
        let proxy: Proxy = "http://p".parse().unwrap();
        let proxy = proxy.with_login("me", Secret::from(password)).unwrap();
        for before in [0, 170] {
            let padding = "x".repeat(before);
            let answer = format!(
                "HTTP/1.1 407 no{padding} {password} here\r\n\
                 Proxy-Authenticate: Basic realm=\"{padding}{password}\"\r\n\r\n"
            );
            let dialogue = Dialogue::new(&proxy, &"h:1".parse().unwrap(), None).unwrap();
            let error = talk(dialogue, answer.as_bytes()).unwrap_err();
            assert_eq!(error.kind().to_string(), kind);
            let head = password.get(..4).unwrap();
            let shown = error.to_string();
            assert!(!shown.contains(head) && shown.contains("***"), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_repeats_the_login_does_not_get_it_shown() {
    let (ours, mut theirs) = tokio::io::duplex(1024);
    let coded = "bWU6bWFya2VyLXB3";
    let answer = format!("HTTP/1.1 407 not Basic {coded} nor marker-pw\r\n\r\n");
    theirs.write_all(answer.as_bytes()).await.unwrap();
    let trace = Trace::with_transcript();
    let error = through(Stream::Memory(ours), "http://me:marker-pw@p", &trace)
        .await
        .unwrap_err();
    let text = format!("{error} {error:?} {:?}", trace.transcript());
    assert!(text.contains("407 not Basic"), "{text}");
    assert!(
        !text.contains("marker-pw") && !text.contains(coded),
        "{text}"
    );
}
