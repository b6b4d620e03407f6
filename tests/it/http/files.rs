//! Files: whole, in parts, written, removed, only if they changed.

use std::num::NonZeroU64;
use std::time::Duration;

use netspeak::http::{ByteRange, Resume, Resumed, Validators, Versions};
use tokio::time::Instant;

use super::{MOST, apache, builder, client, get, large, nginx, text, url};
use crate::harness::{assert_same, kind, seed, variable};

/// What `/large` is made of.
const PATTERN: &[u8] = b"0123456789abcde\n";
const LARGE: usize = 64 << 20;

/// Where the same files lie, and by which version they are read.
fn places() -> Vec<(String, Versions)> {
    vec![
        (nginx("/seed/"), Versions::Http10),
        (nginx("/seed/"), Versions::Http11),
        (nginx("/gzip/"), Versions::Http11),
        (url("https", "NGINX_HTTPS", "/seed/"), Versions::Http11),
        (url("https", "NGINX_HTTPS", "/gzip/"), Versions::Http2),
        (url("http", "NGINX_H2C", "/seed/"), Versions::Http2),
        (apache("/seed/"), Versions::Http11),
        (url("https", "APACHE_HTTPS", "/seed/"), Versions::Http2),
    ]
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn every_file_comes_unchanged() {
    for (place, versions) in places() {
        let client = builder().versions(versions).build().unwrap();
        for file in seed() {
            let mut answer = get(&client, &format!("{place}{}.eml", file.name)).await;
            assert_eq!(answer.status(), 200, "{place}");
            let got = answer.bytes(MOST).await.unwrap();
            assert_same(&got, &file.bytes, &format!("{place} {}", file.name));
        }
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_large_file_comes_whole_over_each_version() {
    for (scheme, service) in [("http", "NGINX_HTTP"), ("https", "NGINX_HTTPS")] {
        let mut answer = get(&client(), &url(scheme, service, "/large")).await;
        assert_eq!(answer.content_length(), Some(LARGE as u64));
        let mut at = 0;
        while let Some(piece) = answer.chunk().await.unwrap() {
            let start = at % PATTERN.len();
            let expected = PATTERN.iter().cycle().skip(start);
            assert!(
                piece.iter().eq(expected.take(piece.len())),
                "{service} {at}"
            );
            at += piece.len();
        }
        assert_eq!(at, LARGE, "{service}");
    }
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn a_head_has_no_body() {
    let (name, bytes) = large();
    for target in [
        nginx(&format!("/seed/{name}")),
        url("https", "NGINX_HTTPS", &format!("/seed/{name}")),
        apache(&format!("/seed/{name}")),
    ] {
        let mut answer = client().head(&target).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let length = answer.headers()["content-length"].to_str().unwrap();
        assert_eq!(length, bytes.len().to_string(), "{target}");
        assert!(answer.bytes(MOST).await.unwrap().is_empty());
    }
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn parts_are_what_was_asked_for() {
    let (name, bytes) = large();
    for target in [
        nginx(&format!("/seed/{name}")),
        url("https", "NGINX_HTTPS", &format!("/seed/{name}")),
        apache(&format!("/seed/{name}")),
    ] {
        for (range, part) in [
            (ByteRange::From(1000), &bytes[1000..]),
            (ByteRange::Last(10), &bytes[bytes.len() - 10..]),
        ] {
            let mut answer = client().get(&target).range(range).send().await.unwrap();
            assert_eq!(answer.status(), 206, "{target}");
            let got = answer.bytes(MOST).await.unwrap();
            assert_same(&got, part, &target);
        }
        let beyond = ByteRange::From(1 << 40);
        let answer = client().get(&target).range(beyond).send().await.unwrap();
        assert_eq!(answer.status(), 416, "{target}");
    }
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn a_transfer_goes_on_where_it_broke_off() {
    let (name, bytes) = large();
    // Apache does not say how long the file is when all of it is held already.
    for (target, at_the_end) in [
        (nginx(&format!("/seed/{name}")), Resumed::Complete),
        (apache(&format!("/seed/{name}")), Resumed::AskAgain),
    ] {
        let mut broken = get(&client(), &target).await;
        let mut held = broken.chunk().await.unwrap().unwrap().to_vec();
        let validators = Validators::of(broken.headers());
        drop(broken);
        let resume = Resume::new(held.len() as u64, validators.clone());
        let request = client().get(&target).resume(&resume);
        let mut answer = request.send().await.unwrap();
        let meaning = resume.read(answer.status(), answer.headers()).unwrap();
        let (first, total) = (held.len() as u64, Some(bytes.len() as u64));
        assert_eq!(meaning, Resumed::Continue { first, total }, "{target}");
        held.extend_from_slice(&answer.bytes(MOST).await.unwrap());
        assert_same(&held, &bytes, &target);

        let whole = Resume::new(bytes.len() as u64, validators);
        let answer = client().get(&target).resume(&whole).send().await.unwrap();
        let meaning = whole.read(answer.status(), answer.headers()).unwrap();
        assert_eq!(meaning, at_the_end, "{target}");
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn another_version_is_not_glued_to_the_first() {
    let target = nginx("/files/changing");
    let client = client();
    let put = async |body: &'static str| {
        let answer = client.put(&target).body(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    };
    put("the first version").await;
    let validators = Validators::of(get(&client, &target).await.headers());
    put("a second one, which is longer").await;
    let resume = Resume::new(5, validators);
    let mut answer = client.get(&target).resume(&resume).send().await.unwrap();
    let meaning = resume.read(answer.status(), answer.headers()).unwrap();
    assert_eq!(meaning, Resumed::Changed);
    let got = answer.text(MOST).await.unwrap();
    assert_eq!(got, "a second one, which is longer");
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn what_has_not_changed_is_not_sent_again() {
    let (name, _) = large();
    for target in [
        nginx(&format!("/seed/{name}")),
        url("https", "NGINX_HTTPS", &format!("/seed/{name}")),
        apache(&format!("/seed/{name}")),
    ] {
        let client = client();
        let validators = Validators::of(get(&client, &target).await.headers());
        let request = client.get(&target).if_changed(&validators);
        let mut answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 304, "{target}");
        assert!(answer.bytes(MOST).await.unwrap().is_empty());
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn files_are_put_read_and_removed() {
    let (_, bytes) = large();
    for (scheme, service, versions) in [
        ("http", "NGINX_HTTP", Versions::Http11),
        ("https", "NGINX_HTTPS", Versions::Http2),
        ("http", "NGINX_H2C", Versions::Http2),
    ] {
        let path = format!("/files/{}/{versions:?}", service.to_lowercase());
        let target = url(scheme, service, &path);
        let client = builder().versions(versions).build().unwrap();
        for (expected, asks) in [(201, false), (204, true)] {
            let mut request = client.put(&target).body(bytes.clone());
            if asks {
                request = request.expect_continue();
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), expected, "{target}");
        }
        let got = get(&client, &target).await.bytes(MOST).await.unwrap();
        assert_same(&got, &bytes, &target);
        let answer = client.delete(&target).send().await.unwrap();
        assert_eq!(answer.status(), 204, "{target}");
        let answer = get(&client, &target).await;
        assert_eq!(kind(&answer.error_for_status()), "work.not_found");
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_part_of_a_file_is_sent_from_the_disk() {
    let (name, bytes) = large();
    let path = std::path::Path::new(&variable("NETSPEAK_SEED")).join(name);
    for (scheme, service) in [("http", "NGINX_HTTP"), ("https", "NGINX_HTTPS")] {
        let target = url(scheme, service, &format!("/files/from-disk-{scheme}"));
        let file = std::fs::File::open(&path).unwrap();
        let request = client().put(&target).file(file, 1000..200_000);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let got = get(&client(), &target).await.bytes(MOST).await.unwrap();
        assert_same(&got, &bytes[1000..200_000], scheme);
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_slow_server_is_waited_for_or_given_up() {
    let (name, bytes) = large();
    let target = nginx(&format!("/slow/{name}"));
    let start = Instant::now();
    let got = get(&client(), &target).await.bytes(MOST).await.unwrap();
    assert_same(&got, &bytes, "slow");
    assert!(start.elapsed() > Duration::from_secs(2), "64 kB a second");
    let rate = NonZeroU64::new(1 << 20).unwrap();
    let request = client().get(&target);
    let request = request.low_speed(rate, Duration::from_secs(1));
    let outcome = request.send().await.unwrap().bytes(MOST).await;
    assert_eq!(kind(&outcome), "body.timeout");
    let request = client().get(&target).deadline(Duration::from_secs(1));
    let outcome = request.send().await.unwrap().bytes(MOST).await;
    assert_eq!(kind(&outcome), "timeout.total");
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn we_read_no_faster_than_we_are_told() {
    let (name, bytes) = large();
    let start = Instant::now();
    let answer = get(&client(), &nginx(&format!("/seed/{name}"))).await;
    let rate = NonZeroU64::new(bytes.len() as u64 / 2).unwrap();
    let got = answer.limit_rate(rate).bytes(MOST).await.unwrap();
    assert_same(&got, &bytes, "limited");
    let took = start.elapsed();
    assert!(took > Duration::from_millis(1500), "{took:?}");
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_refusal_has_its_word() {
    let client = client();
    for (path, expected) in [
        ("/nowhere", "work.not_found"),
        ("/files/", "work.denied"),
        ("/busy", "work.temporary"),
    ] {
        let answer = get(&client, &nginx(path)).await;
        assert_eq!(kind(&answer.error_for_status()), expected, "{path}");
    }
    assert_eq!(text(get(&client, &nginx("/busy")).await).await, "busy\n");
}
