//! [`Targets`]: what is to be probed, from the command line, from files, from groups.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use netspeak::core::text::printable;

use crate::args::{ProbeArgs, label};
use crate::config::Group;
use crate::expect::Expectation;
use crate::failure::Failure;
use crate::glob::Glob;
use crate::input;

/// What a group expects of its targets.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) expected: Vec<Expectation>,
    pub(super) rejected: Vec<Expectation>,
}

/// One target as it was typed.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) input: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) wanted: Arc<Wanted>,
}

/// What is written as one target, and may be many.
#[derive(Debug)]
struct Entry {
    glob: Glob,
    labels: BTreeMap<String, String>,
    wanted: Arc<Wanted>,
}

/// All that is to be probed. Each target is made when its turn comes.
#[derive(Debug)]
pub(super) struct Targets(Vec<Entry>);

impl Targets {
    /// Reads all that was named.
    ///
    /// # Errors
    /// For files that cannot be read, lines that are none, groups that are not there.
    pub(super) fn read(args: &ProbeArgs) -> Result<Self, Failure> {
        let labels: BTreeMap<String, String> = args.labels.iter().cloned().collect();
        let mut list = List {
            globoff: args.globoff,
            labels: &labels,
            wanted: Arc::default(),
            entries: Vec::new(),
        };
        for target in &args.targets {
            match target.strip_prefix('@') {
                Some(file) if !file.is_empty() => {
                    let text = input::text_file(Path::new(file))?;
                    list.push_lines(file, &text)?;
                }
                _ if target == "-" => list.push_lines("-", &input::standard_input()?)?,
                _ => list.push(target, BTreeMap::new()),
            }
        }
        for name in &args.group {
            let group = args.groups.find(name)?;
            list.wanted = Arc::new(wanted(name, group)?);
            for (at, line) in (1..).zip(&group.targets) {
                list.push_line(line)
                    .map_err(|why| Failure::usage(format!("target {at} of group {name}: {why}")))?;
            }
        }
        Ok(Self(list.entries))
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        let counts = self.0.iter().map(|entry| entry.glob.len());
        counts.fold(0, u64::saturating_add)
    }

    /// One after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = Asked> {
        self.0.iter().flat_map(|entry| {
            entry.glob.urls().map(|input| Asked {
                input,
                labels: entry.labels.clone(),
                wanted: Arc::clone(&entry.wanted),
            })
        })
    }
}

fn wanted(name: &str, group: &Group) -> Result<Wanted, Failure> {
    let read = |texts: &[String]| -> Result<Vec<Expectation>, Failure> {
        let bad = |why| Failure::usage(format!("group {name}: {why}"));
        texts.iter().map(|text| text.parse().map_err(bad)).collect()
    };
    Ok(Wanted {
        expected: read(&group.expect)?,
        rejected: read(&group.reject)?,
    })
}

struct List<'a> {
    globoff: bool,
    labels: &'a BTreeMap<String, String>,
    wanted: Arc<Wanted>,
    entries: Vec<Entry>,
}

impl List<'_> {
    fn push(&mut self, target: &str, own: BTreeMap<String, String>) {
        let glob = Glob::meant(target, self.globoff);
        let mut labels = self.labels.clone();
        labels.extend(own);
        self.entries.push(Entry {
            glob,
            labels,
            wanted: Arc::clone(&self.wanted),
        });
    }

    /// One target a line, with labels behind it; `#` begins a comment.
    fn push_lines(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        for (at, line) in (1..).zip(text.lines()) {
            self.push_line(line)
                .map_err(|why| Failure::usage(format!("line {at} of {name}: {why}")))?;
        }
        Ok(())
    }

    fn push_line(&mut self, line: &str) -> Result<(), String> {
        let words = line.split_whitespace();
        let mut words = words.take_while(|word| !word.starts_with('#'));
        let Some(target) = words.next() else {
            return Ok(());
        };
        let labels = words.map(|word| label(word).map_err(|why| printable(why.as_bytes())));
        let labels = labels.collect::<Result<_, _>>()?;
        self.push(target, labels);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_target_with_its_labels() {
        let labels = BTreeMap::from([("site".to_owned(), "all".to_owned())]);
        let mut list = List {
            globoff: false,
            labels: &labels,
            wanted: Arc::default(),
            entries: Vec::new(),
        };
        let text = "# a comment\n\nimap://h{1,2}  site=ams\track=7 # there\r\nimap://x/#a\n";
        list.push_lines("list", text).unwrap();
        let targets = Targets(list.entries);
        assert_eq!(targets.count(), 3);
        let all: Vec<Asked> = targets.iter().collect();
        let inputs: Vec<&str> = all.iter().map(|asked| asked.input.as_str()).collect();
        assert_eq!(inputs, ["imap://h1", "imap://h2", "imap://x/#a"]);
        assert_eq!(all[1].labels["site"], "ams");
        assert_eq!(all[1].labels["rack"], "7");
        assert_eq!(all[2].labels["site"], "all");
    }

    #[test]
    fn a_bad_line_is_told_by_its_number() {
        let labels = BTreeMap::new();
        let mut list = List {
            globoff: false,
            labels: &labels,
            wanted: Arc::default(),
            entries: Vec::new(),
        };
        let error = list
            .push_lines("list", "imap://h\nimap://h x\n")
            .unwrap_err();
        assert_eq!(error.to_string(), "line 2 of list: \"x\" is not KEY=VALUE");
    }
}
