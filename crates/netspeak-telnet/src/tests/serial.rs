//! A serial port as a stream.

use netspeak_fake::Telnet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::dialogues::{client, kind};
use crate::com_port::{Control, Parity, Purge, StopSize};
use crate::*;

#[tokio::test]
async fn a_port_is_set_and_its_bytes_flow() {
    let mut serial = Serial::open(client(Telnet::builder().serial_port()))
        .await
        .unwrap();
    assert_eq!(serial.set_baud_rate(0).await.unwrap(), 9600);
    assert_eq!(serial.set_baud_rate(115_200).await.unwrap(), 115_200);
    assert_eq!(serial.set_data_size(7).await.unwrap(), 7);
    assert_eq!(serial.set_parity(Parity::Even).await.unwrap(), Parity::Even);
    assert_eq!(
        serial.set_stop_size(StopSize::Two).await.unwrap(),
        StopSize::Two
    );
    assert_eq!(
        serial.set_control(Control::RTS_ON).await.unwrap(),
        Control::RTS_ON
    );
    serial.purge(Purge::Both).await.unwrap();
    assert_eq!(serial.signature().await.unwrap(), "netspeak-fake");
    let every_byte: Vec<u8> = (0..=255).collect();
    serial.write_all(&every_byte).await.unwrap();
    serial.flush().await.unwrap();
    let mut back = vec![0; 256];
    serial.read_exact(&mut back).await.unwrap();
    assert_eq!(back, every_byte);
}

#[tokio::test(start_paused = true)]
async fn a_server_without_ports_says_so() {
    let refused = Serial::open(client(Telnet::builder())).await;
    assert_eq!(kind(refused), "caps.not_offered");
    let (ours, _theirs) = tokio::io::duplex(1 << 16);
    let silent = Client::from_conn(Conn::from_memory(ours), Profile::default());
    assert_eq!(kind(Serial::open(silent).await), "wait.timeout");
}
