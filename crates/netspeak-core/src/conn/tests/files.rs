//! Files, by the system and by pieces.

use std::fs::File;
use std::io::{Seek, Write as _};

use super::*;

/// More than a few pieces, and none of them whole.
const SIZE: usize = (1 << 21) + 12_345;

/// A file without a name, and what is in it.
fn file() -> (File, Vec<u8>) {
    let content: Vec<u8> = (0..SIZE).map(|n| (n / 7) as u8).collect();
    let path = std::env::temp_dir().join(format!("netspeak-{:x}", std::process::id()));
    let path = path.with_extension(format!("{:?}", std::thread::current().id()));
    let mut file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    std::fs::remove_file(path).unwrap();
    file.write_all(&content).unwrap();
    file.rewind().unwrap();
    (file, content)
}

async fn received(
    conn: &mut Conn,
    part: Range<u64>,
    mut peer: impl AsyncReadExt + Unpin + Send + 'static,
) -> Vec<u8> {
    let (file, _) = file();
    let reading = tokio::spawn(async move {
        let mut got = Vec::new();
        peer.read_to_end(&mut got).await.unwrap();
        got
    });
    conn.begin(Phase::Work).unwrap();
    let mut wire = Wire::new();
    conn.queue(wire.verb("BDAT").end());
    conn.send_file(&file, part).await.unwrap();
    conn.finish_sending().await.unwrap();
    reading.await.unwrap()
}

#[tokio::test]
async fn a_file_arrives_behind_what_is_queued() {
    let (_, content) = file();
    for part in [0..SIZE as u64, 5..SIZE as u64 - 5, 7..7] {
        let range = part.start as usize..part.end as usize;
        let expected = [b"BDAT\r\n", &content[range]].concat();
        let (mut conn, peer) = pair();
        assert!(received(&mut conn, part.clone(), peer).await == expected);
        let (mut conn, peer) = loopback().await;
        assert!(received(&mut conn, part, peer).await == expected);
    }
}

#[tokio::test]
async fn a_file_that_ends_too_early_is_our_own_fault_and_ends_the_talk() {
    let (file, _) = file();
    let (mut conn, mut peer) = pair();
    let reading =
        tokio::spawn(async move { tokio::io::copy(&mut peer, &mut tokio::io::sink()).await });
    conn.begin(Phase::Work).unwrap();
    let sent = conn.send_file(&file, 0..SIZE as u64 + 1).await;
    assert!(matches!(&sent, Err(Error::Local(_))), "{sent:?}");
    assert!(matches!(conn.flush().await, Err(Error::Poisoned)));
    drop(conn);
    reading.await.unwrap().unwrap();
}
