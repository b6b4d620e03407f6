//! NNTP without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let article = "Message-ID: <1@x>\r\nNewsgroups: misc.test\r\nSubject: hi\r\n\r\nhello\r\n";
//! # let fake = netspeak_fake::Nntp::builder().group("misc.test", "tests").article(article);
//! # let server = runtime.block_on(fake.start())?;
//! # let url = server.url("nntp");
//! let mut client = netspeak::blocking::nntp::connect(&url)?;
//! let group = client.group(&"misc.test".parse()?)?;
//! for row in client.over(group.low..=group.high)? {
//!     println!("{} {}", row.number, row.subject);
//!     println!("{}", String::from_utf8_lossy(&client.body(row.number, 1 << 20)?));
//! }
//! client.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io::Write;

use netspeak_core::Secret;
use netspeak_nntp::response::{ActiveGroup, Description, Found, HeaderRow, Headers};
use netspeak_nntp::{
    ArticleRange, Capabilities, Error, Group, GroupName, Listing, MessageId, Offered, Overview,
    OverviewFormat, Part, Posted, Result, Span, Which,
};

client! { netspeak_nntp:
    login(credentials: &netspeak_core::sasl::Credentials) -> &'static str;
    user_pass(user: &str, password: &Secret) -> ();
    mode_reader() -> netspeak_nntp::Posting;
    group(name: &GroupName) -> Group;
    listgroup(name: &GroupName, range: Option<ArticleRange>) -> Vec<u64>;
    stat(which: impl Into<Which>) -> Found;
    next_article() -> Option<Found>;
    last_article() -> Option<Found>;
    head(which: impl Into<Which>) -> Headers;
    hdr(field: &str, span: impl Into<Span>) -> Listing<HeaderRow>;
    xpat(field: &str, span: impl Into<Span>, patterns: &[&str]) -> Listing<HeaderRow>;
    overview_format() -> OverviewFormat;
    list_active(wildmat: Option<&str>) -> Listing<ActiveGroup>;
    list_newsgroups(wildmat: Option<&str>) -> Listing<Description>;
    post(article: &[u8]) -> Posted;
    ihave(id: &MessageId, article: &[u8]) -> Offered;
    help() -> Vec<String>;
}

impl Client {
    /// The server's capabilities; see [`netspeak_nntp::Client::ask_capabilities`].
    ///
    /// # Errors
    /// As there.
    pub fn ask_capabilities(&mut self) -> Result<Option<Capabilities>> {
        self.blocking.run(async {
            let asked = self.inner.ask_capabilities().await;
            asked.map(Option::<&Capabilities>::cloned)
        })
    }

    /// Overviews, all in memory; see [`netspeak_nntp::Client::over`].
    ///
    /// # Errors
    /// As there.
    pub fn over(&mut self, span: impl Into<Span>) -> Result<Vec<Overview>> {
        self.blocking
            .run(async { self.inner.over(span).await?.all().await })
    }

    /// A whole article in memory, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`netspeak_nntp::Text::bytes`].
    pub fn article(&mut self, which: impl Into<Which>, max: usize) -> Result<Vec<u8>> {
        self.blocking
            .run(async { self.inner.article(which).await?.bytes(max).await })
    }

    /// The body of an article in memory, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`netspeak_nntp::Text::bytes`].
    pub fn body(&mut self, which: impl Into<Which>, max: usize) -> Result<Vec<u8>> {
        self.blocking
            .run(async { self.inner.body(which).await?.bytes(max).await })
    }

    /// The body of an article into a sink; how many bytes that were.
    ///
    /// # Errors
    /// As [`netspeak_nntp::Text::chunk`], and [`Error::Local`] if the sink fails.
    pub fn body_to(&mut self, which: impl Into<Which>, sink: &mut impl Write) -> Result<u64> {
        self.blocking.run(async {
            let mut body = self.inner.body(which).await?;
            let mut copied = 0;
            while let Some(piece) = body.chunk().await? {
                sink.write_all(piece).map_err(Error::Local)?;
                copied += piece.len() as u64;
            }
            Ok::<_, Error>(copied)
        })
    }

    /// Many articles, pipelined; `piece` gets each piece with its article. Refusals come back by
    /// article.
    ///
    /// # Errors
    /// As [`netspeak_nntp::Batch`], and whatever `piece` returns; the session is poisoned then.
    pub fn fetch<W: Into<Which>>(
        &mut self,
        articles: impl IntoIterator<Item = W>,
        part: Part,
        mut piece: impl FnMut(&Which, &[u8]) -> Result<()>,
    ) -> Result<Vec<(Which, Error)>> {
        self.blocking.run(async {
            let mut refused = Vec::new();
            let mut batch = self.inner.fetch(articles, part)?;
            while let Some((which, answer)) = batch.next().await? {
                if let Err(refusal) = answer {
                    refused.push((which, refusal));
                    continue;
                }
                while let Some(bytes) = batch.chunk().await? {
                    piece(&which, bytes)?;
                }
            }
            Ok::<_, Error>(refused)
        })
    }
}
