//! [`Config`]: what stands in the configuration file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;
use crate::input;

/// The file as TOML: groups of targets, with what is expected of them.
///
/// ```toml
/// [group.prod]
/// expect  = ["tls.version >= 1.2"]
/// targets = ["imaps://mail.example.org site=ams", "smtp://mx{1,2}.example.org"]
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(default)]
    pub(crate) group: BTreeMap<String, Group>,
}

/// Targets that belong together.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// One target each, with labels behind it.
    pub(crate) targets: Vec<String>,
    #[serde(default)]
    pub(crate) expect: Vec<String>,
    #[serde(default)]
    pub(crate) reject: Vec<String>,
}

impl Config {
    /// Reads the file that was named, else the user's own.
    pub(crate) fn read(named: Option<&Path>) -> Result<(Self, PathBuf), Failure> {
        let path = named.map(Path::to_owned).or_else(input::own_config);
        let path = path.ok_or_else(|| {
            Failure::usage("there is no configuration file: --config FILE names one")
        })?;
        let text = input::text_file(&path)?;
        let config = toml::from_str(&text).map_err(|error| {
            Failure::usage(format!(
                "{}: {}",
                path.display(),
                error.to_string().trim_end()
            ))
        })?;
        Ok((config, path))
    }

    /// The group of this name.
    pub(crate) fn group(&self, name: &str, path: &Path) -> Result<&Group, Failure> {
        self.group.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.group.keys().map(String::as_str).collect();
            let there = match names.as_slice() {
                [] => "no group at all".to_owned(),
                names => names.join(", "),
            };
            Failure::usage(format!(
                "there is no group {name} in {}: there is {there}",
                path.display()
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_and_others_are_told() {
        let text =
            "[group.prod]\nexpect = [\"cert.days >= 21\"]\ntargets = [\"imaps://h site=ams\"]\n";
        let config: Config = toml::from_str(text).unwrap();
        let path = Path::new("config.toml");
        let group = config.group("prod", path).unwrap();
        assert_eq!(group.targets, ["imaps://h site=ams"]);
        let error = config.group("test", path).unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no group test in config.toml: there is prod"
        );
        let error = toml::from_str::<Config>("[group.a]\ntarget = []\n").unwrap_err();
        assert!(
            error.to_string().contains("unknown field `target`"),
            "{error}"
        );
    }
}
