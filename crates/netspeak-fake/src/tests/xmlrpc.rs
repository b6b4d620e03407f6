//! XML-RPC over HTTP and SCGI, as bytes.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::protocol::Protocol;
use crate::{Builder, Http, Scgi, Xmlrpc};

async fn ask<P: Protocol>(builder: Builder<P>, request: &str) -> String {
    let fake = builder.build().unwrap();
    let (mut client, theirs) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(fake.serve(theirs));
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    serving.await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn call(method: &str, values: &str) -> String {
    format!("<methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>")
}

async fn over_http(rpc: Xmlrpc, document: &str) -> String {
    let head = "POST /RPC2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length";
    let request = format!("{head}: {}\r\n\r\n{document}", document.len());
    ask(Http::builder().rpc("/RPC2", rpc), &request).await
}

const INTS: &str =
    "<param><value><int>7</int></value></param><param><value><i4> 2 </i4></value></param>";

#[tokio::test]
async fn methods_do_what_they_say() {
    for (method, values, says) in [
        ("add", INTS, "<value><int>9</int></value>"),
        ("divide", INTS, "<value><int>3</int></value>"),
        (
            "echo",
            "<param><value>a&lt;&#13;</value></param>",
            "<value>a&lt;&#13;</value>",
        ),
        (
            "count",
            "<param><value><int>2</int></value></param>",
            "<data><value><int>0</int></value><value><int>1</int></value></data>",
        ),
        ("nothing", "", "<value><nil/></value>"),
        (
            "add",
            "<param><value>x</value></param>",
            "<int>-32602</int>",
        ),
        ("what", "", "there is no what"),
        (
            "system.listMethods",
            "",
            "<string>system.multicall</string>",
        ),
    ] {
        let answer = over_http(Xmlrpc::new(), &call(method, values)).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains(says),
            "{answer}"
        );
    }
    let answer = over_http(
        Xmlrpc::new().like_cpython().without("add"),
        &call("add", INTS),
    )
    .await;
    assert!(
        answer.contains("<int>1</int>") && answer.contains("is not supported"),
        "{answer}"
    );
    for document in ["", "<a>", "<!DOCTYPE x><methodCall/>", &"<a>".repeat(1000)] {
        let answer = over_http(Xmlrpc::new(), document).await;
        assert!(answer.contains("<int>-32700</int>"), "{answer}");
    }
}

#[tokio::test]
async fn scgi_is_answered_once() {
    let document = call("nothing", "");
    let fields = format!("CONTENT_LENGTH\0{}\0SCGI\x001\0", document.len());
    let request = format!("{}:{fields},{document}", fields.len());
    let answer = ask(Scgi::builder(Xmlrpc::new()), &request).await;
    assert!(
        answer.starts_with("Status: 200 OK\r\nContent-Type: text/xml\r\nContent-Length: "),
        "{answer}"
    );
    assert!(
        answer.ends_with("<value><nil/></value></param></params></methodResponse>"),
        "{answer}"
    );
    let answer = ask(Scgi::builder(Xmlrpc::new()).without_length(), &request).await;
    assert!(!answer.contains("Content-Length"), "{answer}");
}
