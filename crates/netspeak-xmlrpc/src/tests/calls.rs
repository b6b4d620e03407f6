//! Calls over HTTP and SCGI.

use netspeak_fake::{Fault as Broken, Http, Moment, Page, Scgi, Server, Xmlrpc};

use crate::*;

async fn server(rpc: Xmlrpc) -> Server<Http> {
    Http::builder().rpc("/RPC2", rpc).start().await.unwrap()
}

fn proxy(server: &Server<Http>) -> ServerProxy {
    ServerProxy::new(&server.url("http")).unwrap()
}

fn word<T>(outcome: Result<T>) -> String {
    match outcome {
        Ok(_) => "none".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

#[tokio::test]
async fn calls_share_a_connection() {
    let server = server(Xmlrpc::new()).await;
    let proxy = proxy(&server);
    for number in 0..5 {
        assert_eq!(
            proxy.call::<i32>("add", (number, 1)).await.unwrap(),
            number + 1
        );
    }
    assert_eq!(proxy.call::<f64>("add", (1, 0.5)).await.unwrap(), 1.5);
    let said: (String, bool) = proxy.call("echo", (("a<b\r", true),)).await.unwrap();
    assert_eq!(said, ("a<b\r".to_owned(), true));
    assert_eq!(
        proxy.call::<Value>("nothing", ()).await.unwrap(),
        Value::Nil
    );
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.connection == 1));
    assert_eq!(requests[0].header("content-type"), Some("text/xml"));
    assert_eq!(requests[0].path(), "/RPC2");
}

#[tokio::test]
async fn names_have_dots() {
    let server = server(Xmlrpc::new()).await;
    let proxy = proxy(&server);
    let methods: Vec<String> = proxy
        .namespace("system")
        .call("listMethods", ())
        .await
        .unwrap();
    assert!(methods.contains(&"add".to_owned()));
    let error = proxy
        .namespace("a")
        .namespace("b")
        .call::<()>("c", ())
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("a.b.c refused: fault -32601: there is no a.b.c"),
        "{error}"
    );
}

#[tokio::test]
async fn a_fault_is_an_error_with_its_code() {
    let server = server(Xmlrpc::new()).await;
    let proxy = proxy(&server);
    let error = proxy
        .call::<Value>("fail", (4, "too many"))
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "work.rejected");
    assert_eq!(
        error.reply().and_then(Reply::fault),
        Some(&Fault::new(4, "too many"))
    );
    assert_eq!(error.to_string(), "fail refused: fault 4: too many");
    let error = proxy.call::<Value>("what", ()).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "work.not_found");
    // Nothing is wrong with the connection.
    assert_eq!(proxy.call::<i32>("add", (1, 2)).await.unwrap(), 3);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let server = server(Xmlrpc::new()).await;
    let proxy = proxy(&server);
    assert_eq!(
        word(proxy.call::<Value>("echo", (None::<i32>,)).await),
        "usage"
    );
    assert_eq!(word(proxy.call::<Value>("echo", ("\0",)).await), "usage");
    assert_eq!(
        word(proxy.call::<Value>("echo", (1_i64 << 40,)).await),
        "usage"
    );
    assert_eq!(word(proxy.multicall().push("", ())), "usage");
    assert!(server.requests().is_empty());
    let wide = ServerProxy::builder()
        .dialect(Dialect::default().with_i8().with_nil())
        .build(&server.url("http").parse().unwrap())
        .unwrap();
    let said: (i64, Option<i32>) = wide
        .call("echo", ((1_i64 << 40, None::<i32>),))
        .await
        .unwrap();
    assert_eq!(said, (1 << 40, None));
}

#[tokio::test]
async fn several_calls_go_in_one() {
    let one_fault = Fault::new(1, "division by zero");
    let dont_know = [
        Xmlrpc::new().without("system.multicall"),
        Xmlrpc::new().without("system.multicall").like_cpython(),
        Xmlrpc::new().without("system.multicall").like_supervisor(),
    ];
    for (rpc, requests) in std::iter::once((Xmlrpc::new(), 1)).chain(dont_know.map(|rpc| (rpc, 4)))
    {
        let server = server(rpc).await;
        let proxy = proxy(&server);
        let mut calls = proxy.multicall();
        calls.push("add", (2, 3)).unwrap();
        calls.push("divide", (1, 0)).unwrap();
        calls.push("echo", (["x"],)).unwrap();
        let answers = calls.send().await.unwrap();
        assert_eq!(
            answers,
            [
                Ok(5.into()),
                Err(one_fault.clone()),
                Ok(Value::Array(vec!["x".into()]))
            ]
        );
        assert_eq!(server.requests().len(), requests);
    }
    let server = server(Xmlrpc::new()).await;
    assert_eq!(proxy(&server).multicall().send().await.unwrap(), []);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_server_tells_about_itself() {
    let server = server(Xmlrpc::new()).await;
    let proxy = proxy(&server);
    assert_eq!(proxy.list_methods().await.unwrap().len(), 11);
    assert_eq!(proxy.method_help("add").await.unwrap(), "Adds numbers.");
    let signature = proxy.method_signature("add").await.unwrap();
    assert_eq!(signature.unwrap(), [["int", "int", "int"]]);
    assert_eq!(proxy.method_signature("nothing").await.unwrap(), None);
    let capabilities = proxy.capabilities().await.unwrap();
    assert_eq!(capabilities["xmlrpc"].version, Value::Int(1));
}

#[tokio::test]
async fn gzip_goes_both_ways_with_a_budget() {
    let server = server(Xmlrpc::new()).await;
    let target = server.url("http").parse().unwrap();
    let proxy = ServerProxy::builder()
        .gzip_from(500)
        .build(&target)
        .unwrap();
    let text = "x".repeat(1000);
    assert_eq!(proxy.call::<String>("echo", (&text,)).await.unwrap(), text);
    assert_eq!(proxy.call::<i32>("add", (1, 2)).await.unwrap(), 3);
    let requests = server.requests();
    let codings: Vec<_> = requests
        .iter()
        .map(|request| request.header("content-encoding"))
        .collect();
    assert_eq!(codings, [Some("gzip"), None]);
    assert!(requests[0].body.len() < 500);
    // An answer that is small as it comes and large as it is.
    let limits = DocumentLimits {
        bytes: 100_000,
        ..DocumentLimits::default()
    };
    let proxy = ServerProxy::builder()
        .limits(limits)
        .build(&target)
        .unwrap();
    assert_eq!(
        word(proxy.call::<Vec<i32>>("count", (10_000,)).await),
        "proto.too_large"
    );
}

#[tokio::test]
async fn a_status_that_says_no_is_told_with_its_body() {
    let server = Http::builder()
        .serve("/500", Page::new("text/html", "<h1>x").status(500))
        .serve("/404", Page::new("text/html", "").status(404))
        .page("/html", "text/html", "<html>It works!</html>")
        .page("/empty", "text/xml", "")
        .start()
        .await
        .unwrap();
    for (path, kind, says) in [
        (
            "/500",
            "work.temporary",
            "POST refused: HTTP status 500 Internal Server Error: \"<h1>x\"",
        ),
        (
            "/404",
            "work.not_found",
            "POST refused: HTTP status 404 Not Found",
        ),
        (
            "/html",
            "proto.malformed",
            "expected an XML-RPC response at line 1, column 1, got \"<html>It works!</html>\"",
        ),
        (
            "/empty",
            "proto.malformed",
            "expected an XML-RPC response at line 1, column 1, got \"\"",
        ),
    ] {
        let proxy = ServerProxy::new(&format!("{}{path}", server.url("http"))).unwrap();
        let error = proxy.call::<Value>("m", ()).await.unwrap_err();
        assert_eq!(error.kind().to_string(), kind, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.to_string().starts_with("127.0.0.1:"), "{error}");
    }
}

#[tokio::test]
async fn who_logs_in_stands_in_the_url_or_beside_it() {
    let server = Http::builder()
        .user("ops", "secret")
        .basic("/", "rpc")
        .rpc("/RPC2", Xmlrpc::new())
        .start()
        .await
        .unwrap();
    let url = server.url("http");
    let with_login = url.replace("://", "://ops:secret@");
    let proxy = ServerProxy::new(&with_login).unwrap();
    assert_eq!(proxy.call::<i32>("add", (1, 2)).await.unwrap(), 3);
    let beside = ServerProxy::builder()
        .credentials(sasl::Credentials::password("ops", "secret".into()))
        .headers(
            [(
                HeaderName::from_static("x-id"),
                HeaderValue::from_static("7"),
            )]
            .into_iter()
            .collect(),
        )
        .build(&url.replace("http://", "xmlrpc+http://").parse().unwrap())
        .unwrap();
    assert_eq!(beside.call::<i32>("add", (1, 2)).await.unwrap(), 3);
    assert_eq!(server.requests().last().unwrap().header("x-id"), Some("7"));
    assert_eq!(
        word(
            ServerProxy::new(&url)
                .unwrap()
                .call::<i32>("add", (1, 2))
                .await
        ),
        "auth.rejected"
    );
}

#[tokio::test]
async fn a_password_that_the_server_repeats_is_not_shown() {
    let server = Http::builder()
        .user("ops", "hunter2")
        .basic("/", "rpc")
        .start()
        .await
        .unwrap();
    let url = server.url("http").replace("://", "://ops:hunter2@");
    let proxy = ServerProxy::new(&format!("{url}/echo")).unwrap();
    let error = proxy.call::<i32>("add", (1, 2)).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.malformed");
    for shown in [format!("{error} {error:?}"), format!("{proxy:?}")] {
        assert!(
            !shown.contains("hunter2") && !shown.contains("b3BzOmh1bnRlcjI"),
            "{shown}"
        );
    }
    assert!(error.to_string().contains("authorization: "), "{error}");
}

#[tokio::test]
async fn https_is_verified() {
    let server = Http::builder()
        .rpc("/RPC2", Xmlrpc::new())
        .tls(netspeak_fake::Certificate::Good)
        .implicit_tls()
        .start()
        .await
        .unwrap();
    let target = server.url("https").parse().unwrap();
    let mut tls = tls::TlsSettings::default();
    tls.roots = tls::Roots::Pem(vec![server.ca_pem().to_owned()]);
    let connector = Connector::new().with_tls(tls);
    let proxy = ServerProxy::builder()
        .connector(connector)
        .build(&target)
        .unwrap();
    assert_eq!(proxy.call::<i32>("add", (1, 2)).await.unwrap(), 3);
    let stranger = ServerProxy::builder().build(&target).unwrap();
    assert_eq!(
        word(stranger.call::<i32>("add", (1, 2)).await),
        "tls.cert_untrusted"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn unix_sockets_carry_http_and_scgi() {
    let folder = tempfile::tempdir().unwrap();
    let (http, scgi) = (folder.path().join("http"), folder.path().join("scgi"));
    let _http = Http::builder()
        .rpc("/RPC2", Xmlrpc::new())
        .start_unix(&http)
        .unwrap();
    let _scgi = Scgi::builder(Xmlrpc::new()).start_unix(&scgi).unwrap();
    for (url, path) in [("http://localhost", http), ("scgi://localhost:1", scgi)] {
        let proxy = ServerProxy::builder()
            .connector(Connector::new().with_unix_socket(path))
            .build(&url.parse().unwrap())
            .unwrap();
        for _ in 0..2 {
            assert_eq!(proxy.call::<i32>("add", (1, 2)).await.unwrap(), 3);
        }
    }
}

#[tokio::test]
async fn scgi_has_a_connection_for_each_call() {
    for builder in [
        Scgi::builder(Xmlrpc::new()),
        Scgi::builder(Xmlrpc::new()).without_length(),
    ] {
        let server = builder.start().await.unwrap();
        let proxy = ServerProxy::new(&server.url("scgi")).unwrap();
        for _ in 0..3 {
            assert_eq!(proxy.call::<i32>("add", (1, 2)).await.unwrap(), 3);
        }
        let text = "é".repeat(200_000);
        assert_eq!(proxy.call::<String>("echo", (&text,)).await.unwrap(), text);
    }
    for (fault, kind) in [
        (Broken::Close(Moment::Command("POST")), "proto.closed"),
        (Broken::Close(Moment::Inside("POST", 90)), "proto.closed"),
        (Broken::Reset(Moment::Inside("POST", 90)), "tcp.reset"),
        (
            Broken::reply("POST", "Status: 500 no\r\n\r\n<h1>x"),
            "work.temporary",
        ),
        (
            Broken::reply("POST", "HTTP/1.1 200 OK\r\n\r\n"),
            "proto.malformed",
        ),
        (
            Broken::reply("POST", "Status: 99\r\n\r\n"),
            "proto.malformed",
        ),
    ] {
        let server = Scgi::builder(Xmlrpc::new())
            .fault(fault.clone())
            .start()
            .await
            .unwrap();
        let proxy = ServerProxy::new(&server.url("scgi")).unwrap();
        let error = proxy.call::<i32>("add", (1, 2)).await.unwrap_err();
        assert_eq!(error.kind().to_string(), kind, "{fault:?}: {error}");
        assert!(error.peer().is_some(), "{error}");
    }
    let limits = DocumentLimits {
        bytes: 1000,
        ..DocumentLimits::default()
    };
    let server = Scgi::builder(Xmlrpc::new()).start().await.unwrap();
    let proxy = ServerProxy::builder()
        .limits(limits)
        .build(&server.url("scgi").parse().unwrap());
    assert_eq!(
        word(proxy.unwrap().call::<Vec<i32>>("count", (100,)).await),
        "proto.too_large"
    );
}

#[tokio::test]
async fn urls_that_are_none_of_ours_are_told() {
    for (url, says) in [
        ("ftp://h/", "ftp is not http or https"),
        ("scgi://h/", "SCGI has no port of its own"),
        ("scgi://u:p@h:1/", "SCGI has no login"),
        ("h:80", "no scheme"),
    ] {
        let error = ServerProxy::new(url).unwrap_err();
        assert!(
            error.kind() == ErrorKind::USAGE && error.to_string().contains(says),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_not_awaited_for_ever() {
    for url in ["http://localhost/", "xmlrpc+http://localhost"] {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let fault = Broken::Stall(Moment::Command("POST"));
        let fake = Http::builder()
            .rpc("/RPC2", Xmlrpc::new())
            .fault(fault)
            .build()
            .unwrap();
        tokio::spawn(fake.serve(theirs));
        let proxy = ServerProxy::builder()
            .over(Conn::from_memory(ours), &url.parse().unwrap())
            .unwrap();
        assert_eq!(word(proxy.call::<i32>("add", (1, 2)).await), "wait.timeout");
    }
}

#[tokio::test]
async fn a_dropped_call_is_never_answered_to_another() {
    let server = server(Xmlrpc::new()).await;
    let proxy = proxy(&server);
    assert_eq!(proxy.call::<i32>("add", (1, 2)).await.unwrap(), 3);
    for polls in 1..20 {
        let mut call = Box::pin(proxy.call::<i32>("add", (polls, 100)));
        for _ in 0..polls {
            tokio::select! {
                biased;
                _ = &mut call => break,
                () = tokio::task::yield_now() => {}
            }
        }
        drop(call);
        assert_eq!(
            proxy.call::<i32>("add", (polls, 1)).await.unwrap(),
            polls + 1
        );
    }
}
