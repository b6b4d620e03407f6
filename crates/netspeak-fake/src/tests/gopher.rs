//! Gopher as it should be, and as it is.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{Builder, Fault, Gopher, Moment};

fn server() -> Builder<Gopher> {
    Gopher::builder()
        .menu(
            "",
            ["Welcome", "0About\t/about.txt", "1Elsewhere\t/\th.test\t70"],
        )
        .text("/about.txt", "One\r\n.two\r\n")
        .file("/a.bin", *b"\x00.\r\n.\r\n")
        .search("/find")
        .attributes("/about.txt", "+ADMIN:\r\n Admin: Ops <ops@h>\r\n")
}

async fn ask(builder: Builder<Gopher>, request: &str) -> String {
    let fake = builder.build().unwrap();
    let (mut client, theirs) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(fake.serve(theirs));
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    serving.await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn one_request_and_the_server_hangs_up() {
    for (request, expected) in [
        (
            "",
            "iWelcome\t\terror.host\t1\r\n0About\t/about.txt\tlocalhost\t70\r\n1Elsewhere\t/\th.test\t70\r\n.\r\n",
        ),
        ("/about.txt", "One\r\n..two\r\n.\r\n"),
        ("/a.bin", "\0.\r\n.\r\n"),
        (
            "/find\tTWO one",
            "0/about.txt\t/about.txt\tlocalhost\t70\r\n.\r\n",
        ),
        ("/find\tthree", ".\r\n"),
        ("/nope", "3'/nope' doesn't exist!\t\terror.host\t1\r\n.\r\n"),
        ("/about.txt\t+", "+11\r\nOne\r\n.two\r\n"),
        (
            "/about.txt\t!",
            "+-1\r\n+INFO: 0/about.txt\t/about.txt\tlocalhost\t70\t+\r\n+ADMIN:\r\n Admin: Ops <ops@h>\r\n.\r\n",
        ),
        (
            "/nope\t!",
            "--1\r\n1 Ops <ops@fake.test>\r\nno such thing\r\n.\r\n",
        ),
        ("\x16\x03\x01\x02", "3no TLS here\t\terror.host\t1\r\n.\r\n"),
    ] {
        let request = format!("{request}\r\n");
        assert_eq!(ask(server(), &request).await, expected, "{request:?}");
    }
    let bare = server().without_final_dot();
    assert_eq!(ask(bare, "/about.txt\n").await, "One\r\n..two\r\n");
}

#[tokio::test]
async fn a_selector_is_a_moment() {
    let faulty = server().fault(Fault::Close(Moment::Inside("/about.txt", 5)));
    assert_eq!(ask(faulty, "/about.txt\r\n").await, "One\r\n");
    let forced = server().fault(Fault::reply("", "hello"));
    assert_eq!(ask(forced, "\r\n").await, "hello");
}
