use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::healthy;

/// What it shows in a terminal of this width, without colours.
fn shown(columns: u16, words: Vec<String>) -> String {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let path = std::path::PathBuf::from(name.into_string().unwrap());
    let terminal = File::options().read(true).write(true).open(path).unwrap();
    let size = Winsize {
        ws_row: 40,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&terminal, size).unwrap();
    let stdio = || Stdio::from(OwnedFd::from(terminal.try_clone().unwrap()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_netspeak"))
        .args(words)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(stdio())
        .stderr(stdio())
        .spawn()
        .unwrap();
    let mut screen = File::from(ours);
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        let mut room = [0; 4096];
        while let Ok(count @ 1..) = screen.read(&mut room) {
            all.extend_from_slice(&room[..count]);
        }
        all
    });
    child.wait().unwrap();
    drop(terminal);
    let text = String::from_utf8(reader.join().unwrap()).unwrap();
    text.replace("\r\n", "\n")
}

#[tokio::test]
async fn lines_are_as_wide_as_the_terminal_and_no_wider() {
    let long = "+OK a greeting that is rather longer than forty columns, and has an end";
    let server = healthy()
        .fault(netspeak_fake::Fault::reply(
            netspeak_fake::GREETING,
            format!("{long}\r\n"),
        ))
        .stls()
        .start()
        .await
        .unwrap();
    let url = server.url("pop3");
    for form in [&[][..], &["--compact"], &["-q"]] {
        for columns in [60, 80, 200] {
            let mut words = vec![
                "--tls".to_owned(),
                "require".to_owned(),
                "-k".to_owned(),
                url.clone(),
            ];
            words.extend(form.iter().map(|word| (*word).to_owned()));
            let text = tokio::task::spawn_blocking(move || shown(columns, words))
                .await
                .unwrap();
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(
                widest <= usize::from(columns),
                "{columns} {form:?}:\n{text}"
            );
            if columns == 200 && form.is_empty() {
                assert!(text.contains(long), "{text}");
            }
            if form == ["--compact"] {
                assert!(
                    text.contains("SCRAM-SHA-256"),
                    "nothing is left out: {text}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_crowd_is_watched_and_leaves_whole_lines() {
    let server = healthy().start().await.unwrap();
    let url = server.url("pop3");
    let words = vec![
        "--jobs".to_owned(),
        "2".to_owned(),
        "-q".to_owned(),
        url.clone(),
        url.clone(),
        url.clone(),
    ];
    let text = tokio::task::spawn_blocking(move || shown(100, words))
        .await
        .unwrap();
    let rows = text.matches(&format!("OK    {url}")).count();
    assert_eq!(rows, 3, "{text}");
    assert!(text.contains("3 targets · 3 ok"), "{text}");
}
