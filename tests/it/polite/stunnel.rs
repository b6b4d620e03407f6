//! What stunnel wrote down about our visits to Telnet and Gopher inside TLS. Each is found by our port, which it sees when we
//! talk to the container's own address.

use super::log;
use crate::harness::{at, probing, probing_as, until, user};

/// How the visit from this port of ours ended, in stunnel's words.
pub(super) async fn end(container: &str, port: u16) -> String {
    until("stunnel's record of the visit", async || {
        let log = log(container).await;
        let begun = log.lines().rfind(|line| {
            line.contains("accepted connection") && line.ends_with(&format!(":{port}"))
        })?;
        let number = begun.split_once('[')?.1.split_once(']')?.0;
        let mark = format!("[{number}]: Connection ");
        let end = log.lines().rfind(|line| line.contains(&mark))?;
        Some(end.split_once("]: ")?.1.to_owned())
    })
    .await
}

#[tokio::test]
#[ignore = "needs telnetd and gophernicus"]
async fn every_probe_leaves_in_good_order_and_says_no_more_than_it_must() {
    let telnet = at("telnets", "telnetd:992");
    let gopher = at("gophers", "gophernicus:7070");
    for (container, target, options, said) in [
        ("TELNETD", &telnet, probing(), ""),
        ("TELNETD", &telnet, probing_as(user::TELNET), ""),
        // An empty selector and its line end.
        (
            "GOPHERNICUS",
            &gopher,
            probing(),
            " 2 byte(s) sent to socket",
        ),
    ] {
        let report = netspeak::probe(target, &options).await;
        assert!(report.error.is_none(), "{target}: {:?}", report.error);
        let end = end(container, report.local.port.unwrap()).await;
        assert!(end.starts_with("Connection closed:"), "{target}: {end}");
        assert!(end.contains(said), "{target}: {end}");
    }
}
