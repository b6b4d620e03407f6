//! [`Builder`]: how to connect.

use netspeak_core::{Opening, Target};

use super::{Answer, Client, KnownServers, Settings};
use crate::RULES;
use crate::error::Result;
use crate::types::GopherPath;

/// Sets how to connect; made by [`Client::builder`]. One builder makes as many clients as there are
/// requests.
///
/// ```no_run
/// use netspeak_gopher::{Answer, Client, KnownServers, Tls};
///
/// # async fn example() -> netspeak_gopher::Result<()> {
/// let known = KnownServers::new();
/// let builder = Client::builder().tls(Tls::Opportunistic).trust_on_first_use(known);
/// for url in ["gopher://gopher.example.org/1/", "gopher://gopher.example.org/0/about.txt"] {
///     match builder.clone().fetch(&url.parse()?).await? {
///         Answer::Menu(menu) => println!("{} lines", menu.collect().await?.lines.len()),
///         Answer::Body(body) => println!("{}", body.string(1 << 20, None).await?),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// | [`Tls`](crate::Tls) | of a `gopher://` URL |
/// |---|---|
/// | `Off` (default) | clear text |
/// | `Opportunistic` | TLS at the same port if the server speaks it, whatever its certificate; else, over a second connection, clear text. A server of the known ones does not get away with clear text |
/// | `Required`, `Implicit` | TLS at the same port, or none at all |
///
/// `gophers://` is TLS from the first byte.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    opening: Opening,
    settings: Settings,
}

impl Builder {
    netspeak_core::opening_setters!();

    /// Takes any certificate of a server that is seen for the first time, and later only one with the
    /// same key, or one that a trusted root vouches for.
    #[must_use]
    pub fn trust_on_first_use(mut self, known: KnownServers) -> Self {
        self.settings.known = Some(known);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// Whatever went wrong on the way; `tls.cert_pin` for a key that is not the known one;
    /// [`Error::Usage`](crate::Error::Usage) for a URL that is not Gopher.
    pub async fn connect(mut self, target: &Target) -> Result<Client> {
        if self.settings.known.is_some() {
            self.opening.connector = self.opening.connector.noting_certificates();
        }
        self.opening.connect(&RULES, target, &self.settings).await
    }

    /// Connects, and fetches what the target names.
    ///
    /// # Errors
    /// As [`connect`](Self::connect) and [`Client::fetch`].
    pub async fn fetch(self, target: &Target) -> Result<Answer> {
        let path = GopherPath::of(target)?;
        let answer = self.connect(target).await?.fetch(&path).await;
        answer.map_err(|error| error.at(&target.host()))
    }
}
