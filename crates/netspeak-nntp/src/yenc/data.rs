//! The data of a part, byte by byte: what every faster way has to agree with.

use super::Dots;

/// Where in the text we are: as much of the bytes before as matters for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pos {
    /// Within a line.
    Mid,
    /// Behind a CR.
    Cr,
    /// At the start of a line, behind a lone LF or a dot that was undone: yEnc sees the start of a line
    /// here, the transport does not.
    Lf,
    /// At the start of a line.
    CrLf,
    /// Behind the dot that a line began with.
    Dot,
    /// Behind the dot that a line began with, and a CR.
    DotCr,
    /// Behind a `=`.
    Escape,
    /// Behind a `=` that a line began with: a `y` makes it a line of its own kind.
    StartEscape,
}

impl Pos {
    pub(super) fn is_line_start(self) -> bool {
        matches!(self, Self::Lf | Self::CrLf)
    }

    fn is_escape(self) -> bool {
        matches!(self, Self::Escape | Self::StartEscape)
    }
}

/// What a byte means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing that is kept.
    Nothing,
    /// A byte of the file.
    Byte(u8),
    /// A line that begins with `=y`, of which these two were read.
    Keyword,
    /// The end of the article.
    End,
}

/// The position behind a byte that stands where nothing is special but line ends.
fn after(pos: Pos, byte: u8) -> Pos {
    match byte {
        b'\r' => Pos::Cr,
        b'\n' if pos == Pos::Cr => Pos::CrLf,
        b'\n' => Pos::Lf,
        _ => Pos::Mid,
    }
}

/// Undoes the transport: where the next byte really stands, or what the dot was about.
pub(super) fn undot(pos: Pos, byte: u8, dots: Dots) -> Result<Pos, (Pos, Meaning)> {
    match (pos, byte) {
        (Pos::CrLf, b'.') if dots == Dots::Stuffed => Err((Pos::Dot, Meaning::Nothing)),
        (Pos::Dot, b'\r') => Err((Pos::DotCr, Meaning::Nothing)),
        (Pos::DotCr, b'\n') => Err((Pos::Mid, Meaning::End)),
        (Pos::Dot, _) => Ok(Pos::Lf),
        (Pos::DotCr, _) => Ok(Pos::Cr),
        _ => Ok(pos),
    }
}

/// Reads one byte in the data.
pub(super) fn step(pos: Pos, byte: u8, dots: Dots) -> (Pos, Meaning) {
    let pos = match undot(pos, byte, dots) {
        Ok(pos) => pos,
        Err(found) => return found,
    };
    if pos == Pos::StartEscape && byte == b'y' {
        return (Pos::Mid, Meaning::Keyword);
    }
    let next = after(pos, byte);
    if pos.is_escape() {
        return (next, Meaning::Byte(byte.wrapping_sub(42 + 64)));
    }
    match byte {
        b'\r' | b'\n' => (next, Meaning::Nothing),
        b'=' if pos.is_line_start() => (Pos::StartEscape, Meaning::Nothing),
        b'=' => (Pos::Escape, Meaning::Nothing),
        _ => (next, Meaning::Byte(byte.wrapping_sub(42))),
    }
}

/// Reads one byte of a line that is no data.
pub(super) fn step_text(pos: Pos, byte: u8, dots: Dots) -> (Pos, Meaning) {
    match undot(pos, byte, dots) {
        Ok(pos) => (after(pos, byte), Meaning::Byte(byte)),
        Err(found) => found,
    }
}

/// Where reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// How many bytes are done with.
    pub(super) read: usize,
    /// What stopped it: [`Meaning::Keyword`], [`Meaning::End`], or the end of the input.
    pub(super) stop: Option<Meaning>,
}

/// Decodes data up to a keyword, the end of the article or the end of the input.
pub(super) fn decode(pos: &mut Pos, input: &[u8], dots: Dots, out: &mut Vec<u8>) -> Read {
    for (at, byte) in input.iter().enumerate() {
        let (next, meaning) = step(*pos, *byte, dots);
        *pos = next;
        match meaning {
            Meaning::Nothing => {}
            Meaning::Byte(byte) => out.push(byte),
            Meaning::Keyword | Meaning::End => {
                return Read {
                    read: at + 1,
                    stop: Some(meaning),
                };
            }
        }
    }
    Read {
        read: input.len(),
        stop: None,
    }
}
