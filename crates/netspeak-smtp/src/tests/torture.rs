//! The checks that every protocol has to pass: faults at every byte, every cut, dropped futures.

use netspeak_core::testing::{
    FaultyStream, Script, StreamFault, Talked, assert_cancellable, assert_same_in_pieces,
    assert_survives_faults,
};
use netspeak_fake::{Fake, Mechanism, Smtp};

use super::*;
use crate::{Error, Goodbye, Mail, Reply};

const SESSION: &str = "
    S: 220 mx.example ESMTP
    C: EHLO localhost
    S: 250-mx.example
    S: 250-PIPELINING
    S: 250 AUTH PLAIN
    C: AUTH PLAIN AG9wcwBzZWNyZXQ=
    S: 235 2.7.0 in
    C: MAIL FROM:<ops@x.example>
    C: RCPT TO:<a@y.example>
    C: RCPT TO:<b@y.example>
    C: DATA
    S: 250 2.1.0 ok
    S: 250 2.1.5 ok
    S: 550-5.1.1 no such
    S: 550 5.1.1 user
    S: 354 go on
    C: Subject: x
    C:
    C: ..
    C: .
    S: 250 2.0.0 queued as 4711
    C: MAIL FROM:<ops@x.example>
    C: RCPT TO:<a@y.example>
    C: DATA
    S: 250 2.1.0 ok
    S: 250 2.1.5 ok
    S: 354 go on
    C: y
    C: .
    C: MAIL FROM:<ops@x.example>
    C: RCPT TO:<a@y.example>
    C: DATA
    S: 250 2.0.0 queued as 4712
    S: 250 2.1.0 ok
    S: 250 2.1.5 ok
    S: 354 go on
    C: z
    C: .
    S: 250 2.0.0 queued as 4713
    C: VRFY a
    S: 252 2.0.0 perhaps
    C: QUIT
    S: 221 bye
";

async fn session(conn: Conn) -> Talked<String, Reply> {
    let mut client = match Client::from_conn(conn).await {
        Ok(client) => client,
        Err(error) => return Talked::over(error),
    };
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    let error = match talk(&mut client).await {
        Err(error) => error,
        Ok(found) => match client.quit().await.and_then(Goodbye::said) {
            Ok(reply) => return Talked::Done(format!("{found} {reply}")),
            Err(error) => return Talked::over(error),
        },
    };
    let poisoned = client.noop().await.is_err() && client.quit().await.is_err();
    Talked::Failed { error, poisoned }
}

async fn talk(client: &mut Client) -> Result<String> {
    let credentials = Credentials::password("ops", Secret::from("secret"));
    let mut found = client.login(&credentials).await?.to_owned();
    let receipt = client
        .send(
            &envelope(&["a@y.example", "b@y.example"]),
            "Subject: x\r\n\r\n.\r\n",
        )
        .await?;
    for delivery in &receipt.deliveries {
        found += &format!(" {} {}", delivery.recipient, delivery.outcome.is_accepted());
    }
    if receipt.in_doubt().next().is_some() {
        return receipt.complete().map(|_| found);
    }
    found += &format!(" {:?}", receipt.queue_id());
    let to = envelope(&["a@y.example"]);
    let mut batch = client
        .send_many(["y", "z"].map(|text| Mail::new(to.clone(), text)))
        .await?;
    while let Some(receipt) = batch.next().await? {
        found += &format!(" {:?}", receipt?.complete()?.queue_id());
    }
    found += &format!(" {}", client.vrfy("a").await?);
    Ok(found)
}

#[tokio::test(start_paused = true)]
async fn every_fault_at_every_byte_is_an_error_and_never_a_hang() {
    let script = Script::new(SESSION.replace("    C:\n", "    C: *\n").as_str());
    let runs = assert_survives_faults(|stream| script.clone().play_loosely(stream), session).await;
    assert!(runs > 3 * script.said_by_peer().len(), "{runs}");
}

#[tokio::test(start_paused = true)]
async fn every_cut_of_a_session_gives_the_same() {
    let script = Script::new(SESSION.replace("    C:\n", "    C: *\n").as_str());
    let length = script.said_by_peer().len();
    let found = assert_same_in_pieces(|stream| script.clone().play(stream), session, length).await;
    assert_eq!(
        found,
        "PLAIN a@y.example true b@y.example false Some(\"4711\") Some(\"4712\") Some(\"4713\") 252 2.0.0 perhaps 221 bye"
    );
}

fn fake() -> Fake<Smtp> {
    Smtp::builder()
        .user("ops", "secret")
        .mechanisms([Mechanism::ScramSha256, Mechanism::Plain])
        .list("team", ["a@y.example", "b@y.example"])
        .build()
        .unwrap()
}

/// A session, byte by byte.
async fn fresh(fake: &Fake<Smtp>) -> Client {
    fake.idle().await;
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(fake.serve(theirs));
    let conn = Conn::from_stream(FaultyStream::new(ours, StreamFault::OneByte));
    let mut client = greeted(conn).await;
    client.ehlo().await.unwrap();
    client
}

/// The next call: EXPN, to which no other reply fits.
async fn check(client: &mut Client) {
    match client.expn("team").await {
        Ok(reply) => assert!(reply.to_string().contains("b@y.example"), "{reply}"),
        Err(error) => assert!(
            matches!(error, Error::Poisoned | Error::Usage { .. }),
            "{error}"
        ),
    }
}

async fn dropped<T>(operation: impl AsyncFn(&mut Client) -> T) {
    let fake = fake();
    let polls = assert_cancellable(async || fresh(&fake).await, operation, check).await;
    assert!(polls > 5, "{polls}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_verb_is_never_answered_to_another() {
    dropped(async |client: &mut Client| client.noop().await).await;
    dropped(async |client: &mut Client| client.rset().await).await;
    dropped(async |client: &mut Client| client.vrfy("ops").await).await;
    dropped(async |client: &mut Client| client.help(None).await).await;
    dropped(async |client: &mut Client| client.ehlo().await.map(drop)).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_login_is_never_answered_to_another() {
    let credentials = Credentials::password("ops", Secret::from("secret"));
    dropped(async |client: &mut Client| client.login(&credentials).await).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_mail_is_never_answered_to_another() {
    let to = envelope(&["a@y.example"]);
    dropped(async |client: &mut Client| client.send(&to, "x\r\n").await.map(drop)).await;
    dropped(async |client: &mut Client| {
        let mails = [
            Mail::new(to.clone(), "x\r\n"),
            Mail::new(to.clone(), "y\r\n"),
        ];
        let mut batch = client.send_many(mails).await?;
        while batch.next().await?.is_some() {}
        Ok::<_, Error>(())
    })
    .await;
}
