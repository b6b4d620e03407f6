//! The verbs over FTP against a server in the same process.
#![cfg(test)]

#[path = "support/folder.rs"]
mod support;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Builder, DataFault, Fault, Ftp, Listing, Moment, Server, TRANSFER};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

const USER: &str = "ops";
const PASSWORD: &str = "hunter2";

fn server() -> Builder<Ftp> {
    Ftp::builder().user(USER, PASSWORD)
}

/// A folder for one test, empty.
fn folder(test: &str) -> PathBuf {
    support::folder("ftp", test)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn command(folder: &Path, words: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).current_dir(folder);
    command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .env("NETSPEAK_PASSWORD", PASSWORD);
    command
}

/// Runs the command in this folder.
async fn netspeak(folder: &Path, words: &[&str]) -> Output {
    let mut command = command(folder, words);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    output.await.expect("the command hangs").unwrap()
}

fn code(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), text)
}

/// Ended well, and said nothing about it.
fn assert_quiet(output: &Output) {
    assert_eq!(code(output), (Some(0), String::new()));
}

/// The URL of a path on the server, for the user that it knows.
fn url(server: &Server<Ftp>, path: &str) -> String {
    let base = server.url("ftp").replace("://", &format!("://{USER}@"));
    format!("{}{path}", base.trim_end_matches('/'))
}

#[tokio::test]
async fn a_probe_lists_over_a_data_connection() {
    let server = server().file("/a", "x").start().await.unwrap();
    let here = folder("probe");
    let output = netspeak(&here, &[&url(&server, "/"), "--work", "--json"]).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "ok", "{report}");
    assert_eq!(report["work"]["name"], "LIST", "{report}");
    assert_eq!(report["work"]["detail"]["entries"], 1, "{report}");
}

#[tokio::test]
async fn a_folder_is_listed_for_people() {
    let server = server()
        .file("/pub/a.txt", "hello\n")
        .file("/pub/\x1b[2J\u{202e}b", "")
        .folder("/pub/sub");
    let server = server.start().await.unwrap();
    let output = netspeak(&folder("ls"), &["ls", &url(&server, "/pub/")]).await;
    assert_quiet(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "           -  2024-01-02T03:04:05Z  sub/",
            r"           0  2024-01-02T03:04:05Z  \x1b[2J\u{202e}b",
            "           6  2024-01-02T03:04:05Z  a.txt",
        ]
    );
}

#[tokio::test]
async fn a_listing_for_programs_is_an_object_a_line() {
    let name = "a b#?.txt";
    for (builder, modified) in [
        (server(), "2024-01-02T03:04:05Z"),
        (server().without_mlsd().listing(Listing::Unix), "2024-01-02"),
    ] {
        let server = builder
            .file(format!("/pub/{name}"), "hello\n")
            .folder("/pub/sub");
        let server = server.start().await.unwrap();
        let here = folder("ls-json");
        let output = netspeak(&here, &["ls", "--json", &url(&server, "/pub")]).await;
        assert_quiet(&output);
        let text = String::from_utf8(output.stdout).unwrap();
        let mut entries: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        entries.sort_by_key(|entry| entry["name"].to_string());
        assert_eq!(entries.len(), 2, "{text}");
        let (file, sub) = (&entries[0], &entries[1]);
        assert_eq!(
            (&file["name"], &file["kind"]),
            (&name.into(), &"file".into())
        );
        assert_eq!(
            (&file["size"], &file["modified"]),
            (&6.into(), &modified.into())
        );
        assert_eq!((&sub["kind"], &sub["size"]), (&"dir".into(), &Value::Null));
        assert!(sub["url"].as_str().unwrap().ends_with("/pub/sub/"), "{sub}");
        // The URL that is told is the one that fetches it.
        let output = netspeak(&here, &["get", file["url"].as_str().unwrap()]).await;
        assert_eq!(output.stdout, b"hello\n", "{file}");
    }
}

#[tokio::test]
async fn a_single_file_is_listed_too_and_what_is_missing_is_an_error() {
    let server = server()
        .file("/pub/a.txt", "hello\n")
        .start()
        .await
        .unwrap();
    let here = folder("ls-file");
    let output = netspeak(&here, &["ls", "--json", &url(&server, "/pub/a.txt")]).await;
    let entry: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(entry["size"], 6);
    assert!(
        entry["url"].as_str().unwrap().ends_with("/pub/a.txt"),
        "{entry}"
    );
    let (code, text) = code(&netspeak(&here, &["ls", &url(&server, "/nope/")]).await);
    assert_eq!(code, Some(78), "{text}");
    assert!(text.starts_with("error[work.not_found]: "), "{text}");
}

#[tokio::test]
async fn lines_that_mean_nothing_are_shown_and_never_taken_for_names() {
    let listing = "-rw-r--r-- 1 o g 5 Jan 02 2020 a\r\n\x1b[31m?? nonsense ??\r\n";
    let server = server().without_mlsd().listing_text("LIST", listing);
    let server = server.start().await.unwrap();
    let output = netspeak(&folder("ls-odd"), &["ls", &url(&server, "/")]).await;
    let lines = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(lines, "           5  2020-01-02            a\n");
    let (code, text) = code(&output);
    assert_eq!(
        (code, text.as_str()),
        (Some(0), "not understood: \\x1b[31m?? nonsense ??\n")
    );
}

#[tokio::test]
async fn a_file_goes_to_standard_output_a_file_its_own_name_or_a_folder() {
    let server = server()
        .file("/pub/a.txt", "hello\n")
        .start()
        .await
        .unwrap();
    let url = url(&server, "/pub/a.txt");
    let here = folder("get");
    for (words, file) in [
        (&[][..], None),
        (&["-o", "-"], None),
        (&["-o", "b"], Some("b")),
        (&["-O"], Some("a.txt")),
        (&["--dir", "new/dir"], Some("new/dir/a.txt")),
    ] {
        let output = netspeak(&here, &[&["get", &url], words].concat()).await;
        assert_quiet(&output);
        match file {
            None => assert_eq!(output.stdout, b"hello\n"),
            Some(file) => {
                assert_eq!(output.stdout, b"");
                assert_eq!(std::fs::read(here.join(file)).unwrap(), b"hello\n");
            }
        }
    }
    assert_eq!(names(&here), ["a.txt", "b", "new"]);
    assert_eq!(names(&here.join("new/dir")), ["a.txt"]);
}

#[tokio::test]
async fn several_urls_are_one_file() {
    let server = server()
        .file("/a", "1")
        .file("/b", "2")
        .start()
        .await
        .unwrap();
    let here = folder("several");
    let (a, b, c) = (url(&server, "/a"), url(&server, "/b"), url(&server, "/c"));
    let output = netspeak(&here, &["get", "-o", "all", &a, &b]).await;
    assert_quiet(&output);
    assert_eq!(std::fs::read(here.join("all")).unwrap(), b"12");
    // One that is missing keeps the whole from its name.
    let (code, _) = code(&netspeak(&here, &["get", "-o", "most", &a, &c]).await);
    assert_eq!(code, Some(78));
    assert_eq!(names(&here), ["all", "most.part"]);
}

#[tokio::test]
async fn a_text_gets_the_line_ends_of_this_system() {
    let server = server().file("/a.txt", "one\ntwo\n").start().await.unwrap();
    let output = netspeak(&folder("text"), &["get", &url(&server, "/a.txt;type=a")]).await;
    assert_quiet(&output);
    assert_eq!(output.stdout, b"one\ntwo\n");
    assert!(server.said().contains(&"TYPE A".to_owned()));
}

#[tokio::test]
async fn files_that_are_there_are_replaced_only_by_force() {
    let server = server().file("/a", "new").start().await.unwrap();
    let url = url(&server, "/a");
    let here = folder("force");
    let file = here.join("a");
    std::fs::write(&file, "old").unwrap();
    for words in [&["-O"][..], &["--dir", "."]] {
        let (code, text) = code(&netspeak(&here, &[&["get", &url], words].concat()).await);
        assert_eq!(code, Some(23), "{text}");
        assert!(text.contains("a: it is there already"), "{text}");
        assert_eq!(std::fs::read(&file).unwrap(), b"old");
    }
    assert_eq!(server.connections(), 0, "this was known before");
    for words in [
        &["-O", "--force"][..],
        &["--dir", ".", "--force"],
        &["-o", "a"],
    ] {
        std::fs::write(&file, "old").unwrap();
        assert_quiet(&netspeak(&here, &[&["get", &url], words].concat()).await);
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
    }
    assert_eq!(names(&here), ["a"]);
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_refused() {
    let server = server().file("/a", "x").start().await.unwrap();
    let here = folder("names");
    for path in ["/..", "/%2E%2E%2Fx", "/a%2Fb", "/%1b"] {
        let (code, text) = code(&netspeak(&here, &["get", "-O", &url(&server, path)]).await);
        assert_eq!(code, Some(2), "{path}: {text}");
        assert!(text.contains("is no name for a file"), "{path}: {text}");
    }
    for path in ["/a%0d%0aDELE%20a", "/a%00"] {
        let (code, text) = code(&netspeak(&here, &["get", &url(&server, path)]).await);
        assert_eq!(code, Some(2), "{path}: {text}");
    }
    assert_eq!((server.connections(), names(&here).len()), (0, 0));
}

#[tokio::test]
async fn what_cannot_be_fetched_leaves_what_stood_there() {
    let refused = server()
        .fault(Fault::reply("PASS", "530 no\r\n"))
        .file("/a", "new");
    let refused = refused.start().await.unwrap();
    let missing = server().start().await.unwrap();
    let denied = server().fault(Fault::reply("RETR", "550 Permission denied.\r\n"));
    let denied = denied.file("/a", "new").start().await.unwrap();
    let here = folder("refused");
    std::fs::write(here.join("a"), "old").unwrap();
    for (server, wanted, kind) in [
        (&refused, 67, "auth.rejected"),
        (&missing, 78, "work.not_found"),
        (&denied, 9, "work.denied"),
    ] {
        for words in [&["-o", "a"][..], &["-O", "--force"]] {
            let url = url(server, "/a");
            let (code, text) = code(&netspeak(&here, &[&["get", &url], words].concat()).await);
            assert_eq!(code, Some(wanted), "{text}");
            assert!(text.starts_with(&format!("error[{kind}]: ")), "{text}");
            assert_eq!(names(&here), ["a"]);
            assert_eq!(std::fs::read(here.join("a")).unwrap(), b"old");
        }
    }
}

/// Bytes of which each place has its own.
fn content() -> Vec<u8> {
    (0..100_000u32).flat_map(u32::to_be_bytes).collect()
}

#[tokio::test]
async fn an_interrupted_transfer_leaves_its_part_and_is_continued() {
    let cut = Fault::data("RETR", DataFault::Broken(8_000_000)).on_connection(1);
    let large = content().repeat(30);
    let server = server()
        .file("/big", &large)
        .fault(cut)
        .start()
        .await
        .unwrap();
    let url = url(&server, "/big");
    let here = folder("continued");
    std::fs::write(here.join("big"), "old").unwrap();

    let (status, text) = code(&netspeak(&here, &["get", "-o", "big", &url]).await);
    assert_eq!(status, Some(18), "{text}");
    assert_eq!(names(&here), ["big", "big.part"]);
    assert_eq!(std::fs::read(here.join("big")).unwrap(), b"old");
    let part = std::fs::read(here.join("big.part")).unwrap();
    assert!(
        part.len() >= 8_000_000 && large.starts_with(&part),
        "{}",
        part.len()
    );

    assert_quiet(&netspeak(&here, &["get", "-C", "-", "-o", "big", &url]).await);
    assert!(server.said().contains(&format!("REST {}", part.len())));
    assert_eq!(names(&here), ["big"]);
    assert!(std::fs::read(here.join("big")).unwrap() == large);
}

#[tokio::test]
async fn a_part_that_is_whole_gets_its_name_and_one_of_another_file_does_not() {
    let server = server().file("/a", "12345").start().await.unwrap();
    let url = url(&server, "/a");
    let here = folder("whole");
    std::fs::write(here.join("a.part"), "12345").unwrap();
    assert_quiet(&netspeak(&here, &["get", "-O", "-C", "-", &url]).await);
    assert_eq!(names(&here), ["a"]);
    assert!(!server.said().iter().any(|line| line.starts_with("RETR")));

    std::fs::write(here.join("b.part"), "123456").unwrap();
    let (code, text) = code(&netspeak(&here, &["get", "-o", "b", "-C", "-", &url]).await);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("6 bytes are here and only 5 there"), "{text}");
    assert_eq!(names(&here), ["a", "b.part"]);
}

#[tokio::test]
async fn a_server_that_says_all_is_well_too_early_is_not_believed() {
    let short = Fault::data("RETR", DataFault::Short(100));
    let server = server()
        .file("/big", content())
        .fault(short)
        .start()
        .await
        .unwrap();
    let here = folder("short");
    let (code, text) = code(&netspeak(&here, &["get", "-O", &url(&server, "/big")]).await);
    assert_eq!(code, Some(18), "{text}");
    assert!(text.starts_with("error[data.truncated]: "), "{text}");
    assert_eq!(names(&here), ["big.part"]);
}

#[cfg(unix)]
#[tokio::test]
async fn where_nothing_can_be_written_nothing_is() {
    use std::os::unix::fs::PermissionsExt;
    let server = server().file("/a", "x").start().await.unwrap();
    let url = url(&server, "/a");
    let here = folder("unwritable");
    std::fs::create_dir(here.join("dir")).unwrap();
    std::fs::write(here.join("file"), "").unwrap();
    let locked = here.join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o555)).unwrap();
    let is_root = std::fs::write(locked.join("probe"), "").is_ok();
    let mut places = vec![
        ["-o", "dir"],
        ["-o", "file/a"],
        ["--dir", "file"],
        ["-o", "/dev/full"],
    ];
    if !is_root {
        places.push(["-o", "locked/a"]);
    }
    for words in places {
        let (code, text) = code(&netspeak(&here, &[&["get", &url], &words[..]].concat()).await);
        assert_eq!(code, Some(23), "{words:?}: {text}");
        assert!(text.starts_with("error[file."), "{words:?}: {text}");
    }
    assert_eq!(names(&here), ["dir", "file", "locked"]);
}

#[tokio::test]
async fn a_file_is_stored_under_its_own_name_or_another() {
    let server = server().folder("/in").start().await.unwrap();
    let here = folder("put");
    std::fs::write(here.join("a b"), content()).unwrap();
    for (path, stored) in [("/in/", "/in/a b"), ("/in/c", "/in/c"), ("/", "/a b")] {
        assert_quiet(&netspeak(&here, &["put", "a b", &url(&server, path)]).await);
        assert!(server.file(stored).unwrap() == content(), "{path}");
    }
}

#[tokio::test]
async fn standard_input_is_stored_as_it_comes() {
    let server = server().start().await.unwrap();
    let here = folder("put-stdin");
    let mut child = command(&here, &["put", "-", &url(&server, "/a")])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&content()).await.unwrap();
    drop(stdin);
    assert_quiet(&child.wait_with_output().await.unwrap());
    assert!(server.file("/a").unwrap() == content());
    let (code, text) = code(&netspeak(&here, &["put", "-", &url(&server, "/")]).await);
    assert_eq!(code, Some(2), "{text}");
}

#[tokio::test]
async fn with_a_temporary_name_the_name_appears_once_all_is_there() {
    let server = server().file("/in/a", "old").start().await.unwrap();
    let here = folder("put-temp");
    std::fs::write(here.join("a"), "new").unwrap();
    assert_quiet(&netspeak(&here, &["put", "a", &url(&server, "/in/"), "--temp-name"]).await);
    assert_eq!(server.paths(), ["/in/", "/in/a"]);
    assert_eq!(server.file("/in/a").unwrap(), b"new");
    let said = server.said();
    assert!(said.contains(&"STOR in/a.part".to_owned()), "{said:?}");
}

#[tokio::test]
async fn an_interrupted_upload_is_continued() {
    for temp in [&[][..], &["--temp-name"]] {
        let cut = [
            Fault::data("STOR", DataFault::Broken(150_000)).on_connection(1),
            Fault::reply(TRANSFER, "426 gone\r\n").on_connection(1),
        ];
        let [first, second] = cut;
        let server = server().fault(first).fault(second).start().await.unwrap();
        let url = url(&server, "/big");
        let here = folder("put-continued");
        std::fs::write(here.join("big"), content()).unwrap();
        let put = [&["put", "big", &url], temp].concat();
        let (status, text) = code(&netspeak(&here, &put).await);
        assert_eq!(status, Some(25), "{text}");
        let there = if temp.is_empty() { "/big" } else { "/big.part" };
        let part = server.file(there).unwrap();
        assert!(!part.is_empty() && part.len() < content().len());

        assert_quiet(&netspeak(&here, &[&put[..], &["-C", "-"]].concat()).await);
        assert!(server.said().contains(&format!("REST {}", part.len())));
        assert_eq!(server.paths(), ["/big"]);
        assert!(server.file("/big").unwrap() == content());
    }
}

#[tokio::test]
async fn what_cannot_be_stored_is_told() {
    let full = server().fault(Fault::reply("STOR", "552 no room\r\n"));
    let full = full.start().await.unwrap();
    let denied = server().fault(Fault::reply("STOR", "550 Permission denied.\r\n"));
    let denied = denied.start().await.unwrap();
    let here = folder("put-refused");
    std::fs::write(here.join("a"), "new").unwrap();
    for (server, kind) in [(&full, "work.quota"), (&denied, "work.denied")] {
        let (code, text) = code(&netspeak(&here, &["put", "a", &url(server, "/a")]).await);
        assert_eq!(code, Some(25), "{text}");
        assert!(text.starts_with(&format!("error[{kind}]: ")), "{text}");
    }
    let before = full.connections();
    let (code, text) = code(&netspeak(&here, &["put", "none", &url(&full, "/a")]).await);
    assert_eq!((code, full.connections()), (Some(26), before), "{text}");
    assert!(text.contains("none: "), "{text}");
}

#[tokio::test]
async fn files_are_removed_and_folders_only_recursively() {
    let server = server()
        .file("/pub/a", "x")
        .file("/pub/b", "y")
        .start()
        .await
        .unwrap();
    let here = folder("rm");
    let (a, b) = (url(&server, "/pub/a"), url(&server, "/pub/b"));
    assert_quiet(&netspeak(&here, &["rm", &a, &b]).await);
    assert_eq!(server.paths(), ["/pub/"]);
    let (status, text) = code(&netspeak(&here, &["rm", &a]).await);
    assert_eq!(status, Some(78), "{text}");
    let (status, text) = code(&netspeak(&here, &["rm", &url(&server, "/pub/")]).await);
    assert_eq!(status, Some(2), "{text}");
    assert_eq!(server.paths(), ["/pub/"]);
}

#[tokio::test]
async fn a_folder_is_removed_with_all_that_is_in_it_and_nothing_besides() {
    let server = server()
        .file("/pub/a/b/c", "x")
        .file("/pub/a/d e", "y")
        .folder("/pub/a/empty")
        .file("/pub/kept", "z");
    let server = server.start().await.unwrap();
    let here = folder("rm-r");
    for path in ["/", "//", ""] {
        let (code, text) = code(&netspeak(&here, &["rm", "-r", &url(&server, path)]).await);
        assert_eq!(code, Some(2), "{path}: {text}");
    }
    assert_quiet(&netspeak(&here, &["rm", "-r", &url(&server, "/pub/a/")]).await);
    assert_eq!(server.paths(), ["/pub/", "/pub/kept"]);
}

#[tokio::test]
async fn what_is_not_removed_is_named() {
    let refusal = Fault::reply("DELE", "550 Permission denied.\r\n").nth(2);
    let server = server().file("/a/b", "x").file("/a/c", "y").fault(refusal);
    let server = server.start().await.unwrap();
    let here = folder("rm-refused");
    let (code, text) = code(&netspeak(&here, &["rm", "-r", &url(&server, "/a/")]).await);
    assert_eq!(code, Some(9), "{text}");
    assert!(
        text.contains("error[work.denied]: 1 of them failed"),
        "{text}"
    );
    assert_eq!(server.paths().len(), 2, "{:?}", server.paths());
}

/// All files below a folder with what is in them, by their paths.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                let name = name.to_str().unwrap().to_owned();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn summary(output: &Output) -> String {
    let (code, text) = code(output);
    assert_eq!(code, Some(0), "{text}");
    text
}

#[tokio::test]
async fn a_folder_is_fetched_over_several_connections_and_brought_up_to_date() {
    let mut builder = server().folder("/pub/empty");
    for n in 0..200 {
        builder = builder.file(format!("/pub/{}/file {n}", n % 7), format!("content {n}"));
    }
    let server = builder.start().await.unwrap();
    let here = folder("mirror-down");
    let url = url(&server, "/pub/");
    let get = ["get", "--dir", "copy", &url];
    let output = netspeak(&here, &[&get[..], &["--jobs", "4"]].concat()).await;
    assert_eq!(
        summary(&output),
        "200 transferred (2090 bytes), 0 unchanged, 0 deleted, 0 left out, 0 failed\n"
    );
    assert_eq!(server.connections(), 4);
    let copy = here.join("copy");
    assert!(copy.join("empty").is_dir());
    let found = tree(&copy);
    assert_eq!(found.len(), 200);
    for (name, content) in found {
        assert_eq!(Some(content), server.file(format!("/pub/{name}")), "{name}");
    }

    // What is there is touched by force only.
    std::fs::write(copy.join("0/file 0"), "mine").unwrap();
    let (code, text) = code(&netspeak(&here, &get).await);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("copy is not empty"), "{text}");
    let output = netspeak(&here, &[&get[..], &["--force"]].concat()).await;
    assert!(summary(&output).starts_with("1 transferred (9 bytes), 199 unchanged"));
    assert_eq!(std::fs::read(copy.join("0/file 0")).unwrap(), b"content 0");
}

#[tokio::test]
async fn a_folder_needs_a_place_to_go_to() {
    let server = server().file("/pub/a", "x").start().await.unwrap();
    let here = folder("mirror-usage");
    std::fs::create_dir(here.join("d")).unwrap();
    std::fs::write(here.join("f"), "").unwrap();
    let (folder, file) = (url(&server, "/pub/"), url(&server, "/pub/a"));
    for words in [
        &["get", &folder][..],
        &["get", "-O", &folder],
        &["get", "--dir", "d", "-C", "-", &folder],
        &["get", "--dir", "d", "--limit-rate", "1K", &folder],
        &["put", "d", &file],
        &["put", "d", &folder, "-C", "-"],
        &["put", "f", &folder, "--delete"],
        &["put", "f", &folder, "--dry-run"],
    ] {
        let (code, text) = code(&netspeak(&here, words).await);
        assert_eq!(code, Some(2), "{words:?}: {text}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn names_that_lead_out_of_the_folder_and_links_are_left_out() {
    let listing = "type=file;size=1; ../x\r\ntype=file;size=1; /etc/y\r\n\
        type=OS.unix=slink:/etc; link\r\ntype=file;size=1; a\r\n";
    let server = server().file("/pub/a", "x").listing_text("MLSD", listing);
    let server = server.start().await.unwrap();
    let here = folder("mirror-names");
    let output = netspeak(&here, &["get", "--dir", "copy", &url(&server, "/pub/")]).await;
    let text = summary(&output);
    assert!(text.contains("1 transferred (1 bytes)"), "{text}");
    assert!(
        text.contains("link: left out: it is a symbolic link"),
        "{text}"
    );
    assert!(
        text.contains("../x: left out: it leads to another folder"),
        "{text}"
    );
    assert_eq!(names(&here), ["copy"]);
    assert_eq!(names(&here.join("copy")), ["a"]);
}

#[tokio::test]
async fn a_file_that_fails_does_not_keep_the_others_back() {
    let refusal = Fault::reply("RETR", "550 Permission denied.\r\n").nth(2);
    let server = server()
        .file("/a", "1")
        .file("/b", "2")
        .file("/c", "3")
        .fault(refusal);
    let server = server.start().await.unwrap();
    let here = folder("mirror-failed");
    let (code, text) = code(&netspeak(&here, &["get", "--dir", "copy", &url(&server, "/")]).await);
    assert_eq!(code, Some(9), "{text}");
    assert!(
        text.contains("error[work.denied]: 1 of them failed"),
        "{text}"
    );
    assert_eq!(names(&here.join("copy")).len(), 2);
}

#[tokio::test]
async fn a_folder_is_stored_and_only_what_has_changed_is_sent_again() {
    let server = server().file("/site/old/gone", "x").start().await.unwrap();
    let here = folder("mirror-up");
    std::fs::create_dir_all(here.join("d/sub dir")).unwrap();
    std::fs::write(here.join("d/a"), "1").unwrap();
    std::fs::write(here.join("d/sub dir/-b"), "22").unwrap();
    let url = url(&server, "/site/");
    let put = ["put", "d", &url];

    let output = netspeak(&here, &[&put[..], &["--dry-run", "--delete"]].concat()).await;
    assert_quiet(&output);
    let steps = String::from_utf8(output.stdout).unwrap();
    let mut steps: Vec<_> = steps.lines().collect();
    steps.sort_unstable();
    assert_eq!(
        steps,
        [
            "delete    old",
            "delete    old/gone",
            "make      sub dir/",
            "transfer  a",
            "transfer  sub dir/-b",
        ]
    );
    assert_eq!(server.paths(), ["/site/", "/site/old/", "/site/old/gone"]);

    let text =
        summary(&netspeak(&here, &[&put[..], &["--jobs", "2", "--temp-name"]].concat()).await);
    assert!(
        text.starts_with("2 transferred (3 bytes), 0 unchanged, 0 deleted"),
        "{text}"
    );
    assert_eq!(server.file("/site/sub dir/-b").unwrap(), b"22");
    assert!(server.file("/site/old/gone").is_some());

    std::fs::write(here.join("d/a"), "333").unwrap();
    let text = summary(&netspeak(&here, &[&put[..], &["--delete"]].concat()).await);
    assert!(
        text.starts_with("1 transferred (3 bytes), 1 unchanged, 2 deleted"),
        "{text}"
    );
    assert_eq!(
        server.paths(),
        ["/site/", "/site/a", "/site/sub dir/", "/site/sub dir/-b"]
    );
}

#[tokio::test]
async fn in_active_mode_the_server_connects_to_us() {
    let server = server().file("/a", "x").start().await.unwrap();
    let here = folder("active");
    for address in ["-", "127.0.0.1"] {
        let output = netspeak(&here, &["get", "-P", address, &url(&server, "/a")]).await;
        assert_quiet(&output);
        assert_eq!(output.stdout, b"x");
    }
    let said = server.said();
    assert!(
        !said
            .iter()
            .any(|line| line.starts_with("EPSV") || line.starts_with("PASV"))
    );
    assert!(
        said.iter()
            .any(|line| line.starts_with("EPRT") || line.starts_with("PORT"))
    );
}

#[tokio::test]
async fn a_limited_transfer_takes_its_time() {
    let server = server()
        .file("/a", vec![b'x'; 60_000])
        .start()
        .await
        .unwrap();
    let here = folder("rate");
    std::fs::write(here.join("a"), vec![b'x'; 60_000]).unwrap();
    let url = url(&server, "/a");
    for words in [
        ["get", "-O", "--force", &url, "--limit-rate", "100K"],
        ["put", "a", &url, "--limit-rate", "100K", "-v"],
    ] {
        let begun = tokio::time::Instant::now();
        let output = netspeak(&here, &words).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(
            begun.elapsed() >= Duration::from_millis(300),
            "{:?}",
            begun.elapsed()
        );
    }
}

#[tokio::test]
async fn a_password_does_not_show_in_the_talk() {
    let server = server().file("/a", "x").start().await.unwrap();
    let output = netspeak(&folder("talk"), &["get", "-v", &url(&server, "/a")]).await;
    let (code, text) = code(&output);
    assert_eq!(code, Some(0));
    assert!(
        text.contains("USER ops") && text.contains("RETR a"),
        "{text}"
    );
    assert!(!text.contains(PASSWORD), "{text}");
}

#[tokio::test]
async fn a_transfer_that_is_killed_leaves_its_part_only() {
    let stall = Fault::Stall(Moment::Transferred(300_000));
    let server = server()
        .file("/big", content())
        .fault(stall)
        .start()
        .await
        .unwrap();
    let here = folder("killed");
    let mut child = command(&here, &["get", "-O", &url(&server, "/big")])
        .spawn()
        .unwrap();
    let waiting = tokio::time::timeout(Duration::from_secs(30), async {
        while !here.join("big.part").exists() {
            tokio::task::yield_now().await;
        }
    });
    waiting.await.expect("nothing comes");
    child.kill().await.unwrap();
    assert_eq!(names(&here), ["big.part"]);
}
