//! SMTP and LMTP without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let server = runtime.block_on(netspeak_fake::Smtp::builder().start())?;
//! # let url = server.url("smtp");
//! use netspeak::smtp::Envelope;
//!
//! let mut client = netspeak::blocking::smtp::connect(&url)?;
//! let envelope = Envelope::new("ops@example.org", ["you@example.net"])?;
//! let receipt = client.send(&envelope, "Subject: hello\r\n\r\nhello\r\n")?.complete()?;
//! println!("{:?}", receipt.queue_id());
//! client.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use netspeak_smtp::{
    Body, Capabilities, Envelope, ForwardPath, Mail, MailParameters, RcptParameters, Receipt,
    Reply, Result, ReversePath,
};

client! { netspeak_smtp:
    login(credentials: &netspeak_core::sasl::Credentials) -> &'static str;
    mail(sender: &ReversePath, parameters: &MailParameters) -> Reply;
    rcpt(recipient: &ForwardPath, parameters: &RcptParameters) -> Reply;
    noop() -> ();
    rset() -> ();
    vrfy(user: &str) -> Reply;
    expn(list: &str) -> Reply;
    help(topic: Option<&str>) -> Reply;
    command(line: &str) -> Reply;
}

impl Client {
    /// Who we are, and what the server can do; see [`netspeak_smtp::Client::ehlo`].
    ///
    /// # Errors
    /// As there.
    pub fn ehlo(&mut self) -> Result<Capabilities> {
        let ehlo = async { self.inner.ehlo().await.cloned() };
        self.blocking.run(ehlo)
    }

    /// Sends a mail; see [`netspeak_smtp::Client::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send<'b>(&mut self, envelope: &Envelope, body: impl Into<Body<'b>>) -> Result<Receipt> {
        self.blocking.run(self.inner.send(envelope, body))
    }

    /// Sends many mails, pipelined; `receipt` gets what became of each, in their order. See
    /// [`netspeak_smtp::Client::send_many`].
    ///
    /// # Errors
    /// As [`netspeak_smtp::Batch::next`].
    pub fn send_many<'b, I>(
        &mut self,
        mails: I,
        mut receipt: impl FnMut(Result<Receipt>),
    ) -> Result<()>
    where
        I: IntoIterator<Item = Mail<'b>>,
        I::IntoIter: Unpin,
    {
        self.blocking.run(async {
            let mut batch = self.inner.send_many(mails).await?;
            while let Some(next) = batch.next().await? {
                receipt(next);
            }
            Ok(())
        })
    }

    /// DATA and the text; see [`netspeak_smtp::Client::data`].
    ///
    /// # Errors
    /// As there.
    pub fn data<'b>(&mut self, body: impl Into<Body<'b>>) -> Result<Reply> {
        self.blocking.run(self.inner.data(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocking_session_sends() {
        let servers = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = servers
            .block_on(netspeak_fake::Smtp::builder().start())
            .unwrap();
        let mut client = connect(&server.url("smtp")).unwrap();
        assert!(client.ehlo().unwrap().pipelining());
        let envelope = || Envelope::new("a@example.org", ["b@example.org"]).unwrap();
        let receipt = client.send(&envelope(), "one\r\n").unwrap();
        assert!(receipt.is_complete());
        let mut taken = 0;
        let mails = ["two\r\n", "three\r\n"].map(|text| Mail::new(envelope(), text));
        client
            .send_many(mails, |receipt| {
                taken += usize::from(receipt.unwrap().is_complete())
            })
            .unwrap();
        client.quit().unwrap();
        assert_eq!((taken, server.mails().len()), (2, 3));
    }
}
