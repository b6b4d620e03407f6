//! Imap as it should be.

use super::client::Client;
use crate::Imap;

#[tokio::test]
async fn what_is_said_is_repeated() {
    let fake = Imap::builder().build().unwrap();
    let mut client = Client::of(&fake);
    assert_eq!(client.line().await, "OK imap ready");
    for (said, expected) in [
        ("NOOP", "OK"),
        ("SAY a b", "OK a b"),
        ("SAY", "NO what do you mean?"),
        ("SING", "NO unknown command"),
        ("QUIT", "OK bye"),
    ] {
        assert_eq!(client.ask(said).await, expected, "{said}");
    }
}
