//! Reading and saying, with scripted peers and with the fake server.

use std::time::Duration;

use netspeak_core::testing::dialogue;
use netspeak_fake::{Builder as FakeBuilder, Fake, Fault, Moment, Telnet};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::*;

pub(super) fn served(fake: &Fake<Telnet>) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(fake.serve(theirs));
    Client::from_conn(Conn::from_memory(ours), Profile::default())
}

pub(super) fn client(builder: FakeBuilder<Telnet>) -> Client {
    served(&builder.build().unwrap())
}

pub(super) fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

fn over(conn: Conn) -> Client {
    Client::from_conn(conn, Profile::default())
}

#[tokio::test(start_paused = true)]
async fn a_text_is_found_however_it_is_cut() {
    let script = "
        S- Pass\\xff\\xfb\\x01wo
        ... 1
        S- rd:more
    ";
    dialogue(script, async |conn| {
        let mut client = over(conn);
        assert_eq!(client.read_until("Password:").await.unwrap(), b"Password:");
        assert_eq!(client.read_some().await.unwrap(), b"more");
        assert_eq!(client.read_some().await.unwrap(), b"");
        assert!(client.is_over());
        assert_eq!(kind(client.read_until("x").await), "proto.closed");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_is_a_timeout_and_nothing_is_lost() {
    dialogue("S- login\n...", async |conn| {
        let mut client = over(conn);
        assert_eq!(kind(client.read_until("Password:").await), "wait.timeout");
        client.set_timeout(Some(Duration::from_millis(5)));
        assert_eq!(kind(client.read_until("Password:").await), "wait.timeout");
        assert_eq!(client.read_until("in").await.unwrap(), b"login");
        assert_eq!(kind(client.read_some().await), "wait.timeout");
        assert_eq!(client.read_available().await.unwrap(), b"");
        client.write_line("still here").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_first_of_several_texts_is_told() {
    let script = "S- one 22\\r\\ntwo> \n...";
    dialogue(script, async |conn| {
        let mut client = over(conn);
        let patterns = [
            Pattern::text("two"),
            Pattern::regex(r"(\d)(\d)(x)?").unwrap(),
            Pattern::regex(r"(?m)^\S+> $").unwrap(),
        ];
        let found = client.expect(&patterns).await.unwrap();
        assert_eq!(
            (found.index, &found.before[..], &found.matched[..]),
            (1, &b"one "[..], &b"22"[..])
        );
        assert_eq!(
            found.groups,
            [Some(b"2".to_vec()), Some(b"2".to_vec()), None]
        );
        let found = client.expect(&patterns).await.unwrap();
        assert_eq!((found.index, &found.before[..]), (0, &b"\r\n"[..]));
        assert_eq!(client.take_text(), b"> ");
        assert_eq!(kind(Pattern::regex("(").map_err(Error::from)), "usage");
    })
    .await;
}

#[tokio::test]
async fn lines_and_data_as_they_are_sent() {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let profile = Profile {
        encoding: Encoding::Latin1,
        ..Profile::default()
    };
    let mut client = Client::from_conn(Conn::from_memory(ours), profile);
    client.write_line("show é").await.unwrap();
    assert_eq!(kind(client.write_line("a\r\nb").await), "usage");
    client.write_text("a\nb\r").await.unwrap();
    client.write(b"\xff\x01").await.unwrap();
    client.command(Command::Nop).await.unwrap();
    client.interrupt().await.unwrap();
    client.abort_output().await.unwrap();
    client.send_break().await.unwrap();
    client.are_you_there().await.unwrap();
    client.close().await.unwrap();
    let mut sent = Vec::new();
    theirs.read_to_end(&mut sent).await.unwrap();
    assert_eq!(
        sent.escape_ascii().to_string(),
        r"show \xe9\r\na\r\nb\r\x00\xff\xff\x01\xff\xf1\xff\xf4\xff\xf2\xff\xf5\xff\xf2\xff\xf3\xff\xf2\xff\xf6"
    );
}

#[tokio::test]
async fn the_data_mark_is_urgent_over_tcp() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut client = connect(&format!("telnet://127.0.0.1:{port}"))
        .await
        .unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    client.interrupt().await.unwrap();
    client.write(b"x").await.unwrap();
    let mut heard = Vec::new();
    while heard.len() < 4 {
        server.read_buf(&mut heard).await.unwrap();
    }
    // The urgent byte is beside the stream.
    assert_eq!(heard, b"\xff\xf4\xffx");
}

#[tokio::test]
async fn a_session_with_a_shell() {
    let fake = Telnet::builder().charset().build().unwrap();
    let mut client = served(&fake);
    client.read_until("$ ").await.unwrap();
    // What the server asks is answered while something is read.
    for _ in 0..5 {
        client.write_line("echo").await.unwrap();
        client.read_until("$ ").await.unwrap();
    }
    for (command, expected) in [
        ("term", "XTERM VT100"),
        ("window", "80x24"),
        ("env", ""),
        ("charset", "UTF-8"),
        ("echo grüß", "grüß"),
    ] {
        client.write_line(command).await.unwrap();
        client.read_until("\r\n").await.unwrap();
        let said = client.read_until("$ ").await.unwrap();
        let said = String::from_utf8(said).unwrap();
        assert_eq!(
            said.trim_end_matches("$ ").trim_end(),
            expected,
            "{command}"
        );
    }
    assert!(client.engine().is_on(Side::Remote, TelnetOption::ECHO));
    let window = Window {
        columns: 132,
        rows: 50,
    };
    client.resize(window).await.unwrap();
    client.write_line("window").await.unwrap();
    client.read_until("132x50").await.unwrap();
    client.are_you_there().await.unwrap();
    client.read_until("[yes]").await.unwrap();
    client.interrupt().await.unwrap();
    client.read_until("^C").await.unwrap();
    client.write_line("exit").await.unwrap();
    let rest = client.read_all(1000).await.unwrap();
    assert!(rest.ends_with(b"bye\r\n"));
    let asked: Vec<String> = client
        .asked()
        .iter()
        .map(|a| a.option.to_string())
        .collect();
    assert_eq!(
        asked,
        ["ECHO", "SGA", "TTYPE", "NAWS", "NEW-ENVIRON", "CHARSET"]
    );
    assert_eq!(fake.terminals()[0].window, Some((132, 50)));
}

#[tokio::test]
async fn compressed_text_is_the_same_text() {
    let mut client = client(Telnet::builder().compresses());
    client.read_until("$ ").await.unwrap();
    client.write_line("lines 20000").await.unwrap();
    let lines = client.read_until("line 20000\r\n").await.unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert_eq!(
        lines
            .lines()
            .filter(|line| line.starts_with("line "))
            .count(),
        20_000
    );
    client.write_line("exit").await.unwrap();
    assert!(client.read_all(1000).await.unwrap().ends_with(b"bye\r\n"));
}

#[tokio::test]
async fn a_pager_is_answered_with_expect() {
    let mut client = client(Telnet::builder());
    client.read_until("$ ").await.unwrap();
    client.write_line("more 12").await.unwrap();
    client.read_until("\r\n").await.unwrap();
    let patterns = [Pattern::text(" --More-- "), Pattern::text("$ ")];
    let mut output = Vec::new();
    loop {
        let found = client.expect(&patterns).await.unwrap();
        output.extend(found.before);
        if found.index == 1 {
            break;
        }
        client.write(b" ").await.unwrap();
    }
    let wiped = [[8; 10], [b' '; 10], [8; 10]].concat();
    let output = String::from_utf8(output).unwrap();
    let output = output.replace(std::str::from_utf8(&wiped).unwrap(), "");
    let expected: Vec<String> = (1..=12).map(|number| format!("line {number}")).collect();
    assert_eq!(
        output.trim_matches(' ').lines().collect::<Vec<_>>(),
        expected
    );
}

#[tokio::test(start_paused = true)]
async fn silence_is_filled_while_something_is_awaited() {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let mut client = Client::from_conn(Conn::from_memory(ours), Profile::default());
    client.set_keep_alive(Some(KeepAlive {
        every: Duration::from_secs(60),
        command: Command::Nop,
    }));
    client.set_timeout(Some(Duration::from_secs(200)));
    assert_eq!(kind(client.read_some().await), "wait.timeout");
    let mut said = [0; 6];
    theirs.read_exact(&mut said).await.unwrap();
    assert_eq!(said, *b"\xff\xf1\xff\xf1\xff\xf1");
}

#[tokio::test(start_paused = true)]
async fn text_that_nobody_awaits_has_a_limit() {
    let endless = Fault::endless_line(Moment::Command("echo"), "");
    let mut client = client(Telnet::builder().fault(endless));
    client.read_until("$ ").await.unwrap();
    client.write_line("echo").await.unwrap();
    assert_eq!(kind(client.read_until("never").await), "proto.too_large");
}

#[tokio::test]
async fn a_flood_of_requests_costs_no_memory() {
    // Its answers are not read: sending stops, and with it reading.
    let (ours, mut theirs) = tokio::io::duplex(4096);
    let flooding = tokio::spawn(async move {
        let flood = b"\xff\xfd\x06".repeat(1000);
        for _ in 0..1000 {
            let sent = theirs.write_all(&flood);
            let limit = Duration::from_millis(50);
            if tokio::time::timeout(limit, sent).await.is_err() {
                return;
            }
        }
        panic!("three megabytes of requests were taken, and nobody read the answers");
    });
    let mut client = Client::from_conn(Conn::from_memory(ours), Profile::default());
    client.set_timeout(Some(Duration::from_millis(500)));
    let _ = client.read_some().await;
    flooding.await.unwrap();
    assert!(client.conn().queued() < 1 << 18);
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_is_an_error_and_never_a_hang() {
    use netspeak_core::testing::{Script, Talked, assert_same_in_pieces, assert_survives_faults};
    let script = Script::new("S- \\xff\\xfd\\x18name:\nC: *\nS- hello ops>");
    let talk = async |conn: Conn| {
        let mut client = over(conn);
        let talk = async {
            client.read_until("name:").await?;
            client.write_line("ops").await?;
            client.read_until("ops>").await
        };
        match talk.await {
            Ok(text) => Talked::Done(text),
            Err(error) => Talked::over(error),
        }
    };
    let play = |stream| script.clone().play_loosely(stream);
    let runs = assert_survives_faults(play, talk).await;
    assert!(runs > 60, "{runs}");
    let length = script.said_by_peer().len();
    let found = assert_same_in_pieces(play, talk, length).await;
    assert_eq!(found, b"hello ops>");
}
