//! Telnet without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let server = runtime.block_on(netspeak_fake::Telnet::builder().start())?;
//! # let url = server.url("telnet");
//! let mut client = netspeak::blocking::telnet::connect(&url)?;
//! assert_eq!(client.say("hello")?.text(), "hello");
//! client.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

client! { netspeak_telnet:
    noop() -> ();
    say(text: &str) -> netspeak_telnet::Reply;
}
