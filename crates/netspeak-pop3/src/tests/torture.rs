//! Every read and every write fails, ends or stalls at every byte.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::{Script, Talked, assert_same_in_pieces, assert_survives_faults};

use super::*;
use crate::{Fetch, Reply};

/// A session with everything in it.
const SESSION: &str = "
    S: +OK ready <1.2@host>
    C: CAPA
    S: +OK
    S: PIPELINING
    S: SASL LOGIN
    S: .
    C: AUTH LOGIN
    S: + VXNlcm5hbWU6
    C: b3Bz
    S: + UGFzc3dvcmQ6
    C: c2VjcmV0
    S: +OK in
    C: STAT
    S: +OK 3 99
    C: UIDL
    S: +OK
    S: 1 a
    S: 2 b
    S: .
    C: RETR 1
    S: +OK
    S: one
    S: ..
    S: .
    C: RETR 1
    C: RETR 2
    C: RETR 3
    S: +OK
    S: one
    S: .
    S: -ERR none
    S: +OK
    S: .
    C: DELE 1
    S: +OK
    C: QUIT
    S: -ERR not all removed
";

async fn session(conn: Conn) -> Talked<String, Reply> {
    let mut client = match Client::from_conn(conn).await {
        Ok(client) => client,
        Err(error) => return Talked::over(error),
    };
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    let error = match talk(&mut client).await {
        Err(error) => error,
        Ok(found) => match client.quit().await {
            Err(Error::Refused { reply, .. }) => return Talked::Done(format!("{found} {reply}")),
            Err(error) => return Talked::over(error),
            Ok(goodbye) => panic!("{goodbye:?}"),
        },
    };
    let poisoned = client.noop().await.is_err() && client.quit().await.is_err();
    Talked::Failed { error, poisoned }
}

async fn talk(client: &mut Client) -> Result<String> {
    let mut found = client
        .login(&Credentials::password("ops", password()))
        .await?
        .to_owned();
    found += &format!(" {:?} {:?}", client.stat().await?, client.uidl().await?);
    found += &String::from_utf8_lossy(&whole(client, 1).await?);
    let mut batch = client.fetch((1..=3).map(number).collect(), Fetch::Whole)?;
    while let Some((number, answer)) = batch.next().await? {
        found += &format!("{number} {} ", answer.is_ok());
        while let Some(piece) = batch.chunk().await? {
            found += &String::from_utf8_lossy(piece);
        }
    }
    client.dele(number(1)).await?;
    Ok(found)
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_is_an_error_and_never_a_hang() {
    let script = Script::new(SESSION);
    let runs = assert_survives_faults(|stream| script.clone().play_loosely(stream), session).await;
    assert_eq!(runs, script.faults());
}

#[tokio::test(start_paused = true)]
async fn one_byte_at_a_time_and_every_cut_give_the_same() {
    let script = Script::new(SESSION);
    let length = script.said_by_peer().len();
    let found = assert_same_in_pieces(|stream| script.clone().play(stream), session, length).await;
    assert!(
        found.starts_with("LOGIN Stat") && found.ends_with("-ERR not all removed"),
        "{found}"
    );
}
