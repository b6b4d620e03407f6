//! What EHLO lists, and which parameters come with it.

use crate::auth::offered;
use crate::sasl::Mechanism;
use crate::server::Fake;
use crate::smtp::Smtp;
use crate::wire::Wire;

/// The capabilities listed on this connection as it is now.
pub(super) fn list(fake: &Fake<Smtp>, wire: &Wire) -> Vec<String> {
    let (smtp, settings) = (fake.protocol(), fake.settings());
    if let Some(fixed) = &smtp.capabilities {
        return fixed.clone();
    }
    let mut list = vec!["PIPELINING".to_owned(), "SIZE 104857600".to_owned()];
    if settings.upgrade && wire.secured().is_none() {
        list.push("STARTTLS".to_owned());
    }
    let mechanisms: Vec<&str> = offered(settings, wire)
        .into_iter()
        .filter(|mechanism| !settings.accounts.is_empty() || *mechanism == Mechanism::Anonymous)
        .map(Mechanism::name)
        .collect();
    if !mechanisms.is_empty() {
        list.push(format!("AUTH {}", mechanisms.join(" ")));
    }
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
    for changed in &smtp.changed_capabilities {
        match list.iter_mut().find(|line| is(line, keyword(changed))) {
            Some(line) => line.clone_from(changed),
            None => list.push(changed.clone()),
        }
    }
    list.retain(|line| {
        !smtp
            .hidden_capabilities
            .iter()
            .any(|hidden| is(line, hidden))
    });
    list
}

fn keyword(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

fn is(line: &str, name: &str) -> bool {
    keyword(line).eq_ignore_ascii_case(name)
}

/// The parameters of this capability, if it is listed.
pub(super) fn find<'a>(list: &'a [String], name: &str) -> Option<&'a str> {
    let line = list.iter().find(|line| is(line, name))?;
    Some(line.split_once(' ').map_or("", |(_, rest)| rest))
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
