//! XML-RPC: what a server does with documents, whatever carries them, and SCGI, which carries nothing else.

mod document;
mod element;
mod methods;
mod scgi;

use crate::builder::Builder;
use crate::http::Http;
use crate::xmlrpc::methods::call;
pub use crate::xmlrpc::scgi::Scgi;

/// The methods of an XML-RPC server: over HTTP by [`Builder::rpc`], over SCGI by [`Scgi::builder`].
///
/// | method | what comes back |
/// |---|---|
/// | `add(a, b, ...)` | the sum, a double if there is one among them |
/// | `divide(a, b)` | the quotient of two integers; by zero, fault 1 |
/// | `echo(value)` | the value |
/// | `count(n)` | the integers from 0 on, so many |
/// | `fail(code, message)` | this fault |
/// | `nothing()` | `nil` |
/// | `system.listMethods`, `.methodHelp`, `.methodSignature`, `.getCapabilities`, `.multicall` | what they always are |
///
/// ```
/// use netspeak_fake::{Http, Xmlrpc};
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// let fake = Http::builder().rpc("/RPC2", Xmlrpc::new()).build()?;
/// let (mut client, server) = tokio::io::duplex(4096);
/// let serving = tokio::spawn(fake.serve(server));
///
/// let call = "<methodCall><methodName>nothing</methodName></methodCall>";
/// let head = format!("POST /RPC2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", call.len());
/// client.write_all(format!("{head}{call}").as_bytes()).await?;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer).await?;
/// serving.await?;
/// assert!(answer.contains("<value><nil/></value>"));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Xmlrpc {
    lacks: Vec<String>,
    manner: Manner,
}

/// How a server tells that it has no such method.
#[derive(Clone, Copy, Debug, Default)]
enum Manner {
    #[default]
    ByCode,
    LikeCpython,
    LikeSupervisor,
}

impl Xmlrpc {
    /// A server with all of the methods.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has not this method.
    pub fn without(mut self, method: &str) -> Self {
        self.lacks.push(method.to_owned());
        self
    }

    /// Tells of methods that it has not as CPython's server does: by code 1 and words.
    pub fn like_cpython(mut self) -> Self {
        self.manner = Manner::LikeCpython;
        self
    }

    /// Tells of methods that it has not as Supervisor does: by code 1 and `UNKNOWN_METHOD`.
    pub fn like_supervisor(mut self) -> Self {
        self.manner = Manner::LikeSupervisor;
        self
    }

    /// The answer to a document.
    pub(crate) fn answer(&self, document: &[u8]) -> Vec<u8> {
        let answer = match document::read(document) {
            Ok((method, params)) => call(self, &method, &params),
            Err(what) => Err((-32700, what)),
        };
        document::write(answer).into_bytes()
    }

    fn has(&self, method: &str) -> bool {
        !self.lacks.iter().any(|lacked| lacked == method)
    }

    fn unknown(&self, method: &str) -> (i64, String) {
        match self.manner {
            Manner::ByCode => (-32601, format!("there is no {method}")),
            Manner::LikeCpython => {
                let words = format!("<class 'Exception'>:method \"{method}\" is not supported");
                (1, words)
            }
            Manner::LikeSupervisor => (1, "UNKNOWN_METHOD".to_owned()),
        }
    }
}

impl Builder<Http> {
    /// Answers XML-RPC at this path, by gzip to those who take it; of documents that come by gzip as well.
    pub fn rpc(self, path: &str, rpc: Xmlrpc) -> Self {
        self.protocol.put_rpc(path, rpc);
        self
    }
}
