//! The Gopher server (RFC 1436, Gopher+): what it can be told.

mod session;
mod tree;

use crate::builder::Builder;
use crate::gopher::tree::{Entry, Tree};
use crate::protocol::Protocol;

/// A Gopher server: [`Gopher::builder`] begins one.
///
/// It answers one request and hangs up. Faults name a request by its selector, which is empty for the first menu:
/// `Fault::Stall(Moment::Command("/about.txt"))`. Whoever begins TLS where it is not spoken gets an error item in the clear, as from most
/// servers.
#[derive(Clone, Debug)]
pub struct Gopher {
    tree: Tree,
    ends: Ends,
}

/// Whether menus and texts end with a lone dot.
#[derive(Clone, Copy, Debug)]
enum Ends {
    WithDot,
    WithoutDot,
}

impl Gopher {
    /// A server with nothing on it.
    ///
    /// ```
    /// use netspeak_fake::Gopher;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let fake = Gopher::builder().menu("", ["Welcome", "0About\t/about.txt"]).text("/about.txt", "hello\r\n").build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"/about.txt\r\n").await?;
    /// let mut answer = String::new();
    /// client.read_to_string(&mut answer).await?;
    /// serving.await?;
    ///
    /// assert_eq!(answer, "hello\r\n.\r\n");
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {
            tree: Tree::default(),
            ends: Ends::WithDot,
        })
    }
}

impl Builder<Gopher> {
    /// Adds a menu under a selector. A line without a TAB is a remark; one with `type text TAB selector` alone is an item of this server;
    /// one with host and port stays as it is.
    pub fn menu<'l>(mut self, selector: &str, lines: impl IntoIterator<Item = &'l str>) -> Self {
        let lines = lines.into_iter().map(str::to_owned).collect();
        self.protocol.tree.add(selector, Entry::Menu(lines));
        self
    }

    /// Adds a text under a selector: dots in front of its lines go out doubled, and a lone one ends it.
    pub fn text(mut self, selector: &str, text: impl Into<Vec<u8>>) -> Self {
        self.protocol.tree.add(selector, Entry::Text(text.into()));
        self
    }

    /// Adds a file under a selector, which goes out as it is.
    pub fn file(mut self, selector: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.protocol.tree.add(selector, Entry::File(bytes.into()));
        self
    }

    /// Adds a search under a selector: it finds the texts in which all of the words stand, in any case.
    pub fn search(mut self, selector: &str) -> Self {
        self.protocol.tree.add(selector, Entry::Search);
        self
    }

    /// Speaks Gopher+ about what is under this selector: these lines, such as `+ADMIN:\r\n Admin: Ops <ops@h>\r\n`, follow its `+INFO`.
    pub fn attributes(mut self, selector: &str, lines: &str) -> Self {
        self.protocol.tree.describe(selector, lines);
        self
    }

    /// Menus and texts end without a lone dot, as they do with many servers.
    pub fn without_final_dot(mut self) -> Self {
        self.protocol.ends = Ends::WithoutDot;
        self
    }
}

impl Protocol for Gopher {}
