//! What EHLO lists, and which parameters come with it.

use crate::auth::{capability, offered};
use crate::mechanism::Mechanism;
use crate::offer::find;
use crate::wire::Wire;

/// The capabilities listed on this connection as it is now.
pub(super) fn list(wire: &Wire) -> Vec<String> {
    let settings = wire.settings();
    let mut list = vec!["PIPELINING".to_owned(), "SIZE 104857600".to_owned()];
    if wire.offers_upgrade() {
        list.push("STARTTLS".to_owned());
    }
    let mechanisms: Vec<Mechanism> = offered(wire)
        .into_iter()
        .filter(|mechanism| !settings.accounts.is_empty() || *mechanism == Mechanism::Anonymous)
        .collect();
    list.extend(capability("AUTH", &mechanisms));
    let others = [
        "ENHANCEDSTATUSCODES",
        "8BITMIME",
        "BINARYMIME",
        "CHUNKING",
        "DSN",
        "SMTPUTF8",
        "VRFY",
        "EXPN",
        "HELP",
    ];
    list.extend(others.map(str::to_owned));
    settings.offer.list(list)
}

/// The most octets in a mail.
pub(super) fn size(list: &[String]) -> usize {
    find(list, "SIZE")
        .and_then(|size| size.trim().parse().ok())
        .filter(|size| *size > 0)
        .unwrap_or(usize::MAX)
}

/// A limit of RFC 9422, such as `RCPTMAX`.
pub(super) fn limit(list: &[String], name: &str) -> usize {
    find(list, "LIMITS")
        .into_iter()
        .flat_map(|limits| limits.split(' '))
        .filter_map(|limit| limit.split_once('='))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(usize::MAX)
}
