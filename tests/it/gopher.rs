//! Gopher with gophernicus, in the clear and inside TLS.

use netspeak::core::{Target, Tls};
use netspeak::gopher::{
    Answer, Builder, Client, Ending, KnownServers, Listing, MenuLine, Request, Selector,
};

use crate::harness::{
    assert_same, at, connector, container_address, impatient, kind, netspeak, probing, seed, target,
};

fn ways() -> [Target; 2] {
    [
        target("gopher", "GOPHERNICUS_GOPHER"),
        target("gophers", "GOPHERNICUS_GOPHERS"),
    ]
}

fn builder() -> Builder {
    Client::builder().connector(connector())
}

async fn menu(target: &Target) -> Listing {
    match builder().fetch(target).await.unwrap() {
        Answer::Menu(menu) => menu.collect().await.unwrap(),
        _ => panic!("{target} is no menu"),
    }
}

async fn bytes(target: &Target) -> Vec<u8> {
    match builder().fetch(target).await.unwrap() {
        Answer::Body(body) => body.bytes(1 << 24).await.unwrap(),
        _ => panic!("{target} is a menu"),
    }
}

#[tokio::test]
#[ignore = "needs gophernicus"]
async fn a_walk_through_the_tree() {
    for start in ways() {
        let first = menu(&start).await;
        assert_eq!(first.ending, Ending::Dot, "{start}");
        assert!(
            first.items().count() == first.lines.len(),
            "{:?}",
            first.lines
        );
        let texts: Vec<String> = first
            .items()
            .map(|item| item.text(Default::default()).into_owned())
            .collect();
        for text in [
            "About this server",
            "Documents",
            "Many",
            "The large file",
            "Elsewhere",
        ] {
            assert!(texts.iter().any(|found| found == text), "{text}: {texts:?}");
        }
        let links = first.items().filter_map(|item| item.target(&start));
        let links: Vec<String> = links.collect();
        assert!(
            links.contains(&"https://example.org/".to_owned()),
            "{links:?}"
        );
        assert!(
            links.contains(&"telnet://guest@telnetd:23".to_owned()),
            "{links:?}"
        );
        let many = menu(&start.clone().with_path("/1/many")).await;
        assert_eq!(
            many.items()
                .filter(|item| item.selector.ends_with(b".txt"))
                .count(),
            200
        );
    }
}

#[tokio::test]
#[ignore = "needs gophernicus"]
async fn items_lead_to_what_they_say() {
    // The items know the container by its address.
    let start = at("gopher", &container_address("GOPHERNICUS").to_string());
    let mut open = vec![start.clone()];
    let mut texts = 0;
    while let Some(place) = open.pop() {
        for item in menu(&place).await.items() {
            let Some(url) = item.target(&place) else {
                continue;
            };
            let Ok(target) = url.parse::<Target>() else {
                continue;
            };
            // Those above are open already.
            let is_below =
                target.host() == start.host() && target.path().len() > place.path().len();
            match item.item_type.as_byte() {
                b'1' if is_below => open.push(target),
                b'0' => {
                    let text = bytes(&target).await;
                    assert!(!text.is_empty(), "{url}");
                    texts += 1;
                }
                _ => {}
            }
        }
    }
    assert_eq!(texts, 203);
}

#[tokio::test]
#[ignore = "needs gophernicus"]
async fn texts_and_files_are_what_they_were() {
    let large = seed().pop().unwrap().bytes;
    for start in ways() {
        let file = bytes(&start.clone().with_path("/9/large.bin")).await;
        assert_same(&file, &large, "the large file");
        // The server doubles no dots, so what it sends is asked for as it is.
        let text = bytes(&start.clone().with_path("/9/about.txt")).await;
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.starts_with("first line\r\n") || text.starts_with("first line\n"),
            "{text:?}"
        );
        assert!(text.contains("Grüße"), "{text:?}");
        let inner = bytes(&start.clone().with_path("/0/docs/inner/inner.txt")).await;
        assert_eq!(String::from_utf8(inner).unwrap().trim_end(), "inner");
    }
}

#[tokio::test]
#[ignore = "needs gophernicus"]
async fn what_is_not_there_is_told() {
    for start in ways() {
        // The server tells it as a text, whatever was asked for.
        let nope = menu(&start.clone().with_path("/1/nope")).await;
        assert_eq!(nope.items().count(), 0, "{nope:?}");
        let MenuLine::Malformed(line) = &nope.lines[0] else {
            panic!("{nope:?}");
        };
        assert!(line.starts_with(b"Error: File or directory not found!"));
        let text = bytes(&start.clone().with_path("/0/nope.txt")).await;
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.starts_with("Error: File or directory not found!"),
            "{text}"
        );
    }
}

#[tokio::test]
#[ignore = "needs gophernicus"]
async fn tls_if_possible_and_trust_on_first_use() {
    let secure = target("gopher", "GOPHERNICUS_GOPHERS");
    let known = KnownServers::new();
    for _ in 0..2 {
        let builder = Client::builder()
            .tls(Tls::Opportunistic)
            .trust_on_first_use(known.clone());
        let client = builder.connect(&secure).await.unwrap();
        assert!(client.conn().is_encrypted());
        let menu = client.menu(&Request::new(Selector::ROOT)).await.unwrap();
        assert!(menu.collect().await.unwrap().items().count() > 3);
    }
    assert_eq!(known.to_string().lines().count(), 1);
    // The server waits for the rest of a hello.
    let builder = Client::builder().timeouts(impatient());
    let plain = builder.connect(&secure).await.unwrap();
    let answer = plain
        .menu(&Request::new(Selector::ROOT))
        .await
        .unwrap()
        .collect()
        .await;
    assert_eq!(kind(&answer), "wait.timeout");
}

#[tokio::test]
#[ignore = "needs gophernicus"]
async fn the_command_lists_and_fetches() {
    for start in ways() {
        let ca = crate::harness::certificate("ca.pem");
        let ca = ca.to_str().unwrap();
        let listed = netspeak(&["ls", "--cacert", ca, &start.to_string()]).await;
        assert_eq!(listed.code, 0, "{}", listed.stderr);
        assert!(
            listed.text().contains("0  About this server"),
            "{}",
            listed.text()
        );
        let file = start.clone().with_path("/9/large.bin").to_string();
        let got = netspeak(&["get", "--cacert", ca, &file]).await;
        assert_same(&got.stdout, &seed().pop().unwrap().bytes, "the large file");
        let report = netspeak::probe(&start, &probing()).await;
        assert_eq!(report.work.unwrap().detail["final_dot"], true);
    }
}
