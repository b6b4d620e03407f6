//! From server to server.

use super::*;

#[tokio::test]
async fn ihave_has_five_ends() {
    let script = "
        C: IHAVE <a@b>
        S: 335 send it
        C: a
        C: .
        S: 235 thanks
        C: IHAVE <a@b>
        S: 435 have it
        C: IHAVE <a@b>
        S: 436 later
        C: IHAVE <a@b>
        S: 335 send it
        C: a
        C: .
        S: 437 never
        C: IHAVE <a@b>
        S: 502 not you
    ";
    talk(script, async |client| {
        let mut offer = async || client.ihave(&id("a@b"), b"a").await;
        assert_eq!(offer().await.unwrap(), Offered::Taken);
        assert_eq!(offer().await.unwrap(), Offered::NotWanted);
        assert!(matches!(offer().await.unwrap(), Offered::Later(_)));
        assert!(matches!(offer().await.unwrap(), Offered::Rejected(_)));
        assert_eq!(kind(offer().await), "work.denied");
    })
    .await;
}

#[tokio::test]
async fn streams_of_rfc_4644() {
    let script = "
        C: MODE STREAM
        S: 203 stream
        C: CHECK <1@x>
        C: CHECK <2@x>
        C: CHECK <3@x>
        S: 238 <1@x>
        S: 438 <2@x>
        S: 431 <3@x>
        C: TAKETHIS <1@x>
        C: ..a
        C: .
        S: 239 <1@x>
        C: TAKETHIS <2@x>
        C: a
        C: .
        S: 439 <2@x>
    ";
    talk(script, async |client| {
        client.mode_stream().await.unwrap();
        let wanted = client.check(&["1@x", "2@x", "3@x"].map(id)).await.unwrap();
        assert!(matches!(
            wanted[..],
            [Wanted::Yes, Wanted::No, Wanted::Later(_)]
        ));
        assert_eq!(
            client.takethis(&id("1@x"), b".a\n").await.unwrap(),
            Offered::Taken
        );
        let rejected = client.takethis(&id("2@x"), b"a\r\n").await.unwrap();
        assert!(matches!(rejected, Offered::Rejected(_)));
    })
    .await;
}

#[tokio::test]
async fn without_an_answer_it_is_in_doubt() {
    let script = "
        C: POST
        S: 340 send it
        C: a
        C: .
    ";
    let found = talk(script, async |client| kind(client.post(b"a").await)).await;
    assert_eq!(found, "work.in_doubt");
}
