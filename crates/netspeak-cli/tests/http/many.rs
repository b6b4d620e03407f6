//! Many URLs: patterns, several at once, one output or many.

use std::time::Duration;

use netspeak_fake::{Builder, Certificate, Http, Page};

use super::{assert_brings, assert_fails, code, folder, names, netspeak, url};

fn pages() -> Builder<Http> {
    (1..=9).fold(Http::builder(), |builder, number| {
        builder.page(&format!("/{number}"), "text/plain", format!("{number}\n"))
    })
}

#[tokio::test]
async fn patterns_are_fetched_in_their_order_over_one_connection() {
    let server = pages().start().await.unwrap();
    let here = folder("patterns");
    let output = netspeak(
        &here,
        &["get", &url(&server, "/[1-9:4]"), &url(&server, "/{3,2}")],
    )
    .await;
    assert_brings(&output, "1\n5\n9\n3\n2\n");
    let connections: Vec<_> = server
        .requests()
        .iter()
        .map(|heard| heard.connection)
        .collect();
    assert!(
        connections.iter().all(|one| *one == connections[0]),
        "{connections:?}"
    );
    let literal = netspeak(&here, &["get", "-g", &url(&server, "/[1-9:4]")]).await;
    assert_fails(&literal, 22, "work.not_found");
    assert_eq!(server.requests().pop().unwrap().path(), "/[1-9:4]");
}

#[tokio::test]
async fn each_may_have_a_file_of_its_own() {
    let server = pages().start().await.unwrap();
    let here = folder("own");
    for words in [
        &["get", "-o", "#1-x", &url(&server, "/[1-3]")][..],
        &["get", "--jobs", "3", "-o", "y#1", &url(&server, "/{4,5}")],
        &["get", "-O", "-Z", "2", &url(&server, "/[6-7]")],
        &["get", "-o", "#1", &url(&server, "/8")],
        &[
            "get",
            "-o",
            "z#1",
            &url(&server, "/9"),
            &url(&server, "/[1-2]"),
        ],
    ] {
        assert_brings(&netspeak(&here, words).await, "");
    }
    assert_eq!(
        names(&here),
        [
            "#1", "1-x", "2-x", "3-x", "6", "7", "y4", "y5", "z#1", "z1", "z2"
        ]
    );
    assert_eq!(std::fs::read(here.join("2-x")).unwrap(), b"2\n");
    assert_eq!(std::fs::read(here.join("#1")).unwrap(), b"8\n");
    assert_eq!(std::fs::read(here.join("z#1")).unwrap(), b"9\n");
}

#[tokio::test]
async fn several_at_once_still_come_out_one_after_the_other() {
    // The first comes last, and is larger than what is held in memory; so is the second.
    let large = "0123456789abcde\n".repeat(40_000);
    let body = |number: u32| match number {
        1 | 2 => format!("{number}{large}"),
        _ => format!("{number}\n"),
    };
    for scheme in ["http", "https"] {
        let builder = (1..=30).fold(Http::builder(), |builder, number| {
            let page = Page::new("text/plain", body(number));
            let page = match number {
                1 => page.drip(200_000, Duration::from_millis(60)),
                _ => page,
            };
            builder.serve(&format!("/{number}"), page)
        });
        let builder = match scheme {
            "http" => builder,
            _ => builder.tls(Certificate::Good).implicit_tls().alpn(["h2"]),
        };
        let server = builder.start().await.unwrap();
        let here = folder(&format!("at-once-{scheme}"));
        let all = format!("{}/[1-30]", server.url(scheme).trim_end_matches('/'));
        let output = netspeak(&here, &["get", "-k", "--jobs", "8", &all, "-o", "x"]).await;
        assert_brings(&output, "");
        let wanted: String = (1..=30).map(body).collect();
        assert!(
            std::fs::read_to_string(here.join("x")).unwrap() == wanted,
            "{scheme}"
        );
        assert_eq!(names(&here), ["x"]);
    }
}

#[tokio::test]
async fn one_that_fails_leaves_nothing_among_the_others() {
    let server = pages()
        .serve("/8", Page::new("text/plain", "not whole").cut_after(3))
        .serve(
            "/1",
            Page::new("text/plain", "1\n").drip(1, Duration::from_millis(100)),
        );
    let server = server.start().await.unwrap();
    let here = folder("one-fails");
    let all = [url(&server, "/[1-9]"), url(&server, "/none")];
    let output = netspeak(&here, &["get", "--jobs", "9", &all[0], &all[1]]).await;
    let text = code(&output).1;
    assert_eq!(output.status.code(), Some(22), "{text}");
    assert!(
        text.contains(&format!(
            "error[work.not_found]: {}: {}: GET refused",
            all[1],
            server.addr()
        )),
        "{text}"
    );
    assert_eq!(output.stdout, b"1\n2\n3\n4\n5\n6\n7\n9\n");
    // What is not whole does not get its name.
    let output = netspeak(&here, &["get", "--jobs", "9", &all[0], "-o", "x"]).await;
    assert_eq!(code(&output).0, Some(18), "{}", code(&output).1);
    assert_eq!(names(&here), ["x.part"]);
}

#[tokio::test]
async fn thousands_of_urls_cost_neither_files_nor_connections() {
    let server = Http::builder()
        .page("/a", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let here = folder("thousands");
    let all = url(&server, "/a?[1-2000]");
    for jobs in ["1", "20"] {
        let output = netspeak(&here, &["get", "--jobs", jobs, &all, "-o", "x"]).await;
        assert_brings(&output, "");
        assert_eq!(std::fs::read(here.join("x")).unwrap().len(), 2000);
    }
    let mut connections: Vec<_> = server
        .requests()
        .iter()
        .map(|heard| heard.connection)
        .collect();
    connections.sort_unstable();
    connections.dedup();
    assert!(connections.len() <= 21, "{}", connections.len());
}

#[tokio::test]
async fn a_slow_file_keeps_no_other_waiting() {
    let slow = Page::new("text/plain", "0123456789").drip(1, Duration::from_millis(150));
    let server = (2..=40).fold(Http::builder().serve("/1", slow), |builder, number| {
        builder.page(&format!("/{number}"), "text/plain", "x")
    });
    let server = server.start().await.unwrap();
    let here = folder("slow-file");
    let output = netspeak(&here, &["get", "-O", "-Z", "2", &url(&server, "/[1-40]")]).await;
    assert_brings(&output, "");
    assert_eq!(names(&here).len(), 40);
    let heard = server.requests();
    let slow = heard.iter().find(|heard| heard.path() == "/1").unwrap();
    let others = heard
        .iter()
        .filter(|heard| heard.connection != slow.connection);
    assert_eq!(others.count(), 39);
}
