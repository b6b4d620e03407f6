//! [`Targets`]: where the items of a menu lead to, as URLs.

use netspeak_core::{Host, Target};

use super::Item;
use crate::types::{GopherPath, ItemType, Selector};

/// Where the items of one menu lead to. Most of them are at one place, which is looked at once.
///
/// ```
/// use netspeak_gopher::{Item, ItemType, Selector, Targets};
///
/// let mut targets = Targets::new("gopher://here.test/1/".parse().unwrap());
/// let selector = Selector::new("/a b").unwrap();
/// let item = Item::new(ItemType::TEXT, "A", &selector).at("There.test", 70);
/// assert_eq!(targets.of(&item), Some("gopher://there.test:70/0/a%20b"));
/// ```
#[derive(Debug)]
pub struct Targets {
    here: Target,
    /// The place of the last item that Gopher fetches.
    host: Option<Vec<u8>>,
    port: Option<u16>,
    /// Its URL up to the path; how much of `url` that is.
    known: usize,
    url: String,
}

impl Targets {
    /// For the items of the menu that is here.
    pub fn new(here: Target) -> Self {
        Self {
            here,
            host: None,
            port: None,
            known: 0,
            url: String::new(),
        }
    }

    /// Where an item leads to; see [`Item::target`].
    pub fn of(&mut self, item: &Item<'_>) -> Option<&str> {
        if let Some(url) = item.url() {
            self.known = 0;
            self.url.clear();
            self.url.push_str(url);
            return Some(&self.url);
        }
        let session = match item.item_type {
            ItemType::INFO | ItemType::ERROR => return None,
            ItemType::TELNET => Some("telnet"),
            ItemType::TN3270 => Some("tn3270"),
            ItemType::CSO => Some("cso"),
            _ => None,
        };
        if item.port == Some(0) {
            return None;
        }
        if let Some(scheme) = session {
            self.known = 0;
            let target = self.place(item, scheme)?;
            // A user with a line end in it is none.
            Selector::new(&*item.selector).ok()?;
            let has_user = item.item_type != ItemType::CSO && !item.selector.is_empty();
            let user = has_user.then(|| String::from_utf8_lossy(&item.selector).into_owned());
            self.url = target.with_login(user, None).to_string();
            return Some(&self.url);
        }
        if self.known == 0 || self.host.as_deref() != item.host.as_deref() || self.port != item.port
        {
            let scheme = self.gopher_scheme(item).to_owned();
            self.url = self.place(item, &scheme)?.to_string();
            self.known = self.url.len();
            self.host = item.host.as_deref().map(<[u8]>::to_vec);
            self.port = item.port;
        }
        self.url.truncate(self.known);
        let selector = Selector::new(&*item.selector).ok()?;
        GopherPath::new(item.item_type, selector).push_to(&mut self.url);
        Some(&self.url)
    }

    /// TLS leads to TLS, at the same host.
    fn gopher_scheme(&self, item: &Item<'_>) -> &str {
        let is_here = match &item.host {
            None => true,
            Some(host) => std::str::from_utf8(host)
                .ok()
                .and_then(|host| host.parse::<Host>().ok())
                .is_some_and(|host| host == *self.here.host()),
        };
        self.here.scheme().filter(|_| is_here).unwrap_or("gopher")
    }

    /// The place of an item, without a path.
    fn place(&self, item: &Item<'_>, scheme: &str) -> Option<Target> {
        let Some(host) = &item.host else {
            let here = match item.port {
                Some(port) => self.here.clone().with_port(port),
                None => self.here.clone(),
            };
            return Some(
                here.with_path("")
                    .with_scheme(scheme)
                    .with_login(None, None),
            );
        };
        let host = std::str::from_utf8(host).ok()?.parse().ok()?;
        Some(Target::new(scheme, host, item.port))
    }
}
