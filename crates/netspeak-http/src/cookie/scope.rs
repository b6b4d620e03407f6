//! Which hosts and paths belong to a cookie (RFC 6265 sections 5.1.3 and 5.1.4).

use url::{Host, Url};

/// A host as cookies know it: in lower-case ASCII, IPv6 without brackets.
pub(super) fn host(url: &Url) -> Option<String> {
    Some(canonical(&url.host()?.to_owned()))
}

/// The host of a Domain attribute or of a file, which may have a leading dot.
pub(super) fn domain(text: &str) -> Option<String> {
    let text = text.strip_prefix('.').unwrap_or(text);
    if text.starts_with('.') {
        return None;
    }
    let is_v6 = text.contains(':') && !text.starts_with('[');
    let parsed = if is_v6 {
        Host::parse(&format!("[{text}]"))
    } else {
        Host::parse(text)
    };
    parsed.ok().map(|host| canonical(&host))
}

fn canonical(host: &Host<String>) -> String {
    match host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    }
}

/// Whether the host is the domain, or a name within it. Addresses have nothing within them.
pub(super) fn domain_matches(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some("") => true,
        Some(before) => before.ends_with('.') && !is_address(host),
        None => false,
    }
}

fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

/// Whether anybody may register names in this domain, so that a cookie for it would go to strangers.
/// A name of one label is one, listed or not.
pub(super) fn is_public_suffix(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    !is_address(domain) && psl::suffix_str(domain).is_none_or(|suffix| suffix == domain)
}

/// Where a cookie belongs that does not say it: the folder of what was asked for.
pub(super) fn default_path(url: &Url) -> &str {
    match url.path().rsplit_once('/') {
        Some((folder, _)) if folder.starts_with('/') => folder,
        _ => "/",
    }
}

pub(super) fn path_matches(path: &str, cookie: &str) -> bool {
    match path.strip_prefix(cookie) {
        Some(rest) => rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_belong_to_domains_by_whole_labels() {
        for (host, domain, wanted) in [
            ("h.test", "h.test", true),
            ("a.b.h.test", "h.test", true),
            ("xh.test", "h.test", false),
            ("test", "h.test", false),
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "0.0.1", false),
            ("::1", "1", false),
        ] {
            assert_eq!(domain_matches(host, domain), wanted, "{host} {domain}");
        }
    }

    #[test]
    fn domains_are_brought_to_one_form() {
        for (text, wanted) in [
            (".H.Test", Some("h.test")),
            ("..h.test", None),
            ("", None),
            ("h.test.", Some("h.test.")),
            ("::1", Some("::1")),
            ("[::1]", Some("::1")),
            ("010.0.0.1", Some("8.0.0.1")),
            ("h test", None),
            ("Bücher.example", Some("xn--bcher-kva.example")),
        ] {
            assert_eq!(domain(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn public_suffixes_are_known() {
        for suffix in ["com", "co.uk", "github.io", "test", "localhost", "uk."] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        for domain in [
            "example.com",
            "example.co.uk",
            "h.test",
            "a.github.io",
            "10.0.0.1",
            "::1",
        ] {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn paths_belong_to_paths_by_whole_segments() {
        for (path, cookie, wanted) in [
            ("/dir/x", "/dir", true),
            ("/dir", "/dir", true),
            ("/dir/", "/dir/", true),
            ("/directory", "/dir", false),
            ("/", "/dir", false),
            ("/x", "/", true),
        ] {
            assert_eq!(path_matches(path, cookie), wanted, "{path} {cookie}");
        }
        for (url, wanted) in [
            ("http://h.test", "/"),
            ("http://h.test/a", "/"),
            ("http://h.test/a/", "/a"),
            ("http://h.test/a/b?c/d", "/a"),
        ] {
            assert_eq!(default_path(&Url::parse(url).unwrap()), wanted, "{url}");
        }
    }
}
