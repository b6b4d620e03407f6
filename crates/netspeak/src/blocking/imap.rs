//! Imap without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let server = runtime.block_on(netspeak_fake::Imap::builder().start())?;
//! # let url = server.url("imap");
//! let mut client = netspeak::blocking::imap::connect(&url)?;
//! assert_eq!(client.say("hello")?.text(), "hello");
//! client.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

client! { netspeak_imap:
    noop() -> ();
    say(text: &str) -> netspeak_imap::Reply;
}
