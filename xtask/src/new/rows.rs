//! The lists that know all protocols, and the row that a new one gets in each.

use std::path::{Path, PathBuf};

use super::filled;
use crate::{Outcome, workspace};

/// A row, and the one before which it goes; rustfmt sorts what has an order.
struct Row {
    file: &'static str,
    before: &'static str,
    row: &'static str,
}

const fn row(file: &'static str, before: &'static str, row: &'static str) -> Row {
    Row { file, before, row }
}

const UMBRELLA: &str = "crates/netspeak/Cargo.toml";
const UMBRELLAS_PAGE: &str = "crates/netspeak/src/lib.rs";
const FAKE: &str = "crates/netspeak-fake/src/lib.rs";

const ROWS: &[Row] = &[
    row(
        "Cargo.toml",
        "netspeak-pop3 = {",
        "netspeak-parrot = { path = \"crates/netspeak-parrot\", version = \"0.1.0\", default-features = false }\n",
    ),
    row(
        "crates/README.md",
        "| `netspeak-pop3` |",
        "| `netspeak-parrot` | Parrot |\n",
    ),
    row(UMBRELLA, "    \"pop3\",", "    \"parrot\",\n"),
    row(UMBRELLA, "pop3 = [", "parrot = [\"dep:netspeak-parrot\"]\n"),
    row(
        UMBRELLA,
        "    \"netspeak-pop3?/probe\",",
        "    \"netspeak-parrot?/probe\",\n",
    ),
    row(
        UMBRELLA,
        "netspeak-pop3 = {",
        "netspeak-parrot = { workspace = true, optional = true, features = [\"net\"] }\n",
    ),
    row(
        UMBRELLAS_PAGE,
        "//! | `pop3` |",
        "//! | `parrot` | [`parrot`]: Parrot |\n",
    ),
    row(
        UMBRELLAS_PAGE,
        "#[cfg(feature = \"pop3\")]\npub use",
        "#[cfg(feature = \"parrot\")]\npub use netspeak_parrot as parrot;\n",
    ),
    row(
        "crates/netspeak/src/registry.rs",
        "    #[cfg(feature = \"pop3\")]",
        "    #[cfg(feature = \"parrot\")]\n    &netspeak_parrot::PROTOCOL,\n",
    ),
    row(
        "crates/netspeak/src/blocking.rs",
        "#[cfg(feature = \"pop3\")]\npub mod",
        "#[cfg(feature = \"parrot\")]\npub mod parrot;\n",
    ),
    row(FAKE, "//! | [`Pop3`] |", "//! | [`Parrot`] | none |\n"),
    row(FAKE, "mod pop3;", "mod parrot;\n"),
    row(FAKE, "pub use pop3::", "pub use parrot::Parrot;\n"),
    row(
        "crates/netspeak-fake/src/tests.rs",
        "mod pop3;",
        "mod parrot;\n",
    ),
];

/// Every list with the new row in it; nothing is written.
pub(super) fn add(root: &Path, name: &str) -> Outcome<Vec<(PathBuf, String)>> {
    let mut lists: Vec<(PathBuf, String)> = Vec::new();
    for Row { file, before, row } in ROWS {
        let path = root.join(file);
        if !lists.iter().any(|(known, _)| *known == path) {
            lists.push((path.clone(), workspace::read(&path)?));
        }
        let text = lists.iter_mut().find(|(known, _)| *known == path);
        if let Some((_, text)) = text {
            let place = text
                .find(before)
                .ok_or_else(|| format!("{file}: no place for a row: there is no `{before}`"))?;
            text.insert_str(place, &filled(row, name));
        }
    }
    Ok(lists)
}
