//! `put`, `cp`, `rm`.

use netspeak_fake::{Fault, Ftp, Http, Imap, Pop3};

use super::*;

#[tokio::test]
async fn what_is_stored() {
    let here = folder("shown-put");
    std::fs::create_dir_all(here.join("d/sub")).unwrap();
    for name in ["a", "d/one", "d/sub/two"] {
        std::fs::write(here.join(name), name).unwrap();
    }
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .file("/in/old", "x")
        .start()
        .await
        .unwrap();
    let at = |path: &str| url(&ftp, "ftp", path);
    let dry = ["put", "d", &at("/in/"), "--dry-run", "--delete"];
    shows(&here, &dry, "put.dry-run.human", "", 0).await;
    shows(
        &here,
        &["put", "d", &at("/in/")],
        "",
        "put.folder.stderr",
        0,
    )
    .await;
    shows(
        &here,
        &["put", "d", &at("/in/")],
        "",
        "put.folder-again.stderr",
        0,
    )
    .await;
    shows(&here, &["put", "a", &at("/in/a")], "", "", 0).await;
    shows(
        &here,
        &["put", "none", &at("/in/a")],
        "",
        "put.none.stderr",
        26,
    )
    .await;
    shows(
        &here,
        &["put", "d", &at("/in")],
        "",
        "put.folder-name.stderr",
        2,
    )
    .await;
    let several = ["put", "a", "none", &at("/in/")];
    shows(&here, &several, "", "put.several.stderr", 26).await;
    let denied = Ftp::builder().user(USER, PASSWORD);
    let denied = denied.fault(Fault::reply("STOR", "550 Permission denied.\r\n"));
    let denied = denied.start().await.unwrap();
    let words = ["put", "a", &url(&denied, "ftp", "/a")];
    shows(&here, &words, "", "put.refused.stderr", 25).await;
    let http = Http::builder().fault(Fault::reply(
        "PUT",
        "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n",
    ));
    let http = http.start().await.unwrap();
    let words = ["put", "a", &open_url(&http, "http", "/a")];
    shows(&here, &words, "", "put.http-refused.stderr", 22).await;
    let imap = Imap::builder()
        .user(USER, PASSWORD)
        .uids(USER, "INBOX", 7, 1)
        .start()
        .await
        .unwrap();
    std::fs::write(here.join("mail"), "Subject: x\n\nx\n").unwrap();
    let words = ["put", "mail", &url(&imap, "imap", "/INBOX")];
    shows(&here, &words, "put.imap.human", "", 0).await;
    let words = ["put", "mail", &url(&imap, "imap", "/None")];
    let output = netspeak(&here, &words).await;
    check("put.imap-none.stderr", &masked(&said(&output)));
}

#[tokio::test]
async fn what_is_copied() {
    let here = folder("shown-cp");
    let mail = |number: u32| format!("Subject: {number}\r\nMessage-ID: <{number}@x.test>\r\n\r\n");
    let from = (1..=3).fold(Imap::builder().user(USER, PASSWORD), |server, number| {
        server.message(USER, mail(number))
    });
    let from = from.start().await.unwrap();
    let to = Imap::builder().user(USER, PASSWORD).message(USER, mail(2));
    let to = to.start().await.unwrap();
    let (source, target) = (url(&from, "imap", "/INBOX"), url(&to, "imap", "/INBOX"));
    shows(&here, &["cp", &source, &target], "", "cp.some.stderr", 0).await;
    shows(&here, &["cp", &source, &target], "", "cp.none.stderr", 0).await;
    let refusing = Imap::builder()
        .user(USER, PASSWORD)
        .append_limit(5)
        .start()
        .await
        .unwrap();
    let target = url(&refusing, "imap", "/INBOX");
    let output = netspeak(&here, &["cp", &source, &target]).await;
    assert_ne!(code(&output), Some(0));
    check("cp.refused.stderr", &masked(&said(&output)));
    let mixed = ["cp", &source, "pop3://h.test/"];
    shows(&here, &mixed, "", "cp.mixed.stderr", 2).await;
}

#[tokio::test]
async fn what_is_removed() {
    let here = folder("shown-rm");
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .file("/d/f", "x")
        .start()
        .await
        .unwrap();
    let at = |path: &str| url(&ftp, "ftp", path);
    shows(&here, &["rm", &at("/none")], "", "rm.ftp-none.stderr", 78).await;
    shows(&here, &["rm", &at("/d/")], "", "rm.ftp-folder.stderr", 2).await;
    shows(&here, &["rm", &at("/")], "", "rm.ftp-all.stderr", 2).await;
    shows(&here, &["rm", "-r", &at("/d/")], "", "", 0).await;
    let imap = Imap::builder()
        .user(USER, PASSWORD)
        .message(USER, "Subject: x\r\n\r\n");
    let imap = imap.start().await.unwrap();
    let at = |path: &str| url(&imap, "imap", path);
    shows(&here, &["rm", &at("/INBOX")], "", "rm.imap-all.stderr", 2).await;
    shows(
        &here,
        &["rm", &at("/INBOX;UID=9")],
        "",
        "rm.imap-none.stderr",
        78,
    )
    .await;
    shows(&here, &["rm", &at("/INBOX;UID=1")], "", "", 0).await;
    let pop3 = Pop3::builder()
        .user(USER, PASSWORD)
        .message(USER, "Subject: x\r\n\r\n");
    let pop3 = pop3
        .fault(Fault::reply("DELE", "-ERR locked\r\n"))
        .start()
        .await
        .unwrap();
    let at = |path: &str| url(&pop3, "pop3", path);
    shows(&here, &["rm", &at("/")], "", "rm.pop3-all.stderr", 2).await;
    shows(&here, &["rm", &at("/9")], "", "rm.pop3-none.stderr", 78).await;
    shows(&here, &["rm", &at("/1")], "", "rm.pop3-refused.stderr", 78).await;
}
