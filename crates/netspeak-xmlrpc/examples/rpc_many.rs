//! Calls `add` so many times over one connection, and shows the last sum. Without arguments it brings its own server.
//!
//! ```text
//! cargo run --release --example rpc_many -- http://localhost:8000/RPC2 10000
//! ```

use netspeak_xmlrpc::{Error, Result, ServerProxy};
use tokio::io::{AsyncWriteExt, stdout};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if let Some(url) = arguments.next() {
        let calls = arguments.next().map(|calls| calls.parse());
        let calls = calls
            .transpose()
            .map_err(|_| Error::usage("N is a number"))?;
        return add(&url, calls.unwrap_or(1000)).await;
    }
    let server = netspeak_fake::Http::builder().rpc("/RPC2", netspeak_fake::Xmlrpc::new());
    let server = server.start().await.map_err(Error::Local)?;
    add(&server.url("http"), 100).await
}

async fn add(url: &str, calls: i32) -> Result<()> {
    let server = ServerProxy::new(url)?;
    let mut sum = 0;
    for number in 0..calls {
        sum = server.call("add", (number, 1)).await?;
    }
    let mut out = stdout();
    let told = format!("{calls} calls, the last sum is {sum}\n");
    out.write_all(told.as_bytes()).await.map_err(Error::Local)?;
    out.flush().await.map_err(Error::Local)
}
