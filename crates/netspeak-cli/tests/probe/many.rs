use std::fmt::Write as _;
use std::time::Duration;

use netspeak_fake::{Fault, Moment};
use serde_json::Value;
use tokio::io::AsyncWriteExt;

use crate::{documents, ended, folder, healthy, here, netspeak};

/// Three servers that say nothing take no longer than one.
#[tokio::test]
async fn silent_servers_are_waited_for_side_by_side() {
    let mut servers = Vec::new();
    for _ in 0..3 {
        let silent = healthy().fault(Fault::Stall(Moment::Greeting));
        servers.push(silent.start().await.unwrap());
    }
    let urls: Vec<String> = servers.iter().map(|server| server.url("pop3")).collect();
    let mut words = vec![
        "--phase-timeout",
        "greeting=2",
        "--format",
        "ndjson",
        "--summary",
    ];
    words.extend(urls.iter().map(String::as_str));
    let (code, out, err) = ended(&netspeak(here(), &words).await);
    assert_eq!(code, 2, "{out}{err}");
    let documents = documents(&out);
    let (summary, reports) = documents.split_last().unwrap();
    assert_eq!((reports.len(), summary["fail"].as_u64()), (3, Some(3)));
    let spans: Vec<(f64, f64)> = reports.iter().map(span).collect();
    let first_end = spans.iter().map(|(_, end)| *end).fold(f64::MAX, f64::min);
    for (report, (begin, _)) in reports.iter().zip(&spans) {
        assert_eq!(report["error"]["kind"], "greeting.timeout");
        assert!(*begin < first_end, "one after the other: {spans:?}");
    }
}

/// When a probe began and ended, in milliseconds.
fn span(report: &Value) -> (f64, f64) {
    let begin: jiff::Timestamp = report["time"].as_str().unwrap().parse().unwrap();
    let begin = begin.as_millisecond() as f64;
    (begin, begin + report["total_ms"].as_f64().unwrap())
}

#[tokio::test]
async fn targets_stand_in_files_and_on_standard_input_with_labels() {
    let server = healthy().start().await.unwrap();
    let dir = folder("list");
    let url = server.url("pop3");
    let list = format!("# all of them\n{url} site=ams rack=7\n\n  {url}  site=fra # there\n");
    std::fs::write(dir.join("list.txt"), &list).unwrap();
    let words = [
        "@list.txt",
        "--format",
        "ndjson",
        "--label",
        "team=mail",
        "--ordered",
    ];
    let (code, out, err) = ended(&netspeak(&dir, &words).await);
    assert_eq!((code, err.as_str()), (0, ""));
    let labels: Vec<_> = documents(&out)
        .iter()
        .map(|report| report["target"]["labels"].clone())
        .collect();
    assert_eq!(labels[0]["site"], "ams");
    assert_eq!(
        (&labels[1]["site"], &labels[1]["team"]),
        (&"fra".into(), &"mail".into())
    );

    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(["-", "--format", "ndjson", "--summary"]);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(list.as_bytes()).await.unwrap();
    drop(stdin);
    let (code, out, _) = ended(&child.wait_with_output().await.unwrap());
    let documents = documents(&out);
    assert_eq!((code, documents.len()), (0, 3));
    assert_eq!(documents[2]["schema"], "netspeak.summary/1");
    assert_eq!(
        (&documents[2]["targets"], &documents[2]["ok"]),
        (&2.into(), &2.into())
    );
}

#[tokio::test]
async fn a_group_brings_its_targets_and_what_is_expected_of_them() {
    let server = healthy().start().await.unwrap();
    let dir = folder("group");
    let config = format!(
        "[group.prod]\nexpect = [\"greeting ~ /nonsense/\"]\ntargets = [\"{} site=ams\"]\n",
        server.url("pop3")
    );
    std::fs::write(dir.join("config.toml"), config).unwrap();
    let words = [
        "--group",
        "prod",
        "--config",
        "config.toml",
        "--format",
        "ndjson",
    ];
    let (code, out, err) = ended(&netspeak(&dir, &words).await);
    assert_eq!(code, 2, "{out}{err}");
    let report = &documents(&out)[0];
    assert_eq!(report["error"]["kind"], "assert.failed");
    assert_eq!(report["target"]["labels"]["site"], "ams");
    let words = ["--group", "test", "--config", "config.toml"];
    let (code, _, err) = ended(&netspeak(&dir, &words).await);
    assert_eq!(code, 3);
    assert!(
        err.contains("no group test in config.toml: there is prod"),
        "{err}"
    );
}

#[tokio::test]
async fn no_more_of_one_host_than_is_polite_and_all_come() {
    let server = healthy().start().await.unwrap();
    let dir = folder("polite");
    let mut list = String::new();
    for at in 0..40 {
        writeln!(list, "{} n={at}", server.url("pop3")).unwrap();
    }
    std::fs::write(dir.join("list.txt"), list).unwrap();
    let words = [
        "@list.txt",
        "--per-host",
        "1",
        "--jobs",
        "20",
        "--ordered",
        "--format",
        "ndjson",
    ];
    let (code, out, _) = ended(&netspeak(&dir, &words).await);
    assert_eq!(code, 0);
    let reports = documents(&out);
    let numbers: Vec<String> = reports
        .iter()
        .map(|report| report["target"]["labels"]["n"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = (0..40).map(|at| at.to_string()).collect();
    assert_eq!(numbers, expected);
    // One after the other: who comes is not heard before the one before has left.
    let connections: Vec<usize> = server.log().iter().map(|said| said.connection).collect();
    assert_eq!(connections.last(), Some(&40));
    assert!(connections.is_sorted(), "{connections:?}");
}

#[tokio::test]
async fn ctrl_c_tells_what_is_known_and_counts() {
    let silent = healthy().fault(Fault::Stall(Moment::Command("CAPA")));
    let silent = silent.start().await.unwrap();
    let good = healthy().start().await.unwrap();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args([&silent.url("pop3"), &good.url("pop3"), "--compact"]);
    command.stdin(std::process::Stdio::null());
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The good one has been told of, and the other has been asked.
    let mut stdout = child.stdout.take().unwrap();
    let mut seen = Vec::new();
    let mut room = [0; 1024];
    while !String::from_utf8_lossy(&seen).contains("quit") {
        let count = tokio::io::AsyncReadExt::read(&mut stdout, &mut room)
            .await
            .unwrap();
        assert!(count > 0, "it ended");
        seen.extend_from_slice(&room[..count]);
    }
    let asked = async {
        while !silent.log().iter().any(|said| said.line == "CAPA") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), asked)
        .await
        .expect("nobody asked");
    let id = child.id().unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    tokio::io::AsyncReadExt::read_to_end(&mut stdout, &mut seen)
        .await
        .unwrap();
    let status = child.wait().await.unwrap();
    let out = String::from_utf8(seen).unwrap();
    assert_eq!(status.code(), Some(130), "{out}");
    assert!(out.contains("caps.interrupted"), "{out}");
    assert!(out.contains("2 targets · 1 ok · 1 unknown"), "{out}");
}

#[tokio::test]
async fn nobody_who_reads_ends_it_quietly() {
    let server = healthy().start().await.unwrap();
    let dir = folder("pipe");
    let list = format!("{}\n", server.url("pop3")).repeat(200);
    std::fs::write(dir.join("list.txt"), list).unwrap();
    let script = format!(
        "{} @list.txt --format ndjson --jobs 2 | head -1",
        env!("CARGO_BIN_EXE_netspeak")
    );
    let mut command = tokio::process::Command::new("sh");
    command.args(["-c", &script]).current_dir(&dir);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    let (code, out, err) = ended(&output.await.expect("it hangs").unwrap());
    assert_eq!((code, err.as_str(), out.lines().count()), (0, "", 1));
}

#[tokio::test]
async fn each_address_of_a_name_is_a_row_of_its_own() {
    let server = healthy().start().await.unwrap();
    let port = server.port();
    // Nobody listens at the other address.
    let resolve = format!("both.test:{port}:127.0.0.1,127.0.0.9");
    let url = format!("pop3://both.test:{port}");
    let words = [
        "--all-addresses",
        "--resolve",
        &resolve,
        &url,
        "--format",
        "ndjson",
    ];
    let (code, out, err) = ended(&netspeak(here(), &words).await);
    assert_eq!(code, 2, "{out}{err}");
    let reports = documents(&out);
    let found: Vec<(String, String)> = reports
        .iter()
        .map(|report| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            (
                text(&report["addresses"][0]["ip"]),
                text(&report["verdict"]),
            )
        })
        .collect();
    let expected = [("127.0.0.1", "ok"), ("127.0.0.9", "fail")];
    assert_eq!(
        found,
        expected.map(|(ip, verdict)| (ip.to_owned(), verdict.to_owned()))
    );
}
