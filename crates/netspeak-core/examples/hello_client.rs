//! Connects, prints the line that comes, and leaves.
//!
//! `cargo run --example hello_client [HOST] [PORT]`: localhost and 12345 unless others are given.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use netspeak_core::socket::TcpStream;
use netspeak_core::{LineCodec, Phase, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let host = arguments.next().unwrap_or_else(|| "localhost".to_owned());
    let port = arguments.next().unwrap_or_else(|| "12345".to_owned());

    let stream = TcpStream::connect((host.as_str(), port.as_str())).await?;
    println!("connected to {}", stream.peer_addr()?);
    let mut conn = stream.into_conn();
    conn.begin(Phase::Greeting)?;
    let line = conn.next(&mut LineCodec::new(1024)).await?;
    // A server may send anything: what a terminal would obey is made visible.
    println!("{}", netspeak_core::text::printable(conn.bytes(line)));
    conn.finish();
    conn.close().await
}
