//! Files that cannot be read, and places that cannot be written to.

use netspeak_fake::{Ftp, Http, Imap, Nntp, Page, Pop3, Smtp};

use super::*;

#[tokio::test]
async fn what_cannot_be_read_is_told_before_anything_is_sent() {
    let here = folder("unreadable");
    std::fs::create_dir(here.join("dir")).unwrap();
    let ftp = Ftp::builder().user(USER, PASSWORD).start().await.unwrap();
    let http = Http::builder().start().await.unwrap();
    let imap = Imap::builder().user(USER, PASSWORD).start().await.unwrap();
    let nntp = Nntp::builder().start().await.unwrap();
    let smtp = Smtp::builder().start().await.unwrap();
    let (at_ftp, at_http) = (url(&ftp, "ftp", "/a"), open_url(&http, "http", "/a"));
    let (at_imap, at_nntp) = (url(&imap, "imap", "/INBOX"), open_url(&nntp, "nntp", "/"));
    let at_smtp = open_url(&smtp, "smtp", "");
    let envelope = ["send", &at_smtp, "--from", "a@b.test", "--to", "c@d.test"];
    let mut runs = Vec::new();
    for source in ["none", "none/below", "dir"] {
        let is_folder = source == "dir";
        // A folder is something that FTP takes, and HTTP and IMAP do not.
        runs.push((vec!["put", source, &at_ftp], if is_folder { 2 } else { 26 }));
        runs.push((
            vec!["put", source, &at_http],
            if is_folder { 2 } else { 26 },
        ));
        runs.push((vec!["put", source, &at_imap], 26));
        runs.push((vec!["post", "-T", source, &at_http], 26));
        runs.push((
            vec![
                "post",
                "-F",
                if is_folder { "f=@dir" } else { "f=@none" },
                &at_http,
            ],
            26,
        ));
        runs.push((
            vec![
                "post",
                "-d",
                if is_folder { "@dir" } else { "@none" },
                &at_http,
            ],
            26,
        ));
        runs.push((vec!["post", "--file", source, &at_nntp], 26));
        runs.push(([&envelope[..], &["--eml", source]].concat(), 26));
        runs.push(([&envelope[..], &["--mbox", source]].concat(), 26));
    }
    for (words, expected) in runs {
        let output = netspeak(&here, &words).await;
        let text = said(&output);
        assert_eq!(code(&output), Some(expected), "{words:?}: {text}");
        assert!(text.starts_with("error["), "{words:?}: {text}");
        if expected == 26 {
            assert!(
                text.contains("none: ") || text.contains("none/below: ") || text.contains("dir: "),
                "{words:?}: {text}"
            );
        }
    }
    let connections = [
        ftp.connections(),
        http.connections(),
        imap.connections(),
        nntp.connections(),
        smtp.connections(),
    ];
    assert_eq!(connections, [0; 5]);
}

#[tokio::test]
async fn what_cannot_be_written_to_is_told() {
    let here = folder("unwritable");
    std::fs::write(here.join("file"), "x").unwrap();
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .file("/a", "x")
        .start()
        .await
        .unwrap();
    let http = Http::builder()
        .serve("/a", Page::new("text/plain", "x"))
        .start()
        .await
        .unwrap();
    let mail = "Subject: x\r\n\r\n";
    let imap = Imap::builder()
        .user(USER, PASSWORD)
        .message(USER, mail)
        .start()
        .await
        .unwrap();
    let pop3 = Pop3::builder()
        .user(USER, PASSWORD)
        .message(USER, mail)
        .start()
        .await
        .unwrap();
    for url in [
        url(&ftp, "ftp", "/a"),
        open_url(&http, "http", "/a"),
        url(&imap, "imap", "/INBOX"),
        url(&pop3, "pop3", "/"),
    ] {
        // Nobody writes to the first two, root neither.
        for place in [
            ["--dir", "/proc/netspeak"],
            ["-o", "/proc/netspeak"],
            ["--dir", "file"],
            ["-o", "file/x"],
            ["-o", "none/x"],
            ["-o", "."],
            ["-o", "/dev/full"],
        ] {
            let output = netspeak(&here, &[&["get", &url], &place[..]].concat()).await;
            let text = said(&output);
            assert_eq!(code(&output), Some(23), "{url} {place:?}: {text}");
            assert!(text.starts_with("error[file."), "{place:?}: {text}");
            assert_eq!(names(&here), ["file"], "{place:?}");
        }
    }
    // Standard output itself.
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for words in [
        &["get", &url(&ftp, "ftp", "/a")][..],
        &["get", &url(&pop3, "pop3", "/")],
        &["ls", &url(&ftp, "ftp", "/")],
        &["ls", &url(&pop3, "pop3", "/")],
    ] {
        let mut command = command(&here, words);
        let output = ended(command.stdout(full()).spawn().unwrap()).await;
        assert_eq!(code(&output), Some(23), "{words:?}: {}", said(&output));
    }
}

#[tokio::test]
async fn a_disk_that_is_full_half_way_is_told_and_the_rest_comes_later() {
    let here = folder("full");
    let content = "0123456789abcde\n".repeat(20_000);
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .file("/f", &content)
        .start()
        .await
        .unwrap();
    let page = Page::new("text/plain", &content);
    let http = Http::builder().serve("/f", page).start().await.unwrap();
    for url in [url(&ftp, "ftp", "/f"), open_url(&http, "http", "/f")] {
        // In blocks of 512 or 1024 bytes; without the signal it is an error like that of a full disk.
        let script = "ulimit -f 100; trap '' XFSZ; exec \"$0\" \"$@\"";
        let mut limited = Command::new("sh");
        limited.args([
            "-c",
            script,
            env!("CARGO_BIN_EXE_netspeak"),
            "get",
            "-O",
            "-C",
            "-",
            &url,
        ]);
        limited
            .current_dir(&here)
            .env("NETSPEAK_PASSWORD", PASSWORD);
        limited
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let output = ended(limited.kill_on_drop(true).spawn().unwrap()).await;
        let text = said(&output);
        assert_eq!(code(&output), Some(23), "{text}");
        assert!(
            text.starts_with("error[file.") && text.contains("f.part: "),
            "{text}"
        );
        assert_eq!(names(&here), ["f.part"]);
        let output = netspeak(&here, &["get", "-O", "-C", "-", &url]).await;
        assert_eq!(
            (code(&output), names(&here)),
            (Some(0), vec!["f".to_owned()])
        );
        assert!(std::fs::read_to_string(here.join("f")).unwrap() == content);
        std::fs::remove_file(here.join("f")).unwrap();
    }
}
