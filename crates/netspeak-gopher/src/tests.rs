//! Requests to scripted servers and to the fake one.

use netspeak_core::Conn;
use netspeak_core::testing::{
    FaultyStream, Script, StreamFault, Talked, assert_cancellable, assert_same_in_pieces,
    assert_survives_faults, dialogue,
};
use netspeak_fake::{Builder as FakeBuilder, Certificate, Fake, Fault, Gopher, Moment};

use super::*;

mod properties;
mod tls;
mod vectors;

const MENU: &str = "
    C: /docs
    S: iWelcome\\x09\\x09\\x090
    S: 0Read me\\x09/docs/read.txt\\x09h.test\\x0970
    S: not an item
    S: .
";

fn docs() -> Request {
    Request::new(Selector::new("/docs").unwrap())
}

fn fake() -> FakeBuilder<Gopher> {
    Gopher::builder()
        .menu(
            "",
            [
                "Welcome",
                "1Docs\t/docs",
                "9Data\t/data.bin",
                "7Find\t/find",
            ],
        )
        .menu("/docs", ["0Read me\t/docs/read.txt"])
        .text("/docs/read.txt", "Read\r\n.me\r\n")
        .file("/data.bin", vec![7; 300_000])
        .search("/find")
        .attributes("/docs/read.txt", "+ABSTRACT:\r\n All of it\r\n")
}

fn served(fake: &Fake<Gopher>, fault: StreamFault) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(fake.serve(theirs));
    Client::from_conn(Conn::from_stream(FaultyStream::new(ours, fault)))
}

fn client(fake: FakeBuilder<Gopher>) -> Client {
    served(&fake.build().unwrap(), StreamFault::None)
}

fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

async fn menu(conn: Conn) -> Talked<Vec<MenuLine<'static>>, Refusal> {
    let listing = async { Client::from_conn(conn).menu(&docs()).await?.collect().await };
    match listing.await {
        Ok(listing) => Talked::Done(listing.lines),
        Err(error) => Talked::over(error),
    }
}

#[tokio::test]
async fn a_menu_line_by_line() {
    dialogue(MENU, async |conn| {
        let mut menu = Client::from_conn(conn).menu(&docs()).await.unwrap();
        let welcome = menu.next().await.unwrap().unwrap();
        assert_eq!(welcome.item().unwrap().item_type, ItemType::INFO);
        let read_me = menu.next().await.unwrap().unwrap().into_owned();
        assert_eq!(&*read_me.item().unwrap().selector, b"/docs/read.txt");
        let malformed = menu.next().await.unwrap().unwrap();
        assert_eq!(malformed, MenuLine::Malformed(b"not an item"[..].into()));
        assert_eq!(menu.next().await.unwrap(), None);
        assert_eq!(menu.next().await.unwrap(), None);
        assert_eq!(menu.ending(), Some(Ending::Dot));
    })
    .await;
}

#[tokio::test]
async fn a_walk_through_a_server() {
    let server = fake().start().await.unwrap();
    let url = server.url("gopher");
    let Answer::Menu(menu) = fetch(&url).await.unwrap() else {
        panic!("no menu");
    };
    let here: Target = url.parse().unwrap();
    let menu = menu.collect().await.unwrap();
    let urls: Vec<String> = menu.items().filter_map(|item| item.target(&here)).collect();
    assert_eq!(
        urls,
        ["/1/docs", "/9/data.bin", "/7/find"].map(|path| format!("{url}{path}"))
    );
    let Answer::Body(body) = fetch(&format!("{url}/9/data.bin")).await.unwrap() else {
        panic!("no file");
    };
    let mut copy = Vec::new();
    let mut body = body;
    assert_eq!(body.copy_to(&mut copy).await.unwrap(), 300_000);
    assert_eq!(copy, vec![7; 300_000]);
    let text = connect(&url).await.unwrap();
    let request = Request::new(Selector::new("/docs/read.txt").unwrap());
    let text = text.text(&request).await.unwrap().string(100, None).await;
    assert_eq!(text.unwrap(), "Read\r\n.me\r\n");
    let error = fetch(&format!("{url}/8/x")).await.map(drop).unwrap_err();
    assert_eq!(error.kind().to_string(), "usage");
    server.idle().await;
    let said = ["", "/data.bin", "/docs/read.txt"];
    assert_eq!(server.said(), said);
}

#[tokio::test]
async fn a_menu_over_ipv6() {
    let server = fake().ipv6().start().await.unwrap();
    let client = connect(&server.url("gopher")).await.unwrap();
    let menu = client.menu(&docs()).await.unwrap().collect().await.unwrap();
    assert_eq!(menu.lines.len(), 1);
}

#[tokio::test]
async fn another_protocol() {
    for greeting in ["220 mail.example ESMTP", "* OK ready", "+OK", "SSH-2.0-x"] {
        let script = format!("S: {greeting}\n...");
        let (answer, _) = dialogue(&script, async |conn| {
            Client::from_conn(conn).menu(&docs()).await?.collect().await
        })
        .await;
        assert_eq!(kind(answer), "wait.other_protocol", "{greeting}");
    }
    let (answer, _) = dialogue("S: 220 phones\\x09\\x09cso.test\\x09105", async |conn| {
        Client::from_conn(conn).menu(&docs()).await?.collect().await
    })
    .await;
    assert_eq!(answer.unwrap().items().count(), 1);
}

#[tokio::test]
async fn a_search() {
    let found = client(fake()).search(Selector::new("/find").unwrap(), "me READ");
    let found = found.await.unwrap().collect().await.unwrap();
    assert_eq!(&*found.items().next().unwrap().selector, b"/docs/read.txt");
    let bad = client(fake()).search(Selector::new("/find").unwrap(), "a\r\nb");
    assert_eq!(kind(bad.await), "usage");
}

#[tokio::test]
async fn gopher_plus() {
    let read_me = || Selector::new("/docs/read.txt").unwrap();
    let about = client(fake()).attributes(read_me()).await.unwrap();
    assert_eq!(about.summary().unwrap(), ["All of it"]);
    let all = client(fake()).menu_attributes(Selector::new("/docs").unwrap());
    assert_eq!(all.await.unwrap()[0], about);
    let request = Request::new(read_me()).plus("+text/plain").unwrap();
    let text = client(fake()).plus(&request).await.unwrap();
    assert_eq!(text.bytes(100).await.unwrap(), b"Read\r\n.me\r\n");
    let nope = Request::new(Selector::new("/nope").unwrap())
        .plus("+")
        .unwrap();
    let error = client(fake()).plus(&nope).await.unwrap_err();
    assert_eq!(error.reply().unwrap().code(), Some(1));
    assert_eq!(error.kind().to_string(), "work.not_found");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing() {
    let silent = fake().fault(Fault::Stall(Moment::Command("/docs")));
    let menu = client(silent).menu(&docs()).await.unwrap();
    assert_eq!(kind(menu.collect().await), "wait.timeout");
    let stops = fake().fault(Fault::Stall(Moment::Inside("/docs", 3)));
    let menu = client(stops).menu(&docs()).await.unwrap();
    assert_eq!(kind(menu.collect().await), "wait.timeout");
    let stops = fake().fault(Fault::Stall(Moment::Inside("/data.bin", 200_000)));
    let request = Request::new(Selector::new("/data.bin").unwrap());
    let body = client(stops).bytes(&request).await.unwrap();
    assert_eq!(kind(body.bytes(1 << 20).await), "wait.timeout");
}

#[tokio::test]
async fn an_endless_menu_is_an_error() {
    let endless = Fault::endless_list(Moment::Command("/docs"), "", "0a\t/a\th\t70");
    let mut limits = Limits::default();
    limits.listing_entries = 5_000;
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(fake().fault(endless).build().unwrap().serve(theirs));
    let conn = Conn::from_memory(ours).with_limits(limits);
    let menu = Client::from_conn(conn).menu(&docs()).await.unwrap();
    assert_eq!(kind(menu.collect().await), "proto.too_large");
    let endless = Fault::endless_line(Moment::Command("/docs"), "i");
    let menu = client(fake().fault(endless)).menu(&docs()).await.unwrap();
    assert_eq!(kind(menu.collect().await), "proto.too_large");
    let request = Request::new(Selector::new("/data.bin").unwrap());
    let body = client(fake()).bytes(&request).await.unwrap();
    assert_eq!(kind(body.bytes(299_999).await), "proto.too_large");
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_is_an_error_and_never_a_hang() {
    // The end of the stream ends a menu, so the end alone is no error; all else is.
    let script = Script::new("C: /docs\nS: iA\\x09\\x09\\x090\nS: .");
    let play = |stream| script.clone().play_loosely(stream);
    let plus = async |conn: Conn| {
        let talk = async {
            let request = docs().plus("+")?;
            Client::from_conn(conn)
                .plus(&request)
                .await?
                .bytes(100)
                .await
        };
        match talk.await {
            Ok(bytes) => Talked::Done(bytes),
            Err(error) => Talked::over(error),
        }
    };
    let length = Script::new("C: /docs\\t+\nS: +5\nS- hello");
    let play_length = |stream| length.clone().play_loosely(stream);
    let runs = assert_survives_faults(play_length, plus).await;
    assert!(runs > 40, "{runs}");
    let found = assert_same_in_pieces(play, menu, script.said_by_peer().len()).await;
    assert_eq!(found.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_byte_at_a_time_and_every_cut_give_the_same() {
    let script = Script::new(MENU);
    let length = script.said_by_peer().len();
    let play = |stream| script.clone().play(stream);
    let found = assert_same_in_pieces(play, menu, length).await;
    assert_eq!(found.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_loses_nothing() {
    let fake = fake().build().unwrap();
    let request = Request::new(Selector::new("/docs/read.txt").unwrap());
    let polls = assert_cancellable(
        async || {
            let client = served(&fake, StreamFault::OneByte);
            (client.text(&request).await.unwrap(), Vec::new())
        },
        async |(body, text): &mut (Body, Vec<u8>)| {
            while let Some(piece) = body.chunk().await.unwrap() {
                text.extend_from_slice(piece);
            }
        },
        async |(body, text): &mut (Body, Vec<u8>)| {
            while let Some(piece) = body.chunk().await.unwrap() {
                text.extend_from_slice(piece);
            }
            assert_eq!(text, b"Read\r\n.me\r\n");
        },
    )
    .await;
    assert!(polls > 10, "{polls}");
}
