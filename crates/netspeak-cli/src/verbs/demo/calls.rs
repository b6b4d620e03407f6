//! Calls by XML-RPC, one of them wrong.

use netspeak::core::Target;
use netspeak::xmlrpc::{ServerProxy, Value};

use super::cast::Servers;
use super::scene::{connector, told};

/// Where the calls go.
pub(super) const PATH: &str = "/RPC2";

pub(super) async fn several(servers: &Servers) -> Result<String, String> {
    let url = format!("{}{PATH}", servers.web.url("https"));
    let target: Target = url
        .parse()
        .map_err(|error: netspeak::core::Error| error.to_string())?;
    let server = ServerProxy::builder()
        .connector(connector(servers.web.ca_pem()))
        .build(&target)
        .map_err(told)?;
    let mut calls = server.multicall();
    calls.push("add", (2, 3)).map_err(told)?;
    calls.push("divide", (1, 0)).map_err(told)?;
    let answers = calls.send().await.map_err(told)?;
    let [Ok(Value::Int(5)), Err(fault)] = answers.as_slice() else {
        return Err(format!("two calls were answered otherwise: {answers:?}"));
    };
    Ok(format!(
        "  XML-RPC calls: add(2, 3) is 5, divide(1, 0) is {fault}\n"
    ))
}
