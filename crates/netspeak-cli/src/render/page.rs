//! [`Page`]: lines that are no wider than the terminal.

use super::{Look, Paint, notes};

/// Everything stands behind a word of this width.
const INDENT: usize = 8;

/// Text in the making. In a pipe, lines are as long as they are.
pub(super) struct Page {
    pub(super) look: Look,
    pub(super) text: String,
}

impl Page {
    pub(super) fn new(look: Look) -> Self {
        Self {
            look,
            text: String::new(),
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    pub(super) fn dim(&self, text: &str) -> String {
        self.look.paint(Paint::Dim, text)
    }

    /// How wide a line may be.
    pub(super) fn width(&self) -> usize {
        self.look.width().unwrap_or(usize::MAX)
    }

    /// Pieces behind a word, on as many lines as it takes.
    pub(super) fn wrapped(&mut self, word: &str, pieces: &[String], gap: &str) {
        let room = self.width().saturating_sub(INDENT).max(20);
        let mut line = String::new();
        let mut lines = Vec::new();
        for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
            let needed = [line.as_str(), gap, piece]
                .map(notes::columns)
                .iter()
                .sum::<usize>();
            if !line.is_empty() && needed > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push_str(gap);
            }
            line.push_str(piece);
        }
        lines.push(line);
        for (at, line) in lines.iter().enumerate() {
            let word = if at == 0 { word } else { "" };
            let text = self.look.plain(&format!("  {word:<5} {line}"));
            self.line(&text);
        }
    }

    /// Words behind a word, on as many lines as it takes.
    pub(super) fn sentence(&mut self, word: &str, text: &str) {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        self.wrapped(word, &words, " ");
    }

    /// `  dns 4 · tcp 11 · greeting 12`
    pub(super) fn phases(&mut self, phases: &[String]) {
        let room = self.width().max(20);
        let mut line = String::new();
        for phase in phases {
            let needed = [line.as_str(), " · ", phase]
                .map(notes::columns)
                .iter()
                .sum::<usize>();
            if line.is_empty() {
                line = format!("  {phase}");
            } else if needed > room {
                let full = self.look.plain(&line);
                self.line(&full);
                line = format!("  {phase}");
            } else {
                line.push_str(" · ");
                line.push_str(phase);
            }
        }
        let line = self.look.plain(&line);
        self.line(&line);
    }

    /// A text behind a word, which may be coloured, on as many lines as it takes.
    pub(super) fn paragraph(&mut self, word: &str, painted: &str, text: &str) {
        self.hanging(word, painted, notes::columns(word), text);
    }

    /// The same where the further lines begin at a column of their own.
    pub(super) fn hanging(&mut self, word: &str, painted: &str, indent: usize, text: &str) {
        let room = self.width().max(indent.saturating_add(20));
        let text = self.look.plain(text);
        let mut line = String::new();
        let mut head = painted.to_owned();
        let mut before = notes::columns(word);
        for piece in text.split(' ') {
            let needed = [line.as_str(), piece].map(notes::columns);
            let needed = needed.iter().sum::<usize>().saturating_add(before);
            if !line.is_empty() && needed >= room {
                self.line(&format!("{head}{line}"));
                line.clear();
                head = " ".repeat(indent);
                before = indent;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(piece);
        }
        self.line(&format!("{head}{line}"));
    }
}
