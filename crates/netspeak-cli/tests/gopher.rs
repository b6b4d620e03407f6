//! The verbs over Gopher against a server in the same process.
#![cfg(test)]

#[path = "support/run.rs"]
mod run;
#[path = "support/folder.rs"]
mod support;

use std::path::PathBuf;

use netspeak_fake::{Builder, Fault, Gopher, Moment};
use serde_json::Value;

use run::{netspeak, stdout};

fn server() -> Builder<Gopher> {
    Gopher::builder()
        .menu(
            "",
            [
                "Welcome \x1b[2J",
                "0About\t/about.txt",
                "hWeb\tURL:https://example.org/",
                "1Elsewhere\t/a b\tOther.test\t70",
                "8Library\tguest\tlib.test\t23",
            ],
        )
        .text("/about.txt", "One\r\n.two\r\n")
        .file("/pub/a.bin", vec![0; 100_000])
        .file("/pub/..", "x")
        .search("/find")
}

fn folder(test: &str) -> PathBuf {
    support::folder("gopher", test)
}

#[tokio::test]
async fn a_menu_is_listed_and_nothing_of_it_is_fetched() {
    let server = server().start().await.unwrap();
    let url = server.url("gopher");
    let listed = stdout(&netspeak(&folder("ls"), &["ls", &url]).await);
    let lines: Vec<&str> = listed.lines().collect();
    let blanks = " ".repeat(37);
    assert_eq!(
        lines,
        [
            r"i  Welcome \x1b[2J".to_owned(),
            format!("0  About{blanks}{url}/0/about.txt"),
            format!("h  Web  {blanks}https://example.org/"),
            "1  Elsewhere                                 gopher://other.test:70/1/a%20b"
                .to_owned(),
            "8  Library                                   telnet://guest@lib.test:23".to_owned(),
        ]
    );
    let found = netspeak(
        &folder("ls"),
        &["ls", "--json", &format!("{url}/7/find%09TWO")],
    )
    .await;
    let found: Value = serde_json::from_str(&stdout(&found)).unwrap();
    assert_eq!(found["url"], format!("{url}/0/about.txt"));
    assert_eq!(found["kind"], "text");
    assert_eq!(found["detail"]["type"], "0");
    assert_eq!(server.connections(), 2);
    let no_menu = netspeak(&folder("ls"), &["ls", &format!("{url}/0/about.txt")]).await;
    assert_eq!(no_menu.status.code(), Some(2), "{no_menu:?}");
}

#[tokio::test]
async fn a_text_loses_its_dots_and_a_file_nothing() {
    let server = server().start().await.unwrap();
    let (url, here) = (server.url("gopher"), folder("get"));
    let text = netspeak(&here, &["get", &format!("{url}/0/about.txt")]).await;
    assert_eq!(stdout(&text), "One\r\n.two\r\n");
    let raw = netspeak(&here, &["get", &format!("{url}/9/about.txt")]).await;
    assert_eq!(stdout(&raw), "One\r\n..two\r\n.\r\n");
    stdout(&netspeak(&here, &["get", "-O", &format!("{url}/9/pub/a.bin")]).await);
    assert_eq!(std::fs::read(here.join("a.bin")).unwrap(), vec![0; 100_000]);
    // A name that a server chooses stays in the folder.
    let escape = netspeak(&here, &["get", "-O", &format!("{url}/9/pub/..")]).await;
    assert_eq!(escape.status.code(), Some(2), "{escape:?}");
    let nope = netspeak(&here, &["get", &format!("{url}/0/nope")]).await;
    let said = String::from_utf8_lossy(&nope.stderr);
    assert!(said.starts_with("error[work.not_found]"), "{said}");
    assert!(nope.status.code() != Some(0) && nope.stdout.is_empty());
}

#[tokio::test]
async fn what_is_cut_off_is_no_file() {
    let cut = Fault::Reset(Moment::Inside("/pub/a.bin", 50_000));
    let server = server().fault(cut).start().await.unwrap();
    let (url, here) = (server.url("gopher"), folder("cut"));
    let cut = netspeak(&here, &["get", "-O", &format!("{url}/9/pub/a.bin")]).await;
    assert!(cut.status.code() != Some(0), "{cut:?}");
    assert!(!here.join("a.bin").exists());
}

#[tokio::test]
async fn a_probe_counts_what_a_menu_has() {
    let server = server().start().await.unwrap();
    let (url, here) = (server.url("gopher"), folder("probe"));
    let report = stdout(&netspeak(&here, &["--json", &url]).await);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["verdict"], "ok", "{report}");
    assert_eq!(report["work"]["detail"]["items"], 4, "{report}");
    assert_eq!(report["work"]["detail"]["menus"], 1, "{report}");
    assert_eq!(report["work"]["detail"]["final_dot"], true, "{report}");
    let phases = report["phases"].as_array().unwrap().iter();
    let phases: Vec<&str> = phases
        .map(|phase| phase["name"].as_str().unwrap())
        .collect();
    assert_eq!(phases, ["dns", "tcp", "wait", "body"], "{report}");
    let shown = stdout(&netspeak(&here, &["--ascii", &url]).await);
    assert!(shown.contains("4 items"), "{shown}");
    let nope = netspeak(&here, &["--json", &format!("{url}/0/nope")]).await;
    let report: Value = serde_json::from_slice(&nope.stdout).unwrap();
    assert_eq!(report["error"]["kind"], "work.not_found", "{report}");
}
