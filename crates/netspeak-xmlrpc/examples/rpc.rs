//! Lists the methods of a server, with what they do. Without an argument it brings its own server.
//!
//! ```text
//! cargo run --example rpc -- http://localhost:8000/RPC2
//! ```

use netspeak_xmlrpc::{Error, Result, ServerProxy, from_value};
use tokio::io::{AsyncWriteExt, stdout};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    if let Some(url) = std::env::args().nth(1) {
        return list(&url).await;
    }
    let server = netspeak_fake::Http::builder().rpc("/RPC2", netspeak_fake::Xmlrpc::new());
    let server = server.start().await.map_err(Error::Local)?;
    list(&server.url("http")).await
}

async fn list(url: &str) -> Result<()> {
    let server = ServerProxy::new(url)?;
    let methods = server.list_methods().await?;
    let mut helps = server.multicall();
    for method in &methods {
        helps.push("system.methodHelp", (method,))?;
    }
    let mut told = String::new();
    for (method, help) in methods.iter().zip(helps.send().await?) {
        match help {
            Ok(help) => told.push_str(&format!("{method}: {}\n", from_value::<String>(help)?)),
            Err(fault) => told.push_str(&format!("{method} ({fault})\n")),
        }
    }
    let mut out = stdout();
    out.write_all(told.as_bytes()).await.map_err(Error::Local)?;
    out.flush().await.map_err(Error::Local)
}
