//! Gopher without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let fake = netspeak_fake::Gopher::builder().menu("", ["0About\t/about.txt"]).text("/about.txt", "hello\r\n");
//! # let server = runtime.block_on(fake.start())?;
//! # let url = server.url("gopher");
//! use netspeak::blocking::gopher::Client;
//!
//! let client = Client::default();
//! let target = url.parse()?;
//! let menu = client.menu(&target)?;
//! for item in menu.items() {
//!     println!("{} {:?}", item.item_type, item.target(&target));
//! }
//! assert_eq!(client.text(&target.with_path("/0/about.txt"), 1 << 20)?, "hello\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io::Write;

use netspeak_core::Target;
use netspeak_gopher::{Answer, Body, Builder, Error, GopherPath, Listing, Result};

use super::Blocking;

/// A Gopher client without `async`: each call is a connection of its own.
#[derive(Clone, Debug, Default)]
pub struct Client {
    builder: Builder,
}

impl Client {
    /// A client that connects as this builder says.
    pub fn new(builder: Builder) -> Self {
        Self { builder }
    }

    /// The menu under a URL.
    ///
    /// # Errors
    /// As [`netspeak_gopher::Menu::collect`]; [`Error::Usage`] for a URL of another type.
    pub fn menu(&self, target: &Target) -> Result<Listing> {
        Blocking::new()?.run(async {
            match self.builder.clone().fetch(target).await? {
                Answer::Menu(menu) => menu.collect().await,
                _ => Err(Error::usage("the URL's type is none of a menu")),
            }
        })
    }

    /// What a search under a URL of type 7 finds for these words.
    ///
    /// # Errors
    /// As [`menu`](Self::menu).
    pub fn search(&self, target: &Target, words: &str) -> Result<Listing> {
        Blocking::new()?.run(async {
            let path = GopherPath::of(target)?;
            let client = self.builder.clone().connect(target).await?;
            let found = client.search(path.request.selector().clone(), words);
            found.await?.collect().await
        })
    }

    /// The text under a URL, at most `max` bytes of it, in the encoding that it looks like.
    ///
    /// # Errors
    /// As [`netspeak_gopher::Body::string`].
    pub fn text(&self, target: &Target, max: usize) -> Result<String> {
        Blocking::new()?.run(async { self.body(target).await?.string(max, None).await })
    }

    /// What is under a URL, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`netspeak_gopher::Body::bytes`].
    pub fn bytes(&self, target: &Target, max: usize) -> Result<Vec<u8>> {
        Blocking::new()?.run(async { self.body(target).await?.bytes(max).await })
    }

    /// What is under a URL into a sink; how many bytes that were.
    ///
    /// # Errors
    /// As [`netspeak_gopher::Body::chunk`], and [`Error::Local`] if the sink fails.
    pub fn copy_to(&self, target: &Target, sink: &mut impl Write) -> Result<u64> {
        Blocking::new()?.run(async {
            let mut body = self.body(target).await?;
            let mut copied = 0;
            while let Some(piece) = body.chunk().await? {
                sink.write_all(piece).map_err(Error::Local)?;
                copied += piece.len() as u64;
            }
            Ok::<_, Error>(copied)
        })
    }

    async fn body(&self, target: &Target) -> Result<Body> {
        match self.builder.clone().fetch(target).await? {
            Answer::Body(body) => Ok(body),
            _ => Err(Error::usage("the URL's type is that of a menu")),
        }
    }
}
