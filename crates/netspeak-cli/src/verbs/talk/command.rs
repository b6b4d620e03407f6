//! What a person types for us instead of for the server.

/// For the help.
pub(super) const KEYS: &str = "\n\nElsewhere than in Telnet a line that begins with / is for us, at a terminal\n  \
    /quit    /hex    /save FILE    /help    //text sends /text\n\
    From a pipe or a file all goes out as it is; behind its end the server may be silent for 10 seconds.";

/// For `/help`.
pub(super) const HELP: &str = "\
/quit        ends the talk
/hex         shows what comes as bytes, and then as text again
/save FILE   writes what comes into a new file, too; /save alone ends that
//text       sends /text
all else is sent as it is, with CR LF at its end";

/// A line that was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed<'l> {
    /// For the server.
    Line(&'l [u8]),
    Quit,
    Help,
    Hex,
    /// Into this file; `None`: no more.
    Save(Option<&'l str>),
    Unknown,
}

impl<'l> Typed<'l> {
    /// Of a person a line that begins with a stroke is for us.
    pub(super) fn read(line: &'l [u8], is_person: bool) -> Self {
        let Some(rest) = line.strip_prefix(b"/").filter(|_| is_person) else {
            return Self::Line(line);
        };
        if rest.starts_with(b"/") {
            return Self::Line(rest);
        }
        let Ok(text) = std::str::from_utf8(rest) else {
            return Self::Unknown;
        };
        let (word, rest) = text
            .trim_end()
            .split_once(' ')
            .unwrap_or((text.trim_end(), ""));
        match (word, rest.trim()) {
            ("quit" | "q", "") => Self::Quit,
            ("help" | "?", "") => Self::Help,
            ("hex", "") => Self::Hex,
            ("save", "") => Self::Save(None),
            ("save", file) => Self::Save(Some(file)),
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_persons_strokes_are_for_us() {
        for (line, typed) in [
            (&b"QUIT"[..], Typed::Line(b"QUIT")),
            (b"R", Typed::Line(b"R")),
            (b"", Typed::Line(b"")),
            (b".", Typed::Line(b".")),
            (b"//about.txt", Typed::Line(b"/about.txt")),
            (b"/quit ", Typed::Quit),
            (b"/?", Typed::Help),
            (b"/hex", Typed::Hex),
            (b"/save a b", Typed::Save(Some("a b"))),
            (b"/save", Typed::Save(None)),
            (b"/quit now", Typed::Unknown),
            (b"/about.txt", Typed::Unknown),
            (b"/\xff", Typed::Unknown),
            (b"/", Typed::Unknown),
        ] {
            assert_eq!(Typed::read(line, true), typed, "{line:?}");
            assert_eq!(Typed::read(line, false), Typed::Line(line));
        }
    }
}
