//! What the shell answers.

use crate::telnet::terminal::Terminal;

/// What a command comes to.
pub(super) enum Answer {
    Text(String),
    /// Page by page, with a prompt in between.
    Pages(Vec<String>),
    Exit,
}

/// How many lines a page has.
const PAGE: usize = 5;

pub(super) fn run(line: &str, terminal: &Terminal) -> Answer {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let text = match word {
        "" => String::new(),
        "exit" => return Answer::Exit,
        "echo" => format!("{rest}\r\n"),
        "lines" => numbered(rest).concat(),
        "more" => {
            let lines = numbered(rest);
            return Answer::Pages(lines.chunks(PAGE).map(|page| page.concat()).collect());
        }
        "term" => format!("{}\r\n", terminal.types.join(" ")),
        "window" => match terminal.window {
            Some((columns, rows)) => format!("{columns}x{rows}\r\n"),
            None => "unknown\r\n".to_owned(),
        },
        "env" => {
            let pairs = terminal.variables.iter();
            pairs
                .map(|(name, value)| format!("{name}={value}\r\n"))
                .collect()
        }
        "charset" => format!("{}\r\n", terminal.charset.as_deref().unwrap_or("none")),
        word => format!("sh: {word}: not found\r\n"),
    };
    Answer::Text(text)
}

fn numbered(count: &str) -> Vec<String> {
    let count = count.parse().unwrap_or(0_usize).min(1_000_000);
    (1..=count)
        .map(|number| format!("line {number}\r\n"))
        .collect()
}
