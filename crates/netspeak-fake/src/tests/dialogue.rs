//! What every dialogue gets, shown on a protocol of which nothing is as elsewhere.

use std::time::Duration;

use tokio::time::timeout;

use super::client::Client;
use crate::auth::{Framing, Outcome};
use crate::dialogue::{Command, Dialogue};
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};
use crate::{Builder, Fake, Fault, Moment, Protocol};

struct Odd;

struct Session<'a> {
    wire: &'a mut Wire,
    obeyed: usize,
}

impl Protocol for Odd {}

impl Speak for Odd {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        wire.greet(b"hello\r\n".to_vec()).await?;
        Session { wire, obeyed: 0 }.serve().await
    }
}

impl Dialogue for Session<'_> {
    const UPGRADE: Option<&'static str> = Some("HIDE");
    const QUIT: Option<&'static str> = Some("LEAVE");
    const SASL: Option<Framing> = Some(Framing {
        verb: "WHO",
        challenge: "? ",
    });

    fn wire(&mut self) -> &mut Wire {
        self.wire
    }

    /// The verb comes last.
    async fn command(&mut self) -> Flow<Command> {
        let line = self.wire.line().await?;
        let verb = line.rsplit(|&byte| byte == b' ').next();
        Ok(Command {
            verb: String::from_utf8_lossy(verb.unwrap_or_default()).into_owned(),
            line,
        })
    }

    async fn obey(&mut self, command: &Command) -> Flow<Option<Vec<u8>>> {
        self.obeyed += 1;
        Ok(match command.verb.as_str() {
            "SILENT" => None,
            "STOP" => Some(b"stop\r\n".to_vec()),
            "WHO" => match self.log_in("login", None).await? {
                Outcome::Decided(Some(user)) => Some(format!("hello, {user}\r\n").into_bytes()),
                Outcome::Quoted(said) => Some(self.quote("WHO", &said)),
                _ => Some(b"no\r\n".to_vec()),
            },
            _ => Some(format!("yes, {}\r\n", self.obeyed).into_bytes()),
        })
    }

    fn quote(&self, verb: &str, said: &[u8]) -> Vec<u8> {
        [b"no ", verb.as_bytes(), b" for ", said, b"\r\n"].concat()
    }

    fn is_refusal(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"no")
    }

    fn is_last(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"stop")
    }

    fn forget(&mut self) {
        self.obeyed = 100;
    }

    async fn then(&mut self, command: &Command, did: Option<&[u8]>) -> Flow<()> {
        if command.verb == "TELL" {
            let did = did.map(String::from_utf8_lossy);
            let told = format!("then {}\r\n", did.unwrap_or("nothing".into()).trim());
            self.wire.answer("then", told.into_bytes()).await?;
        }
        Ok(())
    }
}

async fn greeted(faults: impl IntoIterator<Item = Fault>) -> (Fake<Odd>, Client) {
    let builder = Builder::new(Odd).user("ops", "secret");
    let builder = faults.into_iter().fold(builder, Builder::fault);
    let fake = builder.build().unwrap();
    let mut client = Client::of(&fake);
    assert_eq!(client.line().await, "hello");
    (fake, client)
}

/// All up to the end of the stream, which must come.
async fn rest(client: &mut Client) -> Vec<u8> {
    let rest = timeout(Duration::from_secs(3600), client.rest()).await;
    rest.expect("the connection stays open").0
}

#[tokio::test(start_paused = true)]
async fn commands_are_obeyed_in_turn() {
    let (fake, mut client) = greeted([]).await;
    assert_eq!(client.ask("a DO").await, "yes, 1");
    client.say("SILENT").await;
    assert_eq!(client.ask("b TELL").await, "yes, 3");
    assert_eq!(client.line().await, "then yes, 3");
    client.say("no more STOP").await;
    assert_eq!(rest(&mut client).await, b"stop\r\n");
    assert_eq!(fake.said(), ["a DO", "SILENT", "b TELL", "no more STOP"]);

    let (_, mut client) = greeted([]).await;
    client.say("LEAVE\r\nDO").await;
    assert_eq!(rest(&mut client).await, b"yes, 1\r\n");
}

#[tokio::test]
async fn a_forced_refusal_is_not_obeyed() {
    let refusal = Fault::reply("TELL", "no way\r\n").nth(1);
    let other = Fault::reply("TELL", "hm\r\n").nth(2);
    let (_, mut client) = greeted([refusal, other]).await;
    assert_eq!(client.ask("a TELL").await, "no way");
    assert_eq!(client.line().await, "then nothing");
    assert_eq!(client.ask("a TELL").await, "hm");
    assert_eq!(client.line().await, "then yes, 1");
    assert_eq!(client.ask("a DO").await, "yes, 2");
}

#[tokio::test]
async fn an_echo_is_not_obeyed() {
    let (_, mut client) = greeted([Fault::Echo("TELL")]).await;
    assert_eq!(
        client.ask("my secret TELL").await,
        "no TELL for my secret TELL"
    );
    assert_eq!(client.line().await, "then nothing");
    assert_eq!(client.ask("a DO").await, "yes, 1");
}

#[tokio::test]
async fn an_upgrade_forgets_and_a_refused_one_does_not() {
    let refused = Fault::reply("HIDE", "no\r\n").nth(1);
    let (_, mut client) = greeted([refused, Fault::ClearText]).await;
    assert_eq!(client.ask("HIDE").await, "no");
    assert_eq!(client.ask("DO").await, "yes, 1");
    assert_eq!(client.ask("HIDE").await, "yes, 2");
    assert_eq!(client.ask("DO").await, "yes, 101");
}

/// `ops` and `secret`
const ANSWERS: [&str; 2] = ["b3Bz", "c2VjcmV0"];

#[tokio::test]
async fn exchanges_are_counted_whatever_their_verb() {
    let odd = Fault::Challenge(b"???\r\n".to_vec()).nth(2);
    let (_, mut client) = greeted([odd]).await;
    assert!(client.ask("WHO").await.starts_with("? "));
    assert!(client.ask(ANSWERS[0]).await.starts_with("? "));
    assert_eq!(client.ask(ANSWERS[1]).await, "hello, ops");
    assert_eq!(client.ask("WHO").await, "???");
    assert_eq!(client.ask("*").await, "no");
}

#[tokio::test]
async fn exchanges_are_replaced_and_quoted_as_a_whole() {
    let (_, mut client) = greeted([Fault::reply("WHO", "welcome\r\n")]).await;
    assert_eq!(client.ask("WHO").await, "welcome");
    assert_eq!(client.ask("DO").await, "yes, 1");

    let (_, mut client) = greeted([Fault::Echo("WHO")]).await;
    client.ask("WHO").await;
    client.ask(ANSWERS[0]).await;
    assert_eq!(
        client.ask(ANSWERS[1]).await,
        "no WHO for c2VjcmV0, that is secret"
    );
}

#[tokio::test]
async fn the_verdict_on_an_exchange_is_a_moment_of_its_own() {
    let (_, mut client) = greeted([Fault::Close(Moment::Login)]).await;
    client.ask("WHO").await;
    client.ask(ANSWERS[0]).await;
    client.say(ANSWERS[1]).await;
    assert_eq!(client.read().await, b"");
}
