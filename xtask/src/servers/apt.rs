//! Where this machine gets its Debian packages from. A base image made here uses the same sources and the same way
//! out (proxies, checks), whatever they are: they work here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, process};

/// One place, one suite.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) uri: String,
    pub(super) suite: String,
    pub(super) components: Vec<String>,
}

impl Source {
    /// As in sources.list. Without `signed-by`: the base image trusts Debian's keys anyway.
    pub(super) fn line(&self) -> String {
        format!(
            "deb {} {} {}",
            self.uri,
            self.suite,
            self.components.join(" ")
        )
    }
}

/// Every binary source of the machine.
pub(super) fn sources() -> Vec<Source> {
    let folder = Path::new("/etc/apt");
    let mut files: Vec<PathBuf> = fs::read_dir(folder.join("sources.list.d"))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    files.insert(0, folder.join("sources.list"));
    let mut found = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("sources") => found.extend(deb822(&text)),
            Some("list") => found.extend(one_line(&text)),
            _ => {}
        }
    }
    found
}

/// The sources of a release: the archive first, then its updates, then security.
pub(super) fn of_release(sources: &[Source], release: &str) -> Vec<Source> {
    let mut found: Vec<Source> = sources
        .iter()
        .filter(|source| {
            source.suite == release || source.suite.starts_with(&format!("{release}-"))
        })
        .filter(|source| {
            source
                .components
                .iter()
                .any(|component| component == "main")
        })
        .map(|source| Source {
            components: vec!["main".into()],
            ..source.clone()
        })
        .collect();
    found.sort_by_key(|source| (source.suite != release, source.suite.ends_with("-security")));
    found.dedup();
    found
}

/// The settings of apt that decide whether it gets through.
pub(super) fn settings() -> Outcome<String> {
    Ok(relevant(&process::output(
        Command::new("apt-config").arg("dump"),
    )?))
}

/// Hooks and preferences of the machine stay out.
fn relevant(dump: &str) -> String {
    let kept = [
        "Acquire::http::",
        "Acquire::https::",
        "Acquire::Check-Valid-Until ",
        "Acquire::Check-Date ",
        "Acquire::Retries ",
        "Acquire::ForceIPv4 ",
    ];
    dump.lines()
        .filter(|line| kept.iter().any(|start| line.starts_with(start)))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The proxy that apt is told to use; debootstrap fetches by other means and would not know of it.
pub(super) fn proxy(settings: &str) -> Option<&str> {
    let value = settings
        .lines()
        .find_map(|line| line.strip_prefix("Acquire::http::Proxy "))?;
    Some(value.trim_end_matches(';').trim_matches('"'))
        .filter(|proxy| !proxy.is_empty() && *proxy != "DIRECT")
}

/// `deb [options] URI SUITE COMPONENT...`
fn one_line(text: &str) -> Vec<Source> {
    text.lines()
        .filter_map(|line| {
            let rest = line.trim().strip_prefix("deb ")?.trim_start();
            let rest = match rest.strip_prefix('[') {
                Some(options) => options.split_once(']')?.1,
                None => rest,
            };
            let mut words = rest
                .split('#')
                .next()?
                .split_whitespace()
                .map(str::to_owned);
            Some(Source {
                uri: words.next()?,
                suite: words.next()?,
                components: words.collect(),
            })
        })
        .collect()
}

/// Stanzas of `Field: value`, where an indented line continues the one above.
fn deb822(text: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for stanza in text.split(|line| line.trim().is_empty()) {
        let field = |name: &str| -> Vec<String> {
            let mut words = Vec::new();
            let mut inside = false;
            for line in stanza {
                if !line.starts_with([' ', '\t']) {
                    inside = line
                        .split_once(':')
                        .is_some_and(|(field, _)| field.eq_ignore_ascii_case(name));
                }
                if inside {
                    let value = line.split_once(": ").map_or(*line, |(_, value)| value);
                    words.extend(value.split_whitespace().map(str::to_owned));
                }
            }
            words
        };
        let disabled = field("Enabled")
            .iter()
            .any(|word| word.eq_ignore_ascii_case("no"));
        if disabled || !field("Types").iter().any(|word| word == "deb") {
            continue;
        }
        for uri in field("URIs") {
            for suite in field("Suites") {
                found.push(Source {
                    uri: uri.clone(),
                    suite,
                    components: field("Components"),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(uri: &str, suite: &str, components: &[&str]) -> Source {
        Source {
            uri: uri.into(),
            suite: suite.into(),
            components: components.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn one_line_style() {
        let text = "# deb http://a.test/debian old main\n\
                    deb-src http://a.test/debian bookworm main\n\
                    deb [arch=amd64 signed-by=/k.gpg] http://a.test/debian bookworm main contrib # ours\n";
        assert_eq!(
            one_line(text),
            [source(
                "http://a.test/debian",
                "bookworm",
                &["main", "contrib"]
            )]
        );
    }

    #[test]
    fn deb822_style() {
        let text = "Types: deb deb-src\n# a remark\nURIs: http://a.test/debian\nSuites: bookworm\n bookworm-updates\n\
                    Components: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n\n\
                    Types: deb\nURIs: http://a.test/off\nSuites: x\nEnabled: no\n\n\
                    Types: deb\nURIs: http://a.test/security\nSuites: bookworm-security\nComponents: main\n";
        assert_eq!(
            deb822(text),
            [
                source("http://a.test/debian", "bookworm", &["main"]),
                source("http://a.test/debian", "bookworm-updates", &["main"]),
                source("http://a.test/security", "bookworm-security", &["main"]),
            ]
        );
    }

    #[test]
    fn a_release_has_its_archive_first_and_nothing_else_in_it() {
        let all = [
            source("http://s.test", "bookworm-security", &["main"]),
            source("http://v.test", "nodistro", &["main"]),
            source("http://c.test", "bookworm", &["contrib"]),
            source("http://a.test", "bookworm-updates", &["main", "contrib"]),
            source("http://a.test", "bookworm", &["main"]),
        ];
        let suites: Vec<_> = of_release(&all, "bookworm")
            .into_iter()
            .map(|source| source.line())
            .collect();
        assert_eq!(
            suites,
            [
                "deb http://a.test bookworm main",
                "deb http://a.test bookworm-updates main",
                "deb http://s.test bookworm-security main"
            ]
        );
    }

    #[test]
    fn only_what_decides_the_way_out_is_kept() {
        assert_eq!(
            proxy("Acquire::http::Proxy \"http://p.test:3128\";"),
            Some("http://p.test:3128")
        );
        assert_eq!(proxy("Acquire::http::Proxy \"DIRECT\";"), None);
        let dump = "APT::Architecture \"amd64\";\nAcquire::http::Proxy \"http://p.test:3128\";\n\
                    Acquire::Check-Date \"false\";\nDPkg::Post-Invoke:: \"rm -rf x\";\n";
        assert_eq!(
            relevant(dump),
            "Acquire::http::Proxy \"http://p.test:3128\";\nAcquire::Check-Date \"false\";\n"
        );
    }
}
