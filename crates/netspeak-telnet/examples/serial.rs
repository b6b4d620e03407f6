//! Sets a serial port behind a Telnet server (RFC 2217), sends a line, and shows what comes.
//!
//!     cargo run --example serial
//!     cargo run --example serial -- telnet://ports.example.org:2001 115200 AT
//!
//! Without arguments it brings its own server, whose port has its two ends joined.

use std::io::{self, Write};

use netspeak_fake::Telnet;
use netspeak_telnet::Serial;
use netspeak_telnet::com_port::{Parity, StopSize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [url, rate, line] = given.as_slice() {
        return talk(url, rate.parse()?, line).await;
    }
    let server = Telnet::builder().serial_port().start().await?;
    talk(&server.url("telnet"), 115_200, "AT").await
}

async fn talk(url: &str, rate: u32, line: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut serial = Serial::open(netspeak_telnet::connect(url).await?).await?;
    let rate = serial.set_baud_rate(rate).await?;
    serial.set_data_size(8).await?;
    serial.set_parity(Parity::None).await?;
    serial.set_stop_size(StopSize::One).await?;
    serial.write_all(format!("{line}\r").as_bytes()).await?;
    serial.flush().await?;
    let mut room = [0; 256];
    let length = serial.read(&mut room).await?;
    let came = room.get(..length).unwrap_or_default();
    writeln!(io::stdout(), "{rate} {}", came.escape_ascii())?;
    Ok(())
}
