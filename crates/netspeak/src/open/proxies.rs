//! [`Proxies`]: which proxy the variables of an environment name.

use netspeak_core::Connector;
use netspeak_core::open::{OpenError, OpenOptions};

/// The proxies that an environment names: `http_proxy`, `https_proxy`, `ftp_proxy`, ..., `all_proxy`, `no_proxy`. This
/// library reads no environment: hand the variables in.
///
/// ```
/// use netspeak::Proxies;
///
/// let variables = [("all_proxy", "socks5h://127.0.0.1:1080"), ("no_proxy", "localhost,.example.org")];
/// let options = Proxies::of(variables).apply("ftp", Default::default())?;
/// # drop(options);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Names in small letters.
    variables: Vec<(String, String)>,
}

impl Proxies {
    /// What these variables say; the name in small letters counts before the one in capitals. `HTTP_PROXY` does not
    /// count at all: a CGI program has it from its client's header field `Proxy`.
    pub fn of<N: AsRef<str>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut known: Vec<(String, String)> = Vec::new();
        for (name, value) in variables {
            let name = name.as_ref();
            let small = name.to_ascii_lowercase();
            let is_small = small == name;
            if !small.ends_with("_proxy") || (small == "http_proxy" && !is_small) {
                continue;
            }
            let before = known.iter_mut().find(|(other, _)| *other == small);
            match before {
                Some((_, other)) if is_small => *other = value.into(),
                Some(_) => {}
                None => known.push((small, value.into())),
            }
        }
        Self { variables: known }
    }

    /// The options with the proxy for URLs of this scheme, if there is one.
    ///
    /// # Errors
    /// [`Usage`](crate::core::Error::Usage) for a variable that is no proxy's URL, or no list of hosts.
    pub fn apply(&self, scheme: &str, mut options: OpenOptions) -> Result<OpenOptions, OpenError> {
        let named = format!("{}_proxy", scheme.to_ascii_lowercase());
        let proxy = self.get(&named).or_else(|| self.get("all_proxy"));
        let Some(proxy) = proxy.filter(|proxy| !proxy.is_empty()) else {
            return Ok(options);
        };
        let mut connector: Connector = options.opening.connector.with_proxy(proxy.parse()?);
        if let Some(direct) = self.get("no_proxy") {
            connector = connector.with_no_proxy(direct.parse()?);
        }
        options.opening.connector = connector;
        Ok(options)
    }

    fn get(&self, name: &str) -> Option<&str> {
        let variable = self.variables.iter().find(|(known, _)| known == name);
        variable.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_count_and_what_a_client_can_set_does_not() {
        let variables = [
            ("HTTP_PROXY", "http://evil.test:1"),
            ("HTTPS_PROXY", "http://capital.test:1"),
            ("https_proxy", "http://small.test:1"),
            ("ALL_PROXY", "socks5h://all.test:1"),
            ("PATH", "/bin"),
        ];
        let proxies = Proxies::of(variables);
        assert_eq!(proxies.get("http_proxy"), None);
        assert_eq!(proxies.get("https_proxy"), Some("http://small.test:1"));
        assert_eq!(proxies.get("all_proxy"), Some("socks5h://all.test:1"));
        assert_eq!(proxies.variables.len(), 2);
        assert!(
            Proxies::of([("ftp_proxy", "no url\n")])
                .apply("ftp", OpenOptions::default())
                .is_err()
        );
    }
}
