//! The few facts that xtask needs from a Cargo.toml, read line by line: our manifests are simple, and a parser
//! would be one more thing to compile before the first test.

/// One `key = value` line with the section it stands in.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry<'a> {
    pub(crate) section: &'a str,
    pub(crate) key: &'a str,
    pub(crate) line: usize,
}

/// All entries, in order. `[dependencies.name]` counts as an entry `name` of `dependencies`.
pub(crate) fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let mut section = "";
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end();
        let number = index + 1;
        if let Some(header) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = header;
            if let Some((above, key)) = header
                .rsplit_once('.')
                .filter(|(above, _)| above.ends_with("dependencies"))
            {
                found.push(Entry {
                    section: above,
                    key,
                    line: number,
                });
            }
            continue;
        }
        // Indented lines belong to a value that started above.
        let Some((key, _)) = line
            .split_once('=')
            .filter(|_| !line.starts_with([' ', '\t', '#', ']']))
        else {
            continue;
        };
        let key = key.trim().trim_end_matches(".workspace").trim_matches('"');
        found.push(Entry {
            section,
            key,
            line: number,
        });
    }
    found
}

/// The names of the features, `default` among them.
pub(crate) fn features(text: &str) -> Vec<&str> {
    entries(text)
        .into_iter()
        .filter(|entry| entry.section == "features")
        .map(|entry| entry.key)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "\
[package]
name = \"x\"

[features]
default = [\"net\"]
# a comment = not a feature
net = [
    \"dep:tokio\",
]

[dependencies]
nom.workspace = true
base64 = { workspace = true, optional = true }

[dev-dependencies.proptest]
workspace = true
";

    #[test]
    fn features_are_the_keys_of_their_section() {
        assert_eq!(features(MANIFEST), ["default", "net"]);
    }

    #[test]
    fn dependencies_are_found_in_each_spelling() {
        let found: Vec<_> = entries(MANIFEST)
            .into_iter()
            .filter(|entry| entry.section.ends_with("dependencies"))
            .map(|entry| (entry.section, entry.key, entry.line))
            .collect();
        assert_eq!(
            found,
            [
                ("dependencies", "nom", 12),
                ("dependencies", "base64", 13),
                ("dev-dependencies", "proptest", 15)
            ]
        );
    }
}
