//! A call that is dropped loses nothing, wherever it is dropped.

use netspeak_core::testing::{FaultyStream, StreamFault, assert_cancellable};
use netspeak_fake::Telnet;

use crate::*;

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_loses_nothing() {
    let fake = Telnet::builder().banner("hello ").build().unwrap();
    let fresh = async || {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(fake.serve(theirs));
        let stream = FaultyStream::new(ours, StreamFault::OneByte);
        Client::from_conn(Conn::from_stream(stream), Profile::default())
    };
    let polls = assert_cancellable(
        fresh,
        async |client: &mut Client| {
            client.read_until("hello ").await.unwrap();
        },
        async |client: &mut Client| {
            let said = client.read_until("$ ").await.unwrap();
            assert!(said == b"hello $ " || said == b"$ ", "{said:?}");
        },
    )
    .await;
    assert!(polls > 10, "{polls}");
}
