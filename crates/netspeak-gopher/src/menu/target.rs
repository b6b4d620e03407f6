//! Where an item leads to, as a URL. Menus have many items, so that a host that is plainly one is not
//! taken to pieces first.

use netspeak_core::{Host, Target};

use super::Item;
use crate::types::{GopherPath, ItemType, Selector};

pub(super) fn of(item: &Item<'_>, here: &Target) -> Option<String> {
    if let Some(url) = item.url() {
        return Some(url.to_owned());
    }
    let (scheme, is_login) = match item.item_type {
        ItemType::INFO | ItemType::ERROR => return None,
        ItemType::TELNET => ("telnet", true),
        ItemType::TN3270 => ("tn3270", true),
        ItemType::CSO => ("cso", true),
        _ => (gopher_scheme(item, here), false),
    };
    if item.port == Some(0) {
        return None;
    }
    let mut url = place(item, here, scheme, is_login)?;
    if !is_login {
        let selector = Selector::new(&*item.selector).ok()?;
        GopherPath::new(item.item_type, selector).push_to(&mut url);
    }
    Some(url)
}

/// TLS leads to TLS, at the same host.
fn gopher_scheme<'t>(item: &Item<'_>, here: &'t Target) -> &'t str {
    let is_here = match (&item.host, here.host()) {
        (None, _) => true,
        (Some(host), Host::Name(name)) => host.eq_ignore_ascii_case(name.as_bytes()),
        (Some(host), other) => std::str::from_utf8(host)
            .ok()
            .and_then(|host| host.parse::<Host>().ok())
            .is_some_and(|host| host == *other),
    };
    here.scheme().filter(|_| is_here).unwrap_or("gopher")
}

/// The URL up to its path.
fn place(item: &Item<'_>, here: &Target, scheme: &str, is_login: bool) -> Option<String> {
    let user = is_login && item.item_type != ItemType::CSO && !item.selector.is_empty();
    let Some(host) = &item.host else {
        let port = item.port.map(|port| here.clone().with_port(port));
        let target = port.unwrap_or_else(|| here.clone()).with_path("");
        return Some(
            target
                .with_scheme(scheme)
                .with_login(None, None)
                .to_string(),
        );
    };
    let host = std::str::from_utf8(host).ok()?;
    if is_plain_name(host) && !user {
        let mut url = String::with_capacity(host.len() + item.selector.len() + 24);
        url.push_str(scheme);
        url.push_str("://");
        url.extend(host.chars().map(|c| c.to_ascii_lowercase()));
        if let Some(port) = item.port {
            push_port(port, &mut url);
        }
        return Some(url);
    }
    let target = Target::new(scheme, host.parse().ok()?, item.port);
    let name = user.then(|| String::from_utf8_lossy(&item.selector).into_owned());
    Some(target.with_login(name, None).to_string())
}

/// Letters, digits, dots and hyphens, with a letter in the last label: neither an address nor anything
/// that would have to be written in another way.
fn is_plain_name(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() < 254
        && !host.starts_with(['.', '-'])
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn push_port(port: u16, url: &mut String) {
    url.push(':');
    let mut divisor = 10_000;
    while divisor > 1 && port < divisor {
        divisor /= 10;
    }
    while divisor > 0 {
        let digit = u8::try_from(port / divisor % 10).unwrap_or_default();
        url.push(char::from(b'0' + digit));
        divisor /= 10;
    }
}
