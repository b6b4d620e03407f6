use netspeak_fake::{Certificate, Fault, GREETING, Http, Moment, Page, Smtp};

use super::{PASSWORD, USER, at, check, imap, pop3};

#[tokio::test]
async fn one_check_tells_time_login_and_certificate() {
    let server = pop3().start().await.unwrap();
    let words = [
        "--starttls",
        "-u",
        USER,
        "-w",
        "20",
        "-c",
        "~:30",
        "-D",
        "21,7",
        "-t",
        "25",
    ];
    let ran = at(&server, "one", "pop3", &words).await;
    assert_eq!(ran.code, 0, "{}", ran.text);
    assert!(
        ran.told().starts_with("POP3 OK - login ok, "),
        "{}",
        ran.text
    );
    assert!(
        ran.told().contains(", TLS 1.3, certificate "),
        "{}",
        ran.text
    );
    assert!(
        ran.value("time").ends_with("s;20;~:30;0;25"),
        "{}",
        ran.text
    );
    assert!(
        ran.value("cert_days").ends_with(";21:;7:;0"),
        "{}",
        ran.text
    );
    for phase in [
        "dns", "tcp", "greeting", "caps", "starttls", "tls", "auth", "quit",
    ] {
        assert!(ran.value(phase).ends_with('s'), "{}", ran.text);
    }
    let sum: f64 = ran
        .values()
        .iter()
        .filter(|(name, _)| !["time", "cert_days"].contains(name))
        .map(|(_, value)| value.trim_end_matches('s').parse::<f64>().unwrap())
        .sum();
    let time: f64 = ran
        .value("time")
        .split('s')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(sum <= time + 0.005, "{sum} of {time}");
}

#[tokio::test]
async fn times_and_days_alarm_outside_their_ranges() {
    let server = pop3().implicit_tls().start().await.unwrap();
    for (words, code, told) in [
        (&["-w", "60"][..], 0, "POP3 OK"),
        (&["-w", "60:"], 1, "s is outside 60:"),
        (&["-w", "@0:60", "-c", "@0:60"], 2, "s is outside @0:60"),
        (&["-w", "0:60", "-c", "60:"], 2, "s is outside 60:"),
        (&["-w", "60:", "-c", "60"], 1, "s is outside 60:"),
        (&["-D", "999999,1"], 1, "the certificate has "),
        (&["-D", "999999,999998"], 2, "the certificate has "),
        (&["-D", "1"], 0, "POP3 OK"),
        (&["-w", "60:", "-D", "999999,999998"], 2, "s is outside 60:"),
    ] {
        let ran = at(&server, "ranges", "pop3s", words).await;
        assert_eq!(ran.code, code, "{words:?} {}", ran.text);
        assert!(ran.told().contains(told), "{words:?} {}", ran.text);
    }
    // What is worse comes first.
    let ran = at(
        &server,
        "ranges",
        "pop3s",
        &["-w", "60:", "-D", "999999,999998"],
    )
    .await;
    assert!(
        ran.told().contains("CRITICAL - the certificate"),
        "{}",
        ran.text
    );
}

#[tokio::test]
async fn facts_survive_a_failure() {
    let expired = imap().tls(Certificate::Expired).start().await.unwrap();
    let ran = at(&expired, "expired", "imap", &["--starttls", "-D", "30,14"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.told().contains("tls.cert_expired"), "{}", ran.text);
    let days: i64 = ran
        .value("cert_days")
        .split(';')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(days < 0, "{days}");
    let refused = pop3().start().await.unwrap();
    let ran = at(
        &refused,
        "refused",
        "pop3",
        &["--starttls", "-u", "ops:wrong-marker"],
    )
    .await;
    assert_eq!(ran.code, 2);
    assert!(ran.told().contains("auth.rejected"), "{}", ran.text);
    assert!(!ran.text.contains("wrong-marker"), "{}", ran.text);
    ran.value("auth");
    ran.value("cert_days");
    assert!(ran.text.contains("TLS 1.3"), "{}", ran.text);
}

#[tokio::test]
async fn the_time_of_a_failure_is_how_long_it_took_to_fail() {
    let stalled = pop3()
        .fault(Fault::Stall(Moment::Greeting))
        .start()
        .await
        .unwrap();
    let ran = at(&stalled, "stalled", "pop3", &["-t", "1"]).await;
    assert_eq!(ran.code, 2, "{}", ran.text);
    let time: f64 = ran
        .value("time")
        .split('s')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((0.9..1.5).contains(&time), "{}", ran.text);
    assert!(ran.value("time").ends_with(";;;0;1"), "{}", ran.text);
}

#[tokio::test]
async fn a_goodbye_after_a_failure_does_not_count() {
    let stalled = pop3()
        .fault(Fault::Stall(Moment::Command("QUIT")))
        .start()
        .await
        .unwrap();
    let words = [
        "--starttls",
        "-u",
        "ops:wrong",
        "--phase-timeout",
        "quit=1.5",
    ];
    let ran = at(&stalled, "late-goodbye", "pop3", &words).await;
    assert_eq!(ran.code, 2, "{}", ran.text);
    let seconds = |label| -> f64 { ran.value(label).split('s').next().unwrap().parse().unwrap() };
    assert!(seconds("quit") >= 1.4, "{}", ran.text);
    let all = seconds("quit") + seconds("auth");
    assert!(seconds("time") < all, "{}", ran.text);
}

#[tokio::test]
async fn an_expectation_is_met_or_an_alarm() {
    let server = pop3().start().await.unwrap();
    let plain = ["--tls", "off", "--only-asked"];
    for (words, code) in [
        (&["-e", "+OK"][..], 0),
        (&["-e", "nonsense", "-e", "+OK"], 0),
        (&["-e", "nonsense", "-e", "+OK", "-A"], 1),
        (&["-e", "mail.example", "-e", "+OK", "-A"], 0),
        (&["-e", "nonsense"], 1),
        (&["-e", "nonsense", "-M", "crit"], 2),
        (&["-e", "nonsense", "-M", "ok"], 0),
    ] {
        let ran = at(&server, "expect", "pop3", &[&plain, words].concat()).await;
        assert_eq!(ran.code, code, "{words:?} {}", ran.text);
    }
}

#[tokio::test]
async fn a_refused_connection_is_what_it_is_said_to_be() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    for (state, code) in [("ok", 0), ("warn", 1), ("crit", 2)] {
        let words = ["imap", "-H", "127.0.0.1", "-p", &port, "-r", state];
        let ran = check(&words).await;
        assert_eq!(ran.code, code, "{}", ran.text);
        assert!(ran.told().contains("tcp.refused"), "{}", ran.text);
        ran.value("time");
        ran.value("tcp");
    }
}

#[tokio::test]
async fn what_nobody_asked_for_counts_unless_it_is_not_to() {
    // To this machine clear text is private: the certificate is what is worth a warning.
    let server = pop3().tls(Certificate::SelfSigned).start().await.unwrap();
    let words = [
        "pop3",
        "-H",
        "127.0.0.1",
        "-p",
        &server.port().to_string(),
        "--tls",
        "auto",
    ];
    let ran = check(&words).await;
    assert_eq!(ran.code, 1, "{}", ran.text);
    let ran = check(&[&words[..], &["--only-asked"]].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.text);
    assert!(ran.text.contains("does not verify"), "{}", ran.text);
    let ran = check(&[&words[..], &["-k"]].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.text);
}

#[tokio::test]
async fn pages_their_texts_and_where_they_lead() {
    let server = Http::builder()
        .user(USER, PASSWORD)
        .serve("/", Page::new("text/plain", "the needle is here"))
        .redirect("/old", 301, "/")
        .redirect("/circle", 302, "/circle")
        .basic("/private", "r")
        .page("/private", "text/plain", "in")
        .start()
        .await
        .unwrap();
    let url = server.url("http");
    for (path, words, code, told) in [
        ("/", &[][..], 0, "HTTP OK - status 200, "),
        ("/", &["--work=find:needle is"], 0, "GET ok"),
        (
            "/",
            &["--work=find:thread"],
            2,
            "work.not_found: \"thread\" is not in the page",
        ),
        ("/gone", &[], 2, "work.not_found"),
        ("/gone", &["--client-error", "warn"], 1, "work.not_found"),
        ("/gone", &["-e", "404"], 0, "HTTP OK - status 404, "),
        (
            "/gone",
            &["-e", "200", "-M", "crit", "--client-error", "warn"],
            2,
            "expected \"200\"",
        ),
        ("/old", &[], 0, "status 301"),
        ("/old", &["--on-redirect", "warn"], 1, "it redirects to "),
        ("/old", &["--on-redirect", "crit"], 2, "it redirects to "),
        ("/old", &["--on-redirect", "follow"], 0, "status 200"),
        (
            "/old",
            &["--on-redirect", "follow", "--work=find:thread"],
            2,
            "not in the page",
        ),
        ("/private", &["-u", USER], 0, "login ok, "),
        ("/private", &["-u", "ops:wrong"], 2, "auth.rejected"),
        ("/private", &[], 2, "auth."),
    ] {
        let page = format!("{url}{path}");
        let ran = check(&[&[page.as_str()], words].concat()).await;
        assert_eq!(ran.code, code, "{path} {words:?} {}", ran.text);
        assert!(ran.told().contains(told), "{path} {words:?} {}", ran.text);
    }
    let ran = check(&[&format!("{url}/"), "--work"]).await;
    assert_eq!(ran.value("size"), "18B;;;0");
    let ran = check(&[&format!("{url}/circle"), "--on-redirect", "follow"]).await;
    assert_eq!(ran.code, 3, "{}", ran.text);
    assert!(
        ran.told().contains("more than 15 redirects"),
        "{}",
        ran.text
    );
}

#[tokio::test]
async fn a_login_does_not_follow_to_another_server() {
    // The same user and password would do there, and are asked for.
    let page = || {
        Http::builder()
            .user(USER, PASSWORD)
            .basic("/", "r")
            .page("/", "text/plain", "there")
    };
    let other = page().start().await.unwrap();
    let server = Http::builder()
        .user(USER, PASSWORD)
        .basic("/in", "r")
        .page("/in", "text/plain", "in")
        .redirect("/away", 302, format!("{}/", other.url("http")))
        .redirect("/near", 302, "/in")
        .start()
        .await
        .unwrap();
    let url = format!("http://{USER}:{PASSWORD}@127.0.0.1:{}", server.port());
    let ran = check(&[&format!("{url}/away"), "--on-redirect", "follow"]).await;
    assert_eq!(ran.code, 2, "{}", ran.text);
    assert!(ran.told().contains("auth."), "{}", ran.text);
    let seen = other.requests();
    assert_eq!(seen.len(), 1);
    let has_login = |seen: &str| seen.to_lowercase().contains("authorization");
    assert!(!has_login(&format!("{seen:?}")), "{seen:?}");
    // At the same server it is still his.
    let ran = check(&[&format!("{url}/near"), "--on-redirect", "follow"]).await;
    assert_eq!(ran.code, 0, "{}", ran.text);
    assert!(ran.told().contains("login ok"), "{}", ran.text);
}

#[tokio::test]
async fn what_cannot_be_checked_is_one_line_on_standard_output() {
    for (words, told) in [
        (&[][..], "is missing"),
        (&["imap"], "imap needs -H HOST"),
        (
            &["gibberish", "-H", "h"],
            "gibberish is not a protocol known here",
        ),
        (&["imap", "-H", ""], "-H names no host"),
        (&["imap", "-H", "a b"], "UNKNOWN - "),
        (&["imap", "-H", "h", "-w", "1,5"], "is not a range such as"),
        (&["imap", "-H", "h", "-D", "x"], "is not WARN or WARN,CRIT"),
        (
            &["imap", "-H", "h", "-t", "0"],
            "positive number of seconds",
        ),
        (&["imap", "-H", "h", "-t", "soon"], "-t"),
        (&["imap", "-H", "h", "-Z"], "there is no option -Z"),
        (&["imap", "-H", "h", "-M", "maybe"], "takes ok, warn, crit"),
        (&["imap", "-H", "h", "-S", "--starttls"], "does not go with"),
        (
            &["imap", "-H", "h", "--until", "lunch"],
            "--until <PHASE> takes dns, tcp, tls",
        ),
        (&["lmtp", "-H", "h", "-S"], "lmtp has no form with TLS"),
        (
            &["http", "-H", "h", "--starttls"],
            "http has no upgrade to TLS",
        ),
        (&["imap://h", "-H", "h"], "a URL has its own host"),
        (&["imap://h", "-p", "1"], "a URL has its own port"),
        (&["gibberish://h"], "gibberish:// is not supported"),
        (
            &[
                "imap",
                "-H",
                "h",
                "-u",
                "ops",
                "--password-env",
                "NONE_SUCH",
            ],
            "NONE_SUCH is not set",
        ),
        (
            &["imap://ops:hidden@h", "again:hidden@h"],
            "there is a word too many",
        ),
        (&["imap://ops:hidden@h", "-H", "x"], "UNKNOWN"),
        (&["imap", "-H", "h", "hidden"], "there is a word too many"),
        (&["imap", "-H", "h", "--pasword=hidden"], "--pasword"),
        (&["imap://ops:hid/den@h@"], "UNKNOWN"),
    ] {
        let ran = check(words).await;
        assert_eq!(ran.code, 3, "{words:?} {}", ran.text);
        assert_eq!(ran.text.lines().count(), 1, "{words:?} {}", ran.text);
        assert!(ran.text.contains(told), "{words:?} {}", ran.text);
        assert!(!ran.text.contains("hid"), "{words:?} {}", ran.text);
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_our_own_fault() {
    let server = pop3().implicit_tls().start().await.unwrap();
    let url = format!("pop3s://127.0.0.1:{}", server.port());
    let ran = check(&[&url, "--cacert", "/nonexistent"]).await;
    assert_eq!(ran.code, 3, "{}", ran.text);
    assert!(ran.told().contains("/nonexistent"), "{}", ran.text);
}

#[tokio::test]
async fn a_server_cannot_add_values_or_lines_of_its_own() {
    let hostile = b"220 x | time=0s;;;0 \x1b[2J\x07 'a'=1 |\r\n";
    for reply in [
        hostile.to_vec(),
        [b"554 ".as_slice(), &hostile[4..]].concat(),
    ] {
        let server = Smtp::builder()
            .fault(Fault::reply(GREETING, reply))
            .start()
            .await
            .unwrap();
        let ran = at(
            &server,
            "hostile",
            "smtp",
            &["--only-asked", "-v", "-e", "a|b"],
        )
        .await;
        assert!(ran.code == 1 || ran.code == 2, "{}", ran.text);
        let times = ran
            .values()
            .iter()
            .filter(|(name, _)| *name == "time")
            .count();
        assert_eq!(times, 1, "{}", ran.text);
    }
}

#[tokio::test]
async fn a_unix_socket_is_checked_too() {
    let path = super::folder::folder("check", "socket").join("pop3");
    let _server = pop3().start_unix(&path).unwrap();
    let ran = check(&["pop3", "-H", path.to_str().unwrap(), "--tls", "off"]).await;
    assert_eq!(ran.code, 0, "{}", ran.text);
}
