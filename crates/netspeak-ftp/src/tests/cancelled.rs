//! Dropped futures, at every byte of every command: the next call fails or gets its own reply.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::{FaultyStream, StreamFault, assert_cancellable};
use netspeak_fake::Fake;

use super::*;
use crate::HashAlgorithm;

/// The next call: the size of a file, to which no other reply fits.
async fn check(client: &mut Client) {
    match client.raw("SIZE /pub/a.txt").await {
        Ok(reply) => assert_eq!(reply.to_string(), "213 14"),
        Err(error) => assert!(matches!(error, Error::Poisoned), "{error}"),
    }
}

/// The next call before a login.
async fn check_login(client: &mut Client) {
    match client.feat().await {
        Ok(Some(features)) => assert!(features.has("MLST")),
        Ok(None) => panic!("FEAT got the reply to something else"),
        Err(error) => assert!(matches!(error, Error::Poisoned), "{error}"),
    }
}

async fn greeted(fake: &Fake<Ftp>, fault: StreamFault, connector: Connector) -> Client {
    fake.idle().await;
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(fake.serve(theirs));
    let conn = Conn::from_stream(FaultyStream::new(ours, fault));
    let endpoint = Endpoint::new("localhost".parse().unwrap(), 21);
    let greeted = Client::from_conn(conn, connector, endpoint);
    let mut client = greeted.await.unwrap();
    client.set_clear_text_auth(ClearTextAuth::Allowed);
    client
}

/// Before a login, byte by byte.
async fn fresh(fake: &Fake<Ftp>) -> Client {
    greeted(fake, StreamFault::OneByte, Connector::new()).await
}

async fn ready(fake: &Fake<Ftp>) -> Client {
    let mut client = fresh(fake).await;
    let password = Secret::from("secret");
    client.user_pass("ops", &password).await.unwrap();
    client.feat().await.unwrap();
    // What the next call needs.
    client.size("pub/a.txt").await.unwrap();
    client
}

macro_rules! dropped {
    ($(#[$meta:meta])* $name:ident, $from:ident, $check:ident, $operation:expr) => {
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let fake = ftp().anonymous().build().unwrap();
            let polls = assert_cancellable(async || $from(&fake).await, $operation, $check).await;
            assert!(polls > 10, "{polls}");
        }
    };
}

dropped!(feat, fresh, check_login, async |c: &mut Client| c
    .feat()
    .await
    .map(drop));
dropped!(login, fresh, check_login, async |c: &mut Client| {
    let credentials = Credentials::password("ops", Secret::from("secret"));
    c.login(&credentials).await
});
dropped!(anonymous, fresh, check_login, async |c: &mut Client| c
    .login_anonymously()
    .await);
dropped!(host, fresh, check_login, async |c: &mut Client| c
    .host("localhost")
    .await);
dropped!(pwd, ready, check, async |c: &mut Client| c.pwd().await);
dropped!(cwd, ready, check, async |c: &mut Client| c.cwd("pub").await);
dropped!(mkd, ready, check, async |c: &mut Client| c.mkd("new").await);
dropped!(size, ready, check, async |c: &mut Client| c
    .size("pub/big")
    .await);
dropped!(mdtm, ready, check, async |c: &mut Client| c
    .mdtm("pub/big")
    .await);
dropped!(mlst, ready, check, async |c: &mut Client| c
    .mlst("pub/big")
    .await);
dropped!(stat, ready, check, async |c: &mut Client| c.stat().await);
dropped!(stat_list, ready, check, async |c: &mut Client| c
    .stat_list("pub")
    .await);
dropped!(hash, ready, check, async |c: &mut Client| c
    .hash("pub/a.txt", HashAlgorithm::Md5)
    .await);
dropped!(rename, ready, check, async |c: &mut Client| c
    .rename("pub/big", "pub/huge")
    .await);
dropped!(noop, ready, check, async |c: &mut Client| c.noop().await);
dropped!(help, ready, check, async |c: &mut Client| c
    .help(None)
    .await);

#[tokio::test]
async fn auth_tls() {
    let fake = ftp().auth_tls().build().unwrap();
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![fake.ca_pem().to_owned()]);
    let fresh = async || {
        let connector = Connector::new().with_tls(settings.clone());
        greeted(&fake, StreamFault::None, connector).await
    };
    let upgrade = async |client: &mut Client| client.auth_tls().await;
    let polls = assert_cancellable(fresh, upgrade, check_login).await;
    assert!(polls > 2, "{polls}");
}

#[tokio::test]
async fn a_transfer() {
    let server = ftp().start().await.unwrap();
    let fresh = async || {
        let mut client = inside(&server).await;
        client.size("pub/a.txt").await.unwrap();
        client
    };
    let fetch = async |client: &mut Client| file(client, "pub/a.txt").await;
    let polls = assert_cancellable(fresh, fetch, check).await;
    assert!(polls > 2, "{polls}");
    let send = async |client: &mut Client| put(client, "new", b"1").await;
    assert_cancellable(fresh, send, check).await;
    let list = async |client: &mut Client| client.entries("").await?.collect(9).await;
    assert_cancellable(fresh, list, check).await;
}
