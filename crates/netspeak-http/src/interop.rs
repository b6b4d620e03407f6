//! The engine's door: a plain client of reqwest's that resolves, verifies and goes through proxies as a
//! connector of ours does.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use netspeak_http::{Connector, interop};
//!
//! let connector = Connector::new().with_proxy("socks5h://127.0.0.1:1080".parse()?);
//! let client = interop::builder(&connector)?.build()?;
//! println!("{}", client.get("https://www.example.org/").send().await?.status());
//! # Ok(())
//! # }
//! ```
//!
//! reqwest takes no connection from outside, so deadlines, Happy Eyeballs, limits, Unix sockets and the record
//! of the connection are not in it; the total and the limits on connecting and on silence are set as far as
//! reqwest has such.

use netspeak_core::{Connector, Endpoint, Trace};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{ClientBuilder, Proxy, Url};

use crate::error::Result;
use crate::types::Versions;

/// The beginning of a client of reqwest's.
///
/// # Errors
/// `config` for roots and keys that cannot be used.
pub fn builder(connector: &Connector) -> Result<ClientBuilder> {
    let timeouts = connector.timeouts();
    let versions = Versions::Negotiated;
    let mut tls = (*connector
        .clone()
        .with_alpn(versions.alpn())
        .tls()?
        .rustls_config())
    .clone();
    tls.alpn_protocols = versions.alpn().iter().map(|id| id.to_vec()).collect();
    let through = connector.clone();
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Names(connector.clone()))
        .proxy(Proxy::custom(move |url| proxy_for(&through, url)));
    if let Some(total) = timeouts.total {
        builder = builder.timeout(total);
    }
    if let Some(silence) = timeouts.progress {
        builder = builder.read_timeout(silence);
    }
    if let Some(connecting) = timeouts.tcp {
        builder = builder.connect_timeout(connecting);
    }
    Ok(builder)
}

fn proxy_for(connector: &Connector, url: &Url) -> Option<Url> {
    let host = url.host_str()?.parse().ok()?;
    let proxy = connector.proxy_for(&host)?;
    proxy.url_with_login().expose().parse().ok()
}

struct Names(Connector);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let connector = self.0.clone();
        Box::pin(async move {
            let host = name.as_str().parse()?;
            let found = connector
                .resolve(&Endpoint::new(host, 0), &Trace::new())
                .await?;
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_is_told_with_its_login() {
        let connector = Connector::new()
            .with_proxy("http://me:p%40ss@proxy.test:3128".parse().unwrap())
            .with_no_proxy("direct.test".parse().unwrap());
        let proxy = |url: &str| proxy_for(&connector, &url.parse().unwrap());
        let found = proxy("https://h.test/").unwrap();
        assert_eq!(found.as_str(), "http://me:p%40ss@proxy.test:3128/");
        assert_eq!(proxy("https://direct.test/"), None);
    }

    #[tokio::test]
    async fn names_are_looked_up_as_the_connector_does() {
        let address = [192, 0, 2, 7].into();
        let connector = Connector::new().with_address_of("h.test", None, vec![address]);
        let found = Names(connector).resolve("h.test".parse().unwrap());
        let found: Vec<_> = found.await.unwrap().map(|at| at.ip()).collect();
        assert_eq!(found, [address]);
        builder(&Connector::new()).unwrap().build().unwrap();
    }
}
