//! Probes.

use netspeak_core::protocol::ProbeOptions;
use netspeak_core::report::{Report, Verdict};
use netspeak_fake::{Fault, Http, Moment, Xmlrpc};

use crate::{PROTOCOL, Phase};

async fn probe(server: netspeak_fake::Builder<Http>, options: &ProbeOptions) -> (Report, usize) {
    let server = server.start().await.unwrap();
    let target = server.url("xmlrpc+http").parse().unwrap();
    let report = (PROTOCOL.probe)(&target, options).await;
    (report, server.requests().len())
}

#[tokio::test]
async fn a_probe_counts_the_methods() {
    let rpc = Http::builder().rpc("/RPC2", Xmlrpc::new());
    let (report, requests) = probe(rpc, &ProbeOptions::default()).await;
    assert_eq!((report.verdict, requests), (Verdict::Ok, 1));
    let work = report.work.unwrap();
    assert_eq!(
        (work.name.as_str(), &work.detail["methods"]),
        ("system.listMethods", &11.into())
    );
}

#[tokio::test]
async fn a_fault_is_an_answer_and_a_page_is_none() {
    let silent = Xmlrpc::new().without("system.listMethods").like_cpython();
    let (report, _) = probe(
        Http::builder().rpc("/RPC2", silent),
        &ProbeOptions::default(),
    )
    .await;
    assert_eq!(report.verdict, Verdict::Ok);
    assert!(
        report
            .checks
            .iter()
            .any(|check| check.id == "xmlrpc.methods")
    );
    for (server, kind) in [
        (
            Http::builder().page("/RPC2", "text/html", "<html>"),
            "proto.malformed",
        ),
        (Http::builder(), "work.not_found"),
        (
            Http::builder()
                .rpc("/RPC2", Xmlrpc::new())
                .fault(Fault::Close(Moment::Command("POST"))),
            "wait.closed",
        ),
    ] {
        let (report, _) = probe(server, &ProbeOptions::default()).await;
        assert_eq!(report.verdict, Verdict::Fail);
        assert_eq!(report.error.unwrap().kind.to_string(), kind);
    }
}

#[tokio::test]
async fn a_probe_stops_where_it_is_told_to() {
    let mut options = ProbeOptions::default();
    options.until = Some(Phase::Tcp);
    let (report, requests) = probe(Http::builder(), &options).await;
    assert_eq!((report.verdict, requests), (Verdict::Ok, 0));
}
