//! What is published is documented whole: docs.rs builds the default features only unless the manifest says otherwise.

use crate::manifest;
use crate::tidy::{File, Finding};

const SECTION: &str = "package.metadata.docs.rs";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let manifests = files
        .iter()
        .filter(|file| file.name() == "Cargo.toml" && file.crate_name().is_some());
    manifests
        .filter(|file| {
            let entries = manifest::entries(&file.text);
            let has = |section: &str, key: &str| {
                entries
                    .iter()
                    .any(|entry| (entry.section, entry.key) == (section, key))
            };
            !has("package", "publish") && !has(SECTION, "all-features")
        })
        .map(|file| file.finding(1, format!("[{SECTION}] wants `all-features = true`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn what_is_published_shows_all_features() {
        let files = sample(&[
            (
                "crates/netspeak-pop3/Cargo.toml",
                "[package]\nname = \"x\"\n[package.metadata.docs.rs]\nall-features = true",
            ),
            ("crates/netspeak-imap/Cargo.toml", "[package]\nname = \"x\""),
            (
                "crates/netspeak-own/Cargo.toml",
                "[package]\npublish = false",
            ),
            ("xtask/Cargo.toml", "[package]\nname = \"x\""),
        ]);
        assert_eq!(
            places(&check(&files)),
            ["crates/netspeak-imap/Cargo.toml:1"]
        );
    }
}
