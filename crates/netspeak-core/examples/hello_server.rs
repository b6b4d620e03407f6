//! Accepts in a loop, prints who came, sends one line and closes.
//!
//! `cargo run --example hello_server [PORT] [--count N]`: port 12345 unless another is given (0: any
//! free one), for ever unless a count is given.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use netspeak_core::socket::TcpListener;
use netspeak_core::{Error, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (mut port, mut count) = ("12345".to_owned(), u64::MAX);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--count" => {
                let number = arguments.next().and_then(|number| number.parse().ok());
                count = number.ok_or_else(|| Error::usage("--count needs a number"))?;
            }
            _ => port = argument,
        }
    }

    let mut listener = TcpListener::bind(("", port.as_str())).await?;
    listener.set_timeout(None);
    println!("listening on port {}", listener.local_addr()?.port());
    for _ in 0..count {
        let (stream, peer) = listener.accept().await?;
        println!("{peer} came");
        // Whoever goes away too early harms nobody but himself.
        if let Err(error) = stream.send_all(b"Hello from netspeak\r\n").await {
            println!("{peer}: {error}");
        }
    }
    Ok(())
}
