//! [`Engine`]: a Telnet session without I/O. Bytes in, events out, and what is to be sent in an outbox.

use std::ops::Range;

use netspeak_core::{Codec, Encoding, Error, Result, Shown, Step};

use crate::command::{Command, IAC, Verb, subnegotiation};
use crate::newline::{Mode, Writer};
use crate::option::TelnetOption;
use crate::policy::Policy;
use crate::profile::{Profile, Window};
use crate::sub::linemode::{self, Linemode};
use crate::sub::{charset, environ, status, terminal};

mod inflater;
mod negotiator;
mod scanner;

use inflater::Inflater;
use negotiator::{Negotiator, Wish};
pub use negotiator::{Outcome, Side};
use scanner::{Scanner, Token};

/// Input that means nothing yet is used up in pieces of this size, so that no buffer has to hold it.
const PIECE: usize = 64 * 1024;

/// So much input is gathered in one go, and about as much text: what fits a cache. No more answers than
/// this are held back either.
const ENOUGH: usize = 64 * 1024;

/// How data is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// As text of the network virtual terminal: NUL is nothing, and CR NUL a CR.
    Text,
    /// As it is (RFC 856).
    Binary,
}

/// What bytes mean.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Text or data: a range of the input.
    Data(Range<usize>),
    /// Text or data that came compressed.
    Inflated(Vec<u8>),
    /// A command.
    Command(Command),
    /// The peer has said something about an option; the answer is in the outbox.
    Negotiation {
        /// What it said.
        verb: Verb,
        /// About which option.
        option: TelnetOption,
        /// What became of it.
        outcome: Outcome,
    },
    /// A subnegotiation. Those that want an answer from a terminal have it in the outbox.
    Subnegotiation {
        /// Of which option.
        option: TelnetOption,
        /// What it said.
        data: Vec<u8>,
    },
    /// A subnegotiation that was cut off by a command and means nothing.
    Broken(TelnetOption),
    /// From the next byte on the peer compresses (MCCP2).
    Compressed,
    /// What is compressed is over; the next byte is plain again.
    Uncompressed,
    /// The connection is over.
    End,
}

/// A Telnet session without I/O.
///
/// As a [`Codec`] it turns bytes into events. What it has to say to the peer, of its own accord (the
/// answers) or because it was told to, is in its [`outbox`](Self::take_outgoing). It proposes nothing by
/// itself.
///
/// ```
/// use netspeak_telnet::{Codec, Engine, Event, Outcome, Profile, Step, TelnetOption, Verb};
///
/// let mut engine = Engine::new(Profile::default());
/// let input = b"\xff\xfd\x18login: ";
/// let Step::Event { consumed, event } = engine.decode(input).unwrap() else { panic!() };
/// let outcome = Outcome::On;
/// assert_eq!(event, Event::Negotiation { verb: Verb::Do, option: TelnetOption::TERMINAL_TYPE, outcome });
/// assert_eq!(engine.take_outgoing(), b"\xff\xfb\x18");
/// let Step::Event { event, .. } = engine.decode(&input[consumed..]).unwrap() else { panic!() };
/// assert_eq!(event, Event::Data(0..7));
/// ```
#[derive(Debug)]
pub struct Engine {
    profile: Profile,
    policy: Policy,
    scanner: Scanner,
    inflater: Option<Inflater>,
    /// How much of the input has been looked at without an event.
    looked: usize,
    negotiator: Negotiator,
    writer: Writer,
    outbox: Vec<u8>,
    names: terminal::Names,
    linemode: Linemode,
    encoding: Encoding,
}

impl Engine {
    /// A session with a peer to which we are this.
    pub fn new(profile: Profile) -> Self {
        Self {
            policy: profile.policy(),
            scanner: Scanner::new(profile.longest_subnegotiation),
            inflater: None,
            looked: 0,
            negotiator: Negotiator::new(),
            writer: Writer::default(),
            outbox: Vec::new(),
            names: terminal::Names::default(),
            linemode: Linemode::default(),
            encoding: profile.encoding,
            profile,
        }
    }

    /// What we are.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether an option is on.
    pub fn is_on(&self, side: Side, option: TelnetOption) -> bool {
        self.negotiator.is_on(side, option.0)
    }

    /// Whether we have asked for an option, and the answer was no.
    pub fn was_refused(&self, side: Side, option: TelnetOption) -> bool {
        self.negotiator.is_settled(side, option.0) && !self.is_on(side, option)
    }

    /// The character set: the profile's, or the one that was agreed on.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What LINEMODE says about who edits lines.
    pub fn linemode(&self) -> linemode::Mode {
        self.linemode.mode
    }

    /// What is to be sent; it is the caller's from now on.
    pub fn take_outgoing(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.outbox)
    }

    /// Whether something is to be sent.
    pub fn has_outgoing(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// As [`decode`](Codec::decode) again and again: adds the text of the input to `text` and all other
    /// events to `others`, and tells how much of the input was used up. It stops early once there is much
    /// text, or much to be sent. A stream with a command every few bytes costs little more than its text
    /// so.
    ///
    /// # Errors
    /// As [`decode`](Codec::decode).
    pub fn gather(
        &mut self,
        input: &[u8],
        text: &mut Vec<u8>,
        others: &mut Vec<Event>,
    ) -> Result<usize> {
        let input = input.get(..ENOUGH).unwrap_or(input);
        let (mut used, before) = (0, text.len());
        // Without a NUL in it, text is read as data is: looked for once, not in each piece.
        let has_nul = memchr::memchr(0, input).is_some();
        while self.outbox.len() < ENOUGH && text.len() - before < ENOUGH {
            let Some(rest) = input.get(used..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            if self.inflater.is_none() && self.looked == 0 {
                let reading = match has_nul {
                    true => self.reading(),
                    false => Reading::Binary,
                };
                if let Some((end, consumed)) = self.scanner.data(rest, reading) {
                    text.extend_from_slice(rest.get(..end).unwrap_or_default());
                    used += consumed;
                    continue;
                }
                if self.scanner.is_doubled(rest) {
                    text.push(IAC);
                    used += 2;
                    continue;
                }
                if let Some((consumed, token)) = self.scanner.short(rest) {
                    others.push(self.event(token));
                    used += consumed;
                    continue;
                }
            }
            let Step::Event { consumed, event } = self.decode(rest)? else {
                break;
            };
            match event {
                Event::Data(range) => {
                    text.extend_from_slice(rest.get(range).unwrap_or_default());
                }
                Event::Inflated(data) => text.extend(data),
                other => others.push(other),
            }
            used += consumed;
        }
        Ok(used)
    }

    /// Says that an option is to be on: WILL for ours, DO for the peer's. The policy accepts it from now on.
    pub fn enable(&mut self, side: Side, option: TelnetOption) {
        self.policy.set(side, option, crate::policy::Answer::Accept);
        let word = self.negotiator.want(side, option.0, Wish::On);
        self.say(word, option.0);
    }

    /// Says that an option is to be off: WONT for ours, DONT for the peer's. The policy refuses it from now on.
    pub fn disable(&mut self, side: Side, option: TelnetOption) {
        self.policy.set(side, option, crate::policy::Answer::Refuse);
        let word = self.negotiator.want(side, option.0, Wish::Off);
        self.say(word, option.0);
    }

    /// Adds text: a new line becomes the session's line ending, 255 is doubled.
    pub fn text(&mut self, text: &[u8]) {
        let (ending, mode) = (self.profile.line_ending, self.mode());
        self.writer.text(text, ending, mode, &mut self.outbox);
    }

    /// Adds a line's end.
    pub fn end_line(&mut self) {
        let mode = self.mode();
        self.writer.finish(mode, &mut self.outbox);
        let ending = self.profile.line_ending.in_mode(mode);
        self.outbox.extend_from_slice(ending);
    }

    /// Adds data as it is, but for 255, which is doubled.
    pub fn data(&mut self, data: &[u8]) {
        let mode = self.mode();
        self.writer.data(data, mode, &mut self.outbox);
    }

    /// Adds a command.
    pub fn command(&mut self, command: Command) {
        self.outbox.extend(command.bytes());
    }

    /// Adds a subnegotiation.
    pub fn subnegotiation(&mut self, option: TelnetOption, data: &[u8]) {
        subnegotiation(option.0, data, &mut self.outbox);
    }

    /// Asks for a character set (RFC 2066), the best one first; one of the sides must have said WILL
    /// CHARSET.
    pub fn request_charset(&mut self) {
        let request = charset::request(&self.profile.charsets);
        self.subnegotiation(TelnetOption::CHARSET, &request);
    }

    /// The window has another size; the peer is told if it wants to know.
    pub fn resize(&mut self, window: Window) {
        self.profile.window = window;
        if self.is_on(Side::Local, TelnetOption::NAWS) {
            self.tell_window();
        }
    }

    fn tell_window(&mut self) {
        let size = terminal::window(self.profile.window);
        self.subnegotiation(TelnetOption::NAWS, &size);
    }

    fn mode(&self) -> Mode {
        match self.is_on(Side::Local, TelnetOption::BINARY) {
            true => Mode::Binary,
            false => Mode::Text,
        }
    }

    fn reading(&self) -> Reading {
        match self.is_on(Side::Remote, TelnetOption::BINARY) {
            true => Reading::Binary,
            false => Reading::Text,
        }
    }

    fn say(&mut self, word: Option<Verb>, option: u8) {
        if let Some(word) = word {
            self.outbox.extend([IAC, word.as_byte(), option]);
        }
    }

    /// What a token means, and what is answered.
    fn event(&mut self, token: Token) -> Event {
        match token {
            Token::Data(range) => Event::Data(range),
            Token::Command(command) => Event::Command(command),
            Token::Negotiation(verb, option) => self.negotiated(verb, TelnetOption(option)),
            Token::Subnegotiation(option, data) => self.subnegotiated(TelnetOption(option), data),
            Token::Broken(option) => Event::Broken(TelnetOption(option)),
        }
    }

    fn negotiated(&mut self, verb: Verb, option: TelnetOption) -> Event {
        let told = |outcome| Event::Negotiation {
            verb,
            option,
            outcome,
        };
        // Each is answered, and nothing is ever on (RFC 860).
        if option == TelnetOption::TIMING_MARK
            && verb == Verb::Do
            && self.policy.answer(Side::Local, option.0) == crate::policy::Answer::Accept
        {
            self.say(Some(Verb::Will), option.0);
            return told(Outcome::Unchanged);
        }
        let (answer, outcome) = self.negotiator.heard(verb, option.0, &self.policy);
        self.say(answer, option.0);
        if outcome == Outcome::On && verb == Verb::Do {
            match option {
                TelnetOption::NAWS => self.tell_window(),
                TelnetOption::SEND_LOCATION => {
                    let location = self.profile.location.clone().unwrap_or_default();
                    self.subnegotiation(option, location.as_bytes());
                }
                _ => {}
            }
        }
        told(outcome)
    }

    fn subnegotiated(&mut self, option: TelnetOption, data: Vec<u8>) -> Event {
        let may_begin = self.inflater.is_none() && self.is_on(Side::Remote, option);
        if option == TelnetOption::COMPRESS2 && may_begin {
            self.inflater = Some(Inflater::new(self.profile.inflate_ratio));
            return Event::Compressed;
        }
        if let Some(answer) = self.answer(option, &data) {
            self.subnegotiation(option, &answer);
        }
        Event::Subnegotiation { option, data }
    }

    /// What a terminal answers. An option that is off has no answer.
    fn answer(&mut self, option: TelnetOption, data: &[u8]) -> Option<Vec<u8>> {
        let is_local = self.is_on(Side::Local, option);
        match (option, data) {
            (TelnetOption::CHARSET, _) if is_local || self.is_on(Side::Remote, option) => {
                match charset::heard(data, &self.profile.charsets) {
                    charset::Heard::Agreed(encoding, answer) => {
                        self.encoding = encoding;
                        answer
                    }
                    charset::Heard::Nothing(answer) => answer,
                }
            }
            _ if !is_local => None,
            (TelnetOption::TERMINAL_TYPE, [terminal::SEND, ..]) => {
                Some(self.names.next(&self.profile))
            }
            (TelnetOption::TERMINAL_SPEED, [terminal::SEND, ..]) => terminal::speed(&self.profile),
            (TelnetOption::X_DISPLAY_LOCATION, [terminal::SEND, ..]) => {
                terminal::display(&self.profile)
            }
            (TelnetOption::NEW_ENVIRON, [terminal::SEND, list @ ..]) => {
                Some(environ::answer(list, &self.profile.environment))
            }
            (TelnetOption::STATUS, [terminal::SEND, ..]) => Some(status::answer(
                self.negotiator.on(Side::Local),
                self.negotiator.on(Side::Remote),
            )),
            (TelnetOption::LINEMODE, _) => self.linemode.heard(data),
            _ => None,
        }
    }

    fn decode_plain(&mut self, input: &[u8]) -> Result<Step<Event>> {
        if self.looked == 0 {
            if let Some((end, consumed)) = self.scanner.data(input, self.reading()) {
                let event = Event::Data(0..end);
                return Ok(Step::Event { consumed, event });
            }
            if let Some((consumed, token)) = self.scanner.short(input) {
                let event = self.event(token);
                return Ok(Step::Event { consumed, event });
            }
        }
        let unseen = input.get(self.looked..).unwrap_or_default();
        let (used, token) = self.scanner.next(unseen, self.reading())?;
        let at = self.looked;
        match token {
            Some(token) => {
                self.looked = 0;
                let event = match self.event(token) {
                    Event::Data(range) => Event::Data(range.start + at..range.end + at),
                    other => other,
                };
                Ok(Step::Event {
                    consumed: at + used,
                    event,
                })
            }
            None => Ok(self.nothing_yet(at + used)),
        }
    }

    fn decode_compressed(&mut self, input: &[u8]) -> Result<Step<Event>> {
        let reading = self.reading();
        loop {
            let Some(inflater) = &mut self.inflater else {
                return Ok(Step::Need);
            };
            let (used, token) = self.scanner.next(inflater.unread(), reading)?;
            let token = token.map(|token| match token {
                Token::Data(range) => {
                    let data = inflater.unread().get(range).unwrap_or_default();
                    Err(data.to_vec())
                }
                other => Ok(other),
            });
            inflater.consume(used);
            match token {
                Some(Ok(token)) => {
                    return Ok(Step::Event {
                        consumed: 0,
                        event: self.event(token),
                    });
                }
                Some(Err(data)) => {
                    return Ok(Step::Event {
                        consumed: 0,
                        event: Event::Inflated(data),
                    });
                }
                None => {}
            }
            if inflater.is_over() {
                self.inflater = None;
                return Ok(Step::Event {
                    consumed: std::mem::take(&mut self.looked),
                    event: Event::Uncompressed,
                });
            }
            let unseen = input.get(self.looked..).unwrap_or_default();
            let used = inflater.more(unseen)?;
            self.looked += used;
            if used == 0 && inflater.unread().is_empty() && !inflater.is_over() {
                return Ok(self.nothing_yet(self.looked));
            }
        }
    }

    /// Input that was looked at stays where it is, unless it is much.
    fn nothing_yet(&mut self, looked: usize) -> Step<Event> {
        self.looked = looked;
        if looked < PIECE {
            return Step::Need;
        }
        self.looked = 0;
        Step::Event {
            consumed: looked,
            event: Event::Data(looked..looked),
        }
    }
}

impl Codec for Engine {
    type Event = Event;

    #[inline]
    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>, Error> {
        match self.inflater {
            Some(_) => self.decode_compressed(input),
            None => self.decode_plain(input),
        }
    }

    /// The end is no fault, wherever it is.
    fn eof(&mut self, _: &[u8]) -> Result<Event> {
        Ok(Event::End)
    }

    fn shown(event: &Event) -> Shown {
        match event {
            Event::Data(range) => Shown::Line(range.clone()),
            Event::Inflated(data) => Shown::Data(data.len()),
            _ => Shown::Nothing,
        }
    }
}
