//! Pipelined fetching.

use netspeak_core::sasl::Credentials;

use super::*;

/// All results, as texts or codes.
async fn results(batch: &mut Batch<'_>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some((_, answer)) = batch.next().await.unwrap() {
        match answer {
            Ok(_) => {
                let mut text = Vec::new();
                while let Some(piece) = batch.chunk().await.unwrap() {
                    text.extend_from_slice(piece);
                }
                found.push(String::from_utf8(text).unwrap());
            }
            Err(Error::Refused { reply, .. }) => found.push(reply.code().to_string()),
            Err(error) => found.push(error.kind().to_string()),
        }
    }
    found
}

#[tokio::test]
async fn a_missing_article_is_its_own_result() {
    let script = "
        C: BODY <1@x.test>
        C: BODY <2@x.test>
        C: BODY <3@x.test>
        S: 222 0 <1@x.test>
        S: one
        S: .
        S: 430 no
        S: 222 0 <3@x.test>
        S: three
        S: .
        C: DATE
        S: 111 20261125235959
    ";
    talk(script, async |client| {
        let ids = ["1@x.test", "2@x.test", "3@x.test"].map(id);
        let found = results(&mut client.fetch(ids, Part::Body).unwrap()).await;
        assert_eq!(found, ["one\r\n", "430", "three\r\n"]);
        client.date().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_login_in_the_middle_keeps_the_order() {
    let script = "
        C: STAT 1
        C: STAT 2
        C: STAT 3
        S: 223 1 <1@x.test>
        S: 480 who are you?
        S: 480 who are you?
        C: CAPABILITIES
        S: 500 what?
        C: AUTHINFO USER u
        S: 281 welcome
        C: STAT 2
        C: STAT 3
        S: 223 2 <2@x.test>
        S: 423 no
        C: DATE
        S: 111 20261125235959
    ";
    talk(script, async |client| {
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        client.set_credentials(Credentials::password("u", "p".into()));
        let mut batch = client.fetch([1, 2, 3], Part::Stat).unwrap();
        let mut found = Vec::new();
        while let Some((which, answer)) = batch.next().await.unwrap() {
            found.push((which, kind(answer)));
        }
        let expected = [(1, "ok"), (2, "ok"), (3, "work.not_found")];
        assert_eq!(
            found,
            expected.map(|(number, kind)| (Which::Number(number), kind.to_owned()))
        );
        client.date().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn without_credentials_a_login_in_the_middle_is_a_result() {
    let script = "
        C: STAT 1
        C: STAT 2
        S: 480 who are you?
        S: 480 who are you?
    ";
    talk(script, async |client| {
        let mut batch = client.fetch([1, 2], Part::Stat).unwrap();
        while let Some((_, answer)) = batch.next().await.unwrap() {
            assert_eq!(kind(answer), "work.denied");
        }
    })
    .await;
}

#[tokio::test]
async fn the_wrong_article_is_skipped() {
    let script = "
        C: BODY <1@x.test>
        C: BODY <2@x.test>
        S: 222 0 <9@x.test>
        S: nine
        S: .
        S: 222 0 <2@x.test>
        S: two
        S: .
    ";
    talk(script, async |client| {
        let ids = ["1@x.test", "2@x.test"].map(id);
        let found = results(&mut client.fetch(ids, Part::Body).unwrap()).await;
        assert_eq!(found, ["proto.malformed", "two\r\n"]);
    })
    .await;
}

#[tokio::test]
async fn commands_run_ahead_by_a_window_and_no_further() {
    let mut script = String::new();
    let ask =
        |range: std::ops::Range<u64>| range.map(|n| format!("C: STAT {n}\n")).collect::<String>();
    let tell = |range: std::ops::Range<u64>| {
        range
            .map(|n| format!("S: 223 {n} <{n}@x>\n"))
            .collect::<String>()
    };
    script += &ask(0..64);
    script += &tell(0..32);
    script += &ask(64..96);
    script += &tell(32..64);
    script += &ask(96..100);
    script += &tell(64..100);
    talk(&script, async |client| {
        let mut batch = client.fetch(0..100, Part::Stat).unwrap();
        let mut count = 0;
        while let Some((which, answer)) = batch.next().await.unwrap() {
            assert_eq!((which, answer.is_ok()), (Which::Number(count), true));
            count += 1;
        }
        assert_eq!(count, 100);
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_nobody_asked_for_is_an_error() {
    let script = "
        C: STAT 1
        S: 223 1 <1@x>
        S: 223 2 <2@x>
    ";
    talk(script, async |client| {
        let mut batch = client.fetch([1], Part::Stat).unwrap();
        assert_eq!(kind(batch.next().await), "proto.malformed");
    })
    .await;
}
