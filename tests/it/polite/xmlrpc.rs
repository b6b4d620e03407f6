//! What CPython's XML-RPC server wrote down about our visits. Each is found by our port, which it sees when we talk to the
//! container's own address.

use super::log;
use crate::harness::{at, probing, until};

/// How the visit from this port of ours ended, in the server's words.
pub(super) async fn end(port: u16) -> String {
    let mark = format!("port {port} ");
    until("the server's record of the visit", async || {
        let log = log("XMLRPC").await;
        let line = log.lines().rfind(|line| line.starts_with(&mark))?;
        Some(line.to_owned())
    })
    .await
}

#[tokio::test]
#[ignore = "needs xmlrpc"]
async fn a_probe_by_xmlrpc_leaves_in_good_order_after_one_call() {
    let target = at("xmlrpc+http", "xmlrpc:8000");
    let report = netspeak::probe(&target, &probing()).await;
    assert!(report.error.is_none(), "{:?}", report.error);
    let end = end(report.local.port.unwrap()).await;
    assert!(end.ends_with("left in good order, calls: 1"), "{end}");
}
