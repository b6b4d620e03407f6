//! Telnet as it should be: a login, a shell, and the options around it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{Builder, Fault, Telnet};

async fn talk(builder: Builder<Telnet>, said: &[u8]) -> String {
    let fake = builder.build().unwrap();
    let (mut client, theirs) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(fake.serve(theirs));
    client.write_all(said).await.unwrap();
    client.shutdown().await.unwrap();
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).await.unwrap();
    serving.await.unwrap();
    heard.escape_ascii().to_string()
}

fn plain() -> Builder<Telnet> {
    Telnet::builder().plain()
}

#[tokio::test]
async fn whoever_knows_the_password_gets_a_shell() {
    let server = || plain().user("ops", "secret");
    let heard = talk(server(), b"ops\r\nsecret\r\necho hi\r\0exit\n").await;
    assert_eq!(heard, r"login: Password: \r\nWelcome\r\n$ hi\r\n$ bye\r\n");
    let heard = talk(server(), &b"ops\r\nno\r\n".repeat(3)).await;
    assert_eq!(heard.matches("Login incorrect").count(), 3, "{heard}");
    assert!(!heard.contains("Welcome"), "{heard}");
}

#[tokio::test]
async fn what_the_terminal_tells_is_known() {
    let answers = b"\xff\xfd\x01\xff\xfb\x18\xff\xfb\x1f\xff\xfa\x1f\0P\0\x18\xff\xf0\xff\xfa\x18\0XTERM\xff\xf0\
        \xff\xfb\x27\xff\xfa\x27\0\x03A\x01b\xff\xf0term\rwindow\renv\rexit\r";
    let heard = talk(Telnet::builder(), answers).await;
    assert!(
        heard.starts_with(r"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\xff\xfd\'"),
        "{heard}"
    );
    for shown in [r"XTERM\r\n", r"80x24\r\n", r"A=b\r\n"] {
        assert!(heard.contains(shown), "{shown}: {heard}");
    }
    // What is typed is shown, since the client wants it.
    assert!(heard.contains(r"term\r\n"), "{heard}");
}

#[tokio::test]
async fn a_port_is_what_it_is_set_to_and_what_is_sent_comes_back() {
    let said = b"\xff\xfb\x2c\xff\xfa\x2c\x01\0\0\x25\x81\xff\xf0\xff\xfa\x2c\x01\0\0\0\0\xff\xf0a\xff\xffb";
    let heard = talk(Telnet::builder().serial_port(), said).await;
    let answer = r"\xff\xfa,e\x00\x00%\x81\xff\xf0";
    assert_eq!(heard, format!(r"\xff\xfd,{answer}{answer}a\xff\xffb"));
}

#[tokio::test]
async fn a_command_is_a_moment() {
    let server = plain().fault(Fault::reply("echo", b"\xff\xfa"));
    let heard = talk(server, b"echo x\rexit\r").await;
    assert_eq!(heard, r"$ \xff\xfa$ bye\r\n");
    let asks = talk(plain(), b"\xff\xf6\xff\xfd\x06\xff\xfd\x63exit\r").await;
    assert_eq!(
        asks,
        r"$ \r\n[yes]\r\n\xff\xfb\x06\xff\xfcc\r\nbye\r\n".replace(r"c\r\nbye", r"cbye")
    );
}
