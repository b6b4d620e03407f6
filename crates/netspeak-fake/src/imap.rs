//! The Imap server: what it can be told.

mod session;

use crate::builder::Builder;
use crate::protocol::Protocol;

/// A Imap server: [`Imap::builder`] begins one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Imap {}

impl Imap {
    /// A server that does all of Imap, without faults.
    ///
    /// ```
    /// use netspeak_fake::Imap;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let fake = Imap::builder().build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"SAY hello\r\nQUIT\r\n").await?;
    /// let mut replies = String::new();
    /// client.read_to_string(&mut replies).await?;
    /// serving.await?;
    ///
    /// assert!(replies.ends_with("OK hello\r\nOK bye\r\n"));
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {})
    }
}

impl Protocol for Imap {}
