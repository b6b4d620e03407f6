//! [`Page`]: the blocks of a page that can be run.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::mask::mask;
use crate::world::World;

/// A page of Markdown, cut where blocks begin and end.
pub(crate) struct Page {
    parts: Vec<Part>,
}

enum Part {
    /// As it is.
    Text(String),
    /// A `sh` block: a script that ends well.
    Script(String),
    /// A `console` block: commands behind `$ ` (`> ` where one goes on), and what they print.
    Console(Vec<Step>),
}

struct Step {
    command: String,
    printed: String,
}

/// Between what one command prints and its exit code, and behind that.
const MARK: char = '\u{1e}';

/// In a page, in the place of lines that are left out.
const LEFT_OUT: &str = "...";

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut lines = text.split_inclusive('\n');
        let mut between = String::new();
        while let Some(line) = lines.next() {
            let kind = line.trim_end();
            between.push_str(line);
            if !matches!(kind, "```console" | "```sh") {
                continue;
            }
            parts.push(Part::Text(std::mem::take(&mut between)));
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```\n").collect();
            between.push_str("```\n");
            parts.push(match kind {
                "```sh" => Part::Script(block.concat()),
                _ => Part::Console(steps(&block)),
            });
        }
        parts.push(Part::Text(between));
        Self { parts }
    }

    pub(crate) fn has_commands(&self) -> bool {
        self.parts.iter().any(|part| !matches!(part, Part::Text(_)))
    }

    /// Runs all blocks in their order, in one folder. What is otherwise than the page says, and the page as it should be.
    pub(crate) fn run(&self, world: &World) -> (Vec<String>, String) {
        let mut wrong = Vec::new();
        let mut now = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => now.push_str(text),
                Part::Script(script) => {
                    let (code, printed) = shell(world, &format!("set -e\n{script}"));
                    if code != Some(0) {
                        wrong.push(format!("{script}ended with {code:?}: {printed}"));
                    }
                    now.push_str(script);
                }
                Part::Console(steps) => now.push_str(&console(steps, world, &mut wrong)),
            }
        }
        (wrong, now)
    }
}

fn steps(block: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                printed: String::new(),
            });
            continue;
        }
        let step = steps.last_mut().expect("a block begins with a command");
        // An editor may have taken the blank away.
        let more = line.strip_prefix("> ").or(line.strip_prefix('>'));
        match more {
            Some(more) if step.printed.is_empty() => step.command.push_str(more),
            _ => step.printed.push_str(line),
        }
    }
    steps
}

/// Runs the commands in one shell. The block as it should be.
fn console(steps: &[Step], world: &World, wrong: &mut Vec<String>) -> String {
    let mut script = String::new();
    for step in steps {
        let command = &step.command;
        script.push_str(&format!(
            "{{ {command}}} 2>&1\nstatus=$?\nprintf '{MARK}%s{MARK}' \"$status\"\n(exit \"$status\")\n"
        ));
    }
    let (_, printed) = shell(world, &script);
    let mut pieces = printed.split(MARK);
    let mut now = String::new();
    for (at, step) in steps.iter().enumerate() {
        let printed = pieces.next().unwrap_or_default();
        let code = pieces.next().unwrap_or("none");
        let command = step.command.trim_end();
        let asked = steps
            .get(at + 1)
            .is_some_and(|next| next.command.trim() == "echo $?");
        if code != "0" && !asked {
            wrong.push(format!(
                "$ {command}\nended with {code}, and the page does not say so:\n{printed}"
            ));
        }
        let is_same = fits(&mask(&step.printed), &mask(printed));
        if !is_same {
            wrong.push(format!("$ {command}\nprints now:\n{printed}"));
        }
        let shown = if is_same { &step.printed } else { printed };
        now.push_str(&format!("$ {}\n{shown}", typed(command)));
        if !shown.is_empty() && !shown.ends_with('\n') {
            now.push('\n');
        }
    }
    now
}

/// A command as it stands in a page.
fn typed(command: &str) -> String {
    command.replace('\n', "\n> ").replace("> \n", ">\n")
}

/// Whether this was printed, with lines in the place of those that the page leaves out.
fn fits(page: &str, printed: &str) -> bool {
    let mut printed = printed.lines();
    let mut is_gap = false;
    for line in page.lines() {
        if line == LEFT_OUT {
            is_gap = true;
            continue;
        }
        let found = match is_gap {
            true => printed.any(|other| other == line),
            false => printed.next() == Some(line),
        };
        if !found {
            return false;
        }
        is_gap = false;
    }
    is_gap || printed.next().is_none()
}

fn shell(world: &World, script: &str) -> (Option<i32>, String) {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(world.folder());
    command.envs(world.variables().iter().cloned());
    let stderr = writer.try_clone().unwrap();
    command.stdin(Stdio::null()).stdout(writer).stderr(stderr);
    let mut child = command.spawn().unwrap();
    // Its ends of the pipe, or it would never be at its end.
    drop(command);
    let mut printed = Vec::new();
    reader.read_to_end(&mut printed).unwrap();
    let code = child.wait().unwrap().code();
    (code, String::from_utf8(printed).expect("UTF-8"))
}

#[test]
fn a_page_comes_back_as_it_was() {
    let text = "# A page\n\n```console\n$ echo one\none\n$ cat <<'E'\n> two\n> E\ntwo\n```\n\ntext\n\n```sh\ntrue\n```\nend\n";
    let page = Page::read(text);
    let mut now = String::new();
    for part in &page.parts {
        match part {
            Part::Text(text) | Part::Script(text) => now.push_str(text),
            Part::Console(steps) => {
                for step in steps {
                    let command = typed(step.command.trim_end());
                    now.push_str(&format!("$ {command}\n{}", step.printed));
                }
            }
        }
    }
    assert_eq!(now, text);
    assert!(page.has_commands());
}

#[test]
fn lines_may_be_left_out() {
    for (page, printed, is_it) in [
        ("a\nb", "a\nb", true),
        ("a\n...\nd", "a\nb\nc\nd", true),
        ("a\n...", "a\nb", true),
        ("a", "a\nb", false),
        ("a\n...\nx", "a\nb", false),
        ("a\nb", "a", false),
    ] {
        assert_eq!(fits(page, printed), is_it, "{page:?} {printed:?}");
    }
}
