//! [`Screen`]: how a talk looks: as it is in a file or a pipe, with marks and times on a terminal.

use std::fs::File;
use std::io::{self, Write};

use netspeak::core::text::printable;
use netspeak::core::{Security, Timeline};

use crate::output;
use crate::render::talk;

/// Where what comes is shown.
pub(super) struct Screen {
    is_watched: bool,
    /// The terminal shows what is typed.
    is_person: bool,
    is_encrypted: bool,
    is_hex: bool,
    /// The next byte begins a line.
    at_line_start: bool,
    /// Since the last line went out.
    since: Timeline,
    /// The last line that came.
    last: Vec<u8>,
    saved: Option<File>,
}

/// So many bytes of a line are looked at.
const LOOKED_AT: usize = 64;

/// So many bytes stand in one row.
const ROW: usize = 16;

impl Screen {
    pub(super) fn new(is_person: bool, security: Security) -> Self {
        Self {
            is_watched: output::stdout_is_terminal(),
            is_person,
            is_encrypted: security != Security::Clear,
            is_hex: false,
            at_line_start: true,
            since: Timeline::start(),
            last: Vec::new(),
            saved: None,
        }
    }

    /// Bytes and then text again.
    pub(super) fn switch_hex(&mut self) {
        self.is_hex = !self.is_hex;
    }

    /// Writes what comes into a new file, too. What stands there stays.
    pub(super) fn save(&mut self, file: Option<&str>) {
        self.saved = None;
        let Some(name) = file else {
            return;
        };
        match File::create_new(name) {
            Ok(file) => self.saved = Some(file),
            Err(error) => output::say(&format!("{}: {error}", printable(name.as_bytes()))),
        }
    }

    /// A line went out. Whoever only watches sees it, without what is secret in it.
    pub(super) fn sent(&mut self, line: &[u8]) -> io::Result<()> {
        self.since = Timeline::start();
        if !self.is_watched || self.is_person {
            return Ok(());
        }
        let shown = match secret_from(line, &self.last) {
            None => printable(line),
            Some(from) => {
                let open = line.get(..from).unwrap_or_default();
                format!("{}<redacted>", printable(open))
            }
        };
        self.last.clear();
        let mut stdout = io::stdout().lock();
        if !std::mem::replace(&mut self.at_line_start, true) {
            writeln!(stdout)?;
        }
        writeln!(
            stdout,
            "{}",
            talk::line(0.0, false, self.is_encrypted, &shown)
        )
    }

    /// Bytes came.
    pub(super) fn show(&mut self, came: &[u8]) -> io::Result<()> {
        if let Some(file) = &mut self.saved
            && let Err(error) = file.write_all(came)
        {
            output::say(&format!("nothing more is saved: {error}"));
            self.saved = None;
        }
        let mut stdout = io::stdout().lock();
        if self.is_hex {
            stdout.write_all(hex(came).as_bytes())?;
        } else if self.is_watched {
            let text = self.marked(came);
            stdout.write_all(text.as_bytes())?;
        } else {
            stdout.write_all(came)?;
        }
        stdout.flush()
    }

    /// Without what a terminal would obey, and with the time at the beginning of each line.
    fn marked(&mut self, came: &[u8]) -> String {
        let ms = self.since.elapsed().as_secs_f64() * 1000.0;
        let mut text = String::new();
        for line in came.split_inclusive(|byte| *byte == b'\n') {
            let (bare, is_whole) = match line.strip_suffix(b"\n") {
                Some(bare) => (bare.strip_suffix(b"\r").unwrap_or(bare), true),
                None => (line, false),
            };
            let shown = printable(bare);
            if self.at_line_start {
                self.last.clear();
                text.push_str(&talk::line(ms, true, self.is_encrypted, &shown));
            } else {
                text.push_str(&shown);
            }
            let room = LOOKED_AT.saturating_sub(self.last.len());
            self.last.extend(bare.iter().take(room));
            if is_whole {
                text.push('\n');
            }
            self.at_line_start = is_whole;
        }
        text
    }
}

/// Where in a line something begins that is not for everybody's eyes: a password, an answer to a challenge.
fn secret_from(line: &[u8], asked: &[u8]) -> Option<usize> {
    let is_asked = asked.starts_with(b"334") || asked.starts_with(b"+ ") || asked == b"+";
    if is_asked {
        return Some(0);
    }
    const WORDS: [&[u8]; 9] = [
        b"PASS",
        b"APOP",
        b"AUTH",
        b"AUTHINFO",
        b"AUTHENTICATE",
        b"LOGIN",
        b"AUTHORIZATION:",
        b"PROXY-AUTHORIZATION:",
        b"COOKIE:",
    ];
    let mut end = 0;
    // A tag may stand before it.
    for word in line.split(|byte| *byte == b' ').take(2) {
        end += word.len() + 1;
        if WORDS.iter().any(|secret| word.eq_ignore_ascii_case(secret)) && end < line.len() {
            return Some(end);
        }
    }
    None
}

/// `00000000  32 35 30 20 4f 4b 0d 0a                          250 OK..`
fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (row, number) in bytes.chunks(ROW).zip(0usize..) {
        let digits: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let letters = row.iter().map(|byte| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        });
        let (digits, at) = (digits.join(" "), number.saturating_mul(ROW));
        let letters: String = letters.collect();
        text.push_str(&format!("{at:08x}  {digits:<47}  {letters}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_answers_are_found_and_nothing_else() {
        for (line, asked, from) in [
            ("PASS hunter2", "+OK", Some(5)),
            ("a LOGIN ops hunter2", "* OK", Some(8)),
            ("AUTHINFO PASS hunter2", "381", Some(9)),
            ("AUTH PLAIN AGEA", "250 OK", Some(5)),
            ("b3Bz", "334 VXNlcm5hbWU6", Some(0)),
            ("b3Bz", "+ ", Some(0)),
            ("Authorization: Basic b3Bz", "", Some(15)),
            ("NOOP", "250 OK", None),
            ("STAT", "+OK ready", None),
            ("PASS", "331 password", None),
        ] {
            assert_eq!(
                secret_from(line.as_bytes(), asked.as_bytes()),
                from,
                "{line}"
            );
        }
    }

    #[test]
    fn bytes_are_shown_in_rows() {
        let shown = hex(b"250 OK\r\n and some more");
        assert_eq!(
            shown,
            "00000000  32 35 30 20 4f 4b 0d 0a 20 61 6e 64 20 73 6f 6d  250 OK.. and som\n\
             00000010  65 20 6d 6f 72 65                                e more\n"
        );
    }

    #[test]
    fn a_line_that_comes_in_pieces_has_one_mark() {
        let mut screen = Screen::new(true, Security::Clear);
        let text = screen.marked(b"250 O") + &screen.marked(b"K\r\n250 \x1b[2J\n");
        let bare: Vec<&str> = text.lines().filter_map(|line| line.get(10..)).collect();
        assert_eq!(bare, ["<-  250 OK", r"<-  250 \x1b[2J"]);
        assert_eq!(screen.last, b"250 \x1b[2J");
    }
}
