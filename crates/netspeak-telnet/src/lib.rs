#![cfg_attr(docsrs, feature(doc_cfg))]
//! A Telnet client: negotiation that cannot loop, waiting for texts, logins by prompts, serial ports.
//!
//! ```no_run
//! use netspeak_telnet::Secret;
//!
//! # async fn example() -> netspeak_telnet::Result<()> {
//! let mut client = netspeak_telnet::connect("telnets://switch.example.org").await?;
//! client.login("admin", &Secret::from("hunter2")).await?;
//! client.write_line("show version").await?;
//! let said = client.read_until("switch#").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Three doors: [`connect`] with a URL, [`Client::builder`] with settings, [`Client::from_conn`]
//! over any stream. [`Serial`] is a serial port behind a server, as `AsyncRead` and `AsyncWrite`. Without default features
//! the crate is a machine without I/O: [`Engine`] takes bytes, gives events and has an outbox; no tokio.
//!
//! | feature | what it adds |
//! |---|---|
//! | `net` (default) | [`Client`], [`Serial`] |
//! | `idn` | host names that are not ASCII (IDNA) |
//! | `probe` | `PROTOCOL`: the conversation behind `netspeak probe` |
//!
//! | specification | what of it |
//! |---|---|
//! | RFC 854, 855 | all; Synch is sent, and a data mark told when it comes |
//! | RFC 1143 | all: the Q method with its queue bit; more than 32 changes of an option are a loop, which is told and not followed |
//! | RFC 856, 857, 858, 859, 860, 885 | BINARY, ECHO, SGA, STATUS, TIMING-MARK, EOR |
//! | RFC 1073, 1079, 1091, 1096, 779 | NAWS, TSPEED, TTYPE, XDISPLOC, SEND-LOCATION |
//! | RFC 1184 | LINEMODE: the mode and the special characters are taken over; refused unless the policy says otherwise |
//! | RFC 1572 | NEW-ENVIRON; nothing is told that was not put into the [`Profile`] |
//! | RFC 2066 | CHARSET, both roles, without translation tables |
//! | RFC 2217 | COM-PORT as a client |
//! | RFC 2941, 2946 | refused politely |
//! | RFC 4248 | `telnet://` URLs |
//! | MCCP2, GMCP, MSDP, MSSP | read; MCCP1 and MCCP3 are refused |
//!
//! # What a server is told
//!
//! Answers, and nothing else: no option is proposed unless [`Client::enable`] is called. The [`Profile`] says what the answers are,
//! its [`Policy`] which options are accepted, refused, or met with silence. Of this machine nothing is told: no user,
//! no variable, no display, no terminal but the one in the profile. A terminal's answerback (ENQ) is never answered.
//!
//! # For those who come from Python's telnetlib
//!
//! `netspeak::blocking::telnet::Telnet` has these methods under these names, without `async`.
//!
//! | Python | here |
//! |---|---|
//! | `Telnet(host, port, timeout)` | [`connect`], [`Client::builder`], [`Client::set_timeout`] |
//! | `read_until(expected, timeout)` | [`Client::read_until`] |
//! | `read_all()`, `read_some()` | [`Client::read_all`], [`Client::read_some`] |
//! | `read_very_eager()`, `read_eager()`, `read_lazy()`, `read_very_lazy()` | [`Client::read_available`], [`Client::take_text`] |
//! | `expect(list, timeout)` | [`Client::expect`] |
//! | `write(buffer)` | [`Client::write`]; [`Client::write_line`] for a line |
//! | `set_option_negotiation_callback(callback)`, `read_sb_data()` | [`Policy`], [`Client::event`], [`Client::subnegotiate`] |
//! | `interact()`, `mt_interact()` | `netspeak talk telnet://...` |
//! | `set_debuglevel(1)`, `msg` | [`Trace::with_transcript`] |
//! | `close()`, `fileno()`, `get_socket()` | [`Client::close`], [`Client::conn`] |
//!
//! A script, line by line:
//!
//! ```no_run
//! # async fn example() -> netspeak_telnet::Result<()> {
//! # use netspeak_telnet::{Client, Target};
//! // tn = telnetlib.Telnet("switch.example.org")
//! let mut tn = netspeak_telnet::connect("telnet://switch.example.org").await?;
//! // tn.read_until(b"login: ")
//! tn.read_until("login: ").await?;
//! // tn.write(user.encode("ascii") + b"\n")
//! tn.write_line("admin").await?;
//! // tn.read_until(b"Password: "); tn.write(password.encode("ascii") + b"\n")
//! tn.read_until("Password: ").await?;
//! tn.write_line("hunter2").await?;
//! // tn.write(b"ls\n"); tn.write(b"exit\n")
//! tn.write_line("ls").await?;
//! tn.write_line("exit").await?;
//! // print(tn.read_all().decode("ascii"))
//! println!("{}", String::from_utf8_lossy(&tn.read_all(1 << 20).await?));
//! # Ok(())
//! # }
//! ```
//!
//! # What there is, and what proves it
//!
//! | # | what | where | proof |
//! |---|---|---|---|
//! | T1 | IAC doubled and undoubled, cut anywhere | [`Engine`] | `streams`, `a_255_is_doubled_wherever_it_stands` |
//! | T2 | CR LF, CR NUL | [`Engine`], [`LineEnding`] | `streams`, `line_ends_are_what_the_session_wants` |
//! | T3 | what is unknown is refused | [`Policy`] | `streams`, `all_options_at_once_are_answered_once_each` |
//! | T4 | a say in each option | [`Policy`], [`Event::Negotiation`] | `nothing_is_proposed_unless_it_is_asked_for` |
//! | T5 | RFC 1143 | [`Engine`] | `the_queue_bit_keeps_both_wishes_in_order`, `a_loop_is_reported_and_not_followed` |
//! | T6 | BINARY | [`Engine`] | `streams`, `data_comes_through_a_binary_session_as_it_was` |
//! | T7 | ECHO, SGA | [`Policy`] | `a_yes_is_answered_once`, `a_session_with_a_shell` |
//! | T8 | STATUS, TIMING-MARK | [`status`] | `what_is_told_is_read_again`, `streams` |
//! | T9 | EOR, GA | [`Event::Command`] | `streams` |
//! | T10 | TTYPE, in turn; MTTS is one more name | [`Profile::terminal_types`] | `names_come_in_turn_and_the_last_one_twice` |
//! | T11 | NAWS, and a window that changes | [`Client::resize`] | `nothing_is_proposed_unless_it_is_asked_for`, `a_session_with_a_shell` |
//! | T12 | TSPEED, XDISPLOC | [`Profile`] | `a_terminal_tells_what_was_put_into_its_profile` |
//! | T13 | NEW-ENVIRON | [`Variable`] | `what_is_asked_for_is_told_and_nothing_else` |
//! | T14 | LINEMODE, special characters; FORWARDMASK refused | [`linemode`] | `nothing_is_answered_twice` |
//! | T15 | LFLOW | [`Policy`] | reason: refused; flow control is TCP's |
//! | T16 | CHARSET, both roles; no TTABLE | [`Engine::request_charset`] | `the_first_set_that_both_have_is_taken` |
//! | T17 | SEND-LOCATION; LOGOUT refused | [`Profile::location`] | `a_terminal_tells_what_was_put_into_its_profile` |
//! | T18 | COM-PORT | [`Serial`], [`com_port`] | `a_port_is_set_and_its_bytes_flow`, `an_answer_is_what_was_said_with_another_number` |
//! | T19 | AUTHENTICATION, ENCRYPT | [`Policy`] | `streams` |
//! | T20 | telnets; START-TLS refused, since nobody speaks it | [`connect`] | `a_login_at_a_server_in_clear_text_and_inside_tls` |
//! | T21 | MCCP1 | [`Policy`] | reason: refused, since its subnegotiation cannot be told from data |
//! | T22 | MCCP2, its end included; MCCP3 refused | [`Event::Compressed`] | `streams`, `compressed_text_is_the_same_text` |
//! | T23 | GMCP | [`games::Gmcp`] | `streams`, `any_subnegotiation_is_read` |
//! | T24 | MSDP, MSSP | [`games`] | `a_server_tells_what_it_is`, `values_nest_and_rubbish_ends_them` |
//! | T25 | ZMP, ATCP, Aardwolf, MSP, MXP | [`Event::Subnegotiation`] | reason: their subnegotiations are told as bytes; nothing is read in them |
//! | T26 | Synch, IP, AO, BRK, EC, EL, AYT | [`Client::interrupt`], [`Client::command`] | `lines_and_data_as_they_are_sent`, `the_data_mark_is_urgent_over_tcp` |
//! | T27 | read_until and its kin | [`Client::read_until`] | `a_text_is_found_however_it_is_cut`, `what_does_not_come_is_a_timeout_and_nothing_is_lost` |
//! | T28 | expect | [`Client::expect`] | `the_first_of_several_texts_is_told`, `the_expect_example_runs` |
//! | T29 | logins by prompts | [`Client::login`] | `prompts_come_in_pieces_and_with_escapes_before_them`, `a_no_is_an_error_with_the_servers_words` |
//! | T30 | an interactive terminal | `netspeak talk` | `a_terminal_in_raw_mode_is_restored` |
//! | T31 | transcript, without passwords | [`Trace`] | `a_login_at_a_server_in_clear_text_and_inside_tls` |
//! | T32 | UTF-8, ISO-8859-1, US-ASCII, code page 437 | [`Encoding`] | `every_byte_comes_back_in_the_encodings_that_have_it` |
//! | T33 | the server's role | | no: netspeak-fake plays servers for tests |
//! | T34 | what a server asks and offers | [`Client::asked`], `netspeak probe` | `a_session_with_a_shell`, `a_probe_tells_what_a_server_asks` |
//! | T35 | limits on subnegotiations, and broken ones | [`Profile::longest_subnegotiation`], [`Event::Broken`] | `what_has_no_end_is_a_named_error`, `streams` |
//! | T36 | proxy mode | [`Policy::silent`], [`Client::chunk`] | reason: a relay reads and writes [`Conn::into_stream`] |
//! | T37 | without I/O | [`Engine`] | `any_stream_means_the_same_wherever_it_is_cut` |
//! | T38 | line ends by session, answers by option | [`Profile::line_ending`], [`Policy`] | `line_ends_are_what_the_session_wants`, `streams` |
//! | T39 | keep-alive by NOP or AYT | [`KeepAlive`] | `silence_is_filled_while_something_is_awaited` |

#![cfg_attr(
    not(feature = "net"),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the front page is about the client as well, which this build is without"
    )
)]

mod command;
mod engine;
mod error;
mod newline;
mod option;
mod policy;
mod profile;
mod response;
mod sub;

#[cfg(feature = "net")]
mod client;
#[cfg(feature = "probe")]
mod probe;
#[cfg(feature = "net")]
mod serial;
#[cfg(test)]
mod tests;

// What is the same in every protocol.
#[doc(inline)]
pub use netspeak_core::vocabulary::*;

pub use command::{Command, Verb};
pub use engine::{Engine, Event, Outcome, Side};
#[cfg(feature = "net")]
pub use error::Goodbye;
pub use error::{Error, Result};
pub use newline::LineEnding;
pub use option::TelnetOption;
pub use policy::{Answer, Policy};
pub use profile::{Profile, Variable, VariableKind, Window};
pub use response::Refusal;
pub use sub::{com_port, games, linemode, status};

#[cfg(feature = "net")]
pub use client::{
    Asked, Builder, Client, KeepAlive, Login, Match, Pattern, Prompts, Settings, connect,
};
#[cfg(feature = "probe")]
pub use probe::PROTOCOL;
#[cfg(feature = "net")]
pub use serial::Serial;

/// No ALPN id: none is registered for Telnet.
pub const ALPN: &[&[u8]] = &[];

/// `telnet`, and `telnets` with TLS from the first byte.
#[cfg(feature = "net")]
pub const SCHEMES: &[Scheme] = &[
    Scheme::new("telnet", 23, Tls::Off),
    Scheme::new("telnets", 992, Tls::Implicit),
];

/// What Telnet lays down for its connections.
#[cfg(feature = "net")]
pub const RULES: Rules = Rules {
    schemes: SCHEMES,
    alpn: ALPN,
    upgrade: "",
    timeouts: Timeouts::UNSET,
    sessions: TlsSessions::Apart,
};
