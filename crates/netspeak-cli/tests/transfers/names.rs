//! Names that a server or a URL suggests for files of ours.

use netspeak_fake::{Ftp, Gopher, Http, Page};

use super::*;

/// What becomes of a name: the file's, or that there is none.
fn rows() -> Vec<(String, Option<String>)> {
    let own = |name: &str| Some(name.to_owned());
    let mut rows: Vec<(String, Option<String>)> = [
        ("plain.txt", own("plain.txt")),
        ("two%20words", own("two words")),
        ("gr%C3%BCn", own("grün")),
        ("-rf", own("-rf")),
        ("%2e%2e%2fx", None),
        ("..%2f..%2fx", None),
        ("a%2fb", None),
        ("a%5cb", None),
        ("..", None),
        ("%2e%2e", None),
        ("a%00b", None),
        ("a%1bb", None),
        ("a%0ab", None),
        ("a%7fb", None),
    ]
    .into_iter()
    .map(|(path, name)| (path.to_owned(), name))
    .collect();
    for length in [240, 245, 246, 250, 251, 255] {
        rows.push(("n".repeat(length), Some("n".repeat(length))));
    }
    rows.push(("n".repeat(256), None));
    rows
}

#[tokio::test]
async fn a_path_of_ftp_or_gopher_names_a_file_in_the_folder_or_none() {
    let ftp = Ftp::builder().user(USER, PASSWORD);
    let ftp = ["plain.txt", "two words", "grün", "-rf"]
        .iter()
        .fold(ftp, |ftp, name| ftp.file(format!("/{name}"), "x"));
    let ftp = (240..=256).fold(ftp, |ftp, length| {
        ftp.file(format!("/{}", "n".repeat(length)), "x")
    });
    let ftp = ftp.start().await.unwrap();
    for (path, name) in rows() {
        for words in [&["-O"][..], &["--dir", "."]] {
            let outer = folder("names-ftp");
            let here = outer.join("inside");
            std::fs::create_dir(&here).unwrap();
            let url = url(&ftp, "ftp", &format!("/{path}"));
            let output = netspeak(&here, &[&["get", &url], words].concat()).await;
            assert_eq!(names(&outer), ["inside"], "{path}");
            let there: Vec<String> = name.iter().cloned().collect();
            assert_eq!(names(&here), there, "{path}: {}", said(&output));
            let expected = if name.is_some() { 0 } else { 2 };
            assert_eq!(code(&output), Some(expected), "{path}: {}", said(&output));
        }
    }
    let gopher = Gopher::builder().file("/../../x", "x").file("/a\\b", "x");
    let gopher = gopher
        .file("/..", "x")
        .file("/ok", "x")
        .start()
        .await
        .unwrap();
    let outer = folder("names-gopher");
    let here = outer.join("inside");
    std::fs::create_dir(&here).unwrap();
    for (path, expected) in [
        ("/9/../../x", 0),
        ("/9/a%5Cb", 2),
        ("/9/..", 2),
        ("/9/ok", 0),
    ] {
        let url = open_url(&gopher, "gopher", path);
        let output = netspeak(&here, &["get", "-O", &url]).await;
        assert_eq!(code(&output), Some(expected), "{path}: {}", said(&output));
    }
    assert_eq!(names(&here), ["ok", "x"]);
    assert_eq!(names(&outer), ["inside"]);
}

#[tokio::test]
async fn what_http_suggests_is_made_harmless() {
    let named = |value: &str| Page::new("text/plain", "x").header("Content-Disposition", value);
    let long = format!("attachment; filename={}.txt", "n".repeat(300));
    let rows = [
        ("attachment; filename=\"../../evil\"", "evil"),
        ("attachment; filename=\"..\\\\..\\\\evil.exe\"", "evil.exe"),
        ("attachment; filename=\".bashrc\"", "bashrc"),
        ("attachment; filename=\"a/b\"", "b"),
        ("attachment; filename*=UTF-8''%2e%2e%2fx", "x"),
        ("attachment; filename*=UTF-8''a%00b", "a_b"),
        ("attachment; filename*=UTF-8''%1b%5b2Ja", "_[2Ja"),
        ("attachment; filename=\"..\"", "1"),
        ("attachment; filename=\"\"", "1"),
        ("attachment; filename*=UTF-8''%FF%FEx", "1"),
        (&long, ""),
    ];
    for (value, name) in rows {
        let server = Http::builder()
            .serve("/1", named(value))
            .start()
            .await
            .unwrap();
        let outer = folder("names-http");
        let here = outer.join("inside");
        std::fs::create_dir(&here).unwrap();
        let output = netspeak(&here, &["get", "-O", &open_url(&server, "http", "/1")]).await;
        assert_eq!(code(&output), Some(0), "{value}: {}", said(&output));
        assert_eq!(names(&outer), ["inside"], "{value}");
        let there = names(&here);
        assert_eq!(there.len(), 1, "{value}: {there:?}");
        match name {
            "" => assert!(
                there[0].len() <= 255 && there[0].ends_with(".txt"),
                "{there:?}"
            ),
            name => assert_eq!(there, [name], "{value}"),
        }
    }
}
