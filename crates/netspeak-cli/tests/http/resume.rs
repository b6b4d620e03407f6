//! Transfers that break off and go on.

use std::path::Path;

use netspeak_fake::{Http, Page};

use super::{assert_brings, assert_fails, code, folder, names, netspeak, url};

/// More than is fetched anew without a thought.
fn large(letter: char) -> String {
    let line = format!("{letter}23456789abcdef\n");
    line.repeat(1_500_000 / line.len())
}

const CUT: usize = 1_200_000;

fn page(content: &str) -> Page {
    Page::new("text/plain", content)
}

fn length(file: &Path) -> u64 {
    file.metadata().unwrap().len()
}

#[tokio::test]
async fn a_transfer_goes_on_where_it_ended() {
    let content = large('a');
    for (name, to) in [
        ("given", &["-o", "f"][..]),
        ("own", &["-O"]),
        ("dir", &["--dir", "."]),
    ] {
        let server = Http::builder()
            .serve("/f", page(&content).etag("\"v1\""))
            .serve_once("/f", page(&content).etag("\"v1\"").cut_after(CUT));
        let server = server.start().await.unwrap();
        let here = folder(&format!("resume-{name}"));
        let address = url(&server, "/f");
        let words = [&["get", "-C", "-", &address], to].concat();
        let output = netspeak(&here, &words).await;
        assert_eq!(code(&output).0, Some(18), "{}", code(&output).1);
        assert_eq!(names(&here), ["f.part", "f.part.etag"]);
        let held = length(&here.join("f.part"));
        assert_brings(&netspeak(&here, &words).await, "");
        assert_eq!(names(&here), ["f"]);
        assert!(std::fs::read_to_string(here.join("f")).unwrap() == content);
        let heard = server.requests().pop().unwrap();
        assert_eq!(
            heard.header("range"),
            Some(format!("bytes={held}-").as_str())
        );
        assert_eq!(heard.header("if-range"), Some("\"v1\""));
    }
}

#[tokio::test]
async fn parts_of_two_versions_are_never_joined() {
    let (old, new) = (large('a'), large('b'));
    for (name, first, second) in [
        (
            "changed",
            page(&old).etag("\"v1\""),
            page(&new).etag("\"v2\""),
        ),
        (
            "weak",
            page(&old).etag("W/\"v1\""),
            page(&new).etag("W/\"v1\""),
        ),
        (
            "none",
            page(&old).without_validators(),
            page(&new).without_validators(),
        ),
    ] {
        let server = Http::builder()
            .serve("/f", second)
            .serve_once("/f", first.cut_after(CUT));
        let server = server.start().await.unwrap();
        let here = folder(&format!("resume-{name}"));
        let words = ["get", "-C", "-", &url(&server, "/f"), "-o", "f"];
        assert_eq!(netspeak(&here, &words).await.status.code(), Some(18));
        let output = netspeak(&here, &words).await;
        let (code, text) = code(&output);
        assert_eq!(code, Some(0), "{name}: {text}");
        assert!(text.starts_with("note: "), "{name}: {text}");
        assert!(
            std::fs::read_to_string(here.join("f")).unwrap() == new,
            "{name}"
        );
        assert_eq!(names(&here), ["f"], "{name}");
    }
}

#[tokio::test]
async fn what_is_whole_already_gets_its_name() {
    let content = large('a');
    let server = Http::builder()
        .serve("/tag", page(&content).etag("\"v1\""))
        .serve("/none", page(&content).without_validators());
    let server = server.start().await.unwrap();
    for (path, note) in [("/tag", Some("\"v1\"")), ("/none", None)] {
        let here = folder(&format!("resume-whole{}", path.replace('/', "-")));
        std::fs::write(here.join("f.part"), &content).unwrap();
        if let Some(note) = note {
            std::fs::write(here.join("f.part.etag"), note).unwrap();
        }
        let output = netspeak(&here, &["get", "-C", "-", &url(&server, path), "-o", "f"]).await;
        assert_brings(&output, "");
        assert_eq!(names(&here), ["f"]);
    }
}

#[tokio::test]
async fn what_is_longer_than_the_whole_is_fetched_anew() {
    let server = Http::builder().serve("/f", page("short").etag("\"v1\""));
    let server = server.start().await.unwrap();
    let here = folder("resume-longer");
    std::fs::write(here.join("f.part"), "longer than it is").unwrap();
    std::fs::write(here.join("f.part.etag"), "\"v1\"").unwrap();
    let output = netspeak(&here, &["get", "-C", "-", &url(&server, "/f"), "-o", "f"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", code(&output).1);
    assert_eq!(std::fs::read(here.join("f")).unwrap(), b"short");
    assert_eq!(names(&here), ["f"]);
}

#[tokio::test]
async fn a_transfer_without_c_begins_anew_and_forgets_the_old_version() {
    let server = Http::builder()
        .serve_once("/f", page("first").without_validators().cut_after(2))
        .serve("/f", page("second"));
    let server = server.start().await.unwrap();
    let here = folder("resume-anew");
    std::fs::write(here.join("f.part"), "old").unwrap();
    std::fs::write(here.join("f.part.etag"), "\"old\"").unwrap();
    let words = ["get", &url(&server, "/f"), "-o", "f"];
    assert_eq!(netspeak(&here, &words).await.status.code(), Some(18));
    assert_eq!(names(&here), ["f.part"]);
    assert_brings(&netspeak(&here, &words).await, "");
    assert_eq!(std::fs::read(here.join("f")).unwrap(), b"second");
}

#[tokio::test]
async fn one_file_for_several_urls_is_not_continued() {
    let here = folder("resume-several");
    let words = ["get", "-C", "-", "http://127.0.0.1:1/[1-2]", "-o", "f"];
    assert_fails(&netspeak(&here, &words).await, 2, "usage");
}

#[tokio::test]
async fn a_refusal_leaves_the_part_as_it_is() {
    let server = Http::builder().start().await.unwrap();
    let here = folder("resume-refused");
    std::fs::write(here.join("f.part"), "held").unwrap();
    std::fs::write(here.join("f.part.etag"), "\"v1\"").unwrap();
    let output = netspeak(&here, &["get", "-C", "-", &url(&server, "/f"), "-o", "f"]).await;
    assert_fails(&output, 22, "work.not_found");
    assert_eq!(names(&here), ["f.part", "f.part.etag"]);
    assert_eq!(std::fs::read(here.join("f.part")).unwrap(), b"held");
}
