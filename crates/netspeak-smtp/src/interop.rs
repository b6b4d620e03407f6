//! The engine's door: code written for `lettre::AsyncTransport` sends over our sessions.
//!
//! ```no_run
//! # async fn example(message: netspeak_smtp::Message) -> netspeak_smtp::Result<()> {
//! use lettre::AsyncTransport;
//! use netspeak_smtp::{Client, Pool, PoolOptions};
//!
//! let target = "submission://ops:hunter2@mail.example.org".parse()?;
//! let transport = Pool::new(Client::builder(), target, PoolOptions::default())?;
//! let receipt = transport.send(message).await?;
//! println!("{:?}", receipt.queue_id());
//! # Ok(())
//! # }
//! ```

use lettre::AsyncTransport;
use lettre::address::Envelope as EngineEnvelope;
use tokio::sync::Mutex;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::receipt::Receipt;
use crate::types::Envelope;

/// One session as a transport; one mail at a time.
#[derive(Debug)]
pub struct Transport(Mutex<Option<Client>>);

impl Transport {
    /// Sends over this session.
    pub fn new(client: Client) -> Self {
        Self(Mutex::new(Some(client)))
    }

    /// The session; none after `shutdown`.
    pub fn into_client(self) -> Option<Client> {
        self.0.into_inner()
    }
}

/// A mail that was refused for some is no error here, as long as one recipient was accepted: the
/// receipt tells. If none was, the first refusal is the error.
fn at_least_one(receipt: Receipt) -> Result<Receipt> {
    if receipt.accepted().next().is_some() {
        Ok(receipt)
    } else {
        receipt.complete()
    }
}

#[async_trait::async_trait]
impl AsyncTransport for Transport {
    type Ok = Receipt;
    type Error = Error;

    async fn send_raw(&self, envelope: &EngineEnvelope, email: &[u8]) -> Result<Receipt> {
        let envelope = Envelope::try_from(envelope)?;
        let mut client = self.0.lock().await;
        let client = client
            .as_mut()
            .ok_or_else(|| Error::usage("the transport was shut down"))?;
        at_least_one(client.send(&envelope, email).await?)
    }

    async fn shutdown(&self) {
        if let Some(client) = self.0.lock().await.take() {
            // Who does not answer is gone as well.
            let _ = client.quit().await;
        }
    }
}

#[async_trait::async_trait]
impl AsyncTransport for Pool {
    type Ok = Receipt;
    type Error = Error;

    async fn send_raw(&self, envelope: &EngineEnvelope, email: &[u8]) -> Result<Receipt> {
        let envelope = Envelope::try_from(envelope)?;
        at_least_one(self.deliver(&envelope, email).await?)
    }

    async fn shutdown(&self) {
        self.close().await;
    }
}
