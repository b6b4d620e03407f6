//! XFEATURE COMPRESS GZIP.
#![cfg(feature = "deflate")]

use flate2::{Compress, Compression, FlushCompress};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(text.len() + 100);
    let mut deflate = Compress::new(Compression::default(), true);
    let finish = FlushCompress::Finish;
    deflate.compress_vec(text, &mut packed, finish).unwrap();
    packed
}

/// A session in which OVER is answered with this, and DATE after it.
async fn overviews(packed: &[u8], limits: Limits) -> (Result<Vec<Overview>>, String) {
    let (ours, mut theirs) = tokio::io::duplex(1 << 20);
    let serve = async {
        let mut said = [0; 100];
        theirs.write_all(b"200 ready\r\n").await.unwrap();
        assert!(theirs.read(&mut said).await.unwrap() > 0);
        theirs.write_all(b"290 feature enabled\r\n").await.unwrap();
        assert!(theirs.read(&mut said).await.unwrap() > 0);
        let reply = [b"224 data follows [COMPRESS=GZIP]\r\n", packed, b".\r\n"].concat();
        theirs.write_all(&reply).await.unwrap();
        let _asked = theirs.read(&mut said).await;
        let _ = theirs.write_all(b"111 20261125235959\r\n").await;
    };
    let ask = async {
        let mut client = greeted(Conn::from_memory(ours).with_limits(limits)).await;
        client.compress_replies().await.unwrap();
        let rows = match client.over(1..=2).await {
            Ok(mut rows) => rows.all().await,
            Err(error) => Err(error),
        };
        (rows, kind(client.date().await))
    };
    tokio::join!(ask, serve).0
}

#[tokio::test]
async fn compressed_overviews_with_and_without_their_checksum() {
    let whole = zlib(b"1\tone\r\n2\ttwo\r\n");
    for packed in [&whole[..], &whole[..whole.len() - 4]] {
        let (rows, after) = overviews(packed, Limits::default()).await;
        let subjects: Vec<String> = rows.unwrap().into_iter().map(|row| row.subject).collect();
        assert_eq!(subjects, ["one", "two"]);
        assert_eq!(after, "ok");
    }
}

#[tokio::test]
async fn a_compression_bomb_stops_at_its_limit() {
    let mut limits = Limits::default();
    limits.listing_bytes = 1_000_000;
    let bomb = zlib(&b"1\ta\r\n".repeat(1_000_000));
    let (rows, after) = overviews(&bomb, limits).await;
    assert_eq!(
        (kind(rows).as_str(), after.as_str()),
        ("proto.too_large", "conn.poisoned")
    );
}
