//! [`Row`]: a protocol in the list of a verb.

use std::pin::Pin;

use netspeak::core::Target;
use netspeak::registry;

use crate::failure::Failure;
use crate::render::columns::rows;

/// What a verb does for one target.
pub(super) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + 'a>>;

/// A protocol in the list of a verb: how it does it, and what its URLs mean.
pub(super) struct Row<F> {
    /// Its name in the registry.
    pub(super) protocol: &'static str,
    /// URLs and what they mean, for the help.
    pub(super) urls: &'static [(&'static str, &'static str)],
    /// What it does.
    pub(super) run: F,
}

/// The row for a target, and the target with its scheme spelt out.
pub(super) fn of_target<'r, F>(
    verb: &str,
    rows: &'r [Row<F>],
    target: &Target,
) -> Result<(&'r Row<F>, Target), Failure> {
    let found = registry::resolve(target)?;
    let (protocol, target) = found.ok_or_else(|| {
        let port = target.port().map(ToString::to_string).unwrap_or_default();
        Failure::usage(format!(
            "port {port} does not tell the protocol: write the scheme"
        ))
    })?;
    let row = rows.iter().find(|row| row.protocol == protocol.name);
    let row = row.ok_or_else(|| {
        let urls = rows.iter().flat_map(|row| row.urls).map(|(url, _)| *url);
        let urls = urls.collect::<Vec<_>>().join(", ");
        let name = protocol.name;
        let verbs = super::verbs_of(name).join(", ");
        Failure::usage(format!(
            "{verb} does not work with {name}: it takes {urls}. For {name} there are {verbs}"
        ))
    })?;
    Ok((row, target))
}

/// Whether a verb works with a protocol.
pub(super) fn has<F>(rows: &[Row<F>], protocol: &str) -> bool {
    rows.iter().any(|row| row.protocol == protocol)
}

/// The URLs that a verb takes, for its help.
pub(super) fn urls<F>(list: &[Row<F>]) -> String {
    let urls = list.iter().flat_map(|row| row.urls);
    format!("URLs:\n{}", rows(urls.copied(), 28).trim_end())
}
