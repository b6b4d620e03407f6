//! `rpc` against servers in the same process.
#![cfg(test)]

#[path = "support/run.rs"]
mod run;
#[path = "support/folder.rs"]
mod support;

use netspeak_fake::{Http, Scgi, Xmlrpc};

use run::{netspeak, stdout};

async fn rpc(test: &str, words: &[&str]) -> std::process::Output {
    let words = [&["rpc"], words].concat();
    netspeak(&support::folder("rpc", test), &words).await
}

#[tokio::test]
async fn a_method_is_called_with_what_was_typed() {
    let server = Http::builder()
        .rpc("/RPC2", Xmlrpc::new())
        .start()
        .await
        .unwrap();
    let url = server.url("http");
    let named = server.url("xmlrpc+http");
    for (words, said) in [
        (&[url.as_str(), "add", "1", "-3"] as &[&str], "-2\n"),
        (&[&named, "add", "1", "1.5"], "2.5\n"),
        (&[&url, "echo", "\"1\""], "1\n"),
        (&[&url, "--json", "echo", "\"1\""], "\"1\"\n"),
        (&[&url, "echo", "4294967296"], "4294967296\n"),
        (&[&url, "echo", "nil"], "nil\n"),
        (&[&url, "add", "1", "--args", "[2, 3]"], "6\n"),
        (
            &[
                &url,
                "echo",
                "--json",
                "--args",
                "{\"a\": [1, null, true, 0.5]}",
            ],
            "{\"a\":[1,null,true,0.5]}\n",
        ),
    ] {
        assert_eq!(stdout(&rpc("typed", words).await), said, "{words:?}");
    }
    let listed = stdout(&rpc("typed", &[&url, "system.listMethods"]).await);
    assert!(listed.starts_with("add\ncount\n"), "{listed}");
}

#[tokio::test]
async fn what_goes_wrong_has_a_code() {
    let server = Http::builder()
        .user("ops", "secret")
        .basic("/closed", "rpc")
        .rpc("/closed", Xmlrpc::new())
        .rpc("/RPC2", Xmlrpc::new())
        .start()
        .await
        .unwrap();
    let url = server.url("http");
    let (missing, closed) = (format!("{url}/missing"), format!("{url}/closed"));
    for (words, code, says) in [
        (
            &[url.as_str(), "fail", "4", "too many"] as &[&str],
            8,
            "fault 4: too many",
        ),
        (&[&missing, "add"], 22, "HTTP status 404"),
        (&[&closed, "add"], 67, "401"),
        (&[&url, "add", "--args", "{"], 2, "--args takes JSON"),
        (&[&url, ""], 2, "a method has a name"),
        (&["pop3://localhost", "add"], 2, "pop3 is not http"),
        (&["scgi+unix://x", "add"], 2, "three strokes"),
    ] {
        let output = rpc("wrong", words).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        assert!(said.contains(says), "{said}");
    }
    let with_login = closed.replace("://", "://ops:secret@");
    let output = rpc("wrong", &[&with_login, "-v", "add", "1"]).await;
    assert_eq!(stdout(&output), "1\n");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("secret"));
}

#[tokio::test]
async fn scgi_is_called_at_a_port_and_at_a_unix_socket() {
    let server = Scgi::builder(Xmlrpc::new()).start().await.unwrap();
    assert_eq!(
        stdout(&rpc("scgi", &[&server.url("scgi"), "add", "1", "2"]).await),
        "3\n"
    );
    let path = support::folder("rpc", "unix").join("socket");
    let _server = Scgi::builder(Xmlrpc::new()).start_unix(&path).unwrap();
    let url = format!("scgi+unix://{}", path.display());
    assert_eq!(stdout(&rpc("scgi", &[&url, "add", "1", "2"]).await), "3\n");
}

#[tokio::test]
async fn a_probe_calls_for_the_methods() {
    let server = Http::builder()
        .rpc("/RPC2", Xmlrpc::new())
        .start()
        .await
        .unwrap();
    let folder = support::folder("rpc", "probe");
    let said = stdout(&netspeak(&folder, &["--compact", &server.url("xmlrpc+http")]).await);
    assert!(
        said.starts_with("OK ") && said.contains("system.listMethods"),
        "{said}"
    );
}
