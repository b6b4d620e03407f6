//! FTP without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let fake = netspeak_fake::Ftp::builder().user("ops", "hunter2").file("/pub/a.txt", "hello\n");
//! # let server = runtime.block_on(fake.start())?;
//! # let url = format!("ftp://ops:hunter2@{}", server.addr());
//! use netspeak::core::{Target, Tls};
//! use netspeak::blocking::ftp::Client;
//!
//! let target: Target = url.parse()?;
//! // The server of this example is on this machine and has no TLS.
//! let mut client = Client::connect_with(netspeak::ftp::Client::builder().tls(Tls::Off), &target)?;
//! for entry in client.entries("pub", 1000)? {
//!     println!("{} {:?}", entry.name(), entry.size());
//! }
//! assert_eq!(client.retr("pub/a.txt", 1 << 20)?, b"hello\n");
//! client.stor("copy.txt", &mut &b"hello\n"[..])?;
//! client.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io::{Read, Write};

use netspeak_core::Secret;
use netspeak_ftp::listing::Timestamp;
use netspeak_ftp::response::HashReply;
use netspeak_ftp::{
    Entry, Error, Features, HashAlgorithm, PathName, Received, Reply, Result, RetrOptions,
    StorOptions, Stored,
};

/// What is read from a source in one go.
const PIECE: usize = 256 * 1024;

client! { netspeak_ftp:
    login(credentials: &netspeak_core::sasl::Credentials) -> &'static str;
    user_pass(user: &str, password: &Secret) -> Reply;
    pwd() -> PathName;
    cwd(path: &str) -> Reply;
    cdup() -> Reply;
    mkd(path: &str) -> Option<PathName>;
    rmd(path: &str) -> ();
    dele(path: &str) -> ();
    rename(from: &str, to: &str) -> ();
    size(path: &str) -> u64;
    mdtm(path: &str) -> Timestamp;
    mfmt(path: &str, time: Timestamp) -> ();
    hash(path: &str, algorithm: HashAlgorithm) -> HashReply;
    mlst(path: &str) -> Entry;
    syst() -> String;
    site(parameters: &str) -> Reply;
    raw(line: &str) -> Reply;
    noop() -> ();
}

impl Client {
    /// The server's features; see [`netspeak_ftp::Client::feat`].
    ///
    /// # Errors
    /// As there.
    pub fn feat(&mut self) -> Result<Option<Features>> {
        self.blocking
            .run(async { self.inner.feat().await.map(Option::<&Features>::cloned) })
    }

    /// The entries of a folder, at most `max` of them; see [`netspeak_ftp::Client::entries`].
    ///
    /// # Errors
    /// As there, and [`Error::Limit`] for more.
    pub fn entries(&mut self, path: &str, max: usize) -> Result<Vec<Entry>> {
        self.blocking
            .run(async { self.inner.entries(path).await?.collect(max).await })
    }

    /// A file in memory, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`netspeak_ftp::Download::bytes`].
    pub fn retr(&mut self, path: &str, max: usize) -> Result<Vec<u8>> {
        self.blocking
            .run(async { self.inner.retr(path).await?.bytes(max).await })
    }

    /// A file into a sink.
    ///
    /// # Errors
    /// As [`netspeak_ftp::Download::chunk`], and [`Error::Local`] if the sink fails; the session is
    /// poisoned then.
    pub fn retr_to(
        &mut self,
        path: &str,
        options: &RetrOptions,
        sink: &mut impl Write,
    ) -> Result<Received> {
        self.blocking.run(async {
            let mut download = self.inner.retr_with(path, options).await?;
            while let Some(piece) = download.chunk().await? {
                sink.write_all(piece).map_err(Error::Local)?;
            }
            download.received()
        })
    }

    /// Sends a file; one that is there already is replaced.
    ///
    /// # Errors
    /// As [`netspeak_ftp::Upload::send`], and [`Error::Local`] if the source fails; the session is
    /// poisoned then.
    pub fn stor(&mut self, path: &str, source: &mut impl Read) -> Result<Stored> {
        self.stor_with(path, &StorOptions::default(), source)
    }

    /// Sends a file with options.
    ///
    /// # Errors
    /// As [`stor`](Self::stor).
    pub fn stor_with(
        &mut self,
        path: &str,
        options: &StorOptions,
        source: &mut impl Read,
    ) -> Result<Stored> {
        self.blocking.run(async {
            let mut upload = self.inner.stor_with(path, options).await?;
            let mut piece = vec![0; PIECE];
            loop {
                let read = source.read(&mut piece).map_err(Error::Local)?;
                match piece.get(..read) {
                    None | Some([]) => return upload.finish().await,
                    Some(bytes) => upload.send(bytes).await?,
                }
            }
        })
    }
}
