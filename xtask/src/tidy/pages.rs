//! Pages for people: links lead somewhere, the map shows every crate, and nothing tells of the machine it was written on.

use std::path::{Component, Path, PathBuf};

use crate::tidy::{File, Finding};

const MAP: &str = "crates/README.md";
/// Folders of the machine that something was written on. In two parts, or this file would find
/// itself.
const FOREIGN: [&str; 2] = [concat!("/ho", "me/"), concat!("/ro", "ot/")];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = map(files);
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            for word in FOREIGN.iter().filter(|word| line.contains(*word)) {
                found.push(file.finding(
                    index + 1,
                    format!("`{word}` has no meaning for a reader of this project"),
                ));
            }
        }
        if file.path.ends_with(".md") {
            found.extend(links(file, files));
        }
    }
    found
}

fn map(files: &[File]) -> Vec<Finding> {
    let Some(map) = files.iter().find(|file| file.path == MAP) else {
        return vec![Finding {
            path: MAP.into(),
            line: 1,
            what: "the map is missing".into(),
        }];
    };
    let crates = files
        .iter()
        .filter(|file| file.name() == "Cargo.toml")
        .filter_map(File::crate_name);
    let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    crates
        .filter(|name| !map.text.split(|c| !is_name(c)).any(|word| word == *name))
        .map(|name| map.finding(1, format!("{name} is not on the map")))
        .collect()
}

/// Relative links only; what is behind an address on the net is not ours.
fn links(page: &File, files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in page.text.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        for target in line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', ' ']).next())
        {
            let file = target.split('#').next().unwrap_or(target);
            if file.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            if !leads_somewhere(&page.path, file, files) {
                found.push(page.finding(index + 1, format!("the link to {target} leads nowhere")));
            }
        }
    }
    found
}

fn leads_somewhere(page: &str, target: &str, files: &[File]) -> bool {
    let mut path = Path::new(page)
        .parent()
        .map(PathBuf::from)
        .unwrap_or_default();
    for part in Path::new(target).components() {
        let inside = match part {
            Component::ParentDir => path.pop(),
            Component::Normal(part) => {
                path.push(part);
                true
            }
            _ => true,
        };
        if !inside {
            return false;
        }
    }
    // A folder is there when something is in it.
    files
        .iter()
        .any(|file| Path::new(&file.path).starts_with(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn the_map_shows_every_crate() {
        let files = sample(&[
            (MAP, "[core](netspeak-core) and netspeak-pop3-more"),
            ("crates/netspeak-core/Cargo.toml", ""),
            ("crates/netspeak-pop3/Cargo.toml", ""),
        ]);
        let found = check(&files);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.starts_with("netspeak-pop3 "));
        assert_eq!(places(&check(&sample(&[]))), [format!("{MAP}:1")]);
    }

    #[test]
    fn a_link_leads_somewhere() {
        let page = "[a](b.md#x) [up](../LICENSE) [net](https://example.org) [here](#x)\n[gone](gone.md) [folder](c/)\n```\n[x](y)\n```\n[out](../../x)";
        let files = sample(&[
            (MAP, ""),
            ("doc/a.md", page),
            ("doc/b.md", ""),
            ("doc/c/d.md", ""),
            ("LICENSE", ""),
        ]);
        assert_eq!(places(&check(&files)), ["doc/a.md:2", "doc/a.md:6"]);
    }

    #[test]
    fn no_word_of_the_machine_it_was_written_on() {
        let text = format!("fine\nsee {}notes", FOREIGN[1]);
        let files = sample(&[(MAP, ""), ("a.rs", &text)]);
        assert_eq!(places(&check(&files)), ["a.rs:2"]);
    }
}
