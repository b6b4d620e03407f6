//! [`open`]: what is behind any URL, as a stream.

mod local;
mod proxies;

use netspeak_core::Target;
use netspeak_core::open::{OpenError, OpenOptions, Opened};

use crate::registry;

pub use proxies::Proxies;

/// Opens what a URL names, of whatever protocol: `http`, `https`, `ftp`, `ftps`, `gopher`, `gophers`, `nntp`, `nntps`,
/// `news`, `imap`, `imaps`, `pop3`, `pop3s` as they are built in, and `file` and `data`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut note = netspeak::open("data:text/plain;charset=utf-8,Gr%C3%BC%C3%9Fe").await?;
/// assert_eq!(note.about().media_type.as_deref(), Some("text/plain;charset=utf-8"));
/// assert_eq!(note.bytes(100).await?, "Grüße".as_bytes());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`open_with`].
pub async fn open(url: &str) -> Result<Opened, OpenError> {
    open_with(url, &OpenOptions::default()).await
}

/// The same with settings: which schemes are allowed, which addresses, through which proxy, as whom.
///
/// For URLs that strangers choose set [`Reach::Public`](crate::core::Reach) and the schemes: names are judged by the
/// addresses that they have, redirects like the URL itself, and `file` is not allowed then unless it is named.
///
/// # Errors
/// [`Usage`](crate::core::Error::Usage) for a scheme that is unknown, not built in, not allowed, or names nothing that
/// can be read; `tcp.denied` for an address that is not allowed: nothing was sent in these cases. Those of the protocol.
pub async fn open_with(url: &str, options: &OpenOptions) -> Result<Opened, OpenError> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let scheme = scheme.to_ascii_lowercase();
    let is_own = scheme == "file" || scheme == "data";
    if is_own && allows(&scheme, options) {
        return match scheme.as_str() {
            "data" => local::data(url),
            _ => local::file(url).await,
        };
    }
    if is_own || !options.allows(&scheme) {
        return Err(OpenError::usage(format!(
            "{scheme} URLs are not allowed here; nothing was sent"
        )));
    }
    let target: Target = url.parse()?;
    if target.scheme().is_none() {
        return Err(OpenError::usage(
            "the URL has no scheme: write one such as https://",
        ));
    }
    let Some((protocol, target)) = registry::resolve(&target)? else {
        return Err(OpenError::usage("the scheme is not known"));
    };
    let opener = registry::OPENERS
        .iter()
        .find(|(name, _)| *name == protocol.name);
    match opener {
        Some((_, open)) => open(&target, options).await,
        None => Err(OpenError::usage(format!(
            "{scheme} URLs name nothing that could be read"
        ))),
    }
}

/// A file of ours is inside as nothing else is.
fn allows(scheme: &str, options: &OpenOptions) -> bool {
    let is_named = options.schemes.is_some();
    let is_free = scheme == "data" || options.opening.connector.reach() == Default::default();
    options.allows(scheme) && (is_named || is_free)
}
