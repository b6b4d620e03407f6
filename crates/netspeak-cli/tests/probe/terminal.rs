#[path = "../support/screen.rs"]
mod screen;

use crate::healthy;
use screen::shown;

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
