//! Colour and characters.

use netspeak::core::report::Verdict;

use crate::args::{LookArgs, When};
use crate::{input, output};

/// How things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    colour: bool,
    ascii: bool,
    /// Columns of the terminal; none where lines may be as long as they are.
    width: Option<usize>,
}

/// What a piece of text is; meaning never rests on its colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Good,
    Attention,
    Bad,
    Network,
    Encryption,
    Server,
    Login,
    Dim,
}

/// The word for a verdict.
pub(super) fn word_of(verdict: Verdict) -> (&'static str, Paint) {
    match verdict {
        Verdict::Ok => ("OK", Paint::Good),
        Verdict::Warn => ("WARN", Paint::Attention),
        Verdict::Fail => ("FAIL", Paint::Bad),
        Verdict::Unknown => ("UNKNOWN", Paint::Bad),
    }
}

impl Look {
    pub(crate) fn new(args: LookArgs) -> Self {
        let colour = match args.color {
            When::Always => true,
            When::Never => false,
            When::Auto => output::stdout_is_terminal() && !input::no_color(),
        };
        Self {
            colour,
            ascii: args.ascii,
            width: input::columns(),
        }
    }

    /// Columns of the terminal; none where lines may be as long as they are.
    pub(crate) fn width(self) -> Option<usize> {
        self.width
    }

    /// The text in its colour.
    pub(crate) fn paint(self, paint: Paint, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return self.plain(text);
        }
        let code = match paint {
            Paint::Good => "1;32",
            Paint::Attention => "1;33",
            Paint::Bad => "1;31",
            Paint::Network => "36",
            Paint::Encryption => "34",
            Paint::Server => "35",
            Paint::Login => "33",
            Paint::Dim => "2",
        };
        format!("\x1b[{code}m{}\x1b[0m", self.plain(text))
    }

    /// The text without what was asked to be left out.
    pub(crate) fn plain(self, text: &str) -> String {
        if !self.ascii {
            return text.to_owned();
        }
        text.chars()
            .map(|c| match c {
                '█' => '#',
                '·' => '-',
                '…' => '~',
                c if c.is_ascii() => c,
                _ => '?',
            })
            .collect()
    }
}
