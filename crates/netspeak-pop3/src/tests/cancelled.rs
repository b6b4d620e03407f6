//! Dropped futures, at every byte of every command: the next call fails or gets its own reply.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::assert_cancellable;
use netspeak_fake::Mechanism;

use super::*;
use crate::Fetch;

/// The next call: UIDL of the second message, to which no other reply fits.
async fn check(client: &mut Client) {
    match client.uidl_one(number(2)).await {
        Ok(id) => assert_eq!(id, uid("second")),
        Err(error) => assert!(matches!(error, Error::Poisoned), "{error}"),
    }
}

/// The next call before a login.
async fn check_login(client: &mut Client) {
    match client.capa().await {
        Ok(Some(capabilities)) => assert!(capabilities.has("TOP")),
        Ok(None) => panic!("CAPA got the reply to something else"),
        Err(error) => assert!(matches!(error, Error::Poisoned), "{error}"),
    }
}

/// Before a login, byte by byte.
async fn fresh(fake: &Fake<Pop3>) -> Client {
    fake.idle().await;
    greeted(over_faulty(fake, StreamFault::OneByte)).await
}

/// After a login and CAPA, so that commands are pipelined.
async fn ready(fake: &Fake<Pop3>) -> Client {
    let mut client = fresh(fake).await;
    client.capa().await.unwrap();
    client.user_pass("ops", &password()).await.unwrap();
    client
}

macro_rules! dropped {
    ($(#[$meta:meta])* $name:ident, $from:ident, $check:ident, $operation:expr) => {
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let mechanisms = [Mechanism::ScramSha256, Mechanism::Plain];
            let fake = server().mechanisms(mechanisms).build().unwrap();
            let polls = assert_cancellable(async || $from(&fake).await, $operation, $check).await;
            assert!(polls > 10, "{polls}");
        }
    };
}

dropped!(capa, fresh, check_login, async |c: &mut Client| c
    .capa()
    .await
    .map(drop));
dropped!(user_and_pass, fresh, check_login, async |c: &mut Client| c
    .user_pass("ops", &password())
    .await);
dropped!(apop, fresh, check_login, async |c: &mut Client| c
    .apop("ops", &password())
    .await);
dropped!(utf8, fresh, check_login, async |c: &mut Client| c
    .utf8()
    .await);
dropped!(lang, fresh, check_login, async |c: &mut Client| c
    .lang("de")
    .await);
dropped!(languages, fresh, check_login, async |c: &mut Client| c
    .languages()
    .await);
dropped!(auth_plain, fresh, check_login, async |c: &mut Client| {
    let credentials = Credentials::password("ops", password());
    c.login(&credentials.with_mechanism("PLAIN")).await
});
dropped!(stat, ready, check, async |c: &mut Client| c.stat().await);
dropped!(list, ready, check, async |c: &mut Client| c.list().await);
dropped!(list_one, ready, check, async |c: &mut Client| c
    .list_one(number(1))
    .await);
dropped!(uidl, ready, check, async |c: &mut Client| c.uidl().await);
dropped!(uidl_one, ready, check, async |c: &mut Client| c
    .uidl_one(number(1))
    .await);
dropped!(retr, ready, check, async |c: &mut Client| whole(c, 1).await);
dropped!(top, ready, check, async |c: &mut Client| {
    c.top(number(3), 1).await?.bytes(99).await
});
dropped!(dele, ready, check, async |c: &mut Client| c
    .dele(number(1))
    .await);
dropped!(dele_many, ready, check, async |c: &mut Client| c
    .dele_many(&[number(1), number(3)])
    .await);
dropped!(dele_by_uid, ready, check, async |c: &mut Client| c
    .dele_by_uid(&[uid("first")])
    .await);
dropped!(rset, ready, check, async |c: &mut Client| c.rset().await);
dropped!(noop, ready, check, async |c: &mut Client| c.noop().await);
dropped!(fetch, ready, check, async |c: &mut Client| {
    let mut batch = c.fetch(vec![number(1), number(3)], Fetch::Whole)?;
    while batch.next().await?.is_some() {}
    Ok::<_, Error>(())
});

#[tokio::test]
async fn stls() {
    let fake = server().stls().build().unwrap();
    let tls = trusting(&fake);
    let fresh = async || {
        fake.idle().await;
        greeted(over(&fake)).await
    };
    let upgrade = async |client: &mut Client| client.stls(&tls, &localhost()).await;
    let polls = assert_cancellable(fresh, upgrade, check_login).await;
    assert!(polls > 2, "{polls}");
}

#[tokio::test(start_paused = true)]
async fn auth_in_three_rounds() {
    let fake = server().mechanisms([Mechanism::Login]).build().unwrap();
    let login = async |client: &mut Client| {
        client
            .login(&Credentials::password("ops", password()))
            .await
    };
    assert_cancellable(async || fresh(&fake).await, login, check_login).await;
}
