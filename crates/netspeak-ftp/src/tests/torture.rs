//! Every read and every write of the control connection fails, ends or stalls at every byte.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::{Script, Talked, assert_same_in_pieces, assert_survives_faults};

use super::*;
use crate::{Goodbye, HashAlgorithm, Reply};

/// A session with all that needs no data connection.
const SESSION: &str = "
    S: 220-Welcome
    S:  to all
    S: 220 ready
    C: USER ops
    S: 331 go on
    C: PASS secret
    S: 230-in
    S: 230 now
    C: FEAT
    S: 211-Features:
    S:  SIZE
    S:  MLST type*;size*;
    S:  HASH SHA-1*
    S: 211 End
    C: PWD
    S: 257 \"/a \"\"b\"\"\" is it
    C: TYPE I
    S: 200 yes
    C: SIZE x
    S: 213 42
    C: MLST x
    S: 250-Listing
    S:  type=file;size=42; x
    S: 250 End
    C: STAT d
    S: 213-Status
    S: -rw-r--r-- 1 a b 7 Jan 1 2020 y
    S: 213 End
    C: HASH x
    S: 213 SHA-1 0-41 da39a3ee5e6b4b0d3255bfef95601890afd80709 x
    C: RNFR x
    S: 350 go on
    C: RNTO y
    S: 553 no
    C: QUIT
    S: 221 bye
";

async fn session(conn: Conn) -> Talked<String, Reply> {
    let endpoint = Endpoint::new("localhost".parse().unwrap(), 21);
    let mut client = match Client::from_conn(conn, Connector::new(), endpoint).await {
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
    found += &format!(" {:?}", client.feat().await?.map(|told| told.lines().len()));
    found += &format!(" {:?}", client.pwd().await?);
    found += &format!(" {}", client.size("x").await?);
    found += &format!(" {:?}", client.mlst("x").await?.size());
    for listed in client.stat_list("d").await? {
        found += &format!(
            " {:?}",
            listed.entry().map(|entry| entry.name().into_owned())
        );
    }
    found += &client.hash("x", HashAlgorithm::Sha1).await?.digest;
    match client.rename("x", "y").await {
        Err(Error::Refused { reply, .. }) => Ok(format!("{found} {reply}")),
        Err(error) => Err(error),
        Ok(()) => panic!("nothing was refused"),
    }
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
        found.starts_with("USER Some(") && found.ends_with("553 no 221 bye"),
        "{found}"
    );
}
